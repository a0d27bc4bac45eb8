//! Writes GLB: one mesh per distinct part, occurrences as nodes, metres, Y up by the root node.
//!
//! Mesh `i` shows part `i`, and node `k + 1` is assembly node `k`. An occurrence with a colour of
//! its own gets a further mesh that shares its part's vertices. Same model, same bytes.

use std::collections::BTreeMap;

use hartomat_schema::{BoundingBox, PartList, Rgba};
use serde_json::{Map, Value, json};

use crate::place::Matrix;
use crate::{MeshSurface, PartMesh};

const METRES: f64 = 0.001;
const ARRAY_BUFFER: u32 = 34962;
const ELEMENT_ARRAY_BUFFER: u32 = 34963;
const U16: u32 = 5123;
const U32: u32 = 5125;
const F32: u32 = 5126;

/// Everything that goes into a GLB.
#[derive(Debug, Clone, Copy)]
pub struct GlbModel<'a> {
    /// Names, tree and colours.
    pub part_list: &'a PartList,
    /// Triangles by part number.
    pub meshes: &'a [PartMesh],
    /// The box of the exact shapes.
    pub bbox: BoundingBox,
}

/// Writes a GLB.
pub fn write_glb(model: &GlbModel<'_>) -> Vec<u8> {
    let mut writer = Writer::default();
    let placed = occurrence_colors(model.part_list);
    let mut mesh_of: BTreeMap<(usize, Option<[u32; 4]>), usize> = BTreeMap::new();
    for (part, mesh) in model.meshes.iter().enumerate() {
        if mesh.triangle_count() > 0 {
            let color = base_variant(model.part_list, &placed, part);
            mesh_of.insert((part, key(color)), writer.add_mesh(model, part, color));
        }
    }
    let children = children(model.part_list);
    let mut nodes = vec![root_node(&children[0])];
    for (index, node) in model.part_list.nodes.iter().enumerate() {
        let color = placed[index];
        let mesh = node
            .part
            .filter(|part| writer.surfaces.contains_key(part))
            .map(|part| {
                *mesh_of
                    .entry((part, key(color)))
                    .or_insert_with(|| writer.add_mesh(model, part, color))
            });
        nodes.push(assembly_node(
            model.part_list,
            index,
            mesh,
            &children[index + 1],
        ));
    }
    writer.finish(nodes, scene(model))
}

/// The colour that each node's occurrence has, the outermost one winning.
fn occurrence_colors(list: &PartList) -> Vec<Option<Rgba>> {
    let mut colors: Vec<Option<Rgba>> = Vec::with_capacity(list.nodes.len());
    for node in &list.nodes {
        let outer = node
            .parent
            .and_then(|parent| colors.get(parent).copied().flatten());
        colors.push(outer.or(node.color));
    }
    colors
}

/// The occurrence colour that the part's own mesh is drawn in: none if any occurrence has none.
fn base_variant(list: &PartList, placed: &[Option<Rgba>], part: usize) -> Option<Rgba> {
    let mut colors = list
        .nodes
        .iter()
        .zip(placed)
        .filter(|(node, _color)| node.part == Some(part))
        .map(|(_node, color)| *color);
    let first = colors.next().flatten();
    if colors.any(|color| color.is_none()) {
        None
    } else {
        first
    }
}

fn key(color: Option<Rgba>) -> Option<[u32; 4]> {
    color.map(|color| color.0.map(f32::to_bits))
}

/// Turns Z up into Y up.
fn root_node(children: &[usize]) -> Value {
    let half = std::f64::consts::FRAC_1_SQRT_2;
    let mut node = json!({ "name": "Z up to Y up", "rotation": [-half, 0.0, 0.0, half] });
    if !children.is_empty() {
        node["children"] = json!(children);
    }
    node
}

/// The children of each node by GLB numbers, those of the root first.
fn children(list: &PartList) -> Vec<Vec<usize>> {
    let mut children = vec![Vec::new(); list.nodes.len() + 1];
    for (index, node) in list.nodes.iter().enumerate() {
        let parent = node
            .parent
            .filter(|parent| *parent < index)
            .map_or(0, |parent| parent + 1);
        children[parent].push(index + 1);
    }
    children
}

fn assembly_node(list: &PartList, index: usize, mesh: Option<usize>, children: &[usize]) -> Value {
    let source = &list.nodes[index];
    let mut node = Map::new();
    node.insert("name".to_owned(), source.name.clone().into());
    place(&mut node, &Matrix(source.transform.0));
    if !children.is_empty() {
        node.insert("children".to_owned(), json!(children));
    }
    if let Some(mesh) = mesh {
        node.insert("mesh".to_owned(), mesh.into());
    }
    Value::Object(node)
}

/// Writes a placement as translation and rotation where it is one, else as a matrix.
fn place(node: &mut Map<String, Value>, matrix: &Matrix) {
    if *matrix == Matrix::IDENTITY {
        return;
    }
    let mut scaled = matrix.0;
    for value in &mut scaled[12..15] {
        *value *= METRES;
    }
    let Some(rotation) = matrix.rotation() else {
        node.insert("matrix".to_owned(), json!(scaled));
        return;
    };
    if scaled[12..15].iter().any(|value| *value != 0.0) {
        node.insert("translation".to_owned(), json!(scaled[12..15]));
    }
    if rotation != [0.0, 0.0, 0.0, 1.0] {
        node.insert("rotation".to_owned(), json!(rotation));
    }
}

fn scene(model: &GlbModel<'_>) -> Value {
    let source = &model.part_list.source;
    json!({
        "nodes": [0],
        "extras": { "hartomat": {
            "unit": { "name": source.unit.name, "in_mm": source.unit.in_mm },
            "bbox_mm": { "min": model.bbox.min_mm, "max": model.bbox.max_mm, "exact": model.bbox.exact },
            "application_protocol": source.application_protocol,
            "source": source.digest.to_string(),
        } }
    })
}

/// Accessors of one surface.
#[derive(Clone, Copy)]
struct Written {
    color: Option<Rgba>,
    positions: usize,
    normals: usize,
    indices: usize,
}

#[derive(Default)]
struct Writer {
    positions: Vec<u8>,
    normals: Vec<u8>,
    short_indices: Vec<u8>,
    long_indices: Vec<u8>,
    accessors: Vec<Value>,
    materials: Vec<Value>,
    material_of: BTreeMap<Option<[u32; 4]>, usize>,
    meshes: Vec<Value>,
    surfaces: BTreeMap<usize, Vec<Written>>,
}

/// Buffer views in the order in which their bytes are laid down.
const VIEWS: [(&str, u32, u32); 4] = [
    ("positions", ARRAY_BUFFER, 12),
    ("normals", ARRAY_BUFFER, 12),
    ("long indices", ELEMENT_ARRAY_BUFFER, 0),
    ("short indices", ELEMENT_ARRAY_BUFFER, 0),
];

impl Writer {
    fn add_mesh(&mut self, model: &GlbModel<'_>, part: usize, occurrence: Option<Rgba>) -> usize {
        let mesh = &model.meshes[part];
        if !self.surfaces.contains_key(&part) {
            let drawn = mesh
                .surfaces
                .iter()
                .filter(|surface| !surface.indices.is_empty());
            let written = drawn.map(|surface| self.add_surface(surface)).collect();
            self.surfaces.insert(part, written);
        }
        let primitives: Vec<Value> = self.surfaces[&part]
            .clone()
            .iter()
            .map(|surface| {
                let material = self.material(surface.color.or(occurrence).or(mesh.base_color));
                json!({
                    "attributes": { "POSITION": surface.positions, "NORMAL": surface.normals },
                    "indices": surface.indices,
                    "material": material,
                })
            })
            .collect();
        let name = model
            .part_list
            .parts
            .get(part)
            .map_or("", |part| part.name.as_str());
        self.meshes
            .push(json!({ "name": name, "primitives": primitives, "extras": { "part": part } }));
        self.meshes.len() - 1
    }

    fn add_surface(&mut self, surface: &MeshSurface) -> Written {
        let scaled: Vec<[f32; 3]> = surface
            .positions
            .iter()
            .map(|point| point.map(|value| (f64::from(value) * METRES) as f32))
            .collect();
        let positions = self.add_vectors(0, &scaled);
        let normals = self.add_vectors(1, &surface.normals);
        let indices = self.add_indices(&surface.indices, surface.positions.len());
        Written {
            color: surface.color,
            positions,
            normals,
            indices,
        }
    }

    fn add_vectors(&mut self, view: usize, vectors: &[[f32; 3]]) -> usize {
        let bytes = if view == 0 {
            &mut self.positions
        } else {
            &mut self.normals
        };
        let offset = bytes.len();
        let mut low = [f32::INFINITY; 3];
        let mut high = [f32::NEG_INFINITY; 3];
        for vector in vectors {
            for axis in 0..3 {
                bytes.extend_from_slice(&vector[axis].to_le_bytes());
                low[axis] = low[axis].min(vector[axis]);
                high[axis] = high[axis].max(vector[axis]);
            }
        }
        let mut accessor = json!({
            "bufferView": view, "byteOffset": offset, "componentType": F32,
            "count": vectors.len(), "type": "VEC3",
        });
        if view == 0 {
            accessor["min"] = json!(low.map(f64::from));
            accessor["max"] = json!(high.map(f64::from));
        }
        self.add_accessor(accessor)
    }

    fn add_indices(&mut self, indices: &[u32], vertex_count: usize) -> usize {
        let is_short = vertex_count < usize::from(u16::MAX);
        let bytes = if is_short {
            &mut self.short_indices
        } else {
            &mut self.long_indices
        };
        let offset = bytes.len();
        for index in indices {
            let wide = index.to_le_bytes();
            bytes.extend_from_slice(if is_short { &wide[..2] } else { &wide });
        }
        let (view, component) = if is_short { (3, U16) } else { (2, U32) };
        self.add_accessor(json!({
            "bufferView": view, "byteOffset": offset, "componentType": component,
            "count": indices.len(), "type": "SCALAR",
        }))
    }

    fn add_accessor(&mut self, accessor: Value) -> usize {
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }

    fn material(&mut self, color: Option<Rgba>) -> usize {
        if let Some(index) = self.material_of.get(&key(color)) {
            return *index;
        }
        let [red, green, blue, alpha] =
            color.map_or([0.6, 0.6, 0.6, 1.0], |color| color.0.map(f64::from));
        let mut material = json!({
            "name": color.map_or_else(|| "uncoloured".to_owned(), material_name),
            "pbrMetallicRoughness": {
                "baseColorFactor": [red, green, blue, alpha], "metallicFactor": 0.0, "roughnessFactor": 0.5,
            },
            "doubleSided": true,
        });
        if alpha < 1.0 {
            material["alphaMode"] = "BLEND".into();
        }
        self.materials.push(material);
        self.material_of
            .insert(key(color), self.materials.len() - 1);
        self.materials.len() - 1
    }

    fn finish(mut self, nodes: Vec<Value>, scene: Value) -> Vec<u8> {
        let (views, binary) = self.lay_down();
        let mut root = json!({
            "asset": { "version": "2.0", "generator": "HartOMat Studio" },
            "scene": 0,
            "scenes": [scene],
            "nodes": nodes,
        });
        if !self.meshes.is_empty() {
            root["meshes"] = self.meshes.into();
            root["materials"] = self.materials.into();
            root["accessors"] = self.accessors.into();
            root["bufferViews"] = views.into();
            root["buffers"] = json!([{ "byteLength": binary.len() }]);
        }
        container(root.to_string().into_bytes(), &binary)
    }

    /// Joins the buffers; views without bytes are left out and the accessors renumbered.
    fn lay_down(&mut self) -> (Vec<Value>, Vec<u8>) {
        let buffers = [
            &self.positions,
            &self.normals,
            &self.long_indices,
            &self.short_indices,
        ];
        let mut binary = Vec::with_capacity(buffers.iter().map(|bytes| bytes.len() + 4).sum());
        let mut views = Vec::new();
        let mut number = [0; VIEWS.len()];
        for (index, (bytes, (name, target, stride))) in buffers.into_iter().zip(VIEWS).enumerate() {
            if bytes.is_empty() {
                continue;
            }
            number[index] = views.len();
            let mut view = json!({
                "name": name, "buffer": 0, "byteOffset": binary.len(), "byteLength": bytes.len(), "target": target,
            });
            if stride > 0 {
                view["byteStride"] = stride.into();
            }
            views.push(view);
            binary.extend_from_slice(bytes);
            binary.resize(binary.len().next_multiple_of(4), 0);
        }
        for accessor in &mut self.accessors {
            let view = accessor["bufferView"].as_u64().unwrap_or(0) as usize;
            accessor["bufferView"] = number[view].into();
        }
        (views, binary)
    }
}

/// `#rrggbb` in sRGB, and the opacity in percent where it isn't whole.
fn material_name(color: Rgba) -> String {
    let encode = |linear: f32| {
        let linear = linear.clamp(0.0, 1.0);
        let encoded = if linear <= 0.003_130_8 {
            12.92 * linear
        } else {
            1.055 * linear.powf(1.0 / 2.4) - 0.055
        };
        (encoded * 255.0).round() as u8
    };
    let [red, green, blue, alpha] = color.0;
    let name = format!(
        "#{:02x}{:02x}{:02x}",
        encode(red),
        encode(green),
        encode(blue)
    );
    if alpha < 1.0 {
        format!("{name} {:.0} %", alpha * 100.0)
    } else {
        name
    }
}

/// Header, JSON chunk and binary chunk.
fn container(mut text: Vec<u8>, binary: &[u8]) -> Vec<u8> {
    text.resize(text.len().next_multiple_of(4), b' ');
    let binary_chunk = if binary.is_empty() {
        0
    } else {
        8 + binary.len()
    };
    let total = 12 + 8 + text.len() + binary_chunk;
    let mut bytes = Vec::with_capacity(total);
    let word = |bytes: &mut Vec<u8>, value: usize| {
        bytes.extend_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes());
    };
    bytes.extend_from_slice(b"glTF");
    word(&mut bytes, 2);
    word(&mut bytes, total);
    word(&mut bytes, text.len());
    bytes.extend_from_slice(b"JSON");
    bytes.extend_from_slice(&text);
    if !binary.is_empty() {
        word(&mut bytes, binary.len());
        bytes.extend_from_slice(b"BIN\0");
        bytes.extend_from_slice(binary);
    }
    bytes
}

#[cfg(test)]
pub(crate) mod tests {
    use hartomat_schema::{AssemblyNode, Digest, LengthUnit, Part, StepSource, Transform};

    use super::*;

    /// One triangle as a part, placed twice, the second time in red.
    pub(crate) fn small_glb() -> Vec<u8> {
        let source = StepSource {
            digest: Digest::of(b""),
            application_protocol: "AP214".to_owned(),
            unit: LengthUnit {
                name: "millimetre".to_owned(),
                in_mm: 1.0,
            },
        };
        let part = Part {
            name: "triangle".to_owned(),
            color: None,
            volume_mm3: None,
            area_mm2: None,
        };
        let node = |name: &str, parent, part, color| AssemblyNode {
            name: name.to_owned(),
            parent,
            part,
            transform: Transform::IDENTITY,
            color,
        };
        let mut nodes = vec![
            node("both", None, None, None),
            node("plain", Some(0), Some(0), None),
            node("red", Some(0), Some(0), Some(Rgba([1.0, 0.0, 0.0, 1.0]))),
        ];
        nodes[2].transform.0[12] = 50.0;
        let surface = MeshSurface {
            color: None,
            positions: vec![[0.0, 0.0, 0.0], [10.0, 0.0, 0.0], [0.0, 20.0, 30.0]],
            normals: vec![[0.0, 0.0, 1.0]; 3],
            indices: vec![0, 1, 2],
        };
        let list = PartList {
            source,
            parts: vec![part],
            nodes,
        };
        let meshes = [PartMesh {
            base_color: None,
            surfaces: vec![surface],
        }];
        let bbox = BoundingBox {
            min_mm: [0.0; 3],
            max_mm: [60.0, 20.0, 30.0],
            exact: true,
        };
        write_glb(&GlbModel {
            part_list: &list,
            meshes: &meshes,
            bbox,
        })
    }

    #[test]
    fn an_occurrence_colour_gets_a_mesh_that_shares_its_vertices() {
        let bytes = small_glb();
        let length = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
        let root: Value = serde_json::from_slice(&bytes[20..20 + length]).unwrap();
        assert_eq!(root["nodes"][2]["mesh"], 0);
        assert_eq!(root["nodes"][3]["mesh"], 1);
        assert_eq!(root["nodes"][3]["translation"], json!([0.05, 0.0, 0.0]));
        assert_eq!(
            root["meshes"][0]["primitives"][0]["attributes"],
            root["meshes"][1]["primitives"][0]["attributes"]
        );
        assert_eq!(root["meshes"][1]["extras"]["part"], 0);
        assert_eq!(root["materials"][1]["name"], "#ff0000");
        assert_eq!(bytes.len() % 4, 0);
    }

    #[test]
    fn the_mesh_box_is_measured_back_to_millimetres_and_z_up() {
        let mut bytes = small_glb();
        let at = bytes
            .windows(10)
            .position(|window| window == b"\"hartomat\"")
            .unwrap();
        bytes[at + 1] = b'x';
        let bbox = crate::bbox_of_glb(&bytes).unwrap();
        assert!(!bbox.exact);
        for (found, expected) in bbox.max_mm.iter().zip([60.0, 20.0, 30.0]) {
            assert!((found - expected).abs() < 1e-4, "{bbox:?}");
        }
    }
}

//! Turns a GLB into placed parts: walks the node tree, applies its transforms, gathers materials.

use hartomat_schema::BoundingBox;
use serde_json::Value;

use super::MOST_TRIANGLES;
use super::gltf_json::{Container, bad, numbers, text, unsigned};
use super::parts::{MaterialValues, Model, PlacedPart, Triangle};
use crate::error::ReadError;

/// Deepest node tree.
const DEEPEST: usize = 256;

/// Most nodes that are visited; a node that stands under two parents counts twice.
const MOST_VISITS: usize = 1_000_000;

/// A column-major 4 × 4 matrix.
type Matrix = [f64; 16];

const IDENTITY: Matrix = [
    1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0,
];

/// Reads the parts of the default scene.
///
/// # Errors
/// [`ReadError`] where the file is damaged, too large, or holds what isn't read here.
pub(crate) fn read(bytes: &[u8]) -> Result<Model, ReadError> {
    let container = Container::open(bytes)?;
    let scene = unsigned(&container.json, "scene").unwrap_or(0);
    let scene = container.item("scenes", scene)?;
    let mut walk = Walk {
        container: &container,
        parts: Vec::new(),
        parents: Vec::new(),
        visits: 0,
        triangles: 0,
    };
    for node in children(scene, "nodes") {
        walk.visit(node, &IDENTITY)?;
    }
    let parts = walk.parts;
    Ok(Model {
        parts,
        exact_bbox: exact_bbox(scene),
    })
}

/// The B-rep box that the CAD worker leaves in the scene's extras.
fn exact_bbox(scene: &Value) -> Option<BoundingBox> {
    let stored = scene.get("extras")?.get("hartomat")?.get("bbox_mm")?;
    let exact = stored
        .get("exact")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    Some(BoundingBox {
        min_mm: numbers(stored, "min")?,
        max_mm: numbers(stored, "max")?,
        exact,
    })
}

fn children(value: &Value, key: &str) -> Vec<usize> {
    let list = value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    list.filter_map(Value::as_u64)
        .filter_map(|index| usize::try_from(index).ok())
        .collect()
}

struct Walk<'a> {
    container: &'a Container<'a>,
    parts: Vec<PlacedPart>,
    parents: Vec<String>,
    visits: usize,
    triangles: usize,
}

impl Walk<'_> {
    fn visit(&mut self, index: usize, above: &Matrix) -> Result<(), ReadError> {
        self.visits += 1;
        if self.parents.len() > DEEPEST || self.visits > MOST_VISITS {
            return Err(bad(
                "the node tree is too deep, too large or goes round in circles",
            ));
        }
        let node = self.container.item("nodes", index)?;
        let matrix = product(above, &local_matrix(node));
        if let Some(mesh) = unsigned(node, "mesh") {
            let mesh = self.container.item("meshes", mesh)?;
            let name = match text(node, "name") {
                "" => text(mesh, "name"),
                name => name,
            };
            let mut part = PlacedPart {
                name: name.to_owned(),
                parents: self.parents.clone(),
                ..PlacedPart::default()
            };
            let primitives = mesh.get("primitives").and_then(Value::as_array);
            for primitive in primitives.into_iter().flatten() {
                self.add_primitive(primitive, &matrix, &mut part)?;
            }
            self.parts.push(part);
        }
        self.parents.push(text(node, "name").to_owned());
        for child in children(node, "children") {
            self.visit(child, &matrix)?;
        }
        self.parents.pop();
        Ok(())
    }

    fn add_primitive(
        &mut self,
        primitive: &Value,
        matrix: &Matrix,
        part: &mut PlacedPart,
    ) -> Result<(), ReadError> {
        if unsigned(primitive, "mode").unwrap_or(4) != 4 {
            return Err(ReadError::Unsupported {
                what: "a GLB with other than triangle lists".to_owned(),
            });
        }
        let attributes = primitive.get("attributes").unwrap_or(&Value::Null);
        let positions =
            unsigned(attributes, "POSITION").ok_or_else(|| bad("a primitive has no positions"))?;
        let accessor = unsigned(primitive, "indices");
        let corners = self.container.count(accessor.unwrap_or(positions))?;
        self.triangles = self.triangles.saturating_add(corners / 3);
        if self.triangles > MOST_TRIANGLES {
            let (value, limit) = (self.triangles as u64, MOST_TRIANGLES as u64);
            return Err(ReadError::TooLarge {
                what: "the number of triangles",
                value,
                limit,
            });
        }
        let positions = self.container.vectors(positions)?;
        let positions: Vec<[f32; 3]> = positions
            .iter()
            .map(|point| transform(matrix, *point, 1.0))
            .collect();
        let indices = match accessor {
            Some(accessor) => self.container.indices(accessor)?,
            None => (0..positions.len() as u32).collect(),
        };
        add_triangles(&positions, &indices, &mut part.triangles)?;
        if let Some(normals) = unsigned(attributes, "NORMAL") {
            let normals = self.container.vectors(normals)?;
            let turned: Vec<[f32; 3]> = normals
                .iter()
                .map(|normal| unit(transform(matrix, *normal, 0.0)))
                .collect();
            add_triangles(&turned, &indices, &mut part.normals)?;
        }
        part.materials
            .push(self.material(unsigned(primitive, "material"))?);
        Ok(())
    }

    fn material(&self, index: Option<usize>) -> Result<MaterialValues, ReadError> {
        let Some(index) = index else {
            return Ok(material(&Value::Null));
        };
        Ok(material(self.container.item("materials", index)?))
    }
}

fn add_triangles(
    points: &[[f32; 3]],
    indices: &[u32],
    out: &mut Vec<Triangle>,
) -> Result<(), ReadError> {
    out.reserve(indices.len() / 3);
    for three in indices.chunks_exact(3) {
        let mut triangle = Triangle::default();
        for (corner, &index) in triangle.iter_mut().zip(three) {
            let point = points.get(index as usize);
            *corner = *point.ok_or_else(|| bad(format!("vertex {index} doesn't exist")))?;
        }
        out.push(triangle);
    }
    Ok(())
}

fn material(value: &Value) -> MaterialValues {
    let surface = value.get("pbrMetallicRoughness").unwrap_or(&Value::Null);
    let number =
        |key: &str, default: f64| surface.get(key).and_then(Value::as_f64).unwrap_or(default);
    let extra: Vec<String> = [
        surface.get("baseColorTexture"),
        surface.get("metallicRoughnessTexture"),
        value.get("normalTexture"),
        value.get("extensions"),
    ]
    .into_iter()
    .flatten()
    .map(sorted_text)
    .collect();
    MaterialValues {
        name: text(value, "name").to_owned(),
        base_color: numbers(surface, "baseColorFactor").unwrap_or([1.0; 4]),
        metallic: number("metallicFactor", 1.0),
        roughness: number("roughnessFactor", 1.0),
        emissive: numbers(value, "emissiveFactor").unwrap_or([0.0; 3]),
        alpha_mode: match text(value, "alphaMode") {
            "" => "OPAQUE".to_owned(),
            mode => mode.to_owned(),
        },
        double_sided: value
            .get("doubleSided")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        extra: extra.join(" "),
    }
}

/// JSON text with sorted keys.
fn sorted_text(value: &Value) -> String {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let list: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{key}:{}", sorted_text(value)))
                .collect();
            format!("{{{}}}", list.join(","))
        }
        Value::Array(items) => {
            let list: Vec<String> = items.iter().map(sorted_text).collect();
            format!("[{}]", list.join(","))
        }
        other => other.to_string(),
    }
}

fn local_matrix(node: &Value) -> Matrix {
    if let Some(matrix) = numbers(node, "matrix") {
        return matrix;
    }
    let [tx, ty, tz] = numbers(node, "translation").unwrap_or([0.0; 3]);
    let [x, y, z, w] = numbers(node, "rotation").unwrap_or([0.0, 0.0, 0.0, 1.0]);
    let [sx, sy, sz] = numbers(node, "scale").unwrap_or([1.0; 3]);
    [
        (1.0 - 2.0 * (y * y + z * z)) * sx,
        2.0 * (x * y + z * w) * sx,
        2.0 * (x * z - y * w) * sx,
        0.0,
        2.0 * (x * y - z * w) * sy,
        (1.0 - 2.0 * (x * x + z * z)) * sy,
        2.0 * (y * z + x * w) * sy,
        0.0,
        2.0 * (x * z + y * w) * sz,
        2.0 * (y * z - x * w) * sz,
        (1.0 - 2.0 * (x * x + y * y)) * sz,
        0.0,
        tx,
        ty,
        tz,
        1.0,
    ]
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|at| {
        let (column, row) = (at / 4, at % 4);
        (0..4).map(|k| a[4 * k + row] * b[4 * column + k]).sum()
    })
}

/// A point (`w` 1) or direction (`w` 0) through a matrix. What overflows becomes 0.
fn transform(matrix: &Matrix, point: [f32; 3], w: f64) -> [f32; 3] {
    let [x, y, z] = point.map(f64::from);
    std::array::from_fn(|row| {
        let value =
            matrix[row] * x + matrix[4 + row] * y + matrix[8 + row] * z + matrix[12 + row] * w;
        let value = value as f32;
        if value.is_finite() { value } else { 0.0 }
    })
}

fn unit(vector: [f32; 3]) -> [f32; 3] {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.map(|value| value / length)
    } else {
        vector
    }
}

//! Small GLBs and scenes for tests. Shapes are in millimetres with Z up, as CAD has them.

use hartomat_render::{
    BlenderShot, ComposeRequest, Embedded, MaterialLibrary, NoObserver, Picture, RenderBackend,
    RenderRequest, StudioScenes, compose_scene,
};
use hartomat_schema::{
    Background, BoundingBox, Camera, Digest, EnvironmentLight, Material, Scene, StudioScene,
    ToneMapping,
};
use serde_json::{Value, json};

/// Vertices, normals and triangles.
#[derive(Default, Clone)]
pub(crate) struct Shape {
    pub(crate) positions: Vec<[f32; 3]>,
    pub(crate) normals: Vec<[f32; 3]>,
    pub(crate) indices: Vec<u32>,
}

pub(crate) fn sphere(radius: f32, rings: u32) -> Shape {
    let (mut shape, around) = (Shape::default(), 2 * rings);
    for ring in 0..=rings {
        let (ring_sin, ring_cos) = (std::f32::consts::PI * ring as f32 / rings as f32).sin_cos();
        for step in 0..=around {
            let (sin, cos) = (std::f32::consts::TAU * step as f32 / around as f32).sin_cos();
            let normal = [ring_sin * cos, ring_sin * sin, ring_cos];
            shape.normals.push(normal);
            shape.positions.push(normal.map(|at| at * radius));
        }
    }
    for ring in 0..rings {
        for step in 0..around {
            let a = ring * (around + 1) + step;
            let (b, c, d) = (a + 1, a + around + 1, a + around + 2);
            shape.indices.extend([a, c, b, b, c, d]);
        }
    }
    shape
}

pub(crate) fn cuboid(size: [f32; 3]) -> Shape {
    let mut shape = Shape::default();
    for axis in 0..3 {
        for side in [-1.0_f32, 1.0] {
            let (first, (u, v)) = (
                shape.positions.len() as u32,
                ((axis + 1) % 3, (axis + 2) % 3),
            );
            for (a, b) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
                let mut corner = [0.0; 3];
                (corner[axis], corner[u], corner[v]) = (side, a * side, b);
                shape
                    .positions
                    .push(std::array::from_fn(|at| 0.5 * corner[at] * size[at]));
                let mut normal = [0.0; 3];
                normal[axis] = side;
                shape.normals.push(normal);
            }
            shape
                .indices
                .extend([0, 1, 2, 0, 2, 3].map(|corner| first + corner));
        }
    }
    shape
}

/// A mesh per shape, and a node per `(shape, name, place)`. Mesh extras number parts from the end.
pub(crate) fn glb(shapes: &[Shape], nodes: &[(usize, &str, [f32; 3])]) -> Vec<u8> {
    let (document, binary) = glb_parts(shapes, nodes);
    pack(&document, &binary)
}

pub(crate) fn glb_parts(shapes: &[Shape], nodes: &[(usize, &str, [f32; 3])]) -> (Value, Vec<u8>) {
    let mut binary: Vec<u8> = Vec::new();
    let (mut views, mut accessors, mut meshes) = (Vec::new(), Vec::new(), Vec::new());
    let mut add = |bytes: Vec<u8>, count: usize, kind: &str, component: u32| {
        views.push(json!({"buffer": 0, "byteOffset": binary.len(), "byteLength": bytes.len()}));
        binary.extend(bytes);
        let mut accessor = json!({"bufferView": views.len() - 1, "componentType": component, "count": count, "type": kind});
        if kind == "VEC3" {
            accessor["min"] = json!([-1e3, -1e3, -1e3]);
            accessor["max"] = json!([1e3, 1e3, 1e3]);
        }
        accessors.push(accessor);
        accessors.len() - 1
    };
    let floats = |values: &[[f32; 3]], scale: f32| -> Vec<u8> {
        values
            .iter()
            .flatten()
            .flat_map(|value| (value * scale).to_le_bytes())
            .collect()
    };
    for (index, shape) in shapes.iter().enumerate() {
        let positions = add(
            floats(&shape.positions, 1e-3),
            shape.positions.len(),
            "VEC3",
            5126,
        );
        let normals = add(
            floats(&shape.normals, 1.0),
            shape.normals.len(),
            "VEC3",
            5126,
        );
        let bytes = shape
            .indices
            .iter()
            .flat_map(|index| index.to_le_bytes())
            .collect();
        let indices = add(bytes, shape.indices.len(), "SCALAR", 5125);
        meshes.push(json!({
            "name": format!("part{index}"),
            "extras": {"part": shapes.len() - 1 - index},
            "primitives": [{"attributes": {"POSITION": positions, "NORMAL": normals}, "indices": indices}],
        }));
    }
    let half = std::f32::consts::FRAC_1_SQRT_2;
    let mut list = vec![json!({
        "name": "product", "rotation": [-half, 0.0, 0.0, half],
        "children": (1..=nodes.len()).collect::<Vec<_>>(),
    })];
    for (mesh, name, place) in nodes {
        list.push(json!({"name": name, "mesh": mesh, "translation": place.map(|at| at * 1e-3)}));
    }
    let document = json!({
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": list,
        "meshes": meshes, "accessors": accessors, "bufferViews": views,
        "buffers": [{"byteLength": binary.len()}],
    });
    (document, binary)
}

pub(crate) fn pack(document: &Value, binary: &[u8]) -> Vec<u8> {
    let mut text = document.to_string().into_bytes();
    text.resize(text.len().next_multiple_of(4), b' ');
    let mut data = binary.to_vec();
    data.resize(data.len().next_multiple_of(4), 0);
    let mut file = b"glTF".to_vec();
    let total = 12 + 8 + text.len() + 8 + data.len();
    for word in [2, total as u32, text.len() as u32, 0x4e4f_534a] {
        file.extend(word.to_le_bytes());
    }
    file.extend(text);
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(0x004e_4942_u32.to_le_bytes());
    file.extend(data);
    file
}

pub(crate) fn material(base: f32, metallic: f32, roughness: f32) -> Material {
    Material {
        key: "test".into(),
        name: "Test".into(),
        aliases: Vec::new(),
        group: "test".into(),
        base_color: [base; 3],
        metallic,
        roughness,
        clear_coat: 0.0,
        clear_coat_roughness: 0.1,
        transmission: 0.0,
        ior: 1.5,
        anisotropy: 0.0,
        grain: 0.0,
        takes_cad_color: false,
    }
}

/// A camera that looks along +Y at a sphere of 10 mm around zero, in even white light.
pub(crate) fn furnace(glb: &[u8], material: Material) -> Scene {
    let white = [1.0; 3];
    Scene {
        glb: Digest::of(glb),
        materials: vec![Some(material)],
        hidden: Vec::new(),
        bbox: BoundingBox {
            min_mm: [-10.0; 3],
            max_mm: [10.0; 3],
            exact: true,
        },
        camera: Camera {
            position: [0.0, -100.0, 0.0],
            target: [0.0; 3],
            vertical_fov_deg: 8.0,
        },
        framing: None,
        environment: EnvironmentLight {
            top: white,
            horizon: white,
            bottom: white,
        },
        lights: Vec::new(),
        ground: None,
        background: Background::Transparent,
        exposure_ev: 0.0,
        template: None,
        tone_mapping: ToneMapping::Standard,
    }
}

pub(crate) fn studio(key: &str) -> StudioScene {
    StudioScenes::builtin()
        .get(key)
        .expect("a built-in studio")
        .clone()
}

pub(crate) fn composed(glb: &[u8], studio: &StudioScene, aspect: f32, full_turn: bool) -> Scene {
    compose_scene(&ComposeRequest {
        glb_digest: Digest::of(glb),
        glb,
        bbox: None,
        materials: None,
        library: &MaterialLibrary::builtin(),
        studio,
        hidden: &[],
        azimuth_deg: None,
        elevation_deg: None,
        margin: None,
        exposure_ev: None,
        aspect: Some(aspect),
        full_turn,
    })
    .expect("the scene composes")
}

pub(crate) fn request<'a>(
    scene: &'a Scene,
    glb: &'a [u8],
    size: [u32; 2],
    samples: u32,
) -> RenderRequest<'a> {
    RenderRequest {
        scene,
        glb,
        width_px: size[0],
        height_px: size[1],
        samples,
        seed: 1,
        denoise: false,
        max_bounces: 8,
        blender: BlenderShot::default(),
    }
}

pub(crate) fn render(scene: &Scene, glb: &[u8], size: [u32; 2], samples: u32) -> Picture {
    Embedded::new()
        .render(&request(scene, glb, size, samples), &NoObserver)
        .expect("it renders")
}

pub(crate) fn pixel(picture: &Picture, x: u32, y: u32) -> [f32; 4] {
    picture.pixels[(y * picture.width_px + x) as usize]
}

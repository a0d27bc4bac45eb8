//! Blender itself: pictures, files, and what happens to scripts in files. `./x setup` brings a Blender.

use std::sync::atomic::{AtomicU64, Ordering};

use hartomat_process::{Cancel, Launch, run};
use hartomat_render::{
    Blender, BlenderConfig, BlenderDevice, BlenderEngine, BlenderKind, BlenderShot,
    MaterialLibrary, NoObserver, Picture, RenderBackend, RenderObserver,
};
use hartomat_schema::{Background, Scene};
use serde_json::Value;

use crate::support::{composed, cuboid, glb, render, request, sphere, studio};

fn blender() -> Blender {
    let blender = Blender::new(BlenderConfig::default());
    let found = blender.found().map(ToString::to_string);
    let found = found.expect("the tests need a Blender; `./x setup` brings one");
    assert!(found.starts_with("blender "), "{found}");
    blender
}

/// A ball on a box, in a studio, of two materials of the library.
fn product(scene_key: &str, materials: [&str; 2]) -> (Vec<u8>, Scene) {
    let glb = glb(
        &[sphere(10.0, 24), cuboid([30.0, 10.0, 30.0])],
        &[(0, "Ball", [0.0, 15.0, 0.0]), (1, "Base", [0.0, 0.0, 0.0])],
    );
    let mut scene = composed(&glb, &studio(scene_key), 1.0, false);
    let library = MaterialLibrary::builtin();
    scene.materials = materials
        .map(|name| Some(library.find(name).expect("a built-in material").clone()))
        .to_vec();
    (glb, scene)
}

/// Mean difference of what is shown, over a backdrop, in shares of white.
fn difference(one: &Picture, other: &Picture) -> f32 {
    let shown = |picture: &Picture| {
        let mut look = picture.look;
        if look.background == Background::Transparent {
            look.background = Background::Color { rgb: [0.5; 3] };
        }
        let pixels = picture.pixels.iter();
        pixels
            .flat_map(|&pixel| look.develop(pixel)[..3].to_vec())
            // Roughly as the eye sees it.
            .map(|value| value.max(0.0).sqrt())
            .collect::<Vec<_>>()
    };
    let (one, other) = (shown(one), shown(other));
    let sum: f32 = one.iter().zip(&other).map(|(a, b)| (a - b).abs()).sum();
    sum / one.len() as f32
}

struct Counting(AtomicU64);

impl RenderObserver for Counting {
    fn progress(&self, done: u64, total: u64) {
        assert!(done <= total, "{done} of {total}");
        self.0.fetch_max(done, Ordering::SeqCst);
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}

#[test]
fn scenes_and_materials_mean_the_same_in_both_renderers() {
    let blender = blender();
    let cases = [
        ("soft_box", ["steel_brushed", "pa_black"]),
        ("bright_catalogue", ["brass", "cast_iron"]),
        ("dark_studio", ["steel_polished", "paint_red"]),
        ("transparent_cutout", ["glass_tinted", "steel"]),
    ];
    let size = [56, 56];
    for (scene_key, materials) in cases {
        let (glb, scene) = product(scene_key, materials);
        let watched = Counting(AtomicU64::new(0));
        let theirs = blender
            .render(&request(&scene, &glb, size, 48), &watched)
            .expect("Blender renders");
        assert!(watched.0.load(Ordering::SeqCst) > 0, "progress is told");
        let ours = render(&scene, &glb, size, 48);
        let apart = difference(&ours, &theirs);
        assert!(
            apart < 0.035,
            "{scene_key} with {materials:?}: {apart} apart on average"
        );
        // Another material is another picture, so that the bound above says something.
        let (_, mut other) = product(scene_key, materials);
        other.materials.reverse();
        let other = difference(&ours, &render(&other, &glb, size, 48));
        assert!(
            other > apart,
            "{scene_key}: {other} for swapped materials, {apart} for Blender"
        );
    }
}

#[test]
fn two_processes_give_the_same_pixels_and_the_same_files() {
    let (glb, scene) = product("soft_box", ["steel_brushed", "glass_clear"]);
    let request = hartomat_render::RenderRequest {
        denoise: true,
        ..request(&scene, &glb, [48, 32], 8)
    };
    let make = || {
        let blender = blender();
        let picture = blender.render(&request, &NoObserver).expect("it renders");
        let blend = blender
            .export_blend(&request, true, &NoObserver)
            .expect("it writes");
        let content = blender.dump_blend(&blend).expect("the file opens");
        (picture, content)
    };
    let (first, second) = (make(), make());
    assert!(first.0.denoised, "this build has a denoiser");
    assert_eq!(first.0.pixels, second.0.pixels);
    assert_eq!(first.1, second.1, "content without dates is equal");
}

#[test]
fn a_blender_file_has_names_assemblies_materials_and_a_studio() {
    let (glb, scene) = product("dark_studio", ["brass", "rubber_black"]);
    let blender = blender();
    let request = request(&scene, &glb, [320, 200], 32);
    let blend = blender
        .export_blend(&request, true, &NoObserver)
        .expect("it writes");
    let content = blender.dump_blend(&blend).expect("the file opens");
    let content: Value = serde_json::from_slice(&content).expect("the content is JSON");
    let at = |pointer: &str| content.pointer(pointer).unwrap_or(&Value::Null).clone();
    assert_eq!(
        at("/objects/Ball/collections"),
        serde_json::json!(["product"])
    );
    assert_eq!(at("/objects/Ball/type"), "MESH");
    let library = MaterialLibrary::builtin();
    for key in ["brass", "rubber_black"] {
        let name = &library.find(key).expect("a built-in material").name;
        assert_eq!(at(&format!("/materials/{name}/key")), key, "{name}");
    }
    assert_eq!(at("/objects/key/type"), "LIGHT");
    assert_eq!(
        at("/objects/key/collections"),
        serde_json::json!(["Studio"])
    );
    assert_eq!(at("/scenes/Scene/camera"), "Camera");
    assert_eq!(at("/scenes/Scene/render/engine"), "CYCLES");
    assert_eq!(at("/scenes/Scene/render/resolution_x"), 320);
    assert_eq!(at("/scenes/Scene/cycles/samples"), 32);
    // Blender has AgX since 4.0.
    let view = at("/scenes/Scene/view/view_transform");
    assert!(view == "AgX" || view == "Filmic", "{view}");
    assert_eq!(at("/libraries"), serde_json::json!([]));
    assert_eq!(at("/scripts"), serde_json::json!([]));
    let images = at("/images");
    let images = images.as_object().expect("images are listed");
    assert!(
        images.values().all(|image| image["packed"].is_string()),
        "{images:?}"
    );
    // The ball has a radius of 10 mm, and files are in metres.
    let mesh = at("/objects/Ball/data");
    let mesh = mesh.as_str().expect("an object names its mesh");
    let corner = at(&format!("/meshes/{mesh}/box/1/0"));
    let corner = corner.as_f64().expect("a mesh has a box");
    assert!((corner - 0.01).abs() < 1e-4, "{corner}");
}

#[test]
fn a_file_that_is_no_blender_file_is_refused() {
    let refused = blender()
        .dump_blend(b"BLENDER-but-not-really")
        .expect_err("it can't be opened");
    assert!(refused.to_string().contains("refused"), "{refused}");
}

#[test]
fn scripts_in_files_never_run() {
    let blender = blender();
    let found = blender.found().expect("it was found").clone();
    if found.kind != BlenderKind::Module {
        // The trap is set by a Python that has `bpy`; the program is told the same by its options.
        return;
    }
    let set_trap = |trust: &str| {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let launch = Launch::new(&found.program)
            .args(["-I", "-c", include_str!("evil_blend.py")])
            .arg(folder.path())
            .arg(trust);
        let ended = run(&launch, &Cancel::new(), &mut |_line| {}).expect("it starts");
        assert!(ended.end.is_success(), "{}", ended.spool.last_lines(5));
        folder
    };
    let sprung = set_trap("trust");
    assert!(sprung.path().join("script-ran").exists(), "the trap works");
    let trap = set_trap("no");
    let blend = std::fs::read(trap.path().join("evil.blend")).expect("the file was written");
    let content = blender.dump_blend(&blend).expect("the file opens");
    let content: Value = serde_json::from_slice(&content).expect("the content is JSON");
    assert_eq!(content["scripts"], serde_json::json!(["evil.py"]));
    assert_eq!(content["drivers"][0][0], "objects/Trap");
    for mark in ["script-ran", "driver-ran"] {
        assert!(!trap.path().join(mark).exists(), "{mark}");
    }
}

#[test]
fn a_blender_file_shows_the_background_of_its_scene() {
    let blender = blender();
    let backdrop = |scene_key: &str, background: Background| {
        let (glb, mut scene) = product(scene_key, ["brass", "steel"]);
        scene.background = background;
        let request = request(&scene, &glb, [64, 64], 4);
        let blend = blender
            .export_blend(&request, true, &NoObserver)
            .expect("it writes");
        let content = blender.dump_blend(&blend).expect("the file opens");
        serde_json::from_slice::<Value>(&content).expect("the content is JSON")
    };
    let red = Background::Color {
        rgb: [0.4, 0.02, 0.02],
    };
    let content = backdrop("soft_box", red);
    let render = "/scenes/Scene/render/film_transparent";
    assert_eq!(content.pointer(render), Some(&Value::Bool(false)));
    let color = content.pointer("/worlds/Room/nodes/Backdrop/inputs/0");
    let color = color.expect("the room has a backdrop");
    assert!(color[0].as_f64() > color[1].as_f64(), "{color}");
    let content = backdrop("transparent_cutout", Background::Transparent);
    assert_eq!(content.pointer(render), Some(&Value::Bool(true)));
}

#[test]
fn what_a_blender_can_do_is_asked_once_and_remembered() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let config = BlenderConfig {
        memory: Some(folder.path().join("blender.json")),
        ..BlenderConfig::default()
    };
    let asked = Blender::new(config.clone());
    let told = asked.abilities().expect("it answers").clone();
    assert!(told.denoises, "this build has a denoiser");
    let kept = folder.path().join("blender-abilities.json");
    if told.gpus.is_empty() {
        assert!(!kept.exists(), "a card may come any day");
        return;
    }
    let text = std::fs::read_to_string(&kept).expect("it was remembered");
    // A changed memory shows that nobody was asked again.
    let changed = text.replace("\\\"denoises\\\":true", "\\\"denoises\\\":false");
    assert_ne!(changed, text);
    std::fs::write(&kept, changed).expect("it is ours");
    let remembered = Blender::new(config);
    assert!(!remembered.abilities().expect("it is known").denoises);
}

/// A rasterizer without a graphics card compiles its shaders for half a minute: for the long tests.
#[test]
fn eevee_draws_the_same_product_in_its_own_light() {
    if std::env::var_os("HARTOMAT_SOAK").is_none() {
        return;
    }
    let blender = blender();
    let (glb, scene) = product("soft_box", ["steel_brushed", "pa_black"]);
    let request = hartomat_render::RenderRequest {
        denoise: true,
        blender: BlenderShot {
            engine: BlenderEngine::Eevee,
            device: BlenderDevice::Gpu,
        },
        ..request(&scene, &glb, [48, 48], 4)
    };
    let theirs = blender.render(&request, &NoObserver).expect("it renders");
    assert!(!theirs.denoised, "it has no denoiser");
    let apart = difference(&render(&scene, &glb, [48, 48], 48), &theirs);
    assert!(apart < 0.25, "{apart} apart on average");
}

//! `.blend` templates: products in their places, and scripts that run only where they are trusted.

use std::path::Path;

use hartomat_process::{Cancel, Launch, run};
use hartomat_render::{
    Blender, BlenderConfig, BlenderKind, Embedded, MaterialLibrary, NoObserver, Picture,
    RenderBackend, RenderError,
};
use hartomat_schema::{Material, Scene};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{composed, cuboid, glb, material, request, studio};

/// A Blender with a library that holds these templates; none where no Python has `bpy`.
fn with_templates(kinds: &[&str]) -> Option<(Blender, TempDir)> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let blender = Blender::new(BlenderConfig {
        templates: Some(folder.path().join("library")),
        ..BlenderConfig::default()
    });
    let found = blender.found().expect("the tests need a Blender").clone();
    if found.kind != BlenderKind::Module {
        return None;
    }
    for kind in kinds {
        let launch = Launch::new(&found.program)
            .args(["-I", "-c", include_str!("template_blend.py")])
            .arg(folder.path())
            .arg(*kind);
        let ended = run(&launch, &Cancel::new(), &mut |_line| {}).expect("it starts");
        assert!(ended.end.is_success(), "{}", ended.spool.last_lines(5));
        let file = folder.path().join(format!("{kind}.blend"));
        blender
            .templates()
            .add(&file)
            .expect("it is a Blender file");
    }
    Some((blender, folder))
}

/// A box of the library's red paint, set in a template.
fn product(blender: &Blender, template: &str, material: &str) -> (Vec<u8>, Scene) {
    let glb = glb(&[cuboid([30.0, 10.0, 30.0])], &[(0, "Base", [0.0; 3])]);
    let mut scene = composed(&glb, &studio("soft_box"), 1.0, false);
    let library = MaterialLibrary::builtin();
    scene.materials = vec![Some(
        library.find(material).expect("a built-in one").clone(),
    )];
    scene.template = Some(blender.templates().get(template).expect("it was added"));
    (glb, scene)
}

fn mean(picture: &Picture) -> [f32; 3] {
    let mut sum = [0.0; 3];
    for pixel in &picture.pixels {
        for channel in 0..3 {
            sum[channel] += pixel[channel] / picture.pixels.len() as f32;
        }
    }
    sum
}

#[test]
fn a_product_stands_in_its_place_in_the_light_and_materials_of_the_template() {
    let Some((blender, _folder)) = with_templates(&["good", "placeless", "future"]) else {
        return;
    };
    let report = blender.inspect_template("good.blend").expect("it opens");
    assert_eq!(report.problems(), [""; 0]);
    assert_eq!(report.remarks(), [""; 0]);
    let (glb, scene) = product(&blender, "good.blend", "rubber_black");
    let render = |glb: &[u8], scene: &Scene| {
        let request = request(scene, glb, [40, 40], 8);
        blender.render(&request, &NoObserver).expect("it renders")
    };
    let black = render(&glb, &scene);
    let [red, _, blue] = mean(&black);
    assert!(blue > 2.0 * red, "the template's sky is blue: {red} {blue}");
    assert!(
        black.pixels.iter().all(|pixel| pixel[3] > 0.99),
        "and stands behind"
    );
    // The product fills the middle: it is as large as its place, however many millimetres it has.
    let (_, steel) = product(&blender, "good.blend", "paint_red");
    let own = render(&glb, &steel);
    let middle = own.pixels[20 * 40 + 20];
    assert!(
        middle[1] > 2.0 * middle[0],
        "the template's paint is green: {middle:?}"
    );
    assert_ne!(black.pixels[20 * 40 + 20], middle);

    let lacking = blender
        .inspect_template("placeless.blend")
        .expect("it opens");
    let said = lacking.problems().join("; ");
    assert!(
        said.contains("HartOMat product") && said.contains("HartOMat camera"),
        "{said}"
    );
    let (glb, scene) = product(&blender, "placeless.blend", "steel");
    let refused = blender.render(&request(&scene, &glb, [16, 16], 1), &NoObserver);
    let refused = refused.expect_err("it has no place").to_string();
    assert!(
        refused.contains("placeless.blend") && refused.contains("HartOMat product"),
        "{refused}"
    );

    let future = blender
        .inspect_template("future.blend")
        .expect("it is looked into");
    let said = future.problems().join("; ");
    assert!(
        said.contains("9.99") || said.contains("99.9") || said.contains("can't be opened"),
        "{said}"
    );

    let embedded = Embedded::new().render(&request(&scene, &glb, [16, 16], 1), &NoObserver);
    assert!(matches!(
        embedded,
        Err(RenderError::TemplateNeedsBlender { .. })
    ));
}

const MARKS: [&str; 3] = ["script-ran", "handler-ran", "driver-ran"];

fn ran(folder: &Path) -> Vec<&'static str> {
    MARKS
        .into_iter()
        .filter(|mark| folder.join(mark).exists())
        .collect()
}

#[test]
fn scripts_of_templates_run_only_where_that_very_file_is_trusted() {
    let Some((blender, folder)) = with_templates(&["evil"]) else {
        return;
    };
    let report = blender.inspect_template("evil.blend").expect("it opens");
    assert_eq!(report.scripts, ["evil.py"]);
    assert_eq!(report.drivers, 5);
    assert!(
        report.remarks()[0].contains("nobody trusts"),
        "{:?}",
        report.remarks()
    );
    let (glb, scene) = product(&blender, "evil.blend", "steel");
    let shot = request(&scene, &glb, [16, 16], 1);
    blender
        .render(&shot, &NoObserver)
        .expect("it renders without its scripts");
    let blend = blender
        .export_blend(&shot, true, &NoObserver)
        .expect("it is written");
    assert_eq!(ran(folder.path()), [""; 0]);
    let content = blender.dump_blend(&blend).expect("the file opens");
    let content: Value = serde_json::from_slice(&content).expect("the content is JSON");
    assert_eq!(
        content["scripts"],
        serde_json::json!([]),
        "nor are they handed on"
    );
    let shine = &content["worlds"]["Sky"]["nodes"]["IES Texture"]["set"]["ies"];
    assert_eq!(shine, "lamp.ies", "how a lamp shines is no script");
    let drivers = content["drivers"].as_array().expect("drivers are listed");
    let told: Vec<_> = drivers.iter().map(|driver| &driver[4]).collect();
    assert_eq!(told, ["0.0 * frame"], "but for plain arithmetic");
    assert!(content["objects"]["Base"].is_object());

    blender
        .templates()
        .trust("evil.blend")
        .expect("it is there");
    blender
        .render(&shot, &NoObserver)
        .expect("it renders with its scripts");
    assert!(ran(folder.path()).contains(&"script-ran"), "the trap works");
    // What they left in that process reaches nobody else.
    for mark in MARKS {
        let _ = std::fs::remove_file(folder.path().join(mark));
    }
    blender
        .templates()
        .distrust("evil.blend")
        .expect("it was trusted");
    blender
        .render(&shot, &NoObserver)
        .expect("it renders without its scripts");
    assert_eq!(ran(folder.path()), [""; 0]);
}

/// What a Blender file of this scene holds.
fn exported(blender: &Blender, glb: &[u8], scene: &Scene) -> Value {
    let shot = request(scene, glb, [16, 16], 1);
    let blend = blender.export_blend(&shot, true, &NoObserver);
    let content = blender
        .dump_blend(&blend.expect("it is written"))
        .expect("the file opens");
    serde_json::from_slice(&content).expect("the content is JSON")
}

#[test]
fn parts_of_one_material_and_several_colours_keep_their_colours_in_a_template() {
    let Some((blender, _folder)) = with_templates(&["good"]) else {
        return;
    };
    let glb = glb(
        &[cuboid([30.0, 10.0, 30.0]), cuboid([10.0, 10.0, 10.0])],
        &[(0, "Base", [0.0; 3]), (1, "Knob", [0.0, 20.0, 0.0])],
    );
    let mut scene = composed(&glb, &studio("soft_box"), 1.0, false);
    let red = material(0.0, 0.0, 0.5);
    let colored = |base_color: [f32; 3]| Material {
        base_color,
        ..red.clone()
    };
    scene.materials = vec![
        Some(colored([0.5, 0.0, 0.0])),
        Some(colored([0.0, 0.0, 0.5])),
    ];
    scene.template = Some(blender.templates().get("good.blend").expect("it was added"));
    let content = exported(&blender, &glb, &scene);
    let material_of = |object: &str| {
        let mesh = content["objects"][object]["data"].as_str();
        content["meshes"][mesh.expect("it has a mesh")]["materials"].clone()
    };
    let (base, knob) = (material_of("Base"), material_of("Knob"));
    assert!(base[0].is_string(), "{base}");
    assert_ne!(base, knob);
}

#[test]
fn nothing_outside_of_a_template_is_read_packed_or_linked() {
    let Some((blender, folder)) = with_templates(&["outside"]) else {
        return;
    };
    let report = blender.inspect_template("outside.blend").expect("it opens");
    assert_eq!(report.problems(), [""; 0]);
    assert_eq!(report.linked.len(), 1, "{:?}", report.linked);
    for name in ["secret.txt", "library.blend", "fonts"] {
        let is_told = report.outside.iter().any(|path| path.contains(name));
        assert!(is_told, "{name} in {:?}", report.outside);
    }
    let (glb, scene) = product(&blender, "outside.blend", "steel");
    let content = exported(&blender, &glb, &scene);
    assert_eq!(content["images"]["Secret"]["source"], "FILE");
    assert_eq!(content["images"]["Secret"]["packed"], Value::Null);
    assert_eq!(content["libraries"], serde_json::json!([]));
    assert_eq!(content["objects"]["Linked"], Value::Null);
    assert!(content["objects"]["Words"].is_object());

    // Trust is in this file, not in what it links.
    blender
        .templates()
        .trust("outside.blend")
        .expect("it is there");
    let report = blender.inspect_template("outside.blend").expect("it opens");
    let said = report.problems().join("; ");
    assert!(said.contains("library.blend"), "{said}");
    let refused = blender.render(&request(&scene, &glb, [16, 16], 1), &NoObserver);
    let refused = refused.expect_err("it links another file").to_string();
    assert!(
        refused.contains("library.blend") && refused.contains("make it local"),
        "{refused}"
    );
    assert_eq!(ran(folder.path()), [""; 0]);
}

/// Each pair of files differs in one thing, which no list of objects and links shows.
#[test]
fn what_a_file_holds_tells_settings_of_nodes_modifiers_lights_and_images() {
    let Some((blender, folder)) = with_templates(&[]) else {
        return;
    };
    let found = blender.found().expect("it was found").clone();
    let dump = |change: &str| {
        let file = folder.path().join("told.blend");
        let launch = Launch::new(&found.program)
            .args(["-I", "-c", include_str!("told_blend.py")])
            .arg(&file)
            .arg(change);
        let ended = run(&launch, &Cancel::new(), &mut |_line| {}).expect("it starts");
        assert!(ended.end.is_success(), "{}", ended.spool.last_lines(5));
        let blend = std::fs::read(&file).expect("the file was written");
        let content = blender.dump_blend(&blend).expect("the file opens");
        serde_json::from_slice::<Value>(&content).expect("the content is JSON")
    };
    let plain = dump("");
    assert_eq!(plain, dump(""), "equal files are equal");
    let changes = [
        ("operation", "/materials/Own/nodes/nodes/Math/set/operation"),
        (
            "ramp",
            "/materials/Own/nodes/nodes/Color Ramp/set/color_ramp/elements",
        ),
        (
            "curve",
            "/materials/Own/nodes/nodes/RGB Curves/set/mapping/curves",
        ),
        ("value", "/materials/Own/nodes/nodes/Value/values"),
        ("image", "/images/Own/packed"),
        ("bevel", "/objects/Own/modifiers/0/set/width"),
        ("color", "/lights/Own/set/color"),
        ("driver", "/drivers"),
        ("keys", "/actions"),
    ];
    for (change, pointer) in changes {
        let changed = dump(change);
        let (was, is) = (plain.pointer(pointer), changed.pointer(pointer));
        assert!(is.is_some() && is != was, "{change}: {was:?} and {is:?}");
    }
}

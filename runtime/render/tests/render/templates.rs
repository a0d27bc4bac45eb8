//! `.blend` templates: products in their places, and scripts that run only where they are trusted.

use std::path::Path;

use hartomat_process::{Cancel, Launch, run};
use hartomat_render::{
    Blender, BlenderConfig, BlenderKind, Embedded, MaterialLibrary, NoObserver, Picture,
    RenderBackend, RenderError,
};
use hartomat_schema::Scene;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{composed, cuboid, glb, request, studio};

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
    assert_eq!(report.drivers, 1);
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

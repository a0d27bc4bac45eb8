//! Blender end to end: stills, Blender files, and machines that have none.

use crate::studio::{TestStudio, ended, output};

/// A still small enough for a test.
const SMALL: [&str; 6] = [
    "--set",
    "still.width_px=40",
    "--set",
    "still.height_px=40",
    "--set",
    "still.samples=4",
];

#[test]
fn a_still_by_blender_is_the_same_from_legacy_and_from_the_graph() {
    let studio = TestStudio::new();
    let mut arguments = vec!["smoke", "still", "--renderer", "blender"];
    arguments.extend(["--execution-mode", "shadow"]);
    arguments.extend(SMALL);
    let still = studio.run(&arguments);
    let record = "/data/record";
    let sentence = still.text(&format!("{record}/sentence")).to_owned();
    assert_eq!(still.code, 0, "{sentence} {}", still.stderr);
    assert_eq!(
        still.text(&format!("{record}/verdict")),
        "pass",
        "{sentence}"
    );
    let image = "/data/evidence/comparison/parts/0";
    assert_eq!(still.text(&format!("{image}/lane")), "deterministic");
    let facts = "/data/evidence/control/facts/renderer";
    assert_eq!(still.text(facts), "blender");
    assert_eq!(
        still.at("/data/evidence/control/digest"),
        still.at("/data/evidence/candidate/digest"),
        "equal pixels, encoded here, are equal files"
    );
}

#[test]
fn a_blender_file_is_compared_by_what_it_holds() {
    let studio = TestStudio::new();
    let smoke = [
        "smoke",
        "blend",
        "--renderer",
        "blender",
        "--execution-mode",
        "shadow",
    ];
    let blend = studio.run(&smoke);
    let sentence = blend.text("/data/record/sentence").to_owned();
    assert_eq!(blend.code, 0, "{sentence} {}", blend.stderr);
    assert_eq!(blend.text("/data/record/verdict"), "pass", "{sentence}");
    assert_eq!(
        blend.text("/data/evidence/comparison/parts/0/kind"),
        "blend"
    );
    // Another material is another file.
    let overrides = "materials.overrides={\"*\": \"rubber_black\"}";
    let mut other = smoke.to_vec();
    other.extend(["--set", overrides]);
    let other = studio.run(&other);
    let sentence = other.text("/data/record/sentence").to_owned();
    assert_eq!(other.text("/data/record/verdict"), "fail", "{sentence}");
}

#[test]
fn settings_that_have_no_say_are_told_before_a_run() {
    let studio = TestStudio::new();
    let cad = hartomat_tests::sample("ball_bearing.step");
    let cad = cad.to_str().expect("the path is text");
    let findings = |settings: &[&str]| {
        let mut arguments = vec!["preflight", "canonical-still", "--cad", cad];
        arguments.extend(settings.iter().flat_map(|setting| ["--set", setting]));
        studio.run(&arguments).at("/data/diagnostics").to_string()
    };
    let embedded = findings(&["still.engine=eevee"]);
    assert!(
        embedded.contains("setting_parked")
            && embedded.contains("`Engine` is set and does nothing"),
        "{embedded}"
    );
    let blender = ["still.renderer=blender", "still.device=gpu"];
    let told = findings(&blender);
    assert!(!told.contains("setting_parked"), "{told}");
    let eevee = findings(&["still.renderer=blender", "still.engine=eevee"]);
    assert!(eevee.contains("EEVEE has no denoiser"), "{eevee}");
    assert!(!findings(&[]).contains("setting_parked"));
}

#[test]
fn a_machine_without_blender_says_so_and_renders_with_what_it_has() {
    let studio = TestStudio::new();
    let without = |arguments: &[&str]| {
        let mut command = studio.command(arguments);
        ended(output(command.env("HARTOMAT_BLENDER", "/nowhere/blender")))
    };
    let doctor = without(&["doctor"]);
    assert_eq!(doctor.code, 0, "{}", doctor.stderr);
    let tools = doctor
        .at("/data/tools")
        .as_array()
        .expect("tools are listed");
    let tool = |name: &str| tools.iter().find(|tool| tool["tool"] == name).expect(name);
    assert_eq!(tool("blender")["found"], false);
    assert!(tool("blender")["fix"].to_string().contains("pip install"));
    assert_eq!(tool("embedded_renderer")["found"], true);

    let cad = hartomat_tests::sample("ball_bearing.step");
    let cad = cad.to_str().expect("the path is text");
    let preflight = without(&["preflight", "blend-export", "--cad", cad]);
    let findings = preflight.at("/data/diagnostics").to_string();
    assert!(
        findings.contains("tool_missing") && findings.contains("\"blend\""),
        "{findings}"
    );
    let mut still = vec!["smoke", "still", "--execution-mode", "shadow"];
    still.extend(SMALL);
    let embedded = without(&still);
    assert_eq!(embedded.text("/data/record/verdict"), "pass");
    still.extend(["--renderer", "blender"]);
    let asked = without(&still);
    assert_ne!(asked.code, 0);
    assert!(
        asked.json.to_string().contains("there is no Blender here"),
        "{}",
        asked.stderr
    );
}

#[test]
fn a_template_of_the_studio_is_the_stage_of_both_sides() {
    let studio = TestStudio::new();
    let blender = hartomat_render::Blender::new(hartomat_render::BlenderConfig::default());
    let found = blender.found().expect("the tests need a Blender");
    if found.kind != hartomat_render::BlenderKind::Module {
        return;
    }
    let script = include_str!("../../../runtime/render/tests/render/template_blend.py");
    let mut python = std::process::Command::new(&found.program);
    python
        .args(["-I", "-c", script])
        .arg(studio.path())
        .arg("good");
    assert!(output(&mut python).status.success());
    let file = studio.path().join("good.blend");
    let file = file.to_str().expect("temporary folders have plain paths");
    let added = studio.run(&["templates", "add", file]);
    assert_eq!(added.code, 0, "{}", added.stderr);
    assert_eq!(
        studio.run(&["templates", "list"]).text("/data/0/name"),
        "good.blend"
    );

    let mut arguments = vec!["smoke", "still", "--renderer", "blender"];
    arguments.extend([
        "--execution-mode",
        "shadow",
        "--set",
        "studio.scene=good.blend",
    ]);
    arguments.extend(SMALL);
    let still = studio.run(&arguments);
    let sentence = still.text("/data/record/sentence");
    assert_eq!(
        still.text("/data/record/verdict"),
        "pass",
        "{sentence} {}",
        still.stderr
    );
    let logs = studio.run(&["runs", "logs", still.text("/data/record/id")]);
    let logs = logs.json.to_string();
    assert_eq!(logs.matches("template good.blend").count(), 2, "{logs}");

    let cad = hartomat_tests::sample("ball_bearing.step");
    let cad = cad.to_str().expect("the path is text");
    let preflight = ["preflight", "canonical-still", "--cad", cad];
    let mut missing = preflight.to_vec();
    missing.extend([
        "--set",
        "studio.scene=none.blend",
        "--set",
        "still.renderer=blender",
    ]);
    let findings = studio.run(&missing).at("/data/diagnostics").to_string();
    assert!(
        findings.contains("none.blend") && findings.contains("good.blend"),
        "{findings}"
    );
}

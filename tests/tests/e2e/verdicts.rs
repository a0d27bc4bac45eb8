//! What a difference between the two sides comes to.

use crate::studio::TestStudio;

fn verdict_of(settings: &[&str]) -> (i32, String, String) {
    let studio = TestStudio::new();
    let ended = studio.smoke("shadow", settings);
    let text = |pointer| ended.text(pointer).to_owned();
    (
        ended.code,
        text("/data/record/verdict"),
        text("/data/record/sentence"),
    )
}

#[test]
fn another_material_fails() {
    let overrides = "materials.overrides={\"*\": \"rubber_black\"}";
    let (code, verdict, sentence) = verdict_of(&["--set", overrides]);
    assert_eq!((code, verdict.as_str()), (2, "fail"), "{sentence}");
    assert!(sentence.contains("ball_bearing.png"), "{sentence}");
}

#[test]
fn a_hidden_part_fails() {
    let (code, verdict, sentence) = verdict_of(&["--set", "scene.hidden=[\"Outer ring\"]"]);
    assert_eq!((code, verdict.as_str()), (2, "fail"), "{sentence}");
}

#[test]
fn other_noise_is_judged_by_the_noise_of_legacy_itself() {
    let studio = TestStudio::new();
    let noise = studio.smoke("shadow", &["--set", "still.seed=5"]);
    let image = "/data/evidence/comparison/parts/0";
    assert_eq!(noise.text(&format!("{image}/lane")), "stochastic_denoised");
    let floor = noise.at(&format!("{image}/floor/flip_mean"));
    assert!(
        floor.as_f64().is_some_and(|mean| mean > 0.0),
        "the noise twin was measured"
    );
    assert_ne!(
        noise.text("/data/record/verdict"),
        "fail",
        "{}",
        noise.stderr
    );
    // The same noise does not hide another material.
    let overrides = "materials.overrides={\"*\": \"rubber_black\"}";
    let both = studio.smoke("shadow", &["--set", "still.seed=5", "--set", overrides]);
    assert_eq!(both.text("/data/record/verdict"), "fail");
    assert_eq!(
        both.at(&format!("{image}/floor/flip_mean")),
        floor,
        "the floor is measured once"
    );
}

#[test]
fn another_view_fails() {
    let (code, verdict, sentence) = verdict_of(&["--set", "scene.azimuth_deg=90"]);
    assert_eq!((code, verdict.as_str()), (2, "fail"), "{sentence}");
}

#[test]
fn another_file_name_fails_by_intents() {
    let (_, verdict, sentence) = verdict_of(&["--set", "save.name_pattern=other.{ext}"]);
    assert_eq!(verdict, "fail", "{sentence}");
    assert!(
        sentence.contains("other.png") || sentence.contains("intents"),
        "{sentence}"
    );
}

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
fn other_noise_is_told_from_another_picture_but_never_passes_uncalibrated() {
    let (code, verdict, sentence) = verdict_of(&["--set", "still.seed=5"]);
    assert_ne!(verdict, "pass", "{sentence}");
    assert_ne!(code, 0);
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

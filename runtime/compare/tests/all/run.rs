//! Whole shadow runs.

use hartomat_compare::{
    CompareOptions, RunEvidence, SideInput, combine, compare_artifacts, compare_images, judge_again,
};
use hartomat_schema::{
    Artifact, ArtifactKind, ArtifactRequirement, Digest, Intent, SideIntents, SideProblem,
    Thresholds, Verdict,
};

use crate::support::Render;

fn artifact(kind: ArtifactKind) -> Artifact {
    Artifact {
        kind,
        digest: Digest::of(b""),
        size_bytes: 0,
        name: "still.png".to_owned(),
        media_type: "image/png".to_owned(),
        facts: Default::default(),
    }
}

fn publish(digest: &[u8]) -> Intent {
    Intent::Publish {
        target: "order_line/7".to_owned(),
        kind: ArtifactKind::IMAGE,
        name: "still.png".to_owned(),
        digest: Digest::of(digest),
        size_bytes: digest.len() as u64,
    }
}

fn requirement(format: &str) -> ArtifactRequirement {
    serde_json::from_value(serde_json::json!({"kind": "image", "format": format})).unwrap()
}

fn evidence() -> RunEvidence {
    let png = Render {
        width: 64,
        height: 64,
        ..Render::default()
    }
    .png();
    RunEvidence {
        contract: vec![requirement("png")],
        control: vec![artifact(ArtifactKind::IMAGE)],
        candidate: vec![artifact(ArtifactKind::IMAGE)],
        parts: vec![compare_images(&png, &png, &CompareOptions::default())],
        intents: SideIntents {
            control: vec![publish(b"a")],
            candidate: vec![publish(b"b")],
        },
        ..RunEvidence::default()
    }
}

#[test]
fn a_run_passes_when_contract_artifacts_and_intents_do() {
    let comparison = combine(evidence());
    assert_eq!(comparison.verdict, Verdict::Pass, "{}", comparison.sentence);
    let again = judge_again(&comparison, &Thresholds::default(), None);
    assert_eq!(again.verdict, Verdict::Pass);
}

#[test]
fn the_worst_part_decides() {
    let (a, b) = (
        Render {
            width: 64,
            height: 64,
            ..Render::default()
        }
        .png(),
        Render {
            width: 64,
            height: 64,
            light: 1.5,
            ..Render::default()
        }
        .png(),
    );
    let mut failing = evidence();
    let options = CompareOptions {
        name: "front.png".to_owned(),
        ..CompareOptions::default()
    };
    failing.parts.push(compare_images(&a, &b, &options));
    let comparison = combine(failing);
    assert_eq!(comparison.verdict, Verdict::Fail);
    assert!(
        comparison.sentence.contains("front.png"),
        "{}",
        comparison.sentence
    );
}

#[test]
fn contract_and_intents_fail_a_run_whose_pictures_pass() {
    let mut lacking = evidence();
    lacking.candidate.clear();
    let comparison = combine(lacking);
    assert_eq!(comparison.verdict, Verdict::Fail);
    assert!(
        comparison.sentence.contains("of the image"),
        "{}",
        comparison.sentence
    );

    let mut format = evidence();
    format.contract = vec![requirement("exr")];
    assert_eq!(combine(format).verdict, Verdict::Fail);

    let mut silent = evidence();
    silent.intents.candidate.clear();
    let comparison = combine(silent);
    assert_eq!(comparison.verdict, Verdict::Fail);
    assert!(
        comparison
            .sentence
            .contains("would not publish the image `still.png`"),
        "{}",
        comparison.sentence
    );
}

#[test]
fn a_run_without_artifacts_proves_nothing() {
    let empty = RunEvidence {
        intents: evidence().intents,
        ..RunEvidence::default()
    };
    let comparison = combine(empty);
    assert_eq!(comparison.verdict, Verdict::Inconclusive);
    let again = judge_again(&comparison, &Thresholds::default(), None);
    assert_eq!(again.verdict, Verdict::Inconclusive, "{}", again.sentence);
}

#[test]
fn what_fell_back_or_is_missing_is_inconclusive() {
    let mut fallen = evidence();
    fallen.candidate_problem = Some(SideProblem::FellBack {
        reason: "the graph failed".to_owned(),
    });
    let comparison = combine(fallen);
    assert_eq!(comparison.verdict, Verdict::Inconclusive);
    assert!(
        comparison.sentence.contains("fell back to legacy"),
        "{}",
        comparison.sentence
    );

    let png = Render {
        width: 8,
        height: 8,
        ..Render::default()
    }
    .png();
    let absent = SideInput::Absent(SideProblem::TimedOut { limit_secs: 30.0 });
    let comparison = compare_artifacts(
        &ArtifactKind::IMAGE,
        SideInput::Bytes(&png),
        absent,
        &CompareOptions::default(),
    );
    assert_eq!(comparison.verdict, Verdict::Inconclusive);
    assert!(
        comparison.sentence.contains("timed out after 30 s"),
        "{}",
        comparison.sentence
    );

    let video = |bytes| {
        let side = |bytes: &'static [u8]| SideInput::Bytes(bytes);
        compare_artifacts(
            &ArtifactKind::VIDEO,
            side(b"frames"),
            side(bytes),
            &CompareOptions::default(),
        )
    };
    assert_eq!(video(b"frames").verdict, Verdict::Pass);
    assert_eq!(video(b"others").verdict, Verdict::Inconclusive);
}

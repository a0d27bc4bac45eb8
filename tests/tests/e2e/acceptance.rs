//! An accepted difference is what later comparisons expect, within its scope and while it stands.

use std::sync::Arc;

use hartomat_api::{
    Backend as _, DispatchRequest, FileSource, ReviewRequest, RunDetail, SubjectSource,
    WorkflowSource,
};
use hartomat_app::{DataDir, Studio, StudioOptions};
use hartomat_schema::{
    Comparison, ExecutionMode, Mask, Region, Review, ReviewDecision, ReviewScope, Timestamp,
    Verdict, WorkflowId,
};
use serde_json::{Value, json};

use crate::studio::sample;

const SIZE_PX: u32 = 64;

struct Accepting {
    studio: Arc<Studio>,
    _folder: tempfile::TempDir,
}

impl Accepting {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = StudioOptions::in_process(DataDir::new(folder.path()));
        Self {
            studio: Studio::open(&options).unwrap(),
            _folder: folder,
        }
    }

    /// A shadow run of the canonical still whose graph has another setting than legacy.
    fn run(&self, step: &str, node: &str, setting: &str, value: Value) -> RunDetail {
        let id = WorkflowId::literal("canonical-still");
        let mut workflow = self.studio.workflow_get(&id).unwrap().workflow;
        let mut set = |node: &str, setting: &str, value: Value| {
            let found = workflow.nodes.iter_mut().find(|it| it.id.as_str() == node);
            found.unwrap().settings.insert(setting.to_owned(), value);
        };
        for (setting, value) in [
            ("width_px", SIZE_PX),
            ("height_px", SIZE_PX),
            ("samples", 4),
        ] {
            set("still", setting, value.into());
        }
        set(node, setting, value);
        let step = sample(step).to_string_lossy().into_owned();
        let request = DispatchRequest {
            mode: Some(ExecutionMode::Shadow),
            ..DispatchRequest::new(
                WorkflowSource::Document(Box::new(workflow)),
                SubjectSource::SampleOrderLine(FileSource::Path(step)),
            )
        };
        self.studio.run_to_end(&request, &()).unwrap()
    }

    /// A run that looks from elsewhere.
    fn turned(&self, degrees: i32) -> RunDetail {
        self.run(
            "flange_bracket.step",
            "scene",
            "azimuth_deg",
            json!(degrees),
        )
    }

    fn accept(&self, run: &RunDetail, scope: ReviewScope, end: Timestamp) -> Review {
        let request = ReviewRequest {
            run: run.record.id.clone(),
            output: picture(run).name.clone(),
            decision: ReviewDecision::Accept,
            scope,
            reason: "as the studio wants it".to_owned(),
            expires_at: Some(end),
        };
        self.studio.review_add(&request).unwrap()
    }
}

fn picture(run: &RunDetail) -> &Comparison {
    &run.evidence
        .as_ref()
        .expect("it was compared")
        .comparison
        .parts[0]
}

fn later(run: &RunDetail) -> Timestamp {
    run.record.created_at.plus_days(90)
}

fn fails(run: &RunDetail) {
    let sentence = &picture(run).sentence;
    assert_eq!(run.record.verdict, Some(Verdict::Fail), "{sentence}");
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(i64::try_from(since.unwrap().as_millis()).unwrap())
}

#[test]
fn what_was_accepted_passes_until_it_is_taken_back_or_expires() {
    let studio = Accepting::new();
    let first = studio.turned(90);
    fails(&first);
    let review = studio.accept(&first, ReviewScope::Case, later(&first));
    let second = studio.turned(90);
    let record = &second.record;
    let sentence = record.sentence.clone().unwrap();
    assert_eq!(record.verdict, Some(Verdict::Pass), "{sentence}");
    let until = format!("local accepted until {}", later(&first).date());
    assert!(sentence.contains(&until), "{sentence}");
    let part = picture(&second);
    let accepted = part.accepted.as_ref().expect("it says by what it passes");
    assert_eq!(
        (&accepted.review, accepted.verdict),
        (&review.id, Verdict::Fail)
    );
    assert_eq!(
        part.rungs,
        picture(&first).rungs,
        "the numbers are those of the two sides"
    );
    let again = studio.studio.run_get(&first.record.id).unwrap();
    assert_eq!(again.record.verdict, Some(Verdict::Fail), "the past stays");
    let other = studio.turned(30);
    fails(&other);
    let notes = picture(&other).measured.notes.join("\n");
    assert!(notes.contains("doesn't cover it"), "{notes}");
    studio.studio.review_revoke(&review.id).unwrap();
    fails(&studio.turned(90));
    let end = Timestamp(now().0 + 300);
    studio.accept(&first, ReviewScope::Case, end);
    while now() < end {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    fails(&studio.turned(90));
}

#[test]
fn a_mask_covers_what_lies_within_and_nothing_else() {
    let studio = Accepting::new();
    let first = studio.turned(90);
    let rect = |width_px, height_px| {
        let region = Region {
            x_px: 0,
            y_px: 0,
            width_px,
            height_px,
        };
        ReviewScope::Region(vec![Mask::Rect(region)])
    };
    let elsewhere = studio.accept(&first, rect(3, 2), later(&first));
    let second = studio.turned(90);
    fails(&second);
    let notes = picture(&second).measured.notes.join("\n");
    assert!(notes.contains("outside of the regions"), "{notes}");
    studio.studio.review_revoke(&elsewhere.id).unwrap();
    studio.accept(&first, rect(SIZE_PX, SIZE_PX), later(&first));
    let third = studio.turned(90);
    assert_eq!(
        third.record.verdict,
        Some(Verdict::Pass),
        "{:?}",
        third.record.sentence
    );
    fails(&studio.turned(30));
}

#[test]
fn an_output_types_bound_holds_for_other_subjects_with_the_same_sign() {
    let studio = Accepting::new();
    let exposed = |step, value: f64| studio.run(step, "still", "exposure_ev", json!(value));
    let first = exposed("ball_bearing.step", 1.0);
    fails(&first);
    studio.accept(&first, ReviewScope::OutputType, later(&first));
    let less = exposed("flange_bracket.step", 0.2);
    let sentence = less.record.sentence.clone().unwrap_or_default();
    assert_eq!(
        less.record.verdict,
        Some(Verdict::Pass),
        "{sentence} {:?}",
        picture(&less).measured.notes
    );
    assert!(
        sentence.contains("is no worse than what local accepted"),
        "{sentence}"
    );
    let darker = exposed("flange_bracket.step", -0.2);
    assert_ne!(
        darker.record.verdict,
        Some(Verdict::Pass),
        "{:?}",
        darker.record.sentence
    );
    let more = exposed("flange_bracket.step", 2.0);
    fails(&more);
}

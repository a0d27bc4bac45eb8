//! An output type's noise floor: measured with legacy alone, and what later comparisons go by.

use std::time::Duration;

use hartomat_api::{
    Backend as _, CalibrationRequest, DispatchRequest, ErrorKind, ImportFormat, ImportRequest,
    OutputTypeDraft, SubjectSource, WorkflowSource,
};
use hartomat_app::{DataDir, Studio, StudioOptions, bundled_sample};
use hartomat_schema::{
    Calibration, CalibrationState, ExecutionMode, NodeType, OrderLineId, RolloutAction,
    RolloutScope, WorkflowId,
};
use serde_json::json;

use crate::studio::sample;

#[test]
fn comparisons_take_their_tolerances_from_the_calibrated_floor() {
    let folder = tempfile::tempdir().unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let studio = Studio::open(&options).unwrap();
    let workflow = WorkflowId::literal("canonical-still");
    let draft = OutputTypeDraft {
        name: "Tiny".to_owned(),
        workflow: workflow.clone(),
    };
    let mut tiny = studio.output_type_create(&draft).unwrap().output_type;
    let params = &mut tiny.legacy_preset.params;
    for (name, value) in [("width", 32), ("height", 32), ("samples", 1)] {
        params.insert(name.to_owned(), json!(value));
    }
    // Another seed than legacy's: what differs is noise.
    let small = json!({ "width_px": 32, "height_px": 32, "samples": 1, "seed": 7 });
    let still = NodeType::literal("render_still");
    let small = small.as_object().cloned().unwrap();
    tiny.overrides.insert(still, small);
    studio.output_type_put(&tiny).unwrap();
    let rows = json!([{ "order": "A", "line": "A-1", "product": "flange", "output_type": tiny.id,
                        "cad_file": sample("flange_bracket.step"), "requested_by": "ada" }]);
    let import = ImportRequest {
        format: ImportFormat::Json,
        text: rows.to_string(),
        dry_run: false,
        skip_refused: false,
    };
    studio.import(&import).unwrap();
    let request = CalibrationRequest {
        times: 2,
        order_line: None,
    };
    let entry = || studio.output_type_list().unwrap().remove(0);
    studio.calibrate(&tiny.id, &request).unwrap();
    let calibrated = loop {
        let found = entry().calibration.unwrap();
        if found.state != CalibrationState::Running {
            break found;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert_eq!(
        calibrated.cad_file, "flange_bracket.step",
        "the order line's"
    );
    let floor = calibrated.floor.expect("legacy has noise");
    assert!(floor.flip_worst_tile > 0.0, "{floor:?}");
    let scope = RolloutScope::OutputType(tiny.id.clone());
    let promote = RolloutAction::Promote { exception: None };
    studio.rollout_decide(&scope, &promote).unwrap();
    let request = DispatchRequest {
        mode: Some(ExecutionMode::Shadow),
        ..DispatchRequest::new(
            WorkflowSource::Saved(workflow),
            SubjectSource::OrderLine(OrderLineId::literal("A-1")),
        )
    };
    let run = studio.run_to_end(&request, &()).unwrap();
    let part = &run.evidence.unwrap().comparison.parts[0];
    assert_eq!(part.floor, Some(floor), "{}", part.sentence);
    let notes = part.measured.notes.join("\n");
    assert!(notes.contains("tolerances from the noise floor"), "{notes}");
    // Another preset has another noise.
    assert!(entry().findings.is_empty(), "{:?}", entry().findings);
    tiny.legacy_preset
        .params
        .insert("samples".to_owned(), json!(2));
    studio.output_type_put(&tiny).unwrap();
    let stale = entry().findings;
    assert!(
        stale.iter().any(|found| found.code == "stale_noise_floor"),
        "{stale:?}"
    );
    assert!(studio.message_list().unwrap().is_empty(), "nobody was told");
    assert_eq!(
        studio.notification_list().unwrap().len(),
        1,
        "of the run alone"
    );
}

#[test]
fn noise_floors_are_measured_one_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let studio = Studio::open(&options).unwrap();
    let made = ["One", "Another"].map(|name| {
        let draft = OutputTypeDraft {
            name: name.to_owned(),
            workflow: WorkflowId::literal("canonical-still"),
        };
        studio.output_type_create(&draft).unwrap().output_type.id
    });
    let request = CalibrationRequest {
        times: Calibration::MAX_TIMES,
        order_line: None,
    };
    bundled_sample(folder.path()).unwrap();
    let begun = std::thread::scope(|threads| {
        let asked = [&made[0], &made[0], &made[1], &made[1]].map(|id| {
            let (studio, request) = (&studio, &request);
            threads.spawn(move || studio.calibrate(id, request))
        });
        asked.map(|thread| match thread.join().unwrap() {
            Ok(begun) => Some(begun.output_type),
            Err(err) => {
                assert_eq!(err.kind, ErrorKind::Conflict, "{err}");
                None
            }
        })
    });
    let mut begun = begun.into_iter().flatten();
    let first = begun.next().unwrap();
    assert_eq!(begun.next(), None);
    studio.shut_down();
    let state = || {
        let entries = studio.output_type_list().unwrap();
        let mut entries = entries.into_iter();
        let entry = entries.find(|it| it.output_type.id == first).unwrap();
        entry.calibration.unwrap().state
    };
    while state() == CalibrationState::Running {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(state(), CalibrationState::Failed, "it was stopped");
}

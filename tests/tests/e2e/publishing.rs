//! A media asset is there when its node has committed, not before, and then once.

use std::sync::{Arc, Mutex};

use hartomat_api::{Backend as _, DispatchRequest, FileSource, SubjectSource, WorkflowSource};
use hartomat_app::{DataDir, RunWatcher, Studio, StudioOptions};
use hartomat_schema::{ExecutionMode, RunEvent, RunEventKind, RunId, Side, WorkflowId};
use hartomat_store::{LegacyDb, MediaAssetFilter, OpenOptions};
use serde_json::json;

use crate::studio::sample;

/// How many media assets there are at each event of a run.
struct Watcher {
    db: LegacyDb,
    seen: Mutex<Vec<(RunEventKind, usize)>>,
}

impl RunWatcher for Watcher {
    fn event(&self, run: &RunId, event: &RunEvent) {
        let filter = MediaAssetFilter {
            run: Some(run.clone()),
            ..MediaAssetFilter::default()
        };
        let there = self.db.media_asset_list(&filter).unwrap().len();
        self.seen.lock().unwrap().push((event.kind.clone(), there));
    }
}

fn watch(workflow: &str, renders: &str) {
    let folder = tempfile::tempdir().unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let studio = Studio::open(&options).unwrap();
    let path = folder.path().join("legacy.db");
    let watcher = Arc::new(Watcher {
        db: LegacyDb::open(&path, &OpenOptions::default()).unwrap().0,
        seen: Mutex::default(),
    });
    studio.watch(watcher.clone());
    let id = WorkflowId::new(workflow).unwrap();
    let mut workflow = studio.workflow_get(&id).unwrap().workflow;
    let small = [
        ("width_px", 32),
        ("height_px", 32),
        ("samples", 1),
        ("frames", 3),
    ];
    for node in &mut workflow.nodes {
        for (name, value) in small {
            let is_of_it = name != "frames" || renders == "render_turntable";
            if node.node_type.as_str() == renders && renders != "export_blend" && is_of_it {
                node.settings.insert(name.to_owned(), json!(value));
            }
        }
    }
    let step = sample("flange_bracket.step").to_string_lossy().into_owned();
    let request = DispatchRequest {
        mode: Some(ExecutionMode::Graph),
        ..DispatchRequest::new(
            WorkflowSource::Document(Box::new(workflow)),
            SubjectSource::SampleOrderLine(FileSource::Path(step)),
        )
    };
    let run = studio.run_to_end(&request, &()).unwrap();
    let reason = run.record.fallback.clone();
    assert_eq!(run.record.delivered_by, Some(Side::Candidate), "{reason:?}");
    assert_eq!(run.media_assets.len(), 1);
    let seen = watcher.seen.lock().unwrap();
    let saved = seen.iter().position(|(kind, _)| match kind {
        RunEventKind::NodeSucceeded { node, .. } => node.as_str() == "save",
        _ => false,
    });
    let saved = saved.expect("`output_save` ran");
    let rendered = seen.iter().position(|(kind, _)| match kind {
        RunEventKind::NodeSucceeded { outputs, .. } => outputs
            .keys()
            .any(|port| ["image", "video", "blend"].contains(&port.as_str())),
        _ => false,
    });
    assert!(rendered.expect("something was rendered") < saved);
    let committed =
        |(kind, _): &(RunEventKind, usize)| matches!(kind, RunEventKind::Delivered { .. });
    let committed = seen.iter().position(committed).expect("it was delivered");
    assert!(saved < committed);
    for (at, (kind, there)) in seen.iter().enumerate() {
        let expected = usize::from(at >= committed);
        assert_eq!(*there, expected, "at {kind:?}");
    }
}

#[test]
fn a_still_is_published_when_output_save_commits() {
    watch("canonical-still", "render_still");
}

#[test]
fn a_turntable_is_published_when_output_save_commits() {
    watch("turntable", "render_turntable");
}

#[test]
fn a_blender_file_is_published_when_output_save_commits() {
    watch("blend-export", "export_blend");
}

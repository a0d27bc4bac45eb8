//! The graph's side broken on purpose at each of its seams: legacy delivers all the same.

use std::sync::Arc;

use hartomat_api::{
    Backend as _, DispatchRequest, FileSource, RunDetail, SubjectSource, WorkflowSource,
};
use hartomat_app::fail_points::{Fault, Seam, break_at};
use hartomat_app::{DataDir, Studio, StudioOptions};
use hartomat_schema::{ExecutionMode, RunState, Side, Verdict, WorkflowId};
use serde_json::json;

use crate::studio::sample;

fn run(studio: &Arc<Studio>, mode: ExecutionMode) -> RunDetail {
    let id = WorkflowId::literal("canonical-still");
    let mut workflow = studio.template_list().unwrap();
    workflow.retain(|it| it.id == id);
    let mut workflow = workflow.remove(0);
    for node in &mut workflow.nodes {
        if node.node_type.as_str() == "render_still" {
            for (name, value) in [("width_px", 16), ("height_px", 16), ("samples", 1)] {
                node.settings.insert(name.to_owned(), json!(value));
            }
        }
    }
    let step = sample("flange_bracket.step").to_string_lossy().into_owned();
    let request = DispatchRequest {
        mode: Some(mode),
        ..DispatchRequest::new(
            WorkflowSource::Document(Box::new(workflow)),
            SubjectSource::SampleOrderLine(FileSource::Path(step)),
        )
    };
    studio.run_to_end(&request, &()).unwrap()
}

#[test]
fn legacy_delivers_whatever_breaks_on_the_graphs_side() {
    // Shadow runs have delivered before the graph begins; they are in the long version.
    let modes: &[ExecutionMode] = match std::env::var_os("HARTOMAT_SOAK") {
        Some(_) => &[ExecutionMode::Graph, ExecutionMode::Shadow],
        None => &[ExecutionMode::Graph],
    };
    let folder = tempfile::tempdir().unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let studio = Studio::open(&options).unwrap();
    for &mode in modes {
        for seam in Seam::ALL {
            for fault in [Fault::Fail, Fault::Panic] {
                if (seam, fault) == (Seam::Database, Fault::Panic) {
                    // Reading a database gives errors; it doesn't panic.
                    continue;
                }
                break_at(Some((seam, fault)));
                let ended = run(&studio, mode);
                break_at(None);
                let record = &ended.record;
                let at = format!(
                    "{mode} {seam:?} {fault:?}: {:?} {:?}",
                    record.state, record.reason
                );
                // A comparison that breaks has nobody to harm: the graph has delivered by then.
                let by = match (mode, seam) {
                    (ExecutionMode::Graph, Seam::Comparison) => Side::Candidate,
                    _ => Side::Control,
                };
                assert_eq!(record.delivered_by, Some(by), "{at}");
                assert!(
                    matches!(record.state, RunState::Succeeded | RunState::FellBack),
                    "{at}"
                );
                assert_eq!(ended.media_assets.len(), 1, "{at}");
                assert_eq!(ended.notifications.len(), 1, "{at}");
                assert_ne!(record.verdict, Some(Verdict::Pass), "{at}");
            }
        }
    }
    let well = run(&studio, ExecutionMode::Graph);
    assert_eq!(well.record.delivered_by, Some(Side::Candidate));
}

//! Golden cases: both sides agree as they are, and every seeded defect of a node is found by its name.

use std::sync::Arc;

use hartomat_api::{Backend as _, GoldenReport, GoldenRequest, OutputTypeDraft, WorkflowSave};
use hartomat_app::{DataDir, Studio, StudioOptions};
use hartomat_schema::{
    Edge, Endpoint, GoldenAspect, GoldenCaseId, GoldenResult, Node, NodeId, OutputTypeId, RunState,
    Workflow, WorkflowId,
};
use serde_json::{Value, json};

const WORKFLOW: WorkflowId = WorkflowId::literal("canonical-still");

struct Golden {
    studio: Arc<Studio>,
    _folder: tempfile::TempDir,
}

impl Golden {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = StudioOptions::in_process(DataDir::new(folder.path()));
        Self {
            studio: Studio::open(&options).unwrap(),
            _folder: folder,
        }
    }

    /// Runs a case on a workflow as it is saved.
    fn run(&self, workflow: &WorkflowId, case: &str) -> GoldenResult {
        self.run_beside(workflow, case, None)
    }

    /// The same beside the legacy preset of an output type.
    fn run_beside(
        &self,
        workflow: &WorkflowId,
        case: &str,
        output_type: Option<OutputTypeId>,
    ) -> GoldenResult {
        let case = GoldenCaseId::new(case).unwrap();
        let request = GoldenRequest {
            workflow: workflow.clone(),
            case: case.clone(),
            output_type,
        };
        let record = self.studio.golden_dispatch(&request).unwrap();
        self.studio.follow_to_end(&record, &()).unwrap();
        let mut result = None;
        while result.is_none() {
            let report = self.report(workflow);
            result = report
                .result(&case)
                .filter(|it| it.run == record.id)
                .cloned();
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        result.unwrap()
    }

    fn report(&self, workflow: &WorkflowId) -> GoldenReport {
        self.studio.golden_report(workflow).unwrap()
    }

    /// What the still case finds in the canonical still with a defect.
    fn defect(&self, seed: impl Fn(&mut Workflow)) -> Vec<GoldenAspect> {
        let saved = self.studio.workflow_get(&WORKFLOW).unwrap();
        let mut bundled = self.studio.template_list().unwrap().into_iter();
        let mut workflow = bundled.find(|it| it.id == WORKFLOW).unwrap();
        seed(&mut workflow);
        let save = WorkflowSave {
            workflow,
            expected_revision: saved.revision,
            catalogue_etag: None,
        };
        self.studio.workflow_put(&save).unwrap();
        let result = self.run(&WORKFLOW, "still");
        let failed = result.checks.iter().filter(|check| !check.passed);
        failed.map(|check| check.aspect).collect()
    }
}

fn node<'a>(workflow: &'a mut Workflow, id: &str) -> &'a mut Node {
    let mut nodes = workflow.nodes.iter_mut();
    nodes.find(|node| node.id.as_str() == id).unwrap()
}

fn set(workflow: &mut Workflow, id: &str, setting: &str, value: Value) {
    let settings = &mut node(workflow, id).settings;
    settings.insert(setting.to_owned(), value);
}

/// A second node of the same type with the same inputs.
fn twice(workflow: &mut Workflow, id: &str) {
    let second = NodeId::new(format!("{id}_2")).unwrap();
    let mut copy = node(workflow, id).clone();
    copy.id = second.clone();
    workflow.nodes.push(copy);
    let fed: Vec<_> = workflow
        .edges
        .iter()
        .filter(|edge| edge.to.node.as_str() == id)
        .collect();
    let copies: Vec<Edge> = fed
        .into_iter()
        .map(|edge| Edge {
            to: Endpoint {
                node: second.clone(),
                port: edge.to.port.clone(),
            },
            ..edge.clone()
        })
        .collect();
    workflow.edges.extend(copies);
}

#[test]
fn every_case_of_stills_and_thumbnails_passes_and_a_changed_definition_has_none() {
    let golden = Golden::new();
    for case in [
        "still",
        "failing_render",
        "missing_material",
        "missing_template",
    ] {
        let result = golden.run(&WORKFLOW, case);
        assert!(result.passed(), "{result:#?}");
    }
    let thumbnail = golden.run(&WorkflowId::literal("cad-thumbnail"), "thumbnail");
    assert!(thumbnail.passed(), "{thumbnail:#?}");
    let report = golden.report(&WORKFLOW);
    assert_eq!((report.cases.len(), report.results.len()), (4, 4));
    golden.defect(|workflow| set(workflow, "still", "seed", json!(7)));
    let report = golden.report(&WORKFLOW);
    assert_eq!(
        report.results.len(),
        1,
        "the others ran on another definition"
    );
    let xml = hartomat_app::golden_report_file(&report, hartomat_api::ReportFormat::Xml);
    let xml = String::from_utf8(xml).unwrap();
    assert!(
        xml.contains("skipped=\"3\"") && xml.contains("name=\"output_file\""),
        "{xml}"
    );
}

#[test]
fn a_golden_run_that_is_cancelled_leaves_the_earlier_result() {
    let golden = Golden::new();
    let passed = golden.run(&WORKFLOW, "still");
    let request = GoldenRequest {
        workflow: WORKFLOW,
        case: passed.case.clone(),
        output_type: None,
    };
    let record = golden.studio.golden_dispatch(&request).unwrap();
    golden.studio.run_cancel(&record.id).unwrap();
    let ended = golden.studio.follow_to_end(&record, &()).unwrap();
    assert_eq!(ended.record.state, RunState::Cancelled);
    // A run is judged right after its end.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let report = golden.report(&WORKFLOW);
    assert_eq!(report.result(&passed.case), Some(&passed));
}

#[test]
fn each_seeded_defect_is_caught_by_name() {
    use GoldenAspect::{LogFields, MediaAsset, Notifications, OutputFile, RenderStatus};
    let golden = Golden::new();
    let caught = |aspect, seed: &dyn Fn(&mut Workflow)| {
        let found = golden.defect(seed);
        assert!(found.contains(&aspect), "{aspect:?} in {found:?}");
        found
    };
    let only = |aspect, seed: &dyn Fn(&mut Workflow)| {
        assert_eq!(caught(aspect, seed), [aspect]);
    };
    // A wrong material is seen in the picture, and the log tells of it.
    let brass = json!({ "Ball": "brass" });
    let found = caught(OutputFile, &|it| {
        set(it, "materials", "overrides", brass.clone())
    });
    assert!(found.contains(&LogFields), "{found:?}");
    only(OutputFile, &|it| set(it, "scene", "azimuth_deg", json!(34)));
    only(OutputFile, &|it| {
        set(it, "scene", "elevation_deg", json!(24))
    });
    only(OutputFile, &|it| {
        set(it, "still", "exposure_ev", json!(0.3))
    });
    only(OutputFile, &|it| {
        set(it, "glb", "deflection_percent", json!(3.0))
    });
    caught(LogFields, &|it| {
        set(
            it,
            "materials",
            "overrides",
            json!({ "Cage": "steel_brushed" }),
        );
    });
    only(MediaAsset, &|it| twice(it, "save"));
    only(Notifications, &|it| twice(it, "tell"));
    only(Notifications, &|it| {
        set(it, "tell", "recipients", json!(["somebody else"]));
    });
    only(Notifications, &|it| {
        it.nodes.retain(|node| node.id.as_str() != "tell");
        it.edges.retain(|edge| edge.to.node.as_str() != "tell");
    });
    caught(RenderStatus, &|it| {
        set(it, "materials", "fallback", json!("unobtainium"));
    });
}

#[test]
fn a_wrong_number_of_frames_is_caught_by_name() {
    let golden = Golden::new();
    let id = WorkflowId::literal("turntable");
    let draft = OutputTypeDraft {
        name: "Turntable".to_owned(),
        workflow: id.clone(),
    };
    let made = golden.studio.output_type_create(&draft).unwrap();
    let mut workflow = golden.studio.workflow_get(&id).unwrap().workflow;
    let frames = made.output_type.legacy_preset.params["frames"]
        .as_u64()
        .unwrap();
    set(&mut workflow, "turntable", "frames", json!(frames - 1));
    let save = WorkflowSave {
        workflow,
        expected_revision: 0,
        catalogue_etag: None,
    };
    golden.studio.workflow_put(&save).unwrap();
    let result = golden.run_beside(&id, "turntable", Some(made.output_type.id));
    let failed: Vec<_> = result.checks.iter().filter(|check| !check.passed).collect();
    assert_eq!(failed[0].aspect, GoldenAspect::OutputFile);
    assert!(
        failed[0].sentence.contains("frame counts differ"),
        "{}",
        failed[0].sentence
    );
}

//! Two videos of a real shadow run beside each other: in step, frame by frame, with their curve.

use std::sync::Arc;

use egui::{Event, Key, Modifiers, PointerButton, pos2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hartomat_api::{
    Backend, DispatchRequest, FileSource, RunDetail, SubjectSource, WorkflowSource,
};
use hartomat_editor::compare_view::{
    CompareCommand, CompareMode, CompareSource, OpenComparison, Pixels, Video,
};
use hartomat_editor::runs::RunsCommand;
use hartomat_editor::{App, Command};
use hartomat_schema::{ExecutionMode, Verdict, WorkflowId};
use hartomat_tests::sample;
use serde_json::json;

use crate::support::Data;
use crate::window::Window;

/// A shadow run of a small turntable whose graph has another material than legacy.
fn turntable(backend: &dyn Backend) -> RunDetail {
    let id = WorkflowId::literal("turntable");
    let mut workflow = backend.workflow_get(&id).unwrap().workflow;
    for (node, name, value) in [
        ("glb", "deflection_percent", json!(1.0)),
        ("materials", "overrides", json!({"*": "rubber_black"})),
        ("turntable", "renderer", json!("embedded")),
        ("turntable", "width_px", json!(64)),
        ("turntable", "height_px", json!(64)),
        ("turntable", "samples", json!(4)),
        ("turntable", "frames", json!(5)),
        ("turntable", "fps", json!(5)),
    ] {
        let mut nodes = workflow.nodes.iter_mut();
        let node = nodes.find(|found| found.id.as_str() == node).unwrap();
        node.settings.insert(name.to_owned(), value);
    }
    let step = sample("flange_bracket.step").to_string_lossy().into_owned();
    let request = DispatchRequest::new(
        WorkflowSource::Document(Box::new(workflow)),
        SubjectSource::SampleOrderLine(FileSource::Path(step)),
    );
    let run = |mode| {
        let request = DispatchRequest {
            mode: Some(mode),
            ..request.clone()
        };
        backend.run_to_end(&request, &()).unwrap()
    };
    // A candidate has the machine's spare time alone; what is cached can't come too late.
    run(ExecutionMode::Graph);
    run(ExecutionMode::Shadow)
}

fn open_of(app: &App) -> Option<&OpenComparison> {
    app.state().compare.open.as_ref()
}

fn video(window: &Window) -> &Video {
    open_of(window.app()).unwrap().video.as_ref().unwrap()
}

/// Until the frame that is looked at is there, of both sides.
fn until_there(window: &mut Window) {
    window.until("the frame is there", |app| {
        let open = open_of(app).unwrap();
        let shown = open.video.as_ref().and_then(|video| video.shown);
        shown.is_some() && shown == open.video.as_ref().map(|video| video.frame)
    });
    let open = open_of(window.app()).unwrap();
    assert!(open.sides().iter().all(|side| side.read().is_some()));
}

/// Both sides show this frame as it is stored.
fn shows_frame(window: &Window, backend: &dyn Backend, frame: u64) {
    let open = open_of(window.app()).unwrap();
    assert_eq!(open.video.as_ref().unwrap().shown, Some(frame));
    for side in open.sides() {
        let digest = side.artifact.as_ref().unwrap().digest;
        let stored = backend.artifact_frame(&digest, frame).unwrap();
        let stored = Pixels::decode(&stored).unwrap();
        for (x, y) in [(32, 32), (20, 40), (44, 24)] {
            assert_eq!(side.read().unwrap().at(0, x, y), stored.at(0, x, y));
        }
    }
}

#[test]
fn two_videos_play_in_step_and_their_worst_frame_is_found() {
    let data = Data::new();
    let mut window = data.window();
    let backend = data.somebody_else();
    let run = turntable(&*backend);
    assert_eq!(run.record.verdict, Some(Verdict::Fail));
    let id = run.record.id.clone();
    window.push(Command::Runs(RunsCommand::Open(id)));
    window.until("the run was read", |app| {
        let view = app.state().runs.view.as_ref();
        let detail = view.and_then(|view| view.detail.as_ref());
        detail.is_some_and(|detail| detail.evidence.is_some())
    });
    window.push(Command::Compare(CompareCommand::OpenRun));
    until_there(&mut window);
    let worst = video(&window).curve.as_ref().unwrap().worst;
    shows_frame(&window, &*backend, worst);
    assert!(window.shows_part(&format!("Frame {worst} of 5")));
    from_frame_to_frame(&mut window, &backend);
    every_way_to_look(&mut window);
    played(&mut window);
    found_on_the_curve(&mut window, worst);
    as_files(&mut window, &*backend, &run);
}

fn from_frame_to_frame(window: &mut Window, backend: &Arc<dyn Backend>) {
    for (key, frame) in [
        (Key::Home, 1),
        (Key::ArrowRight, 2),
        (Key::End, 5),
        (Key::ArrowRight, 5),
        (Key::ArrowLeft, 4),
    ] {
        window.press(key);
        until_there(window);
        shows_frame(window, &**backend, frame);
    }
}

fn frame(app: &App) -> u64 {
    open_of(app).unwrap().video.as_ref().unwrap().frame
}

fn every_way_to_look(window: &mut Window) {
    for key in [Key::Num2, Key::Num3, Key::Num4, Key::Num5] {
        window.press(key);
        window.until("it is drawn", |app| {
            let tiles = &open_of(app).unwrap().tiles;
            tiles.in_view() > 0 && tiles.missing() == 0
        });
    }
    assert_eq!(open_of(window.app()).unwrap().mode, CompareMode::Difference);
    window.press(Key::D);
    window.until("FLIP of the frame was measured", |app| {
        matches!(open_of(app).unwrap().perceived, Some(Ok(Some(_))))
    });
    window.press(Key::ArrowLeft);
    until_there(window);
    window.until("and of the next one", |app| {
        matches!(open_of(app).unwrap().perceived, Some(Ok(Some(_))))
    });
    window.press(Key::Space);
    window.until("it plays without waiting for FLIP", |app| frame(app) == 5);
    window.press(Key::Space);
    window.press(Key::Num1);
}

fn played(window: &mut Window) {
    window.press(Key::Questionmark);
    for name in ["Play or pause both videos", "One frame on", "Worst frame"] {
        assert!(window.shows(name), "{name} has a key");
    }
    window.press(Key::Escape);
    window.press(Key::K);
    assert_eq!(video(window).speed, 2.0);
    window.press(Key::End);
    until_there(window);
    window.press(Key::Space);
    assert!(window.shows("Pause"));
    window.until("it plays", |app| frame(app) == 3);
    window.until("the first frame follows the last", |app| frame(app) == 1);
    window.click_button("Pause");
    window.press(Key::O);
    window.press(Key::Space);
    window.until("it ends", |app| {
        !open_of(app).unwrap().is_playing() && frame(app) == 5
    });
}

fn found_on_the_curve(window: &mut Window, worst: u64) {
    let curve = window.rect_of("Difference of each frame");
    let at = pos2(curve.left() + curve.width() * 0.3, curve.center().y);
    window.event(Event::PointerMoved(at));
    for pressed in [true, false] {
        window.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    until_there(window);
    assert_eq!(video(window).frame, 2, "the second of five columns");
    let node = window.harness.get_by_label("Difference of each frame");
    assert_eq!(node.accesskit_node().numeric_value(), Some(2.0));
    let said = window.description_of("Difference of each frame");
    assert!(
        said.starts_with("Frame 2 of 5") && said.contains("Fail"),
        "{said}"
    );
    window.click_button("Worst frame");
    until_there(window);
    assert_eq!(video(window).frame, worst);
    assert!(!open_of(window.app()).unwrap().hot_spots.is_empty());
}

/// The same two as files of this machine.
fn as_files(window: &mut Window, backend: &dyn Backend, run: &RunDetail) {
    let evidence = run.evidence.as_ref().unwrap();
    let sides = [("a.mp4", &evidence.control), ("b.mp4", &evidence.candidate)];
    let sources = sides.map(|(name, artifact)| {
        let path = window.folder.path().join(name);
        let digest = artifact.as_ref().unwrap().digest;
        backend.artifact_save(&digest, &path, &|_, _| {}).unwrap();
        CompareSource::File(path)
    });
    window.push(Command::Compare(CompareCommand::Open(Box::new(sources))));
    window.until("they were measured", |app| {
        open_of(app).unwrap().video.is_some()
    });
    until_there(window);
    assert_eq!((video(window).counts, video(window).fps), ([5, 5], 5.0));
    assert!(window.shows("A: a.mp4") && window.shows("B: b.mp4"));
}

//! Kills the editor in the midst of edits: its draft is complete to the last gesture that it had
//! called durable. `HARTOMAT_KILLS` says how often.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hartomat_document::OpenDocument;
use hartomat_editor::drafts::{DraftContent, DraftFolder};
use hartomat_editor::files::EditorFolder;
use hartomat_schema::Workflow;

use crate::fixtures;
use crate::story;

const VICTIM: &str = env!("CARGO_BIN_EXE_hartomat-editor-victim");

/// Longer than a victim takes on any machine.
const LONG: Duration = Duration::from_secs(60);

fn kills() -> u64 {
    let wanted = std::env::var("HARTOMAT_KILLS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(50)
}

#[test]
fn a_killed_editor_leaves_a_draft_that_is_complete_to_the_last_gesture() {
    let mut random = 7_u64;
    for round in 0..kills() {
        let folder = tempfile::tempdir().unwrap();
        fixtures::write_library_copy(folder.path());
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let gestures = 1 + (random >> 40) % 16;
        let after = Duration::from_micros((random >> 20) % 60_000);
        let acknowledged = kill_once(folder.path(), gestures, after);
        assert!(acknowledged >= gestures);
        check(folder.path(), acknowledged, round);
    }
}

/// Lets a victim work until so many gestures are durable, and a little longer, and kills it; the last
/// gesture that it had called durable.
fn kill_once(folder: &Path, gestures: u64, after: Duration) -> u64 {
    let heard = folder.join("heard");
    let mut victim = Command::new(VICTIM)
        .arg(folder)
        .stdout(std::fs::File::create(&heard).unwrap())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while last_heard(&heard) < gestures {
        assert!(begun.elapsed() < LONG, "the victim got stuck");
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(after);
    assert_eq!(
        victim.try_wait().unwrap(),
        None,
        "the victim ended by itself"
    );
    victim.kill().unwrap();
    victim.wait().unwrap();
    last_heard(&heard)
}

fn last_heard(heard: &Path) -> u64 {
    let text = std::fs::read_to_string(heard).unwrap();
    // The last line may be cut off.
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().last().map_or(0, |line| line.parse().unwrap())
}

fn check(folder: &Path, acknowledged: u64, round: u64) {
    let drafts = DraftFolder::new(EditorFolder::new(folder).drafts());
    let left = drafts.left_behind();
    assert_eq!(left.len(), 1, "round {round}: one draft");
    let text = std::fs::read(&left[0]).unwrap();
    let read = DraftContent::read(&text);
    let workflow = read
        .unwrap_or_else(|err| panic!("round {round}: {err}"))
        .draft
        .workflow;
    let reached: u64 = workflow.description.parse().unwrap();
    assert!(
        reached >= acknowledged,
        "round {round}: gesture {acknowledged} was durable, the draft has {reached}"
    );
    let expected = replay(&workflow, reached);
    assert_eq!(workflow.to_json(), expected.to_json(), "round {round}");
}

/// The document after so many gestures.
fn replay(like: &Workflow, gestures: u64) -> Workflow {
    let mut empty = like.clone();
    empty.nodes.clear();
    empty.description.clear();
    empty.name = "Untitled workflow".to_owned();
    let catalogue = fixtures::catalogue();
    let mut document = OpenDocument::new(empty);
    for number in 1..=gestures {
        document.apply(&story::gesture(number), &catalogue).unwrap();
    }
    Workflow::clone(document.workflow())
}

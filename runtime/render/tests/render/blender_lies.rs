//! Blenders that lie, crash and hang: each costs one job, with the right reason, and leaves nothing behind.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hartomat_render::{
    Blender, BlenderConfig, EncodeOptions, ImageFormat, NoObserver, RenderBackend, RenderError,
    RenderObserver, TurnFrame, encode,
};
use tempfile::TempDir;

use crate::support::{furnace, glb, material, render, request, sphere};

const SIZE: [u32; 2] = [8, 6];

/// A stub that tells one lie, with the pictures that it shows around.
pub(crate) struct Stub {
    folder: TempDir,
    program: PathBuf,
}

impl Stub {
    pub(crate) fn new(lie: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let program = folder.path().join(format!("blender-{lie}"));
        std::fs::write(&program, include_str!("stub_blender.py")).expect("the stub is written");
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&program, executable).expect("the stub is executable");
        let ball = glb(&[sphere(0.01, 4)], &[(0, "Ball", [0.0; 3])]);
        let scene = furnace(&ball, material(0.5, 0.0, 0.5));
        for (name, size) in [("right.exr", SIZE), ("wrong.exr", [7, 6])] {
            let picture = render(&scene, &ball, size, 1);
            let file = encode(&picture, ImageFormat::Exr, &EncodeOptions::default());
            std::fs::write(folder.path().join(name), file.expect("it encodes")).expect("written");
        }
        Self { folder, program }
    }

    pub(crate) fn scratch(&self) -> PathBuf {
        self.folder.path().join("scratch")
    }

    pub(crate) fn config(&self) -> BlenderConfig {
        BlenderConfig {
            program: Some(self.program.clone()),
            scratch: Some(self.scratch()),
            ..BlenderConfig::default()
        }
    }

    pub(crate) fn pids(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.path().join("pids")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

pub(crate) fn ask(blender: &Blender, observer: &dyn RenderObserver) -> Result<(), RenderError> {
    let ball = glb(&[sphere(0.01, 4)], &[(0, "Ball", [0.0; 3])]);
    let scene = furnace(&ball, material(0.5, 0.0, 0.5));
    blender
        .render(&request(&scene, &ball, SIZE, 1), observer)
        .map(drop)
}

pub(crate) fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

pub(crate) fn is_alive(pid: &str) -> bool {
    // A zombie that its parent hasn't asked for yet is dead.
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    !status.is_empty() && !status.contains("State:\tZ")
}

#[test]
fn every_lie_is_found_out_and_leaves_nothing_behind() {
    let lies = [
        ("says-done", "wrote no `light.exr`"),
        ("empty", "has 0 bytes"),
        ("truncated", "can't be read"),
        ("garbage", "can't be read"),
        ("wrong-size", "instead of 8 × 6"),
        ("old-size", "instead of 17"),
        ("no-size", "instead of any number told"),
        ("link", "left something else"),
        ("folder", "left something else"),
        ("other-protocol", "neither yes nor no"),
        ("no-answer", "neither yes nor no"),
        ("fails", "the card is full"),
        ("refuses", "refused: there is no such mesh"),
        ("ends", "ended with code 0"),
        ("ends-badly", "out of plugs"),
        ("crashes", "segmentation fault"),
        ("aborts", "aborted"),
        ("is-killed", "was killed"),
    ];
    for (lie, reason) in lies {
        let stub = Stub::new(lie);
        let blender = Blender::new(stub.config());
        let said = ask(&blender, &NoObserver).expect_err(lie).to_string();
        assert!(said.contains(reason), "{lie}: {said}");
        drop(blender);
        assert!(is_empty(&stub.scratch()), "{lie} leaves folders behind");
    }
}

#[test]
fn one_that_hangs_is_stopped_with_all_that_it_started() {
    let stub = Stub::new("hangs");
    let blender = Blender::new(BlenderConfig {
        wall: Duration::from_secs(2),
        ..stub.config()
    });
    let said = ask(&blender, &NoObserver)
        .expect_err("it hangs")
        .to_string();
    assert!(said.contains("took longer than 2 s"), "{said}");
    drop(blender);
    assert_eq!(stub.pids().len(), 2);
    assert!(
        !stub.pids().iter().any(|pid| is_alive(pid)),
        "a process is left"
    );
    assert!(is_empty(&stub.scratch()));
}

/// Stops as soon as the stub is in the middle of its job.
struct StopWhenBusy<'a>(&'a Stub);

impl RenderObserver for StopWhenBusy<'_> {
    fn progress(&self, _done: u64, _total: u64) {}

    fn is_cancelled(&self) -> bool {
        self.0.pids().len() == 2
    }
}

#[test]
fn cancelling_ends_the_whole_process_group_and_the_next_job_gets_another() {
    let stub = Stub::new("waits");
    let blender = Blender::new(stub.config());
    let ended = ask(&blender, &StopWhenBusy(&stub));
    assert!(matches!(ended, Err(RenderError::Cancelled)), "{ended:?}");
    assert!(
        !stub.pids().iter().any(|pid| is_alive(pid)),
        "a process is left"
    );
    drop(blender);
    assert!(is_empty(&stub.scratch()));
}

#[test]
fn a_process_is_warm_for_as_many_jobs_as_it_may_do() {
    let stub = Stub::new("honest");
    let blender = Blender::new(BlenderConfig {
        uses_per_process: 2,
        ..stub.config()
    });
    for _job in 0..5 {
        ask(&blender, &NoObserver).expect("it is honest");
    }
    let pids = stub.pids();
    assert_eq!(pids[0], pids[1]);
    assert_eq!(pids[2], pids[3]);
    assert_ne!(pids[1], pids[2]);
    assert_ne!(pids[3], pids[4]);
    assert_eq!(
        blender.found().expect("it was found").to_string(),
        "blender 4.5.0 stub"
    );
}

#[test]
fn no_blender_is_said_before_anything_is_started() {
    let stub = Stub::new("honest");
    let blender = Blender::new(BlenderConfig {
        program: Some(stub.folder.path().join("nothing/here")),
        ..stub.config()
    });
    let said = ask(&blender, &NoObserver).expect_err("there is none");
    assert!(matches!(said, RenderError::BlenderMissing { .. }), "{said}");
    assert!(said.to_string().contains("nothing/here"), "{said}");
    assert!(!stub.scratch().exists());
}

fn frames(of: u32) -> Vec<TurnFrame> {
    let frame = |number| TurnFrame {
        number,
        of,
        degrees: 10.0,
        seed: 0,
    };
    (1..=of).map(frame).collect()
}

/// The one process has five frames to do, in a time that is longer than one may take.
#[test]
fn waiting_for_the_process_counts_as_no_frame_and_ends_a_check_of_a_template() {
    let stub = Stub::new("takes-its-time");
    let library = stub.folder.path().join("library");
    std::fs::create_dir(&library).expect("it can be made");
    std::fs::write(library.join("own.blend"), "BLENDER").expect("it can be written");
    let blender = Blender::new(BlenderConfig {
        wall: Duration::from_secs(2),
        check: Duration::from_millis(200),
        templates: Some(library),
        ..stub.config()
    });
    let ball = glb(&[sphere(0.01, 4)], &[(0, "Ball", [0.0; 3])]);
    let scene = furnace(&ball, material(0.5, 0.0, 0.5));
    let shot = request(&scene, &ball, SIZE, 1);
    let (begun, begins) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let long = scope.spawn(|| {
            blender.render_turn(&shot, &frames(5), &NoObserver, &mut |frame, _picture| {
                // Nobody listens any more once the other is done.
                let _ = begun.send(frame.number);
                Ok(())
            })
        });
        let first = begins.recv_timeout(Duration::from_secs(60));
        first.expect("the first frame comes");
        let said = blender.inspect_template("own.blend");
        let said = said.expect_err("it is busy").to_string();
        assert!(said.contains("no time for `own.blend`"), "{said}");
        blender
            .render_turn(&shot, &frames(1), &NoObserver, &mut |_frame, _picture| {
                Ok(())
            })
            .expect("it waits for its turn");
        let ended = long.join().expect("nobody panics");
        ended.expect("it has time enough");
    });
}

/// Frames that came before a lie are handed over; what comes with it and after it is not.
#[test]
fn lies_about_frames_are_found_out_and_cost_no_other_frame() {
    let cases = [
        ("turns", 3, ""),
        ("leaves-out", 0, "left out frame 1"),
        ("out-of-turn", 0, "a frame out of turn"),
        ("says-frame", 0, "wrote no `00001.exr`"),
        ("cuts-off", 0, "can't be read"),
        ("crashes-later", 1, "segmentation fault"),
    ];
    let ball = glb(&[sphere(0.01, 4)], &[(0, "Ball", [0.0; 3])]);
    let scene = furnace(&ball, material(0.5, 0.0, 0.5));
    for (lie, frames_before, reason) in cases {
        let stub = Stub::new(lie);
        let blender = Blender::new(stub.config());
        let frames = frames(3);
        let mut taken = Vec::new();
        let ended = blender.render_turn(
            &request(&scene, &ball, SIZE, 1),
            &frames,
            &NoObserver,
            &mut |frame, picture| {
                assert_eq!((picture.width_px, picture.height_px), (SIZE[0], SIZE[1]));
                taken.push(frame.number);
                Ok(())
            },
        );
        let said = ended.err().map(|err| err.to_string()).unwrap_or_default();
        assert_eq!(taken.len(), frames_before, "{lie}: {said}");
        assert!(said.contains(reason), "{lie}: {said}");
        assert_eq!(reason.is_empty(), said.is_empty(), "{lie}: {said}");
        drop(blender);
        assert!(is_empty(&stub.scratch()), "{lie} left something behind");
    }
}

//! Turns: what was rendered is never rendered again, by either renderer, and comes out the same.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use hartomat_render::{
    Blender, BlenderConfig, Embedded, FrameKeeper, KeptFrame, RenderBackend, RenderError,
    RenderObserver, Turn, TurnDirection, TurnFrame, render_turn, turn_studio,
};
use hartomat_schema::Scene;
use tempfile::TempDir;

use crate::support::{composed, cuboid, glb, request, studio};

const SIZE: [u32; 2] = [24, 24];

/// Frames in a folder, by number.
struct Folder {
    folder: TempDir,
    frames: BTreeMap<u32, PathBuf>,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self {
            folder,
            frames: BTreeMap::new(),
        }
    }

    fn bytes(&self) -> Vec<Vec<u8>> {
        let read = |path| std::fs::read(path).expect("a kept frame can be read");
        self.frames.values().map(read).collect()
    }
}

impl FrameKeeper for Folder {
    fn kept(&mut self, frame: &TurnFrame) -> Option<KeptFrame> {
        let file = self.frames.get(&frame.number)?.clone();
        Some(KeptFrame {
            file,
            denoised: false,
        })
    }

    fn keep(
        &mut self,
        frame: &TurnFrame,
        png: Vec<u8>,
        denoised: bool,
    ) -> Result<KeptFrame, RenderError> {
        let file = self.folder.path().join(format!("{}.png", frame.number));
        std::fs::write(&file, png).expect("a frame can be written");
        self.frames.insert(frame.number, file.clone());
        Ok(KeptFrame { file, denoised })
    }
}

/// Gives up when frame `last` begins.
struct Until {
    last: u32,
    begun: AtomicU32,
}

impl RenderObserver for Until {
    fn progress(&self, _done: u64, _total: u64) {}

    fn frame_begins(&self, number: u32, frames: u32) {
        assert!((1..=frames).contains(&number));
        self.begun.store(number, Ordering::SeqCst);
    }

    fn is_cancelled(&self) -> bool {
        self.begun.load(Ordering::SeqCst) >= self.last
    }
}

fn until(last: u32) -> Until {
    Until {
        last,
        begun: AtomicU32::new(0),
    }
}

fn product() -> (Vec<u8>, Scene) {
    let glb = glb(
        &[cuboid([30.0, 10.0, 6.0]), cuboid([6.0, 6.0, 20.0])],
        &[(0, "Base", [0.0; 3]), (1, "Pin", [10.0, 0.0, 10.0])],
    );
    let scene = composed(&glb, &studio("soft_box"), 1.0, true);
    (glb, scene)
}

const TURN: Turn = Turn {
    frames: 5,
    degrees: 360.0,
    start_deg: 0.0,
    direction: TurnDirection::Counterclockwise,
    seed: 3,
};

fn goes_on(renderer: &dyn RenderBackend, starts_again: bool) -> Vec<Vec<u8>> {
    let (glb, scene) = product();
    let request = request(&scene, &glb, SIZE, 2);
    let said = Mutex::new(Vec::new());
    let say = |text: &str| said.lock().expect("nobody panics").push(text.to_owned());
    let mut whole = Folder::new();
    let all = until(u32::MAX);
    render_turn(renderer, (&request, &TURN), &mut whole, &all, &say).expect("it renders");
    assert!(said.lock().expect("nobody panics").is_empty());

    let mut broken = Folder::new();
    match starts_again {
        true => {
            // As after a kill: the first three lie there.
            let first = whole.frames.iter().take(3);
            broken
                .frames
                .extend(first.map(|(number, file)| (*number, file.clone())));
        }
        false => {
            let stop = until(4);
            let ended = render_turn(renderer, (&request, &TURN), &mut broken, &stop, &say);
            assert!(matches!(ended, Err(RenderError::Cancelled)), "{ended:?}");
        }
    }
    assert_eq!(broken.frames.len(), 3);
    let rest = until(u32::MAX);
    let frames = render_turn(renderer, (&request, &TURN), &mut broken, &rest, &say);
    assert_eq!(frames.expect("it goes on").len(), 5);
    assert_eq!(
        *said.lock().expect("nobody panics"),
        ["frames 1–3 taken from the run before"]
    );
    assert_eq!(broken.bytes(), whole.bytes(), "the same, bit by bit");
    whole.bytes()
}

#[test]
fn a_turn_that_was_stopped_goes_on_and_ends_the_same() {
    let frames = goes_on(&Embedded::new(), false);
    assert_ne!(frames[0], frames[1], "the product turns");
}

/// Blender turns its own studio, the embedded renderer one that was turned here: both must mean the same.
#[test]
fn blender_turns_the_way_the_embedded_renderer_does() {
    let blender = Blender::new(BlenderConfig::default());
    blender
        .found()
        .expect("the tests need a Blender; `./x setup` brings one");
    goes_on(&blender, true);
    let (glb, scene) = product();
    let ask = request(&scene, &glb, SIZE, 16);
    let frame = TurnFrame {
        number: 1,
        of: 1,
        degrees: 70.0,
        seed: 0,
    };
    let mut turned = None;
    blender
        .render_turn(&ask, &[frame], &until(u32::MAX), &mut |_frame, picture| {
            turned = Some(picture);
            Ok(())
        })
        .expect("it renders");
    let turned = turned.expect("a frame came");
    let brightness = |degrees: f64| {
        let scene = turn_studio(&scene, degrees);
        let ask = request(&scene, &glb, SIZE, 16);
        let picture = Embedded::new().render(&ask, &until(u32::MAX));
        let picture = picture.expect("it renders");
        let pairs = picture.pixels.iter().zip(&turned.pixels);
        let deltas = pairs.flat_map(|(a, b)| (0..3).map(|channel| (a[channel] - b[channel]).abs()));
        deltas.sum::<f32>()
    };
    let (right, wrong) = (brightness(70.0), brightness(-70.0));
    assert!(
        1.3 * right < wrong,
        "{right} the right way, {wrong} the other"
    );
}

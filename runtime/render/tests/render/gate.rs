//! Renders that are asked for at once: each is done when it is done, and who waits can stop.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hartomat_render::{Embedded, RenderBackend, RenderError, RenderObserver};

use crate::support::{composed, cuboid, glb, request, studio};

const LONG: Duration = Duration::from_secs(20);

/// Says that its render has begun, and lets it go on when it is told to.
struct Holding {
    begun: Sender<()>,
    go_on: Mutex<Receiver<()>>,
}

impl RenderObserver for Holding {
    fn progress(&self, done: u64, _total: u64) {
        if done == 0 {
            self.begun.send(()).expect("the test listens");
            let go_on = self.go_on.lock().expect("nobody panics");
            // Goes on by itself, so that a test that fails ends.
            let _told = go_on.recv_timeout(LONG);
        }
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}

struct Cancelled;

impl RenderObserver for Cancelled {
    fn progress(&self, _done: u64, _total: u64) {}

    fn is_cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_render_that_waits_for_another_can_be_cancelled() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let embedded = Embedded::with_pool(Arc::new(pool.expect("a thread")));
    let glb = glb(&[cuboid([30.0, 10.0, 30.0])], &[(0, "Base", [0.0; 3])]);
    let scene = composed(&glb, &studio("soft_box"), 1.0, false);
    let shot = request(&scene, &glb, [16, 16], 1);
    let ((begun, has_begun), (go_on, told)) = (channel(), channel());
    let holding = Holding {
        begun,
        go_on: Mutex::new(told),
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| embedded.render(&shot, &holding));
        has_begun.recv_timeout(LONG).expect("the first begins");
        let since = Instant::now();
        let second = embedded.render(&shot, &Cancelled);
        let waited = since.elapsed();
        go_on.send(()).expect("the first waits");
        assert!(matches!(second, Err(RenderError::Cancelled)));
        assert!(waited < LONG / 2, "{waited:?}");
        let first = first.join().expect("it doesn't panic");
        assert!(first.is_ok(), "and the first goes on");
    });
}

//! Sends what waits in an agent's outbox once its server is back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use hartomat_api::{Backend, KnownServers};
use hartomat_app::Studio;

/// How often an agent looks whether a server of the outbox is back.
const OUTBOX_EVERY: Duration = Duration::from_secs(15);

/// The thread that sends.
pub struct OutboxSender {
    done: Arc<AtomicBool>,
}

impl OutboxSender {
    /// Sends to these servers from now on.
    pub fn start(studio: &Arc<Studio>, servers: KnownServers) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let (stop, studio) = (done.clone(), studio.clone());
        let work = move || {
            while !stop.load(Ordering::Relaxed) {
                // What can't be sent now is tried again in a moment, and says why in the outbox.
                let _ = studio.outbox_send(None, &|server| {
                    Ok(Arc::new(servers.connect(server, None)?) as Arc<dyn Backend>)
                });
                thread::park_timeout(OUTBOX_EVERY);
            }
        };
        let thread = thread::Builder::new().name("outbox".to_owned());
        // Without the thread what waits is sent by the next command that names its server.
        let _ = thread.spawn(work);
        Self { done }
    }

    /// Begins nothing more. What is being sent now ends with the process: its key makes it one run,
    /// whenever it is sent again.
    pub fn stop(self) {
        self.done.store(true, Ordering::Relaxed);
    }
}

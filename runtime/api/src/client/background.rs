//! The small runtime that moves a client's bytes, and the waiting of callers for it. Callers' threads
//! may be anybody's, also those of another asynchronous runtime: neither waiting nor dropping panics.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::unconstrained;
use tokio::time::timeout;

/// How often somebody who waits is asked whether to go on.
pub(super) const POLL: Duration = Duration::from_millis(200);

pub(super) struct Background {
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

impl Background {
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(4)
            .thread_name("hartomat-client")
            .enable_all()
            .build()?;
        Ok(Self {
            runtime: Some(runtime),
        })
    }

    /// Waits for a future on the caller's thread. The runtime's own `block_on` would panic on a thread
    /// of another runtime.
    pub(super) fn wait<F: Future>(&self, future: F) -> F::Output {
        let runtime = self.runtime.as_ref();
        let _entered = runtime
            .expect("a runtime is there until it is dropped")
            .enter();
        // On a thread of another runtime its allowance would run out, and only it could renew that.
        let mut future = pin!(unconstrained(future));
        let alarm = Arc::new(Alarm {
            thread: thread::current(),
            rang: AtomicBool::new(false),
        });
        let waker = Waker::from(alarm.clone());
        loop {
            let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
            if let Poll::Ready(output) = polled {
                return output;
            }
            alarm.wait();
        }
    }

    /// The same, but gives up when `goes_on` says no.
    pub(super) fn wait_while<F: Future>(
        &self,
        future: F,
        goes_on: &dyn Fn() -> bool,
    ) -> Option<F::Output> {
        let mut future = pin!(future);
        loop {
            match self.wait_at_most(POLL, future.as_mut()) {
                Some(output) => return Some(output),
                None if goes_on() => {}
                None => return None,
            }
        }
    }

    /// Waits so long; the future is left as it is then.
    pub(super) fn wait_at_most<F: Future>(
        &self,
        longest: Duration,
        future: Pin<&mut F>,
    ) -> Option<F::Output> {
        // The timer is made inside, where the runtime is entered.
        self.wait(async { timeout(longest, future).await.ok() })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Wakes a thread. Whether it rang is kept beside the thread's own token, which somebody who waits
/// further in may have used up.
struct Alarm {
    thread: Thread,
    rang: AtomicBool,
}

impl Alarm {
    fn wait(&self) {
        while !self.rang.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rang.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_and_dropping_work_on_a_thread_of_another_runtime() {
        let outer = Builder::new_current_thread().enable_all().build().unwrap();
        let answer = outer.block_on(async {
            let background = Background::start().unwrap();
            let answer = background.wait(async {
                tokio::time::sleep(Duration::from_millis(5)).await;
                // Further in, and more often than a runtime lets one of its own go on.
                let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
                (0..1000).for_each(|number| sender.send(number).unwrap());
                for number in 0..1000 {
                    assert_eq!(background.wait(receiver.recv()), Some(number));
                }
                tokio::spawn(async { 7 }).await.unwrap()
            });
            drop(background);
            answer
        });
        assert_eq!(answer, 7);
    }

    #[test]
    fn whoever_waits_may_give_up() {
        let background = Background::start().unwrap();
        let never = std::future::pending::<()>();
        assert_eq!(background.wait_while(never, &|| false), None);
        assert_eq!(background.wait_while(async { 3 }, &|| false), Some(3));
    }
}

//! Threads that make tiles and count values. What is wanted replaces what was wanted before: nobody
//! waits for tiles that have left the view.

use std::collections::{BTreeSet, VecDeque};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use egui::ColorImage;

use super::histogram::{Histogram, histogram};
use super::paint::paint;
use super::{Look, Perceived, Pixels, TileKey};

/// At most so many threads.
const MOST_THREADS: usize = 3;

/// A tile to be made.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) key: TileKey,
    pub(super) control: Option<Arc<Pixels>>,
    pub(super) candidate: Option<Arc<Pixels>>,
    pub(super) perceived: Option<Arc<Perceived>>,
    pub(super) look: Look,
    /// Which look that is.
    pub(super) made_for: u64,
}

/// Values to be counted.
#[derive(Debug, Clone)]
pub(super) struct CountOrder {
    pub(super) sides: [Option<Arc<Pixels>>; 2],
    pub(super) look: Look,
}

/// Something that was made.
#[derive(Debug)]
pub(super) enum Made {
    Tile {
        key: TileKey,
        made_for: u64,
        picture: ColorImage,
    },
    Counted(Box<Histogram>, Look),
}

enum Job {
    Tile(Box<Order>),
    Count(CountOrder),
}

#[derive(Debug, Default)]
struct Queue {
    tiles: VecDeque<Order>,
    /// Tiles that are being made, and for which look.
    busy: BTreeSet<(TileKey, u64)>,
    count: Option<CountOrder>,
    is_over: bool,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    wake: egui::Context,
}

/// The threads' other end.
#[derive(Debug)]
pub(super) struct Painter {
    shared: Arc<Shared>,
    made: Receiver<Made>,
}

impl Painter {
    /// Starts the threads. What they have made wakes the window of this context.
    pub(super) fn start(wake: &egui::Context) -> Self {
        let (tell, made) = channel();
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            changed: Condvar::new(),
            wake: wake.clone(),
        });
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..processors.min(MOST_THREADS) {
            let (shared, tell) = (shared.clone(), tell.clone());
            std::thread::spawn(move || work(&shared, &tell));
        }
        Self { shared, made }
    }

    /// These tiles are wanted now, and no others.
    pub(super) fn want(&self, orders: Vec<Order>) {
        let mut queue = self.shared.lock();
        let busy = std::mem::take(&mut queue.busy);
        let is_new = |order: &Order| !busy.contains(&(order.key, order.made_for));
        queue.tiles = orders.into_iter().filter(is_new).collect();
        queue.busy = busy;
        drop(queue);
        self.shared.changed.notify_all();
    }

    /// These values are to be counted, and no others.
    pub(super) fn count(&self, order: CountOrder) {
        self.shared.lock().count = Some(order);
        self.shared.changed.notify_all();
    }

    pub(super) fn poll(&self, at_most: usize) -> Vec<Made> {
        self.made.try_iter().take(at_most).collect()
    }
}

impl Drop for Painter {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    /// A thread that panicked leaves a queue that is still a queue.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job: tiles come before counts, since somebody looks at them.
    fn next(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if queue.is_over {
                return None;
            }
            if let Some(order) = queue.tiles.pop_front() {
                queue.busy.insert((order.key, order.made_for));
                return Some(Job::Tile(Box::new(order)));
            }
            if let Some(order) = queue.count.take() {
                return Some(Job::Count(order));
            }
            let waited = self.changed.wait(queue);
            queue = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn work(shared: &Shared, tell: &Sender<Made>) {
    while let Some(job) = shared.next() {
        let made = match job {
            Job::Tile(order) => {
                let picture = paint(&order);
                let (key, made_for) = (order.key, order.made_for);
                shared.lock().busy.remove(&(key, made_for));
                let Some(picture) = picture else {
                    continue;
                };
                Made::Tile {
                    key,
                    made_for,
                    picture,
                }
            }
            Job::Count(CountOrder { sides, look }) => {
                let [a, b] = &sides;
                let counted = histogram([a.as_deref(), b.as_deref()], &look);
                Made::Counted(Box::new(counted), look)
            }
        };
        if tell.send(made).is_err() {
            return;
        }
        shared.wake.request_repaint();
    }
}

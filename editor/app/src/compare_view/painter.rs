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
    Counted {
        counted: Box<Histogram>,
        look: Look,
        /// Which order it answers.
        number: u64,
    },
}

enum Job {
    Tile(Box<Order>),
    Count(CountOrder, u64),
}

#[derive(Debug, Default)]
struct Queue {
    tiles: VecDeque<Order>,
    /// Tiles that are being made, and for which look.
    busy: BTreeSet<(TileKey, u64)>,
    count: Option<CountOrder>,
    /// How many counts were ordered.
    counts: u64,
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
    /// The newest count that was handed on.
    counted: u64,
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
        Self {
            shared,
            made,
            counted: 0,
        }
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
        let mut queue = self.shared.lock();
        queue.count = Some(order);
        queue.counts += 1;
        drop(queue);
        self.shared.changed.notify_all();
    }

    /// What was made, but for counts that a newer one has overtaken.
    pub(super) fn poll(&mut self, at_most: usize) -> Vec<Made> {
        let counted = &mut self.counted;
        let is_newest = |made: &Made| match made {
            Made::Counted { number, .. } => {
                let is_newer = *number > *counted;
                *counted = (*counted).max(*number);
                is_newer
            }
            Made::Tile { .. } => true,
        };
        self.made
            .try_iter()
            .filter(is_newest)
            .take(at_most)
            .collect()
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
                return Some(Job::Count(order, queue.counts));
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
            Job::Count(CountOrder { sides, look }, number) => {
                let [a, b] = &sides;
                let counted = histogram([a.as_deref(), b.as_deref()], &look);
                Made::Counted {
                    counted: Box::new(counted),
                    look,
                    number,
                }
            }
        };
        if tell.send(made).is_err() {
            return;
        }
        shared.wake.request_repaint();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two threads count two frames of a video, and the one that began earlier is done later.
    #[test]
    fn a_count_that_was_overtaken_is_left_alone() {
        let mut painter = Painter::start(&egui::Context::default());
        let (tell, made) = channel();
        painter.made = made;
        for number in [2, 1, 3] {
            let look = Look::default();
            let counted = Box::new(histogram([None, None], &look));
            let counted = Made::Counted {
                counted,
                look,
                number,
            };
            tell.send(counted).unwrap();
        }
        let numbers = painter.poll(9).into_iter().map(|made| match made {
            Made::Counted { number, .. } => number,
            Made::Tile { .. } => 0,
        });
        assert_eq!(numbers.collect::<Vec<_>>(), [2, 3]);
    }
}

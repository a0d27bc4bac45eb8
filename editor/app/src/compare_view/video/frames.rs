//! Frames that were read, within bounds: those that come next are kept longest, those that were just
//! seen go first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hartomat_api::{ApiError, ErrorKind};

use crate::compare_view::Pixels;

/// The most that frames may take in memory, in bytes, unless the fewest, [`LEAST_READ`], take more.
const MOST_BYTES: usize = 512 << 20;
/// The most frames that are read before they are looked at.
const MOST_AHEAD: u64 = 24;
/// The most frames that are kept, however small: the window looks at each of them when it draws.
const MOST_READ: usize = 2048;
/// Without so many nothing plays: of both sides the frame that is looked at, and the next.
const LEAST_READ: usize = 4;
/// Questions that are asked at once. Others want answers, too.
const MOST_ASKED: usize = 2;

/// A frame of a side.
type Key = (u64, usize);

/// Frames that were read.
#[derive(Debug, Default)]
pub(super) struct Frames {
    read: BTreeMap<Key, Result<Arc<Pixels>, ApiError>>,
    asked: BTreeSet<Key>,
    bytes: usize,
    largest: usize,
    /// Why none can be read at the moment.
    blocked: Option<ApiError>,
}

impl Frames {
    /// A frame, or why it can't be read; none while nobody knows.
    pub(super) fn get(&self, frame: u64, side: usize) -> Option<Result<&Arc<Pixels>, &ApiError>> {
        let read = self.read.get(&(frame, side)).map(Result::as_ref);
        read.or(self.blocked.as_ref().map(Err))
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Frames of a side that were read or can't be, in order.
    pub(super) fn of_side(&self, side: usize) -> impl Iterator<Item = u64> {
        let keys = self.read.keys().filter(move |key| key.1 == side);
        keys.map(|key| key.0)
    }

    /// How many frames there is room for, of both sides.
    pub(super) fn room(&self) -> usize {
        match self.largest {
            0 => MOST_READ,
            largest => (MOST_BYTES / largest).clamp(LEAST_READ, MOST_READ),
        }
    }

    /// How many frames there is room for before they are looked at.
    pub(super) fn ahead(&self) -> u64 {
        match self.largest {
            0 => 1,
            largest => (MOST_BYTES as u64 / 4 / largest as u64).clamp(1, MOST_AHEAD),
        }
    }

    /// Takes on a frame if it is neither there nor asked for: then somebody has to ask.
    pub(super) fn take_on(&mut self, frame: u64, side: usize) -> bool {
        let key = (frame, side);
        let is_wanted = self.blocked.is_none()
            && self.asked.len() < MOST_ASKED
            && !self.read.contains_key(&key);
        is_wanted && self.asked.insert(key)
    }

    /// A frame was read, or can't be.
    pub(super) fn came(&mut self, frame: u64, side: usize, read: Result<Arc<Pixels>, ApiError>) {
        self.asked.remove(&(frame, side));
        match &read {
            Ok(pixels) => {
                self.bytes += pixels.bytes();
                self.largest = self.largest.max(pixels.bytes());
            }
            // The next one would fail in the same way.
            Err(err) if err.kind != ErrorKind::InvalidInput => self.blocked = Some(err.clone()),
            Err(_) => {}
        }
        self.read.insert((frame, side), read);
    }

    /// Forgets frames until there is room: those first that it takes longest to come to. What is wanted stays, or
    /// it would be asked for again. `at` is the frame that is looked at, and how many there are.
    pub(super) fn make_room(&mut self, wanted: &[Key], at: (u64, u64)) {
        while self.bytes > MOST_BYTES || self.read.len() > MOST_READ {
            let others = self.read.keys().filter(|key| !wanted.contains(key));
            let farthest = others.max_by_key(|key| distance(key.0, at));
            let Some(farthest) = farthest.copied() else {
                break;
            };
            if let Some(Ok(pixels)) = self.read.remove(&farthest) {
                self.bytes -= pixels.bytes();
            }
        }
    }

    /// Forgets what couldn't be read.
    pub(super) fn retry(&mut self) {
        self.blocked = None;
        self.read.retain(|_, read| read.is_ok());
    }
}

/// How long it takes until a frame is looked at: videos play forwards and begin again.
fn distance(frame: u64, (now, total): (u64, u64)) -> u64 {
    let ahead = (frame + total - now) % total;
    ahead.min((total - ahead) * 4)
}

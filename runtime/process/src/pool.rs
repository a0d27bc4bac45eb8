//! Several warm children of one kind. Who asks gets a free one, if possible the one that knows the key.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::{Cancel, Launch, WarmChild};

struct Slot {
    /// None while it is lent.
    child: Option<WarmChild>,
    key: String,
    last_use: u64,
}

struct State {
    slots: Vec<Slot>,
    uses: u64,
}

/// A fixed number of warm children, started when they are needed.
pub struct WarmPool {
    state: Mutex<State>,
    returned: Condvar,
}

impl WarmPool {
    /// A pool of this many children (at least one).
    pub fn new(launch: &Launch, size: usize) -> Self {
        let slot = || Slot {
            child: Some(WarmChild::new(launch.clone())),
            key: String::new(),
            last_use: 0,
        };
        let slots = (0..size.max(1)).map(|_index| slot()).collect();
        Self {
            state: Mutex::new(State { slots, uses: 0 }),
            returned: Condvar::new(),
        }
    }

    /// Lends a free child: the one that last worked for this key, else the one unused for longest.
    /// Waits for one; none when cancelled meanwhile.
    pub fn lend(&self, key: &str, cancel: &Cancel) -> Option<PoolLease<'_>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if cancel.is_cancelled() {
                return None;
            }
            let chosen = state
                .slots
                .iter_mut()
                .enumerate()
                .filter(|(_index, slot)| slot.child.is_some())
                .min_by_key(|(_index, slot)| (slot.key != key, slot.last_use))
                .map(|(index, _slot)| index);
            if let Some(index) = chosen {
                state.uses += 1;
                let last_use = state.uses;
                let slot = &mut state.slots[index];
                slot.last_use = last_use;
                key.clone_into(&mut slot.key);
                let child = slot.child.take();
                return Some(PoolLease {
                    pool: self,
                    index,
                    child,
                });
            }
            let waited = self.returned.wait_timeout(state, Duration::from_millis(50));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// A child on loan; it goes back to the pool when this is dropped.
pub struct PoolLease<'a> {
    pool: &'a WarmPool,
    index: usize,
    /// Some until dropped.
    child: Option<WarmChild>,
}

impl Deref for PoolLease<'_> {
    type Target = WarmChild;

    fn deref(&self) -> &WarmChild {
        self.child
            .as_ref()
            .expect("a lease holds its child until it is dropped")
    }
}

impl DerefMut for PoolLease<'_> {
    fn deref_mut(&mut self) -> &mut WarmChild {
        self.child
            .as_mut()
            .expect("a lease holds its child until it is dropped")
    }
}

impl Drop for PoolLease<'_> {
    fn drop(&mut self) {
        let mut state = self
            .pool
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        state.slots[self.index].child = self.child.take();
        drop(state);
        self.pool.returned.notify_one();
    }
}

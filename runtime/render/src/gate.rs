//! Lets in one at a time. Who waits can be told to stop.

use std::sync::{Condvar, Mutex, PoisonError};

use crate::RenderError;
use crate::backend::RenderObserver;
use crate::watching::LOOK;

/// A gate, open at first.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    is_taken: Mutex<bool>,
    left: Condvar,
}

/// Whoever has it is inside.
pub(crate) struct Entered<'a>(&'a Gate);

impl Gate {
    /// Waits until nobody is inside.
    ///
    /// # Errors
    /// [`RenderError::Cancelled`] where the observer no longer wants to wait.
    pub(crate) fn enter(&self, observer: &dyn RenderObserver) -> Result<Entered<'_>, RenderError> {
        let mut is_taken = self.is_taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *is_taken {
            if observer.is_cancelled() {
                return Err(RenderError::Cancelled);
            }
            let waited = self.left.wait_timeout(is_taken, LOOK);
            is_taken = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *is_taken = true;
        Ok(Entered(self))
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let is_taken = self.0.is_taken.lock();
        *is_taken.unwrap_or_else(PoisonError::into_inner) = false;
        self.0.left.notify_one();
    }
}

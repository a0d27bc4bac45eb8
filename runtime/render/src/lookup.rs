//! Something that is looked for until it is found: whoever installs it needn't start anything again.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// For how long a vain look stands, so that who asks often doesn't look each time.
const VAIN: Duration = Duration::from_secs(10);

/// What was found stays; why nothing was found stands for a moment.
#[derive(Debug)]
pub(crate) struct Lookup<T, E> {
    found: OnceLock<T>,
    vain: Mutex<Option<(Instant, E)>>,
    stands: Duration,
}

impl<T, E: Clone> Lookup<T, E> {
    /// Nothing has been looked for.
    pub(crate) fn new() -> Self {
        Self {
            found: OnceLock::new(),
            vain: Mutex::new(None),
            stands: VAIN,
        }
    }

    /// What was found, else what is found now. One looks at a time; the others wait for it.
    ///
    /// # Errors
    /// Why there is nothing.
    pub(crate) fn get_or_look(&self, look: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        if let Some(found) = self.found.get() {
            return Ok(found);
        }
        let mut vain = self.vain.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = self.found.get() {
            return Ok(found);
        }
        if let Some((at, reason)) = &*vain
            && at.elapsed() < self.stands
        {
            return Err(reason.clone());
        }
        match look() {
            Ok(found) => Ok(self.found.get_or_init(|| found)),
            Err(reason) => {
                *vain = Some((Instant::now(), reason.clone()));
                Err(reason)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_looked_for_again_and_what_was_found_is_not() {
        let mut lookup: Lookup<u32, String> = Lookup::new();
        let missing = || Err("nowhere".to_owned());
        assert_eq!(lookup.get_or_look(missing), Err("nowhere".to_owned()));
        assert!(lookup.get_or_look(|| Ok(1)).is_err(), "asked a moment ago");
        lookup.stands = Duration::ZERO;
        assert_eq!(lookup.get_or_look(|| Ok(1)), Ok(&1));
        assert_eq!(lookup.get_or_look(missing), Ok(&1));
    }
}

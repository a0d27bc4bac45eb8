//! How long to wait before trying again, and when to stop. Waits grow, and differ from client to
//! client, so that a server that comes back isn't run over.

use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// The first wait.
const FIRST: Duration = Duration::from_millis(100);
/// The longest wait that a server may ask for.
const MAX_ASKED: Duration = Duration::from_secs(30);

/// Attempts at one thing.
pub(super) struct Retries {
    budget: Duration,
    longest: Duration,
    failing_since: Option<Instant>,
    failures: u32,
}

impl Retries {
    /// Attempts for so long after the first failure.
    pub(super) const fn within(budget: Duration) -> Self {
        Self {
            budget,
            longest: Duration::from_secs(2),
            failing_since: None,
            failures: 0,
        }
    }

    /// Attempts without an end.
    pub(super) const fn endless() -> Self {
        Self {
            longest: Duration::from_secs(5),
            ..Self::within(Duration::MAX)
        }
    }

    /// Some of it was achieved: what failed before doesn't count any more.
    pub(super) const fn headway(&mut self) {
        self.failing_since = None;
        self.failures = 0;
    }

    /// Notes a failure. The wait before the next attempt, or none when it would end too late; `asked`
    /// is what the server asked for.
    pub(super) fn failed(&mut self, asked: Option<Duration>) -> Option<Duration> {
        let since = *self.failing_since.get_or_insert_with(Instant::now);
        let wait = match asked {
            Some(asked) => asked.min(MAX_ASKED),
            None => jittered(self.longest.min(FIRST * 2_u32.pow(self.failures.min(10)))),
        };
        self.failures += 1;
        (since.elapsed().saturating_add(wait) <= self.budget).then_some(wait)
    }
}

/// Between half of it and all of it.
fn jittered(wait: Duration) -> Duration {
    // Without randomness all clients wait alike, which is no reason to fail.
    let share = getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX));
    wait.mul_f64(0.5 + share / 2.0)
}

/// What a server asked for in whole seconds. Dates are not read: clocks differ.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_with_the_budget() {
        let mut retries = Retries::within(Duration::from_secs(600));
        let waits: Vec<_> = (0..12).filter_map(|_| retries.failed(None)).collect();
        assert_eq!(waits.len(), 12);
        assert!((FIRST / 2..=FIRST).contains(&waits[0]), "{waits:?}");
        assert!(
            waits.iter().all(|wait| *wait <= Duration::from_secs(2)),
            "{waits:?}"
        );
        assert!(waits[11] >= Duration::from_secs(1), "{waits:?}");
        retries.headway();
        assert!(retries.failed(None).unwrap() <= FIRST);
        assert_eq!(Retries::within(Duration::ZERO).failed(None), None);
        assert!(Retries::endless().failed(None).is_some());
    }

    #[test]
    fn a_server_says_how_long_to_wait_within_bounds() {
        let mut retries = Retries::within(Duration::from_secs(40));
        let asked = |retries: &mut Retries, secs| retries.failed(Some(Duration::from_secs(secs)));
        assert_eq!(asked(&mut retries, 3), Some(Duration::from_secs(3)));
        assert_eq!(asked(&mut retries, 9999), Some(MAX_ASKED));
        let mut short = Retries::within(Duration::from_secs(5));
        assert_eq!(asked(&mut short, 6), None);
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read("-1"), None);
        assert_eq!(read("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }
}

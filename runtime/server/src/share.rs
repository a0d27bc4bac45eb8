//! Links that show one comparison. The secret in one says which run's and until when, and is signed, so
//! that nothing is kept of it; another key ends all of them.

use hartomat_api::http::{Body, Operation, Route};
use hartomat_api::{ApiError, Backend as _, ErrorKind};
use hartomat_app::{Studio, now};
use hartomat_schema::{Digest, Evidence, RunId, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::answer::Refusal;
use crate::call::Call;
use crate::identity::Caller;

/// What a secret begins with.
pub(crate) const PREFIX: &str = "hs_";
/// The longest that a link holds.
const MOST_MILLIS: i64 = 90 * 24 * 3_600_000;

/// The secret of a link to a run's comparison.
pub(crate) fn secret(studio: &Studio, run: &RunId, until: Timestamp) -> Result<String, ApiError> {
    let left = until.0.saturating_sub(now().0);
    if !(1..=MOST_MILLIS).contains(&left) {
        let message = "a link ends later than now, and at most 90 days from now";
        return Err(ApiError::new(ErrorKind::InvalidInput, message));
    }
    let signed = signature(&studio.share_key_or_new()?, run, until.0).finalize();
    let signed = Digest::from_bytes(signed.into_bytes().into());
    Ok(format!("{PREFIX}{}.{}.{run}", signed.hex(), until.0))
}

/// The run whose comparison a secret shows; none where it is not one of ours, or has ended.
pub(crate) fn open(studio: &Studio, secret: &str) -> Result<Option<RunId>, ApiError> {
    let Some((signed, until, run)) = parts(secret) else {
        return Ok(None);
    };
    let Some(key) = studio.share_key()? else {
        return Ok(None);
    };
    let is_ours = signature(&key, &run, until).verify_slice(&signed).is_ok();
    Ok(Some(run).filter(|_| is_ours && now().0 < until))
}

fn parts(secret: &str) -> Option<(Vec<u8>, i64, RunId)> {
    let mut parts = secret.strip_prefix(PREFIX)?.splitn(3, '.');
    let (signed, until, run) = (parts.next()?, parts.next()?, parts.next()?);
    Some((bytes(signed)?, until.parse().ok()?, RunId::new(run).ok()?))
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = (0..hex.len()).step_by(2).map(|at| hex.get(at..at + 2));
    pairs
        .map(|pair| u8::from_str_radix(pair?, 16).ok())
        .collect()
}

fn signature(key: &str, run: &RunId, until: i64) -> Hmac<Sha256> {
    let mut hmac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key may have any length");
    hmac.update(format!("hartomat comparison 1\0{until}\0{run}").as_bytes());
    hmac
}

/// Refuses whoever has a link what changes something or brings a body along, before any of it is read or
/// noted: anybody may have the link, and as often as they like.
pub(crate) fn check_route(caller: &Caller, route: &Route) -> Result<(), Refusal> {
    let is_shown = !route.changes_state && route.request == Body::Empty;
    match caller.shared_run.is_none() || is_shown {
        true => Ok(()),
        false => Err(refusal()),
    }
}

/// Refuses what is not part of the comparison that a link shows. May read the database.
pub(crate) fn check(studio: &Studio, call: &Call) -> Result<(), Refusal> {
    let Some(run) = &call.caller.shared_run else {
        return Ok(());
    };
    let is_shown = match call.route.operation {
        Operation::Health
        | Operation::SessionStart
        | Operation::SessionGet
        | Operation::SessionEnd => true,
        Operation::RunComparison => call.run()? == *run,
        Operation::Artifact | Operation::ArtifactFrame => {
            let evidence = studio.run_get(run)?.evidence;
            let digest = call.digest()?;
            evidence.is_some_and(|evidence| holds(&evidence, &digest))
        }
        _ => false,
    };
    match is_shown {
        true => Ok(()),
        false => Err(refusal()),
    }
}

fn refusal() -> Refusal {
    let message = "this link shows one comparison and nothing else";
    ApiError::new(ErrorKind::Forbidden, message).into()
}

fn holds(evidence: &Evidence, digest: &Digest) -> bool {
    let all = [
        &evidence.control,
        &evidence.candidate,
        &evidence.difference,
        &evidence.side_by_side,
    ];
    let parts = evidence.comparison.parts.iter().map(|part| &part.measured);
    let of_parts = parts.flat_map(|part| [part.control.file, part.candidate.file]);
    let mut digests = all.into_iter().flatten().map(|it| it.digest);
    digests.any(|it| it == *digest) || of_parts.flatten().any(|it| it == *digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_holds_for_its_run_and_its_time_alone() {
        let run = RunId::new("run-1").unwrap();
        let signed = signature("key", &run, 7).finalize().into_bytes();
        let passes = |key, run: &str, until| {
            let run = RunId::new(run).unwrap();
            signature(key, &run, until).verify_slice(&signed).is_ok()
        };
        assert!(passes("key", "run-1", 7));
        assert!(!passes("key", "run-2", 7) && !passes("key", "run-1", 8));
        assert!(!passes("another", "run-1", 7));
    }

    #[test]
    fn what_is_no_secret_is_none() {
        let digits = "0".repeat(64);
        assert!(parts(&format!("hs_{digits}.7.run.1")).is_some());
        for secret in [
            "",
            "hs_00",
            "hs_00.x.run",
            "hs_0.7.run",
            "hs_0ü.7.run",
            "hs_00.7.",
        ] {
            assert!(parts(secret).is_none(), "{secret}");
        }
    }
}

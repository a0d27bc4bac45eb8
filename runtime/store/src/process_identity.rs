//! Who we are, and whether a process that left its mark is still there.
//!
//! A process number alone is reused within hours; number, start time and boot together are not.
//! Start time and boot are read from `/proc`, so they exist on Linux only. On other Unix systems a
//! process counts as alive when its number is in use; elsewhere only our own process does.

use hartomat_schema::ProcessIdentity;

/// The identity of this process.
pub fn current_process() -> ProcessIdentity {
    let pid = std::process::id();
    ProcessIdentity {
        pid,
        started: stat(pid).map_or(0, |stat| stat.started),
        boot: boot(),
    }
}

/// Whether this very process still runs. A dead process that nobody has reaped yet doesn't.
pub fn is_alive(identity: &ProcessIdentity) -> bool {
    if *identity == current_process() {
        return true;
    }
    if cfg!(target_os = "linux") {
        identity.boot == boot()
            && stat(identity.pid)
                .is_some_and(|stat| stat.started == identity.started && !stat.ended)
    } else {
        number_in_use(identity.pid)
    }
}

/// The boot's identity, empty where the system has none.
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}

struct Stat {
    started: u64,
    ended: bool,
}

/// Fields 3 and 22 of `/proc/<pid>/stat`, see proc(5).
fn stat(pid: u32) -> Option<Stat> {
    let bytes = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    parse_stat(&String::from_utf8_lossy(&bytes))
}

/// The second field is the program's name in brackets and may itself contain brackets and spaces.
fn parse_stat(text: &str) -> Option<Stat> {
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    let state = fields.next()?;
    Some(Stat {
        ended: matches!(state, "Z" | "X" | "x"),
        started: fields.nth(18)?.parse().ok()?,
    })
}

#[cfg(unix)]
fn number_in_use(pid: u32) -> bool {
    i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .is_some_and(|pid| match rustix::process::test_kill_process(pid) {
            Ok(()) => true,
            Err(err) => err == rustix::io::Errno::PERM,
        })
}

#[cfg(not(unix))]
fn number_in_use(_pid: u32) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_are_alive_and_our_namesakes_are_not() {
        let me = current_process();
        assert!(is_alive(&me));
        let earlier = ProcessIdentity {
            started: me.started.wrapping_sub(1),
            ..me.clone()
        };
        let other_boot = ProcessIdentity {
            boot: "another".to_owned(),
            ..me
        };
        if cfg!(target_os = "linux") {
            assert!(!is_alive(&earlier));
            assert!(!is_alive(&other_boot));
        }
    }

    #[test]
    fn program_names_do_not_shift_the_fields() {
        let numbers = (4..=21)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(" ");
        let text = format!("7 (a) Z 1 (b)) S {numbers} 9999 23");
        let stat = parse_stat(&text).unwrap();
        assert_eq!((stat.started, stat.ended), (9999, false));
        assert!(parse_stat("7 (sh) S 1 2").is_none());
    }
}

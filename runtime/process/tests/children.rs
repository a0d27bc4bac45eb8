//! Real children: time limits, signals, floods, memory, cancelling, warm request loops.

#![allow(
    clippy::unwrap_used,
    reason = "a test helper that fails is a failed test"
)]

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hartomat_process::{
    Cancel, End, Input, Launch, Limits, Outcome, Output, RequestError, RequestLimits, Stream,
    WarmChild, WarmPool, run, run_with, start_detached,
};
use serde_json::{Map, Value, json};

/// Long enough for any machine; a test that needs it has failed.
const LONG: Duration = Duration::from_secs(120);

fn shell(script: &str) -> Launch {
    Launch::new("/bin/sh").arg("-c").arg(script)
}

fn run_to_end(launch: &Launch) -> Outcome {
    run(launch, &Cancel::new(), &mut |_line| {}).unwrap()
}

fn is_running(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_name, rest)| !rest.trim_start().starts_with('Z'))
}

#[test]
fn a_detached_program_leads_a_group_of_its_own_and_logs_to_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("agent.log");
    std::fs::write(&log, "before\n").unwrap();
    let launch = shell("echo out; echo err >&2; cut -d ' ' -f 5 /proc/$$/stat; echo end");
    let pid = start_detached(&launch, &log).unwrap();
    let begun = Instant::now();
    let text = loop {
        let text = std::fs::read_to_string(&log).unwrap();
        if text.ends_with("end\n") {
            break text;
        }
        assert!(begun.elapsed() < LONG, "it said only {text}");
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(text, format!("before\nout\nerr\n{pid}\nend\n"));
    let missing = start_detached(&Launch::new("/no/such/program"), &log);
    assert!(missing.is_err());
}

#[test]
fn a_child_reports_its_code_and_lines() {
    let mut lines = Vec::new();
    let launch = shell("echo out; echo err >&2; exit 3");
    let outcome = run(&launch, &Cancel::new(), &mut |line| {
        lines.push(line.clone())
    })
    .unwrap();
    assert_eq!(outcome.end, End::Exited(3));
    assert!(
        lines
            .iter()
            .any(|line| line.stream == Stream::Stdout && line.text == "out")
    );
    assert!(
        lines
            .iter()
            .any(|line| line.stream == Stream::Stderr && line.text == "err")
    );
    assert_eq!(outcome.spool.lines().count(), 2);
    assert!(outcome.survivors.is_empty());
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let err = run(
        &Launch::new("/no/such/program"),
        &Cancel::new(),
        &mut |_line| {},
    )
    .unwrap_err();
    assert!(err.to_string().contains("/no/such/program"), "{err}");
}

#[test]
fn a_signal_is_told_apart_from_a_code() {
    assert_eq!(run_to_end(&shell("kill -SEGV $$")).end, End::Signalled(11));
}

#[test]
fn the_environment_is_made_from_an_allow_list() {
    let outcome = run_to_end(&Launch::new("/usr/bin/env").env("GIVEN", "yes"));
    let names: Vec<&str> = outcome
        .spool
        .lines()
        .filter_map(|line| line.text.split('=').next())
        .collect();
    let allowed = [
        "PATH",
        "LANG",
        "LC_ALL",
        "TMPDIR",
        "GIVEN",
        "HARTOMAT_PROCESS_MARK",
    ];
    assert!(names.contains(&"GIVEN"));
    assert!(names.iter().all(|name| allowed.contains(name)), "{names:?}");
}

#[test]
fn working_directory_niceness_and_limits_reach_the_child() {
    let folder = tempfile::tempdir().unwrap();
    let launch = shell("pwd; ulimit -c; sleep 0.2; nice; head -c 200000 /dev/zero > big")
        .cwd(folder.path())
        .niceness(7)
        .limits(Limits {
            file_bytes: Some(100_000),
            ..Limits::default()
        });
    let outcome = run_to_end(&launch);
    let lines: Vec<&str> = outcome
        .spool
        .lines()
        .map(|line| line.text.as_str())
        .collect();
    assert!(
        lines[0].ends_with(folder.path().file_name().unwrap().to_str().unwrap()),
        "{lines:?}"
    );
    assert!(lines.contains(&"7"), "{lines:?}");
    assert!(std::fs::metadata(folder.path().join("big")).unwrap().len() <= 100_000);
    assert!(!outcome.end.is_success());
}

#[test]
fn a_time_limit_ends_a_child_that_ignores_sigterm() {
    let limits = Limits {
        wall: Some(Duration::from_millis(300)),
        ..Limits::default()
    };
    let launch = shell("trap '' TERM; echo ready; while true; do sleep 1; done").limits(limits);
    let outcome = run_to_end(&launch);
    assert_eq!(outcome.end, End::TimedOut(Duration::from_millis(300)));
    assert!(outcome.survivors.is_empty(), "{:?}", outcome.survivors);
}

#[test]
fn grandchildren_die_with_the_child_even_outside_of_its_group() {
    // One in the group, one in a session of its own, one forked twice and adopted by init.
    let script = "sleep 1000 & echo $!; setsid sleep 1001 & echo $!; \
                  (setsid sh -c 'echo $$; exec sleep 1002' &) ; sleep 0.3; wait";
    let cancel = Cancel::new();
    let mut pids = Vec::new();
    let outcome = run(&shell(script), &cancel, &mut |line| {
        pids.push(line.text.clone());
        if pids.len() == 3 {
            cancel.cancel();
        }
    })
    .unwrap();
    assert_eq!(outcome.end, End::Cancelled);
    assert_eq!(pids.len(), 3);
    assert!(pids.iter().all(|pid| !is_running(pid)), "{pids:?}");
    assert!(outcome.survivors.is_empty());
}

#[test]
fn what_a_finished_child_left_behind_is_swept_up() {
    let outcome = run_to_end(&shell(
        "setsid sleep 1003 >/dev/null 2>&1 & echo $!; exit 0",
    ));
    assert_eq!(outcome.end, End::Exited(0));
    let pid = outcome.spool.lines().next().unwrap().text.clone();
    assert!(!is_running(&pid));
}

/// This program with one of its tests, as a process of its own.
fn test_program(test: &str) -> Launch {
    Launch::new(std::env::current_exe().unwrap()).args([test, "--exact", "--nocapture"])
}

#[test]
fn what_a_killed_owner_left_is_ended_by_the_next() {
    const OWNER: &str = "HARTOMAT_TEST_IS_OWNER";
    if std::env::var_os(OWNER).is_some() {
        let endless = shell("echo $$; exec sleep 1004");
        run(&endless, &Cancel::new(), &mut |line| {
            eprintln!("orphan {}", line.text)
        })
        .unwrap();
        return;
    }
    let owner = test_program("what_a_killed_owner_left_is_ended_by_the_next").env(OWNER, "1");
    let cancel = Cancel::new();
    let mut orphan = String::new();
    // It doesn't know what to do about the signal, so what it started stays.
    run(&owner, &cancel, &mut |line| {
        if let Some(pid) = line.text.strip_prefix("orphan ") {
            pid.clone_into(&mut orphan);
            cancel.cancel();
        }
    })
    .unwrap();
    assert!(!orphan.is_empty(), "the owner has started a child");
    let next = run_to_end(&test_program("a_signal_is_told_apart_from_a_code"));
    assert_eq!(next.end, End::Exited(0), "{}", next.spool.text());
    let begun = Instant::now();
    while is_running(&orphan) {
        assert!(begun.elapsed() < Duration::from_secs(5), "{orphan} lives");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_flood_of_output_is_drained_and_bounded() {
    let flood = "head -c 100000000 /dev/zero | tr '\\0' 'x'; echo; head -c 3000000 /dev/urandom; \
                 i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; echo the end >&2";
    let outcome = run_to_end(&shell(flood));
    assert_eq!(outcome.end, End::Exited(0));
    let text = outcome.spool.text();
    assert!(text.len() < 400_000, "{}", text.len());
    assert!(text.contains("bytes cut]") && text.contains("line 19999") && text.contains("the end"));
    assert!(
        outcome
            .spool
            .lines()
            .all(|line| line.text.len() < 32 * 1024 && !line.text.contains('\x1b'))
    );
}

#[test]
fn a_child_that_eats_memory_is_stopped() {
    let limits = Limits {
        memory_bytes: Some(80 << 20),
        wall: Some(LONG),
        ..Limits::default()
    };
    let launch = shell("head -c 400000000 /dev/zero | tail -c 390000000 | sleep 60").limits(limits);
    let outcome = run_to_end(&launch);
    assert_eq!(outcome.end, End::OutOfMemory(80 << 20));
    assert!(outcome.peak_memory_bytes > 80 << 20);
}

#[test]
fn input_is_fed_and_bytes_come_back_whole() {
    struct Shared(Arc<Mutex<Vec<u8>>>);
    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let data: Vec<u8> = (0..3_000_000_u32).map(|index| (index * 31) as u8).collect();
    let received = Arc::new(Mutex::new(Vec::new()));
    let sent = data.clone();
    let feed = Input::Feed(Box::new(move |stdin| stdin.write_all(&sent)));
    let sink = Output::Bytes(Box::new(Shared(received.clone())));
    let outcome = run_with(
        &Launch::new("/bin/cat"),
        feed,
        sink,
        &Cancel::new(),
        &mut |_line| {},
    )
    .unwrap();
    assert_eq!(outcome.end, End::Exited(0));
    assert!(*received.lock().unwrap() == data);
}

/// Answers each request with its own fields and the process id; `die`, `hang` and `babble` misbehave.
const SERVER: &str = r#"
while read -r line; do
  id=${line##*\"id\":}; id=${id%%[\},]*}
  case "$line" in
    *die*) kill -SEGV $$ ;;
    *hang*) sleep 1000 ;;
    *babble*) echo "not a reply"; echo "{\"id\":99999}"; echo "{broken" ;;
  esac
  echo "@stage working" >&2
  echo "{\"id\":$id,\"pid\":$$}"
done
"#;

fn request(word: &str) -> Map<String, Value> {
    let Value::Object(body) = json!({ "word": word }) else {
        unreachable!()
    };
    body
}

fn limits(wall: Duration) -> RequestLimits {
    RequestLimits {
        wall,
        memory_bytes: Some(1 << 30),
    }
}

fn ask(child: &mut WarmChild, word: &str, wall: Duration) -> Result<Value, RequestError> {
    let reply = child.request(request(word), limits(wall), &Cancel::new(), &mut |_line| {})?;
    Ok(reply["pid"].clone())
}

#[test]
fn a_warm_child_stays_and_is_replaced_when_it_breaks() {
    let mut child = WarmChild::new(shell(SERVER));
    let first = ask(&mut child, "hello", LONG).unwrap();
    assert_eq!(ask(&mut child, "babble", LONG).unwrap(), first);

    let err = ask(&mut child, "die", LONG).unwrap_err();
    assert_eq!(err.end(), Some(End::Signalled(11)), "{err}");
    let second = ask(&mut child, "hello", LONG).unwrap();
    assert_ne!(second, first);

    let err = ask(&mut child, "hang", Duration::from_millis(200)).unwrap_err();
    assert_eq!(err.end(), Some(End::TimedOut(Duration::from_millis(200))));
    assert!(!is_running(&second.to_string()));

    let third = ask(&mut child, "hello", LONG).unwrap();
    assert_ne!(third, second);
    child.shut_down();
    assert!(!is_running(&third.to_string()));
}

#[test]
fn a_warm_child_killed_between_requests_is_no_fault_of_the_next() {
    let mut child = WarmChild::new(shell(SERVER));
    let pid = ask(&mut child, "hello", LONG).unwrap().to_string();
    run_to_end(&shell(&format!("kill -KILL {pid}")));
    let start = Instant::now();
    while is_running(&pid) && start.elapsed() < LONG {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_ne!(ask(&mut child, "hello", LONG).unwrap().to_string(), pid);
}

#[test]
fn cancelling_a_request_ends_the_child() {
    let mut child = WarmChild::new(shell(SERVER));
    let pid = ask(&mut child, "hello", LONG).unwrap().to_string();
    let cancel = Cancel::new();
    let later = cancel.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        later.cancel();
    });
    let err = child
        .request(request("hang"), limits(LONG), &cancel, &mut |_line| {})
        .unwrap_err();
    canceller.join().unwrap();
    assert_eq!(err.end(), Some(End::Cancelled));
    assert!(!is_running(&pid));
}

#[test]
fn a_pool_lends_the_child_that_knows_the_key_and_each_only_once() {
    let pool = WarmPool::new(&shell(SERVER), 2);
    let cancel = Cancel::new();
    let a = ask(&mut pool.lend("a", &cancel).unwrap(), "hello", LONG).unwrap();
    let b = ask(&mut pool.lend("b", &cancel).unwrap(), "hello", LONG).unwrap();
    assert_ne!(a, b);
    assert_eq!(
        ask(&mut pool.lend("a", &cancel).unwrap(), "hello", LONG).unwrap(),
        a
    );
    assert_eq!(
        ask(&mut pool.lend("b", &cancel).unwrap(), "hello", LONG).unwrap(),
        b
    );

    let (one, two) = (
        pool.lend("a", &cancel).unwrap(),
        pool.lend("a", &cancel).unwrap(),
    );
    let nobody = Cancel::new();
    nobody.cancel();
    assert!(pool.lend("a", &nobody).is_none());
    drop((one, two));
    assert!(pool.lend("c", &cancel).is_some());
}

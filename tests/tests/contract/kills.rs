//! A server that dies again and again: its run ends all the same, and whoever follows it hears of each
//! event once.

use std::thread;
use std::time::Duration;

use hartomat_api::{Backend as _, Link};
use hartomat_schema::{ExecutionMode, RunState, Side, Verdict};

use crate::support::{ALL, Heard, Served, request, still};

const KILLS: u64 = 20;

#[test]
fn a_run_outlives_twenty_kills_of_its_server_and_a_follower_misses_nothing() {
    let mut served = Served::start();
    let client = served.client(ALL);
    let slow = request(still(&client, 192, 160), ExecutionMode::Shadow);
    let record = client.dispatch(&slow).unwrap();
    let heard = Heard::default();
    thread::scope(|scope| {
        let follower = scope.spawn(|| client.run_follow(&record.id, 0, &heard));
        for kill in 0..KILLS {
            // From right after the start to well into the renders, in no order.
            thread::sleep(Duration::from_millis(100 + kill * 7919 % 900));
            served.kill();
            served.begin();
        }
        follower.join().unwrap().unwrap();
    });
    let detail = client.run_get(&record.id).unwrap();
    assert_eq!(
        detail.record.state,
        RunState::Succeeded,
        "{:?}",
        detail.record.reason
    );
    assert_eq!(detail.record.verdict, Some(Verdict::Pass));
    assert_eq!(heard.assert_gap_free(), detail.record.last_seq);
    assert_eq!(detail.media_assets.len(), 1, "delivered once");
    assert_eq!(detail.notifications.len(), 1);
    assert!(detail.record.interruptions > 0, "no kill met the run");
    let links = heard.links.lock().unwrap();
    assert!(
        links
            .iter()
            .any(|link| matches!(link, Link::StaleSince(..)))
    );
}

#[test]
fn a_cancelled_run_does_not_come_back_to_life() {
    let mut served = Served::start();
    let client = served.client(ALL);
    let slow = request(still(&client, 512, 4096), ExecutionMode::Graph);
    let record = client.dispatch(&slow).unwrap();
    while client.run_get(&record.id).unwrap().record.state != RunState::Running {
        thread::sleep(Duration::from_millis(20));
    }
    client.run_cancel(&record.id).unwrap();
    served.kill();
    served.begin();
    let detail = client.follow_to_end(&record, &()).unwrap();
    assert_eq!(detail.record.state, RunState::Cancelled);
    assert!(detail.media_assets.is_empty());
}

#[test]
fn a_server_asked_to_stop_journals_what_runs_and_the_next_goes_on() {
    let mut served = Served::start();
    let client = served.client(ALL);
    let slow = request(still(&client, 256, 128), ExecutionMode::Graph);
    let record = client.dispatch(&slow).unwrap();
    while client.run_get(&record.id).unwrap().record.state != RunState::Running {
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(500));
    served.terminate();
    let shown = crate::support::output(&mut served.command(&[
        "--json",
        "runs",
        "show",
        record.id.as_str(),
    ]));
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown.pointer("/data/record/state").unwrap(), "interrupted");
    served.begin();
    let detail = client.follow_to_end(&record, &()).unwrap();
    assert_eq!(detail.record.state, RunState::Succeeded);
}

#[test]
fn a_server_asked_to_stop_while_legacy_runs_delivers_when_it_is_back() {
    let mut served = Served::start();
    let client = served.client(ALL);
    for mode in [ExecutionMode::Legacy, ExecutionMode::Shadow] {
        let slow = request(still(&client, 256, 128), mode);
        let record = client.dispatch(&slow).unwrap();
        while client.run_get(&record.id).unwrap().legacy.is_none() {
            thread::sleep(Duration::from_millis(20));
        }
        served.terminate();
        served.begin();
        let detail = client.follow_to_end(&record, &()).unwrap();
        let record = &detail.record;
        assert_eq!(record.state, RunState::Succeeded, "{:?}", record.reason);
        assert_eq!(record.delivered_by, Some(Side::Control));
        assert_eq!(detail.media_assets.len(), 1, "delivered once");
        assert_eq!(record.interruptions, 1, "the stop met the run");
    }
}

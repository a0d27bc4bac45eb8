//! Notifications on the desktop: what they say, and what a click opens.
//!
//! One connection to the session's bus and one thread that waits for clicks. Where there is no bus nothing
//! is shown, and all else works.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hartomat_schema::{FeedEntry, MessageState, RunEventKind, RunId, RunRecord, RunState, Verdict};
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::Value;

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// What a click on the notification itself is called.
const CLICK: &str = "default";
/// Notifications whose clicks are waited for; older ones are forgotten.
const MOST: usize = 64;

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// One line.
    pub(crate) summary: String,
    /// A sentence.
    pub(crate) body: String,
    /// Whether a person should look now.
    pub(crate) is_urgent: bool,
    /// The run that a click opens; the main window where there is none.
    pub(crate) run: Option<RunId>,
}

/// What is told of a run that has ended; none where nobody waits for it: golden cases and trials are
/// many and are watched where they were asked for, and who cancels a run knows.
pub(crate) fn of_run(record: &RunRecord) -> Option<Notice> {
    if record.golden.is_some() || record.is_partial() {
        return None;
    }
    let name = &record.workflow_name;
    let of = &record.cad_file;
    let compared = record.sentence.clone().unwrap_or_default();
    let (summary, body, is_urgent) = match (record.state, record.verdict) {
        (RunState::Succeeded, None) => (format!("{name} is ready"), of.clone(), false),
        (RunState::Succeeded, Some(Verdict::Pass)) => (
            format!("{name} is ready, and the graph agrees"),
            format!("{of}: {compared}"),
            false,
        ),
        (RunState::Succeeded, Some(verdict)) => (
            format!("{name} is ready; comparison: {verdict}"),
            format!("{of}: {compared}"),
            false,
        ),
        (RunState::FellBack, _) => {
            let why = record.fallback.clone().unwrap_or_default();
            (
                format!("{name} is ready, delivered by legacy"),
                format!("{of}: the graph failed: {why}"),
                true,
            )
        }
        (RunState::Failed, _) => {
            let why = record.reason.clone().unwrap_or_default();
            (format!("{name} failed"), format!("{of}: {why}"), true)
        }
        _ => return None,
    };
    let run = Some(record.id.clone());
    Some(Notice {
        summary,
        body: plain(&body),
        is_urgent,
        run,
    })
}

/// A message to the desktop, which a target of the studio asks for.
pub(crate) fn of_event(entry: &FeedEntry) -> Option<Notice> {
    match &entry.event.kind {
        RunEventKind::Told {
            channel,
            state: MessageState::Sent,
            sentence,
            ..
        } if channel == "desktop" => Some(Notice {
            summary: sentence.clone(),
            body: String::new(),
            is_urgent: false,
            run: Some(entry.run.clone()),
        }),
        _ => None,
    }
}

/// What is told when windows of the editor keep crashing.
pub(crate) fn of_editor(why: &str) -> Notice {
    Notice {
        summary: "The editor keeps ending unexpectedly".to_owned(),
        body: plain(&format!(
            "It {why}, and is not started again by itself. Unsaved work is kept as a draft."
        )),
        is_urgent: true,
        run: None,
    }
}

/// Desktops read markup in bodies, and names come from elsewhere.
fn plain(text: &str) -> String {
    let text = text.trim_end_matches([' ', ':']);
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Shows notifications.
pub(crate) struct Notifier {
    proxy: Option<Proxy<'static>>,
    shown: Arc<Mutex<BTreeMap<u32, Option<RunId>>>>,
}

impl Notifier {
    /// Connects to the desktop; `on_click` hears of clicks, on a thread of its own.
    pub(crate) fn start(on_click: impl Fn(Option<RunId>) + Send + 'static) -> Self {
        let shown = Arc::new(Mutex::new(BTreeMap::new()));
        let proxy = Connection::session()
            .and_then(|connection| Proxy::new_owned(connection, SERVICE, PATH, SERVICE))
            .map_err(|err| eprintln!("note: no notifications: {err}"))
            .ok();
        if let Some(proxy) = proxy.clone() {
            let shown = shown.clone();
            let listen = move || listen(&proxy, &shown, &on_click);
            // Without the thread clicks go unheard.
            let _ = std::thread::Builder::new()
                .name("clicks".to_owned())
                .spawn(listen);
        }
        Self { proxy, shown }
    }

    /// Shows a notification.
    pub(crate) fn show(&self, notice: &Notice) {
        let Some(proxy) = &self.proxy else { return };
        let urgency: u8 = if notice.is_urgent { 2 } else { 1 };
        let hints = BTreeMap::from([
            ("urgency", Value::from(urgency)),
            ("desktop-entry", Value::from("hartomat-studio")),
        ]);
        let actions = [
            CLICK,
            if notice.run.is_some() {
                "Open the run"
            } else {
                "Open"
            },
        ];
        let body = (
            "HartOMat Studio",
            0_u32,
            "hartomat-studio",
            notice.summary.as_str(),
            notice.body.as_str(),
            &actions[..],
            hints,
            -1_i32,
        );
        match proxy.call::<_, _, u32>("Notify", &body) {
            Ok(id) => {
                let mut shown = lock(&self.shown);
                shown.insert(id, notice.run.clone());
                while shown.len() > MOST {
                    shown.pop_first();
                }
            }
            Err(err) => eprintln!("note: a notification was not shown: {err}"),
        }
    }
}

fn listen(
    proxy: &Proxy<'_>,
    shown: &Mutex<BTreeMap<u32, Option<RunId>>>,
    on_click: &impl Fn(Option<RunId>),
) {
    let Ok(signals) = proxy.receive_signal("ActionInvoked") else {
        return;
    };
    for signal in signals {
        let Ok((id, action)) = signal.body().deserialize::<(u32, String)>() else {
            continue;
        };
        // The signal is told to everybody: others' notifications have other numbers.
        let run = lock(shown).remove(&id);
        if let (Some(run), CLICK) = (run, action.as_str()) {
            on_click(run);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(state: &str, change: impl Fn(&mut serde_json::Value)) -> RunRecord {
        let mut value = json!({
            "id": "r", "workflow": "w", "workflow_name": "Still", "definition_hash": format!("sha256:{:064}", 0),
            "target": "t", "cad_file": "a<b>.step", "mode": "shadow", "state": state, "reason": null, "owner": null,
            "delivered_by": null, "media_assets": [], "fallback": null, "control_outputs": [],
            "control_failure": null, "intents": [], "verdict": null, "sentence": null, "comparison": null,
            "cancel_requested": false, "nodes": [], "created_at": 0, "finished_at": 1, "last_seq": 9,
        });
        change(&mut value);
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_told_of_a_run_says_how_it_ended() {
        let told = |record: RunRecord| of_run(&record).map(|it| (it.summary, it.body));
        let some = |summary: &str, body: &str| Some((summary.to_owned(), body.to_owned()));
        let ready = record("succeeded", |_| {});
        assert_eq!(told(ready), some("Still is ready", "a&lt;b&gt;.step"));
        let failed = record("failed", |it| it["reason"] = json!("no disk"));
        assert_eq!(
            told(failed),
            some("Still failed", "a&lt;b&gt;.step: no disk")
        );
        let fell_back = record("fell_back", |it| it["fallback"] = json!("it hung"));
        let body = "a&lt;b&gt;.step: the graph failed: it hung";
        assert_eq!(
            told(fell_back),
            some("Still is ready, delivered by legacy", body)
        );
        let compared = record("succeeded", |it| {
            it["verdict"] = json!("fail");
            it["sentence"] = json!("edges differ");
        });
        let body = "a&lt;b&gt;.step: edges differ";
        assert_eq!(
            told(compared),
            some("Still is ready; comparison: fail", body)
        );
    }

    #[test]
    fn a_message_to_the_desktop_is_shown_once_it_is_sent() {
        let told = |channel: &str, state: &str| {
            let event = json!({
                "seq": 1, "at": 0, "event": "told", "message": "m", "target": "t", "channel": channel,
                "state": state, "sentence": "a.png is ready",
            });
            let entry = json!({ "ord": 1, "run": "r", "event": event });
            let entry: FeedEntry = serde_json::from_value(entry).unwrap();
            of_event(&entry).map(|notice| (notice.summary, notice.run))
        };
        let run = Some(RunId::literal("r"));
        assert_eq!(
            told("desktop", "sent"),
            Some(("a.png is ready".to_owned(), run))
        );
        assert_eq!(told("desktop", "failed"), None);
        assert_eq!(told("email", "sent"), None);
    }

    #[test]
    fn nobody_is_told_of_golden_cases_trials_and_cancelled_runs() {
        assert_eq!(of_run(&record("cancelled", |_| {})), None);
        assert_eq!(of_run(&record("interrupted", |_| {})), None);
        assert_eq!(
            of_run(&record("failed", |it| it["golden"] = json!("g"))),
            None
        );
        assert_eq!(
            of_run(&record("succeeded", |it| it["targets"] = json!(["still"]))),
            None
        );
    }
}

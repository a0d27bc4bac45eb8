//! What runs and what waits, how far it has come, and how long it may still take.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hartomat_schema::{
    Catalogue, ExecutionMode, FeedEntry, NodeId, NodeRunState, NodeType, RunId, RunRecord,
    RunState, Side,
};
use serde_json::{Value, json};

/// How much longer a render takes than any other node, roughly.
const RENDER: f64 = 10.0;
/// Too little has been seen before this to say how long the rest takes.
const SEEN: f64 = 0.08;
const SEEN_FOR: Duration = Duration::from_secs(2);

/// The runs that haven't ended.
#[derive(Default)]
pub(crate) struct Work {
    runs: BTreeMap<RunId, OneRun>,
    /// Whether waiting runs are held back.
    pub(crate) is_paused: bool,
    /// Why nothing is known, if so.
    pub(crate) trouble: Option<String>,
    /// Names of nodes for people.
    labels: BTreeMap<NodeType, String>,
}

struct OneRun {
    record: RunRecord,
    /// Shares by node; the control's has none.
    shares: BTreeMap<Option<NodeId>, f64>,
    began: Instant,
    /// How far it was then: a run that was interrupted goes on where it was.
    share_then: f64,
}

impl OneRun {
    fn new(record: RunRecord) -> Self {
        let mut run = Self {
            record,
            shares: BTreeMap::new(),
            began: Instant::now(),
            share_then: 0.0,
        };
        run.share_then = run.share();
        run
    }
}

/// What became of an event.
pub(crate) enum Heard {
    /// A run that isn't known yet.
    Unknown,
    /// A run that began.
    Began,
    /// A run that ended, as it is now.
    Ended(Box<RunRecord>),
    /// Something else.
    Other,
}

impl Work {
    /// Takes a run in that waits or is under way.
    pub(crate) fn put(&mut self, record: RunRecord) {
        if record.state.is_final() {
            return;
        }
        self.runs.insert(record.id.clone(), OneRun::new(record));
    }

    /// Takes the names of nodes from the catalogue.
    pub(crate) fn learn(&mut self, catalogue: Catalogue) {
        let nodes = catalogue.nodes.into_iter();
        self.labels = nodes.map(|node| (node.node_type, node.label)).collect();
    }

    /// Forgets all runs.
    pub(crate) fn clear(&mut self) {
        self.runs.clear();
    }

    /// Takes an event in.
    pub(crate) fn hear(&mut self, entry: &FeedEntry) -> Heard {
        let Some(run) = self.runs.get_mut(&entry.run) else {
            return Heard::Unknown;
        };
        // The record may have been read after the event was written.
        if entry.event.seq <= run.record.last_seq {
            return Heard::Other;
        }
        let was = run.record.state;
        run.record.apply(&entry.event);
        let is = run.record.state;
        if is.is_final() {
            let ended = self.runs.remove(&entry.run);
            return ended.map_or(Heard::Other, |run| Heard::Ended(Box::new(run.record)));
        }
        if was != RunState::Running && is == RunState::Running {
            *run = OneRun::new(run.record.clone());
            return Heard::Began;
        }
        Heard::Other
    }

    /// Notes how far a node, or the control, has come.
    pub(crate) fn progress(&mut self, run: &RunId, side: Side, node: Option<&NodeId>, share: f64) {
        if side == Side::Control && node.is_some() {
            return;
        }
        if let Some(run) = self.runs.get_mut(run) {
            run.shares.insert(node.cloned(), share.clamp(0.0, 1.0));
        }
    }

    /// Runs under way.
    pub(crate) fn running(&self) -> impl Iterator<Item = &RunId> {
        let running = |run: &&OneRun| run.record.state == RunState::Running;
        self.runs.values().filter(running).map(|run| &run.record.id)
    }

    /// Runs under way and runs that wait.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let running = self.running().count();
        (running, self.runs.len() - running)
    }

    /// `2 running, 3 waiting`, or `Idle`.
    pub(crate) fn sentence(&self) -> String {
        if let Some(trouble) = &self.trouble {
            return trouble.clone();
        }
        let waits = if self.is_paused {
            "held back"
        } else {
            "waiting"
        };
        match self.counts() {
            (0, 0) if self.is_paused => "Paused".to_owned(),
            (0, 0) => "Idle".to_owned(),
            (0, waiting) => format!("{waiting} {waits}"),
            (running, 0) => format!("{running} running"),
            (running, waiting) => format!("{running} running, {waiting} {waits}"),
        }
    }

    /// How far the run that began first has come, for a line of a menu; none where nothing runs.
    pub(crate) fn progress_sentence(&self, now: Instant) -> Option<String> {
        let first = self.first()?;
        let share = first.share();
        let percent = (share * 100.0).floor();
        let name = &first.record.workflow_name;
        Some(match first.left(share, now) {
            Some(left) => format!("{name}: {percent:.0} %, {}", left_words(left)),
            None => format!("{name}: {percent:.0} %"),
        })
    }

    /// How far it has come; none where nothing runs.
    pub(crate) fn share(&self) -> Option<f64> {
        self.first().map(OneRun::share)
    }

    fn first(&self) -> Option<&OneRun> {
        let running = |run: &&OneRun| run.record.state == RunState::Running;
        let running = self.runs.values().filter(running);
        running.min_by_key(|run| run.began)
    }

    /// The same for a window.
    pub(crate) fn json(&self, now: Instant) -> Value {
        let (running, waiting) = self.counts();
        let runs = self.runs.values().map(|run| {
            let share = run.share();
            let left = run.left(share, now);
            json!({
                "id": run.record.id, "name": run.record.workflow_name, "cad_file": run.record.cad_file,
                "mode": run.record.mode, "state": run.record.state, "share": share,
                "left": left.map(left_words), "doing": run.doing(&self.labels),
            })
        });
        json!({
            "sentence": self.sentence(), "running": running, "waiting": waiting,
            "is_paused": self.is_paused, "trouble": self.trouble, "runs": runs.collect::<Value>(),
        })
    }
}

impl OneRun {
    fn share(&self) -> f64 {
        let mut parts: Vec<(f64, f64)> = Vec::new();
        if self.record.mode != ExecutionMode::Graph {
            let is_over =
                !self.record.control_outputs.is_empty() || self.record.control_failure.is_some();
            let heard = self.shares.get(&None).copied().unwrap_or_default();
            parts.push((RENDER, if is_over { 1.0 } else { heard }));
        }
        if self.record.mode != ExecutionMode::Legacy {
            parts.extend(self.record.nodes.iter().map(|node| {
                let is_render = node.node_type.as_str().starts_with("render_");
                let share = match node.state {
                    NodeRunState::Waiting => 0.0,
                    NodeRunState::Running => {
                        let heard = self.shares.get(&Some(node.node.clone()));
                        heard.copied().unwrap_or_default()
                    }
                    _ => 1.0,
                };
                (if is_render { RENDER } else { 1.0 }, share)
            }));
        }
        let whole: f64 = parts.iter().map(|(weight, _)| weight).sum();
        let done: f64 = parts.iter().map(|(weight, share)| weight * share).sum();
        if whole > 0.0 { done / whole } else { 0.0 }
    }

    /// As long again as the same share has taken so far.
    fn left(&self, share: f64, now: Instant) -> Option<Duration> {
        let took = now.saturating_duration_since(self.began);
        let seen = share - self.share_then;
        let is_known = seen >= SEEN && share < 1.0 && took >= SEEN_FOR;
        is_known.then(|| took.mul_f64((1.0 - share) / seen))
    }

    /// What it is at, in words.
    fn doing(&self, labels: &BTreeMap<NodeType, String>) -> String {
        let is_running = |state| state == NodeRunState::Running;
        let node = self.record.nodes.iter().find(|node| is_running(node.state));
        match (self.record.state, node, self.record.mode) {
            (RunState::Queued, ..) => "waits".to_owned(),
            (_, Some(node), _) => {
                let label = labels.get(&node.node_type).map(String::as_str);
                format!("graph: {}", label.unwrap_or(node.node_type.as_str()))
            }
            (_, None, ExecutionMode::Graph) => "graph".to_owned(),
            (_, None, _) if self.record.control_outputs.is_empty() => "legacy renders".to_owned(),
            (_, None, ExecutionMode::Legacy) => "legacy delivers".to_owned(),
            _ => "compares".to_owned(),
        }
    }
}

fn left_words(left: Duration) -> String {
    match left.as_secs() {
        secs @ 0..=59 => format!("about {} s left", secs.max(1)),
        secs @ 60..=3599 => format!("about {} min left", secs.div_ceil(60)),
        secs => format!("about {} h left", secs.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use hartomat_schema::{ProcessIdentity, RunEvent, RunEventKind, Timestamp};

    use super::*;

    fn record(id: &str, mode: &str) -> RunRecord {
        let node = |node: &str, kind: &str| {
            json!({ "node": node, "node_type": kind, "state": "waiting", "attempts": 0, "reason": null,
                "failure": null, "key": null, "outputs": {}, "started_at": null, "finished_at": null })
        };
        serde_json::from_value(json!({
            "id": id, "workflow": "w", "workflow_name": "Still", "definition_hash": format!("sha256:{:064}", 0),
            "target": "t", "cad_file": "a.step", "mode": mode, "state": "queued", "reason": null, "owner": null,
            "delivered_by": null, "media_assets": [], "fallback": null, "control_outputs": [],
            "control_failure": null, "intents": [], "verdict": null, "sentence": null, "comparison": null,
            "cancel_requested": false, "nodes": [node("glb", "occ_glb_export"), node("still", "render_still")],
            "created_at": 0, "finished_at": null, "last_seq": 0,
        }))
        .unwrap()
    }

    fn heard(work: &mut Work, run: &str, seq: u64, kind: RunEventKind) -> Heard {
        let at = Timestamp(0);
        let event = RunEvent { seq, at, kind };
        let run = RunId::new(run).unwrap();
        work.hear(&FeedEntry {
            ord: seq,
            run,
            event,
        })
    }

    fn started() -> RunEventKind {
        let owner = ProcessIdentity {
            pid: 1,
            started: 1,
            boot: "b".to_owned(),
        };
        RunEventKind::Started { owner }
    }

    #[test]
    fn sentences_say_what_runs_and_waits() {
        let mut work = Work::default();
        assert_eq!(work.sentence(), "Idle");
        for id in ["a", "b", "c"] {
            work.put(record(id, "graph"));
        }
        assert_eq!(work.sentence(), "3 waiting");
        assert!(matches!(heard(&mut work, "a", 1, started()), Heard::Began));
        assert_eq!(work.sentence(), "1 running, 2 waiting");
        work.is_paused = true;
        assert_eq!(work.sentence(), "1 running, 2 held back");
        let state = RunState::Succeeded;
        let finished = RunEventKind::Finished {
            state,
            reason: None,
        };
        let ended = heard(&mut work, "a", 2, finished);
        assert!(matches!(ended, Heard::Ended(record) if record.state == state));
        assert!(matches!(
            heard(&mut work, "x", 1, started()),
            Heard::Unknown
        ));
        work.clear();
        assert_eq!(work.sentence(), "Paused");
    }

    #[test]
    fn a_render_counts_most_and_the_rest_takes_as_long_in_proportion() {
        let mut work = Work::default();
        work.put(record("a", "shadow"));
        heard(&mut work, "a", 1, started());
        let id = RunId::literal("a");
        work.progress(&id, Side::Control, None, 0.5);
        assert!((work.share().unwrap() - 5.0 / 21.0).abs() < 1e-9);
        let later = Instant::now() + Duration::from_secs(50);
        let sentence = work.progress_sentence(later).unwrap();
        assert_eq!(sentence, "Still: 23 %, about 3 min left");
        assert_eq!(
            work.progress_sentence(Instant::now()).unwrap(),
            "Still: 23 %"
        );
        // Nodes of the control are its own affair.
        work.progress(&id, Side::Control, Some(&NodeId::literal("still")), 1.0);
        assert!((work.share().unwrap() - 5.0 / 21.0).abs() < 1e-9);
    }

    #[test]
    fn times_are_rounded_to_what_one_can_say() {
        for (secs, words) in [
            (0, "about 1 s left"),
            (59, "about 59 s left"),
            (61, "about 2 min left"),
            (3600, "about 1 h left"),
        ] {
            assert_eq!(left_words(Duration::from_secs(secs)), words);
        }
    }
}

//! The process that the tests kill: makes runs, one after another, and takes up what a killed one left.
//!
//! `play <root> <file-first|record-first> <runs>` makes runs; `record-first` is wrong on purpose, to
//! prove that the tests can fail. `append <studio.db> <run> <threads> <events>` writes against others.
//! `hold <studio.db> <milliseconds>` keeps the write lock from them.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::Duration;

use hartomat_schema::{NodeId, NodeRunState, RunEventKind, RunId, RunRecord, RunState, Side};
use hartomat_store::{ArtifactStore, LegacyDb, OpenOptions, RunFilter, StudioDb, Verification};

#[path = "../tests/store/fixtures.rs"]
#[allow(
    dead_code,
    clippy::unwrap_used,
    reason = "shared with the tests, which use all of it"
)]
mod fixtures;
mod story;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["play", root, order, runs] => {
            Victim::open(Path::new(root), order == "record-first")?.play(runs.parse()?)
        }
        ["append", path, run, threads, events] => append(
            Path::new(path),
            &RunId::new(run)?,
            threads.parse()?,
            events.parse()?,
        ),
        ["hold", path, millis] => hold(Path::new(path), Duration::from_millis(millis.parse()?)),
        _ => Err("unknown arguments".into()),
    }
}

struct Victim {
    artifacts: ArtifactStore,
    studio: StudioDb,
    legacy: LegacyDb,
    record_first: bool,
}

impl Victim {
    fn open(root: &Path, record_first: bool) -> Outcome<Self> {
        let options = OpenOptions::default();
        let artifacts = ArtifactStore::open(root.join("artifacts"))?;
        artifacts.sweep_tmp()?;
        Ok(Self {
            artifacts,
            studio: StudioDb::open(root.join("studio.db"), &options)?.0,
            legacy: LegacyDb::open(root.join("legacy.db"), &options)?.0,
            record_first,
        })
    }

    fn play(&self, runs: u32) -> Outcome<()> {
        for record in self.studio.run_unfinished()? {
            self.carry_on(record)?;
        }
        let latest = RunFilter {
            limit: Some(1),
            ..RunFilter::default()
        };
        for _ in 0..runs {
            let newest = self.studio.run_list(&latest)?.pop();
            let number = newest.map_or(Ok(0), |run| run.id.as_str()[4..].parse::<u32>())?;
            let run = RunId::new(format!("run-{:05}", number + 1))?;
            let record = self.studio.run_insert(&story::frozen(&run))?;
            self.carry_on(record)?;
        }
        Ok(())
    }

    fn carry_on(&self, record: RunRecord) -> Outcome<()> {
        let run = record.id.clone();
        self.append(&run, fixtures::started())?;
        for node in &record.nodes {
            if !matches!(node.state, NodeRunState::Succeeded | NodeRunState::Reused) {
                self.node(&run, &node.node, node.attempts + 1)?;
            }
        }
        let attempt = u32::try_from(record.last_seq)?;
        if record.delivered_by.is_none() {
            let delivery = self.legacy.deliver(
                &[story::asset(&run, attempt)],
                &[story::notification(&run, attempt)],
                &[],
            )?;
            let delivered = RunEventKind::Delivered {
                side: Side::Candidate,
                media_assets: delivery
                    .media_assets
                    .into_iter()
                    .map(|(asset, _)| asset.id)
                    .collect(),
            };
            self.append(&run, delivered)?;
        }
        let finished = RunEventKind::Finished {
            state: RunState::Succeeded,
            reason: None,
        };
        self.append(&run, finished)?;
        writeln!(std::io::stdout(), "{run}")?;
        Ok(())
    }

    fn node(&self, run: &RunId, node: &NodeId, attempt: u32) -> Outcome<()> {
        let (key, node) = (story::key(run, node), node.clone());
        let started = RunEventKind::NodeStarted {
            node: node.clone(),
            attempt,
            reason: "no outputs yet".to_owned(),
        };
        self.append(run, started)?;
        if self.is_cached(run, &node)? {
            let reused = RunEventKind::NodeReused {
                outputs: story::outputs(run, &node),
                node,
                key,
                reason: "an attempt that was lost had stored them".to_owned(),
            };
            return self.append(run, reused);
        }
        let picture = story::picture(run, &node);
        if !self.record_first {
            self.artifacts.put_bytes(&picture)?;
        }
        self.studio.cache_put(&hartomat_schema::CacheEntry {
            key,
            parts: Default::default(),
            outputs: story::outputs(run, &node),
            run: run.clone(),
            workflow: story::frozen(run).workflow.id,
            node: node.clone(),
        })?;
        let succeeded = RunEventKind::NodeSucceeded {
            outputs: story::outputs(run, &node),
            node,
            attempt,
            key,
        };
        self.append(run, succeeded)?;
        if self.record_first {
            self.artifacts.put_bytes(&picture)?;
        }
        Ok(())
    }

    fn is_cached(&self, run: &RunId, node: &NodeId) -> Outcome<bool> {
        let Some(entry) = self.studio.cache_get(&story::key(run, node))? else {
            return Ok(false);
        };
        for artifact in entry.outputs.values() {
            if self.artifacts.verify(&artifact.digest)? != Verification::Verified {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn append(&self, run: &RunId, kind: RunEventKind) -> Outcome<()> {
        self.studio.run_append(run, kind, fixtures::NOW)?;
        Ok(())
    }
}

fn append(path: &Path, run: &RunId, threads: u32, events: u32) -> Outcome<()> {
    let (studio, _) = StudioDb::open(path, &OpenOptions::default())?;
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    (0..events).try_for_each(|_| {
                        let appended =
                            studio.run_append(run, RunEventKind::CancelRequested, fixtures::NOW);
                        appended.map(|_event| ())
                    })
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .map_err(|_panic| "a writer panicked")?
                .map_err(Into::into)
        })
    })
}

fn hold(path: &Path, duration: Duration) -> Outcome<()> {
    let connection = rusqlite::Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    writeln!(std::io::stdout(), "held")?;
    thread::sleep(duration);
    connection.execute_batch("COMMIT")?;
    Ok(())
}

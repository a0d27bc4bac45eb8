//! What must hold after a process was killed, whenever that was.

use std::path::Path;

use hartomat_schema::{Digest, NodeRunState, RunEventKind, RunRecord, RunState};
use hartomat_store::{
    ArtifactStore, LegacyDb, MediaAssetFilter, NotificationFilter, OpenOptions, RunFilter,
    StudioDb, Verification,
};

use crate::story;

/// What a look at the store of a killed process came to.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Broken promises.
    pub(crate) violations: Vec<String>,
    /// Runs that are done.
    pub(crate) done: usize,
    /// Runs that the next process takes up.
    pub(crate) unfinished: usize,
}

impl Findings {
    fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.violations.push(what());
        }
    }
}

struct Look {
    artifacts: ArtifactStore,
    studio: StudioDb,
    legacy: LegacyDb,
    findings: Findings,
}

/// Opens everything as the next process would, and looks at all of it.
pub(crate) fn look(root: &Path) -> Findings {
    let options = OpenOptions::default();
    let artifacts = ArtifactStore::open(root.join("artifacts")).unwrap();
    let (studio, studio_report) = StudioDb::open(root.join("studio.db"), &options).unwrap();
    let (legacy, legacy_report) = LegacyDb::open(root.join("legacy.db"), &options).unwrap();
    let mut look = Look {
        artifacts,
        studio,
        legacy,
        findings: Findings::default(),
    };
    for report in [studio_report, legacy_report] {
        look.findings
            .expect(report.recovery.is_none(), || format!("damage: {report:?}"));
    }
    for complaint in [look.studio.check().unwrap(), look.legacy.check().unwrap()].concat() {
        look.findings.violations.push(complaint);
    }
    look.artifacts.sweep_tmp().unwrap();
    let left = std::fs::read_dir(root.join("artifacts/tmp"))
        .unwrap()
        .count();
    look.findings.expect(left == 0, || {
        format!("{left} half-written files survive a sweep")
    });
    let all = RunFilter {
        limit: Some(1000),
        ..RunFilter::default()
    };
    for record in look.studio.run_list(&all).unwrap() {
        look.run(&record);
    }
    look.feed();
    look.findings.unfinished = look.studio.run_unfinished().unwrap().len();
    look.findings
}

impl Look {
    fn run(&mut self, record: &RunRecord) {
        let run = &record.id;
        let rebuilt = self.studio.run_rebuild(run);
        self.findings
            .expect(rebuilt.as_ref().is_ok_and(|rebuilt| rebuilt.agrees), || {
                format!("{run}: the record isn't the sum of its journal: {rebuilt:?}")
            });
        let frozen = self.studio.run_frozen(run).unwrap();
        self.findings
            .expect(frozen == Some(story::frozen(run)), || {
                format!("{run}: frozen differs")
            });
        let events = self.studio.run_events(run, 0, 10_000).unwrap();
        let feed = self.studio.feed_last().unwrap();
        self.findings.expect(feed >= record.last_seq, || {
            format!("{run}: the feed has {feed} events")
        });
        let gap_free = events.iter().map(|event| event.seq).eq(1..=record.last_seq);
        self.findings
            .expect(gap_free, || format!("{run}: the journal has gaps"));
        for node in &record.nodes {
            let done = matches!(node.state, NodeRunState::Succeeded | NodeRunState::Reused);
            let ends = events.iter().filter(|event| match &event.kind {
                RunEventKind::NodeSucceeded { node: of, .. }
                | RunEventKind::NodeReused { node: of, .. } => *of == node.node,
                _ => false,
            });
            let ends = ends.count();
            self.findings.expect(ends == usize::from(done), || {
                format!("{run}: {} ended {ends} times", node.node)
            });
            for artifact in node.outputs.values() {
                self.artifact(
                    &artifact.digest,
                    &format!("{run}: outputs of {}", node.node),
                );
            }
            if let Some(entry) = self.studio.cache_get(&story::key(run, &node.node)).unwrap() {
                for artifact in entry.outputs.values() {
                    self.artifact(&artifact.digest, &format!("{run}: cached {}", node.node));
                }
            }
        }
        self.delivery(record);
    }

    fn feed(&mut self) {
        let (mut after, mut events) = (0, std::collections::BTreeMap::new());
        loop {
            let page = self.studio.feed_read(after, 1000).unwrap();
            let Some(last) = page.last() else { break };
            let ords = page.iter().map(|entry| entry.ord);
            let gap_free = ords.eq(after + 1..=last.ord);
            self.findings
                .expect(gap_free, || format!("the feed has gaps after {after}"));
            after = last.ord;
            for entry in page {
                let of_run = events.entry(entry.run).or_insert_with(Vec::new);
                of_run.push(entry.event);
            }
        }
        for (run, events) in events {
            let journal = self.studio.run_events(&run, 0, 10_000).unwrap();
            self.findings.expect(journal == events, || {
                format!("{run}: the feed isn't the journal")
            });
        }
    }

    fn delivery(&mut self, record: &RunRecord) {
        let run = Some(record.id.clone());
        let assets = self.legacy.media_asset_list(&MediaAssetFilter {
            run: run.clone(),
            ..MediaAssetFilter::default()
        });
        let told = self.legacy.notification_list(&NotificationFilter {
            run,
            ..NotificationFilter::default()
        });
        let (assets, told) = (assets.unwrap(), told.unwrap());
        for asset in &assets {
            self.artifact(&asset.digest, &format!("{}: media asset", record.id));
        }
        let done = record.state == RunState::Succeeded;
        self.findings.done += usize::from(done);
        let counts = (assets.len(), told.len());
        self.findings
            .expect(counts == (1, 1) || (counts == (0, 0) && !done), || {
                format!("{}: delivered {counts:?} times, done: {done}", record.id)
            });
        if record.delivered_by.is_some() {
            let ids: Vec<_> = assets.iter().map(|asset| asset.id.clone()).collect();
            let agree =
                record.media_assets == ids && told.iter().all(|told| told.media_assets == ids);
            self.findings.expect(agree, || {
                format!("{}: the two sides name other assets", record.id)
            });
        }
    }

    fn artifact(&mut self, digest: &Digest, what: &str) {
        let verified = self.artifacts.verify(digest).unwrap();
        self.findings
            .expect(verified == Verification::Verified, || {
                format!("{what}: artifact {digest} is {verified:?}")
            });
    }
}

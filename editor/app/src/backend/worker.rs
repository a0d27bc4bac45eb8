//! The threads between the window and the runtime: one keeps the link, a few answer questions.
//!
//! Nothing here is ever waited for by a frame, not even at the end: threads that are in the midst
//! of a call end by themselves once the worker is gone.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hartomat_api::{
    ApiError, Backend, BackendKind, DispatchRequest, ErrorKind, SubjectSource, WorkflowSource,
};
use hartomat_process::write_atomically;
use hartomat_schema::{
    Digest, OrderLineId, OrderLineSubject, RunId, Subject, Timestamp, WorkflowId,
};

use super::compare;
use super::last_run::last_run;
use super::local::{
    discard_draft, is_edited_elsewhere, read_drafts, read_file, read_pictures, take_draft,
    write_file, write_sample,
};
use super::runs;
use super::studio;
use super::swatch::swatch;
use super::watch::{Watched, listen, watch};
use super::{Ask, BackendEvent, Checked, Connection, Connector, Library, StudioAsk, StudioEvent};
use crate::files::now;

/// Questions that are answered side by side.
const ANSWERERS: usize = 3;
/// How often the runtime is asked how it is.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How long a lost link waits before the next attempt.
const RETRY: Duration = Duration::from_secs(2);

/// Frames after which one is on screen: the second one begins when the first has been presented.
const FIRST_FRAMES: u64 = 2;
/// The longest that anything waits for them.
const FIRST_FRAMES_TAKE: Duration = Duration::from_millis(500);

/// The window's end of the threads.
pub struct BackendWorker {
    shared: Arc<Shared>,
    events: Receiver<BackendEvent>,
}

/// What the threads share.
pub(super) struct Shared {
    state: Mutex<Link>,
    changed: Condvar,
    connector: Box<dyn Connector>,
    library_copy: Option<PathBuf>,
    events: Mutex<Sender<BackendEvent>>,
    wake: egui::Context,
}

#[derive(Default)]
pub(super) struct Link {
    pub(super) backend: Option<Arc<dyn Backend>>,
    /// Whether the first attempt has ended, however it did.
    is_tried: bool,
    pub(super) is_over: bool,
    /// Look at once instead of at the next heartbeat.
    is_hasty: bool,
    /// Ask for the library again although its etag is the same.
    is_stale: bool,
    /// The run that is watched.
    pub(super) watched: Option<Watched>,
    wishes_to_watch: u64,
    asks: VecDeque<Ask>,
}

impl BackendWorker {
    /// Starts the threads. Events wake the window of this context. What the backend serves is
    /// copied to `library_copy`.
    pub fn start(
        connector: Box<dyn Connector>,
        library_copy: Option<PathBuf>,
        wake: egui::Context,
    ) -> Self {
        let (sender, events) = channel();
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            connector,
            library_copy,
            events: Mutex::new(sender),
            wake,
        });
        let keeper = shared.clone();
        std::thread::spawn(move || Keeper::new(&keeper).keep());
        let listeners: [fn(&Shared); 2] = [watch, listen];
        for listener in listeners {
            let shared = shared.clone();
            std::thread::spawn(move || listener(&shared));
        }
        for _ in 0..ANSWERERS {
            let answerer = shared.clone();
            std::thread::spawn(move || {
                answerer.let_the_window_come_first();
                answerer.answer_all();
            });
        }
        Self { shared, events }
    }

    /// Asks something; the answer is an event.
    pub fn ask(&self, ask: Ask) {
        self.shared.lock().asks.push_back(ask);
        self.shared.changed.notify_all();
    }

    /// Listens to this run from the event after `after` on, and to no other.
    pub fn watch(&self, run: RunId, after: u64) {
        let mut link = self.shared.lock();
        link.wishes_to_watch += 1;
        let serial = link.wishes_to_watch;
        link.watched = Some(Watched { run, after, serial });
        drop(link);
        self.shared.changed.notify_all();
    }

    /// Listens to no run.
    pub fn watch_nothing(&self) {
        self.shared.lock().watched = None;
        self.shared.changed.notify_all();
    }

    /// Tries the link at once.
    pub fn reconnect(&self) {
        self.shared.lock().is_hasty = true;
        self.shared.changed.notify_all();
    }

    /// Asks for workflows, order lines and the rest again.
    pub fn refresh_library(&self) {
        let mut link = self.shared.lock();
        link.is_stale = true;
        link.is_hasty = true;
        drop(link);
        self.shared.changed.notify_all();
    }

    /// What has happened since the last call.
    pub fn poll(&self) -> Vec<BackendEvent> {
        self.events.try_iter().collect()
    }
}

impl Drop for BackendWorker {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    /// Starting an agent and reading files keep processors busy, which the first frame needs more.
    fn let_the_window_come_first(&self) {
        let begun = std::time::Instant::now();
        while self.wake.cumulative_frame_nr() < FIRST_FRAMES && begun.elapsed() < FIRST_FRAMES_TAKE
        {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A thread that panicked leaves a queue that is still a queue.
    pub(super) fn lock(&self) -> MutexGuard<'_, Link> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait<'a>(
        &self,
        link: MutexGuard<'a, Link>,
        at_most: Duration,
    ) -> MutexGuard<'a, Link> {
        let waited = self.changed.wait_timeout(link, at_most);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    pub(super) fn tell(&self, event: BackendEvent) {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        // The window may have closed.
        let _closed = events.send(event);
        self.wake.request_repaint();
    }

    fn answer_all(&self) {
        while let Some(ask) = self.next_ask() {
            if let Some(event) = self.answer(ask) {
                self.tell(event);
            }
        }
    }

    fn next_ask(&self) -> Option<Ask> {
        let mut link = self.lock();
        loop {
            if link.is_over {
                return None;
            }
            if let Some(ask) = link.asks.pop_front() {
                return Some(ask);
            }
            link = self.wait(link, HEARTBEAT);
        }
    }

    /// The runtime, once the first attempt to reach it has ended.
    fn backend(&self) -> Result<Arc<dyn Backend>, ApiError> {
        let mut link = self.lock();
        while !link.is_tried && !link.is_over {
            link = self.wait(link, HEARTBEAT);
        }
        link.backend
            .clone()
            .ok_or_else(|| ApiError::new(ErrorKind::Unreachable, "there is no link to the runtime"))
    }

    fn answer(&self, ask: Ask) -> Option<BackendEvent> {
        Some(match ask {
            Ask::Open(id) => {
                let opened = self.backend().and_then(|backend| backend.workflow_get(&id));
                BackendEvent::Opened(id, opened.map(Box::new))
            }
            Ask::Save(ticket, save) => {
                let saved = self
                    .backend()
                    .and_then(|backend| backend.workflow_put(&save));
                BackendEvent::Saved(ticket, saved.map(Box::new))
            }
            Ask::Preflight(ticket, request) => {
                let report = self
                    .backend()
                    .and_then(|backend| backend.preflight(&request));
                let checked = report.map(Checked::Preflight).map(Box::new);
                BackendEvent::Checked(ticket, checked)
            }
            Ask::DryRun(ticket, request) => {
                let plan = self.backend().and_then(|backend| backend.dry_run(&request));
                BackendEvent::Checked(ticket, plan.map(Checked::DryRun).map(Box::new))
            }
            Ask::Overrides(line, workflow) => {
                let backend = self.backend().ok()?;
                let found = subject_now(&*backend, &line, workflow);
                BackendEvent::Overrides(line, found)
            }
            Ask::Runs(ask) => BackendEvent::Runs(runs::answer(self.backend(), ask)?),
            Ask::Studio(StudioAsk::ChangeTarget(change)) => {
                let changed = self.connector.change_target(&change);
                BackendEvent::Studio(StudioEvent::TargetChanged(change, changed))
            }
            Ask::Studio(ask) => BackendEvent::Studio(studio::answer(self.backend(), ask)),
            Ask::Compare(ask) => BackendEvent::Compare(compare::answer(|| self.backend(), ask)),
            Ask::WriteSample(folder) => BackendEvent::SampleWritten(write_sample(&folder)),
            Ask::LastRun(workflow, known) => {
                let backend = self.backend().ok()?;
                let found = last_run(&*backend, &workflow, known.as_ref())?;
                BackendEvent::LastRun(workflow, Box::new(found))
            }
            Ask::Swatch(key) => {
                let backend = self.backend().ok();
                let picture = backend.and_then(|backend| swatch(&*backend, &key));
                BackendEvent::Swatch(key, picture.map(Arc::new))
            }
            Ask::ReadFile(path, catalogue) => {
                let read = read_file(&path, &catalogue);
                BackendEvent::FileRead(path, read)
            }
            Ask::WriteFile {
                ticket,
                path,
                workflow,
                expected,
            } => {
                let written = write_file(&path, &workflow, expected);
                BackendEvent::FileWritten(ticket, path, written)
            }
            Ask::WriteCopy(path, workflow) => {
                // A picture that is missing on the start screen is no reason to bother anybody.
                let _unwritten = write_atomically(&path, workflow.to_json().as_bytes());
                return None;
            }
            Ask::ReadPictures(copies, catalogue) => {
                BackendEvent::Pictures(read_pictures(copies, &catalogue))
            }
            Ask::ReadDrafts(folder, catalogue) => {
                BackendEvent::Drafts(read_drafts(&folder, &catalogue))
            }
            Ask::DiscardDraft(folder, path) => {
                let discarded = discard_draft(&folder, &path);
                BackendEvent::DraftDiscarded(path, discarded)
            }
            Ask::LookElsewhere(folder, origin, own) => {
                if !is_edited_elsewhere(&folder, &origin, own.as_deref()) {
                    return None;
                }
                BackendEvent::EditedElsewhere(origin)
            }
            Ask::ReadDraft(folder, path) => {
                let read = take_draft(&folder, &path);
                BackendEvent::DraftTaken(path, read.map(Box::new))
            }
        })
    }
}

/// An order line with its output type, as a dispatch would see them now.
fn subject_now(
    backend: &dyn Backend,
    line: &OrderLineId,
    workflow: WorkflowId,
) -> Option<Box<OrderLineSubject>> {
    let request = DispatchRequest::new(
        WorkflowSource::Saved(workflow),
        SubjectSource::OrderLine(line.clone()),
    );
    match backend.resolve(&request).ok()?.subject {
        Subject::OrderLine(subject) => Some(subject),
        Subject::CadFile { .. } => None,
    }
}

/// Keeps the link: connects, listens to its heart, reads the library when it has changed.
struct Keeper<'a> {
    shared: &'a Shared,
    told: Option<Connection>,
    answered_at: Option<Timestamp>,
    kind: Option<BackendKind>,
    etag: Option<Digest>,
    /// What was served last, in this session or an earlier one.
    library: Arc<Library>,
}

impl<'a> Keeper<'a> {
    fn new(shared: &'a Shared) -> Self {
        Self {
            shared,
            told: None,
            answered_at: None,
            kind: None,
            etag: None,
            library: Arc::default(),
        }
    }

    fn keep(&mut self) {
        self.shared.let_the_window_come_first();
        let copy = self.shared.library_copy.as_deref().and_then(Library::read);
        self.library = Arc::new(copy.unwrap_or_default());
        loop {
            let pause = if self.look() { HEARTBEAT } else { RETRY };
            let mut link = self.shared.lock();
            let mut waited = Duration::ZERO;
            // Questions wake this thread too; only haste cuts the pause short.
            while !link.is_hasty && !link.is_over && waited < pause {
                let before = std::time::Instant::now();
                link = self.shared.wait(link, pause.saturating_sub(waited));
                waited += before.elapsed();
            }
            link.is_hasty = false;
            if link.is_over {
                return;
            }
        }
    }

    /// Looks once; whether the runtime answers.
    fn look(&mut self) -> bool {
        let known = self.shared.lock().backend.clone();
        let looked = match known {
            Some(backend) => Ok(backend),
            None => self.shared.connector.connect(),
        }
        .and_then(|backend| Ok((backend.info()?, backend)));
        match looked {
            Ok((info, backend)) => {
                self.answered_at = Some(now());
                self.kind = Some(info.kind);
                let etag = info.catalogue_etag;
                self.set(Some(backend.clone()));
                self.tell(Connection::Up(Box::new(info)));
                self.read_library(&*backend, etag);
                true
            }
            Err(error) => {
                // The next attempt begins at the connector: the agent may have been started anew.
                self.set(None);
                self.tell(Connection::Down {
                    stale_since: self.answered_at,
                    error: Box::new(error),
                    kind: self.kind,
                });
                false
            }
        }
    }

    fn set(&self, backend: Option<Arc<dyn Backend>>) {
        let mut link = self.shared.lock();
        link.backend = backend;
        link.is_tried = true;
        drop(link);
        self.shared.changed.notify_all();
    }

    fn tell(&mut self, connection: Connection) {
        if self.told.as_ref() != Some(&connection) {
            self.told = Some(connection.clone());
            self.shared.tell(BackendEvent::Connection(connection));
        }
    }

    fn read_library(&mut self, backend: &dyn Backend, etag: Digest) {
        let is_stale = std::mem::take(&mut self.shared.lock().is_stale);
        if self.etag == Some(etag) && !is_stale {
            return;
        }
        let fetched = Library::fetch(backend, &self.library);
        // What didn't come is asked for again at the next heartbeat.
        self.shared.lock().is_stale |= !matches!(fetched, Ok((_, true)));
        let Ok((library, is_whole)) = fetched else {
            return;
        };
        let is_first = self.etag.is_none();
        self.etag = Some(etag);
        if !is_whole && !is_first && library == *self.library {
            return;
        }
        if let Some(path) = &self.shared.library_copy {
            // Without the copy there is only less to see without a link.
            let _unwritten = library.write(path);
        }
        self.library = Arc::new(library);
        let library = self.library.clone();
        self.shared.tell(BackendEvent::Library(library));
    }
}

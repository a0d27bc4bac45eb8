//! The shell: what its windows, its tray, its notifications and other starts ask for, in one place.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use hartomat_api::{ApiError, Backend as _, RunQuery};
use hartomat_schema::{RunId, RunRecord, RunState};
use serde_json::json;
use tauri::{AppHandle, Emitter as _, Manager as _};

use crate::agent::Agent;
use crate::editor::{Editors, Opens};
use crate::notifications::{Notice, Notifier, of_editor, of_run};
use crate::request::Request;
use crate::tray::Tray;
use crate::windows::{self, ReviewPlace};
use crate::work::Work;

/// The least time between two looks of tray and windows at the work.
const CALM: Duration = Duration::from_millis(500);
/// Runs that the tray offers.
const RECENT: u32 = 5;

/// The shell.
pub(crate) struct Shell {
    pub(crate) app: AppHandle,
    pub(crate) agent: Agent,
    pub(crate) review: ReviewPlace,
    work: Mutex<Work>,
    editors: Editors,
    notifier: OnceLock<Notifier>,
    tray: OnceLock<Tray>,
    /// Whether something changed that tray and windows don't show yet.
    is_stale: (Mutex<bool>, Condvar),
    quits_when_idle: AtomicBool,
}

impl Shell {
    /// The shell on a data folder; nothing is started yet.
    pub(crate) fn new(app: AppHandle, data_dir: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            app,
            agent: Agent::new(data_dir),
            review: ReviewPlace::default(),
            work: Mutex::default(),
            editors: Editors::default(),
            notifier: OnceLock::new(),
            tray: OnceLock::new(),
            is_stale: (Mutex::new(true), Condvar::new()),
            quits_when_idle: AtomicBool::new(false),
        })
    }

    /// Starts tray, notifications, and the threads that follow the work. On the main thread.
    pub(crate) fn start(self: &Arc<Self>) {
        if let Some(tray) = Tray::new(&self.app) {
            let _ = self.tray.set(tray);
        }
        self.spawn("work", crate::watch::listen);
        self.spawn("painter", Self::paint);
    }

    fn spawn(self: &Arc<Self>, name: &str, work: fn(&Arc<Self>)) {
        let shell = self.clone();
        let thread = std::thread::Builder::new().name(name.to_owned());
        // Without a thread the machine is in such trouble that nothing else would start.
        let _ = thread.spawn(move || work(&shell));
    }

    /// The runs that haven't ended.
    pub(crate) fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens what was asked for by arguments of a start, this one or a later one: the main window where
    /// they ask for nothing.
    pub(crate) fn open_all(self: &Arc<Self>, asked: &[String], folder: &std::path::Path) {
        if asked.is_empty() {
            return self.told(windows::main(&self.app));
        }
        for text in asked {
            match Request::parse(text, folder) {
                Ok(Request::File(path)) => self.told(self.open_editor(&Opens::File(path))),
                Ok(Request::Workflow(id)) => self.told(self.open_editor(&Opens::Workflow(id))),
                Ok(Request::Run(id)) => self.told(self.open_run(&id)),
                Err(refused) => self.say("Nothing was opened", &refused.to_string()),
            }
        }
    }

    /// Opens a window of the editor.
    pub(crate) fn open_editor(self: &Arc<Self>, opens: &Opens) -> Result<(), ApiError> {
        // It would start an agent of its own.
        self.agent.link()?;
        let shell = Arc::downgrade(self);
        self.editors
            .open(&self.agent.data_dir(), opens, move |why| {
                if let Some(shell) = shell.upgrade() {
                    eprintln!("note: the editor {why} again and again, and is left");
                    shell.notify(&of_editor(&why));
                }
            })
    }

    /// Shows a run on the review page; its comparison, where there is one.
    pub(crate) fn open_run(&self, run: &RunId) -> Result<(), ApiError> {
        let record = self.agent.link()?.client.run_get(run)?.record;
        let rest = if record.verdict.is_some() {
            "/compare"
        } else {
            ""
        };
        let run: String = url::form_urlencoded::byte_serialize(run.as_str().as_bytes()).collect();
        windows::review(self, &format!("/runs/{run}{rest}"))
    }

    /// Does what cannot fail but for the world around, and says so where it has.
    pub(crate) fn told(&self, outcome: Result<(), ApiError>) {
        if let Err(err) = outcome {
            let hints = err.hints.iter().map(|hint| format!("; {hint}"));
            self.say(
                "That didn't work",
                &format!("{}{}", err.message, hints.collect::<String>()),
            );
        }
    }

    /// Says a sentence on the desktop, and in the main window where it is open.
    pub(crate) fn say(&self, summary: &str, sentence: &str) {
        eprintln!("note: {sentence}");
        let _ = self.app.emit_to(windows::MAIN, "said", sentence);
        self.notify(&Notice {
            summary: summary.to_owned(),
            body: sentence.to_owned(),
            is_urgent: false,
            run: None,
        });
    }

    /// Shows a notification.
    pub(crate) fn notify(&self, notice: &Notice) {
        self.notifier().show(notice);
    }

    /// Connects to the desktop when there is something to say.
    fn notifier(&self) -> &Notifier {
        self.notifier.get_or_init(|| {
            let app = self.app.clone();
            Notifier::start(move |run| {
                let shell = app.state::<Arc<Self>>();
                shell.told(match run {
                    Some(run) => shell.open_run(&run),
                    None => windows::main(&shell.app),
                });
            })
        })
    }

    /// A run that somebody waited for has ended.
    pub(crate) fn ended(&self, record: &RunRecord) {
        if let Some(notice) = of_run(record) {
            self.notify(&notice);
        }
        let _ = self
            .app
            .emit_to(windows::MAIN, "ended", json!({ "run": record.id }));
        self.refresh_recent();
        self.changed();
        if self.quits_when_idle.load(Ordering::SeqCst) && self.work().counts() == (0, 0) {
            self.app.exit(0);
        }
    }

    /// Has the tray offer the runs that ended last.
    pub(crate) fn refresh_recent(&self) {
        let Some(tray) = self.tray.get() else { return };
        let query = RunQuery {
            states: vec![RunState::Succeeded, RunState::FellBack, RunState::Failed],
            limit: Some(RECENT),
            ..RunQuery::default()
        };
        let page = self
            .agent
            .link()
            .and_then(|link| link.client.run_list(&query));
        // What can't be read now is read after the next run.
        if let Ok(page) = page {
            tray.offer(&page.runs);
        }
    }

    /// Something changed that tray and windows show.
    pub(crate) fn changed(&self) {
        let (stale, wake) = &self.is_stale;
        *stale.lock().unwrap_or_else(PoisonError::into_inner) = true;
        wake.notify_all();
    }

    /// Brings tray and windows up to date: after a change, at most twice a second, and else never.
    fn paint(self: &Arc<Self>) {
        let (stale, wake) = &self.is_stale;
        loop {
            let mut is_stale = stale.lock().unwrap_or_else(PoisonError::into_inner);
            while !*is_stale {
                is_stale = wake.wait(is_stale).unwrap_or_else(PoisonError::into_inner);
            }
            *is_stale = false;
            drop(is_stale);
            self.show_work();
            std::thread::sleep(CALM);
        }
    }

    fn show_work(&self) {
        let now = Instant::now();
        let (state, progress, share, is_paused, mut sentence) = {
            let work = self.work();
            let progress = work.progress_sentence(now);
            (
                work.json(now),
                progress,
                work.share(),
                work.is_paused,
                work.sentence(),
            )
        };
        if self.quits_when_idle.load(Ordering::SeqCst) {
            sentence.push_str("; quits afterwards");
        }
        if let Some(tray) = self.tray.get() {
            tray.show(&sentence, progress.as_deref(), is_paused);
        }
        windows::show_progress(&self.app, share, is_paused);
        let _ = self.app.emit_to(windows::MAIN, "state", state);
    }

    /// A window was closed. Where that was the last one and there is no tray to come back by, it was meant
    /// as the end; closing the question means to stay.
    pub(crate) fn window_closed(&self, label: &str) {
        let is_last = self
            .app
            .webview_windows()
            .keys()
            .all(|other| other == label);
        let waits = self.quits_when_idle.load(Ordering::SeqCst);
        if !is_last || waits || (self.tray.get().is_some() && crate::tray::has_host()) {
            return;
        }
        match label {
            windows::QUIT => self.told(windows::main(&self.app)),
            _ => self.ask_quit(),
        }
    }

    /// Quits, after asking where runs would be stopped by it.
    pub(crate) fn ask_quit(&self) {
        let has_work = self.agent.is_hosted() && self.work().counts() != (0, 0);
        match has_work {
            false => self.app.exit(0),
            true => self.told(windows::quit(&self.app)),
        }
    }

    /// Quits once the last run has ended.
    pub(crate) fn quit_when_idle(&self, wanted: bool) {
        self.quits_when_idle.store(wanted, Ordering::SeqCst);
        self.changed();
        if wanted && self.work().counts() == (0, 0) {
            self.app.exit(0);
        }
    }

    /// Holds waiting runs back, or lets them go.
    pub(crate) fn pause(&self, is_paused: bool) -> Result<(), ApiError> {
        self.agent.link()?.client.queue_pause(is_paused)?;
        self.work().is_paused = is_paused;
        self.changed();
        Ok(())
    }
}

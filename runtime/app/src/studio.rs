//! A studio on this machine: databases, artifacts, tools. Legacy works without the graph's database.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use hartomat_api::{ApiError, BackendInfo, BackendKind, ErrorKind};
use hartomat_cad::{CadConfig, CadWorker, Cancel};
use hartomat_nodes::{NodeExecutors, Services, catalogue};
use hartomat_render::{
    Blender, BlenderConfig, Embedded, Ffmpeg, FfmpegConfig, MaterialLibrary, StudioScenes,
};
use hartomat_schema::{Catalogue, RunId, RunState};
use hartomat_store::{AccessDb, ArtifactStore, LegacyDb, OpenOptions, OpenReport, StudioDb};

use crate::DataDir;
use crate::care::Care;
use crate::error::{from_cad, from_store};
use crate::fail_points::{Seam, reach};
use crate::frames::Frames;
use crate::hub::{Hub, RunWatcher};
use crate::messages::Courier;
use crate::queue::{Queue, QueueOptions};
use crate::recovery::UPLOAD_AGE;
use crate::swatches::Swatches;
use crate::templates::TemplateReports;
use crate::tools::tool_versions;
use crate::unjournalled::Unjournalled;

/// Niceness of shadow work: everything else on the machine goes before it.
const SHADOW_NICENESS: i32 = 19;
/// How many times longer shadow work may take: on a busy machine it hardly gets a turn.
const SHADOW_PATIENCE: u32 = 10;

/// How a studio is opened.
#[derive(Debug, Clone)]
pub struct StudioOptions {
    /// Where its data lies.
    pub data: DataDir,
    /// Whom it serves. A server keeps its runs in a queue that outlives it.
    pub kind: BackendKind,
    /// How it queues, if it is a server.
    pub queue: QueueOptions,
}

impl StudioOptions {
    /// A studio for one process, which begins each run at once.
    pub fn in_process(data: DataDir) -> Self {
        Self {
            data,
            kind: BackendKind::InProcess,
            queue: QueueOptions::default(),
        }
    }
}

/// Figures of a studio.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Runs that wait.
    pub queued: u64,
    /// Runs under way.
    pub running: u64,
    /// Runs that have ended in this process, by state.
    pub finished: BTreeMap<RunState, u64>,
}

/// A studio on this machine.
pub struct Studio {
    me: Weak<Self>,
    pub(crate) kind: BackendKind,
    pub(crate) data: DataDir,
    pub(crate) legacy: Arc<LegacyDb>,
    access: Result<AccessDb, ApiError>,
    artifacts: Result<Arc<ArtifactStore>, ApiError>,
    graph: Result<GraphStore, ApiError>,
    pub(crate) queue: Queue,
    pub(crate) courier: Arc<Courier>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) is_closing: AtomicBool,
    finished: Mutex<BTreeMap<RunState, u64>>,
    pub(crate) unjournalled: Unjournalled,
    pub(crate) services: Services,
    pub(crate) swatches: Swatches,
    pub(crate) frames: Frames,
    pub(crate) template_reports: TemplateReports,
    shadow: OnceLock<Services>,
    pub(crate) catalogue: Arc<Catalogue>,
    tools: OnceLock<BTreeMap<String, String>>,
    running: Mutex<BTreeMap<RunId, Cancel>>,
    notices: Vec<String>,
    pub(crate) care: Care,
}

/// What only graph runs need.
#[derive(Clone)]
pub(crate) struct GraphStore {
    pub(crate) db: Arc<StudioDb>,
    pub(crate) artifacts: Arc<ArtifactStore>,
}

impl Studio {
    /// Opens the data folder, makes it where it is new, and tidies up after processes that ended
    /// in the middle of a run. A server also takes up what an earlier one left.
    pub fn open(options: &StudioOptions) -> Result<Arc<Self>, ApiError> {
        let data = options.data.clone();
        std::fs::create_dir_all(data.path()).map_err(|err| {
            let message = format!(
                "can't make the data folder `{}`: {err}",
                data.path().display()
            );
            ApiError::new(ErrorKind::Internal, message).hint("choose another with --data-dir")
        })?;
        let store = OpenOptions::default();
        let (legacy, report) =
            LegacyDb::open(data.legacy_db(), &store).map_err(|err| from_store(&err))?;
        let mut notices = opening_notices("legacy.db", &report);
        let artifacts = ArtifactStore::open(data.artifacts())
            .map(Arc::new)
            .map_err(|err| from_store(&err));
        let access = open_access(&data, &store, &mut notices);
        if let Err(err) = &access {
            notices.push(format!("tokens and the audit list are off: {err}"));
        }
        let graph = open_graph_store(&data, &artifacts, &store, &mut notices);
        if let Err(err) = &graph {
            notices.push(format!("graph runs are off: {err}"));
        }
        let services = services(0, &data)?;
        let studio = Arc::new_cyclic(|me| Self {
            me: me.clone(),
            kind: options.kind,
            services,
            swatches: Swatches::default(),
            frames: Frames::default(),
            template_reports: TemplateReports::default(),
            legacy: Arc::new(legacy),
            access,
            artifacts,
            graph,
            queue: Queue::new(options.queue.clone()),
            courier: Arc::default(),
            hub: Arc::default(),
            is_closing: AtomicBool::new(false),
            finished: Mutex::default(),
            unjournalled: Unjournalled::default(),
            shadow: OnceLock::new(),
            catalogue: Arc::new(catalogue()),
            tools: OnceLock::new(),
            running: Mutex::default(),
            notices,
            care: Care::default(),
            data,
        });
        studio.recover();
        Ok(studio)
    }

    /// This studio, for threads that outlive the call.
    pub(crate) fn shared(&self) -> Arc<Self> {
        self.me
            .upgrade()
            .expect("a method can only be called while the studio lives")
    }

    /// Hears of every run of this process from now on.
    pub fn watch(&self, watcher: Arc<dyn RunWatcher>) {
        self.hub.add(watcher);
    }

    /// Whether it keeps its runs in a queue that outlives it.
    pub(crate) fn is_server(&self) -> bool {
        self.kind != BackendKind::InProcess
    }

    /// Forgets uploads that nobody has gone on with for a day.
    pub(crate) fn sweep_uploads(&self) {
        if let Ok(artifacts) = self.artifacts() {
            // What can't be swept now is swept an hour later.
            let _ = artifacts.sweep_uploads(UPLOAD_AGE);
        }
    }

    /// Figures.
    pub fn counts(&self) -> Counts {
        let (queued, running) = match self.is_server() {
            true => self.queue.counts(),
            false => (0, self.lock_running().len()),
        };
        Counts {
            queued: queued as u64,
            running: running as u64,
            finished: lock(&self.finished).clone(),
        }
    }

    pub(crate) fn count_finished(&self, state: RunState) {
        *lock(&self.finished).entry(state).or_default() += 1;
    }

    pub(crate) fn describe(&self) -> BackendInfo {
        let counts = self.counts();
        let mut notices = self.notices.clone();
        if let (Ok(_), Err(damaged)) = (&self.graph, self.graph()) {
            notices.push(damaged.to_string());
        }
        notices.extend(self.care.notices());
        BackendInfo {
            kind: self.kind,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            catalogue_etag: self.catalogue.etag,
            tools: self.tools_now(),
            graph_ready: self.graph().is_ok(),
            notices,
            queued: counts.queued,
            running: counts.running,
            is_paused: self.queue.is_paused(),
        }
    }

    /// What a person should know about how the studio opened, such as a restored database.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Tokens and the audit list, or why there are none.
    pub(crate) fn access(&self) -> Result<&AccessDb, ApiError> {
        self.access.as_ref().map_err(Clone::clone)
    }

    /// The artifact store, or why there is none.
    pub(crate) fn artifacts(&self) -> Result<&Arc<ArtifactStore>, ApiError> {
        self.artifacts.as_ref().map_err(Clone::clone)
    }

    /// The graph's store, or why there is none.
    pub(crate) fn graph(&self) -> Result<&GraphStore, ApiError> {
        let graph = self.graph.as_ref().map_err(Clone::clone)?;
        reach(Seam::Database).map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
        if graph.db.is_damaged() {
            let message = "studio.db is damaged, and graph runs are off";
            return Err(ApiError::new(ErrorKind::Internal, message)
                .hint("start again: a start repairs what can be repaired"));
        }
        Ok(graph)
    }

    /// Tools of shadow runs: the same, with the lowest priority.
    pub(crate) fn shadow_services(&self) -> Result<&Services, ApiError> {
        if let Some(services) = self.shadow.get() {
            return Ok(services);
        }
        let made = services(SHADOW_NICENESS, &self.data)?;
        Ok(self.shadow.get_or_init(|| made))
    }

    pub(crate) fn executors(services: &Services) -> Arc<NodeExecutors> {
        Arc::new(NodeExecutors::new(services))
    }

    /// Tool versions, looked up once.
    pub(crate) fn tools(&self) -> &BTreeMap<String, String> {
        self.tools.get_or_init(|| tool_versions(&self.services))
    }

    /// Notes a run of this process, so that it can be cancelled.
    pub(crate) fn register(&self, run: &RunId) -> Cancel {
        let cancel = Cancel::new();
        self.lock_running().insert(run.clone(), cancel.clone());
        cancel
    }

    /// The same for what goes on one at a time, under ids that begin with `kind`: none while one does.
    pub(crate) fn register_alone(&self, kind: &str, id: &RunId) -> Option<Cancel> {
        let mut running = self.lock_running();
        if running.keys().any(|other| other.as_str().starts_with(kind)) {
            return None;
        }
        let cancel = Cancel::new();
        running.insert(id.clone(), cancel.clone());
        Some(cancel)
    }

    pub(crate) fn unregister(&self, run: &RunId) {
        self.lock_running().remove(run);
    }

    /// The cancel switch of a run of this process.
    pub(crate) fn running(&self, run: &RunId) -> Option<Cancel> {
        self.lock_running().get(run).cloned()
    }

    /// Asks every run of this process to stop.
    pub(crate) fn cancel_all(&self) {
        for cancel in self.lock_running().values() {
            cancel.cancel();
        }
    }

    /// Takes no more runs, and stops those under way: a later server takes them up again.
    pub(crate) fn close(&self) {
        self.is_closing.store(true, Ordering::SeqCst);
        self.queue.close();
        self.cancel_all();
    }

    pub(crate) fn scratch_of(&self, run: &RunId) -> PathBuf {
        self.data.scratch().join(run.as_str())
    }

    fn lock_running(&self) -> std::sync::MutexGuard<'_, BTreeMap<RunId, Cancel>> {
        lock(&self.running)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// To be opened before `studio.db`, whose early versions held the same.
fn open_access(
    data: &DataDir,
    options: &OpenOptions,
    notices: &mut Vec<String>,
) -> Result<AccessDb, ApiError> {
    let (db, report) = AccessDb::open(data.access_db(), options).map_err(|err| from_store(&err))?;
    notices.extend(opening_notices("access.db", &report));
    if let Err(err) = db.take_over(&data.studio_db()) {
        notices.push(err.to_string());
    }
    Ok(db)
}

fn open_graph_store(
    data: &DataDir,
    artifacts: &Result<Arc<ArtifactStore>, ApiError>,
    options: &OpenOptions,
    notices: &mut Vec<String>,
) -> Result<GraphStore, ApiError> {
    let artifacts = artifacts.clone()?;
    let (db, report) = StudioDb::open(data.studio_db(), options).map_err(|err| from_store(&err))?;
    notices.extend(opening_notices("studio.db", &report));
    Ok(GraphStore {
        db: Arc::new(db),
        artifacts,
    })
}

/// What a person should know about how a database opened.
fn opening_notices(file: &str, report: &OpenReport) -> Vec<String> {
    let recovered = report.recovery.as_ref().map(|recovery| {
        format!(
            "{file} was damaged ({}); {}; the damaged file is at {}",
            recovery.found,
            recovery.notes.join("; "),
            recovery.quarantined.display()
        )
    });
    let migrated = report.migrated_from.map(|version| {
        let backup = report
            .backup
            .as_ref()
            .map(|path| format!("; a copy is at {}", path.display()));
        format!(
            "{file} was brought up from version {version}{}",
            backup.unwrap_or_default()
        )
    });
    recovered.into_iter().chain(migrated).collect()
}

fn services(niceness: i32, data: &DataDir) -> Result<Services, ApiError> {
    let mut config = CadConfig {
        niceness,
        ..CadConfig::default()
    };
    if niceness > 0 {
        config.wall *= SHADOW_PATIENCE;
    }
    let cad = CadWorker::open(config).map_err(|err| from_cad(&err))?;
    let embedded = if niceness == 0 {
        Embedded::new()
    } else {
        low_priority_renderer()?
    };
    let blender = Blender::new(BlenderConfig {
        memory: caches().map(|folder| folder.join("hartomat/blender.json")),
        niceness,
        templates: Some(data.templates()),
        ..BlenderConfig::default()
    });
    let blender = Arc::new(blender);
    let ffmpeg = Ffmpeg::new(FfmpegConfig {
        niceness,
        stand_in: Some(blender.clone()),
        ..FfmpegConfig::default()
    });
    Ok(Services {
        blender,
        ffmpeg: Arc::new(ffmpeg),
        cad: Arc::new(cad),
        embedded: Arc::new(embedded),
        materials: Arc::new(MaterialLibrary::builtin()),
        scenes: Arc::new(StudioScenes::builtin()),
    })
}

/// The person's folder of what can be made again.
fn caches() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let named = folder("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    named.or_else(|| folder("HOME").map(|home| home.join(".cache")))
}

fn low_priority_renderer() -> Result<Embedded, ApiError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .thread_name(|index| format!("shadow-render-{index}"))
        .start_handler(|_| lower_priority())
        .build()
        .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
    Ok(Embedded::with_pool(Arc::new(pool)))
}

/// Gives this thread the lowest priority. Where the system refuses, the thread keeps its own.
pub(crate) fn lower_priority() {
    let _ = rustix::process::nice(SHADOW_NICENESS);
}

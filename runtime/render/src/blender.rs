//! Blender as a renderer: a program of its own, found on the machine, never linked.
//!
//! It gets a composed scene with its numbers as they are and gives back linear light, so that exposure,
//! tone mapping and file formats are the same whichever renderer worked.

mod abilities;
mod find;
mod light_file;
mod pack;
mod template_report;
mod tree;
mod turn;
mod worker;

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use hartomat_schema::Digest;
use serde_json::{Value, json};

use crate::backend::{RenderBackend, RenderObserver, RenderRequest, TakeFrame, TurnFrame};
use crate::embedded::check_request;
use crate::lookup::Lookup;
use crate::picture::{Look, Picture};
use crate::stage::check_scene;
use crate::{BlendTemplates, NoObserver, RenderError, VideoRequest};

pub use abilities::BlenderAbilities;
pub use find::{BLENDER_HINT, BlenderKind, FoundBlender};
pub use template_report::TemplateReport;

use find::NoBlender;
use template_report::Patience;
use worker::{Job, Pool};

/// Changes whenever equal requests may give other results with the same Blender.
const REVISION: u32 = 3;

/// How Blender is found and how much it may use.
#[derive(Debug, Clone)]
pub struct BlenderConfig {
    /// The program, or a Python that has `bpy`; looked for where none is given.
    pub program: Option<PathBuf>,
    /// Where what was found is remembered; asked anew each time where none is given.
    pub memory: Option<PathBuf>,
    /// Jobs that a process does before another takes its place.
    pub uses_per_process: u64,
    /// Longest wall time of one job, start of the process included.
    pub wall: Duration,
    /// Longest time for looking into a template, the wait for other jobs included.
    pub check: Duration,
    /// Largest resident memory in bytes; a process that takes more is ended at once.
    pub memory_bytes: u64,
    /// Resident memory in bytes above which a process isn't used again.
    pub retire_bytes: u64,
    /// Largest file that it may write, in bytes.
    pub output_bytes: u64,
    /// Where jobs get their folders; the system's temporary folder where none is given.
    pub scratch: Option<PathBuf>,
    /// Gives way to other processes: 0 to 19.
    pub niceness: i32,
    /// Folder of the studio's `.blend` templates; none has none.
    pub templates: Option<PathBuf>,
}

impl Default for BlenderConfig {
    fn default() -> Self {
        Self {
            program: None,
            memory: None,
            uses_per_process: 50,
            wall: Duration::from_secs(3600),
            check: Duration::from_secs(120),
            memory_bytes: machine_bytes() / 4 * 3,
            retire_bytes: machine_bytes() / 4,
            output_bytes: 4 << 30,
            scratch: None,
            niceness: 0,
            templates: None,
        }
    }
}

/// Memory of this machine in bytes; 16 GiB where it isn't told.
fn machine_bytes() -> u64 {
    let told = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = told.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let number = total.and_then(|total| total.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    number.map_or(16 << 30, |kib| kib << 10)
}

/// Blender behind the seam of renderers. Nothing is looked for or started before it is needed.
pub struct Blender {
    config: BlenderConfig,
    found: Lookup<FoundBlender, NoBlender>,
    pool: Lookup<Pool, String>,
    abilities: OnceLock<BlenderAbilities>,
}

impl std::fmt::Debug for Blender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blender")
            .field("config", &self.config)
            .field("found", &self.found)
            .finish_non_exhaustive()
    }
}

impl Blender {
    /// Blender as configured.
    pub fn new(config: BlenderConfig) -> Self {
        Self {
            config,
            found: Lookup::new(),
            pool: Lookup::new(),
            abilities: OnceLock::new(),
        }
    }

    /// Which Blender works here.
    ///
    /// # Errors
    /// [`RenderError::BlenderMissing`] where there is none, or none of a version that serves.
    pub fn found(&self) -> Result<&FoundBlender, RenderError> {
        let found = self.found.get_or_look(|| find::find(&self.config));
        found.map_err(|reason| RenderError::BlenderMissing {
            reason: reason.to_string(),
        })
    }

    /// What this Blender can and can't do; asked once and remembered, as it has to be started for it.
    ///
    /// # Errors
    /// As for rendering.
    pub fn abilities(&self) -> Result<&BlenderAbilities, RenderError> {
        if let Some(known) = self.abilities.get() {
            return Ok(known);
        }
        let found = self.found()?;
        let told = abilities::of(found, self.config.memory.as_deref(), || {
            let pool = self.pool()?;
            let job = Job::new(pool, "hello", "")?;
            job.send(pool, [], &NoObserver).map(|(_, reply)| reply)
        })?;
        Ok(self.abilities.get_or_init(|| told))
    }

    /// A `.blend` file of the scene, set up to render as this request asks; `pack` takes outside files in.
    ///
    /// # Errors
    /// As for rendering.
    pub fn export_blend(
        &self,
        request: &RenderRequest<'_>,
        pack: bool,
        observer: &dyn RenderObserver,
    ) -> Result<Vec<u8>, RenderError> {
        let options = json!({ "pack": pack });
        self.do_job(("export_blend", "scene.blend"), request, options, observer)
            .map(|(bytes, _reply)| bytes)
    }

    /// What a `.blend` file holds, as canonical JSON: equal for equal content, whatever dates it carries.
    ///
    /// # Errors
    /// A file that can't be opened, or Blender's own.
    pub fn dump_blend(&self, blend: &[u8]) -> Result<Vec<u8>, RenderError> {
        let pool = self.pool()?;
        let job = Job::new(pool, "dump_blend", "content.json")?;
        let file = job.write("file.blend", blend)?;
        job.send(pool, [("file".to_owned(), file)], &NoObserver)
            .map(|(bytes, _reply)| bytes)
    }

    /// A video in H.264 of frames of one size, as MP4.
    ///
    /// # Errors
    /// A frame that isn't there, or as for rendering.
    pub(crate) fn encode_video(
        &self,
        request: &VideoRequest<'_>,
        frames: impl Iterator<Item = Result<Vec<u8>, RenderError>>,
        observer: &dyn RenderObserver,
    ) -> Result<Vec<u8>, RenderError> {
        let pool = self.pool()?;
        let job = Job::new(pool, "encode_video", "video.mp4")?;
        let files = frames.zip(1..).map(|(frame, number): (_, u32)| {
            let name = format!("frame{number:06}.png");
            job.write(&name, &frame?)
        });
        let files: Vec<Value> = files.collect::<Result<_, _>>()?;
        let fields = [
            ("frames", json!(files)),
            ("width_px", json!(request.width_px)),
            ("height_px", json!(request.height_px)),
            ("fps", json!(request.fps)),
            ("crf", json!(request.crf)),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        job.send(pool, fields, observer)
            .map(|(bytes, _reply)| bytes)
    }

    /// The studio's `.blend` templates.
    pub fn templates(&self) -> BlendTemplates {
        let folder = self.config.templates.clone();
        BlendTemplates::new(folder.unwrap_or_else(|| PathBuf::from("/nonexistent")))
    }

    /// What a template has and lacks. It is opened for that, without its scripts.
    ///
    /// # Errors
    /// As for rendering, and a template that isn't there.
    pub fn inspect_template(&self, name: &str) -> Result<TemplateReport, RenderError> {
        let template = self.templates().get(name)?;
        let bytes = self.templates().read(&template)?;
        let pool = self.pool()?;
        let job = Job::new(pool, "inspect_template", "content.json")?;
        let file = job.write("file.blend", &bytes)?;
        let patience = Patience::new(self.config.check);
        let (content, _reply) = job
            .send(pool, [("file".to_owned(), file)], &patience)
            .map_err(|err| patience.explain(err, &template.name))?;
        TemplateReport::read(&content, template)
    }

    /// The template as the job's file, where the scene is set in one. Its scripts run only where they
    /// are trusted now, whatever was when the scene was composed.
    fn stage(
        &self,
        request: &RenderRequest<'_>,
        job: &Job,
    ) -> Result<Vec<(String, Value)>, RenderError> {
        let Some(template) = &request.scene.template else {
            return Ok(Vec::new());
        };
        let templates = self.templates();
        let file = job.write("template.blend", &templates.read(template)?)?;
        let trusted = templates.is_trusted(&template.digest);
        Ok(vec![
            ("template".to_owned(), file),
            ("trusted".to_owned(), json!(trusted)),
        ])
    }

    fn pool(&self) -> Result<&Pool, RenderError> {
        let found = self.found()?;
        let start = || Pool::new(found, &self.config).map_err(|err| err.to_string());
        let pool = self.pool.get_or_look(start);
        pool.map_err(|reason| RenderError::BlenderFailed {
            reason: format!("can't be started: {reason}"),
        })
    }

    /// Checks the request, hands it over as files, and gives back the file that Blender made.
    fn do_job(
        &self,
        (operation, output): (&'static str, &'static str),
        request: &RenderRequest<'_>,
        options: Value,
        observer: &dyn RenderObserver,
    ) -> Result<(Vec<u8>, Value), RenderError> {
        let (pool, job, mut fields) = self.prepare((operation, output), request)?;
        fields.push(("options".to_owned(), options));
        job.send(pool, fields, observer)
    }

    /// Checks the request, and writes it as files: a job, and what its request says.
    fn prepare(
        &self,
        (operation, output): (&'static str, &'static str),
        request: &RenderRequest<'_>,
    ) -> Result<Prepared<'_>, RenderError> {
        check_request(request)?;
        check_scene(request.scene)?;
        let actual = Digest::of(request.glb);
        if actual != request.scene.glb {
            return Err(RenderError::GlbMismatch {
                expected: request.scene.glb,
                actual,
            });
        }
        let pool = self.pool()?;
        let packed = pack::pack(request.scene, request.glb)?;
        let job = Job::new(pool, operation, output)?;
        let scene = job.write("scene.json", packed.scene.to_string().as_bytes())?;
        let geometry = job.write("geometry.bin", &packed.geometry)?;
        let stage = self.stage(request, &job)?;
        let shot = json!({
            "width_px": request.width_px,
            "height_px": request.height_px,
            "samples": request.samples,
            "seed": blender_seed(request.seed),
            "max_bounces": request.max_bounces,
            "denoise": request.denoise,
            "engine": request.blender.engine_key(),
            "device": request.blender.device_key(),
        });
        let files = vec![
            ("scene".to_owned(), scene),
            ("geometry".to_owned(), geometry),
            ("shot".to_owned(), shot),
        ];
        Ok((pool, job, files.into_iter().chain(stage).collect()))
    }
}

/// A job with the process that does it, and the fields of its request so far.
type Prepared<'a> = (&'a Pool, Job, Vec<(String, Value)>);

/// Blender's seed is a signed number.
fn blender_seed(seed: u64) -> u64 {
    seed & 0x7fff_ffff
}

impl RenderBackend for Blender {
    fn name(&self) -> &'static str {
        "blender"
    }

    fn fingerprint(&self) -> String {
        match self.found() {
            Ok(found) => format!("{found}, scripts {REVISION}"),
            Err(err) => format!("missing: {err}"),
        }
    }

    fn render(
        &self,
        request: &RenderRequest<'_>,
        observer: &dyn RenderObserver,
    ) -> Result<Picture, RenderError> {
        let (file, reply) = self.do_job(("render", "light.exr"), request, Value::Null, observer)?;
        let pixels = light_file::read(&file, request.width_px, request.height_px)?;
        Ok(Picture {
            width_px: request.width_px,
            height_px: request.height_px,
            pixels,
            denoised: reply.get("denoised") == Some(&Value::Bool(true)),
            look: Look::of(request.scene),
        })
    }

    fn render_turn(
        &self,
        request: &RenderRequest<'_>,
        frames: &[TurnFrame],
        observer: &dyn RenderObserver,
        take: TakeFrame<'_>,
    ) -> Result<(), RenderError> {
        let (pool, job, fields) = self.prepare(("render_turn", ""), request)?;
        turn::render(pool, &job, (request, frames), fields, observer, take)
    }
}

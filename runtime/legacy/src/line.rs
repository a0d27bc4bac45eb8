//! The straight line from a CAD file to a delivered picture.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_cad::{CadWorker, Cancel, GlbRequest, PartListRequest, Stage, StepInput};
use hartomat_process::write_atomically;
use hartomat_render::{Blender, Ffmpeg, MaterialLibrary, NoObserver, RenderBackend, StudioScenes};
use hartomat_schema::{
    Artifact, ArtifactKind, Digest, Intent, LegacyPreset, LegacyReply, LegacyRun, LegacyRunState,
    LogLevel, MediaAsset, MediaAssetId, Subject,
};
use serde_json::{Value, json};

use crate::own::{OwnLegacy, expected_of, file_form};
use crate::own_check::Made as OwnMade;
use crate::own_run::OwnRun;
use crate::paint::{Paint, Painted};
use crate::{
    LegacyDelivery, LegacyError, LegacyLedger, LegacyNotice, LegacyOutput, LegacyRenderer,
    LegacySettings, settings_of,
};

/// The fact `renderer` of what a studio's own program made.
pub const OWN_RENDERER: &str = "own_legacy";
/// The folder, within a run's own, that holds a turntable's frames while the run isn't over.
pub const FRAMES_FOLDER: &str = "frames";

/// Hears how far a legacy run has come.
pub trait LegacyMonitor: Sync {
    /// A share of 0 to 1, and what is being done.
    fn progress(&self, share: f64, message: &str);
}

/// The legacy pipeline with its tools.
pub struct LegacyLine {
    /// Reads CAD files.
    pub cad: Arc<CadWorker>,
    /// Renders.
    pub renderer: Arc<dyn RenderBackend>,
    /// Renders and writes Blender files where a preset asks for it.
    pub blender: Arc<Blender>,
    /// Encodes videos.
    pub ffmpeg: Arc<Ffmpeg>,
    /// Materials.
    pub materials: Arc<MaterialLibrary>,
    /// Studio scenes.
    pub scenes: Arc<StudioScenes>,
    /// Books.
    pub ledger: Arc<dyn LegacyLedger>,
    /// Folder that outputs are published to, one folder per run below it.
    pub outputs: PathBuf,
    /// The run's CAD file as it was at dispatch; the one that the subject names may have changed.
    pub cad_file: PathBuf,
    /// The studio's own program, where one is set.
    pub own: OwnLegacy,
    /// Where that program's folders lie while it runs.
    pub scratch: PathBuf,
}

/// What a legacy run delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct LegacyResult {
    /// The delivered file as an artifact, for comparisons.
    pub artifact: Artifact,
    /// Where it lies.
    pub file: PathBuf,
    /// The geometry that it was made from; none where the studio's own program made it.
    pub glb: Option<Vec<u8>>,
    /// What was published and who was told.
    pub intents: Vec<Intent>,
    /// The media assets.
    pub media_assets: Vec<MediaAssetId>,
}

impl LegacyLine {
    /// Runs from the CAD file to the delivered output. The ledger has the run's end in any case.
    pub fn run(
        &self,
        run: &LegacyRun,
        cancel: &Cancel,
        monitor: &dyn LegacyMonitor,
    ) -> Result<LegacyResult, LegacyError> {
        let before = self.ledger.delivered(run)?;
        if let Some(asset) = before.first() {
            return self.recall(run, asset, &before, cancel);
        }
        self.ledger.run_started(run)?;
        let result = self.deliver(run, cancel, monitor);
        let (state, reason) = match &result {
            Ok(_) => (LegacyRunState::Succeeded, None),
            Err(_) if cancel.is_cancelled() => (LegacyRunState::Cancelled, None),
            Err(err) => (LegacyRunState::Failed, Some(err.to_string())),
        };
        if let Some(reason) = &reason {
            self.ledger.log(run, LogLevel::Error, reason);
        }
        if state != LegacyRunState::Cancelled {
            // A run that is cancelled may be one that goes on later. What can't be removed harms nobody.
            let _left = fs::remove_dir_all(self.frames(run));
        }
        let noted = self.ledger.run_finished(run, state, reason.as_deref());
        match (result, state) {
            // Delivered is delivered, whatever becomes of the books.
            (Ok(delivered), _) => {
                if let Err(err) = noted {
                    self.ledger.log(run, LogLevel::Warning, &err.to_string());
                }
                Ok(delivered)
            }
            (Err(_), LegacyRunState::Cancelled) => Err(LegacyError::Cancelled),
            (Err(err), _) => {
                noted?;
                Err(err)
            }
        }
    }

    /// The result of a run that had delivered before its process ended: nothing is made again.
    fn recall(
        &self,
        run: &LegacyRun,
        asset: &MediaAsset,
        assets: &[MediaAsset],
        cancel: &Cancel,
    ) -> Result<LegacyResult, LegacyError> {
        let file = PathBuf::from(&asset.path);
        let bytes = fs::read(&file).map_err(|source| LegacyError::Read {
            path: asset.path.clone(),
            source,
        })?;
        let (artifact, glb, notice) = if self.own.for_preset(&run.preset)?.is_some() {
            let made = OwnMade {
                expected: expected_of(&run.preset)?,
                bytes,
                // Books don't keep what the program said of its output.
                reply: LegacyReply {
                    schema: LegacyReply::SCHEMA.to_owned(),
                    file: asset.name.clone(),
                    renderer: None,
                    samples: None,
                    seed: None,
                    denoised: false,
                },
            };
            (
                own_artifact(&made, &file),
                None,
                Some(LegacyNotice::default()),
            )
        } else {
            let settings = settings_of(&run.preset)?;
            let step = self.step(run);
            let glb = self
                .cad
                .glb(&step, &glb_request(&settings), cancel, &|_| {})?;
            let output = Painted {
                bytes,
                // Books don't say; where it wasn't, the run's log does.
                denoised: true,
                // Of a video that can't be read any more nothing is said.
                video: (settings.output == LegacyOutput::Turntable)
                    .then(|| self.ffmpeg.probe(&file, &NoObserver).ok())
                    .flatten(),
            };
            let artifact = artifact_of(&settings, &file, &output);
            (artifact, Some(glb.bytes), settings.notice)
        };
        self.ledger.log(
            run,
            LogLevel::Info,
            &format!("{} was published before", artifact.name),
        );
        Ok(LegacyResult {
            intents: intents_of(run, &artifact, notice),
            media_assets: assets.iter().map(|asset| asset.id.clone()).collect(),
            glb,
            artifact,
            file,
        })
    }

    /// Where frames of a turntable lie until the run has ended.
    fn frames(&self, run: &LegacyRun) -> PathBuf {
        self.outputs.join(run.id.as_str()).join(FRAMES_FOLDER)
    }

    /// The CAD file as dispatch froze it.
    fn step(&self, run: &LegacyRun) -> StepInput {
        StepInput::named(&self.cad_file, run.subject.cad_file().name.clone())
    }

    /// The run's output with a seed so far from its own, for nobody but the comparison: what differs is
    /// noise.
    pub fn noise_twin(
        &self,
        run: &LegacyRun,
        offset: u64,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, LegacyError> {
        let mut settings = settings_of(&run.preset)?;
        settings.seed = settings.seed.wrapping_add(offset);
        self.make(run, &settings, cancel, &|_, _| {}, &|_| {})
            .map(|made| made.output.bytes)
    }

    fn make(
        &self,
        run: &LegacyRun,
        settings: &LegacySettings,
        cancel: &Cancel,
        progress: &(dyn Fn(f64, &str) + Sync),
        say: &dyn Fn(&str),
    ) -> Result<Made, LegacyError> {
        say(&format!("reading {}", run.subject.cad_file().name));
        let step = self.step(run);
        let stage = |stage: Stage| progress(0.05, stage.as_str());
        let request = PartListRequest {
            mass_properties: false,
        };
        let parts = self
            .cad
            .part_list(&step, &request, cancel, &stage)?
            .part_list;
        say(&format!(
            "{} parts, {} placed",
            parts.parts.len(),
            parts.occurrence_count()
        ));
        let glb = self
            .cad
            .glb(&step, &glb_request(settings), cancel, &stage)?;
        say(&format!("{} triangles", glb.triangle_count));
        let paint = Paint {
            line: self,
            settings,
            cancel,
            progress,
            folder: self.frames(run),
        };
        let output = paint.output(&parts, &glb.bytes, &material_wishes(&run.subject), say)?;
        let glb = glb.bytes;
        Ok(Made { output, glb })
    }

    fn deliver(
        &self,
        run: &LegacyRun,
        cancel: &Cancel,
        monitor: &dyn LegacyMonitor,
    ) -> Result<LegacyResult, LegacyError> {
        let say = |text: &str| self.ledger.log(run, LogLevel::Info, text);
        let progress = |share: f64, message: &str| monitor.progress(share, message);
        let (published, artifact, glb, notice) =
            if let Some(command) = self.own.for_preset(&run.preset)? {
                let made = OwnRun {
                    line: self,
                    command,
                    run,
                    cancel,
                    progress: &progress,
                    say: &say,
                }
                .make()?;
                let published = self.write_as(
                    run,
                    &format!(".{}", file_form(&made.expected).0),
                    &made.bytes,
                )?;
                let artifact = own_artifact(&made, &published);
                (published, artifact, None, Some(LegacyNotice::default()))
            } else {
                let settings = settings_of(&run.preset)?;
                let Made { output, glb } = self.make(run, &settings, cancel, &progress, &say)?;
                if cancel.is_cancelled() {
                    return Err(LegacyError::Cancelled);
                }
                let published = self.write(run, &settings, &output.bytes)?;
                let artifact = artifact_of(&settings, &published, &output);
                (published, artifact, Some(glb), settings.notice)
            };
        let intents = intents_of(run, &artifact, notice);
        let delivery = LegacyDelivery {
            intents: intents.clone(),
            file: published.clone(),
        };
        let media_assets = self.ledger.deliver(run, &delivery)?;
        say(&format!("published {}", artifact.name));
        Ok(LegacyResult {
            artifact,
            file: published,
            glb,
            intents,
            media_assets,
        })
    }

    /// Writes the output whole or not at all.
    fn write(
        &self,
        run: &LegacyRun,
        settings: &LegacySettings,
        bytes: &[u8],
    ) -> Result<PathBuf, LegacyError> {
        let suffix = match settings.output {
            LegacyOutput::Still | LegacyOutput::Turntable | LegacyOutput::Blend => "",
            LegacyOutput::Thumbnail => "_thumbnail",
        };
        let extension = match settings.output {
            LegacyOutput::Blend => "blend",
            LegacyOutput::Turntable => settings.turn.codec.extension(),
            LegacyOutput::Still | LegacyOutput::Thumbnail => settings.format.extension(),
        };
        match &settings.file_name {
            Some(pattern) => {
                let stem = file_stem(&run.subject.cad_file().name);
                let name = named(&run.preset, pattern, &stem, extension)?;
                self.write_named(run, &name, bytes)
            }
            None => self.write_as(run, &format!("{suffix}.{extension}"), bytes),
        }
    }

    /// Writes the output under the CAD file's name with this ending.
    fn write_as(
        &self,
        run: &LegacyRun,
        ending: &str,
        bytes: &[u8],
    ) -> Result<PathBuf, LegacyError> {
        let stem = file_stem(&run.subject.cad_file().name);
        self.write_named(run, &format!("{stem}{ending}"), bytes)
    }

    fn write_named(
        &self,
        run: &LegacyRun,
        name: &str,
        bytes: &[u8],
    ) -> Result<PathBuf, LegacyError> {
        let path = self.outputs.join(run.id.as_str()).join(name);
        write_atomically(&path, bytes).map_err(|source| LegacyError::Write {
            path: path.display().to_string(),
            source,
        })?;
        Ok(path)
    }
}

/// The encoded output and the geometry in it.
struct Made {
    output: Painted,
    glb: Vec<u8>,
}

fn glb_request(settings: &LegacySettings) -> GlbRequest {
    GlbRequest {
        deflection_percent: settings.mesh.deflection_percent,
        angle_deg: settings.mesh.angle_deg,
    }
}

/// The name that a preset's pattern gives its output, which is never a path.
pub(crate) fn named(
    preset: &LegacyPreset,
    pattern: &str,
    stem: &str,
    extension: &str,
) -> Result<String, LegacyError> {
    let name = pattern.replace("{stem}", stem).replace("{ext}", extension);
    let is_plain = !name.is_empty()
        && name.len() <= 200
        && !name.starts_with('.')
        && !name.contains(['/', '\\', ':', '{', '}'])
        && !name.chars().any(char::is_control);
    if is_plain {
        return Ok(name);
    }
    Err(LegacyError::Preset {
        preset: preset.preset_type.clone(),
        reason: format!(
            "`filename` is `{pattern}` and gives `{name}`, which is no plain file name: use letters, digits, {{stem}} and {{ext}}"
        ),
    })
}

pub(crate) fn material_wishes(subject: &Subject) -> BTreeMap<String, String> {
    match subject {
        Subject::CadFile { .. } => BTreeMap::new(),
        Subject::OrderLine(line) => line.order_line.materials.clone(),
    }
}

fn artifact_of(settings: &LegacySettings, path: &Path, output: &Painted) -> Artifact {
    let rendered_px = [settings.width_px, settings.height_px];
    let [width_px, height_px] = settings.resize_px.unwrap_or(rendered_px);
    let rendered = json!({
        "width_px": width_px, "height_px": height_px,
        "samples": settings.samples, "seed": settings.seed, "denoised": output.denoised,
        "renderer": match settings.renderer {
            LegacyRenderer::Embedded => "embedded",
            LegacyRenderer::Blender => "blender",
        },
    });
    let (kind, media_type, facts) = match settings.output {
        LegacyOutput::Blend => (
            ArtifactKind::BLEND,
            "application/x-blender",
            json!({ "format": "blend" }),
        ),
        LegacyOutput::Turntable => (
            ArtifactKind::VIDEO,
            settings.turn.codec.media_type(),
            rendered,
        ),
        LegacyOutput::Still | LegacyOutput::Thumbnail => {
            (ArtifactKind::IMAGE, settings.format.media_type(), rendered)
        }
    };
    let mut facts = facts.as_object().cloned().unwrap_or_default();
    if settings.renderer == LegacyRenderer::Blender && settings.output != LegacyOutput::Blend {
        facts.extend(settings.blender.facts());
    }
    let video = output.video.as_ref().map(|header| json!(header));
    facts.extend(
        video
            .iter()
            .filter_map(Value::as_object)
            .flatten()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    Artifact {
        kind,
        digest: Digest::of(&output.bytes),
        size_bytes: output.bytes.len() as u64,
        name: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        media_type: media_type.to_owned(),
        facts,
    }
}

/// What the studio's own program made, with what it says of it.
fn own_artifact(made: &OwnMade, path: &Path) -> Artifact {
    let (expected, reply) = (&made.expected, &made.reply);
    let facts = json!({
        "format": expected.format, "width_px": expected.width_px, "height_px": expected.height_px,
        "renderer": OWN_RENDERER, "made_by": reply.renderer, "samples": reply.samples,
        "seed": reply.seed, "denoised": reply.denoised,
    });
    let facts = facts.as_object().cloned().unwrap_or_default();
    let known = facts.into_iter().filter(|(_, value)| !value.is_null());
    Artifact {
        kind: expected.kind.clone(),
        digest: Digest::of(&made.bytes),
        size_bytes: made.bytes.len() as u64,
        name: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        media_type: file_form(expected).1.to_owned(),
        facts: known.collect(),
    }
}

/// Publish first, tell after.
fn intents_of(run: &LegacyRun, artifact: &Artifact, notice: Option<LegacyNotice>) -> Vec<Intent> {
    let publish = Intent::Publish {
        target: run.subject.target(),
        kind: artifact.kind.clone(),
        name: artifact.name.clone(),
        digest: artifact.digest,
        size_bytes: artifact.size_bytes,
    };
    let notify = |notice: LegacyNotice| Intent::Notify {
        channel: notice.channel,
        recipients: match notice.recipients.is_empty() {
            true => vec![run.subject.requested_by().to_owned()],
            false => notice.recipients,
        },
        subject: notice.message.replace("{name}", &artifact.name),
    };
    let is_told = matches!(run.subject, Subject::OrderLine(_));
    let told = notice.filter(|_| is_told).map(notify);
    [publish].into_iter().chain(told).collect()
}

/// The CAD file's name without its ending, with nothing in it that could lead out of a folder.
pub(crate) fn file_stem(file_name: &str) -> String {
    let stem = file_name
        .rsplit_once('.')
        .map_or(file_name, |(stem, _)| stem);
    let keep = |c: char| {
        if c.is_alphanumeric() || matches!(c, '-' | '_') {
            c
        } else {
            '_'
        }
    };
    let clean: String = stem.chars().map(keep).take(80).collect();
    if clean.is_empty() {
        "output".to_owned()
    } else {
        clean
    }
}

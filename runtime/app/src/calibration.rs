//! Noise floors of output types: legacy renders with other seeds, and what differs is noise.
//!
//! Nothing is delivered, and everything else on the machine goes first.

use std::path::Path;
use std::sync::Arc;

use hartomat_api::{ApiError, CalibrationRequest, ErrorKind, FileSource};
use hartomat_cad::Cancel;
use hartomat_compare::{CompareOptions, compare_images};
use hartomat_legacy::{LegacyOutput, settings_of};
use hartomat_schema::{
    Calibration, CalibrationState, Comparison, Digest, FrozenRun, Lane, NoiseFloor, OrderLine,
    OrderLineId, OrderLineSubject, OutputType, OutputTypeId, Product, ProductId, RunId, Subject,
    Verdict, digest_json,
};

use crate::Studio;
use crate::error::{from_store, unreadable};
use crate::host::now;
use crate::hub::Teller;
use crate::ledger::DbLedger;
use crate::library::bundled_sample;
use crate::subject::CadBytes;
use crate::videos::VideoPair;

/// What ids of calibrations begin with, where runs have theirs.
const KIND: &str = "calibration-";

impl Studio {
    /// Begins to measure an output type's noise floor.
    pub(crate) fn begin_calibration(
        &self,
        id: &OutputTypeId,
        request: &CalibrationRequest,
    ) -> Result<Calibration, ApiError> {
        let invalid = |message: String| ApiError::new(ErrorKind::InvalidInput, message);
        if !(1..=Calibration::MAX_TIMES).contains(&request.times) {
            let most = Calibration::MAX_TIMES;
            return Err(invalid(format!(
                "a noise floor is measured 1 to {most} times"
            )));
        }
        let found = self.legacy.output_type_get(id);
        let output_type = found.map_err(|err| from_store(&err))?.ok_or_else(|| {
            ApiError::new(
                ErrorKind::NotFound,
                format!("there is no output type `{id}`"),
            )
            .hint("`hartomat output-types list` shows them")
        })?;
        let preset = &output_type.legacy_preset;
        if !matches!(self.own_legacy().for_preset(preset), Ok(None)) {
            let message = "the studio's own legacy program takes no other seed, so its noise can't be \
                           told from a difference";
            return Err(invalid(message.to_owned()));
        }
        let settings = settings_of(preset).map_err(|err| invalid(err.to_string()))?;
        if settings.output == LegacyOutput::Blend {
            return Err(invalid("a Blender file has no noise".to_owned()));
        }
        let of = self.noise_key(&output_type);
        let (subject, bytes) = self.calibration_subject(output_type, request)?;
        let bytes = match bytes {
            CadBytes::Read(bytes) => bytes,
            CadBytes::Stored => self.frozen_cad_bytes(subject.cad_file())?,
        };
        let calibration = Calibration {
            output_type: id.clone(),
            of,
            cad_file: subject.cad_file().name.clone(),
            times: request.times,
            done: 0,
            state: CalibrationState::Running,
            floor: None,
            reason: None,
            at: now(),
        };
        let cancel = self.register_alone(KIND, &calibration_id(id));
        let cancel = cancel.ok_or_else(|| {
            let message = "a noise floor is being measured, and they are measured one at a time";
            ApiError::new(ErrorKind::Conflict, message).hint("wait for its end")
        })?;
        let mut under_way = UnderWay {
            studio: self.shared(),
            calibration: calibration.clone(),
        };
        self.keep_calibration(&calibration)?;
        let work = move || {
            crate::studio::lower_priority();
            let studio = under_way.studio.clone();
            studio.calibrate_to_end(&mut under_way.calibration, &subject, (&bytes, &cancel));
        };
        let spawned = std::thread::Builder::new()
            .name("calibration".to_owned())
            .spawn(work);
        spawned.map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
        Ok(calibration)
    }

    /// An output type's calibration; none where that can't be read.
    pub(crate) fn calibration_of(&self, id: &OutputTypeId) -> Option<Calibration> {
        self.graph().ok()?.db.calibration_get(id).ok().flatten()
    }

    /// The calibrated noise floor of a run's output type, where it was measured with the preset and the
    /// tools that the run has.
    pub(crate) fn calibrated_floor(&self, frozen: &FrozenRun) -> Option<Calibration> {
        let Subject::OrderLine(line) = &frozen.subject else {
            return None;
        };
        let calibration = self.calibration_of(&line.output_type.id)?;
        let is_of_it = calibration.of == noise_key(&line.output_type, &frozen.tools);
        (is_of_it && calibration.floor.is_some()).then_some(calibration)
    }

    /// What the noise of an output type depends on now.
    pub(crate) fn noise_key(&self, output_type: &OutputType) -> Digest {
        noise_key(output_type, &self.tools_now())
    }

    fn keep_calibration(&self, calibration: &Calibration) -> Result<(), ApiError> {
        let kept = self.graph()?.db.calibration_put(calibration);
        kept.map_err(|err| from_store(&err))
    }

    fn calibrate_to_end(
        &self,
        calibration: &mut Calibration,
        subject: &Subject,
        (cad_file, cancel): (&[u8], &Cancel),
    ) {
        let id = calibration_id(&calibration.output_type);
        let folder = self.scratch_of(&id);
        let measured = std::fs::create_dir_all(&folder)
            .map_err(|err| unreadable(&folder, &err))
            .and_then(|()| self.measure_noise(calibration, subject, (cad_file, cancel)));
        // What can't be removed harms nobody.
        let _ = std::fs::remove_dir_all(&folder);
        let _ = std::fs::remove_dir_all(self.data.media().join(id.as_str()));
        match measured {
            Ok(floor) => {
                calibration.state = CalibrationState::Done;
                calibration.floor = Some(floor);
            }
            Err(err) => {
                calibration.state = CalibrationState::Failed;
                calibration.reason = Some(err.message);
            }
        }
        // Where it can't be kept it stays begun, and can be begun again.
        let _ = self.keep_calibration(calibration);
    }

    fn measure_noise(
        &self,
        calibration: &mut Calibration,
        subject: &Subject,
        (cad_file, cancel): (&[u8], &Cancel),
    ) -> Result<NoiseFloor, ApiError> {
        let id = calibration_id(&calibration.output_type);
        let folder = self.scratch_of(&id);
        let path = folder.join("calibrated.step");
        std::fs::write(&path, cad_file).map_err(|err| unreadable(&path, &err))?;
        let ledger = Arc::new(DbLedger {
            studio: self.shared(),
            observer: Arc::new(Teller {
                hub: self.hub.clone(),
                run: id.clone(),
            }),
        });
        let services = self.shadow_services()?;
        let (line, run) = self.legacy_line(services, ledger, &path, (&id, subject));
        let render = |offset: u64| {
            line.noise_twin(&run, offset, cancel).map_err(|err| {
                ApiError::new(
                    ErrorKind::Internal,
                    format!("legacy can't render it: {err}"),
                )
            })
        };
        let is_video = calibration_is_video(subject);
        let first = render(0)?;
        let mut floor: Option<NoiseFloor> = None;
        for offset in 1..=u64::from(calibration.times) {
            let twin = render(offset)?;
            let pair = match is_video {
                true => self.noise_of_videos(&folder, &first, &twin)?,
                false => noise_of_pictures(&first, &twin)?,
            };
            floor = Some(floor.map_or(pair, |floor| floor.or_larger(pair)));
            calibration.done += 1;
            // Only shown.
            let _ = self.keep_calibration(calibration);
        }
        floor.ok_or_else(|| ApiError::new(ErrorKind::Internal, "nothing was rendered"))
    }

    /// The largest of each number over all frames.
    fn noise_of_videos(
        &self,
        folder: &Path,
        first: &[u8],
        twin: &[u8],
    ) -> Result<NoiseFloor, ApiError> {
        let paths = ["first.video", "twin.video"].map(|name| folder.join(name));
        for (path, bytes) in paths.iter().zip([first, twin]) {
            std::fs::write(path, bytes).map_err(|err| unreadable(path, &err))?;
        }
        let pair = VideoPair {
            ffmpeg: &self.services.ffmpeg,
            files: paths.each_ref().map(std::path::PathBuf::as_path),
            digests: [Digest::of(first), Digest::of(twin)],
        };
        let compared = pair.compare(&options());
        let is_equal = first == twin || compared.verdict == Verdict::Pass;
        if compared.measured.video.is_none() && !is_equal {
            return Err(incomparable(&compared));
        }
        let frames = compared.measured.video.iter().flat_map(|it| &it.frames);
        let floors = frames.filter_map(|frame| frame.image().noise_floor());
        Ok(floors.fold(SILENCE, NoiseFloor::or_larger))
    }

    /// The order line that is asked for, else the output type's newest, else one on the bundled sample
    /// that nobody has ordered.
    fn calibration_subject(
        &self,
        output_type: OutputType,
        request: &CalibrationRequest,
    ) -> Result<(Subject, CadBytes), ApiError> {
        let lines = self
            .legacy
            .order_line_list()
            .map_err(|err| from_store(&err))?;
        let of_type = |line: &&OrderLine| line.output_type == output_type.id;
        let newest = lines.iter().rev().find(of_type).map(|line| line.id.clone());
        if let Some(line) = request.order_line.clone().or(newest) {
            let (subject, bytes) = self.order_line_subject(&line)?;
            return match subject.output_type() == Some(&output_type.id) {
                true => Ok((subject, bytes)),
                false => {
                    let message = format!("order line `{line}` is of another output type");
                    Err(ApiError::new(ErrorKind::InvalidInput, message))
                }
            };
        }
        let sample = bundled_sample(self.data.path());
        let sample = sample.map_err(|err| unreadable(self.data.path(), &err))?;
        let (cad_file, bytes) =
            self.cad_file(&FileSource::Path(sample.to_string_lossy().into_owned()))?;
        let product = Product {
            id: ProductId::literal("calibration"),
            name: cad_file.name.clone(),
            cad_file: cad_file.path.clone(),
        };
        let order_line = OrderLine {
            id: OrderLineId::literal("calibration"),
            order: None,
            product: product.id.clone(),
            output_type: output_type.id.clone(),
            overrides: Default::default(),
            materials: Default::default(),
            requested_by: "calibration".to_owned(),
        };
        let line = OrderLineSubject {
            order_line,
            product,
            output_type,
            cad_file,
        };
        Ok((Subject::OrderLine(Box::new(line)), bytes))
    }
}

/// A calibration that goes on. However it ends, the next one can begin.
struct UnderWay {
    studio: Arc<Studio>,
    calibration: Calibration,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if self.calibration.state == CalibrationState::Running {
            self.calibration.state = CalibrationState::Failed;
            self.calibration.reason = Some("it broke off".to_owned());
            let _ = self.studio.keep_calibration(&self.calibration);
        }
        let id = calibration_id(&self.calibration.output_type);
        self.studio.unregister(&id);
    }
}

/// No noise at all.
const SILENCE: NoiseFloor = NoiseFloor {
    mean_delta: 0.0,
    flip_mean: 0.0,
    flip_p99: 0.0,
    flip_worst_tile: 0.0,
    alpha_worst_tile: 0.0,
};

fn noise_of_pictures(first: &[u8], twin: &[u8]) -> Result<NoiseFloor, ApiError> {
    let compared = compare_images(first, twin, &options());
    let numbers = compared.measured.image.as_ref();
    let numbers = numbers.ok_or_else(|| incomparable(&compared))?;
    // Of pictures that are equal nothing perceived is measured.
    Ok(numbers.noise_floor().unwrap_or(SILENCE))
}

/// What can't be compared is no silence.
fn incomparable(compared: &Comparison) -> ApiError {
    let reason = &compared.sentence;
    let message = format!("two renders by legacy can't be compared: {reason}");
    ApiError::new(ErrorKind::Internal, message)
}

fn options() -> CompareOptions {
    CompareOptions {
        lane: Some(Lane::StochasticDenoised),
        ..CompareOptions::default()
    }
}

fn calibration_is_video(subject: &Subject) -> bool {
    let settings = settings_of(&crate::sides::preset_of(subject));
    settings.is_ok_and(|it| it.output == LegacyOutput::Turntable)
}

/// All that decides the noise but the product.
fn noise_key(
    output_type: &OutputType,
    tools: &std::collections::BTreeMap<String, String>,
) -> Digest {
    digest_json(&(&output_type.legacy_preset, tools))
}

/// What a calibration is called where runs have their ids.
fn calibration_id(output_type: &OutputTypeId) -> RunId {
    let key = digest_json(output_type).short();
    RunId::new(format!("{KIND}{key}")).expect("ids made here are short")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataDir, StudioOptions};

    #[test]
    fn what_cannot_be_compared_is_not_called_silent() {
        let folder = tempfile::tempdir().unwrap();
        let options = StudioOptions::in_process(DataDir::new(folder.path()));
        let studio = Studio::open(&options).unwrap();
        let videos = |twin: &[u8]| studio.noise_of_videos(folder.path(), b"one", twin);
        let refused = videos(b"other").unwrap_err().message;
        assert!(refused.contains("can't be compared"), "{refused}");
        assert_eq!(videos(b"one").unwrap(), SILENCE);
        assert!(noise_of_pictures(b"one", b"other").is_err());
    }

    #[test]
    fn a_calibration_that_breaks_off_has_failed_and_gives_its_place_back() {
        let folder = tempfile::tempdir().unwrap();
        let options = StudioOptions::in_process(DataDir::new(folder.path()));
        let studio = Studio::open(&options).unwrap();
        let [one, other] = ["one", "other"].map(|id| OutputTypeId::new(id).unwrap());
        let begin = |id| studio.register_alone(KIND, &calibration_id(id)).is_some();
        assert!(begin(&one));
        assert!(!begin(&one) && !begin(&other));
        drop(UnderWay {
            studio: studio.clone(),
            calibration: Calibration {
                output_type: one.clone(),
                of: Digest::of(b"preset and tools"),
                cad_file: "bolt.step".to_owned(),
                times: 1,
                done: 0,
                state: CalibrationState::Running,
                floor: None,
                reason: None,
                at: now(),
            },
        });
        let kept = studio.calibration_of(&one).unwrap();
        assert_eq!(kept.state, CalibrationState::Failed);
        assert!(begin(&other));
    }
}

//! Frames of a turn as pieces of work: kept in the artifact store under all that decides each of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hartomat_engine::NodeContext;
use hartomat_render::{
    FrameKeeper, KeptFrame, RenderBackend, RenderError, RenderRequest, TurnFrame,
};
use hartomat_schema::{Artifact, ArtifactKind, CacheKeyParts, Failure, digest_json};
use serde_json::{Value, json};

use crate::failure::internal;
use crate::media::bytes_artifact;

/// Keeps the frames of one attempt.
pub(crate) struct KeptFrames<'a> {
    context: &'a NodeContext,
    /// What decides every frame alike.
    common: CacheKeyParts,
    frames: BTreeMap<u32, Artifact>,
}

impl<'a> KeptFrames<'a> {
    pub(crate) fn new(
        context: &'a NodeContext,
        request: &RenderRequest<'_>,
        renderer: &dyn RenderBackend,
    ) -> Self {
        let common = CacheKeyParts::from([
            ("node type".to_owned(), json!("a frame of a turntable")),
            ("scene".to_owned(), json!(digest_json(request.scene))),
            (
                "size".to_owned(),
                json!([request.width_px, request.height_px]),
            ),
            ("samples".to_owned(), json!(request.samples)),
            ("bounces".to_owned(), json!(request.max_bounces)),
            ("denoise".to_owned(), json!(request.denoise)),
            ("renderer".to_owned(), json!(renderer.fingerprint())),
            ("blender".to_owned(), json!(request.blender.facts())),
        ]);
        Self {
            context,
            common,
            frames: BTreeMap::new(),
        }
    }

    /// All frames by their numbers.
    pub(crate) fn in_order(self) -> Result<Vec<Artifact>, Failure> {
        let is_whole = self.frames.keys().copied().eq(1..=self.frames.len() as u32);
        if is_whole {
            Ok(self.frames.into_values().collect())
        } else {
            Err(internal("a frame of the turn is missing"))
        }
    }

    fn parts(&self, frame: &TurnFrame) -> CacheKeyParts {
        let mut parts = self.common.clone();
        parts.insert("degrees".to_owned(), json!(frame.degrees));
        parts.insert("seed".to_owned(), json!(frame.seed));
        parts
    }

    fn take(&mut self, frame: &TurnFrame, artifact: Artifact) -> Result<KeptFrame, Failure> {
        let file: PathBuf = self.context.path(&artifact)?;
        let denoised = artifact.facts.get("denoised") == Some(&Value::Bool(true));
        self.frames.insert(frame.number, artifact);
        Ok(KeptFrame { file, denoised })
    }
}

impl FrameKeeper for KeptFrames<'_> {
    fn kept(&mut self, frame: &TurnFrame) -> Option<KeptFrame> {
        let artifact = self.context.recall(&self.parts(frame))?;
        self.take(frame, artifact).ok()
    }

    fn keep(
        &mut self,
        frame: &TurnFrame,
        png: Vec<u8>,
        denoised: bool,
    ) -> Result<KeptFrame, RenderError> {
        let name = format!("frame_{:04}.png", frame.number);
        let mut new = bytes_artifact(ArtifactKind::IMAGE, name, "image/png", png);
        new.facts.insert("denoised".to_owned(), json!(denoised));
        let kept = self.context.keep(self.parts(frame), &new);
        kept.and_then(|artifact| self.take(frame, artifact))
            .map_err(|failure| RenderError::Frame {
                number: frame.number,
                problem: failure.message,
            })
    }
}

//! What a node's settings ask of a renderer that it can't do, and settings that have no say.

use hartomat_render::{BlendTemplates, FFMPEG_HINT, RenderError, VideoCodec};
use hartomat_schema::{
    Diagnostic, FrozenRun, Node, NodeDefinition, Severity, Subject, settings_schema::keys,
};
use serde_json::{Map, Value};

use crate::Studio;

impl Studio {
    /// What the Blender of this machine can't do of what a node asks for. It is started for that once.
    pub(crate) fn check_blender(
        &self,
        node: &Node,
        index: usize,
        values: &Map<String, Value>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let text = |name: &str| values.get(name).and_then(Value::as_str);
        if text("renderer") != Some("blender") {
            return;
        }
        // That there is none is told by the tool's own check.
        let Ok(abilities) = self.services.blender.abilities() else {
            return;
        };
        let is_eevee = text("engine") == Some("eevee");
        let denoises = values.get("denoise") != Some(&Value::Bool(false));
        let at = |name: &str, message: &str, fix: &str| {
            let pointer = format!("/nodes/{index}/settings/{name}");
            Diagnostic::error("renderer_lacks", pointer, message, fix)
                .as_warning()
                .at_node(&node.id)
        };
        if denoises && is_eevee {
            let message = "EEVEE has no denoiser, bounces or seed: these settings do nothing";
            let mut finding = at("engine", message, "choose Cycles where they matter");
            finding.severity = Severity::Info;
            diagnostics.push(finding);
        } else if denoises && !abilities.denoises {
            let message = "this Blender has no OpenImageDenoise: noise stays";
            let fix =
                "take a build from blender.org or `bpy`, more samples, or the embedded renderer";
            diagnostics.push(at("denoise", message, fix));
        }
        if text("device") == Some("gpu") && !is_eevee && abilities.gpus.is_empty() {
            let message = "Blender finds no graphics card here: the processor renders";
            diagnostics.push(at("device", message, "choose the processor"));
        }
    }

    /// Who encodes a video where there is no ffmpeg, and what can't be done then.
    pub(crate) fn check_encoder(
        &self,
        node: &Node,
        index: usize,
        values: &Map<String, Value>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let ffmpeg = &self.services.ffmpeg;
        let is_missing = ffmpeg.found().is_err();
        if node.node_type.as_str() != "render_turntable" || !is_missing {
            return;
        }
        let is_vp9 = values.get("codec").and_then(Value::as_str) == Some("vp9");
        let pointer = format!("/nodes/{index}/settings/codec");
        match ffmpeg.encoder(VideoCodec::H264) {
            Ok(_) if is_vp9 => {
                let message = "there is no ffmpeg here, and Blender writes no VP9";
                let fix = "choose H.264, or install ffmpeg";
                let found = Diagnostic::error("tool_missing", pointer, message, fix);
                diagnostics.push(found.at_node(&node.id));
            }
            Ok(_) => {
                let message = "there is no ffmpeg here: Blender encodes the video, and nothing \
                               compares it frame by frame";
                let mut found =
                    Diagnostic::error("encoder", pointer, message, FFMPEG_HINT).at_node(&node.id);
                found.severity = Severity::Info;
                diagnostics.push(found);
            }
            // That nobody encodes is told by the tool's own check.
            Err(_) => {}
        }
    }

    /// Whether the `.blend` template that a node names is there and has a place for everything.
    pub(crate) fn check_template(
        &self,
        frozen: &FrozenRun,
        (node, index): (&Node, usize),
        values: &Map<String, Value>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(name) = values.get("scene").and_then(Value::as_str) else {
            return;
        };
        let name = match (name, &frozen.subject) {
            ("auto", Subject::OrderLine(line)) => {
                let preset = &line.output_type.legacy_preset;
                preset.text(&["template"]).unwrap_or_default()
            }
            (name, _) => name,
        };
        if node.node_type.as_str() != "resolve_template" || !BlendTemplates::is_template(name) {
            return;
        }
        let at = |message: String, fix: &str| {
            let pointer = format!("/nodes/{index}/settings/scene");
            Diagnostic::error("template", pointer, message, fix).at_node(&node.id)
        };
        let report = match self.template_report(name) {
            Ok(report) => report,
            Err(err @ RenderError::BlenderBusy { .. }) => {
                let fix = "wait, or go on: the run looks at it again";
                diagnostics.push(at(err.to_string(), fix).as_warning());
                return;
            }
            Err(err) => {
                let fix = "`hartomat templates list` shows those there are";
                diagnostics.push(at(err.to_string(), fix));
                return;
            }
        };
        let fix = "mend the file in Blender, and add it again with `hartomat templates add`";
        let problems = report.problems().into_iter();
        diagnostics.extend(problems.map(|problem| at(format!("`{name}` {problem}"), fix)));
        let fix = "pack the file; where its scripts are yours, `hartomat templates trust`";
        let remarks = report.remarks().into_iter();
        diagnostics
            .extend(remarks.map(|remark| at(format!("`{name}` {remark}"), fix).as_warning()));
    }
}

/// Settings that were set and do nothing while other settings are as they are.
pub(crate) fn parked_settings(
    definition: &NodeDefinition,
    node: &Node,
    index: usize,
    values: &Map<String, Value>,
) -> Vec<Diagnostic> {
    let properties = definition.settings_schema.get("properties");
    let properties = properties.and_then(Value::as_object).into_iter().flatten();
    let title = |name: &str| {
        let schema = &definition.settings_schema["properties"][name];
        schema["title"].as_str().unwrap_or(name).to_owned()
    };
    let finding = |(name, schema): (&String, &Value)| {
        let value = values.get(name)?;
        if value.is_null() || schema.get("default") == Some(value) {
            return None;
        }
        let conditions = schema.get(keys::VISIBLE_WHEN)?.as_object()?;
        let (other, _) = conditions.iter().find(|(key, wanted)| {
            let held = values.get(*key).unwrap_or(&Value::Null);
            !wanted
                .as_array()
                .is_some_and(|wanted| wanted.contains(held))
        })?;
        let held = values
            .get(other)
            .map(ToString::to_string)
            .unwrap_or_default();
        let message = format!(
            "`{}` is set and does nothing while `{}` is {}",
            title(name),
            title(other),
            held.trim_matches('"')
        );
        let pointer = format!("/nodes/{index}/settings/{name}");
        let fix = format!("set it back, or change `{}`", title(other));
        let mut finding = Diagnostic::error("setting_parked", pointer, message, fix);
        finding.severity = Severity::Info;
        Some(finding.at_node(&node.id))
    };
    properties.filter_map(finding).collect()
}

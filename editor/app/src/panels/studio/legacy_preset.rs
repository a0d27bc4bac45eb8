//! The legacy preset of an output type as a form. What the form doesn't know is kept.

use egui::{Id, Ui};
use hartomat_schema::OutputType;
use hartomat_ui::form::FormContext;
use hartomat_ui::theme::space;
use serde_json::{Map, Value, json};

use crate::Context;
use crate::command::Commands;
use crate::messages::text;
use crate::parts::{Chooser, caption_ui, form_words, settings_form_ui};

/// What legacy makes.
const TYPES: [&str; 5] = [
    "still",
    "still_with_exports",
    "thumbnail",
    "turntable",
    "blend",
];

pub(super) fn legacy_preset_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    output_type: &mut OutputType,
    commands: &mut Commands,
) {
    let preset = &mut output_type.legacy_preset;
    caption_ui(ui, text("preset.makes"));
    let chooser = Chooser {
        salt: "legacy preset",
        name: text("preset.makes"),
        chosen: type_text(&preset.preset_type),
        width: ui.available_width().min(420.0),
    };
    let mut picked = None;
    chooser.show(ui, |ui| {
        for preset_type in TYPES {
            let is_chosen = preset_type == preset.preset_type;
            let label = ui.selectable_label(is_chosen, type_text(preset_type));
            if label.clicked() && !is_chosen {
                picked = Some(preset_type.to_owned());
            }
        }
    });
    if let Some(picked) = picked {
        preset.preset_type = picked;
    }
    ui.add_space(space::S);
    let words = form_words();
    let form = FormContext::new(Id::new(("legacy preset", &output_type.id)), &words);
    let schema = schema(&preset.preset_type);
    let value = Value::Object(preset.params.clone());
    let response = settings_form_ui(ui, context, &schema, &value, form, commands);
    if let Some(Value::Object(params)) = response.change.map(|change| change.value) {
        preset.params = params;
    }
}

fn type_text(preset_type: &str) -> &str {
    match preset_type {
        "still" => text("preset.still"),
        "still_with_exports" => text("preset.still_with_exports"),
        "thumbnail" => text("preset.thumbnail"),
        "turntable" => text("preset.turntable"),
        "blend" => text("preset.blend"),
        other => other,
    }
}

/// The values that the legacy pipeline reads, with its own defaults.
fn schema(preset_type: &str) -> Value {
    let (side, samples) = match preset_type {
        "thumbnail" => (256, 32),
        "turntable" => (1024, 32),
        _ => (1024, 64),
    };
    let size = |title: &str| {
        json!({"title": title, "type": "integer", "minimum": 16, "maximum": 16384,
               "default": side, "x-unit": "px"})
    };
    let mut properties = Map::new();
    let mut add = |name: &str, schema: Value| {
        properties.insert(name.to_owned(), schema);
    };
    let choice = |title: &str, choices: &[&str], labels: Value| {
        json!({"title": title, "type": "string", "enum": choices, "default": choices[0],
               "x-labels": labels})
    };
    add("width", size(text("preset.width")));
    add("height", size(text("preset.height")));
    add(
        "samples",
        json!({"title": text("preset.samples"), "type": "integer", "minimum": 1,
               "maximum": 65536, "default": samples}),
    );
    add(
        "template",
        json!({"title": text("preset.template"), "type": "string", "default": "soft_box",
               "x-widget": "studio_scene"}),
    );
    add(
        "transparent_bg",
        json!({"title": text("preset.transparent"), "type": "boolean", "default": false}),
    );
    if preset_type == "turntable" {
        let number = |title: &str, least: i32, most: i32, default: i32, unit: &str| {
            let mut schema = json!({"title": title, "type": "integer", "minimum": least,
                                    "maximum": most, "default": default});
            if !unit.is_empty() {
                schema["x-unit"] = unit.into();
            }
            schema
        };
        add("frames", number(text("preset.frames"), 2, 3600, 120, ""));
        add("fps", number(text("preset.fps"), 1, 120, 30, "fps"));
        let degrees = number(text("preset.degrees"), -3600, 3600, 360, "°");
        add("degrees", degrees);
        let labels = json!({"h264": "H.264 (MP4)", "vp9": "VP9 (WebM)"});
        add(
            "codec",
            choice(text("preset.codec"), &["h264", "vp9"], labels),
        );
    } else if preset_type != "blend" {
        let formats = ["png", "png16", "jpeg", "webp", "exr"];
        let labels = json!({"png": "PNG", "png16": "PNG, 16 bit", "jpeg": "JPEG", "webp": "WebP",
                            "exr": "OpenEXR"});
        add("format", choice(text("preset.format"), &formats, labels));
    }
    let labels = json!({"embedded": text("preset.embedded"), "blender": "Blender"});
    let renderer = choice(text("preset.renderer"), &["embedded", "blender"], labels);
    add("renderer", renderer);
    let with_blender = |mut schema: Value| {
        schema["x-visible-when"] = json!({"renderer": ["blender"]});
        schema
    };
    let labels = json!({"cycles": "Cycles", "eevee": "EEVEE"});
    let engine = choice(text("preset.engine"), &["cycles", "eevee"], labels);
    add("engine", with_blender(engine));
    let labels = json!({"cpu": "CPU", "gpu": "GPU"});
    let device = choice(text("preset.device"), &["cpu", "gpu"], labels);
    add("device", with_blender(device));
    json!({"type": "object", "properties": properties})
}

//! The page of forms: one of each kind of field.

use egui::{Frame, Id, ScrollArea, Ui};
use hartomat_ui::form::{FieldDiagnostic, FormContext, FormText, Provenance, form_ui};
use hartomat_ui::theme::{Severity, Theme};
use serde_json::{Value, json};

use crate::page::card;

pub(crate) fn forms_ui(ui: &mut Ui) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.painter()
        .rect_filled(ui.ctx().content_rect(), 0, palette.canvas);
    Frame::new().inner_margin(16).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            card(ui, "Still", 350.0, still);
            card(ui, "Every kind of field", 380.0, kinds);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 16.0;
                card(ui, "3 nodes", 330.0, several);
                card(ui, "Narrow", 250.0, narrow);
            });
        });
    });
}

fn show(ui: &mut Ui, name: &str, schema: &Value, value: &Value, context: FormContext<'_>) {
    let key = Id::new(name);
    ScrollArea::vertical()
        .id_salt(name)
        .max_height(800.0)
        .show(ui, |ui| {
            let stored: Option<Value> = ui.data(|data| data.get_temp(key));
            let value = stored.unwrap_or_else(|| value.clone());
            let response = form_ui(ui, schema, &value, &context);
            if let Some(change) = response.change {
                ui.data_mut(|data| data.insert_temp(key, change.value));
            }
        });
}

fn still_schema() -> Value {
    json!({"type": "object", "properties": {
        "width_px": {"title": "Width", "description": "Width of the picture.", "type": "integer", "minimum": 16, "maximum": 16384, "default": 1024, "x-unit": "px", "x-widget": "resolution", "x-group": "Size"},
        "height_px": {"title": "Height", "type": "integer", "minimum": 16, "maximum": 16384, "default": 1024, "x-unit": "px", "x-widget": "resolution", "x-group": "Size"},
        "samples": {"title": "Samples", "type": "integer", "minimum": 1, "maximum": 65536, "default": 64, "x-group": "Quality"},
        "max_bounces": {"title": "Bounces", "type": "integer", "minimum": 1, "maximum": 64, "default": 8, "x-group": "Quality"},
        "denoise": {"title": "Denoise", "type": "boolean", "default": true, "x-group": "Quality"},
        "format": {"title": "Format", "type": "string", "enum": ["png", "png16", "jpeg", "webp", "exr"], "default": "png",
            "x-labels": {"png": "PNG", "png16": "PNG, 16 bit", "jpeg": "JPEG", "webp": "WebP", "exr": "OpenEXR, linear light"}, "x-group": "File"},
        "quality": {"title": "JPEG quality", "type": "integer", "minimum": 1, "maximum": 100, "default": 92, "x-unit": "%", "x-group": "File", "x-visible-when": {"format": ["jpeg"]}},
        "renderer": {"title": "Renderer", "type": "string", "enum": ["auto", "embedded", "blender"], "default": "auto",
            "x-labels": {"auto": "Auto", "embedded": "Embedded", "blender": "Blender"}, "x-group": "Renderer"},
        "transparent": {"title": "Transparent background", "type": "boolean", "default": false, "x-group": "Look"},
        "exposure_ev": {"title": "Exposure", "type": ["number", "null"], "minimum": -10, "maximum": 10, "default": null, "x-unit": "EV", "x-group": "Look"},
        "tone_mapping": {"title": "Tone mapping", "enum": ["scene", "agx", "filmic", "standard"], "default": "scene",
            "x-labels": {"scene": "As the scene says", "agx": "AgX", "filmic": "Filmic", "standard": "Standard"}, "x-group": "Look"}
    }})
}

fn still(ui: &mut Ui) {
    let text = FormText::english();
    let diagnostics = [
        FieldDiagnostic {
            pointer: "/samples".to_owned(),
            severity: Severity::Warning,
            message: "4096 samples take about 12 minutes; 256 with denoising look the same"
                .to_owned(),
            fix: Some("Set to 256".to_owned()),
        },
        FieldDiagnostic {
            pointer: "/renderer".to_owned(),
            severity: Severity::Error,
            message: "Blender isn't installed on this machine".to_owned(),
            fix: Some("Use the embedded renderer".to_owned()),
        },
    ];
    let provenance = [Provenance {
        pointer: "/height_px".to_owned(),
        text: "from output type Catalogue".to_owned(),
    }];
    let value = json!({"width_px": 1920, "height_px": 1080, "samples": 4096, "format": "jpeg", "quality": 85,
        "renderer": "blender", "exposure_ev": 1.5, "grain": 0.2, "bloom": {"radius": 3}});
    let context = FormContext {
        diagnostics: &diagnostics,
        provenance: &provenance,
        ..FormContext::new(Id::new("still"), &text)
    };
    show(ui, "still", &still_schema(), &value, context);
}

fn kinds(ui: &mut Ui) {
    let schema = json!({"type": "object", "properties": {
        "name": {"title": "File name", "type": "string", "default": "{order}_{view}"},
        "note": {"title": "Note", "type": "string", "x-widget": "multiline"},
        "path": {"title": "Environment map", "type": "string", "format": "path"},
        "background": {"title": "Background", "type": ["string", "null"], "x-widget": "color", "default": null},
        "tint": {"title": "Tint", "type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3, "x-widget": "color"},
        "direction": {"title": "Light direction", "type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3, "default": [0, 0, 1]},
        "views": {"title": "Views", "type": "array", "uniqueItems": true, "items": {"enum": ["Front", "Side", "Top", "Isometric"]}},
        "hidden": {"title": "Hidden parts", "type": "array", "items": {"type": "string"}, "maxItems": 10},
        "overrides": {"title": "Overrides", "type": "object", "additionalProperties": {"type": "string", "enum": ["Steel", "Brass", "Rubber", "Chrome", "Glass"]}},
        "camera": {"title": "Camera", "type": "object", "properties": {
            "azimuth_deg": {"title": "Azimuth", "type": "number", "minimum": -360, "maximum": 360, "default": 30, "x-unit": "°"},
            "elevation_deg": {"title": "Elevation", "type": "number", "minimum": -89, "maximum": 89, "default": 20, "x-unit": "°"}}},
        "light": {"title": "Light", "oneOf": [
            {"title": "Sun", "type": "object", "required": ["kind"], "properties": {"kind": {"const": "sun"}, "strength": {"title": "Strength", "type": "number", "minimum": 0, "maximum": 20, "default": 3}}},
            {"title": "Studio", "type": "object", "required": ["kind"], "properties": {"kind": {"const": "studio"}, "softness": {"title": "Softness", "type": "number", "minimum": 0, "maximum": 100, "default": 60, "x-unit": "%"}}}
        ]}
    }});
    let value = json!({"name": "bearing_front", "path": "studio/softbox.hdr", "background": "#f4f1ea", "tint": [0.8, 0.25, 0.1],
        "note": "For the autumn catalogue.", "views": ["Front", "Top"], "hidden": ["Seal", "Cage"],
        "overrides": {"Outer ring": "Steel", "Cage": "Brass"}, "light": {"kind": "studio", "softness": 75}});
    let text = FormText::english();
    let context = FormContext::new(Id::new("kinds"), &text);
    show(ui, "kinds", &schema, &value, context);
}

fn several(ui: &mut Ui) {
    let text = FormText::english();
    let (one, two) = (
        json!({"samples": 128, "denoise": false}),
        json!({"samples": 64, "format": "webp"}),
    );
    let others = [&one, &two];
    let context = FormContext {
        others: &others,
        ..FormContext::new(Id::new("several"), &text)
    };
    show(
        ui,
        "several",
        &still_schema(),
        &json!({"samples": 64}),
        context,
    );
}

fn narrow(ui: &mut Ui) {
    let schema = json!({"type": "object", "properties": {
        "size": {"title": "Deflection of the tessellation", "type": "number", "minimum": 0.001, "maximum": 5, "default": 0.1, "x-unit": "%"},
        "channel": {"title": "Channel", "enum": ["in_app", "email", "webhook"], "x-labels": {"in_app": "In the studio", "email": "E-mail", "webhook": "Webhook"}, "default": "in_app"},
        "limit": {"title": "Largest file", "type": "integer", "minimum": 1, "maximum": 4096, "default": 200, "x-unit": "MB"}
    }});
    let text = FormText::english();
    let context = FormContext::new(Id::new("narrow"), &text);
    show(ui, "narrow", &schema, &json!({"size": 0.25}), context);
}

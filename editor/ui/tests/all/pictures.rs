//! A few small pictures of what accessibility trees can't say. They need a Vulkan driver, also one in
//! software; `UPDATE_SNAPSHOTS=1` draws them anew.

use egui::{Color32, Id, Ui, Vec2};
use egui_kittest::Harness;
use hartomat_ui::form::{FieldDiagnostic, FormContext, FormText, form_ui};
use hartomat_ui::theme::{Severity, Status, space};
use hartomat_ui::widgets::{
    ButtonKind, IconButton, Material, Progress, TextButton, key_caps_ui, status_badge_ui, swatch_ui,
};
use hartomat_ui::{Icon, Mode, Theme};
use serde_json::json;

use crate::snapshot;

fn check(name: &str, size: Vec2, draw: fn(&mut Ui)) {
    for (suffix, mode) in [("dark", Mode::Dark), ("light", Mode::Light)] {
        let mut harness = Harness::builder()
            .with_size(size)
            .wgpu()
            .build_ui(move |ui| {
                if !Theme::new(mode).apply(ui.ctx()) {
                    return;
                }
                let palette = Theme::of(ui.ctx()).palette;
                let rect = ui.ctx().content_rect();
                ui.painter().rect_filled(rect, 0, palette.panel);
                egui::Frame::new().inner_margin(10).show(ui, draw);
            });
        harness.run_steps(4);
        snapshot::look(&mut harness, &format!("{name}-{suffix}"));
    }
}

#[test]
fn forms_look_as_designed() {
    check("form", egui::vec2(320.0, 380.0), |ui| {
        let schema = json!({"type": "object", "properties": {
            "samples": {"title": "Samples", "type": "integer", "minimum": 1, "default": 64, "x-group": "Quality"},
            "quality": {"title": "Quality", "type": "integer", "minimum": 1, "maximum": 100, "default": 92, "x-unit": "%", "x-group": "Quality"},
            "denoise": {"title": "Denoise", "type": "boolean", "default": true, "x-group": "Quality"},
            "fit": {"title": "Fit", "enum": ["Fit", "Fill", "Crop"], "default": "Fill", "x-group": "File"},
            "name": {"title": "File name", "type": "string", "default": "{order}", "x-group": "File"},
            "background": {"title": "Background", "type": "string", "x-widget": "color", "default": "#e8eef4", "x-group": "File"}
        }});
        let diagnostics = [FieldDiagnostic {
            pointer: "/samples".to_owned(),
            severity: Severity::Warning,
            message: "Takes about 12 minutes".to_owned(),
            fix: Some("Set to 256".to_owned()),
        }];
        let text = FormText::english();
        let context = FormContext {
            diagnostics: &diagnostics,
            ..FormContext::new(Id::new("form"), &text)
        };
        form_ui(
            ui,
            &schema,
            &json!({"samples": 4096, "quality": 70}),
            &context,
        );
    });
}

#[test]
fn widgets_look_as_designed() {
    check("widgets", egui::vec2(320.0, 190.0), |ui| {
        ui.horizontal(|ui| {
            ui.add(TextButton::new(ButtonKind::Primary, "Dry run").icon(Icon::DryRun));
            ui.add(TextButton::new(ButtonKind::Secondary, "Preflight"));
            ui.add(IconButton::new(Icon::MiniMap, "Mini-map").on(true));
        });
        ui.horizontal(|ui| {
            status_badge_ui(ui, Status::Succeeded, "Succeeded");
            status_badge_ui(ui, Status::Failed, "Failed");
            key_caps_ui(ui, "Ctrl+K");
        });
        ui.add_space(space::S);
        Progress {
            fraction: Some(0.4),
            text: "Still: sample 26 of 64",
            time_left: "0:41",
        }
        .ui(ui);
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            let materials = [
                (Color32::from_rgb(196, 198, 202), 0.35, 1.0),
                (Color32::from_rgb(212, 170, 84), 0.2, 1.0),
                (Color32::from_rgb(32, 33, 35), 0.85, 0.0),
                (Color32::from_rgb(190, 32, 38), 0.25, 0.0),
            ];
            for (base_color, roughness, metallic) in materials {
                let material = Material {
                    base_color,
                    roughness,
                    metallic,
                };
                swatch_ui(ui, material, None, 40.0, "material");
            }
        });
    });
}

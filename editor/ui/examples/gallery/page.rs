//! The pages of widgets and colours.

use egui::{Color32, Frame, Id, RichText, Ui, Vec2};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, semibold, size, space};
use hartomat_ui::widgets::{
    ButtonKind, EmptyState, Header, IconButton, ListRow, Material, Progress, TextButton, Thumbnail,
    Toast, Toasts, VirtualList, badge_ui, color_dot_ui, key_caps_ui, panel_header_ui,
    search_box_ui, status_badge_ui, swatch_ui,
};

pub(crate) fn card(ui: &mut Ui, title: &str, width: f32, content: impl FnOnce(&mut Ui)) {
    let palette = Theme::of(ui.ctx()).palette;
    Frame::new()
        .fill(palette.panel)
        .stroke(egui::Stroke::new(1.0, palette.border))
        .corner_radius(8)
        .show(ui, |ui| {
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = 0.0;
                panel_header_ui(ui, title, |ui| {
                    ui.add(IconButton::new(Icon::More, "More").small());
                    ui.add(IconButton::new(Icon::Filter, "Filter").small());
                });
                Frame::new().inner_margin(space::L as i8).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.spacing_mut().item_spacing = Vec2::new(8.0, 4.0);
                    content(ui);
                });
            })
        });
}

fn page(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.painter()
        .rect_filled(ui.ctx().content_rect(), 0, palette.canvas);
    Frame::new().inner_margin(16).show(ui, content);
}

pub(crate) fn widgets_ui(ui: &mut Ui) {
    page(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(16.0);
            ui.vertical(|ui| {
                card(ui, "Buttons", 350.0, buttons);
                card(ui, "Status", 350.0, badges);
                card(ui, "Materials", 350.0, swatches);
            });
            ui.vertical(|ui| {
                card(ui, "Problems", 350.0, list);
                card(ui, "Progress", 350.0, progress);
                card(ui, "Pictures", 350.0, pictures);
            });
            ui.vertical(|ui| {
                card(ui, "Runs", 380.0, empty);
                card(ui, "Dialog", 380.0, dialog);
            });
        });
        let mut toasts = Toasts::default();
        toasts.push(Toast {
            key: 1,
            severity: Severity::Error,
            title: "Couldn't save".to_owned(),
            text: "The disk is full. The draft is safe.".to_owned(),
            action: Some("Save elsewhere…".to_owned()),
        });
        toasts.push(Toast {
            key: 2,
            severity: Severity::Info,
            title: "12 nodes deleted".to_owned(),
            text: String::new(),
            action: Some("Undo".to_owned()),
        });
        toasts.show(ui.ctx(), "Close");
    });
}

fn buttons(ui: &mut Ui) {
    ui.horizontal(|ui| {
        ui.add(TextButton::new(ButtonKind::Primary, "Dry run").icon(Icon::DryRun));
        ui.add(TextButton::new(ButtonKind::Secondary, "Preflight").icon(Icon::Preflight));
        ui.add(TextButton::new(ButtonKind::Quiet, "Learn more"));
    });
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        ui.add(TextButton::new(ButtonKind::Danger, "Delete"));
        ui.add_enabled(false, TextButton::new(ButtonKind::Secondary, "Disabled"));
        let _ = ui.button("egui's own");
        let mut on = true;
        ui.checkbox(&mut on, "Check");
    });
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        for icon in [
            Icon::Undo,
            Icon::Redo,
            Icon::FitAll,
            Icon::AlignLeft,
            Icon::Search,
        ] {
            ui.add(IconButton::new(icon, "Icon"));
        }
        ui.add(IconButton::new(Icon::MiniMap, "Mini-map").on(true));
        ui.add_enabled(false, IconButton::new(Icon::Paste, "Paste"));
    });
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        key_caps_ui(ui, "Ctrl+Shift+P");
        key_caps_ui(ui, "Shift+A");
        key_caps_ui(ui, "?");
    });
    ui.add_space(space::S);
    let mut text = String::new();
    search_box_ui(ui, &mut text, "Search nodes", "Clear");
    let mut text = "render".to_owned();
    search_box_ui(ui, &mut text, "Search", "Clear");
}

fn badges(ui: &mut Ui) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(6.0);
        let names = [
            "Waiting",
            "Running",
            "Succeeded",
            "Reused",
            "Failed",
            "Skipped",
            "Cancelled",
        ];
        for (status, name) in Status::ALL.into_iter().zip(names) {
            status_badge_ui(ui, status, name);
        }
    });
    ui.add_space(space::M);
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(6.0);
        for kind in ["step_file", "glb", "scene", "image", "video", "point_cloud"] {
            badge_ui(ui, kind, palette.artifact_kind(kind));
        }
    });
}

fn swatches(ui: &mut Ui) {
    let materials = [
        (
            "Steel, brushed",
            Color32::from_rgb(196, 198, 202),
            0.38,
            1.0,
        ),
        ("Chrome", Color32::from_rgb(220, 222, 226), 0.05, 1.0),
        ("Brass", Color32::from_rgb(212, 170, 84), 0.25, 1.0),
        ("Rubber", Color32::from_rgb(32, 33, 35), 0.85, 0.0),
        ("Plastic, red", Color32::from_rgb(190, 32, 38), 0.3, 0.0),
        ("Paint, blue", Color32::from_rgb(36, 86, 170), 0.12, 0.0),
    ];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        for (name, base_color, roughness, metallic) in materials {
            let material = Material {
                base_color,
                roughness,
                metallic,
            };
            swatch_ui(ui, material, None, 44.0, name);
        }
    });
    ui.add_space(space::S);
    for (index, (name, base_color, roughness, metallic)) in
        materials.into_iter().enumerate().take(3)
    {
        let material = Material {
            base_color,
            roughness,
            metallic,
        };
        ListRow::new(name).selected(index == 1).show(ui, |ui| {
            swatch_ui(ui, material, None, 18.0, name);
            ui.label(name);
        });
    }
}

fn list(ui: &mut Ui) {
    ui.set_height(196.0);
    let palette = Theme::of(ui.ctx()).palette;
    let id = Id::new("problems");
    VirtualList::new(id, "Problems", 1_000_000)
        .selected(Some(2))
        .show(
            ui,
            |index| format!("Problem {index}"),
            |ui, index| {
                let severity = [Severity::Error, Severity::Warning, Severity::Info][index % 3];
                let icon = [Icon::Error, Icon::Warning, Icon::Info][index % 3];
                ui.label(icon.rich().color(palette.severity(severity)));
                ui.label(format!("Still {index}"));
                let text = RichText::new("samples is above 65536").color(palette.text_weak);
                ui.add(egui::Label::new(text).truncate());
            },
        );
}

fn progress(ui: &mut Ui) {
    Progress {
        fraction: Some(0.42),
        text: "Still: sample 27 of 64",
        time_left: "0:41 left",
    }
    .ui(ui);
    ui.add_space(space::S);
    Progress {
        fraction: None,
        text: "Reading bearing_6204.step",
        time_left: "",
    }
    .ui(ui);
}

fn pictures(ui: &mut Ui) {
    ui.horizontal(|ui| {
        for (index, name) in ["Front", "Side", "Top"].into_iter().enumerate() {
            Thumbnail {
                picture: None,
                size: Vec2::new(100.0, 76.0),
                name,
                is_selected: index == 1,
            }
            .ui(ui);
        }
    });
    ui.add_space(space::S);
    let (_, is_open) = Header::new(Id::new("head"), "Details").ui(ui);
    if is_open {
        ui.horizontal(|ui| {
            color_dot_ui(
                ui,
                Theme::of(ui.ctx()).palette.artifact_kind("image"),
                "image",
            );
            ui.label("image");
            ui.weak("1024 × 1024, PNG");
        });
        ui.hyperlink_to("Open folder", "https://example.com");
    }
    Header::new(Id::new("head 2"), "Facts")
        .quiet()
        .folded()
        .ui(ui);
}

fn empty(ui: &mut Ui) {
    ui.set_height(250.0);
    EmptyState {
        icon: Icon::Run,
        title: "No runs yet",
        text: "A dry run shows what would run, what is reused and how long it takes. Nothing is published.",
        button: Some("Dry run"),
    }
    .ui(ui);
}

fn dialog(ui: &mut Ui) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.label(
            Icon::Warning
                .text(20.0)
                .color(palette.severity(Severity::Warning)),
        );
        let title =
            RichText::new("Somebody else saved this workflow").font(semibold(size::HEADING - 1.0));
        ui.label(title.color(palette.text_strong));
    });
    ui.label("Version 14 was saved 2 minutes ago by Anna. Your draft is based on version 13.");
    ui.add_space(space::M);
    let room = Vec2::new(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(
        room,
        egui::Layout::right_to_left(egui::Align::Center),
        |ui| {
            ui.add(TextButton::new(ButtonKind::Primary, "Compare").min_width(84.0));
            ui.add(TextButton::new(ButtonKind::Secondary, "Save as…").min_width(84.0));
            ui.add(TextButton::new(ButtonKind::Secondary, "Cancel").min_width(84.0));
        },
    );
}

pub(crate) fn colors_ui(ui: &mut Ui) {
    page(ui, |ui| {
        let palette = Theme::of(ui.ctx()).palette;
        let kinds = [
            "step_file",
            "part_list",
            "glb",
            "stl",
            "bbox",
            "material_map",
            "scene_template",
            "scene",
            "image",
            "frames",
            "video",
            "blend",
            "media_asset",
            "notification",
            "order_line",
            "point_cloud",
            "mesh_stats",
            "audio",
        ];
        let categories = [
            "input", "cad", "material", "scene", "render", "output", "analysis",
        ];
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(12.0);
            for category in categories {
                node(ui, category, palette.category(category), Icon::Cad);
            }
        });
        ui.add_space(20.0);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(12.0);
            for kind in kinds {
                node(ui, kind, palette.artifact_kind(kind), Icon::Image);
            }
        });
        ui.add_space(20.0);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(6.0);
            for icon in Icon::ALL {
                ui.label(icon.text(20.0).color(palette.text));
            }
        });
    });
}

fn node(ui: &mut Ui, title: &str, color: Color32, icon: Icon) {
    let palette = Theme::of(ui.ctx()).palette;
    let (rect, _) = ui.allocate_exact_size(Vec2::new(150.0, 70.0), egui::Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, 8, palette.raised);
    let mut head = rect;
    head.set_height(28.0);
    let corner = egui::CornerRadius {
        nw: 8,
        ne: 8,
        sw: 0,
        se: 0,
    };
    painter.rect_filled(head, corner, palette.tint(color));
    let stroke = egui::Stroke::new(1.0, palette.border_strong);
    painter.rect_stroke(rect, 8, stroke, egui::StrokeKind::Inside);
    let left = head.left_center() + Vec2::new(10.0, 0.0);
    painter.text(
        left,
        egui::Align2::LEFT_CENTER,
        icon.glyph(),
        Icon::font(16.0),
        color,
    );
    let font = hartomat_ui::theme::medium(size::TEXT);
    let place = left + Vec2::new(22.0, 0.0);
    painter.text(
        place,
        egui::Align2::LEFT_CENTER,
        title,
        font,
        palette.text_strong,
    );
    painter.circle_filled(rect.left_bottom() + Vec2::new(0.0, -20.0), 5.0, color);
}

//! Width and height of pictures: common sizes, swapping, and keeping the aspect while one changes.

use egui::{ComboBox, RichText, Stroke, Ui, UiBuilder, accesskit};
use serde_json::Value;

use crate::form::draw::Form;
use crate::form::field::{Field, LABEL_INDENT, RESET_WIDTH, field_ui, label_width};
use crate::form::schema::Kind;
use crate::form::text::fill;
use crate::icon::Icon;
use crate::theme::{size, space};
use crate::widgets::{IconButton, name};

/// Names and sizes that shops and films ask for. Squares come first and have no name of their own.
const NAMED: &[(&str, u64, u64)] = &[
    ("HD", 1280, 720),
    ("Full HD", 1920, 1080),
    ("QHD", 2560, 1440),
    ("4K UHD", 3840, 2160),
    ("8K UHD", 7680, 4320),
];
const SQUARES: &[u64] = &[512, 1024, 2048, 4096];

/// Whether two settings are the width and height of one picture.
pub(in crate::form) fn is_pair(width: &Field<'_>, height: &Field<'_>) -> bool {
    let last = |field: &Field<'_>| field.pointer.rsplit('/').next().map(str::to_owned);
    let (Some(first), Some(second)) = (last(width), last(height)) else {
        return false;
    };
    let asks = |field: &Field<'_>| {
        field.schema.unit() == Some("px") || field.schema.widget() == Some("resolution")
    };
    let is_integer = |field: &Field<'_>| matches!(field.schema.kind(), Kind::Integer);
    first.contains("width")
        && first.replace("width", "height") == second
        && asks(width)
        && asks(height)
        && is_integer(width)
        && is_integer(height)
}

pub(in crate::form) fn resolution_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    width: &Field<'_>,
    height: &Field<'_>,
) {
    let id = width.id(form).with("resolution");
    let lock = id.with("keep aspect");
    let keeps_aspect: bool = ui.data(|data| data.get_temp(lock)).unwrap_or(false);
    let pixels = |field: &Field<'_>| field.value().and_then(Value::as_u64);
    let pair = pixels(width).zip(pixels(height));
    let first = form.edits.len();
    ui.scope_builder(UiBuilder::new().id(id), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let room = ui.available_width();
            let label_width = label_width(room);
            ui.allocate_ui_with_layout(
                egui::Vec2::new(label_width, size::CONTROL),
                egui::Layout::left_to_right(egui::Align::Center),
                |ui| {
                    ui.set_min_width(label_width);
                    ui.add_space(LABEL_INDENT);
                    let label = RichText::new(&form.context.text.preset);
                    ui.label(label.color(form.theme.palette.text_weak));
                },
            );
            let buttons = 2.0 * size::CONTROL + space::S;
            let menu_width = (room - label_width - RESET_WIDTH - buttons).max(40.0);
            if let Some((wide, high)) = presets_ui(ui, form, [width, height], pair, menu_width) {
                form.set(&width.pointer, Value::from(wide));
                form.set(&height.pointer, Value::from(high));
            }
            ui.add_space(space::S);
            let text = form.context.text;
            if ui.add(IconButton::new(Icon::Swap, &text.swap)).clicked()
                && let Some((wide, high)) = pair
            {
                form.set(&width.pointer, Value::from(high));
                form.set(&height.pointer, Value::from(wide));
            }
            let icon = if keeps_aspect {
                Icon::Linked
            } else {
                Icon::Unlinked
            };
            let button = IconButton::new(icon, &text.keep_aspect).on(keeps_aspect);
            if ui.add(button).clicked() {
                ui.data_mut(|data| data.insert_temp(lock, !keeps_aspect));
            }
        });
    });
    let picked = form.edits.len();
    field_ui(ui, form, width);
    field_ui(ui, form, height);
    if keeps_aspect && form.edits.len() > picked && picked == first {
        follow(form, [width, height], pair);
    }
}

/// The other side follows so that the aspect stays.
fn follow(form: &mut Form<'_>, [width, height]: [&Field<'_>; 2], pair: Option<(u64, u64)>) {
    let Some((wide, high)) = pair.filter(|(wide, high)| *wide > 0 && *high > 0) else {
        return;
    };
    let Some(edit) = form.edits.last() else {
        return;
    };
    let Some(new) = edit.value.as_ref().and_then(Value::as_f64) else {
        return;
    };
    let is_width = edit.pointer == width.pointer;
    let aspect = wide as f64 / high as f64;
    let (other, length) = if is_width {
        (height, new / aspect)
    } else {
        (width, new * aspect)
    };
    let least = other.schema.bound("minimum").unwrap_or(1.0);
    let most = other.schema.bound("maximum").unwrap_or(f64::MAX);
    let length = length.round().max(least).min(most) as u64;
    form.set(&other.pointer, Value::from(length));
}

fn presets_ui(
    ui: &mut Ui,
    form: &Form<'_>,
    fields: [&Field<'_>; 2],
    pair: Option<(u64, u64)>,
    menu_width: f32,
) -> Option<(u64, u64)> {
    let palette = form.theme.palette;
    let presets = presets(form, fields);
    let current = presets.iter().find(|(_, size)| Some(*size) == pair);
    let is_mixed = fields.iter().any(|field| field.is_mixed(form));
    let words = match current {
        _ if is_mixed => &form.context.text.mixed,
        Some((label, _)) => label,
        None => &form.context.text.custom,
    };
    let mut picked = None;
    let response = ui
        .scope(|ui| {
            let visuals = &mut ui.visuals_mut().widgets;
            visuals.inactive.weak_bg_fill = palette.field;
            visuals.inactive.bg_stroke = Stroke::new(1.0, palette.border_strong);
            ui.set_max_width(menu_width);
            ComboBox::from_id_salt("preset")
                .width(menu_width)
                .truncate()
                .icon(super::choice::caret)
                .selected_text(RichText::new(words).color(palette.text_strong))
                .show_ui(ui, |ui| {
                    for (label, size) in &presets {
                        let words = format!("{label}   {} × {}", size.0, size.1);
                        let response = ui.selectable_label(Some(*size) == pair, words);
                        name(&response, label);
                        ui.ctx().accesskit_node_builder(response.id, |node| {
                            node.set_role(accesskit::Role::ListBoxOption);
                        });
                        if response.clicked() {
                            picked = Some(*size);
                        }
                    }
                })
                .response
        })
        .inner;
    name(&response, &form.context.text.preset);
    picked
}

/// The sizes within both ranges.
fn presets(form: &Form<'_>, [width, height]: [&Field<'_>; 2]) -> Vec<(String, (u64, u64))> {
    let square = |side: &u64| {
        let label = fill(&form.context.text.square, "size", &side.to_string());
        (label, (*side, *side))
    };
    let named = |(label, wide, high): &(&str, u64, u64)| ((*label).to_owned(), (*wide, *high));
    let fits = |field: &Field<'_>, length: u64| {
        let length = length as f64;
        field
            .schema
            .bound("minimum")
            .is_none_or(|least| length >= least)
            && field
                .schema
                .bound("maximum")
                .is_none_or(|most| length <= most)
    };
    SQUARES
        .iter()
        .map(square)
        .chain(NAMED.iter().map(named))
        .filter(|(_, (wide, high))| fits(width, *wide) && fits(height, *high))
        .collect()
}

//! One of several values: side by side where they are few and short, else a menu.

use egui::{
    Align2, Color32, ComboBox, CornerRadius, Rect, Response, RichText, Sense, Stroke, StrokeKind,
    Ui, Vec2, WidgetInfo, WidgetType, accesskit,
};

use crate::form::draw::Form;
use crate::form::field::Field;
use crate::form::number_format::same;
use crate::form::schema::{Choice, plain_text};
use crate::theme::{medium, radius, regular, size};
use crate::widgets::focus_ring;

/// As many as people take in at once.
const SIDE_BY_SIDE: usize = 4;

pub(in crate::form) fn choice_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    choices: &[Choice<'_>],
) -> Response {
    let is_mixed = field.is_mixed(form);
    let value = field.value();
    let is_chosen = |choice: &&Choice<'_>| value.is_some_and(|value| same(value, choice.value));
    let chosen = choices.iter().position(|choice| is_chosen(&choice));
    let chosen = chosen.filter(|_| !is_mixed);
    let clear = value.is_none_or(|value| choices.iter().any(|choice| same(value, choice.value)));
    let (response, picked) = if clear && fits(ui, choices) {
        segments_ui(ui, form, field, choices, chosen)
    } else {
        let words = match (chosen, value) {
            _ if is_mixed => form.context.text.mixed.clone(),
            (Some(chosen), _) => choices[chosen].label.clone(),
            (None, Some(value)) => plain_text(value),
            (None, None) => form.context.text.not_set.clone(),
        };
        menu_ui(ui, form, choices, chosen, &words)
    };
    if let Some(picked) = picked {
        form.set(&field.pointer, choices[picked].value.clone());
    }
    response
}

fn fits(ui: &Ui, choices: &[Choice<'_>]) -> bool {
    if choices.len() > SIDE_BY_SIDE || choices.is_empty() {
        return false;
    }
    let widest = choices
        .iter()
        .map(|choice| text_width(ui, &choice.label))
        .fold(0.0, f32::max);
    (widest + 14.0) * choices.len() as f32 <= ui.available_width()
}

fn text_width(ui: &Ui, text: &str) -> f32 {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), medium(size::TEXT), Color32::WHITE);
    galley.size().x
}

fn segments_ui(
    ui: &mut Ui,
    form: &Form<'_>,
    field: &Field<'_>,
    choices: &[Choice<'_>],
    chosen: Option<usize>,
) -> (Response, Option<usize>) {
    let palette = form.theme.palette;
    let desired = Vec2::new(ui.available_width(), size::CONTROL);
    let (rect, group) = ui.allocate_exact_size(desired, Sense::hover());
    group.widget_info(|| WidgetInfo::labeled(WidgetType::RadioGroup, true, field.title.as_ref()));
    let corner = CornerRadius::same(radius::MEDIUM);
    let outline = Stroke::new(1.0, palette.border_strong);
    ui.painter()
        .rect(rect, corner, palette.field, outline, StrokeKind::Inside);
    let width = rect.width() / choices.len() as f32;
    let (mut picked, mut main) = (None, None);
    for (index, choice) in choices.iter().enumerate() {
        let left = rect.left() + width * index as f32;
        let segment = Rect::from_min_size(
            egui::pos2(left, rect.top()),
            Vec2::new(width, rect.height()),
        );
        let is_chosen = chosen == Some(index);
        let response = ui.interact(segment, group.id.with(index), Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| {
            WidgetInfo::selected(
                WidgetType::RadioButton,
                is_enabled,
                is_chosen,
                &choice.label,
            )
        });
        let inner = segment.shrink(2.0);
        let inner_corner = CornerRadius::same(radius::MEDIUM - 1);
        if is_chosen {
            ui.painter()
                .rect_filled(inner, inner_corner, palette.pressed);
        } else if response.hovered() {
            ui.painter()
                .rect_filled(inner, inner_corner, palette.control);
        }
        let (font, color) = if is_chosen {
            (medium(size::TEXT), palette.text_strong)
        } else {
            (regular(size::TEXT), palette.text_weak)
        };
        ui.painter().text(
            segment.center(),
            Align2::CENTER_CENTER,
            &choice.label,
            font,
            color,
        );
        focus_ring(ui, &response, radius::MEDIUM);
        if response.clicked() && !is_chosen {
            picked = Some(index);
        }
        let response = match choice.help {
            Some(help) => response.on_hover_text(help),
            None => response,
        };
        if is_chosen || main.is_none() {
            main = Some(response);
        }
    }
    // The group has the field's name; its choices keep theirs. The keyboard starts on the chosen one.
    let main = main.filter(|_| form.context.focus == Some(field.pointer.as_str()));
    if let Some(main) = main {
        main.request_focus();
    }
    (group, picked)
}

fn menu_ui(
    ui: &mut Ui,
    form: &Form<'_>,
    choices: &[Choice<'_>],
    chosen: Option<usize>,
    words: &str,
) -> (Response, Option<usize>) {
    let palette = form.theme.palette;
    let mut picked = None;
    let color = if chosen.is_some() {
        palette.text_strong
    } else {
        palette.text_faint
    };
    let width = ui.available_width().max(40.0);
    let response = ui
        .scope(|ui| {
            let visuals = &mut ui.visuals_mut().widgets;
            visuals.inactive.weak_bg_fill = palette.field;
            visuals.inactive.bg_stroke = Stroke::new(1.0, palette.border_strong);
            ComboBox::from_id_salt("choice")
                .width(width)
                .truncate()
                .icon(super::choice::caret)
                .selected_text(RichText::new(words).color(color))
                .show_ui(ui, |ui| {
                    for (index, choice) in choices.iter().enumerate() {
                        let is_chosen = chosen == Some(index);
                        let response = ui.selectable_label(is_chosen, &choice.label);
                        ui.ctx().accesskit_node_builder(response.id, |node| {
                            node.set_role(accesskit::Role::ListBoxOption);
                        });
                        let is_clicked = response.clicked();
                        if let Some(help) = choice.help {
                            response.on_hover_text(help);
                        }
                        if is_clicked && !is_chosen {
                            picked = Some(index);
                        }
                    }
                })
                .response
        })
        .inner;
    (response, picked)
}

/// The mark of a menu.
pub(super) fn caret(ui: &Ui, rect: Rect, visuals: &egui::style::WidgetVisuals, _is_open: bool) {
    let font = crate::Icon::font(12.0);
    let glyph = crate::Icon::Unfolded.glyph();
    let color = visuals.text_color();
    ui.painter()
        .text(rect.center(), Align2::CENTER_CENTER, glyph, font, color);
}

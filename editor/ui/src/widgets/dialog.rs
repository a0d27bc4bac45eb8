//! Dialogs over everything else: Enter confirms, Escape and a click beside it cancel.

use egui::{Align, Context, Frame, Id, Key, LayerId, Layout, Modal, Popup, RichText, Stroke, Ui};

use super::access::mark_dialog;
use super::button::{ButtonKind, TextButton};
use crate::icon::Icon;
use crate::theme::{Severity, Theme, radius, semibold, size, space};

/// Puts menus that were opened from the topmost dialog before it; once per frame, after all is drawn.
/// Where a press and its release fall into one frame, egui raises dialog and menu together, and a menu
/// that was open before stays behind a dialog that was opened later.
pub fn raise_menus(ctx: &Context) {
    let Some(dialog) = ctx.memory(|memory| memory.top_modal_layer()) else {
        return;
    };
    let layers: Vec<LayerId> = ctx.memory(|memory| memory.layer_ids().collect());
    let behind = layers.iter().take_while(|layer| **layer != dialog);
    for layer in behind.filter(|layer| layer.order == dialog.order) {
        if Popup::is_id_open(ctx, layer.id) {
            ctx.move_to_top(*layer);
            ctx.request_repaint();
        }
    }
}

/// What a person answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialogAnswer {
    /// The main button, or Enter.
    Confirmed,
    /// The second way out, if there is one.
    Alternative,
    /// The cancel button, Escape, or a click beside the dialog.
    Cancelled,
}

/// A dialog. Draw it in each frame for as long as it is open.
#[derive(Debug, Clone, Copy)]
pub struct Dialog<'a> {
    id: Id,
    title: &'a str,
    severity: Option<Severity>,
    confirm: &'a str,
    alternative: &'a str,
    cancel: &'a str,
    is_destroying: bool,
    is_confirmed_by_enter: bool,
    can_confirm: bool,
    width: f32,
}

impl<'a> Dialog<'a> {
    /// A dialog with a title and its two buttons; an empty `cancel` leaves that one out.
    pub fn new(id: Id, title: &'a str, confirm: &'a str, cancel: &'a str) -> Self {
        Self {
            id,
            title,
            severity: None,
            confirm,
            alternative: "",
            cancel,
            is_destroying: false,
            is_confirmed_by_enter: true,
            can_confirm: true,
            width: 420.0,
        }
    }

    /// An icon before the title.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// The main button destroys something: it is red, and the keyboard starts on cancel.
    pub fn destroying(mut self) -> Self {
        self.is_destroying = true;
        self
    }

    /// A second way out between the two.
    pub fn alternative(mut self, alternative: &'a str) -> Self {
        self.alternative = alternative;
        self
    }

    /// Enter is needed by the content, as by text of several lines.
    pub fn keep_enter(mut self) -> Self {
        self.is_confirmed_by_enter = false;
        self
    }

    /// Whether the main button can be used now.
    pub fn can_confirm(mut self, can_confirm: bool) -> Self {
        self.can_confirm = can_confirm;
        self
    }

    /// Another width in points.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Draws it with its content. The answer comes once; then the dialog is to be left out.
    pub fn show(self, ctx: &Context, content: impl FnOnce(&mut Ui)) -> Option<DialogAnswer> {
        let theme = Theme::of(ctx);
        let palette = &theme.palette;
        let frame = Frame::new()
            .fill(palette.raised)
            .stroke(Stroke::new(1.0, palette.border_strong))
            .corner_radius(radius::LARGE + 2)
            .shadow(ctx.global_style().visuals.window_shadow)
            .inner_margin(space::XL as i8 + 4);
        let modal = Modal::new(self.id)
            .backdrop_color(palette.backdrop)
            .frame(frame)
            .show(ctx, |ui| {
                mark_dialog(ui, self.title);
                ui.set_width(self.width.min(ui.ctx().content_rect().width() - 80.0));
                self.title_ui(ui, &theme);
                content(ui);
                ui.add_space(space::L);
                self.buttons_ui(ui)
            });
        let is_closed = modal.should_close();
        modal
            .inner
            .or_else(|| is_closed.then_some(DialogAnswer::Cancelled))
    }

    fn title_ui(self, ui: &mut Ui, theme: &Theme) {
        ui.horizontal(|ui| {
            if let Some(severity) = self.severity {
                let icon = match severity {
                    Severity::Info => Icon::Info,
                    Severity::Warning => Icon::Warning,
                    Severity::Error => Icon::Error,
                };
                ui.label(icon.text(20.0).color(theme.palette.severity(severity)));
            }
            let title = RichText::new(self.title).font(semibold(size::HEADING - 1.0));
            ui.label(title.color(theme.palette.text_strong));
        });
        ui.add_space(space::M);
    }

    fn buttons_ui(self, ui: &mut Ui) -> Option<DialogAnswer> {
        let is_new = self.is_new(ui);
        let focused = ui.memory(egui::Memory::focused);
        let mut answer = None;
        let mut is_on_button = false;
        let room = egui::vec2(ui.available_width(), size::CONTROL);
        ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
            let kind = if self.is_destroying {
                ButtonKind::Danger
            } else {
                ButtonKind::Primary
            };
            let buttons = [
                (self.confirm, kind, DialogAnswer::Confirmed),
                (
                    self.alternative,
                    ButtonKind::Secondary,
                    DialogAnswer::Alternative,
                ),
                (self.cancel, ButtonKind::Secondary, DialogAnswer::Cancelled),
            ];
            for (text, kind, says) in buttons {
                if text.is_empty() {
                    continue;
                }
                let is_enabled = says != DialogAnswer::Confirmed || self.can_confirm;
                let button = TextButton::new(kind, text).min_width(84.0);
                let response = ui.add_enabled(is_enabled, button);
                is_on_button |= focused == Some(response.id);
                let starts_here = if self.is_destroying {
                    says == DialogAnswer::Cancelled
                } else {
                    says == DialogAnswer::Confirmed && is_enabled
                };
                if is_new && focused.is_none() && starts_here {
                    response.request_focus();
                }
                if response.clicked() {
                    answer = Some(says);
                }
            }
        });
        let enter = ui.input(|input| input.key_pressed(Key::Enter));
        let can_enter = self.is_confirmed_by_enter && self.can_confirm && !self.is_destroying;
        if answer.is_none() && enter && can_enter && !is_on_button && !is_new {
            answer = Some(DialogAnswer::Confirmed);
        }
        answer
    }

    /// Whether it was not drawn in the last frame.
    fn is_new(self, ui: &Ui) -> bool {
        let now = ui.ctx().cumulative_frame_nr();
        let key = self.id.with("last frame");
        let last: Option<u64> = ui.data(|data| data.get_temp(key));
        ui.data_mut(|data| data.insert_temp(key, now));
        last.is_none_or(|last| last + 1 < now)
    }
}

//! Notes that come up in a corner and go by themselves; errors stay until they are closed.

use egui::{Align, Align2, Area, Context, Frame, Id, Layout, Order, RichText, Stroke, Ui, Vec2};

use super::button::{ButtonKind, IconButton, TextButton};
use crate::icon::Icon;
use crate::theme::{Severity, Theme, medium, size, space};

/// Seconds until a note goes.
const LIFETIME_SECS: f64 = 6.0;
/// As many as fit beside the work.
const MOST: usize = 4;

/// One note.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// What tells notes apart in the answer.
    pub key: u64,
    /// Its colour and icon.
    pub severity: Severity,
    /// What happened.
    pub title: String,
    /// More of it; may be empty.
    pub text: String,
    /// A button, such as `Undo`.
    pub action: Option<String>,
}

/// What a person did with a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastAnswer {
    /// Clicked its button. The note is gone.
    Action(u64),
    /// Closed it, or it went by itself.
    Gone(u64),
}

/// The notes on screen.
#[derive(Debug, Clone, Default)]
pub struct Toasts {
    shown: Vec<(Toast, Option<f64>)>,
}

impl Toasts {
    /// Brings up a note; the oldest goes when there are too many.
    pub fn push(&mut self, toast: Toast) {
        self.shown.retain(|(shown, _)| shown.key != toast.key);
        self.shown.push((toast, None));
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// The notes on screen, oldest first.
    pub fn shown(&self) -> impl Iterator<Item = &Toast> {
        self.shown.iter().map(|(toast, _)| toast)
    }

    /// Draws them in the lower right corner. `close` is the name of the button that closes one.
    pub fn show(&mut self, ctx: &Context, close: &str) -> Option<ToastAnswer> {
        let now = ctx.input(|input| input.time);
        let mut answer = None;
        let mut offset = -space::XL;
        for (toast, until) in self.shown.iter_mut().rev() {
            let area = Area::new(Id::new(("hartomat_ui toast", toast.key)))
                .order(Order::Tooltip)
                .anchor(Align2::RIGHT_BOTTOM, Vec2::new(-space::XL, offset));
            let shown = area.show(ctx, |ui| toast_ui(ui, toast, close));
            offset -= shown.response.rect.height() + space::M;
            answer = answer.or(shown.inner);
            let deadline = *until.get_or_insert(now + LIFETIME_SECS);
            if shown.response.contains_pointer() || toast.severity == Severity::Error {
                *until = Some(now + LIFETIME_SECS);
            } else if now >= deadline {
                answer = answer.or(Some(ToastAnswer::Gone(toast.key)));
            } else {
                ctx.request_repaint_after_secs((deadline - now) as f32);
            }
        }
        if let Some(ToastAnswer::Action(key) | ToastAnswer::Gone(key)) = answer {
            self.shown.retain(|(toast, _)| toast.key != key);
        }
        answer
    }
}

fn toast_ui(ui: &mut Ui, toast: &Toast, close: &str) -> Option<ToastAnswer> {
    let theme = Theme::of(ui.ctx());
    let palette = &theme.palette;
    let icon = match toast.severity {
        Severity::Info => Icon::Info,
        Severity::Warning => Icon::Warning,
        Severity::Error => Icon::Error,
    };
    let mut answer = None;
    let frame = Frame::popup(ui.style())
        .fill(palette.raised)
        .stroke(Stroke::new(1.0, palette.border_strong))
        .inner_margin(space::L as i8);
    frame.show(ui, |ui| {
        ui.set_width(300.0);
        ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
            ui.label(icon.text(18.0).color(palette.severity(toast.severity)));
            ui.vertical(|ui| {
                ui.set_width(ui.available_width() - 24.0);
                let title = RichText::new(&toast.title).font(medium(size::TEXT));
                ui.label(title.color(palette.text_strong));
                if !toast.text.is_empty() {
                    ui.label(RichText::new(&toast.text).color(palette.text_weak));
                }
                if let Some(action) = &toast.action {
                    ui.add_space(space::S);
                    let button = TextButton::new(ButtonKind::Secondary, action);
                    if ui.add(button).clicked() {
                        answer = Some(ToastAnswer::Action(toast.key));
                    }
                }
            });
            if ui
                .add(IconButton::new(Icon::Close, close).small())
                .clicked()
            {
                answer = Some(ToastAnswer::Gone(toast.key));
            }
        });
    });
    answer
}

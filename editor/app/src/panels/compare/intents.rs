//! What each side published or would have published, and whom it told, beside each other.

use egui::{Label, RichText, Ui};
use hartomat_schema::{Intent, IntentNumbers};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, medium, size, space};

use crate::compare_view::OpenComparison;
use crate::messages::{text, text_with};
use crate::parts::kind_text;

/// Of a run alone: what was measured says it.
pub(super) fn intents_of(open: &OpenComparison) -> Option<&IntentNumbers> {
    let whole = open.comparison.as_ref()?;
    let parts = std::iter::once(whole).chain(&whole.parts);
    parts
        .into_iter()
        .find_map(|part| part.measured.intents.as_ref())
}

pub(super) fn intents_ui(ui: &mut Ui, numbers: &IntentNumbers) {
    let sides = [
        (
            text("compare.control_did"),
            &numbers.control,
            &numbers.missing,
        ),
        (
            text("compare.candidate_would"),
            &numbers.candidate,
            &numbers.added,
        ),
    ];
    ui.columns(2, |columns| {
        for (ui, (title, intents, alone)) in columns.iter_mut().zip(sides) {
            let palette = Theme::of(ui.ctx()).palette;
            ui.spacing_mut().item_spacing.y = space::S;
            let title = RichText::new(title).font(medium(size::SMALL_TEXT));
            ui.add(Label::new(title.color(palette.text_strong)).wrap());
            if intents.is_empty() {
                let nothing = RichText::new(text("compare.nothing")).size(size::SMALL_TEXT);
                ui.label(nothing.color(palette.text_weak));
            }
            for intent in intents {
                intent_ui(ui, intent, alone.contains(intent));
            }
        }
    });
}

/// One of them; what the other side hasn't got is marked.
fn intent_ui(ui: &mut Ui, intent: &Intent, is_alone: bool) {
    let palette = Theme::of(ui.ctx()).palette;
    let (icon, what, where_to) = match intent {
        Intent::Publish {
            target, kind, name, ..
        } => {
            let words = text_with("compare.publishes", &[("name", name)]);
            (
                Icon::Output,
                words,
                format!("{}  ·  {target}", kind_text(kind)),
            )
        }
        Intent::Notify {
            channel,
            recipients,
            subject,
        } => {
            let words = text_with("compare.tells", &[("who", &recipients.join(", "))]);
            (
                Icon::Notification,
                words,
                format!("{channel}  ·  {subject}"),
            )
        }
    };
    let color = if is_alone {
        palette.severity(Severity::Warning)
    } else {
        palette.text
    };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.label(icon.text(13.0).color(color));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let what = RichText::new(what).size(size::SMALL_TEXT);
            ui.add(Label::new(what.color(color)).wrap());
            let place = RichText::new(where_to).size(size::SMALL_TEXT);
            ui.add(Label::new(place.color(palette.text_weak)).wrap());
            if is_alone {
                let alone = RichText::new(text("compare.alone")).size(size::SMALL_TEXT);
                ui.label(alone.color(color));
            }
        });
    });
}

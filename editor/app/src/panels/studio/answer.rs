//! How something that was asked for is shown until it is there, where it couldn't be had, and where
//! there is nothing of it.

use egui::Ui;
use hartomat_ui::widgets::EmptyState;

use crate::parts::refused_ui;
use crate::studio_view::Answer;

/// What is known; where nothing is, why is shown in its place.
pub(super) fn known_ui<'a, T>(ui: &mut Ui, answer: &'a Answer<T>) -> Option<&'a T> {
    if let Some(err) = answer.error() {
        egui::Frame::NONE.inner_margin(16).show(ui, |ui| {
            refused_ui(ui, err);
        });
    }
    let known = answer.known();
    if known.is_none() && matches!(answer, Answer::Asked(_)) {
        ui.centered_and_justified(egui::Ui::spinner);
    }
    known
}

/// The rows of a list; where there are none, what teaches how to begin. `begin` is called when its
/// button was clicked.
pub(super) fn listed_ui<'a, T>(
    ui: &mut Ui,
    answer: &'a Answer<Vec<T>>,
    empty: EmptyState<'_>,
    begin: impl FnOnce(),
) -> Option<&'a [T]> {
    let known = known_ui(ui, answer)?;
    if known.is_empty() {
        if empty.ui(ui) {
            begin();
        }
        return None;
    }
    Some(known)
}

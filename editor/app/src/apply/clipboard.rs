//! Copy and paste, within a window, between windows, and as JSON text.

use std::sync::Arc;

use hartomat_document::{Clip, Edit, LeftOutItem, PastePlan};
use hartomat_schema::Catalogue;

use super::apply_edit;
use crate::canvas::to_document;
use crate::messages::text;
use crate::shell::NoticeLevel;
use crate::state::{Session, State};

/// Puts the selection on the desktop's clipboard, as text.
pub(super) fn copy(state: &mut State, ctx: &egui::Context) {
    let Some(session) = &state.session else {
        return;
    };
    let clip = Clip::copy(session.document.workflow(), session.document.selection());
    if clip.is_empty() {
        return;
    }
    let text = clip.to_text();
    ctx.copy_text(text.clone());
    state.clip_text = Some(text);
}

/// Pastes the text that the desktop has handed over, or else asks the desktop for it: what it holds may
/// come from another window.
pub(super) fn paste(state: &mut State, with_inputs: bool, ctx: &egui::Context) {
    let Some(session) = &mut state.session else {
        return;
    };
    let Some(words) = session.canvas.pasted_text.take() else {
        session.canvas.paste_asked = Some((with_inputs, ctx.cumulative_frame_nr()));
        ctx.send_viewport_cmd(egui::ViewportCommand::RequestPaste);
        return;
    };
    session.canvas.paste_asked = None;
    match Clip::from_text(&words) {
        Ok(clip) => {
            let position = place(session, &state.catalogue, &clip, with_inputs);
            let edit = Edit::Paste {
                clip: Arc::new(clip),
                position,
                with_inputs,
            };
            apply_edit(state, &edit);
        }
        Err(err) => {
            let title = text("edit.cannot_paste").to_owned();
            state
                .shell
                .notify(NoticeLevel::Refused, title, vec![err.to_string()]);
        }
    }
}

/// Where a clip's corner comes, so that what fits of it stands around the pointer.
fn place(session: &Session, catalogue: &Catalogue, clip: &Clip, with_inputs: bool) -> [f64; 2] {
    let plan = PastePlan::new(session.document.workflow(), catalogue, clip, with_inputs);
    let left_out = plan.left_out.into_iter();
    let left_out = left_out.filter_map(|left| match left.item {
        LeftOutItem::Node(id) => Some(id),
        LeftOutItem::Edge(_) => None,
    });
    let sizes = session.canvas.sizes();
    let all = clip.bounds(&sizes);
    let kept = clip.bounds_without(&sizes, &left_out.collect());
    let [x, y] = to_document(session.canvas.drop_point());
    [
        x - kept.width / 2.0 - (kept.x - all.x),
        y - kept.height / 2.0 - (kept.y - all.y),
    ]
}

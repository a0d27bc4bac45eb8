//! A text that is edited where it stands: a node's label, a frame's title, a comment.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{
    Area, Context as EguiContext, Frame, Id, Key, Margin, Order, Pos2, RichText, Stroke, TextEdit,
};
use hartomat_ui::theme::{Theme, radius, size};
use hartomat_ui::widgets::name;

use crate::canvas::{CanvasCommand, Detail, Editing, Target, frame_rect, note_rect};
use crate::command::Commands;
use crate::context::Context;
use crate::messages::text;
use crate::state::Session;

/// Height of a field for a title, in points.
const TITLE_HEIGHT: f32 = 26.0;

/// Draws the text that is being edited.
pub(crate) fn text_edit_ui(ctx: &EguiContext, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        return;
    };
    let Some(editing) = &session.canvas.editing else {
        return;
    };
    let Some((at, width)) = place(session, &editing.target) else {
        commands.canvas(CanvasCommand::CloseMenu);
        return;
    };
    let id = Id::new("text edit on canvas");
    let mut words: Option<(String, String)> = ctx.data(|data| data.get_temp(id));
    let key = format!("{:?}", editing.target);
    let is_new = words.as_ref().is_none_or(|(of, _)| *of != key);
    if is_new {
        words = Some((key.clone(), editing.text.clone()));
    }
    let (_, mut words) = words.expect("it was just made");
    let area = Area::new(id).order(Order::Foreground).fixed_pos(at);
    let is_done = area
        .show(ctx, |ui| edit_ui(ui, editing, &mut words, width, is_new))
        .inner;
    match is_done {
        Some(true) => commands.canvas(CanvasCommand::SetText(
            editing.target.clone(),
            words.clone(),
        )),
        Some(false) => commands.canvas(CanvasCommand::CloseMenu),
        None => {}
    }
    ctx.data_mut(|data| match is_done {
        Some(_) => data.remove::<(String, String)>(id),
        None => {
            data.insert_temp(id, (key, words));
        }
    });
}

/// Draws the field; says whether the text was taken (`true`) or given up.
fn edit_ui(
    ui: &mut egui::Ui,
    editing: &Editing,
    words: &mut String,
    width: f32,
    is_new: bool,
) -> Option<bool> {
    let is_note = matches!(editing.target, Target::Note(_) | Target::NewNote);
    // A new area is first laid out as small as can be, and would stay so.
    ui.set_min_width(width + 4.0);
    let palette = Theme::of(ui.ctx()).palette;
    let escaped = ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape));
    if escaped {
        // Titles are given up. What was written at length is kept: undo takes it away.
        return Some(is_note);
    }
    let finished = ui.input_mut(|input| {
        let with_command = input.consume_key(egui::Modifiers::COMMAND, Key::Enter);
        with_command || !is_note && input.consume_key(egui::Modifiers::NONE, Key::Enter)
    });
    let response = Frame::NONE
        .fill(palette.field)
        .inner_margin(Margin::same(2))
        .corner_radius(6)
        .show(ui, |ui| {
            let edit = if is_note {
                TextEdit::multiline(words).desired_rows(3)
            } else {
                TextEdit::singleline(words)
            };
            let edit = edit.desired_width(width).hint_text(text("text_edit.hint"));
            let shown = edit.show(ui);
            let response = shown.response.response;
            if is_new && !is_note {
                select_all(ui.ctx(), shown.state, response.id, words);
            }
            response
        })
        .inner;
    name(&response, text("text_edit.name"));
    if is_new {
        response.request_focus();
    }
    if is_note {
        ways_out_ui(ui);
    }
    (finished || !is_new && response.lost_focus()).then_some(true)
}

/// A title is mostly replaced as a whole.
fn select_all(ctx: &EguiContext, mut state: TextEditState, id: Id, words: &str) {
    let end = CCursor::new(words.chars().count());
    let all = CCursorRange::two(CCursor::new(0), end);
    state.cursor.set_char_range(Some(all));
    state.store(ctx, id);
}

/// How to leave a text in which Enter begins a line.
fn ways_out_ui(ui: &mut egui::Ui) {
    let palette = Theme::of(ui.ctx()).palette;
    let frame = Frame::NONE
        .fill(palette.raised)
        .stroke(Stroke::new(1.0, palette.border))
        .inner_margin(Margin::symmetric(6, 2))
        .corner_radius(radius::SMALL);
    frame.show(ui, |ui| {
        let words = RichText::new(text("text_edit.ways_out")).size(size::SMALL_TEXT);
        ui.label(words.color(palette.text_weak));
    });
}

/// Where the text stands on screen, and how wide it is.
fn place(session: &Session, target: &Target) -> Option<(Pos2, f32)> {
    let frame = session.canvas.frame()?;
    let workflow = session.document.workflow();
    let rect = match target {
        Target::Node(node) => session.canvas.model.node(node)?.rect,
        Target::Frame(index) => frame_rect(workflow.frames.get(index.0)?.rect),
        Target::Note(index) => note_rect(workflow.notes.get(index.0)?),
        Target::NewNote => {
            egui::Rect::from_min_size(session.canvas.new_note_at?, egui::vec2(200.0, 80.0))
        }
    };
    let rect = frame.rect_to_screen(rect);
    let is_frame = matches!(target, Target::Frame(_));
    // From afar, the title of a frame stands above it.
    let is_above = is_frame && Detail::at(session.canvas.view.zoom) != Detail::Full;
    let up = if is_above { TITLE_HEIGHT } else { 0.0 };
    Some((
        rect.min - egui::vec2(0.0, up),
        (rect.width() - 12.0).clamp(120.0, 420.0),
    ))
}

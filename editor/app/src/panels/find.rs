//! Finds nodes of the open workflow and goes to them.

use egui::{Context as EguiContext, Id};
use hartomat_document::{Found, FoundPlace, Selection, find};
use hartomat_ui::Icon;
use hartomat_ui::theme::Theme;

use crate::canvas::{CanvasCommand, Look, SelectMode, View, category_icon};
use crate::command::{Command, Commands, Launcher};
use crate::context::Context;
use crate::finder::{Answer, Finder, FinderRow, window_ui};
use crate::messages::text;
use crate::state::Session;

/// Nodes that are listed while nothing is searched for.
const MOST: usize = 200;

/// Draws find while it is open.
pub(crate) fn find_ui(ctx: &EguiContext, context: &Context<'_>, commands: &mut Commands) {
    let (Some(session), Some(Launcher::Find)) = (context.session, context.launcher) else {
        return;
    };
    let id = Id::new(("find", context.launchers_opened));
    let finder = Finder {
        id,
        hint: text("find.hint"),
        nothing: text("finder.nothing"),
        height: 360.0,
    };
    let found = findings(session, context, &finder.query(ctx));
    let rows: Vec<FinderRow> = found.iter().map(|found| row(found, session, ctx)).collect();
    match window_ui(ctx, id, finder.hint, |ui| finder.show(ui, &rows)) {
        Some(Answer::Chosen(index)) => {
            commands.push(Command::Launch(None));
            go_to(&found[index].place, session, commands);
        }
        Some(Answer::Closed) => commands.push(Command::Launch(None)),
        None => {}
    }
}

/// What answers the query; all nodes while there is none.
fn findings(session: &Session, context: &Context<'_>, query: &str) -> Vec<Found> {
    let workflow = session.document.workflow();
    if !query.trim().is_empty() {
        return find(workflow, context.catalogue, query);
    }
    let nodes = session.canvas.model.nodes.iter().take(MOST);
    nodes
        .map(|node| Found {
            place: FoundPlace::Node(node.id.clone()),
            text: node.title.clone(),
            of: node.id.as_str().to_owned(),
            score: 0,
        })
        .collect()
}

fn row(found: &Found, session: &Session, ctx: &EguiContext) -> FinderRow {
    let palette = Theme::of(ctx).palette;
    let (icon, color) = match &found.place {
        FoundPlace::Node(node) => {
            let category = session
                .canvas
                .model
                .node(node)
                .and_then(|node| node.category);
            let look = Look::of(ctx);
            (category_icon(category), look.category(category))
        }
        FoundPlace::Setting { .. } => (Icon::Sliders, palette.text_weak),
        FoundPlace::Frame(_) => (Icon::Frame, palette.accent_text),
        FoundPlace::Note(_) => (Icon::Comment, palette.text_weak),
    };
    FinderRow {
        icon,
        color,
        title: found.text.clone(),
        matched: Vec::new(),
        detail: found.of.clone(),
        note: String::new(),
        shortcut: None,
        refusal: None,
    }
}

/// Selects what was found and brings it into view.
fn go_to(place: &FoundPlace, session: &Session, commands: &mut Commands) {
    let (node, pointer) = match place {
        FoundPlace::Node(node) => (node.clone(), None),
        FoundPlace::Setting { node, pointer } => (node.clone(), Some(pointer.clone())),
        FoundPlace::Frame(_) | FoundPlace::Note(_) => {
            let mut selection = Selection::default();
            match place {
                FoundPlace::Frame(frame) => selection.frames.insert(*frame),
                FoundPlace::Note(note) => selection.notes.insert(*note),
                _ => false,
            };
            let workflow = session.document.workflow();
            if let Some(bounds) = session.canvas.bounds_of(&selection, workflow) {
                let view = View {
                    center: bounds.center(),
                    zoom: session.canvas.view.zoom.max(0.6),
                };
                commands.canvas(CanvasCommand::Look(view));
            }
            commands.canvas(CanvasCommand::Select(selection, SelectMode::Replace));
            return;
        }
    };
    commands.canvas(CanvasCommand::Reveal { node, pointer });
}

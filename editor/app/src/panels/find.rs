//! Finds nodes of the open workflow and goes to them.

use egui::{Context as EguiContext, Id};
use hartomat_ui::theme::Theme;

use crate::canvas::{CanvasCommand, NodeView, category_icon, category_key};
use crate::command::{Command, Commands, Launcher};
use crate::context::Context;
use crate::finder::{Finder, FinderRow, Found, window_ui};
use crate::messages::text;
use crate::search::score;

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
    let query = finder.query(ctx);
    let mut found: Vec<(i64, &NodeView)> = session
        .canvas
        .model
        .nodes
        .iter()
        .filter_map(|node| Some((rank(&query, node)?, node)))
        .collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.truncate(200);
    let rows: Vec<FinderRow> = found.iter().map(|(_, node)| row(node, ctx)).collect();
    match window_ui(ctx, id, |ui| finder.show(ui, &rows)) {
        Some(Found::Chosen(index)) => {
            commands.push(Command::Launch(None));
            commands.canvas(CanvasCommand::Reveal {
                node: found[index].1.id.clone(),
                pointer: None,
            });
        }
        Some(Found::Closed) => commands.push(Command::Launch(None)),
        None => {}
    }
}

fn rank(query: &str, node: &NodeView) -> Option<i64> {
    let by_title = score(query, &node.title);
    let by_id = score(query, node.id.as_str()).map(|score| score - 50);
    let by_kind = node.subtitle.as_deref().and_then(|kind| score(query, kind));
    by_title.max(by_id).max(by_kind)
}

fn row(node: &NodeView, ctx: &EguiContext) -> FinderRow {
    let palette = Theme::of(ctx).palette;
    let color = node.category.map_or(palette.text_faint, |category| {
        palette.category(category_key(category))
    });
    FinderRow {
        icon: category_icon(node.category),
        color,
        title: node.title.clone(),
        detail: node.id.as_str().to_owned(),
        note: String::new(),
        shortcut: None,
        refusal: None,
    }
}

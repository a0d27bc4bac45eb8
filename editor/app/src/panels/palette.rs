//! The command palette: commands, nodes of the workflow, node definitions, settings, templates and
//! problems in one list.

use egui::{Color32, Context as EguiContext, Id};
use hartomat_document::fuzzy;
use hartomat_schema::NodeId;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Palette, Severity, Theme};

use crate::canvas::{CanvasCommand, category_icon, category_key};
use crate::command::{self, Action, Command, Commands, Launcher};
use crate::context::Context;
use crate::finder::{Answer, Finder, FinderRow, window_ui};
use crate::messages::{said, text, text_with};
use crate::shell::{ShellCommand, sentence};

/// The most rows that are shown.
const MOST: usize = 80;

/// Draws the palette while it is open.
pub(crate) fn palette_ui(ctx: &EguiContext, context: &Context<'_>, commands: &mut Commands) {
    if context.launcher != Some(Launcher::Palette) {
        return;
    }
    let id = Id::new(("palette", context.launchers_opened));
    let finder = Finder {
        id,
        hint: text("palette.hint"),
        nothing: text("finder.nothing"),
        height: 420.0,
    };
    let mut items = found(context, &finder.query(ctx), &Theme::of(ctx).palette);
    let rows: Vec<FinderRow> = items.iter().map(|item| item.row.clone()).collect();
    match window_ui(ctx, id, finder.hint, |ui| finder.show(ui, &rows)) {
        Some(Answer::Chosen(index)) => {
            commands.push(Command::Launch(None));
            commands.push(items.swap_remove(index).command);
        }
        Some(Answer::Closed) => commands.push(Command::Launch(None)),
        None => {}
    }
}

/// Something that can be found.
struct Item {
    row: FinderRow,
    command: Command,
    /// What else it answers to.
    also: String,
}

fn found(context: &Context<'_>, query: &str, palette: &Palette) -> Vec<Item> {
    let mut items = commands_of(context, palette);
    if !query.trim().is_empty() {
        items.extend(problems(context, palette));
        items.extend(nodes(context, palette));
        items.extend(settings(context, palette));
        items.extend(definitions(context, palette));
        items.extend(templates(context, palette));
    }
    if query.trim().is_empty() {
        items.truncate(MOST);
        return items;
    }
    let mut scored: Vec<(u32, Item)> = items
        .into_iter()
        .filter_map(|item| rank(query, item))
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.truncate(MOST);
    scored.into_iter().map(|(_, item)| item).collect()
}

/// By the title, or else by what it also answers to.
fn rank(query: &str, mut item: Item) -> Option<(u32, Item)> {
    if let Some(found) = fuzzy(query, &item.row.title) {
        item.row.matched = found.positions;
        return Some((found.score * 2, item));
    }
    let found = fuzzy(query, &item.also)?;
    Some((found.score, item))
}

fn plain(icon: Icon, color: Color32, title: impl Into<String>) -> FinderRow {
    FinderRow {
        icon,
        color,
        title: title.into(),
        matched: Vec::new(),
        detail: String::new(),
        note: String::new(),
        shortcut: None,
        refusal: None,
    }
}

fn commands_of(context: &Context<'_>, palette: &Palette) -> Vec<Item> {
    let usable = command::all().iter().filter(|entry| {
        let is_other = entry.action != Action::Palette;
        is_other && entry.is_enabled(context)
    });
    let item = |entry: &command::Entry| Item {
        row: FinderRow {
            detail: entry.menu.title().to_owned(),
            shortcut: context.keymap.label(entry.action),
            ..plain(entry.menu.icon(), palette.text_weak, entry.label())
        },
        command: Command::Run(entry.action),
        also: format!("{} {}", entry.help(), entry.key.replace('_', " ")),
    };
    usable.map(item).collect()
}

fn reveal(node: &NodeId, pointer: Option<String>) -> Command {
    Command::Canvas(CanvasCommand::Reveal {
        node: node.clone(),
        pointer,
    })
}

fn nodes(context: &Context<'_>, palette: &Palette) -> Vec<Item> {
    let nodes = context
        .session
        .map_or(&[][..], |session| &session.canvas.model.nodes);
    let item = |node: &crate::canvas::NodeView| {
        let color = node.category.map_or(palette.text_faint, |category| {
            palette.category(category_key(category))
        });
        Item {
            row: FinderRow {
                detail: text("palette.node").to_owned(),
                ..plain(category_icon(node.category), color, &node.title)
            },
            command: reveal(&node.id, None),
            also: node.id.as_str().to_owned(),
        }
    };
    nodes.iter().map(item).collect()
}

/// Settings of the nodes in the workflow.
fn settings(context: &Context<'_>, palette: &Palette) -> Vec<Item> {
    let Some(session) = context.session else {
        return Vec::new();
    };
    let mut items = Vec::new();
    for node in &session.document.workflow().nodes {
        let Some(definition) = context.catalogue.get(&node.node_type) else {
            continue;
        };
        let properties = definition.settings_schema.get("properties");
        for (key, schema) in properties
            .and_then(|found| found.as_object())
            .into_iter()
            .flatten()
        {
            let title = schema
                .get("title")
                .and_then(|title| title.as_str())
                .unwrap_or(key);
            let owner = hartomat_document::node_name(node, context.catalogue);
            items.push(Item {
                row: FinderRow {
                    detail: text_with("palette.setting", &[("node", owner)]),
                    ..plain(Icon::Sliders, palette.text_weak, title)
                },
                command: reveal(&node.id, Some(format!("/{key}"))),
                also: format!("{key} {owner}"),
            });
        }
    }
    items
}

/// Definitions that can be added.
fn definitions(context: &Context<'_>, palette: &Palette) -> Vec<Item> {
    let Some(session) = context.session else {
        return Vec::new();
    };
    let family = session.document.workflow().family;
    let legal = context.catalogue.nodes.iter();
    let legal = legal.filter(|definition| definition.families.contains(&family));
    let item = |definition: &hartomat_schema::NodeDefinition| Item {
        row: FinderRow {
            detail: definition.help.clone(),
            ..plain(
                Icon::Add,
                palette.category(category_key(definition.category)),
                text_with("palette.add", &[("node", &definition.label)]),
            )
        },
        command: Command::Canvas(CanvasCommand::PlaceFree(definition.node_type.clone())),
        also: definition.node_type.as_str().to_owned(),
    };
    legal.map(item).collect()
}

fn templates(context: &Context<'_>, palette: &Palette) -> Vec<Item> {
    let templates = context.shell.library().templates.iter();
    let item = |template: &hartomat_schema::Workflow| Item {
        row: FinderRow {
            detail: said(&template.description).into_owned(),
            ..plain(
                Icon::Workflow,
                palette.accent_text,
                text_with("palette.template", &[("template", &said(&template.name))]),
            )
        },
        command: Command::Shell(ShellCommand::OpenTemplate(template.id.clone())),
        also: template.id.as_str().to_owned(),
    };
    templates.map(item).collect()
}

fn problems(context: &Context<'_>, palette: &Palette) -> Vec<Item> {
    let Some(session) = context.session else {
        return Vec::new();
    };
    let item = |problem: &hartomat_schema::Diagnostic| {
        let (icon, severity) = if problem.is_error() {
            (Icon::Error, Severity::Error)
        } else {
            (Icon::Warning, Severity::Warning)
        };
        let command = match &problem.place.node {
            Some(node) => reveal(node, None),
            None => Command::Run(Action::ToggleProblems),
        };
        Item {
            row: FinderRow {
                detail: sentence(&problem.fix),
                ..plain(icon, palette.severity(severity), sentence(&problem.message))
            },
            command,
            also: problem.code.to_string(),
        }
    };
    session.problems.iter().map(item).collect()
}

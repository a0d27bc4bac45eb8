//! Workflows to start from: those that the backend serves, and an empty one per family.

use egui::{RichText, Ui};
use hartomat_schema::Family;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, space};

use super::{push, section_ui};
use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text, text_with};
use crate::parts::{Tile, family_text};
use crate::shell::{ShellCommand, TemplateTile};

pub(super) fn templates_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    section_ui(ui, text("start.templates"));
    let templates = context.shell.start().templates();
    if templates.is_empty() {
        let palette = Theme::of(ui.ctx()).palette;
        ui.label(RichText::new(text("start.no_templates")).color(palette.text_weak));
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.y = space::XL;
        for template in templates {
            template_ui(ui, template, commands);
        }
        for family in [Family::OrderLine, Family::CadFile] {
            let title = text("start.empty");
            let response = Tile {
                title,
                subtitle: family_text(family),
                name: &text_with("start.new_empty", &[("family", family_text(family))]),
                miniature: None,
                icon: Icon::Add,
                note: None,
                remark: None,
                is_chosen: None,
            }
            .ui(ui);
            if response.clicked() {
                push(commands, ShellCommand::OpenEmpty(family));
            }
            response.on_hover_text(match family {
                Family::OrderLine => text("start.order_line_help"),
                Family::CadFile => text("start.cad_file_help"),
            });
        }
    });
}

fn template_ui(ui: &mut Ui, template: &TemplateTile, commands: &mut Commands) {
    let reason = template.obstacles.first().map(|obstacle| {
        let more = template.obstacles.len() - 1;
        let more = if more > 0 {
            format!(" {}", count("start.more_obstacles", more))
        } else {
            String::new()
        };
        format!("{}{more}", obstacle.reason)
    });
    let response = Tile {
        title: &template.name,
        subtitle: family_text(template.family),
        name: &text_with("start.new_from", &[("name", &template.name)]),
        miniature: Some(&template.miniature),
        icon: Icon::Workflow,
        note: reason.is_some().then_some(text("start.not_yet")),
        remark: reason.as_deref(),
        is_chosen: None,
    }
    .ui(ui);
    let obstacles = template.obstacles.iter().map(ToString::to_string);
    let obstacles: Vec<String> = obstacles.collect();
    hartomat_ui::widgets::describe(&response, &obstacles.join("; "));
    if response.clicked() {
        push(commands, ShellCommand::OpenTemplate(template.id.clone()));
    }
    response.on_hover_ui(|ui| {
        ui.set_max_width(320.0);
        ui.label(&template.description);
        for obstacle in &obstacles {
            ui.horizontal_top(|ui| {
                ui.label(Icon::Warning.rich());
                ui.label(obstacle);
            });
        }
    });
}

//! Output types: the list, and the one that is looked at or made.

use egui::{Id, Label, RichText, Ui};
use hartomat_api::OutputTypeEntry;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Status, Theme, medium, size, space};
use hartomat_ui::widgets::{ButtonKind, EmptyState, TextButton, VirtualList, badge_ui};

use super::answer::listed_ui;
use super::board::mode_badge_ui;
use super::list_and_detail_ui;
use super::new_type::new_type_ui;
use super::type_form::type_form_ui;
use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text};
use crate::parts::mode_text;
use crate::studio_view::{StudioCommand, TypeDraft};

/// Height of a row.
const ROW: f32 = 52.0;

pub(super) fn output_types_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let studio = context.studio;
    let has_none = studio.output_types.known().is_some_and(Vec::is_empty);
    if let (Some(draft), true) = (&studio.type_draft, has_none) {
        return new_type_ui(ui, context, draft, commands);
    }
    let empty = EmptyState {
        icon: Icon::Workflow,
        title: text("types.empty"),
        text: text("types.empty_help"),
        button: Some(text("types.new")),
    };
    let begin = || commands.studio(StudioCommand::DraftType(TypeDraft::default()));
    let Some(known) = listed_ui(ui, &studio.output_types, empty, begin) else {
        return;
    };
    list_and_detail_ui(
        ui,
        ("type panes", text("types.divider")),
        commands,
        |ui, commands| list_ui(ui, context, known, commands),
        |ui, commands| match (&studio.type_draft, studio.shown_type()) {
            (Some(draft), _) => new_type_ui(ui, context, draft, commands),
            (None, Some(entry)) => type_form_ui(ui, context, entry, commands),
            (None, None) => {}
        },
    );
}

fn list_ui(ui: &mut Ui, context: &Context<'_>, known: &[OutputTypeEntry], commands: &mut Commands) {
    egui::Frame::NONE.inner_margin(12).show(ui, |ui| {
        let new = TextButton::new(ButtonKind::Secondary, text("types.new")).icon(Icon::Add);
        if ui.add(new).clicked() {
            commands.studio(StudioCommand::DraftType(TypeDraft::default()));
        }
        ui.add_space(space::S);
        let studio = context.studio;
        let shown = studio.shown_type().filter(|_| studio.type_draft.is_none());
        let shown = shown.map(|it| &it.output_type.id);
        let shown = shown.and_then(|id| known.iter().position(|it| it.output_type.id == *id));
        let name = text("studio.output_types");
        let list = VirtualList::new(Id::new("output types"), name, known.len());
        let answer = list.selected(shown).row_height(ROW).show(
            ui,
            |index| {
                let output_type = &known[index].output_type;
                format!("{}, {}", output_type.name, mode_text(output_type.rollout))
            },
            |ui, index| row_ui(ui, context, &known[index]),
        );
        if let Some(index) = answer.selected {
            let id = known[index].output_type.id.clone();
            commands.studio(StudioCommand::SelectType(id));
        }
    });
}

fn row_ui(ui: &mut Ui, context: &Context<'_>, entry: &OutputTypeEntry) {
    let palette = Theme::of(ui.ctx()).palette;
    let output_type = &entry.output_type;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal(|ui| {
            mode_badge_ui(ui, output_type.rollout);
            if !output_type.active {
                badge_ui(ui, text("types.inactive"), palette.status(Status::Skipped));
            }
            if context.studio.type_edits.contains_key(&output_type.id) {
                badge_ui(ui, text("types.edited"), palette.accent_text);
            }
            let title = RichText::new(&output_type.name).font(medium(size::TEXT));
            let title = Label::new(title.color(palette.text_strong));
            ui.add(title.selectable(false).truncate());
        });
        let workflow = workflow_name(context, entry);
        let lines = usize::try_from(entry.order_lines).unwrap_or(usize::MAX);
        let words = format!("{workflow}  ·  {}", count("types.order_lines", lines));
        let words = RichText::new(words).size(size::SMALL_TEXT);
        let words = Label::new(words.color(palette.text_weak));
        ui.add(words.selectable(false).truncate());
    });
}

fn workflow_name<'a>(context: &Context<'a>, entry: &'a OutputTypeEntry) -> &'a str {
    let id = &entry.output_type.workflow;
    let mut all = context.shell.library().workflows.iter();
    let found = all.find(|it| it.id == *id);
    found.map_or(id.as_str(), |it| it.name.as_str())
}

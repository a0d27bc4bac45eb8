//! Where runs go: this machine's agent, or a server by its name, each in a colour of its own.

use egui::{Color32, RichText, Ui};
use hartomat_api::BackendKind;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Palette, Severity, Status, medium, radius, size};

use crate::command::Commands;
use crate::context::Context;
use crate::messages::text;
use crate::runs::RunsCommand;

/// Where runs go.
pub(super) struct Place {
    name: String,
    icon: Icon,
    pub(super) color: Color32,
}

pub(super) fn place(context: &Context<'_>, palette: &Palette) -> Place {
    let connection = context.shell.connection();
    let is_up = connection.is_up();
    let server = context.shell.server_name();
    let is_server = server.is_some() || connection.kind() == Some(BackendKind::Server);
    let name = match server {
        Some(server) => server.to_owned(),
        None if is_server => text("run.on_server").to_owned(),
        None => text("run.on_this_machine").to_owned(),
    };
    let (icon, color) = match (is_up, is_server) {
        (false, _) => (Icon::Disconnected, palette.text_faint),
        (true, true) => (Icon::Remote, palette.severity(Severity::Warning)),
        (true, false) => (Icon::Local, palette.status(Status::Reused)),
    };
    Place { name, icon, color }
}

pub(super) fn place_ui(ui: &mut Ui, place: &Place) {
    let Place { name, icon, color } = place;
    let fill = color.gamma_multiply(0.16);
    egui::Frame::new()
        .fill(fill)
        .corner_radius(radius::MEDIUM)
        .inner_margin(egui::Margin::symmetric(8, 3))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            ui.label(icon.text(size::ICON).color(*color));
            ui.label(RichText::new(name).font(medium(size::TEXT)).color(*color));
        })
        .response
        .on_hover_text(text("run.where_help"));
}

/// Other places where runs can go. Each opens a window of its own, in the colour of its place.
pub(super) fn places_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let caret = RichText::new(Icon::Unfolded.glyph()).size(12.0);
    let menu = ui.menu_button(caret, |ui| {
        ui.set_min_width(220.0);
        let Some(places) = &context.runs.places else {
            ui.spinner();
            return;
        };
        let here = context.shell.server_name();
        ui.weak(text("run.another_place"));
        if here.is_some() && ui.button(text("run.on_this_machine")).clicked() {
            commands.runs(RunsCommand::OpenWindow(None));
            ui.close();
        }
        for place in places.iter().filter(|place| here != Some(place.as_str())) {
            let label = format!("{}  {place}", Icon::Remote.glyph());
            if ui.button(label).clicked() {
                commands.runs(RunsCommand::OpenWindow(Some(place.clone())));
                ui.close();
            }
        }
        if places.is_empty() {
            ui.set_max_width(260.0);
            ui.label(text("run.no_places"));
        }
    });
    hartomat_ui::widgets::name(&menu.response, text("run.places"));
    if menu.response.on_hover_text(text("run.places")).clicked() {
        commands.runs(RunsCommand::AskPlaces);
    }
}

//! Theme, scale, language and the preset of keys.

use egui::{Grid, Id, Slider, Ui};
use hartomat_ui::theme::space;
use hartomat_ui::widgets::{Dialog, name};

use super::push;
use crate::Context;
use crate::command::Commands;
use crate::keymap::Preset;
use crate::messages::text;
use crate::parts::Chooser;
use crate::preferences::{LanguageChoice, Preferences, ThemeChoice};
use crate::shell::{PreferenceChange, ShellCommand};

pub(super) fn preferences_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let id = Id::new("preferences");
    let dialog = Dialog::new(id, text("preferences.title"), text("preferences.close"), "");
    let preferences = context.shell.preferences();
    let mut changes = Vec::new();
    let mut shows_keys = false;
    let answer = dialog.width(460.0).show(ctx, |ui| {
        ui.add_space(space::M);
        Grid::new("preferences grid")
            .num_columns(2)
            .spacing([space::XXL, space::L])
            .show(ui, |ui| {
                theme_ui(ui, preferences, &mut changes);
                scale_ui(ui, preferences, &mut changes);
                language_ui(ui, preferences, &mut changes);
                keymap_ui(ui, preferences, &mut changes);
                ui.label("");
                shows_keys = ui.link(text("preferences.show_keys")).clicked();
                ui.end_row();
            });
    });
    for change in changes {
        push(commands, ShellCommand::Prefer(change));
    }
    if shows_keys {
        push(commands, ShellCommand::ShowKeys);
    } else if answer.is_some() {
        push(commands, ShellCommand::Dismiss);
    }
}

fn theme_ui(ui: &mut Ui, preferences: &Preferences, changes: &mut Vec<PreferenceChange>) {
    ui.label(text("preferences.theme"));
    ui.horizontal(|ui| {
        for (choice, label) in [
            (ThemeChoice::Dark, text("preferences.dark")),
            (ThemeChoice::Light, text("preferences.light")),
            (ThemeChoice::Desktop, text("preferences.as_desktop")),
        ] {
            if ui
                .selectable_label(preferences.theme == choice, label)
                .clicked()
            {
                changes.push(PreferenceChange::Theme(choice));
            }
        }
    });
    ui.end_row();
}

fn scale_ui(ui: &mut Ui, preferences: &Preferences, changes: &mut Vec<PreferenceChange>) {
    ui.label(text("preferences.scale"));
    // The dialog grows under the pointer, so the size follows once the pointer lets go.
    let id = Id::new("scale being set");
    let mut percent: f32 = ui
        .data(|data| data.get_temp(id))
        .unwrap_or(preferences.scale * 100.0);
    let slider = Slider::new(&mut percent, 50.0..=300.0)
        .step_by(5.0)
        .suffix(" %");
    let slider = ui.add(slider);
    name(&slider, text("preferences.scale"));
    ui.data_mut(|data| data.insert_temp(id, percent));
    let is_settled = slider.drag_stopped() || (slider.changed() && !slider.dragged());
    if is_settled {
        changes.push(PreferenceChange::Scale(percent / 100.0));
    }
    ui.end_row();
}

fn language_ui(ui: &mut Ui, preferences: &Preferences, changes: &mut Vec<PreferenceChange>) {
    ui.label(text("preferences.language"));
    ui.horizontal(|ui| {
        for (choice, label) in [
            (LanguageChoice::Desktop, text("preferences.as_desktop")),
            // Languages are written as those who speak them do.
            (LanguageChoice::English, "English"),
            (LanguageChoice::German, "Deutsch"),
        ] {
            if ui
                .selectable_label(preferences.language == choice, label)
                .clicked()
            {
                changes.push(PreferenceChange::Language(choice));
            }
        }
    });
    ui.end_row();
}

fn keymap_ui(ui: &mut Ui, preferences: &Preferences, changes: &mut Vec<PreferenceChange>) {
    ui.label(text("preferences.keymap"));
    let present = Preset::from_key(&preferences.keymap.preset).unwrap_or_default();
    let chooser = Chooser {
        salt: "keymap preset",
        name: text("preferences.keymap"),
        chosen: present.label(),
        width: 140.0,
    };
    chooser.show(ui, |ui| {
        for preset in Preset::ALL {
            if ui
                .selectable_label(preset == present, preset.label())
                .clicked()
            {
                changes.push(PreferenceChange::KeymapPreset(preset.key().to_owned()));
            }
        }
    });
    ui.end_row();
}

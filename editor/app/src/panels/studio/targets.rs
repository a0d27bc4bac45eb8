//! Who is told of an output type's outputs outside of the studio, and the form of a target.

use egui::{Id, Label, RichText, TextEdit, Ui};
use hartomat_schema::{NotificationTarget, OutputTypeId, TargetChannel};
use hartomat_ui::Icon;
use hartomat_ui::form::FormContext;
use hartomat_ui::theme::{Severity, Theme, medium, size, space};
use hartomat_ui::widgets::{ButtonKind, IconButton, TextButton, name};
use serde_json::{Value, json};

use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text, text_with};
use crate::parts::{caption_ui, form_words, refused_ui, sent_ui, settings_form_ui};
use crate::studio_view::{Hears, StudioCommand, TargetEdit};

pub(super) fn targets_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    output_type: &OutputTypeId,
    commands: &mut Commands,
) {
    let studio = context.studio;
    let palette = Theme::of(ui.ctx()).palette;
    let weak = |words: &str| RichText::new(words).color(palette.text_weak);
    // A server's targets are set where its data folder lies.
    let is_here = context.shell.server_name().is_none();
    let edit = studio.target_edit.as_ref();
    let edit = edit.filter(|edit| edit.output_type == *output_type);
    if let Some(err) = studio.targets.error() {
        return refused_ui(ui, err);
    }
    let Some(known) = studio.targets.known() else {
        ui.spinner();
        return;
    };
    let hears = |it: &&NotificationTarget| {
        it.output_types.contains(output_type)
            || it.output_types.is_empty() && it.order_lines.is_empty()
    };
    let heard: Vec<_> = known.iter().filter(hears).collect();
    if heard.is_empty() && edit.is_none() {
        ui.add(Label::new(weak(text("targets.nobody"))).wrap());
    }
    for target in &heard {
        let edited = edit.filter(|edit| edit.before.as_ref().is_some_and(|it| it.id == target.id));
        match edited {
            Some(edit) => form_ui(ui, context, edit, commands),
            None => row_ui(ui, target, output_type, is_here, commands),
        }
    }
    let others = known.len() - heard.len();
    if others > 0 {
        ui.label(weak(&count("targets.others", others)).size(size::SMALL_TEXT));
    }
    if let Some(err) = &studio.target_refused {
        refused_ui(ui, err);
    }
    ui.add_space(space::S);
    match edit {
        Some(edit) if edit.before.is_none() => form_ui(ui, context, edit, commands),
        _ if !is_here => {
            ui.add(Label::new(weak(text("targets.elsewhere"))).wrap());
        }
        _ => {
            let add = TextButton::new(ButtonKind::Secondary, text("targets.add")).icon(Icon::Add);
            if ui.add(add).clicked() {
                let edit = TargetEdit::new(output_type);
                commands.studio(StudioCommand::EditTarget(Box::new(edit)));
            }
        }
    }
}

/// A target in a line.
fn row_ui(
    ui: &mut Ui,
    target: &NotificationTarget,
    output_type: &OutputTypeId,
    is_here: bool,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let id = target.id.as_str();
    ui.horizontal(|ui| {
        if is_here {
            let words = text_with("targets.edit", &[("name", id)]);
            if ui
                .add(IconButton::new(Icon::Sliders, &words).small())
                .clicked()
            {
                let edit = TargetEdit::of(output_type, target);
                commands.studio(StudioCommand::EditTarget(Box::new(edit)));
            }
            let words = text_with("targets.remove", &[("name", id)]);
            if ui
                .add(IconButton::new(Icon::Delete, &words).small())
                .clicked()
            {
                commands.studio(StudioCommand::RemoveTarget(target.id.clone()));
            }
        }
        let title = RichText::new(id).font(medium(size::TEXT));
        ui.label(title.color(palette.text_strong));
        let (channel, to) = match &target.channel {
            TargetChannel::Desktop => (text("targets.desktop"), String::new()),
            TargetChannel::Email(mail) => (text("targets.email"), mail.to.join(", ")),
            TargetChannel::Webhook(hook) => (text("targets.webhook"), hook.url.clone()),
        };
        let hears = match (target.output_types.len(), target.order_lines.len()) {
            (0, 0) => text("targets.hears_all").to_owned(),
            (types, lines) => count("targets.hears_of", types + lines),
        };
        let parts = [channel, to.as_str(), &hears];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let words = RichText::new(parts.join("  ·  ")).color(palette.text_weak);
        ui.add(Label::new(words).truncate()).on_hover_text(&to);
    });
}

fn form_ui(ui: &mut Ui, context: &Context<'_>, before: &TargetEdit, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let mut edit = before.clone();
    let mut end = None;
    let frame = egui::Frame::NONE
        .fill(palette.raised)
        .corner_radius(hartomat_ui::theme::radius::LARGE)
        .inner_margin(12);
    frame.show(ui, |ui| {
        let words = form_words();
        let form = FormContext::new(Id::new("target"), &words);
        if before.before.is_none() {
            caption_ui(ui, text("targets.name"));
            let field = TextEdit::singleline(&mut edit.id)
                .hint_text(text("targets.name_help"))
                .char_limit(64)
                .margin(egui::Margin::symmetric(8, 5))
                .desired_width(320.0);
            name(&ui.add(field), text("targets.name"));
            if is_taken(context, before) {
                let color = palette.severity(Severity::Error);
                let words = RichText::new(text("targets.taken")).color(color);
                ui.add(Label::new(words).wrap());
            }
        } else {
            // Its name is how it is known: another name would be another target.
            let title = RichText::new(&before.id).font(medium(size::TEXT));
            ui.label(title.color(palette.text_strong));
        }
        ui.add_space(space::S);
        let schema = schema();
        let value = Value::Object(before.values.clone());
        let response = settings_form_ui(ui, context, &schema, &value, form, commands);
        if let Some(Value::Object(values)) = response.change.map(|change| change.value) {
            edit.values = values;
        }
        ui.add_space(space::S);
        ui.label(text("targets.hears"));
        let several = before.hears == Hears::Chosen
            || before
                .before
                .as_ref()
                .is_some_and(|it| it.output_types.len() > 1);
        for (hears, words) in [
            (Hears::This, text("targets.hears_this")),
            (Hears::All, text("targets.hears_all")),
            (Hears::Chosen, text("targets.hears_as_before")),
        ] {
            if hears != Hears::Chosen || several {
                ui.radio_value(&mut edit.hears, hears, words);
            }
        }
        ui.add_space(space::S);
        sent_ui(ui, before.is_sent, before.refused.as_ref());
        ui.horizontal(|ui| {
            let is_named = !edit.id.trim().is_empty() && !is_taken(context, &edit);
            let save = TextButton::new(ButtonKind::Primary, text("targets.save"));
            if ui.add_enabled(is_named && !before.is_sent, save).clicked() {
                end = Some(StudioCommand::SaveTarget);
            }
            let cancel = TextButton::new(ButtonKind::Secondary, text("review.cancel"));
            if ui.add(cancel).clicked() {
                end = Some(StudioCommand::DismissTarget);
            }
        });
    });
    // A field that the button has taken the keyboard from has its value only now.
    if edit != *before && !before.is_sent {
        commands.studio(StudioCommand::EditTarget(Box::new(edit)));
    }
    if let Some(end) = end {
        commands.studio(end);
    }
}

/// Whether a new target would take the place of another one.
fn is_taken(context: &Context<'_>, edit: &TargetEdit) -> bool {
    edit.before.is_none() && context.studio.has_target(edit.id.trim())
}

/// The values of a target, those of its channel alone.
fn schema() -> Value {
    let string =
        |title: &str, help: &str| json!({"title": title, "description": help, "type": "string"});
    let of = |channel: &str, mut schema: Value| {
        schema["x-visible-when"] = json!({"channel": [channel]});
        schema
    };
    let mail = |title, help| of("email", string(title, help));
    let hook = |title, help| of("webhook", string(title, help));
    let channels = json!({"desktop": text("targets.desktop"), "email": text("targets.email"), "webhook": text("targets.webhook")});
    let ways = json!({"starttls": "STARTTLS", "tls": "TLS", "none": text("targets.plain")});
    json!({"type": "object", "properties": {
        "channel": {"title": text("targets.channel"), "type": "string", "enum": ["desktop", "email", "webhook"], "default": "desktop", "x-labels": channels},
        "url": hook(text("targets.url"), text("targets.url_help")),
        "secret": hook(text("targets.secret"), text("targets.secret_help")),
        "allow_private": of("webhook", json!({"title": text("targets.private"), "description": text("targets.private_help"), "type": "boolean", "default": false})),
        "server": mail(text("targets.server"), ""),
        "port": of("email", json!({"title": text("targets.port"), "type": "integer", "minimum": 1, "maximum": 65535, "default": 587})),
        "encryption": of("email", json!({"title": text("targets.encryption"), "type": "string", "enum": ["starttls", "tls", "none"], "default": "starttls", "x-labels": ways})),
        "user": mail(text("targets.user"), ""),
        "password": mail(text("targets.password"), text("targets.secret_help")),
        "from": mail(text("targets.from"), ""),
        "to": of("email", json!({"title": text("targets.to"), "description": text("targets.to_help"), "type": "array", "items": {"type": "string"}, "default": []})),
    }})
}

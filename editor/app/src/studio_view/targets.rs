//! Who is told outside of the studio: what the editor knows of it, and what it asks to be changed.

use hartomat_api::ApiError;
use hartomat_schema::{NotificationTarget, OutputTypeId, TargetId};
use serde_json::{Map, Value, json};

use super::StudioCommand;
use super::apply::ask;
use crate::backend::{StudioAsk, TargetChange};
use crate::state::State;

/// What a target hears of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hears {
    /// Outputs of every type.
    All,
    /// Outputs of the type whose form is open.
    This,
    /// What it heard of before, and outputs of that type.
    Chosen,
}

/// A target that is being written.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetEdit {
    /// The output type whose form is open.
    pub output_type: OutputTypeId,
    /// The target as it is set; none where it is a new one.
    pub before: Option<NotificationTarget>,
    /// Its name.
    pub id: String,
    /// Its values, of every channel that was looked at, as they stand in the setting.
    pub values: Map<String, Value>,
    /// What it hears of.
    pub hears: Hears,
    /// Whether it is on its way.
    pub is_sent: bool,
    /// Why it wasn't taken.
    pub refused: Option<ApiError>,
}

impl TargetEdit {
    /// A new target of this output type.
    pub fn new(output_type: &OutputTypeId) -> Self {
        Self {
            output_type: output_type.clone(),
            before: None,
            id: String::new(),
            values: Map::new(),
            hears: Hears::This,
            is_sent: false,
            refused: None,
        }
    }

    /// A target as it is set.
    pub fn of(output_type: &OutputTypeId, target: &NotificationTarget) -> Self {
        let values = serde_json::to_value(target.channel.clone()).unwrap_or_default();
        let mut values = values.as_object().cloned().unwrap_or_default();
        values.retain(|_, value| !value.is_null());
        let hears = match target.output_types.as_slice() {
            [] if target.order_lines.is_empty() => Hears::All,
            [only] if only == output_type && target.order_lines.is_empty() => Hears::This,
            _ => Hears::Chosen,
        };
        Self {
            before: Some(target.clone()),
            id: target.id.to_string(),
            values,
            hears,
            ..Self::new(output_type)
        }
    }

    /// Whether it is a change of this target.
    fn is_of(&self, id: &TargetId) -> bool {
        self.before.as_ref().is_some_and(|before| before.id == *id)
    }

    /// Whether this change is what was sent of it.
    fn is_sent_as(&self, change: &TargetChange) -> bool {
        let is_put = matches!(change, TargetChange::Put(_));
        self.is_sent && is_put && change.id() == self.id.trim()
    }

    /// The setting: the values of its channel alone, and what it hears of.
    fn document(&self) -> Value {
        let channel = self.values.get("channel").and_then(Value::as_str);
        let channel = channel.unwrap_or("desktop");
        let keys = keys_of(channel);
        let kept = self.values.iter().filter(|(key, value)| {
            let is_empty = value.is_null() || value.as_str() == Some("");
            keys.contains(&key.as_str()) && !is_empty
        });
        let mut document: Map<String, Value> = kept
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let before = self.before.as_ref();
        let heard = before.map(|it| it.output_types.clone()).unwrap_or_default();
        let (types, lines) = match self.hears {
            Hears::All => (Vec::new(), json!([])),
            Hears::This => (vec![self.output_type.clone()], json!([])),
            Hears::Chosen => (heard, json!(before.map(|it| &it.order_lines))),
        };
        document.insert("id".to_owned(), json!(self.id.trim()));
        document.insert("channel".to_owned(), json!(channel));
        document.insert("output_types".to_owned(), json!(types));
        document.insert("order_lines".to_owned(), lines);
        Value::Object(document)
    }
}

/// What a channel needs to be told.
fn keys_of(channel: &str) -> &'static [&'static str] {
    match channel {
        "email" => &[
            "server",
            "port",
            "encryption",
            "user",
            "password",
            "from",
            "to",
        ],
        "webhook" => &["url", "secret", "allow_private"],
        _ => &[],
    }
}

pub(super) fn apply(state: &mut State, command: StudioCommand) {
    let studio = &mut state.studio;
    match command {
        StudioCommand::EditTarget(edit) => studio.target_edit = Some(*edit),
        StudioCommand::DismissTarget => studio.target_edit = None,
        StudioCommand::SaveTarget => {
            let edit = studio.target_edit.as_mut();
            if let Some(edit) = edit.filter(|edit| !edit.is_sent) {
                edit.is_sent = true;
                edit.refused = None;
                let change = TargetChange::Put(edit.document());
                ask(state, StudioAsk::ChangeTarget(Box::new(change)));
            }
        }
        StudioCommand::RemoveTarget(id) => remove(state, id),
        _ => {}
    }
}

fn remove(state: &mut State, id: TargetId) {
    let studio = &mut state.studio;
    let edit = studio.target_edit.take();
    studio.target_edit = edit.filter(|edit| !edit.is_of(&id));
    studio.target_refused = None;
    let change = TargetChange::Remove(id);
    ask(state, StudioAsk::ChangeTarget(Box::new(change)));
}

/// Asks who is told.
pub(super) fn read(state: &mut State) {
    state.studio.targets.ask();
    ask(state, StudioAsk::Targets);
}

/// A change was made, or not. The form that is open may be of another target by now.
pub(super) fn changed(state: &mut State, change: &TargetChange, changed: Result<(), ApiError>) {
    let studio = &mut state.studio;
    let is_sent = |edit: &mut TargetEdit| edit.is_sent_as(change);
    match (changed, studio.target_edit.take_if(is_sent)) {
        (Err(err), Some(edit)) => {
            studio.target_edit = Some(TargetEdit {
                is_sent: false,
                refused: Some(err),
                ..edit
            });
        }
        (changed, _) => studio.target_refused = changed.err(),
    }
    read(state);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_channel_needs_is_sent() {
        let still = OutputTypeId::literal("still");
        let mut edit = TargetEdit::new(&still);
        edit.id = "erp".to_owned();
        for (key, value) in [
            ("channel", json!("webhook")),
            ("url", json!("https://example.com/hook")),
            ("secret", json!("env:KEY")),
            ("server", json!("mail.example.com")),
            ("user", json!("")),
        ] {
            edit.values.insert(key.to_owned(), value);
        }
        assert_eq!(
            edit.document(),
            json!({
                "id": "erp", "channel": "webhook", "url": "https://example.com/hook",
                "secret": "env:KEY", "output_types": ["still"], "order_lines": []
            })
        );
        let of_others: NotificationTarget = serde_json::from_value(json!({
            "id": "shell", "channel": "desktop", "output_types": ["blend", "still"]
        }))
        .unwrap();
        let mut edit = TargetEdit::of(&still, &of_others);
        assert_eq!(edit.hears, Hears::Chosen);
        assert_eq!(edit.document()["output_types"], json!(["blend", "still"]));
        edit.hears = Hears::All;
        assert_eq!(edit.document()["output_types"], json!([]));
    }
}

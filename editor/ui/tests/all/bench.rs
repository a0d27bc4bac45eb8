//! A host with one form, as tests drive it: it takes each change over and remembers all of them.

use egui::accesskit::Role;
use egui::{Id, Key};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable, by};
use hartomat_ui::form::{
    FieldDiagnostic, FieldWidget, FormAction, FormChange, FormContext, FormText, Provenance,
    form_ui,
};
use hartomat_ui::{Mode, Theme};
use serde_json::Value;

/// What the host knows and has seen.
#[derive(Default)]
pub(crate) struct Host {
    pub(crate) schema: Value,
    pub(crate) value: Value,
    pub(crate) others: Vec<Value>,
    pub(crate) diagnostics: Vec<FieldDiagnostic>,
    pub(crate) provenance: Vec<Provenance>,
    pub(crate) search: String,
    pub(crate) focus: Option<String>,
    pub(crate) widgets: Vec<(&'static str, Box<dyn FieldWidget>)>,
    pub(crate) changes: Vec<FormChange>,
    pub(crate) actions: Vec<FormAction>,
}

/// A form in a window that is high enough for all of it.
pub(crate) struct Bench {
    pub(crate) harness: Harness<'static, Host>,
}

impl Bench {
    pub(crate) fn new(schema: Value, value: Value) -> Self {
        Self::of(Host {
            schema,
            value,
            ..Host::default()
        })
    }

    pub(crate) fn of(host: Host) -> Self {
        let harness = Harness::builder()
            .with_size(egui::vec2(420.0, 900.0))
            .build_ui_state(frame, host);
        let mut bench = Self { harness };
        bench.settle();
        assert_eq!(bench.changes(), [], "nobody changed anything yet");
        bench
    }

    /// Frames enough for popups, focus and gestures to come to rest.
    pub(crate) fn settle(&mut self) {
        self.harness.run_steps(6);
    }

    pub(crate) fn value(&self) -> &Value {
        &self.harness.state().value
    }

    pub(crate) fn changes(&self) -> &[FormChange] {
        &self.harness.state().changes
    }

    /// The changes since the last time, and forgets them.
    pub(crate) fn take_changes(&mut self) -> Vec<FormChange> {
        std::mem::take(&mut self.harness.state_mut().changes)
    }

    pub(crate) fn has(&self, role: Role, label: &str) -> bool {
        let mut found = self.harness.query_all(by().role(role).label(label));
        found.next().is_some()
    }

    pub(crate) fn reads(&self, words: &str) -> bool {
        self.harness
            .query_all_by_label_contains(words)
            .next()
            .is_some()
    }

    /// What a widget says its value is.
    pub(crate) fn value_of(&self, role: Role, label: &str) -> Option<String> {
        self.harness
            .get_by_role_and_label(role, label)
            .accesskit_node()
            .value()
    }

    pub(crate) fn click(&mut self, role: Role, label: &str) {
        self.harness.get_by_role_and_label(role, label).click();
        self.settle();
    }

    /// Clicks a number, types into it, and presses Enter.
    pub(crate) fn type_number(&mut self, label: &str, text: &str) {
        self.click(Role::SpinButton, label);
        self.type_text(text);
        self.key(Key::Enter);
    }

    /// Clicks a text, replaces it, and leaves it.
    pub(crate) fn type_into(&mut self, role: Role, label: &str, text: &str) {
        self.click(role, label);
        self.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
        self.settle();
        self.type_text(text);
        self.key(Key::Tab);
    }

    pub(crate) fn type_text(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.settle();
    }

    pub(crate) fn key(&mut self, key: Key) {
        self.harness.key_press(key);
        self.settle();
    }

    /// Opens a menu and picks from it.
    pub(crate) fn pick(&mut self, menu: &str, entry: &str) {
        self.click(Role::ComboBox, menu);
        self.click(Role::ListBoxOption, entry);
    }
}

fn frame(ui: &mut egui::Ui, host: &mut Host) {
    if !Theme::new(Mode::Dark).apply(ui.ctx()) {
        return;
    }
    let text = FormText::english();
    let others: Vec<&Value> = host.others.iter().collect();
    let widgets: Vec<(&str, &dyn FieldWidget)> = host
        .widgets
        .iter()
        .map(|(name, widget)| (*name, widget.as_ref()))
        .collect();
    let context = FormContext {
        others: &others,
        diagnostics: &host.diagnostics,
        provenance: &host.provenance,
        search: &host.search,
        focus: host.focus.as_deref(),
        widgets: &widgets,
        ..FormContext::new(Id::new("node"), &text)
    };
    let response = form_ui(ui, &host.schema, &host.value, &context);
    host.focus = None;
    host.actions.extend(response.actions);
    if let Some(change) = response.change {
        for other in &mut host.others {
            *other = change.apply_to(other);
        }
        host.value = change.value.clone();
        host.changes.push(change);
    }
}

//! A window of the editor in a test: frames are stepped, threads are real, everything is found by what
//! a screen reader would say.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, HarnessBuilder};
use hartomat_document::{Edit, Selection};
use hartomat_editor::backend::Connector;
use hartomat_editor::canvas::SelectMode;
use hartomat_editor::files::EditorFolder;
use hartomat_editor::{
    App, CanvasCommand, Command, EditCommand, ShellCommand, ShellOptions, ShellState, State,
};
use hartomat_schema::{NodeId, Workflow, WorkflowId};

/// The editor is made in its first frame, since threads want to wake its context.
pub(crate) struct Stage {
    app: Option<App>,
    options: Option<ShellOptions>,
}

/// A file that was dragged onto the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|err| err.to_string())
    }
}

/// A window of the editor.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, Stage>,
    /// The data folder; shared by editors that are windows of one person.
    pub(crate) folder: Arc<tempfile::TempDir>,
}

/// Longer than anything takes; a test that waits so long has failed.
const LONG: Duration = Duration::from_secs(90);

impl Window {
    /// A window in this data folder; says nothing about the link.
    pub(crate) fn open_in(connector: Box<dyn Connector>, folder: Arc<tempfile::TempDir>) -> Self {
        let builder = Harness::builder().with_size([1280.0, 800.0]);
        Self::built(builder, connector, folder)
    }

    /// The same in a harness of one's own.
    pub(crate) fn built(
        builder: HarnessBuilder<Stage>,
        connector: Box<dyn Connector>,
        folder: Arc<tempfile::TempDir>,
    ) -> Self {
        let options = ShellOptions {
            folder: EditorFolder::new(folder.path()),
            connector,
            locale: Some("en_GB.UTF-8".to_owned()),
        };
        let stage = Stage {
            app: None,
            options: Some(options),
        };
        let harness = builder.with_step_dt(1.0 / 60.0).build_ui_state(
            |ui, stage: &mut Stage| {
                if let Some(options) = stage.options.take() {
                    let shell = ShellState::new(options, ui.ctx());
                    stage.app = Some(App::new(State::new(shell)));
                }
                stage.app.as_mut().unwrap().frame_ui(ui);
            },
            stage,
        );
        Self { harness, folder }
    }

    /// Waits for the link, and for what there is to build from.
    pub(crate) fn until_connected(&mut self) {
        self.until("connected", |app| app.state().shell.connection().is_up());
        self.until("library", |app| !app.state().catalogue.nodes.is_empty());
        self.steps(3);
    }

    pub(crate) fn app(&self) -> &App {
        self.harness.state().app.as_ref().unwrap()
    }

    pub(crate) fn push(&mut self, command: Command) {
        self.harness.state_mut().app.as_mut().unwrap().push(command);
        // Dialogs and popups take a few frames to find their place.
        self.steps(4);
    }

    pub(crate) fn shell(&mut self, command: ShellCommand) {
        self.push(Command::Shell(command));
    }

    pub(crate) fn edit(&mut self, edit: Edit) {
        self.push(Command::Edit(EditCommand::Apply(edit)));
    }

    pub(crate) fn steps(&mut self, count: usize) {
        for _ in 0..count {
            self.harness.step();
        }
    }

    /// Steps until something holds.
    pub(crate) fn until(&mut self, what: &str, holds: impl Fn(&App) -> bool) {
        self.until_within(LONG, what, holds);
    }

    /// Steps until something holds that takes as long as a render.
    pub(crate) fn until_long(&mut self, what: &str, holds: impl Fn(&App) -> bool) {
        self.until_within(9 * LONG, what, holds);
    }

    fn until_within(&mut self, longest: Duration, what: &str, holds: impl Fn(&App) -> bool) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            if holds(self.app()) {
                break;
            }
            assert!(begun.elapsed() < longest, "never came: {what}");
            std::thread::sleep(Duration::from_millis(2));
        }
        // What follows from it is drawn now.
        self.steps(3);
    }

    pub(crate) fn until_drafted(&mut self) {
        self.until("the draft is durable", |app| {
            let open = app.state().shell.open();
            let status = open.and_then(|open| open.draft_status());
            status.is_none_or(|status| status.is_durable())
        });
    }

    /// Opens a workflow of the library.
    pub(crate) fn open(&mut self, id: &str) {
        let id = WorkflowId::new(id).unwrap();
        self.shell(ShellCommand::OpenLibrary(id));
        self.until("the workflow is open", |app| app.state().session.is_some());
        self.steps(2);
    }

    pub(crate) fn workflow(&self) -> &Workflow {
        self.app()
            .state()
            .session
            .as_ref()
            .unwrap()
            .document
            .workflow()
    }

    pub(crate) fn is_dirty(&self) -> bool {
        self.app()
            .state()
            .session
            .as_ref()
            .unwrap()
            .document
            .is_dirty()
    }

    pub(crate) fn select(&mut self, nodes: &[&str]) {
        let nodes = nodes.iter().map(|id| NodeId::new(*id).unwrap());
        let selection = Selection::of_nodes(nodes);
        self.push(Command::Canvas(CanvasCommand::Select(
            selection,
            SelectMode::Replace,
        )));
        self.steps(2);
    }

    /// A setting as the document has it.
    pub(crate) fn setting(&self, node: &str, name: &str) -> Option<&serde_json::Value> {
        let id = NodeId::new(node).unwrap();
        self.workflow().node(&id).unwrap().settings.get(name)
    }

    /// Clicks what has exactly this name.
    pub(crate) fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.steps(3);
    }

    /// Clicks the first with this name, as where a heading has the same.
    pub(crate) fn click_button(&mut self, name: &str) {
        let role = egui::accesskit::Role::Button;
        self.harness.get_by_role_and_label(role, name).click();
        self.steps(3);
    }

    /// Answers a dialog by the button with this name: dialogs come last.
    pub(crate) fn answer(&mut self, name: &str) {
        self.steps(3);
        self.click_last_button(name);
    }

    /// Whether something with this name has this value, as a chooser has its choice.
    pub(crate) fn has_value(&self, name: &str, value: &str) -> bool {
        let mut found = self.harness.query_all_by_label(name);
        found.any(|node| node.value().as_deref() == Some(value))
    }

    /// Clicks the last button with this name: menus come before panels.
    pub(crate) fn click_last_button(&mut self, name: &str) {
        let role = egui::accesskit::Role::Button;
        let found = self.harness.query_all_by_role_and_label(role, name).last();
        found
            .unwrap_or_else(|| panic!("no button is called {name}"))
            .click();
        self.steps(3);
    }

    /// Clicks what has a role and exactly this name.
    pub(crate) fn click_role(&mut self, role: egui::accesskit::Role, name: &str) {
        self.harness.get_by_role_and_label(role, name).click();
        self.steps(3);
    }

    /// Clicks the first whose name has this in it.
    pub(crate) fn click_part(&mut self, part: &str) {
        let found = self.harness.query_all_by_label_contains(part).next();
        found
            .unwrap_or_else(|| panic!("nothing is called {part}"))
            .click();
        self.steps(3);
    }

    /// Types into a field of numbers.
    pub(crate) fn type_number(&mut self, name: &str, text: &str) {
        self.type_into_role(egui::accesskit::Role::SpinButton, name, text);
    }

    /// What a screen reader says after this name.
    pub(crate) fn description_of(&self, name: &str) -> String {
        let node = self.harness.get_by_label(name);
        node.accesskit_node().description().unwrap_or_default()
    }

    /// What a screen reader says after the name of a node on the canvas.
    pub(crate) fn description_of_node(&self, name: &str) -> String {
        let role = egui::accesskit::Role::GraphicsObject;
        let node = self.harness.get_by_role_and_label(role, name);
        node.accesskit_node().description().unwrap_or_default()
    }

    /// Whether the open dialog of this name has a button of that one.
    pub(crate) fn dialog_has(&self, dialog: &str, button: &str) -> bool {
        let role = egui::accesskit::Role::Dialog;
        let dialog = self.harness.get_by_role_and_label(role, dialog);
        let role = egui::accesskit::Role::Button;
        let mut found = dialog.query_all_by_role_and_label(role, button);
        found.next().is_some()
    }

    /// Whether what has the keyboard stands within the dialog of this name.
    pub(crate) fn has_focus_in(&self, dialog: &str) -> bool {
        let role = egui::accesskit::Role::Dialog;
        let dialog = self.harness.get_by_role_and_label(role, dialog);
        let mut inside = dialog.query_all_by(|node| node.is_focused());
        inside.next().is_some()
    }

    /// Texts of the last frame that the present fonts lay out otherwise. What was laid out with
    /// earlier ones is drawn garbled.
    pub(crate) fn garbled_texts(&self) -> Vec<String> {
        let mut garbled = Vec::new();
        let shapes = self.harness.output().shapes.iter();
        let mut shapes: Vec<&egui::Shape> = shapes.map(|clipped| &clipped.shape).collect();
        while let Some(shape) = shapes.pop() {
            match shape {
                egui::Shape::Vec(inner) => shapes.extend(inner),
                egui::Shape::Text(text) if !self.is_laid_out_now(&text.galley) => {
                    garbled.push(text.galley.text());
                }
                _ => {}
            }
        }
        // Icons of buttons are painted by jobs that egui itself has changed.
        garbled.retain(|text| text.chars().any(char::is_alphabetic));
        garbled.into_iter().map(str::to_owned).collect()
    }

    /// What was drawn in the last frame, back to front: texts, and where a mesh of boxes lies between
    /// them, nothing.
    pub(crate) fn drawn_texts(&self) -> Vec<Option<String>> {
        fn gather(shape: &egui::Shape, found: &mut Vec<Option<String>>) {
            match shape {
                egui::Shape::Vec(inner) => inner.iter().for_each(|shape| gather(shape, found)),
                egui::Shape::Text(text) => found.push(Some(text.galley.text().to_owned())),
                egui::Shape::Mesh(_) => found.push(None),
                _ => {}
            }
        }
        let mut found = Vec::new();
        for clipped in &self.harness.output().shapes {
            gather(&clipped.shape, &mut found);
        }
        found
    }

    /// How often a text was drawn in the last frame.
    pub(crate) fn times_drawn(&self, text: &str) -> usize {
        let drawn = self.drawn_texts();
        let same = |found: &&Option<String>| found.as_deref() == Some(text);
        drawn.iter().filter(same).count()
    }

    /// What the window was asked for in the last frame.
    pub(crate) fn asked_of_window(&self) -> Vec<egui::ViewportCommand> {
        let windows = self.harness.output().viewport_output.values();
        windows.flat_map(|window| window.commands.clone()).collect()
    }

    /// Presses and lets go within one frame, as a tap on a slow machine does.
    pub(crate) fn tap_at(&mut self, at: egui::Pos2) {
        self.event(egui::Event::PointerMoved(at));
        let button = |pressed| egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        let events = &mut self.harness.input_mut().events;
        events.extend([button(true), button(false)]);
        self.steps(4);
    }

    fn is_laid_out_now(&self, galley: &egui::Galley) -> bool {
        let job = (*galley.job).clone();
        let now = self.harness.ctx.fonts_mut(|fonts| fonts.layout_job(job));
        now.pixels_per_point == galley.pixels_per_point && now.rows == galley.rows
    }

    /// All names on screen.
    pub(crate) fn names(&self) -> Vec<String> {
        let all = self.harness.query_all_by(|_| true);
        let name = |node: egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            node.label().or_else(|| node.value())
        };
        all.filter_map(name).collect()
    }

    /// Names on screen that have this in them.
    pub(crate) fn names_with(&self, part: &str) -> Vec<String> {
        let found = self.harness.query_all_by_label_contains(part);
        let name = |node: egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            node.label().or(node.value()).unwrap_or_default()
        };
        found.map(name).collect()
    }

    /// What something with exactly this name takes of the screen.
    pub(crate) fn rect_of(&self, name: &str) -> egui::Rect {
        self.harness.get_by_label(name).rect()
    }

    /// How many things on screen have this role.
    pub(crate) fn count_role(&self, role: egui::accesskit::Role) -> usize {
        self.harness.query_all_by_role(role).count()
    }

    /// Asks for something without stepping.
    pub(crate) fn push_at_once(&mut self, command: Command) {
        self.harness.state_mut().app.as_mut().unwrap().push(command);
    }

    /// Steps until something holds, and no further.
    pub(crate) fn until_at_once(&mut self, what: &str, holds: impl Fn(&App) -> bool) {
        let begun = Instant::now();
        while !holds(self.app()) {
            self.harness.step();
            assert!(begun.elapsed() < LONG, "never came: {what}");
        }
    }

    /// How many things on screen have exactly this name.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.harness.query_all_by_label(name).count()
    }

    /// Whether something on screen has exactly this name.
    pub(crate) fn shows(&self, name: &str) -> bool {
        self.harness.query_all_by_label(name).next().is_some()
    }

    /// Whether something on screen has this in its name.
    pub(crate) fn shows_part(&self, part: &str) -> bool {
        self.harness
            .query_all_by_label_contains(part)
            .next()
            .is_some()
    }

    /// Steps until something with this in its name is on screen.
    pub(crate) fn until_shown(&mut self, part: &str) {
        let begun = Instant::now();
        while !self.shows_part(part) {
            self.harness.step();
            assert!(
                begun.elapsed() < LONG,
                "never shown: {part}; there is {:#?}",
                self.names()
            );
            std::thread::sleep(Duration::from_millis(2));
        }
        // What has just come up is still being placed.
        self.steps(3);
    }

    /// Replaces a text field's text, as a person does, and leaves the field.
    pub(crate) fn type_into(&mut self, name: &str, text: &str) {
        let role = egui::accesskit::Role::TextInput;
        self.type_into_role(role, name, text);
    }

    pub(crate) fn type_into_role(&mut self, role: egui::accesskit::Role, name: &str, text: &str) {
        self.harness.get_by_role_and_label(role, name).click();
        self.steps(2);
        self.harness
            .key_combination_modifiers(egui::Modifiers::COMMAND, &[egui::Key::A]);
        self.steps(1);
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.steps(2);
        self.press(egui::Key::Enter);
    }

    /// Types into a text field of several lines.
    pub(crate) fn type_text(&mut self, name: &str, text: &str) {
        let role = egui::accesskit::Role::MultilineTextInput;
        self.harness.get_by_role_and_label(role, name).click();
        self.steps(2);
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.steps(2);
    }

    pub(crate) fn press(&mut self, key: egui::Key) {
        self.harness.key_press(key);
        self.steps(3);
    }

    pub(crate) fn press_with(&mut self, modifiers: egui::Modifiers, key: egui::Key) {
        self.harness.key_combination_modifiers(modifiers, &[key]);
        self.steps(3);
    }

    /// One event, and a frame.
    pub(crate) fn event(&mut self, event: egui::Event) {
        self.harness.event(event);
        self.steps(1);
    }

    /// Where something with exactly this name is on screen.
    pub(crate) fn place_of(&self, name: &str) -> egui::Pos2 {
        self.harness.get_by_label(name).rect().center()
    }

    /// What was put on the desktop's clipboard in the last frame.
    pub(crate) fn copied(&self) -> Option<String> {
        let commands = &self.harness.output().platform_output.commands;
        commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    }

    pub(crate) fn drop_file(&mut self, path: &Path) {
        self.drop_files(&[path]);
    }

    /// Drags files onto the window, all at once.
    pub(crate) fn drop_files(&mut self, paths: &[&Path]) {
        for path in paths {
            let file = Arc::new(Dropped((*path).to_owned()));
            self.harness.input_mut().dropped_files.push(file);
        }
        self.steps(2);
    }
}

//! What the editor knows. Changed by [`crate::apply`] alone.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use hartomat_document::{Fix, OpenDocument};
use hartomat_schema::{Catalogue, Diagnostic, NodeId, WorkflowValidator};
use hartomat_ui::theme::Severity;

use crate::canvas::{CanvasState, Source, ViewModel};
use crate::checker::Checker;
use crate::command::Launcher;
use crate::compare_view::CompareState;
use crate::keymap::{Keymap, Preset};
use crate::last_run::ShownRun;
use crate::messages::{set_language, set_type_names};
use crate::preferences::Language;
use crate::runs::RunsState;
use crate::shell::ShellState;
use crate::spoken::spoken;
use crate::studio_view::StudioState;

/// Everything between two frames.
pub struct State {
    /// The open workflow; none on the start screen.
    pub session: Option<Session>,
    /// What can be placed, in the person's language.
    pub catalogue: Arc<Catalogue>,
    /// What was served, and the language that it was put into.
    spoken_of: Option<(Arc<Catalogue>, Language)>,
    /// Which keys mean what.
    pub keymap: Keymap,
    /// The command palette, find, or the cheat sheet, while one is open.
    pub launcher: Option<Launcher>,
    /// Counts launchers, so that each begins with an empty search.
    pub launchers_opened: u64,
    /// What was copied last in this window.
    pub clip_text: Option<String>,
    /// Start screen, drafts, preferences, saving: all around the canvas.
    pub shell: ShellState,
    /// Runs.
    pub runs: RunsState,
    /// Two pictures beside each other.
    pub compare: CompareState,
    /// Output types, orders and rollouts.
    pub studio: StudioState,
}

/// An open workflow and how it is looked at.
pub struct Session {
    /// Document, selection and history.
    pub document: OpenDocument,
    /// View, pointer gesture and what is drawn.
    pub canvas: CanvasState,
    /// What the validator says of the document.
    pub problems: Arc<[Diagnostic]>,
    /// The validator for the catalogue.
    pub validator: Option<Arc<WorkflowValidator>>,
    /// Counts how often somebody asked for the inspector: it takes the focus then.
    pub inspector_asked: u64,
    /// The newest run, as the canvas shows it.
    pub last_run: ShownRun,
    worst: BTreeMap<NodeId, Severity>,
    /// What mends each of the problems, once somebody has asked.
    pub(crate) fixes: OnceCell<Vec<Option<Fix>>>,
    /// What `problems` and the view model were made of.
    made_of: Option<(u64, Arc<Catalogue>)>,
    pictures_of: u64,
    made: u64,
    checker: Checker,
    /// The revision that is to be checked, or is being checked.
    unchecked: Option<u64>,
    problems_stamp: u64,
}

impl State {
    /// A state before anything is open.
    pub fn new(shell: ShellState) -> Self {
        let mut state = Self {
            session: None,
            catalogue: Arc::clone(&shell.library().catalogue),
            spoken_of: None,
            keymap: Keymap::new(Preset::default(), &BTreeMap::new()),
            launcher: None,
            launchers_opened: 0,
            clip_text: None,
            shell,
            runs: RunsState::default(),
            compare: CompareState::default(),
            studio: StudioState::default(),
        };
        state.refresh();
        state
    }

    /// Brings up to date what follows from document, catalogue and preferences.
    pub(crate) fn refresh(&mut self) {
        self.speak();
        let preference = &self.shell.preferences().keymap;
        let preset = Preset::from_key(&preference.preset).unwrap_or_default();
        if self.keymap.differs(preset, &preference.changed) {
            self.keymap = Keymap::new(preset, &preference.changed);
        }
        if let Some(session) = &mut self.session {
            session.refresh(&self.catalogue);
        }
    }
}

impl State {
    /// Puts the catalogue into the person's language.
    pub(crate) fn speak(&mut self) {
        let served = &self.shell.library().catalogue;
        let language = self.shell.language();
        let is_spoken = self
            .spoken_of
            .as_ref()
            .is_some_and(|(of, into)| Arc::ptr_eq(of, served) && *into == language);
        if !is_spoken {
            set_language(language);
            self.catalogue = spoken(served);
            let nodes = self.catalogue.nodes.iter();
            let names = nodes.map(|node| (node.node_type.to_string(), node.label.clone()));
            set_type_names(names.collect());
            self.spoken_of = Some((Arc::clone(served), language));
        }
    }
}

impl Session {
    /// An open document, with the whole graph in view.
    pub fn new(document: OpenDocument, catalogue: &Arc<Catalogue>) -> Self {
        let mut session = Self {
            document,
            canvas: CanvasState::new(),
            problems: Arc::new([]),
            validator: None,
            inspector_asked: 0,
            last_run: ShownRun::default(),
            worst: BTreeMap::new(),
            fixes: OnceCell::new(),
            made_of: None,
            pictures_of: 0,
            made: 0,
            checker: Checker::default(),
            unchecked: None,
            problems_stamp: 0,
        };
        session.refresh(catalogue);
        session
    }

    /// Makes problems and the view model again where the document or the catalogue is another one.
    pub(crate) fn refresh(&mut self, catalogue: &Arc<Catalogue>) {
        let revision = self.document.revision();
        let is_same_catalogue = self
            .made_of
            .as_ref()
            .is_some_and(|(_, of)| Arc::ptr_eq(of, catalogue));
        let is_same = self.made_of.as_ref().is_some_and(|(of, _)| *of == revision);
        let has_new_pictures = self.pictures_of != self.last_run.stamp();
        if is_same && is_same_catalogue && !has_new_pictures {
            return;
        }
        if !is_same_catalogue {
            self.validator = WorkflowValidator::new(catalogue).ok().map(Arc::new);
        }
        self.made += 1;
        let workflow = self.document.workflow();
        let last_run = &self.last_run;
        let has_thumbnail = |node: &NodeId| last_run.picture(node).is_some();
        let source = Source {
            workflow,
            catalogue,
            has_thumbnail: &has_thumbnail,
        };
        self.canvas.model = ViewModel::new(&source, self.made);
        self.pictures_of = self.last_run.stamp();
        if is_same && is_same_catalogue {
            return;
        }
        if Checker::takes_long(workflow) {
            self.unchecked = Some(revision);
        } else if let Some(validator) = &self.validator {
            let problems = validator.validate(workflow);
            self.found(problems);
        }
        self.made_of = Some((revision, Arc::clone(catalogue)));
    }

    /// Has large documents checked beside the window, and takes what was found.
    pub(crate) fn check(&mut self, ctx: &egui::Context) {
        let is_resting = !self.document.is_in_gesture();
        if let (Some(validator), true) = (&self.validator, is_resting)
            && let Some(revision) = self.unchecked.take()
        {
            let workflow = self.document.workflow();
            self.checker.ask(revision, workflow, validator, ctx);
        }
        let found = self.checker.poll();
        if let Some(found) = found.filter(|found| found.revision == self.document.revision()) {
            self.found(found.problems);
        }
    }

    fn found(&mut self, problems: Vec<Diagnostic>) {
        self.problems = problems.into();
        self.worst = worst(&self.problems);
        self.fixes = OnceCell::new();
        self.problems_stamp += 1;
    }

    /// Another number whenever problems are others.
    pub fn problems_stamp(&self) -> u64 {
        self.problems_stamp
    }

    /// The worst that the validator says of a node.
    pub fn worst_problem(&self, node: &NodeId) -> Option<Severity> {
        self.worst.get(node).copied()
    }

    /// What the validator says of a node.
    pub fn problems_of<'a>(&'a self, node: &'a NodeId) -> impl Iterator<Item = &'a Diagnostic> {
        let problems = self.problems.iter();
        problems.filter(move |problem| problem.place.node.as_ref() == Some(node))
    }

    /// Changes with everything that is drawn of the document.
    pub fn stamp(&self) -> u64 {
        self.made
    }
}

fn worst(problems: &[Diagnostic]) -> BTreeMap<NodeId, Severity> {
    let mut worst = BTreeMap::new();
    for problem in problems {
        let Some(node) = &problem.place.node else {
            continue;
        };
        let severity = if problem.is_error() {
            Severity::Error
        } else {
            Severity::Warning
        };
        let known = worst.entry(node.clone()).or_insert(severity);
        *known = (*known).max(severity);
    }
    worst
}

//! Carries out entries of the command table.

use egui::Vec2;
use hartomat_document::{Alignment, Axis, Edit, FrameIndex, Links, Reach, Selection};
use hartomat_schema::ExecutionMode;

use super::{apply_edit, clipboard, navigate, nodes};
use crate::canvas::{AddMenu, Gesture, Purpose, Target, View};
use crate::command::{Action, Command, Commands, EditCommand, Launcher, entry};
use crate::compare_view::CompareCommand;
use crate::context::Context;
use crate::runs::{RunScope, RunsCommand};
use crate::shell;
use crate::state::{Session, State};
use crate::studio_view::{StudioCommand, StudioTab};

/// Carries an entry out, where it is enabled.
pub(super) fn run(state: &mut State, action: Action, commands: &mut Commands, ctx: &egui::Context) {
    if !entry(action).is_enabled(&Context::new(state)) {
        return;
    }
    match action {
        Action::Palette => toggle(state, Launcher::Palette, commands),
        Action::Find => toggle(state, Launcher::Find, commands),
        Action::CheatSheet => toggle(state, Launcher::CheatSheet, commands),
        Action::Inspect => {
            if !state.shell.preferences().layout.inspector_open {
                commands.run(Action::ToggleInspector);
            }
            if let Some(session) = &mut state.session {
                session.inspector_asked += 1;
            }
        }
        Action::Run => commands.runs(RunsCommand::Dispatch(RunScope::Changed)),
        Action::RunAll => commands.runs(RunsCommand::Dispatch(RunScope::All)),
        Action::RunFromSelected => commands.runs(RunsCommand::Dispatch(RunScope::FromSelected)),
        Action::RunToSelected => commands.runs(RunsCommand::Dispatch(RunScope::ToSelected)),
        Action::RunSelected => commands.runs(RunsCommand::Dispatch(RunScope::Selected)),
        Action::Rerun => commands.runs(RunsCommand::AskRerun),
        Action::ShowInbox => commands.runs(RunsCommand::ShowInbox),
        Action::LookedAt => commands.runs(RunsCommand::AskLooked),
        Action::SaveLog => commands.runs(RunsCommand::AskSaveLog),
        Action::ModeOwn => commands.runs(RunsCommand::SetMode(None)),
        Action::ModeLegacy => mode(ExecutionMode::Legacy, commands),
        Action::ModeShadow => mode(ExecutionMode::Shadow, commands),
        Action::ModeGraph => mode(ExecutionMode::Graph, commands),
        Action::CancelRun => {
            if let Some(view) = &state.runs.view {
                commands.runs(RunsCommand::Cancel(view.id().clone()));
            }
        }
        Action::ShowRunGraph => {
            commands.runs(RunsCommand::ShowGraph(state.runs.graph.is_none()));
        }
        Action::Rollout => commands.studio(StudioCommand::Open(StudioTab::Rollout)),
        Action::OutputTypes => commands.studio(StudioCommand::Open(StudioTab::OutputTypes)),
        Action::Orders => commands.studio(StudioCommand::Open(StudioTab::Orders)),
        Action::Resolution => commands.studio(StudioCommand::Open(StudioTab::Resolution)),
        Action::Audit => commands.studio(StudioCommand::Open(StudioTab::Audit)),
        Action::Migration => commands.studio(StudioCommand::Open(StudioTab::Migration)),
        Action::Compare => commands.compare(CompareCommand::OpenRun),
        Action::CompareFiles => commands.compare(CompareCommand::AskFiles),
        action if shell::run(state, action, ctx) => {}
        action => in_session(state, action, commands, ctx),
    }
}

fn mode(mode: ExecutionMode, commands: &mut Commands) {
    commands.runs(RunsCommand::SetMode(Some(mode)));
}

fn toggle(state: &State, launcher: Launcher, commands: &mut Commands) {
    let is_open = state.launcher == Some(launcher);
    commands.push(Command::Launch((!is_open).then_some(launcher)));
}

fn in_session(state: &mut State, action: Action, commands: &mut Commands, ctx: &egui::Context) {
    if let Some(edit) = edit(state, action) {
        let frames = frame_count(state);
        if apply_edit(state, &edit) && action == Action::JoinFrame {
            name_new_frame(state, frames);
        }
        return;
    }
    match action {
        Action::Undo => commands.push(Command::Edit(EditCommand::Undo)),
        Action::Redo => commands.push(Command::Edit(EditCommand::Redo)),
        Action::Mute => nodes::mute(state),
        Action::Duplicate => nodes::duplicate(state, false),
        Action::DuplicateWithInputs => nodes::duplicate(state, true),
        Action::Copy => clipboard::copy(state, ctx),
        Action::Cut => {
            clipboard::copy(state, ctx);
            commands.run(Action::Delete);
        }
        Action::Paste => clipboard::paste(state, false, ctx),
        Action::PasteWithInputs => clipboard::paste(state, true, ctx),
        _ => {
            if let Some(session) = &mut state.session {
                look(session, action, ctx);
            }
        }
    }
}

fn frame_count(state: &State) -> usize {
    let session = state.session.as_ref();
    session.map_or(0, |session| session.document.workflow().frames.len())
}

/// A frame that was just made begins with its title open.
fn name_new_frame(state: &mut State, before: usize) {
    if frame_count(state) > before
        && let Some(session) = &mut state.session
    {
        session.edit_text(Target::Frame(FrameIndex(before)));
    }
}

/// What changes the document and depends on nothing but selection and view.
fn edit(state: &State, action: Action) -> Option<Edit> {
    let session = state.session.as_ref()?;
    let selection = session.document.selection();
    let selected = || selection.nodes.clone();
    let sizes = || session.canvas.sizes();
    let align = |to: Alignment| Edit::Align {
        nodes: selected(),
        to,
        sizes: sizes(),
    };
    let distribute = |along: Axis| Edit::Distribute {
        nodes: selected(),
        along,
        sizes: sizes(),
    };
    Some(match action {
        Action::Delete => Edit::Remove {
            items: selection.clone(),
            reconnect: false,
        },
        Action::DeleteReconnect => Edit::Remove {
            items: selection.clone(),
            reconnect: true,
        },
        Action::AlignLeft => align(Alignment::Left),
        Action::AlignCenter => align(Alignment::Center),
        Action::AlignRight => align(Alignment::Right),
        Action::AlignTop => align(Alignment::Top),
        Action::AlignMiddle => align(Alignment::Middle),
        Action::AlignBottom => align(Alignment::Bottom),
        Action::DistributeHorizontally => distribute(Axis::Horizontal),
        Action::DistributeVertically => distribute(Axis::Vertical),
        Action::AutoLayout => Edit::AutoLayout {
            nodes: (selection.nodes.len() > 1).then(selected),
            sizes: sizes(),
        },
        Action::Collapse => nodes::collapse(session),
        Action::Connect => nodes::connect(state, session),
        Action::Disconnect => nodes::disconnect(session),
        Action::JoinFrame => nodes::join_frame(session),
        Action::RemoveFrame => nodes::remove_frame(session)?,
        Action::AddReroute => nodes::add_reroute(session)?,
        action => bookmark(session, action)?,
    })
}

fn bookmark(session: &Session, action: Action) -> Option<Edit> {
    let key = action.bookmark_set()?;
    let View { center, zoom } = session.canvas.view;
    Some(Edit::SetBookmark {
        key,
        center: [f64::from(center.x), f64::from(center.y)],
        zoom: f64::from(zoom),
    })
}

/// What changes selection, view and menus.
fn look(session: &mut Session, action: Action, ctx: &egui::Context) {
    match action {
        Action::SelectAll => {
            let all = Selection::all(session.document.workflow());
            session.document.select(Selection {
                edges: Default::default(),
                ..all
            });
        }
        Action::SelectNone => session.document.select(Selection::default()),
        Action::SelectInvert => {
            let workflow = session.document.workflow();
            let mut inverted = session.document.selection().inverted(workflow);
            inverted.edges.clear();
            inverted.reroutes.clear();
            session.document.select(inverted);
        }
        Action::SelectUpstream => reach(session, Reach::Upstream),
        Action::SelectDownstream => reach(session, Reach::Downstream),
        Action::SelectLeft | Action::SelectRight | Action::SelectUp | Action::SelectDown => {
            navigate::step(session, action);
        }
        Action::Rename => rename(session),
        Action::AddNote => nodes::open_note(session),
        Action::Grab => grab(session),
        Action::Add => open_add(session, Purpose::Add, ctx),
        Action::Swap => {
            let nodes = session.document.selection().nodes.clone();
            open_add(session, Purpose::Swap(nodes), ctx);
        }
        action => view(session, action),
    }
}

fn reach(session: &mut Session, reach: Reach) {
    let workflow = session.document.workflow();
    let nodes = Links::new(workflow).reach(&session.document.selection().nodes, reach);
    session.document.select(Selection::of_nodes(nodes));
}

fn rename(session: &mut Session) {
    let selection = session.document.selection();
    let node = selection.nodes.first().cloned().map(Target::Node);
    let frame = selection.frames.first().copied().map(Target::Frame);
    let note = selection.notes.first().copied().map(Target::Note);
    if let Some(target) = node.or(frame).or(note) {
        session.edit_text(target);
    }
}

fn grab(session: &mut Session) {
    let start = session.canvas.drop_point();
    let workflow = session.document.workflow();
    let selection = session.document.selection().clone();
    let moved = selection.with_frame_content(workflow, &session.canvas.sizes());
    session.canvas.gesture = Some(Gesture::Move {
        moved,
        start,
        now: start,
        is_grab: true,
        detaches: false,
    });
}

fn open_add(session: &mut Session, purpose: Purpose, ctx: &egui::Context) {
    let Some(frame) = session.canvas.frame() else {
        return;
    };
    let at = session.canvas.drop_point();
    let pointer = ctx.input(|input| input.pointer.hover_pos());
    let pointer = pointer.filter(|pointer| frame.canvas.contains(*pointer));
    let screen = pointer.unwrap_or_else(|| frame.canvas.center() - Vec2::new(150.0, 180.0));
    session.canvas.menus_opened += 1;
    session.canvas.add_menu = Some(AddMenu {
        purpose,
        at,
        screen,
    });
}

fn view(session: &mut Session, action: Action) {
    let canvas = &mut session.canvas;
    let Some(rect) = canvas.rect else {
        return;
    };
    let zoomed = |view: View, factor: f32| view.zoomed(factor, rect.center(), rect);
    match action {
        Action::FitAll => canvas.view = canvas.view_of_all(),
        Action::FitSelection => {
            let selection = session.document.selection();
            if let Some(bounds) = canvas.bounds_of(selection, session.document.workflow()) {
                canvas.view = View::fit(bounds, rect.size());
            }
        }
        Action::ZoomIn => canvas.view = zoomed(canvas.view, 1.25),
        Action::ZoomOut => canvas.view = zoomed(canvas.view, 0.8),
        Action::ZoomReset => canvas.view.zoom = 1.0,
        action => {
            let Some(key) = action.bookmark_go() else {
                return;
            };
            let mut bookmarks = session.document.workflow().bookmarks.iter();
            if let Some(kept) = bookmarks.find(|bookmark| bookmark.key == key) {
                canvas.view = View::kept(kept);
            }
        }
    }
}

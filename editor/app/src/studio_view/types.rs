//! Carries out what is asked of output types.

use std::path::Path;
use std::sync::Arc;

use hartomat_api::{OutputTypeDraft, OutputTypeEntry};
use hartomat_schema::{NodeType, OutputType, OutputTypeId, WorkflowId, validate_output_type};
use serde_json::Value;

use super::apply::ask;
use super::{Answer, StudioCommand, TypeEdit};
use crate::backend::StudioAsk;
use crate::messages::text;
use crate::shell::NoticeLevel;
use crate::state::State;

pub(super) fn apply(state: &mut State, command: StudioCommand) {
    let studio = &mut state.studio;
    match command {
        StudioCommand::DraftType(draft) => studio.type_draft = Some(draft),
        StudioCommand::DismissType => studio.type_draft = None,
        StudioCommand::CreateType => create(state),
        StudioCommand::SelectType(id) => {
            studio.type_draft = None;
            studio.shown_type = Some(id);
        }
        StudioCommand::EditType(output_type) => edit(state, *output_type),
        StudioCommand::SaveType(id) => {
            let edit = studio.type_edits.get_mut(&id);
            if let Some(edit) = edit.filter(|edit| !edit.is_sent) {
                edit.is_sent = true;
                edit.refused = None;
                let put = StudioAsk::PutType(Box::new(edit.output_type.clone()));
                ask(state, put);
            }
        }
        StudioCommand::DiscardType(id) => {
            // What is on its way can't be called back.
            studio
                .type_edits
                .retain(|other, edit| *other != id || edit.is_sent);
        }
        StudioCommand::OverrideFile(id, node_type, pointer, path) => {
            override_file(state, &id, node_type, &pointer, &path);
        }
        StudioCommand::WantWorkflow(id) if !studio.workflows.contains_key(&id) => {
            want_workflow(state, id);
        }
        _ => {}
    }
}

/// Asks for a workflow and its picture; what is known of it stays in view.
pub(super) fn want_workflow(state: &mut State, id: WorkflowId) {
    state.studio.workflows.entry(id.clone()).or_default().ask();
    let catalogue = Arc::clone(&state.catalogue);
    ask(state, StudioAsk::Workflow(id, catalogue));
}

/// Reads workflows anew that were read before: somebody may have saved over them.
pub(super) fn read_workflows(state: &mut State) {
    let known: Vec<_> = state.studio.workflows.keys().cloned().collect();
    for id in known {
        want_workflow(state, id);
    }
}

/// Checks edits of output types of a workflow that has come.
pub(super) fn check_edits(state: &mut State, workflow: &WorkflowId) {
    let studio = &mut state.studio;
    let known = studio.workflows.get(workflow).and_then(Answer::known);
    let known = known.map(|known| &known.workflow);
    let edits = studio.type_edits.values_mut();
    for edit in edits.filter(|edit| edit.output_type.workflow == *workflow) {
        edit.findings = validate_output_type(&edit.output_type, known, &state.catalogue);
    }
}

/// An output type is stored so. What was changed while it was on its way is still to be saved.
pub(super) fn stored(state: &mut State, stored: OutputTypeEntry) {
    let studio = &mut state.studio;
    let id = &stored.output_type.id;
    if let Some(edit) = studio.type_edits.get_mut(id) {
        edit.is_sent = false;
        // Its mode changes by decisions alone.
        edit.output_type.rollout = stored.output_type.rollout;
        if edit.output_type == stored.output_type {
            studio.type_edits.remove(id);
        }
    }
    // It stays in view while the list is read anew.
    let mut known = studio.output_types.known_mut().into_iter().flatten();
    if let Some(entry) = known.find(|entry| entry.output_type.id == *id) {
        *entry = stored;
    }
    let title = text("types.saved").to_owned();
    state.shell.notify(NoticeLevel::Good, title, Vec::new());
    ask(state, StudioAsk::OutputTypes);
    // Order lines and their modes are in the library.
    state.shell.worker().refresh_library();
}

fn create(state: &mut State) {
    let Some(draft) = &mut state.studio.type_draft else {
        return;
    };
    let Some(workflow) = draft.workflow.clone() else {
        return;
    };
    draft.is_sent = true;
    draft.refused = None;
    let draft = OutputTypeDraft {
        name: draft.name.clone(),
        workflow,
    };
    ask(state, StudioAsk::CreateType(draft));
}

/// An output type shall be so. What is back at how it is stored is no change.
fn edit(state: &mut State, output_type: OutputType) {
    let studio = &mut state.studio;
    let before = studio.type_edits.get(&output_type.id);
    // While it is being saved, what is stored is about to change.
    let is_sent = before.is_some_and(|edit| edit.is_sent);
    let mut stored = studio.output_types.known().into_iter().flatten();
    if !is_sent && stored.any(|entry| entry.output_type == output_type) {
        studio.type_edits.remove(&output_type.id);
        return;
    }
    let workflow = studio.workflows.get(&output_type.workflow);
    let workflow = workflow.and_then(Answer::known);
    let workflow = workflow.map(|known| &known.workflow);
    let edit = TypeEdit {
        findings: validate_output_type(&output_type, workflow, &state.catalogue),
        is_sent,
        refused: None,
        output_type,
    };
    studio.type_edits.insert(edit.output_type.id.clone(), edit);
}

/// A file that was chosen for a setting.
fn override_file(
    state: &mut State,
    id: &OutputTypeId,
    node_type: NodeType,
    pointer: &str,
    path: &Path,
) {
    let edited = state.studio.type_edits.get(id).map(|it| &it.output_type);
    let mut stored = state.studio.output_types.known().into_iter().flatten();
    let stored = stored.find(|it| it.output_type.id == *id);
    let Some(output_type) = edited.or(stored.map(|it| &it.output_type)) else {
        return;
    };
    let mut after = output_type.clone();
    let path = Value::String(path.to_string_lossy().into_owned());
    let setting = pointer.trim_start_matches('/').to_owned();
    let settings = after.overrides.entry(node_type).or_default();
    settings.insert(setting, path);
    edit(state, after);
}

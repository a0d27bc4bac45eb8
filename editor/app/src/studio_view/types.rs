//! Carries out what is asked of output types.

use std::path::Path;
use std::sync::Arc;

use hartomat_api::OutputTypeDraft;
use hartomat_schema::{NodeType, OutputType, OutputTypeId, WorkflowId, validate_output_type};
use serde_json::Value;

use super::apply::ask;
use super::{Answer, StudioCommand, TypeEdit};
use crate::backend::StudioAsk;
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
            if let Some(edit) = studio.type_edits.get_mut(&id) {
                edit.is_sent = true;
                edit.refused = None;
                let put = StudioAsk::PutType(Box::new(edit.output_type.clone()));
                ask(state, put);
            }
        }
        StudioCommand::DiscardType(id) => {
            studio.type_edits.remove(&id);
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
    let edits = state.studio.type_edits.values();
    let edits = edits.filter(|edit| edit.output_type.workflow == *workflow);
    let edits: Vec<_> = edits.map(|edit| edit.output_type.clone()).collect();
    for output_type in edits {
        edit(state, output_type);
    }
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
    let mut stored = studio.output_types.known().into_iter().flatten();
    if stored.any(|entry| entry.output_type == output_type) {
        studio.type_edits.remove(&output_type.id);
        return;
    }
    let workflow = studio.workflows.get(&output_type.workflow);
    let workflow = workflow.and_then(Answer::known);
    let workflow = workflow.map(|known| &known.workflow);
    let edit = TypeEdit {
        findings: validate_output_type(&output_type, workflow, &state.catalogue),
        is_sent: false,
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

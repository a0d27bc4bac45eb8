//! Carries out what is asked of the studio's side.

use std::path::Path;

use hartomat_api::{ApiError, ErrorKind, ImportFormat, ImportRequest, OutputTypeDraft};
use hartomat_schema::{GateException, RolloutAction};

use super::{Answer, OrderImport, RolloutDraft, RolloutDraftKind, StudioCommand, StudioTab};
use crate::backend::{Ask, StudioAsk};
use crate::command::{Action, Commands};
use crate::files::{FileQuestion, now};
use crate::runs::RunsCommand;
use crate::state::State;

/// The largest list of orders.
const MAX_LIST_BYTES: u64 = 8 << 20;

/// Carries a command out.
pub(crate) fn apply(state: &mut State, command: StudioCommand, commands: &mut Commands) {
    match command {
        StudioCommand::Open(tab) => {
            state.studio.open = Some(tab);
            read(state);
        }
        StudioCommand::Close => state.studio.open = None,
        StudioCommand::Reload => read(state),
        StudioCommand::Select(scope) => state.studio.selected = Some(scope),
        StudioCommand::Draft(draft) => state.studio.draft = Some(*draft),
        StudioCommand::DismissDraft => state.studio.draft = None,
        StudioCommand::Decide => decide(state),
        StudioCommand::DraftType(draft) => state.studio.type_draft = Some(draft),
        StudioCommand::DismissType => state.studio.type_draft = None,
        StudioCommand::CreateType => create_type(state),
        StudioCommand::PutType(output_type) => ask(state, StudioAsk::PutType(output_type)),
        StudioCommand::SelectOrder(order) => {
            state.studio.order = Some(order.clone());
            state.studio.order_detail = Answer::Asked(None);
            ask(state, StudioAsk::Order(order));
        }
        StudioCommand::AskImport => state.shell.ask_file(FileQuestion::Orders),
        StudioCommand::TryImport(path) => try_import(state, &path),
        StudioCommand::Import => import(state),
        StudioCommand::DismissImport => state.studio.import = None,
        StudioCommand::ShowRun(run) => {
            state.studio.open = None;
            commands.runs(RunsCommand::Open(run));
            let layout = &state.shell.preferences().layout;
            if !layout.bottom_open || layout.bottom_tab != "runs" {
                commands.run(Action::ToggleRuns);
            }
        }
    }
}

pub(super) fn ask(state: &mut State, question: StudioAsk) {
    state.shell.ask(Ask::Studio(question));
}

/// Asks for what the open part shows.
pub(super) fn read(state: &mut State) {
    match state.studio.open {
        Some(StudioTab::Rollout) => {
            state.studio.rollouts.ask();
            ask(state, StudioAsk::Rollouts);
        }
        Some(StudioTab::OutputTypes) => {
            state.studio.output_types.ask();
            ask(state, StudioAsk::OutputTypes);
        }
        Some(StudioTab::Orders) => {
            state.studio.orders.ask();
            ask(state, StudioAsk::Orders);
            if let Some(order) = state.studio.order.clone() {
                ask(state, StudioAsk::Order(order));
            }
        }
        None => {}
    }
}

fn decide(state: &mut State) {
    let Some(draft) = &mut state.studio.draft else {
        return;
    };
    draft.is_sent = true;
    draft.refused = None;
    let question = StudioAsk::Decide(
        draft.scope.clone(),
        Box::new(action(
            draft,
            state.studio.rollouts.known().into_iter().flatten(),
        )),
    );
    ask(state, question);
}

fn action<'a>(
    draft: &RolloutDraft,
    statuses: impl Iterator<Item = &'a hartomat_api::RolloutStatus>,
) -> RolloutAction {
    match draft.kind {
        RolloutDraftKind::RollBack(to) => RolloutAction::RollBack {
            to,
            reason: draft.reason.clone(),
        },
        RolloutDraftKind::Gate => RolloutAction::Configure {
            gate: draft.gate.clone(),
            shadow_percent: draft.shadow_percent,
        },
        RolloutDraftKind::Resume => RolloutAction::Resume,
        RolloutDraftKind::Promote => {
            let mut statuses = statuses;
            let status = statuses.find(|status| status.rollout.scope == draft.scope);
            let missing = status.into_iter().flat_map(|it| &it.gate.conditions);
            let missing = missing.filter(|it| !it.met).map(|it| it.name);
            RolloutAction::Promote {
                exception: draft.is_exception.then(|| GateException {
                    conditions: missing.collect(),
                    reason: draft.reason.clone(),
                    expires_at: now().plus_days(draft.days),
                }),
            }
        }
    }
}

fn create_type(state: &mut State) {
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

fn try_import(state: &mut State, path: &Path) {
    state.studio.open = Some(StudioTab::Orders);
    let is_json = path.extension().is_some_and(|it| it == "json");
    let request = |text| ImportRequest {
        format: if is_json {
            ImportFormat::Json
        } else {
            ImportFormat::Csv
        },
        text,
        dry_run: true,
        skip_refused: false,
    };
    let (request, report) = match read_list(path) {
        Ok(text) => (request(text), Answer::Asked(None)),
        Err(err) => (request(String::new()), Answer::Failed(err)),
    };
    if report.error().is_none() {
        ask(state, StudioAsk::Import(Box::new(request.clone())));
    }
    state.studio.import = Some(OrderImport {
        request,
        report,
        is_sent: false,
    });
}

fn import(state: &mut State) {
    let Some(import) = &mut state.studio.import else {
        return;
    };
    import.is_sent = true;
    import.request.dry_run = false;
    import.request.skip_refused = true;
    let request = Box::new(import.request.clone());
    ask(state, StudioAsk::Import(request));
}

fn read_list(path: &Path) -> Result<String, ApiError> {
    let refused = |why: String| {
        let message = format!("can't read `{}`: {why}", path.display());
        ApiError::new(ErrorKind::InvalidInput, message)
    };
    let size = path
        .metadata()
        .map_err(|err| refused(err.to_string()))?
        .len();
    if size > MAX_LIST_BYTES {
        let most = MAX_LIST_BYTES >> 20;
        return Err(refused(format!("it is larger than {most} MB")));
    }
    std::fs::read_to_string(path).map_err(|err| refused(err.to_string()))
}

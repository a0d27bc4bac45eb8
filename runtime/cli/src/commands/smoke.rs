//! `hartomat smoke`: a canonical workflow on a sample, from a product to the rule by which the graph may
//! take over.

mod way;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_app::bundled_sample;
use hartomat_schema::{ExecutionMode, RolloutScope, Workflow};
use serde_json::Value;

use super::Session;
use super::request::{build, find_workflow, subject_of};
use super::run::make_run;
use crate::args::{RendererArgument, SmokeCommand, SmokeRun};
use crate::outcome::Outcome;
use way::Way;

pub(crate) fn smoke(session: &Session, command: &SmokeCommand) -> Result<Outcome, ApiError> {
    match command {
        SmokeCommand::Still(smoke) => {
            let mut workflow = find_workflow(session, "canonical-still")?;
            choose_renderer(&mut workflow, smoke.renderer);
            make_smoke(session, workflow, smoke)
        }
        SmokeCommand::Turntable(smoke) => {
            let mut workflow = find_workflow(session, "turntable")?;
            choose_renderer(&mut workflow, smoke.renderer);
            make_quick(&mut workflow);
            make_smoke(session, workflow, smoke)
        }
        SmokeCommand::Blend(smoke) => {
            if smoke.renderer == Some(RendererArgument::Embedded) {
                let message = "the embedded renderer writes no Blender files";
                return Err(ApiError::new(ErrorKind::InvalidInput, message)
                    .hint("leave --renderer out, or choose blender"));
            }
            make_smoke(session, find_workflow(session, "blend-export")?, smoke)
        }
    }
}

/// Sets the renderer of every node that has a choice.
fn choose_renderer(workflow: &mut Workflow, renderer: Option<RendererArgument>) {
    let Some(renderer) = renderer else { return };
    let value = match renderer {
        RendererArgument::Auto => "auto",
        RendererArgument::Embedded => "embedded",
        RendererArgument::Blender => "blender",
    };
    let renders = |key: &str| {
        matches!(
            key,
            "render_still" | "render_thumbnail" | "render_turntable"
        )
    };
    let nodes = workflow.nodes.iter_mut();
    for node in nodes.filter(|node| renders(node.node_type.as_str())) {
        node.settings
            .insert("renderer".to_owned(), Value::from(value));
    }
}

/// A trial says in a minute what the whole turn would say in an hour; `--set` asks for more.
fn make_quick(workflow: &mut Workflow) {
    let quick = [
        ("width_px", 256),
        ("height_px", 256),
        ("frames", 24),
        ("fps", 12),
        ("samples", 16),
    ];
    let nodes = workflow.nodes.iter_mut();
    for node in nodes.filter(|node| node.node_type.as_str() == "render_turntable") {
        let settings = quick
            .iter()
            .map(|&(name, value)| (name.to_owned(), Value::from(value)));
        node.settings.extend(settings);
    }
}

fn make_smoke(
    session: &Session,
    workflow: Workflow,
    smoke: &SmokeRun,
) -> Result<Outcome, ApiError> {
    let cad = match &smoke.cad {
        Some(cad) => cad.clone(),
        None => bundled_sample(session.data_dir()).map_err(|err| {
            ApiError::new(
                ErrorKind::Internal,
                format!("can't write the bundled sample: {err}"),
            )
        })?,
    };
    let subject = subject_of(&workflow, &cad);
    let mode = smoke
        .execution_mode
        .map_or(ExecutionMode::Legacy, Into::into);
    let scope = RolloutScope::Workflow(workflow.id.clone());
    let mut request = build(session, workflow, subject, Some(mode), &smoke.options)?;
    let (options, output) = (&smoke.options.dispatch, smoke.options.output.as_deref());
    let is_reached = session.backend().is_ok();
    let Some(mut way) = is_reached
        .then(|| Way::begin(session, &mut request))
        .transpose()?
    else {
        // Its server can't be reached: it waits in the outbox.
        return make_run(session, &request, options, output);
    };
    let made = make_run(session, &request, options, output)?;
    Ok(way.finish(session, made, &scope))
}

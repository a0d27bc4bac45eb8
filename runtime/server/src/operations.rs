//! What each route does: one file per group. The match has no default, so that no route lacks one.

mod about;
mod cad;
mod files;
mod golden;
mod messages;
mod orders;
mod reviews;
mod rollouts;
mod runs;
mod sessions;
mod workflows;

use std::sync::Arc;

use hartomat_api::http::Operation as O;
use hartomat_app::Studio;
use tokio::sync::OwnedSemaphorePermit;

use crate::answer::{Answer, Refusal};
use crate::call::Call;
use crate::server::Server;
use crate::share;
use crate::stream;

/// Does what was asked.
pub(crate) async fn perform(server: &Arc<Server>, call: Call) -> Result<Answer, Refusal> {
    let call = match call.caller.shared_run {
        None => call,
        Some(_) => {
            let check = move |studio: &Arc<Studio>| share::check(studio, &call).map(|()| call);
            server.block(check).await??
        }
    };
    match call.route.operation {
        O::RunStream => stream::of_run(server, &call).await,
        O::FeedStream => stream::of_all(server, &call).await,
        O::Compare
        | O::CadReport
        | O::CadGlb
        | O::CadStl
        | O::MaterialSwatch
        | O::ArtifactFrame
        | O::RunReport
        | O::Preflight
        | O::DryRun => {
            let turn = server.heavy.clone().acquire_owned().await.ok();
            on_thread(server, call, turn).await
        }
        _ => on_thread(server, call, None).await,
    }
}

/// What a change means in a plain sentence, where its address doesn't say it. May read the database.
pub(crate) fn sentence(studio: &Studio, call: &Call) -> Option<String> {
    match call.route.operation {
        O::ReviewAdd => reviews::sentence_of_addition(studio, call),
        O::ReviewRevoke => reviews::sentence_of_revocation(studio, call),
        O::RolloutDecide => rollouts::sentence(call),
        O::ShareCreate => sessions::sentence_of_share(call),
        _ => None,
    }
}

/// Whether a rollout is to be rolled back, which works when nothing else does.
pub(crate) fn is_rollback(call: &Call) -> bool {
    call.route.operation == O::RolloutDecide && rollouts::is_rollback(call)
}

/// Does it on a thread that may block. The turn is over when the work is, whether or not its client
/// still waits.
async fn on_thread(
    server: &Arc<Server>,
    mut call: Call,
    turn: Option<OwnedSemaphorePermit>,
) -> Result<Answer, Refusal> {
    let at_work = server.clone();
    let work = move |_: &Arc<Studio>| {
        let answer = perform_blocking(&at_work, &mut call);
        drop(turn);
        answer
    };
    server.block(work).await?
}

fn perform_blocking(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    match call.route.operation {
        O::Health => about::health(server),
        O::Info => about::info(server),
        O::Metrics => Ok(about::metrics(server)),
        O::OpenApi => about::openapi(server),
        O::SessionStart => sessions::start(server, call),
        O::SessionGet => sessions::get(call),
        O::SignInCode => sessions::code(server, call),
        O::SessionEnd => Ok(sessions::end(server, call)),
        O::AuditList => about::audit_list(server, call),
        O::ShutDown => about::shut_down(server),
        O::NodeDefinitions => workflows::node_definitions(server, call),
        O::Materials => workflows::materials(server),
        O::MaterialSwatch => workflows::material_swatch(server, call),
        O::StudioScenes => workflows::studio_scenes(server),
        O::BlendTemplates => workflows::blend_templates(server),
        O::Templates => workflows::templates(server),
        O::OrderLines => workflows::order_lines(server),
        O::OutputTypeList => orders::output_type_list(server),
        O::OutputTypeCreate => orders::output_type_create(server, call),
        O::OutputTypePut => orders::output_type_put(server, call),
        O::Resolve => orders::resolve(server, call),
        O::ProductList => orders::product_list(server),
        O::OrderList => orders::list(server),
        O::OrderGet => orders::get(server, call),
        O::Import => orders::import(server, call),
        O::Calibrate => orders::calibrate(server, call),
        O::NotificationList => orders::notification_list(server),
        O::NotificationTargetList => messages::target_list(server),
        O::MessageList => messages::list(server),
        O::MessageRetry => messages::retry(server, call),
        O::WorkflowList => workflows::list(server),
        O::WorkflowGet => workflows::get(server, call),
        O::WorkflowPut => workflows::put(server, call),
        O::WorkflowRemove => workflows::remove(server, call),
        O::Validate => workflows::validate(server, call),
        O::Preflight => runs::preflight(server, call),
        O::DryRun => runs::dry_run(server, call),
        O::Dispatch => runs::dispatch(server, call),
        O::RunList => runs::list(server, call),
        O::RunGet => runs::get(server, call),
        O::RunJournal => runs::journal(server, call),
        O::RunLogs => runs::logs(server, call),
        O::QueuePut => runs::pause(server, call),
        O::RunCancel => runs::cancel(server, call),
        O::RunResume => runs::resume(server, call),
        O::RunRerun => runs::rerun(server, call),
        O::RunReport => runs::report(server, call),
        O::RunComparison => sessions::comparison(server, call),
        O::ShareCreate => sessions::share(server, call),
        O::ShareKeyRotate => sessions::rotate(server),
        O::ReviewAdd => reviews::add(server, call),
        O::ReviewList => reviews::list(server, call),
        O::ReviewRevoke => reviews::revoke(server, call),
        O::GoldenCaseList => golden::list(server),
        O::GoldenCasePut => golden::put(server, call),
        O::GoldenDispatch => golden::dispatch(server, call),
        O::GoldenReport => golden::report(server, call),
        O::RolloutList => rollouts::list(server),
        O::RolloutGet => rollouts::get(server, call),
        O::RolloutDecide => rollouts::decide(server, call),
        O::RolloutSimulate => rollouts::simulate(server, call),
        O::Feed => runs::feed(server, call),
        O::Compare => files::compare(server, call),
        O::UploadGet => files::upload_get(server, call),
        O::UploadPatch => files::upload_patch(server, call),
        O::UploadRemove => files::upload_remove(server, call),
        O::ArtifactFrame => files::frame(server, call),
        O::Artifact => files::artifact(server, call),
        O::MediaAsset => files::media_asset(server, call),
        O::CadFileList => cad::list(server),
        O::CadFilePut => cad::put(server, call),
        O::CadReport => cad::report(server, call),
        O::CadGlb => cad::glb(server, call),
        O::CadStl => cad::stl(server, call),
        O::RunStream | O::FeedStream => unreachable!("streams don't block"),
    }
}

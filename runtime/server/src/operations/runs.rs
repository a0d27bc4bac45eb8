//! Runs: checked, taken on, listed, read, stopped, made again.

use hartomat_api::http::{JournalQuery, QueueState, ReportQuery, RerunOptions};
use hartomat_api::{
    ApiError, Backend as _, DispatchRequest, ErrorKind, FileSource, LogQuery, RerunRequest,
    RunQuery,
};

use crate::answer::{Answer, Refusal};
use crate::call::Call;
use crate::server::Server;

/// Events on a page where nobody says how many.
const USUAL_EVENTS: u32 = 1000;

pub(super) fn preflight(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.preflight(&request(call)?)?)
}

pub(super) fn dry_run(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.dry_run(&request(call)?)?)
}

pub(super) fn dispatch(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let request = request(call)?;
    let record = server.studio.dispatch_as(&call.caller.person, &request)?;
    Answer::json(&record)
}

/// What is asked for, with the key of the header in the place of the body's.
fn request(call: &mut Call) -> Result<DispatchRequest, Refusal> {
    let key = call.idempotency_key()?;
    let request: DispatchRequest = call.json()?;
    if let Some(file) = request.subject.file() {
        stored(file)?;
    }
    Ok(DispatchRequest {
        idempotency_key: key.or(request.idempotency_key),
        ..request
    })
}

/// Refuses paths: they would be of this machine, and the caller is on another or may be.
pub(super) fn stored(file: &FileSource) -> Result<(), Refusal> {
    match file {
        FileSource::Stored(_) => Ok(()),
        FileSource::Path(_) => {
            let message = "a file's path means nothing to a server";
            Err(ApiError::new(ErrorKind::InvalidInput, message)
                .hint("upload the file, and name it by its digest")
                .into())
        }
    }
}

pub(super) fn list(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let query: RunQuery = call.query()?;
    Answer::json(&server.studio.run_list(&query)?)
}

pub(super) fn get(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.run_get(&call.run()?)?)
}

pub(super) fn journal(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let (after, limit) = place(call)?;
    Answer::json(&server.studio.run_events(&call.run()?, after, limit)?)
}

pub(super) fn feed(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let (after, limit) = place(call)?;
    Answer::json(&server.studio.feed(after, limit)?)
}

fn place(call: &Call) -> Result<(u64, usize), Refusal> {
    let query: JournalQuery = call.query()?;
    Ok((query.after, query.limit.unwrap_or(USUAL_EVENTS) as usize))
}

pub(super) fn logs(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let query: LogQuery = call.query()?;
    Answer::json(&server.studio.run_logs(&call.run()?, &query)?)
}

pub(super) fn report(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let query: ReportQuery = call.query()?;
    let report = server.studio.run_report(&call.run()?, query.format)?;
    Ok(Answer::bytes(report))
}

pub(super) fn cancel(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    server.studio.run_cancel(&call.run()?)?;
    Ok(Answer::empty())
}

pub(super) fn pause(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let wanted: QueueState = call.json()?;
    server.studio.queue_pause(wanted.is_paused)?;
    Ok(Answer::empty())
}

pub(super) fn resume(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.resume(&call.run()?)?)
}

pub(super) fn rerun(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let idempotency_key = call.idempotency_key()?;
    let options: RerunOptions = call.json()?;
    let request = RerunRequest {
        scope: options.scope,
        definition: options.definition,
        priority: options.priority,
        idempotency_key,
        ..RerunRequest::new(call.run()?)
    };
    let record = server.studio.rerun_as(&call.caller.person, &request)?;
    Answer::json(&record)
}

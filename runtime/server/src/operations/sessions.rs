//! Browsers that sign in and out, and links that let others see one comparison.

use axum::http::header::ORIGIN;
use hartomat_api::http::{RunComparison, Session, Share, ShareOptions, SignInCode};
use hartomat_api::{ApiError, Backend as _, ErrorKind};

use crate::answer::{Answer, Refusal};
use crate::call::{Call, Payload};
use crate::server::Server;
use crate::session::set_cookie;
use crate::share;

pub(super) fn start(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let sessions = &server.identity.sessions;
    // Signing in again doesn't leave the session before behind.
    sessions.end(&call.headers, call.port);
    let secrets = sessions.begin(&call.caller.credential)?;
    let origin = call.headers.get(ORIGIN);
    let is_secure = origin.is_some_and(|it| it.as_bytes().starts_with(b"https:"));
    let cookie = set_cookie(Some(&secrets.cookie), call.port, is_secure);
    Answer::json(&session(call, Some(secrets.key))).map(|answer| answer.with_cookie(&cookie))
}

pub(super) fn get(call: &Call) -> Result<Answer, Refusal> {
    Answer::json(&session(call, None))
}

pub(super) fn code(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let code = server.identity.sessions.code(&call.caller.credential)?;
    Answer::json(&SignInCode {
        address: format!("/sign-in#{code}"),
    })
}

pub(super) fn end(server: &Server, call: &Call) -> Answer {
    server.identity.sessions.end(&call.headers, call.port);
    Answer::empty().with_cookie(&set_cookie(None, call.port, false))
}

fn session(call: &Call, key: Option<String>) -> Session {
    Session {
        person: call.caller.person.clone(),
        scopes: call.caller.scopes.clone(),
        shared_run: call.caller.shared_run.clone(),
        key,
    }
}

pub(super) fn comparison(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let detail = server.studio.run_get(&call.run()?)?;
    let record = detail.record;
    Answer::json(&RunComparison {
        run: record.id,
        workflow: record.workflow,
        workflow_name: record.workflow_name,
        output_type: record.output_type,
        cad_file: record.cad_file,
        mode: record.mode,
        state: record.state,
        created_at: record.created_at,
        evidence: detail.evidence,
    })
}

pub(super) fn share(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let options: ShareOptions = call.json()?;
    let run = call.run()?;
    if server.studio.run_get(&run)?.evidence.is_none() {
        let message = format!("run {run} has no comparison to show");
        return Err(ApiError::new(ErrorKind::InvalidInput, message).into());
    }
    let secret = share::secret(&server.studio, &run, options.expires_at)?;
    Answer::json(&Share {
        address: format!("/share#{secret}"),
        expires_at: options.expires_at,
    })
}

pub(super) fn rotate(server: &Server) -> Result<Answer, Refusal> {
    server.studio.share_key_rotate()?;
    Ok(Answer::empty())
}

pub(super) fn sentence_of_share(call: &Call) -> Option<String> {
    let Payload::Json(body) = &call.body else {
        return None;
    };
    let options: ShareOptions = serde_json::from_value(body.clone()).ok()?;
    let (person, until) = (&call.caller.person, options.expires_at.date());
    Some(format!(
        "{person} lets whoever has a link see this comparison until {until}"
    ))
}

//! The router, made from the contract's table: every request passes the gate, shows who it is from,
//! may do what its token allows, and is noted before it changes anything.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodFilter, MethodRouter, on};
use hartomat_api::http::{self, Method, Operation, Route, routes};
use hartomat_api::{ApiError, ErrorKind};

use crate::accept::Ends;
use crate::answer::{Refusal, harden};
use crate::body::{Pieces, check_length, parse, read_whole};
use crate::call::{Call, Payload};
use crate::identity::{Caller, Head};
use crate::operations;
use crate::pages;
use crate::server::Server;
use crate::share;

/// The router of a server.
pub(crate) fn router(server: &Arc<Server>) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let server = server.clone();
        let handler = move |found: Result<RawPathParams, RawPathParamsRejection>,
                            request: Request| {
            // What is no text names nothing.
            let variables = found.map_or_else(|_| Vec::new(), |found| texts(&found));
            answer(server, route, variables, request)
        };
        let handled: MethodRouter = on(filter(route.method), handler);
        router = router.route(route.path, handled);
    }
    let guard_server = server.clone();
    router
        .fallback(|| async {
            refuse(Refusal::new(
                StatusCode::NOT_FOUND,
                "there is no such address",
            ))
        })
        .method_not_allowed_fallback(|| async {
            let message = "this address has no such method";
            refuse(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message))
        })
        .layer(from_fn(move |request: Request, next: Next| {
            guard(guard_server.clone(), request, next)
        }))
        .merge(pages::router(server))
}

fn texts(variables: &RawPathParams) -> Vec<String> {
    variables
        .iter()
        .map(|(_, value)| value.to_owned())
        .collect()
}

fn filter(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Patch => MethodFilter::PATCH,
        Method::Delete => MethodFilter::DELETE,
    }
}

fn refuse(refusal: Refusal) -> Response<Body> {
    refusal.into_response()
}

/// Lets in what is meant for this server and comes from somebody who is known. Every method and every
/// address passes here, also those that don't exist.
async fn guard(server: Arc<Server>, mut request: Request, next: Next) -> Response<Body> {
    let let_in = let_in(&server, &request);
    let mut response = match let_in.await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refusal) => {
            server.metrics.answered(None, refusal.status);
            refusal.into_response()
        }
    };
    harden(&mut response);
    response
}

/// Looks at the request's head now, and at the token on a thread that may read the database.
fn let_in(
    server: &Arc<Server>,
    request: &Request,
) -> impl Future<Output = Result<Caller, Refusal>> + Send + use<> {
    let is_meant = check_gate(server, request);
    let head = Head {
        method: request.method().clone(),
        uri: request.uri().clone(),
        headers: request.headers().clone(),
        ends: ends(request.extensions()),
    };
    let server = server.clone();
    async move {
        is_meant?;
        let asked = server.clone();
        server
            .block(move |studio| asked.identity.find(studio, &head))
            .await?
    }
}

/// Whether a request is meant for this server and comes from a page of it, or from none.
pub(crate) fn check_gate(server: &Server, request: &Request) -> Result<(), Refusal> {
    let local = ends(request.extensions()).local;
    server.gate.check(request.uri(), request.headers(), local)
}

fn ends(extensions: &Extensions) -> Ends {
    let ends = extensions.get::<Ends>().copied();
    ends.expect("the accept loop tells every request its connection")
}

/// Answers a request of somebody who is known.
async fn answer(
    server: Arc<Server>,
    route: &'static Route,
    variables: Vec<String>,
    request: Request,
) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let response = match take(&server, route, variables, &mut parts, body).await {
        Ok(call) => finish(&server, call).await,
        Err(refusal) => refusal.into_response(),
    };
    server
        .metrics
        .answered(Some(route.operation), response.status());
    response
}

/// Does what was asked. A change ends in order, also when its client has hung up meanwhile.
async fn finish(server: &Arc<Server>, call: Call) -> Response<Body> {
    if !call.route.changes_state {
        return perform(server, call).await;
    }
    let at_work = server.clone();
    match tokio::spawn(async move { perform(&at_work, call).await }).await {
        Ok(response) => response,
        Err(err) => Refusal::from(err).into_response(),
    }
}

/// Reads the request, once it is clear that it may be made.
async fn take(
    server: &Arc<Server>,
    route: &'static Route,
    variables: Vec<String>,
    parts: &mut Parts,
    body: Body,
) -> Result<Call, Refusal> {
    let caller = parts.extensions.remove::<Caller>();
    let caller = caller.ok_or_else(|| Refusal::new(StatusCode::UNAUTHORIZED, "nobody is known"))?;
    share::check_route(&caller, route)?;
    if !caller.scopes.contains(&route.scope) {
        if route.changes_state {
            let target = target(route, &variables);
            let seq = note(server, route, &caller, target).await?;
            note_outcome(server, seq, StatusCode::FORBIDDEN).await;
        }
        let message = format!("this needs a token with the scope `{}`", route.scope);
        return Err(ApiError::new(ErrorKind::Forbidden, message).into());
    }
    let query = server.shapes.query(route, &parts.uri)?;
    check_length(&body, route.max_body_bytes)?;
    let body = match route.request {
        http::Body::Empty | http::Body::Events => Payload::None,
        http::Body::Json(_) => Payload::Json(read(server, route, &parts.headers, body).await?),
        http::Body::Bytes(_) => {
            let place = server.uploads.clone().try_acquire_owned();
            let place = place.map_err(|_full| Refusal {
                retry_after_secs: Some(2),
                ..Refusal::new(StatusCode::TOO_MANY_REQUESTS, "many uploads arrive already")
            })?;
            Payload::Bytes(Pieces::of(body, route.max_body_bytes, place))
        }
    };
    Ok(Call {
        route,
        caller,
        variables,
        query,
        port: ends(&parts.extensions).local.port(),
        headers: std::mem::take(&mut parts.headers),
        body,
    })
}

/// Reads a JSON body and holds it against its shape, on a thread that may take its time. Only so many
/// bytes of such bodies are there at once: the room is given back when it is checked.
async fn read(
    server: &Arc<Server>,
    route: &'static Route,
    headers: &HeaderMap,
    body: Body,
) -> Result<serde_json::Value, Refusal> {
    let most = route.max_body_bytes;
    let (bytes, _room) = read_whole(headers, body, most, &server.bodies).await?;
    let checker = server.clone();
    server
        .block(move |_| {
            let json = parse(&bytes)?;
            checker.shapes.body(route, &json)?;
            Ok(json)
        })
        .await?
}

/// Does what was asked. A change is noted in the audit list before it is made, and what came of it
/// after.
async fn perform(server: &Arc<Server>, call: Call) -> Response<Body> {
    let route = call.route;
    let (call, noted) = match route.changes_state && !is_continued(&call) {
        true => match note_call(server, call).await {
            Ok(noted) => noted,
            Err(refusal) => return refusal.into_response(),
        },
        false => (call, None),
    };
    let response = match operations::perform(server, call).await {
        Ok(answer) => answer.into_response(route),
        Err(refusal) => refusal.into_response(),
    };
    if let Some(seq) = noted {
        note_outcome(server, seq, response.status()).await;
    }
    response
}

/// Whether this is a later piece of an upload whose first is noted already.
fn is_continued(call: &Call) -> bool {
    call.route.operation == Operation::UploadPatch && call.query["offset"] != 0
}

/// Notes who asks for what, with a plain sentence where the address alone doesn't say it. A rollback
/// doesn't wait for the audit list to be writable: the decision itself is kept beside the rollout.
async fn note_call(server: &Arc<Server>, call: Call) -> Result<(Call, Option<u64>), Refusal> {
    let (call, sentence) = server
        .block(move |studio| {
            let sentence = operations::sentence(studio, &call);
            (call, sentence)
        })
        .await?;
    let target = target(call.route, &call.variables);
    let target = match sentence {
        Some(sentence) => format!("{target}: {sentence}"),
        None => target,
    };
    let noted = note(server, call.route, &call.caller, target).await;
    match noted {
        Err(_) if operations::is_rollback(&call) => Ok((call, None)),
        noted => Ok((call, Some(noted?))),
    }
}

/// The address that is asked, cut where it is very long.
fn target(route: &Route, variables: &[String]) -> String {
    let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
    route.address(&variables).chars().take(512).collect()
}

async fn note(
    server: &Arc<Server>,
    route: &Route,
    caller: &Caller,
    target: String,
) -> Result<u64, Refusal> {
    let (actor, action) = (caller.actor.clone(), format!("{:?}", route.operation));
    let noted = server
        .block(move |studio| studio.audit_begin(&actor, &action, &target))
        .await?;
    Ok(noted?)
}

/// Notes what came of it. The answer stands also when that fails: the line says that it was asked for.
async fn note_outcome(server: &Arc<Server>, seq: u64, status: StatusCode) {
    let outcome = status.as_u16().to_string();
    let _ = server
        .block(move |studio| studio.audit_end(seq, &outcome))
        .await;
}

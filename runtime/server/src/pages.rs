//! The review page: files of `assets/web` in this program, for any browser that this server is meant for.
//!
//! They hold nothing of the studio's, so that nobody has to be known to read them; what they show is
//! asked for like everything else.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use hartomat_schema::Digest;

use crate::answer::{Refusal, harden};
use crate::router::check_gate;
use crate::server::Server;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// What a page may do: run, show and ask for what is from here, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The page itself, which looks at the address to know what to show.
const PAGE: &[u8] = include_bytes!("../../../assets/web/index.html");
/// Addresses of the page, so that each of its views survives a reload.
const VIEWS: [&str; 8] = [
    "/",
    "/sign-in",
    "/runs",
    "/runs/{run}",
    "/runs/{run}/compare",
    "/reviews",
    "/rollouts",
    "/share",
];

/// A file: its address, its media type, its bytes.
type File = (&'static str, &'static str, &'static [u8]);

macro_rules! files {
    ($($media_type:ident: $($name:literal)*;)*) => {
        &[$($((
            concat!("/web/", $name),
            $media_type,
            include_bytes!(concat!("../../../assets/web/", $name)),
        ),)*)*]
    };
}

const FILES: &[File] = files! {
    STYLE: "base.css" "parts.css" "views.css" "compare.css";
    SCRIPT: "theme.js" "app.js" "api.js" "dom.js" "format.js" "icons.js" "keys.js" "ui.js"
        "sign_in.js" "runs.js" "run.js" "graph.js" "logs.js" "compare.js" "stage.js" "pictures.js"
        "findings.js" "frames.js" "review.js" "reviews.js" "rollouts.js" "share.js";
};
const ICON: File = (
    "/web/icon.svg",
    SVG,
    include_bytes!("../../../icons/hartomat.svg"),
);

/// A file with what tells one version of it from another.
#[derive(Clone, Copy)]
struct Page {
    media_type: &'static str,
    bytes: &'static [u8],
    etag: &'static str,
}

impl Page {
    fn new((address, media_type, bytes): File) -> (&'static str, Self) {
        let etag = format!("\"{}\"", Digest::of(bytes).hex()).leak();
        let page = Self {
            media_type,
            bytes,
            etag,
        };
        (address, page)
    }

    fn answer(self, headers: &HeaderMap) -> Response<Body> {
        let seen = headers.get_all(IF_NONE_MATCH).iter();
        let is_seen = seen
            .filter_map(|it| it.to_str().ok())
            .any(|it| it.contains(self.etag));
        let mut response = match is_seen {
            true => Response::new(Body::empty()),
            false => Response::new(Body::from(self.bytes)),
        };
        if is_seen {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let said = [
            (CONTENT_TYPE, self.media_type),
            (ETAG, self.etag),
            (CACHE_CONTROL, "no-cache"),
            (CONTENT_SECURITY_POLICY, POLICY),
        ];
        let headers = response.headers_mut();
        for (name, value) in said {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// All files by their addresses.
static PAGES: LazyLock<Vec<(&str, Page)>> = LazyLock::new(|| {
    let views = VIEWS.iter().map(|address| (*address, HTML, PAGE));
    let files = FILES.iter().copied().chain([ICON]);
    views.chain(files).map(Page::new).collect()
});

/// The routes of the page.
pub(crate) fn router(server: &Arc<Server>) -> Router {
    let mut router = Router::new();
    for (address, page) in PAGES.iter() {
        let answer = |headers: HeaderMap| std::future::ready(page.answer(&headers));
        router = router.route(address, get(answer));
    }
    let server = server.clone();
    router
        .method_not_allowed_fallback(|| async {
            let message = "this address has no such method";
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message).into_response()
        })
        .layer(from_fn(move |request: Request, next: Next| {
            guard(server.clone(), request, next)
        }))
}

/// Lets in what is meant for this server.
async fn guard(server: Arc<Server>, request: Request, next: Next) -> Response<Body> {
    let mut response = match check_gate(&server, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    server.metrics.answered(None, response.status());
    harden(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/web");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let address = format!("/web/{name}");
            let is_served = FILES.iter().any(|(served, ..)| *served == address);
            assert!(
                is_served || name == "index.html",
                "{name} is not in the table"
            );
        }
    }
}

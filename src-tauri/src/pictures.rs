//! Pictures for the main window: `picture://localhost/KIND/ID`, read from the agent and passed on to that
//! window alone.

use std::sync::Arc;

use hartomat_api::{ApiError, Backend as _, ErrorKind};
use hartomat_schema::MediaAssetId;
use tauri::http::{Request, Response, StatusCode};
use tauri::{Manager as _, UriSchemeContext, UriSchemeResponder, Wry};

use crate::shell::Shell;
use crate::windows::MAIN;

/// How the scheme is called.
pub(crate) const SCHEME: &str = "picture";
/// The largest picture.
const MOST_BYTES: u64 = 64 << 20;

/// Answers a request for a picture.
pub(crate) fn answer(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    if context.webview_label() != MAIN {
        return responder.respond(refusal(StatusCode::FORBIDDEN));
    }
    let shell = context.app_handle().state::<Arc<Shell>>().inner().clone();
    let path = request.uri().path().to_owned();
    tauri::async_runtime::spawn_blocking(move || match read(&shell, &path) {
        Ok(Some((bytes, media_type))) => {
            let response = Response::builder().header("content-type", media_type);
            let response = response.header("cache-control", "max-age=3600");
            responder.respond(response.body(bytes).expect("the head is fixed"));
        }
        Ok(None) | Err(_) => responder.respond(refusal(StatusCode::NOT_FOUND)),
    });
}

fn refusal(status: StatusCode) -> Response<Vec<u8>> {
    let response = Response::builder().status(status).body(Vec::new());
    response.expect("the head is fixed")
}

/// A picture's bytes; none where it is no picture.
fn read(shell: &Shell, path: &str) -> Result<Option<(Vec<u8>, &'static str)>, ApiError> {
    let mut parts = path.trim_start_matches('/').splitn(2, '/');
    let (kind, id) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let broken = |err: std::io::Error| ApiError::from_source(ErrorKind::Internal, &err);
    let client = shell.agent.link()?.client;
    let folder = tempfile::tempdir().map_err(broken)?;
    let file = folder.path().join("picture");
    match kind {
        "artifact" => {
            let Ok(digest) = id.replace("%3A", ":").parse() else {
                return Ok(None);
            };
            client.artifact_save(&digest, &file, &|_, _| {})?;
        }
        "media-asset" => match MediaAssetId::new(id) {
            Ok(id) => client.media_asset_save(&id, &file)?,
            Err(_) => return Ok(None),
        },
        _ => return Ok(None),
    }
    if file.metadata().map_err(broken)?.len() > MOST_BYTES {
        return Ok(None);
    }
    let bytes = std::fs::read(file).map_err(broken)?;
    Ok(media_type(&bytes).map(|media_type| (bytes, media_type)))
}

/// What kind of picture it is, by how it begins.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_alone_are_passed_on() {
        assert_eq!(media_type(b"\x89PNG\r\n"), Some("image/png"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media_type(b"RIFF0000WEBPVP8 "), Some("image/webp"));
        assert_eq!(media_type(b"<svg onload=x>"), None);
        assert_eq!(media_type(b""), None);
    }
}

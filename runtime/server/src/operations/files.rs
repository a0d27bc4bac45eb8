//! Files: sent in pieces, fetched whole or in part, compared.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};

use axum::body::Body;
use axum::http::StatusCode;
use hartomat_api::http::{ComparisonAnswer, UploadQuery};
use hartomat_api::{ApiError, Backend as _, CompareRequest, ErrorKind};
use hartomat_schema::{Digest, MediaAssetId, StoredFile};
use headers::{HeaderMapExt as _, Range};
use std::ops::Bound;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use super::runs;
use crate::answer::{Answer, Refusal};
use crate::call::Call;
use crate::server::Server;

/// Bytes read from a file at a time.
const PIECE: usize = 64 << 10;

pub(super) fn upload_get(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let state = server
        .studio
        .upload_state(&call.digest()?, &call.caller.person)?;
    Answer::json(&state)
}

pub(super) fn upload_patch(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let (digest, query): (_, UploadQuery) = (call.digest()?, call.query()?);
    let mut bytes = call.bytes();
    let state = server
        .studio
        .upload_append(&digest, &call.caller.person, &query, &mut bytes);
    match (state, bytes.refusal()) {
        (Ok(state), _) => Answer::json(&state),
        (Err(_), Some(refusal)) => Err(refusal),
        (Err(err), None) => Err(err.into()),
    }
}

pub(super) fn upload_remove(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    server
        .studio
        .upload_remove(&call.digest()?, &call.caller.person)?;
    Ok(Answer::empty())
}

pub(super) fn artifact(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let digest = call.digest()?;
    match server.studio.artifact_open(&digest)? {
        Some((file, size)) => file_answer(call, file, &digest, size),
        None => {
            let message = format!("nothing is stored under {digest}");
            Err(ApiError::new(ErrorKind::NotFound, message).into())
        }
    }
}

pub(super) fn frame(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let number = call.variables.get(1).map_or("", String::as_str);
    let number = number.parse().map_err(|_err| {
        let message = format!("there is no frame `{number}`: frames have numbers from 1");
        ApiError::new(ErrorKind::NotFound, message)
    })?;
    let png = server.studio.artifact_frame(&call.digest()?, number)?;
    Ok(Answer::bytes(png))
}

pub(super) fn media_asset(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let not_found = || {
        let message = format!("there is no media asset `{}`", call.variable());
        Refusal::from(ApiError::new(ErrorKind::NotFound, message))
    };
    let id = MediaAssetId::new(call.variable()).map_err(|_err| not_found())?;
    let (file, asset) = server.studio.media_asset_open(&id)?.ok_or_else(not_found)?;
    let size = file
        .metadata()
        .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?
        .len();
    file_answer(call, file, &asset.digest, size)
}

/// A file's bytes, or the range of them that was asked for.
fn file_answer(call: &Call, mut file: File, digest: &Digest, size: u64) -> Result<Answer, Refusal> {
    let wanted = match call.headers.typed_get::<Range>() {
        None => None,
        Some(range) => Some(first_range(&range, size).ok_or_else(|| {
            let message = format!("the range lies beyond the end: there are {size} bytes");
            Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, message)
        })?),
    };
    let (first, last) = wanted.unwrap_or((0, size.saturating_sub(1)));
    let count = if size == 0 { 0 } else { last - first + 1 };
    file.seek(SeekFrom::Start(first))
        .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
    let answer = Answer::file(streamed(file, count), digest, count);
    Ok(match wanted {
        Some(_) => answer.with_range(first, last, size),
        None => answer,
    })
}

/// So many bytes of a file, read as the client takes them.
pub(super) fn streamed(file: File, count: u64) -> Body {
    let reader = tokio::fs::File::from_std(file).take(count);
    Body::from_stream(ReaderStream::with_capacity(reader, PIECE))
}

/// The first range of bytes, both ends included; none where it lies beyond the end.
fn first_range(range: &Range, size: u64) -> Option<(u64, u64)> {
    let (first, last) = range.satisfiable_ranges(size).next()?;
    let first = match first {
        Bound::Included(first) => first,
        Bound::Excluded(before) => before + 1,
        Bound::Unbounded => 0,
    };
    let last = match last {
        Bound::Included(last) => last.min(size.checked_sub(1)?),
        Bound::Excluded(after) => after.checked_sub(1)?,
        Bound::Unbounded => size.checked_sub(1)?,
    };
    (first <= last).then_some((first, last))
}

pub(super) fn compare(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let request: CompareRequest = call.json()?;
    runs::stored(&request.control)?;
    runs::stored(&request.candidate)?;
    let compared = server.studio.compare(&request)?;
    let keep = |picture: Option<Vec<u8>>, name: &str| -> Result<Option<StoredFile>, Refusal> {
        let stored = picture.map(|bytes| server.studio.artifact_put_bytes(&bytes, name));
        Ok(stored.transpose()?)
    };
    Answer::json(&ComparisonAnswer {
        comparison: compared.comparison,
        difference: keep(compared.difference, "difference.png")?,
        side_by_side: keep(compared.side_by_side, "side_by_side.png")?,
    })
}

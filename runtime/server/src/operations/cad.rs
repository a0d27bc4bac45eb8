//! CAD files: those that were put under a name, and what is in them.

use std::io::{Seek as _, Write as _};

use hartomat_api::http::{CadQuery, MeshQuery, NamedFile};
use hartomat_api::{ApiError, Backend as _, ErrorKind, FileSource};
use hartomat_schema::StoredFile;

use super::files::streamed;
use crate::answer::{Answer, Refusal};
use crate::call::Call;
use crate::server::Server;

pub(super) fn list(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.cad_file_list()?)
}

pub(super) fn put(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let named: NamedFile = call.json()?;
    let file = stored(server, call, &named.name)?;
    server.studio.cad_file_put(&file)?;
    Answer::json(&file)
}

pub(super) fn report(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let query: CadQuery = call.query()?;
    let source = source(server, call)?;
    Answer::json(&server.studio.cad_info(&source, query.mass_properties)?)
}

pub(super) fn glb(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let source = source(server, call)?;
    mesh(&server.studio.cad_glb(&source)?)
}

pub(super) fn stl(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let query: MeshQuery = call.query()?;
    let source = source(server, call)?;
    mesh(&server.studio.cad_stl(&source, query.high_quality)?)
}

/// A mesh from a nameless file, so that a slow client holds no memory.
fn mesh(bytes: &[u8]) -> Result<Answer, Refusal> {
    let keep = || {
        let mut file = tempfile::tempfile()?;
        file.write_all(bytes)?;
        file.rewind()?;
        Ok(file)
    };
    let file =
        keep().map_err(|err: std::io::Error| ApiError::from_source(ErrorKind::Internal, &err))?;
    Ok(Answer::bytes(streamed(file, bytes.len() as u64)))
}

fn source(server: &Server, call: &Call) -> Result<FileSource, Refusal> {
    let digest = call.digest()?;
    let named = server.studio.cad_file_list()?;
    let name = named.into_iter().find(|file| file.digest == digest);
    let name = name.map_or_else(|| format!("{}.step", digest.short()), |file| file.name);
    Ok(FileSource::Stored(stored(server, call, &name)?))
}

/// The stored file that the address names.
fn stored(server: &Server, call: &Call, name: &str) -> Result<StoredFile, Refusal> {
    let digest = call.digest()?;
    match server.studio.artifact_open(&digest)? {
        Some((_, size)) => Ok(StoredFile::new(digest, size, name)),
        None => {
            let message = format!("nothing is stored under {digest}");
            Err(ApiError::new(ErrorKind::NotFound, message)
                .hint("upload the file first")
                .into())
        }
    }
}

//! Errors of the modules below as errors of the contract.

use std::path::Path;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_cad::CadError;
use hartomat_engine::HostError;
use hartomat_store::StoreError;

pub(crate) fn from_store(err: &StoreError) -> ApiError {
    let kind = match err {
        StoreError::NotFound { .. } => ErrorKind::NotFound,
        StoreError::Conflict { .. }
        | StoreError::KeyReused { .. }
        | StoreError::AlreadyExists { .. }
        | StoreError::InUse { .. } => ErrorKind::Conflict,
        StoreError::Refused { .. } | StoreError::WrongDigest { .. } => ErrorKind::InvalidInput,
        StoreError::Busy { .. } => ErrorKind::Busy,
        _ => ErrorKind::Internal,
    };
    ApiError::from_source(kind, err)
}

/// Whether a database failed, rather than refused.
pub(crate) fn is_broken(err: &ApiError) -> bool {
    err.kind == ErrorKind::Internal
}

pub(crate) fn from_cad(err: &CadError) -> ApiError {
    let kind = match err {
        CadError::KernelMissing { .. } | CadError::WorkerMissing { .. } => {
            ErrorKind::EnvironmentMissing
        }
        err if err.is_invalid_input() => ErrorKind::InvalidInput,
        CadError::Io { .. } | CadError::BadSetting { .. } => ErrorKind::InvalidInput,
        _ => ErrorKind::Internal,
    };
    ApiError::from_source(kind, err)
}

pub(crate) fn unreadable(path: &Path, err: &std::io::Error) -> ApiError {
    ApiError::new(
        ErrorKind::InvalidInput,
        format!("can't read `{}`: {err}", path.display()),
    )
    .hint("check the path and its permissions")
}

pub(crate) fn host_error(
    action: &str,
    source: impl std::error::Error + Send + Sync + 'static,
) -> HostError {
    HostError {
        action: action.to_owned(),
        source: Box::new(source),
    }
}

//! Kinds of errors and statuses of HTTP.

use crate::ErrorKind;

/// The status that an error goes out with.
pub const fn status(kind: ErrorKind) -> u16 {
    match kind {
        ErrorKind::InvalidInput => 422,
        ErrorKind::NotFound => 404,
        ErrorKind::Conflict => 409,
        ErrorKind::EnvironmentMissing => 424,
        ErrorKind::Unauthorized => 401,
        ErrorKind::Forbidden => 403,
        ErrorKind::TooLarge => 413,
        ErrorKind::Busy => 429,
        ErrorKind::Unreachable => 503,
        ErrorKind::Internal => 500,
    }
}

/// The kind behind a status whose body says nothing, such as a gateway's.
pub const fn error_kind(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthorized,
        403 | 421 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        413 => ErrorKind::TooLarge,
        424 => ErrorKind::EnvironmentMissing,
        429 => ErrorKind::Busy,
        502..=504 => ErrorKind::Unreachable,
        400..=499 => ErrorKind::InvalidInput,
        _ => ErrorKind::Internal,
    }
}

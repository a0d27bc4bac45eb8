//! The store's errors: what we were doing, and which of the few things that a caller can act on happened.

use std::error::Error;
use std::io;

use hartomat_schema::Digest;
use rusqlite::ErrorCode;
use rusqlite::ffi;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The volume has no room. Nothing was changed; trying again after freeing space is safe.
    #[error("no space left while {doing}")]
    DiskFull {
        /// What we were doing.
        doing: String,
    },
    /// Stored bytes are not what was written.
    #[error("{what} is damaged: {found}")]
    Corrupt {
        /// What is damaged.
        what: String,
        /// What was found.
        found: String,
    },
    /// A later version of the program wrote this file. It is left as it is.
    #[error(
        "{path} has schema version {found}, this version of the program knows {known}: \
         open it with the version that wrote it, or a later one"
    )]
    NewerSchema {
        /// The database file.
        path: String,
        /// Its schema version.
        found: u32,
        /// The latest schema version that this build knows.
        known: u32,
    },
    /// Another process held the database for longer than we wait. Nothing was changed.
    #[error("another process holds the database, gave up {doing}")]
    Busy {
        /// What we were doing.
        doing: String,
    },
    /// The operating system refused.
    #[error("can't go on {doing}")]
    Io {
        /// What we were doing.
        doing: String,
        /// What it said.
        source: io::Error,
    },
    /// The thing asked for isn't there.
    #[error("there is no {what}")]
    NotFound {
        /// The thing.
        what: String,
    },
    /// Somebody else changed it since the caller looked. Nothing was changed.
    #[error("{what} is at {found}, not at {expected} as expected")]
    Conflict {
        /// What was to be changed.
        what: String,
        /// The number that the caller had seen.
        expected: u64,
        /// The number that it has now.
        found: u64,
    },
    /// A key that makes a dispatch happen once came with another dispatch. Nothing was changed.
    #[error("the key `{key}` was used for another dispatch: use a new key")]
    KeyReused {
        /// The key.
        key: String,
    },
    /// Somebody else is at it. Nothing was changed; trying again later is safe.
    #[error("{what} is being written by somebody else: try again later")]
    InUse {
        /// The thing.
        what: String,
    },
    /// What arrived isn't what was announced. It is removed, so that it can be sent again.
    #[error("{what} has the digest {found}, not {expected}: send it again")]
    WrongDigest {
        /// What was sent.
        what: String,
        /// The digest that was announced.
        expected: Digest,
        /// The digest of what arrived.
        found: Digest,
    },
    /// It is there already.
    #[error("{what} exists already")]
    AlreadyExists {
        /// The thing.
        what: String,
    },
    /// Never acceptable, however often it is tried.
    #[error("{what} is refused: {why}")]
    Refused {
        /// What was handed in.
        what: String,
        /// Why it can't be taken.
        why: String,
    },
    /// The database refused in a way that no caller can mend.
    #[error("the database failed {doing}")]
    Database {
        /// What we were doing.
        doing: String,
        /// What it said.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// An error of the operating system; a full volume has its own variant.
    pub(crate) fn io(doing: impl Into<String>, source: io::Error) -> Self {
        let doing = doing.into();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { doing },
            _ => Self::Io { doing, source },
        }
    }

    pub(crate) fn refused(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Refused {
            what: what.into(),
            why: why.into(),
        }
    }

    /// An error of SQLite. `room` says whether the volume still has some: SQLite reports a failed
    /// write to its shared-memory or journal files as an I/O error, whatever the reason.
    pub(crate) fn sqlite(doing: &str, source: rusqlite::Error, room: impl Fn() -> bool) -> Self {
        let doing = doing.to_owned();
        match &source {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => Self::DiskFull { doing },
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed => Self::Busy { doing },
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                    Self::damaged_database(&doing, &source)
                }
                ErrorCode::SystemIoFailure | ErrorCode::CannotOpen if !room() => {
                    Self::DiskFull { doing }
                }
                ErrorCode::ConstraintViolation => {
                    Self::constraint(doing, failure.extended_code, source)
                }
                ErrorCode::TooBig => Self::refused(doing, "it is too big for the database"),
                _ => Self::Database {
                    doing,
                    source: Box::new(source),
                },
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..) => Self::damaged_database(&doing, &source),
            _ => Self::Database {
                doing,
                source: Box::new(source),
            },
        }
    }

    fn damaged_database(doing: &str, source: &rusqlite::Error) -> Self {
        Self::Corrupt {
            what: "the database".to_owned(),
            found: format!("{source} while {doing}"),
        }
    }

    fn constraint(doing: String, code: i32, source: rusqlite::Error) -> Self {
        match code {
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE => {
                Self::AlreadyExists { what: doing }
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
                Self::refused(doing, "it refers to a record that isn't there")
            }
            _ => Self::Database {
                doing,
                source: Box::new(source),
            },
        }
    }
}

//! Exit codes. The README's table is tested against this one.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Ok,
    Warn,
    Fail,
    Inconclusive,
    FellBack,
    InvalidInput,
    EnvironmentMissing,
    Internal,
    Cancelled,
    NothingDelivered,
    Unreachable,
}

/// Every exit code with its key and meaning.
pub(crate) const TABLE: [(Exit, u8, &str, &str); 11] = [
    (
        Exit::Ok,
        0,
        "pass",
        "done; in a shadow run, the verdict is `pass`",
    ),
    (
        Exit::Warn,
        1,
        "warn",
        "the verdict is `warn`: a person should look",
    ),
    (Exit::Fail, 2, "fail", "the verdict is `fail`"),
    (
        Exit::Inconclusive,
        3,
        "inconclusive",
        "the verdict is `inconclusive`: a side is missing or could not be judged",
    ),
    (
        Exit::FellBack,
        4,
        "fell back",
        "the graph failed and legacy delivered",
    ),
    (
        Exit::InvalidInput,
        5,
        "invalid input",
        "a file, setting or argument is wrong",
    ),
    (
        Exit::EnvironmentMissing,
        6,
        "environment missing",
        "a tool is missing on this machine",
    ),
    (
        Exit::Internal,
        7,
        "internal",
        "a defect of the program, or a disk, database or connection that gave out; a run may have begun",
    ),
    (
        Exit::Cancelled,
        8,
        "cancelled",
        "somebody cancelled the run",
    ),
    (
        Exit::NothingDelivered,
        9,
        "nothing delivered",
        "the run failed and nothing was delivered",
    ),
    (
        Exit::Unreachable,
        10,
        "unreachable",
        "the server can't be reached, or takes no more for now; nothing is known to have begun",
    ),
];

impl Exit {
    /// The number that the process ends with.
    pub(crate) fn code(self) -> u8 {
        TABLE
            .iter()
            .find(|row| row.0 == self)
            .map_or(7, |row| row.1)
    }

    /// The key in JSON.
    pub(crate) fn key(self) -> &'static str {
        TABLE
            .iter()
            .find(|row| row.0 == self)
            .map_or("internal", |row| row.2)
    }

    /// Whether the text is an error message rather than a result.
    pub(crate) fn is_error_without_data(self) -> bool {
        matches!(
            self,
            Self::InvalidInput | Self::EnvironmentMissing | Self::Internal | Self::Unreachable
        )
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

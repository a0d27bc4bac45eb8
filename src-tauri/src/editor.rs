//! The editor's windows: processes of their own, started again when they crash.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hartomat_api::{ApiError, ErrorKind};
use hartomat_process::{End, Launch, start_watched};
use hartomat_schema::WorkflowId;

/// What a window opens with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Opens {
    /// The start screen, which also has the drafts of a window that crashed.
    Start,
    /// A file.
    File(PathBuf),
    /// A saved workflow.
    Workflow(WorkflowId),
}

impl Opens {
    /// The arguments: none of them can be taken for an option.
    fn arguments(&self) -> Vec<String> {
        match self {
            Self::Start => Vec::new(),
            Self::File(path) => vec!["--".to_owned(), path.to_string_lossy().into_owned()],
            Self::Workflow(id) => vec![format!("--workflow={id}")],
        }
    }
}

/// Starts a window; `on_end` hears how it ended. Windows outlive this process.
pub(crate) fn start(
    data_dir: &Path,
    opens: &Opens,
    on_end: impl FnOnce(End) + Send + 'static,
) -> Result<(), ApiError> {
    let broken =
        |err: &dyn std::error::Error| ApiError::from_source(ErrorKind::EnvironmentMissing, err);
    let own = std::env::current_exe().map_err(|err| broken(&err))?;
    let name = format!("hartomat-editor{}", std::env::consts::EXE_SUFFIX);
    let program = own.with_file_name(name);
    if !program.is_file() {
        let message = format!("the editor is missing: there is no `{}`", program.display());
        return Err(ApiError::new(ErrorKind::EnvironmentMissing, message)
            .hint("install HartOMat Studio again"));
    }
    let log = log_of(data_dir);
    std::fs::create_dir_all(log.parent().unwrap_or(data_dir)).map_err(|err| broken(&err))?;
    let launch = with_environment(Launch::new(program).arg("--data-dir").arg(data_dir));
    let launch = launch.args(opens.arguments());
    start_watched(&launch, &log, on_end).map_err(|err| broken(&err))?;
    Ok(())
}

/// All of this process's environment, as the desktop would give it to a program that it starts.
pub(crate) fn with_environment(launch: Launch) -> Launch {
    std::env::vars_os().fold(launch, |launch, (name, value)| launch.env(name, value))
}

/// What windows have to say.
pub(crate) fn log_of(data_dir: &Path) -> PathBuf {
    data_dir.join("editor").join("windows.log")
}

/// What to do about a window that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Nothing: a person closed it, or the session ends.
    LeaveIt,
    /// Start another.
    StartAgain,
    /// Say that it keeps crashing.
    GiveUp,
}

/// Starts again within [`Restarts::WINDOW`], over all windows.
#[derive(Debug, Default)]
pub(crate) struct Restarts(VecDeque<Instant>);

impl Restarts {
    /// Starts again at most so often …
    const MOST: usize = 3;
    /// … in this time.
    const WINDOW: Duration = Duration::from_secs(5 * 60);

    /// What to do about a window that ended like this.
    pub(crate) fn answer(&mut self, end: End, now: Instant) -> Answer {
        if !is_crash(end) {
            return Answer::LeaveIt;
        }
        self.0
            .retain(|then| now.saturating_duration_since(*then) < Self::WINDOW);
        if self.0.len() >= Self::MOST {
            return Answer::GiveUp;
        }
        self.0.push_back(now);
        Answer::StartAgain
    }
}

/// Whether it ended against the person's will. Hang-up, interrupt and terminate are somebody's wish.
fn is_crash(end: End) -> bool {
    const WISHES: [i32; 3] = [1, 2, 15];
    match end {
        End::Exited(code) => code != 0,
        End::Signalled(signal) => !WISHES.contains(&signal),
        _ => false,
    }
}

/// The restarts of all windows.
#[derive(Clone, Default)]
pub(crate) struct Editors(Arc<Mutex<Restarts>>);

impl Editors {
    /// Opens a window and looks after it; `on_giving_up` hears that windows keep crashing.
    pub(crate) fn open(
        &self,
        data_dir: &Path,
        opens: &Opens,
        on_giving_up: impl Fn(String) + Clone + Send + 'static,
    ) -> Result<(), ApiError> {
        let (again, folder) = (self.clone(), data_dir.to_owned());
        start(data_dir, opens, move |end| {
            let mut restarts = again.0.lock().unwrap_or_else(PoisonError::into_inner);
            let answer = restarts.answer(end, Instant::now());
            drop(restarts);
            match answer {
                Answer::LeaveIt => {}
                Answer::GiveUp => on_giving_up(end.to_string()),
                Answer::StartAgain => {
                    let tell = on_giving_up.clone();
                    if let Err(err) = again.open(&folder, &Opens::Start, on_giving_up) {
                        tell(err.to_string());
                    }
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_crashes_in_five_minutes_are_mended_and_no_fourth() {
        let mut restarts = Restarts::default();
        let begin = Instant::now();
        let at = |secs| begin + Duration::from_secs(secs);
        for secs in [0, 1, 2] {
            assert_eq!(
                restarts.answer(End::Signalled(11), at(secs)),
                Answer::StartAgain
            );
        }
        assert_eq!(restarts.answer(End::Exited(101), at(299)), Answer::GiveUp);
        assert_eq!(
            restarts.answer(End::Exited(101), at(300)),
            Answer::StartAgain
        );
        assert_eq!(restarts.answer(End::Exited(101), at(300)), Answer::GiveUp);
    }

    #[test]
    fn what_somebody_wished_is_left() {
        let mut restarts = Restarts::default();
        for end in [
            End::Exited(0),
            End::Signalled(15),
            End::Signalled(2),
            End::Signalled(1),
        ] {
            for _ in 0..9 {
                assert_eq!(restarts.answer(end, Instant::now()), Answer::LeaveIt);
            }
        }
        let killed = restarts.answer(End::Signalled(9), Instant::now());
        assert_eq!(killed, Answer::StartAgain);
    }

    #[test]
    fn no_argument_can_be_taken_for_an_option() {
        let workflow = Opens::Workflow(WorkflowId::literal("--picture"));
        assert_eq!(workflow.arguments(), ["--workflow=--picture"]);
        let file = Opens::File(PathBuf::from("-x.step"));
        assert_eq!(file.arguments(), ["--", "-x.step"]);
    }
}

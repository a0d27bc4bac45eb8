//! Runs: dispatching the open workflow, the run that is looked at, the list of all runs, and logs.
//! Panels read [`RunsState`] and push [`RunsCommand`]s; `apply` carries them out.

mod apply;
mod attempts;
mod came;
mod command;
mod dispatch;
mod filter;
mod folds;
mod graph;
mod inbox;
mod keep;
mod known;
mod list;
mod log_book;
mod log_lines;
mod log_search;
mod next_run;
mod progress;
mod rerun;
mod review;
mod row;
mod state;
mod view;
mod views;

pub use attempts::{Attempt, AttemptEnd};
pub use command::{LogCommand, RunScope, RunsCommand};
pub use dispatch::{Dispatching, Refused};
pub use filter::{RunFilter, RunPeriod};
pub use inbox::Inbox;
pub use known::{KnownFailure, known_failure};
pub use list::RunList;
pub use log_book::LogBook;
pub use log_lines::LogEntry;
pub use next_run::NextRun;
pub use rerun::{Rerun, RerunChoice, RerunFrom};
pub use review::Looked;
pub use row::RunRow;
pub use state::RunsState;
pub use view::RunView;

pub(crate) use apply::{apply, follow, open};
pub(crate) use came::came;
pub(crate) use graph::{Reading, on_shown_graph, reading};
pub(crate) use keep::chosen as file_chosen;
pub(crate) use list::AHEAD;
pub(crate) use log_book::log_element;
pub(crate) use progress::window_mark;
pub(crate) use rerun::is_draft_of;
pub(crate) use views::built_in as built_in_views;

//! Progress while a run is under way: bars with the time left on a terminal, plain lines elsewhere.
//! Everything goes to standard error, so that standard output holds the result alone.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hartomat_api::RunObserver;
use hartomat_schema::{LogLevel, LogLine, NodeId, RunEvent, RunEventKind, RunRecord, Side};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::text::node_line;

/// Units of a bar.
const BAR_UNITS: u64 = 1_000;
/// The bar of the legacy pipeline, which has no node.
const LEGACY: &str = "legacy";

/// Writes a line to standard error.
pub(crate) fn say(line: &str) {
    // A closed terminal is no reason to fail.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Shows one run.
pub(crate) struct Progress {
    terminal: bool,
    bars: MultiProgress,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    record: Option<RunRecord>,
    bars: BTreeMap<String, ProgressBar>,
    quarters: BTreeMap<String, u64>,
}

impl Progress {
    /// Nothing to show yet.
    pub(crate) fn start() -> Arc<Self> {
        Arc::new(Self {
            terminal: io::stderr().is_terminal(),
            bars: MultiProgress::new(),
            state: Mutex::default(),
        })
    }

    /// Removes what is left of the bars.
    pub(crate) fn finish(&self) {
        for bar in std::mem::take(&mut self.state().bars).into_values() {
            bar.finish_and_clear();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, line: &str) {
        if self.terminal {
            // A closed terminal is no reason to fail.
            let _ = self.bars.println(line);
        } else {
            say(line);
        }
    }

    fn remove_bar(&self, name: &str) {
        let mut state = self.state();
        state.quarters.remove(name);
        if let Some(bar) = state.bars.remove(name) {
            bar.finish_and_clear();
        }
    }

    fn show_share(&self, name: &str, share: f64, message: &str) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 1,000"
        )]
        let units = (share.clamp(0.0, 1.0) * BAR_UNITS as f64) as u64;
        let mut state = self.state();
        if self.terminal {
            let bar = state.bars.entry(name.to_owned()).or_insert_with(|| {
                let bar = self.bars.add(ProgressBar::new(BAR_UNITS));
                bar.set_style(style());
                bar.set_prefix(name.to_owned());
                bar
            });
            bar.set_message(message.to_owned());
            bar.set_position(units);
            return;
        }
        let quarter = units * 4 / BAR_UNITS;
        let shown = state.quarters.entry(name.to_owned()).or_insert(0);
        if quarter > *shown && quarter < 4 {
            *shown = quarter;
            drop(state);
            say(&format!("  ▸ {name:<12} {message} {} %", quarter * 25));
        }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("  ▸ {prefix:<12} {bar:28} {percent:>3} %  {msg}, {eta} left")
        .expect("the template is well-formed")
        .progress_chars("━╸─")
}

impl RunObserver for Progress {
    fn dispatched(&self, record: &RunRecord) {
        self.state().record = Some(record.clone());
        self.line(&format!(
            "run {} · {} · {} · {}",
            record.id, record.workflow_name, record.mode, record.cad_file
        ));
    }

    fn event(&self, event: &RunEvent) {
        let line = {
            let mut state = self.state();
            let Some(record) = state.record.as_mut() else {
                return;
            };
            record.apply(event);
            match &event.kind {
                RunEventKind::NodeReused { node, .. }
                | RunEventKind::NodeSucceeded { node, .. }
                | RunEventKind::NodeFailed { node, .. }
                | RunEventKind::NodeSkipped { node, .. } => record
                    .node(node)
                    .map(|run| (node.to_string(), format!("  {}", node_line(run)))),
                RunEventKind::ControlStarted => Some((String::new(), "legacy".to_owned())),
                RunEventKind::ControlFinished { failure, .. } => Some((
                    LEGACY.to_owned(),
                    match failure {
                        None => "  ✓ delivered".to_owned(),
                        Some(failure) => format!("  ✗ {}", failure.message),
                    },
                )),
                RunEventKind::FellBack { reason } => {
                    Some((String::new(), format!("falling back to legacy: {reason}")))
                }
                _ => None,
            }
        };
        if let Some((bar, line)) = line {
            self.remove_bar(&bar);
            self.line(&line);
        }
    }

    fn log(&self, line: &LogLine) {
        if line.side == Side::Control || line.level != LogLevel::Info {
            let place = line.node.as_ref().map_or(LEGACY, NodeId::as_str);
            self.line(&format!("    {place:<12} {}", line.text));
        }
    }

    fn progress(&self, _side: Side, node: Option<&NodeId>, share: f64, message: &str) {
        self.show_share(node.map_or(LEGACY, NodeId::as_str), share, message);
    }
}

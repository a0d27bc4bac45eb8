//! Faults on purpose at the seams of the graph's side, to prove that legacy delivers whatever breaks.
//!
//! Builds for development alone have them, and there they do nothing until somebody asks: by
//! [`break_at`], or by the variable `HARTOMAT_FAIL_POINT`, such as `journal=panic`.

use std::sync::Arc;

use hartomat_engine::ExecutorSet;

/// A place where the graph's side can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seam {
    /// The graph is put in order.
    Plan,
    /// A state change is journalled.
    Journal,
    /// A node does its work.
    Executor,
    /// An artifact is stored or read.
    Store,
    /// The candidate gets its tools, and an attempt its folder.
    Sandbox,
    /// Both sides are compared.
    Comparison,
    /// `studio.db` is asked for anything.
    Database,
}

/// What happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails, as a full disk makes it.
    Fail,
    /// It panics, as a defect makes it.
    Panic,
}

/// A seam that broke because somebody asked for it.
#[derive(Debug, thiserror::Error)]
#[error("broken on purpose: {0:?}")]
pub(crate) struct Broken(Seam);

#[cfg(debug_assertions)]
mod armed {
    use std::sync::{OnceLock, PoisonError, RwLock};

    use super::{Fault, Seam};

    impl Seam {
        /// Every seam.
        pub const ALL: [Self; 7] = [
            Self::Plan,
            Self::Journal,
            Self::Executor,
            Self::Store,
            Self::Sandbox,
            Self::Comparison,
            Self::Database,
        ];
    }

    static ARMED: OnceLock<RwLock<Option<(Seam, Fault)>>> = OnceLock::new();

    fn place() -> &'static RwLock<Option<(Seam, Fault)>> {
        ARMED.get_or_init(|| {
            let asked = std::env::var("HARTOMAT_FAIL_POINT");
            RwLock::new(asked.ok().and_then(|text| parse(&text)))
        })
    }

    fn parse(text: &str) -> Option<(Seam, Fault)> {
        let (seam, fault) = text.split_once('=')?;
        let mut seams = Seam::ALL.into_iter();
        let seam = seams.find(|it| format!("{it:?}").eq_ignore_ascii_case(seam))?;
        match fault {
            "fail" => Some((seam, Fault::Fail)),
            "panic" => Some((seam, Fault::Panic)),
            _ => None,
        }
    }

    /// Breaks a seam of every studio of this process, in place of the one before; none mends it.
    pub fn break_at(broken: Option<(Seam, Fault)>) {
        *place().write().unwrap_or_else(PoisonError::into_inner) = broken;
    }

    pub(super) fn fault_at(seam: Seam) -> Option<Fault> {
        let armed = *place().read().unwrap_or_else(PoisonError::into_inner);
        armed.filter(|(at, _)| *at == seam).map(|(_, fault)| fault)
    }
}

#[cfg(debug_assertions)]
pub use armed::break_at;
#[cfg(debug_assertions)]
use armed::fault_at;

#[cfg(not(debug_assertions))]
fn fault_at(_seam: Seam) -> Option<Fault> {
    None
}

/// Goes on, unless somebody has asked for this seam to break.
pub(crate) fn reach(seam: Seam) -> Result<(), Broken> {
    match fault_at(seam) {
        None => Ok(()),
        Some(Fault::Fail) => Err(Broken(seam)),
        Some(Fault::Panic) => panic!("{}", Broken(seam)),
    }
}

/// The executors, with the seam before each of them.
pub(crate) fn with_seam(executors: Arc<dyn ExecutorSet>) -> Arc<dyn ExecutorSet> {
    #[cfg(debug_assertions)]
    if fault_at(Seam::Executor).is_some() {
        return Arc::new(seamed::Seamed(executors));
    }
    executors
}

#[cfg(debug_assertions)]
mod seamed {
    use std::path::Path;
    use std::sync::Arc;

    use hartomat_engine::{Executor, ExecutorSet, NodeContext, NodeOutputs};
    use hartomat_schema::{Artifact, Failure, FailureClass, NodeDefinition, NodeType};
    use serde_json::{Map, Value};

    use super::{Seam, reach};

    pub(super) struct Seamed(pub(super) Arc<dyn ExecutorSet>);

    impl ExecutorSet for Seamed {
        fn get(&self, node_type: &NodeType) -> Option<Arc<dyn Executor>> {
            let executor = self.0.get(node_type)?;
            Some(Arc::new(Before(executor)))
        }

        fn check_output(
            &self,
            definition: &NodeDefinition,
            settings: &Map<String, Value>,
            artifact: &Artifact,
            file: &Path,
        ) -> Result<Map<String, Value>, Failure> {
            self.0.check_output(definition, settings, artifact, file)
        }
    }

    struct Before(Arc<dyn Executor>);

    impl Executor for Before {
        fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
            reach(Seam::Executor).map_err(|err| Failure {
                class: FailureClass::Internal,
                message: err.to_string(),
                hint: String::new(),
            })?;
            self.0.execute(context)
        }
    }
}

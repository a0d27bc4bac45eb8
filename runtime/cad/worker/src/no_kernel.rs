//! Stands in where the package was built without the CAD kernel: every request gets the same advice.

use std::path::Path;

use hartomat_cad::Stage;
use hartomat_cad::protocol::{FailureKind, Reply, Request};

use crate::service::Failure;

/// What to do about it.
pub(crate) const ADVICE: &str = "the CAD kernel is missing: install g++ libocct-data-exchange-dev \
    libocct-ocaf-dev and build hartomat-cad-worker again";

/// No kernel.
pub(crate) struct Kernel;

impl Kernel {
    pub(crate) fn start(_threads: usize) -> Self {
        Self
    }

    pub(crate) fn handle(&mut self, _request: &Request) -> Result<Reply, Failure> {
        Err(Failure {
            kind: FailureKind::KernelMissing,
            stage: Stage::Start,
            message: ADVICE.to_owned(),
        })
    }

    pub(crate) fn forget(&mut self) {}
}

/// Writes the sample CAD files.
///
/// # Errors
/// Always: it needs the kernel.
pub fn write_samples(_folder: &Path) -> anyhow::Result<Vec<std::path::PathBuf>> {
    anyhow::bail!(ADVICE)
}

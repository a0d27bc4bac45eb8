//! What `hartomat golden` can be told.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use hartomat_schema::{GoldenCaseId, OutputTypeId, WorkflowId};

#[derive(Subcommand)]
pub(crate) enum GoldenCommand {
    /// List golden cases
    List,
    /// Run the cases that fit a workflow, and say what agrees with legacy
    Run(GoldenRun),
    /// Say what became of the cases on a workflow's definition, without running them
    Show {
        /// The workflow
        workflow: WorkflowId,
        /// Write a file as well: FILE.html, FILE.json or FILE.xml
        #[arg(long, value_name = "FILE")]
        report: Vec<PathBuf>,
    },
    /// Keep a case of the studio's own, in place of the one with this id
    Add(GoldenAdd),
}

#[derive(Args)]
pub(crate) struct GoldenRun {
    /// The workflow; every bundled one where none is named
    pub(crate) workflow: Option<WorkflowId>,
    /// Only this case; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) case: Vec<GoldenCaseId>,
    /// Hold the graph against this output type's legacy preset
    #[arg(long, value_name = "ID", requires = "workflow")]
    pub(crate) output_type: Option<OutputTypeId>,
    /// Write a file as well: FILE.html, FILE.json or FILE.xml; may be repeated
    #[arg(long, value_name = "FILE", requires = "workflow")]
    pub(crate) report: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct GoldenAdd {
    /// Its id
    pub(crate) id: GoldenCaseId,
    /// Name for people
    #[arg(long)]
    pub(crate) name: String,
    /// The STEP file
    #[arg(long, value_name = "FILE")]
    pub(crate) cad: PathBuf,
    /// A workflow of the kind that it is for: its family and its first promised output are taken
    #[arg(long, value_name = "ID")]
    pub(crate) like: WorkflowId,
    /// What both sides must come to
    #[arg(long, value_enum, default_value = "delivers")]
    pub(crate) expect: ExpectArgument,
}

/// Expectations as arguments.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ExpectArgument {
    Delivers,
    Fails,
}

//! What can be said on the command line.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use hartomat_schema::{DrillBehaviour, ExecutionMode, NodeId, RunId};

/// HartOMat Studio: family-safe render workflows, run beside the legacy pipeline and compared with it
#[derive(Parser)]
#[command(name = "hartomat", version, propagate_version = true)]
pub(crate) struct Arguments {
    /// Folder of databases, artifacts and published files
    #[arg(long, global = true, env = "HARTOMAT_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run a canonical workflow on a sample, end to end
    #[command(subcommand)]
    Smoke(SmokeCommand),
    /// Run a workflow on a CAD file or an order line
    Run(RunCommand),
    /// Check a workflow's structure and contract
    Validate(ValidateCommand),
    /// Check everything that a run needs, without running
    Preflight(RunCommand),
    /// Say what a run would do: what runs, what is reused, what comes out
    DryRun(RunCommand),
    /// List, show, cancel and repeat runs
    #[command(subcommand)]
    Runs(RunsCommand),
    /// Compare two files: pictures, GLB or STL
    Compare(CompareCommand),
    /// The node catalogue
    #[command(subcommand)]
    Nodes(NodesCommand),
    /// Make, list and tidy workflow documents
    #[command(subcommand)]
    Workflow(WorkflowCommand),
    /// Convert a legacy preset, step list or node-editor export into a workflow
    Migrate(MigrateCommand),
    /// Look into CAD files and convert them
    #[command(subcommand)]
    Cad(CadCommand),
    /// Print the table of exit codes
    ExitCodes,
}

impl Command {
    /// The command's name in JSON.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Smoke(_) => "smoke",
            Self::Run(_) => "run",
            Self::Validate(_) => "validate",
            Self::Preflight(_) => "preflight",
            Self::DryRun(_) => "dry-run",
            Self::Runs(_) => "runs",
            Self::Compare(_) => "compare",
            Self::Nodes(_) => "nodes",
            Self::Workflow(_) => "workflow",
            Self::Migrate(_) => "migrate",
            Self::Cad(_) => "cad",
            Self::ExitCodes => "exit-codes",
        }
    }
}

/// Execution modes as arguments.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Mode {
    Legacy,
    Shadow,
    Graph,
}

impl From<Mode> for ExecutionMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Legacy => Self::Legacy,
            Mode::Shadow => Self::Shadow,
            Mode::Graph => Self::Graph,
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum SmokeCommand {
    /// The canonical still on a bundled assembly
    Still(SmokeStill),
}

#[derive(Args)]
pub(crate) struct SmokeStill {
    /// Who delivers: legacy, the graph, or legacy with the graph as its shadow
    #[arg(long, value_enum)]
    pub(crate) execution_mode: Option<Mode>,
    /// STEP file in place of the bundled sample
    #[arg(long, value_name = "FILE")]
    pub(crate) cad: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) options: RunOptions,
}

/// What every run can be told.
#[derive(Args, Clone)]
pub(crate) struct RunOptions {
    /// Put the delivered picture and, in shadow mode, both pictures and their difference here
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Override a setting of the graph for this run: `NODE.SETTING=VALUE`; may be repeated
    #[arg(long = "set", value_name = "NODE.SETTING=VALUE")]
    pub(crate) set: Vec<String>,
    /// Rehearse a failure of the graph: `NODE=fail`, `NODE=hang` or `NODE=panic`
    #[arg(long, value_name = "NODE=BEHAVIOUR", value_parser = parse_drill)]
    pub(crate) drill: Option<(NodeId, DrillBehaviour)>,
    /// The most that the graph may take
    #[arg(long, value_name = "SECONDS")]
    pub(crate) budget_secs: Option<u64>,
    /// Run every node, although the cache has its outputs
    #[arg(long)]
    pub(crate) no_cache: bool,
}

#[derive(Args)]
pub(crate) struct RunCommand {
    /// A workflow document, or the id of a saved or bundled workflow
    pub(crate) workflow: String,
    /// Run on this CAD file; for workflows of order lines, on a sample line of it
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "order_line",
        required_unless_present = "order_line"
    )]
    pub(crate) cad: Option<PathBuf>,
    /// Run on this order line
    #[arg(long, value_name = "ID")]
    pub(crate) order_line: Option<String>,
    /// The mode to run in; the workflow's own where none is given
    #[arg(long, value_enum)]
    pub(crate) execution_mode: Option<Mode>,
    #[command(flatten)]
    pub(crate) options: RunOptions,
}

#[derive(Args)]
pub(crate) struct ValidateCommand {
    /// Workflow documents
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum RunsCommand {
    /// List runs, newest first
    List {
        /// At most so many
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// Only runs with this verdict
        #[arg(long, value_enum)]
        verdict: Option<VerdictArgument>,
    },
    /// Show a run: nodes, verdict, numbers, files
    Show {
        /// The run; `latest` is the newest
        run: String,
    },
    /// Print a run's log
    Logs {
        /// The run; `latest` is the newest
        run: String,
        /// Of this node only
        #[arg(long)]
        node: Option<NodeId>,
    },
    /// Ask a run to stop
    Cancel {
        /// The run
        run: RunId,
    },
    /// Let an interrupted run go on
    Resume {
        /// The run; `latest` is the newest
        run: String,
    },
    /// Make a run again
    Rerun {
        /// The run; `latest` is the newest
        run: String,
        /// Run this node and what needs it again; take the rest from the cache
        #[arg(long, value_name = "NODE")]
        from: Option<NodeId>,
        /// Put the pictures here
        #[arg(long, short, value_name = "DIR")]
        output: Option<PathBuf>,
    },
}

/// Verdicts as arguments.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum VerdictArgument {
    Pass,
    Warn,
    Fail,
    Inconclusive,
}

#[derive(Args)]
pub(crate) struct CompareCommand {
    /// The control's file
    pub(crate) control: PathBuf,
    /// The candidate's file
    pub(crate) candidate: PathBuf,
    /// The two come from different seeds, devices or builds: judge by noise, not by equality
    #[arg(long)]
    pub(crate) stochastic: bool,
    /// Put `difference.png`, `side_by_side.png` and `comparison.json` here
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum NodesCommand {
    /// List all nodes
    List,
    /// Show a node's definition
    Show {
        /// Its type, such as `render_still`
        node_type: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum WorkflowCommand {
    /// Write a new workflow document
    New {
        /// The bundled workflow to start from
        #[arg(long, value_enum, default_value_t = Template::Still)]
        template: Template,
        /// Its name
        #[arg(long, default_value = "New workflow")]
        name: String,
        /// Where to write it; the file must not exist
        file: PathBuf,
    },
    /// Write workflow documents in the one form, in place
    Fmt {
        /// Only say which files would change
        #[arg(long)]
        check: bool,
        /// The documents
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List saved and bundled workflows
    List,
}

/// Bundled workflows to start from.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Template {
    /// The canonical still of an order line
    Still,
    /// Objects, GLB, STL and thumbnail of a CAD file
    Thumbnail,
    /// An empty workflow of the order line family
    EmptyOrderLine,
    /// An empty workflow of the CAD file family
    EmptyCadFile,
}

#[derive(Args)]
pub(crate) struct MigrateCommand {
    /// A legacy preset, step list or node-editor export
    pub(crate) file: PathBuf,
    /// Where to write the workflow; printed where none is given; the file must not exist
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum CadCommand {
    /// Parts, assembly tree, units and bounding box
    Info {
        /// STEP file
        file: PathBuf,
        /// Volumes and areas as well
        #[arg(long)]
        mass_properties: bool,
    },
    /// Write binary glTF
    Glb {
        /// STEP file
        file: PathBuf,
        /// Where to write it
        output: PathBuf,
    },
    /// Write binary STL
    Stl {
        /// STEP file
        file: PathBuf,
        /// Where to write it
        output: PathBuf,
        /// Finer triangles
        #[arg(long)]
        high: bool,
    },
}

fn parse_drill(text: &str) -> anyhow::Result<(NodeId, DrillBehaviour)> {
    let (node, behaviour) = text
        .split_once('=')
        .context("expected NODE=fail, NODE=hang or NODE=panic")?;
    let behaviour = match behaviour {
        "fail" => DrillBehaviour::Fail,
        "hang" => DrillBehaviour::Hang,
        "panic" => DrillBehaviour::Panic,
        other => anyhow::bail!("`{other}` is none of fail, hang, panic"),
    };
    Ok((NodeId::new(node)?, behaviour))
}

//! What can be said on the command line.

mod golden;
mod legacy;
mod notify;
mod orders;
mod review;
mod rollout;
mod servers;
mod templates;
mod time;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use hartomat_api::LogCursor;
use hartomat_schema::{
    DrillBehaviour, ExecutionMode, NodeId, OutputTypeId, Priority, RunId, RunState, Timestamp,
    Verdict, WorkflowId,
};

pub(crate) use golden::{ExpectArgument, GoldenAdd, GoldenCommand, GoldenRun};
pub(crate) use legacy::LegacyCommand;
pub(crate) use notify::NotifyCommand;
pub(crate) use orders::{Calibrate, OrderRun, OrdersCommand, OutputTypesCommand};
pub(crate) use review::{ReviewCommand, Reviewed, ScopeArgument};
pub(crate) use rollout::{Promote, RolloutCommand};
pub(crate) use servers::{AgentCommand, ServeCommand, ServersCommand, TokenCommand};
pub(crate) use templates::TemplatesCommand;

/// HartOMat Studio: family-safe render workflows, run beside the legacy pipeline and compared with it
#[derive(Parser)]
#[command(name = "hartomat", version, propagate_version = true)]
pub(crate) struct Arguments {
    /// Folder of databases, artifacts and published files
    #[arg(long, global = true, env = "HARTOMAT_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Work with a server in place of this process: its name, its address, or `agent`. The token is
    /// the one that is kept for it, or HARTOMAT_TOKEN
    #[arg(long, global = true, env = "HARTOMAT_SERVER", value_name = "URL")]
    pub(crate) server: Option<String>,
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run a canonical workflow on a sample, from an order to the rule by which the graph may take over
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
    /// Accept or reject differences that runs were found to have
    #[command(subcommand)]
    Review(ReviewCommand),
    /// Output types: how a workflow is invoked for order lines
    #[command(subcommand)]
    OutputTypes(OutputTypesCommand),
    /// Measure an output type's noise floor: legacy against itself, delivering nothing
    Calibrate(Calibrate),
    /// Orders and their lines
    #[command(subcommand)]
    Orders(OrdersCommand),
    /// Say how the mode and the settings of a run would come about, and who sets each
    Resolve(RunCommand),
    /// Golden cases: fixed inputs through legacy and graph
    #[command(subcommand)]
    Golden(GoldenCommand),
    /// Which mode is allowed where: evidence, promotion, rollback
    #[command(subcommand)]
    Rollout(RolloutCommand),
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
    /// Which runtime this is and how it is
    Info,
    /// Which tools the runtime has, what is missing and how to get it
    Doctor,
    /// The runtime for this machine's programs, on a loopback address
    #[command(subcommand)]
    Agent(AgentCommand),
    /// The runtime for a team, on the network
    Serve(ServeCommand),
    /// Tokens of this data folder's server
    #[command(subcommand)]
    Token(TokenCommand),
    /// Servers by name, and their tokens
    #[command(subcommand)]
    Servers(ServersCommand),
    /// The studio's own legacy program: what delivers in place of the built-in pipeline
    #[command(subcommand)]
    Legacy(LegacyCommand),
    /// The studio's `.blend` templates, and which of them may run scripts
    #[command(subcommand)]
    Templates(TemplatesCommand),
    /// Who is told outside of the studio, and the messages to them
    #[command(subcommand)]
    Notify(NotifyCommand),
    /// Dispatches that wait until their server can be reached
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Who changed what through this data folder's server
    Audit {
        /// At most so many lines
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Print the table of exit codes
    ExitCodes,
    /// Print the script with which a shell completes this program's arguments
    Completions {
        /// Whose script
        shell: clap_complete::Shell,
    },
    /// Write the manual pages, for packages
    #[command(hide = true)]
    Man {
        /// The folder that they go into
        folder: PathBuf,
    },
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
            Self::Review(_) => "review",
            Self::OutputTypes(_) => "output-types",
            Self::Calibrate(_) => "calibrate",
            Self::Orders(_) => "orders",
            Self::Resolve(_) => "resolve",
            Self::Golden(_) => "golden",
            Self::Rollout(_) => "rollout",
            Self::Compare(_) => "compare",
            Self::Nodes(_) => "nodes",
            Self::Workflow(_) => "workflow",
            Self::Migrate(_) => "migrate",
            Self::Cad(_) => "cad",
            Self::Info => "info",
            Self::Doctor => "doctor",
            Self::Agent(_) => "agent",
            Self::Serve(_) => "serve",
            Self::Token(_) => "token",
            Self::Servers(_) => "servers",
            Self::Legacy(_) => "legacy",
            Self::Templates(_) => "templates",
            Self::Notify(_) => "notify",
            Self::Outbox(_) => "outbox",
            Self::Audit { .. } => "audit",
            Self::ExitCodes => "exit-codes",
            Self::Completions { .. } => "completions",
            Self::Man { .. } => "man",
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
    Still(SmokeRun),
    /// A small turntable of a bundled assembly
    Turntable(SmokeRun),
    /// The Blender file of a bundled assembly
    Blend(SmokeRun),
}

/// Renderers as arguments.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RendererArgument {
    Auto,
    Embedded,
    Blender,
}

#[derive(Args)]
pub(crate) struct SmokeRun {
    /// Who delivers: legacy, the graph, or legacy with the graph as its shadow
    #[arg(long, value_enum)]
    pub(crate) execution_mode: Option<Mode>,
    /// Who renders
    #[arg(long, value_enum)]
    pub(crate) renderer: Option<RendererArgument>,
    /// STEP file in place of the bundled sample
    #[arg(long, value_name = "FILE")]
    pub(crate) cad: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) options: RunOptions,
}

/// What a run of a workflow can be told.
#[derive(Args, Clone)]
pub(crate) struct RunOptions {
    /// Put the delivered picture and, in shadow mode, both pictures and their difference here
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Override a setting of the graph for this run: `NODE.SETTING=VALUE`; may be repeated
    #[arg(long = "set", value_name = "NODE.SETTING=VALUE")]
    pub(crate) set: Vec<String>,
    /// Run to this node: it and what it needs, and nothing else; may be repeated. Nothing is delivered,
    /// and nothing compared
    #[arg(long = "to", value_name = "NODE")]
    pub(crate) to: Vec<NodeId>,
    /// Rehearse a failure of the graph: `NODE=fail`, `NODE=hang` or `NODE=panic`
    #[arg(long, value_name = "NODE=BEHAVIOUR", value_parser = parse_drill)]
    pub(crate) drill: Option<(NodeId, DrillBehaviour)>,
    /// Run every node, although the cache has its outputs
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Asking again under the same key makes no second run
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<String>,
    #[command(flatten)]
    pub(crate) dispatch: DispatchOptions,
}

/// How a run is dispatched, whatever it is of.
#[derive(Args, Clone)]
pub(crate) struct DispatchOptions {
    /// The most that the graph may take
    #[arg(long, value_name = "SECONDS")]
    pub(crate) budget_secs: Option<u64>,
    /// Its place in a server's queue
    #[arg(long, value_enum)]
    pub(crate) priority: Option<PriorityArgument>,
    /// Return as soon as a server has taken the run on; `runs follow` comes back to it
    #[arg(long)]
    pub(crate) detach: bool,
    /// Fail where the server can't be reached, in place of letting the run wait in the outbox
    #[arg(long)]
    pub(crate) no_outbox: bool,
}

/// Priorities as arguments.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum PriorityArgument {
    Low,
    Normal,
    High,
}

impl From<PriorityArgument> for Priority {
    fn from(priority: PriorityArgument) -> Self {
        match priority {
            PriorityArgument::Low => Self::Low,
            PriorityArgument::Normal => Self::Normal,
            PriorityArgument::High => Self::High,
        }
    }
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
    List(RunsList),
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
        /// Only lines after this place, such as `12.40`: lines of legacy and of the graph
        #[arg(long, value_name = "PLACE")]
        after: Option<LogCursor>,
    },
    /// Follow a run that is under way to its end
    Follow {
        /// The run; `latest` is the newest
        run: String,
        /// Put the pictures here
        #[arg(long, short, value_name = "DIR")]
        output: Option<PathBuf>,
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
    /// Write a run as one file: a page for people, JSON or JUnit XML, by the file's ending
    Report {
        /// The run; `latest` is the newest
        run: String,
        /// Where to write it: FILE.html, FILE.json or FILE.xml
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
    /// Make a run again
    Rerun(Rerun),
}

/// Which runs to list.
#[derive(Args)]
pub(crate) struct RunsList {
    /// At most so many
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    /// Only runs with this verdict
    #[arg(long, value_enum)]
    pub(crate) verdict: Option<VerdictArgument>,
    /// Only runs in this state; may be repeated
    #[arg(long, value_enum)]
    pub(crate) state: Vec<StateArgument>,
    /// Only runs in this mode
    #[arg(long, value_enum)]
    pub(crate) mode: Option<Mode>,
    /// Only runs of this workflow
    #[arg(long, value_name = "ID")]
    pub(crate) workflow: Option<WorkflowId>,
    /// Only runs of this output type
    #[arg(long, value_name = "ID")]
    pub(crate) output_type: Option<OutputTypeId>,
    /// Only runs dispatched since then: `2h`, `7d`, a date, or a time in UTC
    #[arg(long, value_name = "TIME", value_parser = time::parse_time)]
    pub(crate) since: Option<Timestamp>,
    /// Only runs dispatched before then
    #[arg(long, value_name = "TIME", value_parser = time::parse_time)]
    pub(crate) until: Option<Timestamp>,
    /// Only runs in which legacy took the graph's place
    #[arg(long)]
    pub(crate) fell_back: bool,
    /// Only runs to some nodes, on trial
    #[arg(long)]
    pub(crate) trials: bool,
    /// Only runs that a person should look at: failed or not found equal, not reviewed, and not made
    /// again since
    #[arg(long)]
    pub(crate) unresolved: bool,
    /// Only reruns of this run
    #[arg(long, value_name = "RUN")]
    pub(crate) reruns_of: Option<RunId>,
    /// Only runs before this one: the next page
    #[arg(long, value_name = "RUN")]
    pub(crate) before: Option<RunId>,
}

/// What to run again, and how.
#[derive(Args)]
pub(crate) struct Rerun {
    /// The run; `latest` is the newest
    pub(crate) run: String,
    /// Run this node and what needs it again; take the rest from the cache
    #[arg(long, value_name = "NODE", conflicts_with_all = ["all", "failed"])]
    pub(crate) from: Option<NodeId>,
    /// Run every node again
    #[arg(long, conflicts_with = "failed")]
    pub(crate) all: bool,
    /// Run the nodes that failed, and what needs them, again
    #[arg(long)]
    pub(crate) failed: bool,
    /// Take the workflow as it is saved now
    #[arg(long, conflicts_with = "draft")]
    pub(crate) latest: bool,
    /// Take this document
    #[arg(long, value_name = "FILE")]
    pub(crate) draft: Option<PathBuf>,
    /// Put the pictures here
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

/// States as arguments.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum StateArgument {
    Queued,
    Running,
    Succeeded,
    FellBack,
    Failed,
    Cancelled,
    Interrupted,
}

impl From<StateArgument> for RunState {
    fn from(state: StateArgument) -> Self {
        match state {
            StateArgument::Queued => Self::Queued,
            StateArgument::Running => Self::Running,
            StateArgument::Succeeded => Self::Succeeded,
            StateArgument::FellBack => Self::FellBack,
            StateArgument::Failed => Self::Failed,
            StateArgument::Cancelled => Self::Cancelled,
            StateArgument::Interrupted => Self::Interrupted,
        }
    }
}

/// Verdicts as arguments.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum VerdictArgument {
    Pass,
    Warn,
    Fail,
    Inconclusive,
}

impl From<VerdictArgument> for Verdict {
    fn from(verdict: VerdictArgument) -> Self {
        match verdict {
            VerdictArgument::Pass => Self::Pass,
            VerdictArgument::Warn => Self::Warn,
            VerdictArgument::Fail => Self::Fail,
            VerdictArgument::Inconclusive => Self::Inconclusive,
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum OutboxCommand {
    /// List what waits
    List,
    /// Send what waits now
    Send,
    /// Take a dispatch out
    Discard {
        /// Its key
        key: String,
    },
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
    /// Write a report: FILE.html, FILE.json or FILE.xml; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Vec<PathBuf>,
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
    /// A legacy preset, step list or node-editor export; or a folder of them, each with its report
    pub(crate) file: PathBuf,
    /// Where to write the workflow; printed where none is given; the file must not exist. For a folder,
    /// the folder of the workflows, where a second time changes nothing
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// Run golden cases on what each was, with legacy, and on the workflow that it became, and say which
    /// are identical; in a studio of its own, so that nothing of yours changes
    #[arg(long)]
    pub(crate) prove: bool,
    /// The way back: make the legacy document again that a migrated workflow was
    #[arg(long, conflicts_with = "prove")]
    pub(crate) back: bool,
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

//! What `hartomat output-types`, `hartomat orders` and `hartomat resolve` can be told.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hartomat_schema::{OrderId, OrderLineId, OutputTypeId, WorkflowId};

use super::DispatchOptions;

#[derive(Subcommand)]
pub(crate) enum OutputTypesCommand {
    /// List output types with what depends on them
    List,
    /// Show an output type as JSON, as `set` takes it
    Show {
        /// The output type
        id: OutputTypeId,
    },
    /// Make an output type of a workflow, valid at once; it begins in legacy mode
    Add {
        /// Name for people; the id is made of it
        name: String,
        /// The workflow that the graph runs
        #[arg(long, value_name = "ID")]
        workflow: WorkflowId,
    },
    /// Change an output type: FILE holds it as `show` prints it; its rollout stays
    Set {
        /// The document
        file: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum OrdersCommand {
    /// List orders with how far they have come
    List,
    /// Show an order: its lines, what is published on them
    Show {
        /// The order
        id: OrderId,
    },
    /// Take a list of orders in, CSV or JSON by the file's ending
    Import {
        /// Columns: order, line, product, product_name, cad_file, output_type, customer, requested_by,
        /// materials
        file: PathBuf,
        /// Only say what would come of it
        #[arg(long)]
        dry_run: bool,
        /// Take in the rows that can be, although others can't
        #[arg(long)]
        skip_refused: bool,
    },
    /// Run every line of an order that is open or has failed
    Run(OrderRun),
    /// Notifications, newest first
    Notifications,
}

/// What to calibrate, and how.
#[derive(Args)]
pub(crate) struct Calibrate {
    /// The output type
    pub(crate) id: OutputTypeId,
    /// How many renders are compared with the first
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=32))]
    pub(crate) times: u32,
    /// The order line that is rendered; else the output type's newest, else the bundled sample
    #[arg(long, value_name = "ID")]
    pub(crate) order_line: Option<OrderLineId>,
}

#[derive(Args)]
pub(crate) struct OrderRun {
    /// The order
    pub(crate) id: OrderId,
    /// Put the pictures of each line here, in a folder with the line's name
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) options: DispatchOptions,
}

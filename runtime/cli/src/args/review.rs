//! What `hartomat review` can be told.

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use hartomat_schema::{Mask, Region, ReviewId, WorkflowId};

#[derive(Subcommand)]
pub(crate) enum ReviewCommand {
    /// Accept a difference: later comparisons of its scope expect it
    Accept(Accept),
    /// Reject a difference: somebody has looked, and it is a defect
    Reject(Reject),
    /// List reviews, newest first
    List {
        /// Only reviews of this run; `latest` is the newest
        #[arg(long)]
        run: Option<String>,
        /// Only reviews of runs of this workflow
        #[arg(long, value_name = "ID")]
        workflow: Option<WorkflowId>,
        /// Only reviews that stand: neither taken back nor past their end
        #[arg(long)]
        standing: bool,
        /// At most so many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
        /// Only reviews before this one: the next page
        #[arg(long, value_name = "REVIEW")]
        before: Option<ReviewId>,
    },
    /// Take a review back
    Revoke {
        /// The review
        review: ReviewId,
    },
}

/// Which difference, and why.
#[derive(Args)]
pub(crate) struct Reviewed {
    /// The run; `latest` is the newest
    pub(crate) run: String,
    /// The compared output, such as `still.png`; the one that didn't pass where there is only one
    #[arg(long, value_name = "NAME")]
    pub(crate) output: Option<String>,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// How far it reaches: this case alone, or every subject of its output type
    #[arg(long, value_enum, default_value_t = ScopeArgument::Case)]
    pub(crate) scope: ScopeArgument,
    /// Only inside this rectangle of the control picture, in pixels; may be repeated
    #[arg(long, value_name = "X,Y,WIDTH,HEIGHT", value_parser = parse_rect, conflicts_with = "scope")]
    pub(crate) rect: Vec<Mask>,
    /// Only inside this polygon: corners as `X,Y X,Y X,Y`; may be repeated
    #[arg(long, value_name = "CORNERS", value_parser = parse_polygon, conflicts_with = "scope")]
    pub(crate) polygon: Vec<Mask>,
}

#[derive(Args)]
pub(crate) struct Accept {
    #[command(flatten)]
    pub(crate) reviewed: Reviewed,
    /// How long it stands, in days
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = hartomat_schema::USUAL_ACCEPT_DAYS,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(hartomat_schema::MAX_ACCEPT_DAYS))
    )]
    pub(crate) expires_days: u32,
}

#[derive(Args)]
pub(crate) struct Reject {
    #[command(flatten)]
    pub(crate) reviewed: Reviewed,
}

/// Scopes as arguments.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ScopeArgument {
    Case,
    OutputType,
}

fn parse_rect(text: &str) -> anyhow::Result<Mask> {
    let [x_px, y_px, width_px, height_px] = numbers(text).context("expected X,Y,WIDTH,HEIGHT")?;
    Ok(Mask::Rect(Region {
        x_px,
        y_px,
        width_px,
        height_px,
    }))
}

fn parse_polygon(text: &str) -> anyhow::Result<Mask> {
    let corners = text.split_whitespace().map(numbers::<2>);
    let points = corners
        .collect::<Option<Vec<_>>>()
        .context("expected corners such as `10,10 60,10 60,40`")?;
    Ok(Mask::Polygon { points })
}

fn numbers<const COUNT: usize>(text: &str) -> Option<[u32; COUNT]> {
    let numbers = text.split(',').map(|number| number.trim().parse());
    let numbers: Vec<u32> = numbers.collect::<Result<_, _>>().ok()?;
    numbers.try_into().ok()
}

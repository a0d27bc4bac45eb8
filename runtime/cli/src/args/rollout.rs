//! What `hartomat rollout` can be told.

use clap::{Args, Subcommand, ValueEnum};
use hartomat_schema::{Gate, GateConditionName, OnBreak, RolloutScope};

use super::Mode;

#[derive(Subcommand)]
pub(crate) enum RolloutCommand {
    /// List every rollout: mode, streak, what is missing for the next step
    List,
    /// Show a rollout: who limits its mode, the evidence, the last verdicts and decisions
    Show {
        /// `output_type:ID` or `workflow:ID`
        scope: RolloutScope,
    },
    /// One step up, legacy to shadow to graph; the last step needs evidence
    Promote(Promote),
    /// Down at once, whatever the evidence; takes effect for the next dispatch
    Rollback {
        /// `output_type:ID` or `workflow:ID`
        scope: RolloutScope,
        /// To this mode
        #[arg(long, value_enum, default_value = "legacy")]
        to: Mode,
        /// Why, in a sentence
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Change the gate and the share of dispatches that are shadowed
    Gate {
        /// `output_type:ID` or `workflow:ID`
        scope: RolloutScope,
        #[command(flatten)]
        gate: GateArguments,
        /// Of how many in a hundred dispatches the graph runs as a shadow
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=100))]
        shadow_percent: Option<u8>,
    },
    /// Say what a gate would have done on past runs, without changing anything
    Simulate {
        /// `output_type:ID` or `workflow:ID`
        scope: RolloutScope,
        #[command(flatten)]
        gate: GateArguments,
    },
    /// Let a paused rollout be promoted again
    Resume {
        /// `output_type:ID` or `workflow:ID`
        scope: RolloutScope,
    },
}

#[derive(Args)]
pub(crate) struct Promote {
    /// `output_type:ID` or `workflow:ID`
    pub(crate) scope: RolloutScope,
    /// A condition that may be unmet for a while; may be repeated
    #[arg(long, value_enum, value_name = "CONDITION", requires = "reason")]
    pub(crate) except: Vec<ConditionArgument>,
    /// Why it may be, in a sentence
    #[arg(long, value_name = "TEXT", requires = "except")]
    pub(crate) reason: Option<String>,
    /// How long the exception stands, in days
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = hartomat_schema::USUAL_EXCEPTION_DAYS,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(hartomat_schema::MAX_EXCEPTION_DAYS))
    )]
    pub(crate) expires_days: u32,
}

/// A gate; what isn't said stays as it is.
#[derive(Args)]
pub(crate) struct GateArguments {
    /// Shadow passes in a row
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    streak: Option<u32>,
    /// Runs that the error rate needs
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    min_runs: Option<u32>,
    /// Fallbacks that are allowed while the graph is in charge
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=1000))]
    max_fallbacks: Option<u32>,
    /// Whether golden cases must pass
    #[arg(long)]
    golden: Option<bool>,
    /// What happens when the gate breaks
    #[arg(long, value_enum)]
    on_break: Option<OnBreakArgument>,
}

impl GateArguments {
    /// The gate with these changes.
    pub(crate) fn over(&self, gate: Gate) -> Gate {
        Gate {
            golden: self.golden.unwrap_or(gate.golden),
            streak: self.streak.unwrap_or(gate.streak),
            min_runs: self.min_runs.unwrap_or(gate.min_runs),
            max_fallbacks: self.max_fallbacks.unwrap_or(gate.max_fallbacks),
            on_break: self.on_break.map_or(gate.on_break, Into::into),
        }
    }
}

/// What happens when a gate breaks, as an argument.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum OnBreakArgument {
    Pause,
    DemoteToShadow,
    DemoteToLegacy,
}

impl From<OnBreakArgument> for OnBreak {
    fn from(argument: OnBreakArgument) -> Self {
        match argument {
            OnBreakArgument::Pause => Self::Pause,
            OnBreakArgument::DemoteToShadow => Self::DemoteToShadow,
            OnBreakArgument::DemoteToLegacy => Self::DemoteToLegacy,
        }
    }
}

/// Conditions as arguments.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ConditionArgument {
    Golden,
    Streak,
    Reviewed,
    ErrorRate,
    Fallbacks,
}

impl From<ConditionArgument> for GateConditionName {
    fn from(argument: ConditionArgument) -> Self {
        match argument {
            ConditionArgument::Golden => Self::Golden,
            ConditionArgument::Streak => Self::Streak,
            ConditionArgument::Reviewed => Self::Reviewed,
            ConditionArgument::ErrorRate => Self::ErrorRate,
            ConditionArgument::Fallbacks => Self::Fallbacks,
        }
    }
}

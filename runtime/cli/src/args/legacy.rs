//! What `hartomat legacy` can be told.

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum LegacyCommand {
    /// Let a program of yours deliver, and be the control of shadow runs; docs/own-legacy.md says how it is asked
    Set(SetLegacy),
    /// Show the program that is set
    Show,
    /// Go back to the built-in pipeline
    Unset,
}

#[derive(Args)]
pub(crate) struct SetLegacy {
    /// Types of legacy presets that it runs: still, thumbnail, turntable, blend
    #[arg(
        long = "for",
        value_name = "TYPE",
        value_delimiter = ',',
        default_value = "still"
    )]
    pub(crate) presets: Vec<String>,
    /// Variable of the environment that it gets beside PATH, LANG and LC_ALL; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) pass_env: Vec<String>,
    /// Longest time
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub(crate) wall_secs: u64,
    /// Largest memory of all its processes
    #[arg(long, value_name = "MIB", default_value_t = 16 << 10)]
    pub(crate) memory_mb: u64,
    /// Largest output
    #[arg(long, value_name = "MIB", default_value_t = 2 << 10)]
    pub(crate) output_mb: u64,
    /// Absolute path of the program, and its arguments; `{request}` and `{output}` stand for paths, and
    /// the request's path comes last where it stands nowhere
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    pub(crate) command: Vec<String>,
}

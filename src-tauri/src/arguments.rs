//! What can be said when the shell is started, at first or again.

use std::path::PathBuf;

use clap::Parser;

/// HartOMat Studio: tray, notifications and windows; renders go on when the editor closes.
#[derive(Debug, Parser)]
#[command(name = "hartomat-studio", version)]
pub(crate) struct Arguments {
    /// Workflows, STEP files and `hartomat://` links to open
    #[arg(value_name = "FILE|LINK")]
    pub(crate) open: Vec<String>,
    /// Folder of databases, artifacts and published files
    #[arg(long, env = "HARTOMAT_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Starts without a window, as at login
    #[arg(long)]
    pub(crate) background: bool,
}

impl Arguments {
    /// Whether this start is to show something.
    pub(crate) fn wants_window(&self) -> bool {
        !self.background || !self.open.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_option_is_none_to_open() {
        let parse = |arguments: &[&str]| {
            Arguments::try_parse_from(["hartomat-studio"].iter().chain(arguments))
        };
        assert!(parse(&["--picture=x"]).is_err());
        assert!(parse(&["-x"]).is_err());
        let given = parse(&["--background", "a.step", "hartomat://run/1"]).unwrap();
        assert!(given.background && given.wants_window());
        assert!(!parse(&["--background"]).unwrap().wants_window());
        assert!(parse(&[]).unwrap().wants_window());
        assert_eq!(given.open, ["a.step", "hartomat://run/1"]);
    }
}

//! What `hartomat templates` can be told.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum TemplatesCommand {
    /// List them
    List,
    /// Copy a file into the library; docs/templates.md says what it has to hold
    Add {
        /// A `.blend` file; one of the same name is replaced
        file: PathBuf,
    },
    /// Open one without its scripts, and say what it has and lacks
    Check {
        /// Its name, such as `catalogue.blend`
        name: String,
    },
    /// Let the scripts of this file run, as it is now; a changed file has to be trusted anew
    Trust {
        /// Its name
        name: String,
    },
    /// Take the trust back
    Distrust {
        /// Its name
        name: String,
    },
}

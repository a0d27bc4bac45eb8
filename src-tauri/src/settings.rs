//! What the shell remembers: where the data lies, and whether the first start is over.

use std::io;
use std::path::{Path, PathBuf};

use hartomat_app::DataDir;
use hartomat_process::write_atomically;
use serde_json::{Value, json};

/// In the person's folder of settings: it says where the data lies, so it can't lie there.
const CHOICE: &str = "hartomat/studio.json";
/// In the data folder.
const DONE: &str = "shell.json";

/// The data folder: the one that was named, or chosen before, or the usual one.
pub(crate) fn data_dir(named: Option<PathBuf>) -> PathBuf {
    let chosen = || {
        let folder = read(&choice_file()?)?["data_dir"]
            .as_str()
            .map(PathBuf::from)?;
        folder.is_absolute().then_some(folder)
    };
    let named = named.and_then(|folder| std::path::absolute(folder).ok());
    named
        .or_else(chosen)
        .unwrap_or_else(|| DataDir::of_this_person().path().to_owned())
}

/// Remembers a data folder for the next start.
pub(crate) fn choose_data_dir(folder: &Path) -> io::Result<()> {
    let file = choice_file().ok_or(io::ErrorKind::NotFound)?;
    write_atomically(&file, json!({ "data_dir": folder }).to_string().as_bytes())
}

/// Whether the first start on a data folder is over.
pub(crate) fn is_first_start_over(data_dir: &Path) -> bool {
    read(&data_dir.join(DONE)).is_some_and(|it| it["first_start_over"] == true)
}

/// Remembers that it is.
pub(crate) fn end_first_start(data_dir: &Path) -> io::Result<()> {
    let over = json!({ "first_start_over": true });
    write_atomically(&data_dir.join(DONE), over.to_string().as_bytes())
}

fn choice_file() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let named = folder("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    let folder = named.or_else(|| folder("HOME").map(|home| home.join(".config")))?;
    Some(folder.join(CHOICE))
}

/// What can't be read is as good as not there: it is asked for again.
fn read(file: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_ends_once_for_each_data_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_first_start_over(folder.path()));
        end_first_start(folder.path()).unwrap();
        assert!(is_first_start_over(folder.path()));
        std::fs::write(folder.path().join(DONE), "{").unwrap();
        assert!(!is_first_start_over(folder.path()));
    }

    #[test]
    fn a_folder_that_was_named_goes_before_all_others() {
        let named = data_dir(Some(PathBuf::from("some/where")));
        assert!(named.is_absolute() && named.ends_with("some/where"));
    }
}

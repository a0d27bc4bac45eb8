//! Writes the sample CAD files into a folder, `assets/samples` unless another is given.

use std::io::Write;
use std::path::PathBuf;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(default_folder, PathBuf::from);
    for path in hartomat_cad_worker::write_samples(&folder)? {
        writeln!(std::io::stdout(), "{}", path.display())?;
    }
    Ok(())
}

fn default_folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../assets/samples"
    ))
}

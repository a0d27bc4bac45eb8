//! Writes the sample CAD files: shapes made by the kernel, headers without a clock.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::binding::ffi;

/// Writes every sample into the folder; their paths.
///
/// # Errors
/// When the kernel fails or a file can't be written.
pub fn write_samples(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("can't make `{}`", folder.display()))?;
    ffi::sample_names()
        .into_iter()
        .map(|name| {
            let path = folder.join(&name);
            ffi::write_sample(&name, &path.to_string_lossy())
                .with_context(|| format!("can't write {name}"))?;
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("can't read {name} back"))?;
            std::fs::write(&path, without_clock(&text, &name))?;
            Ok(path)
        })
        .collect()
}

/// Replaces what changes from one writing to the next: the header's name and time stamp.
fn without_clock(text: &str, name: &str) -> String {
    let Some(start) = text.find("FILE_NAME(") else {
        return text.to_owned();
    };
    let Some(length) = text[start..].find(");") else {
        return text.to_owned();
    };
    let stem = name.trim_end_matches(".step");
    let header = format!(
        "FILE_NAME('{stem}','2000-01-01T00:00:00',(''),('HartOMat Studio'),'Open CASCADE','make-samples',''"
    );
    format!("{}{header}{}", &text[..start], &text[start + length..])
}

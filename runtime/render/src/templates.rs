//! The studio's `.blend` templates: files in a folder, and which of them may run their scripts.
//!
//! Trust is a person's word for one file as it was, kept by its digest: a changed file has none.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use hartomat_process::{make_folder, write_atomically};
use hartomat_schema::{BlendTemplate, Digest};
use serde_json::{Value, json};

use crate::RenderError;

/// The ending by which templates are told from studio scenes.
const ENDING: &str = ".blend";
/// The file that says which digests are trusted.
const TRUSTED: &str = "trusted.json";
/// Name and version of that file.
const SCHEMA: &str = "hartomat.trusted_templates/1";
/// Who holds this file's lock changes the folder alone.
const LOCK: &str = ".changing";
/// What an interrupted change may have left ends like this.
const LEFT: [&str; 2] = [".tmp", ".partial"];
/// The largest template.
const MAX_BYTES: u64 = 2 << 30;

/// The templates of a studio. The folder may be missing: then there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlendTemplates {
    folder: PathBuf,
}

impl BlendTemplates {
    /// Those of a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// Whether a name means a template and no studio scene.
    pub fn is_template(name: &str) -> bool {
        name.ends_with(ENDING)
    }

    /// All of them by name. What can't be read is left out.
    pub fn list(&self) -> Vec<BlendTemplate> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names: Vec<_> = names.filter(|name| Self::is_template(name)).collect();
        names.sort();
        names
            .iter()
            .filter_map(|name| self.get(name).ok())
            .collect()
    }

    /// A template by its name, as it is now.
    ///
    /// # Errors
    /// [`RenderError::UnknownScene`] with the names there are; a file that can't be read.
    pub fn get(&self, name: &str) -> Result<BlendTemplate, RenderError> {
        let bytes = self.bytes(name)?;
        let digest = Digest::of(&bytes);
        Ok(BlendTemplate {
            name: name.to_owned(),
            digest,
            trusted: self.is_trusted(&digest),
        })
    }

    /// A template's bytes, if they still are what was resolved.
    ///
    /// # Errors
    /// As [`Self::get`], and a file that has changed since.
    pub(crate) fn read(&self, template: &BlendTemplate) -> Result<Vec<u8>, RenderError> {
        let bytes = self.bytes(&template.name)?;
        if Digest::of(&bytes) == template.digest {
            return Ok(bytes);
        }
        Err(problem(
            &template.name,
            "has changed since the scene was composed",
        ))
    }

    /// Whether this file's scripts may run.
    pub fn is_trusted(&self, digest: &Digest) -> bool {
        self.trusted().contains_key(&digest.to_string())
    }

    /// Copies a file into the library under its own name; one of the same name is replaced.
    ///
    /// # Errors
    /// A file that is no `.blend`, can't be read, or can't be written.
    pub fn add(&self, file: &Path) -> Result<BlendTemplate, RenderError> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let name = plain(&name)?.to_owned();
        let bytes = read_whole(file).map_err(|err| problem(&name, &err.to_string()))?;
        let is_blend = bytes.starts_with(b"BLENDER")
            || bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
            || bytes.starts_with(&[0x1f, 0x8b]);
        if !is_blend {
            return Err(problem(&name, "is no Blender file"));
        }
        let written = self.alone().and_then(|_alone| self.write(&name, &bytes));
        written.map_err(|err| problem(&name, &err.to_string()))?;
        self.get(&name)
    }

    /// Lets a template's scripts run, as the file is now.
    ///
    /// # Errors
    /// As [`Self::get`]; a list that can't be written.
    pub fn trust(&self, name: &str) -> Result<BlendTemplate, RenderError> {
        let template = self.get(name)?;
        let _alone = self.alone_with_trust()?;
        let mut trusted = self.trusted();
        trusted.insert(template.digest.to_string(), name.to_owned());
        self.keep(&trusted)?;
        self.get(name)
    }

    /// Takes the trust in every file of this name back; whether there was any.
    ///
    /// # Errors
    /// A list that can't be written.
    pub fn distrust(&self, name: &str) -> Result<bool, RenderError> {
        if !self.folder.is_dir() {
            return Ok(false);
        }
        let _alone = self.alone_with_trust()?;
        let mut trusted = self.trusted();
        let before = trusted.len();
        trusted.retain(|_digest, known| known != name);
        let is_less = trusted.len() < before;
        if is_less {
            self.keep(&trusted)?;
        }
        Ok(is_less)
    }

    /// Changes whenever a template, or the trust in one, does. Cheap: sizes and dates stand for bytes.
    pub fn state(&self) -> String {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .filter_map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                if name != TRUSTED && plain(&name).is_err() {
                    return None;
                }
                let data = entry.metadata().ok()?;
                Some(format!("{name} {} {:?}", data.len(), data.modified().ok()))
            })
            .collect();
        files.sort();
        match files.as_slice() {
            [] => "none".to_owned(),
            files => Digest::of(files.join("\n").as_bytes()).short(),
        }
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, RenderError> {
        let path = self.folder.join(plain(name)?);
        read_whole(&path).map_err(|err| match err.kind() {
            io::ErrorKind::NotFound => RenderError::UnknownScene {
                key: name.to_owned(),
                suggestions: self.list().into_iter().map(|known| known.name).collect(),
            },
            _ => problem(name, &err.to_string()),
        })
    }

    /// Names by trusted digest; none where the list can't be read.
    fn trusted(&self) -> BTreeMap<String, String> {
        let text = fs::read(self.folder.join(TRUSTED)).unwrap_or_default();
        let list: Value = serde_json::from_slice(&text).unwrap_or_default();
        if list["schema"] != SCHEMA {
            return BTreeMap::new();
        }
        let files = list["files"].as_object().into_iter().flatten();
        files
            .filter_map(|(digest, name)| Some((digest.clone(), name.as_str()?.to_owned())))
            .collect()
    }

    fn keep(&self, trusted: &BTreeMap<String, String>) -> Result<(), RenderError> {
        let list = json!({ "schema": SCHEMA, "files": trusted });
        let text = serde_json::to_vec_pretty(&list).expect("a list is plain data");
        self.write(TRUSTED, &text)
            .map_err(|err| problem(TRUSTED, &err.to_string()))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        write_atomically(&self.folder.join(name), bytes)
    }

    /// As [`Self::alone`]: the list is read and written as one.
    fn alone_with_trust(&self) -> Result<fs::File, RenderError> {
        let alone = self.alone();
        alone.map_err(|err| problem(TRUSTED, &err.to_string()))
    }

    /// While this file lives nobody else changes the folder, in no process.
    fn alone(&self) -> io::Result<fs::File> {
        make_folder(&self.folder)?;
        let lock = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.folder.join(LOCK))?;
        lock.lock()?;
        self.sweep();
        Ok(lock)
    }

    /// Removes what changes have left that were interrupted. Only for who is alone.
    fn sweep(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') && LEFT.iter().any(|ending| name.ends_with(ending)) {
                // What stays harms nobody.
                let _left = fs::remove_file(entry.path());
            }
        }
    }
}

fn problem(name: &str, problem: &str) -> RenderError {
    RenderError::Library {
        file: name.to_owned(),
        problem: problem.to_owned(),
    }
}

/// A name that leads nowhere but into the folder.
fn plain(name: &str) -> Result<&str, RenderError> {
    let is_plain = BlendTemplates::is_template(name)
        && name.len() <= 128
        && !name.starts_with(['.', '-'])
        && !name.contains(|c: char| c == '/' || c == '\\' || c.is_control());
    match is_plain {
        true => Ok(name),
        false => Err(problem(
            name,
            "is no name of a template, such as `catalogue.blend`",
        )),
    }
}

fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    if file.metadata()?.len() > MAX_BYTES {
        return Err(io::Error::other("is larger than 2 GiB"));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_is_for_a_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("catalogue.blend");
        fs::write(&from, b"BLENDER-v405 one").unwrap();
        let templates = BlendTemplates::new(folder.path().join("library"));
        assert_eq!(templates.list(), []);
        let empty = templates.state();
        assert!(!templates.add(&from).unwrap().trusted);
        let added = templates.state();
        assert!(templates.trust("catalogue.blend").unwrap().trusted);
        assert!(templates.list()[0].trusted);
        let trusted = templates.state();
        assert!(empty != added && added != trusted);
        fs::write(&from, b"BLENDER-v405 two").unwrap();
        let changed = templates.add(&from).unwrap();
        assert!(!changed.trusted, "another file has nobody's word");
        assert!(templates.distrust("catalogue.blend").unwrap());
        assert!(!templates.distrust("catalogue.blend").unwrap());
        let old = BlendTemplate {
            digest: Digest::of(b"BLENDER-v405 one"),
            ..changed
        };
        assert!(templates.read(&old).is_err(), "it has changed since");
    }

    #[test]
    fn of_words_given_at_once_none_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let templates = BlendTemplates::new(folder.path());
        let names: Vec<String> = (0..12).map(|number| format!("{number}.blend")).collect();
        for name in &names {
            fs::write(folder.path().join(name), format!("BLENDER {name}")).unwrap();
        }
        let at_once = |change: &(dyn Fn(&str) -> bool + Sync)| {
            std::thread::scope(|scope| {
                for name in &names {
                    scope.spawn(move || assert!(change(name), "{name}"));
                }
            });
        };
        at_once(&|name| templates.trust(name).is_ok());
        assert!(templates.list().iter().all(|known| known.trusted));
        at_once(&|name| templates.distrust(name).unwrap_or(false));
        assert!(templates.trusted().is_empty());
    }

    #[test]
    fn what_an_interrupted_change_left_is_removed_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let templates = BlendTemplates::new(folder.path());
        fs::write(folder.path().join("a.blend"), b"BLENDER").unwrap();
        let before = templates.state();
        let left = folder.path().join(".a.blend.99-1.tmp");
        fs::write(&left, b"BLEN").unwrap();
        assert_eq!(templates.state(), before);
        templates.trust("a.blend").unwrap();
        assert!(!left.exists());
        assert!(!templates.distrust("b.blend").unwrap());
        assert_eq!(templates.list().len(), 1);
    }

    #[test]
    fn names_lead_nowhere_else_and_unknown_ones_bring_those_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let templates = BlendTemplates::new(folder.path());
        fs::write(folder.path().join("a.blend"), b"BLENDER").unwrap();
        for name in [
            "../a.blend",
            "/etc/a.blend",
            "-a.blend",
            ".a.blend",
            "a.txt",
        ] {
            assert!(templates.get(name).is_err(), "{name}");
        }
        let unknown = templates.get("b.blend").unwrap_err().to_string();
        assert!(unknown.contains("a.blend"), "{unknown}");
    }
}

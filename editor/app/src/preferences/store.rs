//! The file that preferences lie in: read with patience, written whole. Several windows write to it,
//! each what it changed over what it finds there.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hartomat_process::write_atomically;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::Preferences;
use super::patch::Patch;
use super::recent::MOST_RECENT;
use super::values::SCALES;
use crate::files::BackgroundWriter;

/// What was read, and what had to be left behind.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadPreferences {
    /// The preferences.
    pub preferences: Preferences,
    /// Keys whose values couldn't be used; the whole file where it is no JSON.
    pub damaged: Vec<String>,
}

/// The file, and the thread that writes it.
pub struct PreferencesFile {
    path: PathBuf,
    /// As they were read, or handed over last.
    handed_over: Map<String, Value>,
    /// What isn't written yet.
    unwritten: Arc<Mutex<Patch>>,
    writer: BackgroundWriter,
}

impl PreferencesFile {
    /// Preferences in this file; it need not exist yet.
    pub fn new(path: impl Into<PathBuf>, wake: &egui::Context) -> Self {
        let path = path.into();
        Self {
            writer: BackgroundWriter::start(path.clone(), wake.clone()),
            handed_over: Map::new(),
            unwritten: Arc::default(),
            path,
        }
    }

    /// What is in a file, without touching it: for what has to be known before there is a window.
    pub fn peek(path: &Path) -> Preferences {
        let bytes = std::fs::read(path).ok();
        let values = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        values.map_or_else(Preferences::default, |values| parse(values).preferences)
    }

    /// Reads what there is. A file that is no JSON is kept beside under another name.
    pub fn read(&mut self) -> ReadPreferences {
        // Where there is nothing to read, another window may write before this one does.
        self.handed_over = keyed(to_values(&Preferences::default()));
        let Ok(bytes) = std::fs::read(&self.path) else {
            return ReadPreferences {
                preferences: Preferences::default(),
                damaged: Vec::new(),
            };
        };
        match serde_json::from_slice::<Map<String, Value>>(&bytes) {
            Ok(values) => {
                let read = parse(values);
                self.handed_over = keyed(to_values(&read.preferences));
                // What was damaged is written again together with the next change.
                let damaged = read.damaged.iter();
                damaged.for_each(|key| drop(self.handed_over.shift_remove(key)));
                read
            }
            Err(_) => {
                self.handed_over = Map::new();
                let kept = self.path.with_extension("damaged.json");
                // Nothing more can be done for a file that can't even be renamed.
                let _unmoved = std::fs::rename(&self.path, &kept);
                ReadPreferences {
                    preferences: Preferences::default(),
                    damaged: vec![file_name(&self.path)],
                }
            }
        }
    }

    /// Has what differs from what was handed over last written.
    pub fn write(&mut self, preferences: &Preferences) {
        let values = keyed(to_values(preferences));
        let changed = Patch::between(&self.handed_over, &values);
        if changed.is_empty() {
            return;
        }
        self.handed_over.clone_from(&values);
        lock(&self.unwritten).extend(changed);
        let unwritten = Arc::clone(&self.unwritten);
        self.writer.put_by(move |path| {
            let patch = std::mem::take(&mut *lock(&unwritten));
            let written = write_over(path, &patch, values);
            if written.is_err() {
                lock(&unwritten).put_before(patch);
            }
            written
        });
    }

    /// Why they couldn't be written.
    pub fn error(&self) -> Option<String> {
        self.writer.status().error
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn parse(mut values: Map<String, Value>) -> ReadPreferences {
    let mut damaged = Vec::new();
    let mut preferences = Preferences {
        theme: take(&mut values, "theme", &mut damaged),
        scale: take::<Option<f32>>(&mut values, "scale", &mut damaged).unwrap_or(1.0),
        language: take(&mut values, "language", &mut damaged),
        keymap: take(&mut values, "keymap", &mut damaged),
        recent: take_list(&mut values, "recent", &mut damaged),
        layout: take(&mut values, "layout", &mut damaged),
        run_views: take_map(&mut values, "run_views", &mut damaged),
        window: take(&mut values, "window", &mut damaged),
        extra: Map::new(),
    };
    preferences.extra = values;
    if !SCALES.contains(&preferences.scale) {
        damaged.push("scale".to_owned());
        preferences.scale = 1.0;
    }
    if preferences
        .window
        .is_some_and(|window| !window.is_sensible())
    {
        damaged.push("window".to_owned());
        preferences.window = None;
    }
    ReadPreferences {
        preferences,
        damaged,
    }
}

fn take<T: DeserializeOwned + Default>(
    values: &mut Map<String, Value>,
    key: &str,
    damaged: &mut Vec<String>,
) -> T {
    let Some(value) = values.shift_remove(key) else {
        return T::default();
    };
    serde_json::from_value(value).unwrap_or_else(|_| {
        damaged.push(key.to_owned());
        T::default()
    })
}

/// A list loses what is damaged of it, not the rest.
fn take_list<T: DeserializeOwned>(
    values: &mut Map<String, Value>,
    key: &str,
    damaged: &mut Vec<String>,
) -> Vec<T> {
    let items: Vec<Value> = take(values, key, damaged);
    let mut read = Vec::new();
    for item in items {
        match serde_json::from_value(item) {
            Ok(item) => read.push(item),
            Err(_) => damaged.push(key.to_owned()),
        }
    }
    damaged.dedup();
    read
}

/// So does a map.
fn take_map<T: DeserializeOwned>(
    values: &mut Map<String, Value>,
    key: &str,
    damaged: &mut Vec<String>,
) -> BTreeMap<String, T> {
    let items: BTreeMap<String, Value> = take(values, key, damaged);
    let count = items.len();
    let read = items.into_iter();
    let read = read.filter_map(|(name, item)| Some((name, serde_json::from_value(item).ok()?)));
    let read: BTreeMap<String, T> = read.collect();
    if read.len() < count {
        damaged.push(key.to_owned());
    }
    read
}

/// Changes that are not written by a thread that panicked are still changes.
fn lock(patch: &Mutex<Patch>) -> MutexGuard<'_, Patch> {
    patch.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts changes over what is in the file; the whole where it holds nothing of use. While it works,
/// other windows wait.
fn write_over(path: &Path, patch: &Patch, whole: Map<String, Value>) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    let lock = options.open(path.with_extension("lock"))?;
    lock.lock()?;
    let there = std::fs::read(path).ok();
    let there = there.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let values = match there.map(keyed) {
        Some(mut values) => {
            patch.apply(&mut values);
            values
        }
        None => whole,
    };
    let text = serde_json::to_string_pretty(&listed(values))?;
    write_atomically(path, (text + "\n").as_bytes())
    // Closing the file lets go of the lock.
}

/// Values with recent workflows by their origin, so that those of several windows go together.
fn keyed(mut values: Map<String, Value>) -> Map<String, Value> {
    if let Some(Value::Array(recent)) = values.get_mut("recent") {
        let entries = std::mem::take(recent).into_iter();
        let entries = entries.filter_map(|entry| Some((entry.get("origin")?.to_string(), entry)));
        values["recent"] = Value::Object(entries.collect());
    }
    values
}

/// The same as they stand in the file: the last one first.
fn listed(mut values: Map<String, Value>) -> Map<String, Value> {
    if let Some(Value::Object(recent)) = values.get_mut("recent") {
        let mut entries: Vec<Value> = std::mem::take(recent)
            .into_iter()
            .map(|(_, entry)| entry)
            .collect();
        let opened_at = |entry: &Value| entry.get("opened_at").and_then(Value::as_i64);
        entries.sort_by_key(|entry| Reverse(opened_at(entry)));
        entries.truncate(MOST_RECENT);
        values["recent"] = Value::Array(entries);
    }
    values
}

fn to_values(preferences: &Preferences) -> Map<String, Value> {
    let Preferences {
        theme,
        scale,
        language,
        keymap,
        recent,
        layout,
        run_views,
        window,
        extra,
    } = preferences;
    let mut values = json!({
        "theme": theme,
        "scale": scale,
        "language": language,
        "keymap": keymap,
        "recent": recent,
        "layout": layout,
        "run_views": run_views,
        "window": window,
    });
    let mut map = std::mem::take(values.as_object_mut().expect("it was made as an object"));
    for (key, value) in extra {
        map.entry(key.clone()).or_insert_with(|| value.clone());
    }
    map
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use hartomat_schema::{Timestamp, Workflow, WorkflowId};
    use serde_json::json;

    use super::super::{LanguageChoice, RecentOrigin, ThemeChoice};
    use super::{Preferences, PreferencesFile};

    fn open(path: &Path) -> PreferencesFile {
        PreferencesFile::new(path, &egui::Context::default())
    }

    fn workflow(name: &str) -> Workflow {
        serde_json::from_value(json!({
            "schema": "hartomat.workflow/1", "id": name, "name": name,
            "family": "order_line", "nodes": [], "edges": []
        }))
        .unwrap()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("preferences.json");
        let mut preferences = Preferences {
            theme: ThemeChoice::Light,
            scale: 1.25,
            language: LanguageChoice::German,
            ..Preferences::default()
        };
        let keys = vec!["Ctrl+0".to_owned()];
        preferences
            .keymap
            .changed
            .insert("fit_all".to_owned(), keys);
        let origin = RecentOrigin::Library(WorkflowId::literal("still"));
        preferences.remember(origin, &workflow("Still"), Timestamp(7));
        preferences
            .extra
            .insert("from_later".to_owned(), json!({"kept": true}));
        open(&path).write(&preferences);
        let read = open(&path).read();
        assert_eq!(read.preferences, preferences);
        assert!(read.damaged.is_empty());
    }

    #[test]
    fn windows_on_one_file_keep_what_the_others_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("preferences.json");
        open(&path).write(&Preferences::default());
        let (mut one, mut two) = (open(&path), open(&path));
        let (mut of_one, mut of_two) = (one.read().preferences, two.read().preferences);
        of_one.theme = ThemeChoice::Light;
        of_one.layout.catalog_width = 300.0;
        let keys = |key: &str| vec![key.to_owned()];
        of_one.keymap.changed.insert("mute".to_owned(), keys("Q"));
        let origin = |id| RecentOrigin::Library(WorkflowId::literal(id));
        of_one.remember(origin("a"), &workflow("a"), Timestamp(3));
        one.write(&of_one);
        drop(one);
        of_two.scale = 1.5;
        of_two.layout.bottom_open = false;
        of_two
            .keymap
            .changed
            .insert("fit_all".to_owned(), keys("Z"));
        of_two.remember(origin("b"), &workflow("b"), Timestamp(5));
        two.write(&of_two);
        drop(two);
        let both = open(&path).read().preferences;
        assert_eq!((both.theme, both.scale), (ThemeChoice::Light, 1.5));
        assert_eq!(both.layout.catalog_width, 300.0);
        assert!(!both.layout.bottom_open);
        assert_eq!(both.keymap.changed.len(), 2);
        let recent: Vec<&str> = both
            .recent
            .iter()
            .map(|recent| recent.name.as_str())
            .collect();
        assert_eq!(recent, ["b", "a"], "the last one is first");
    }

    #[test]
    fn many_writers_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("preferences.json");
        std::thread::scope(|scope| {
            for index in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    let mut file = open(path);
                    let mut preferences = file.read().preferences;
                    let keys = vec!["Q".to_owned()];
                    let command = format!("command {index}");
                    preferences.keymap.changed.insert(command, keys);
                    file.write(&preferences);
                });
            }
        });
        assert_eq!(open(&path).read().preferences.keymap.changed.len(), 8);
    }

    #[test]
    fn a_damaged_value_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("preferences.json");
        let recent =
            json!({"origin": {"library": "a"}, "name": "A", "family": "cad_file", "opened_at": 1});
        let text = json!({
            "theme": "light", "scale": 900, "language": ["?"],
            "recent": [recent, {"broken": true}], "window": {"size": [1, 1]}
        });
        std::fs::write(&path, text.to_string()).unwrap();
        let read = open(&path).read();
        assert_eq!(read.preferences.theme, ThemeChoice::Light);
        assert!((read.preferences.scale - 1.0).abs() < f32::EPSILON);
        assert_eq!(read.preferences.recent.len(), 1);
        assert_eq!(read.preferences.window, None);
        assert_eq!(read.damaged, ["language", "recent", "scale", "window"]);
    }

    #[test]
    fn a_file_that_is_no_json_is_kept_beside_and_defaults_hold() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("preferences.json");
        std::fs::write(&path, b"{ half a fil").unwrap();
        let mut file = open(&path);
        let read = file.read();
        assert_eq!(read.preferences, Preferences::default());
        assert_eq!(read.damaged, ["preferences.json"]);
        file.write(&read.preferences);
        drop(file);
        assert!(path.exists());
        let kept = std::fs::read(folder.path().join("preferences.damaged.json")).unwrap();
        assert_eq!(kept, b"{ half a fil");
    }

    #[test]
    fn a_workflow_is_recent_once_and_the_last_one_is_first() {
        let mut preferences = Preferences::default();
        for index in 0..40 {
            let name = format!("w{}", index % 30);
            let origin = RecentOrigin::Library(WorkflowId::new(&*name).unwrap());
            preferences.remember(origin, &workflow(&name), Timestamp(index));
        }
        assert_eq!(preferences.recent.len(), 24);
        assert_eq!(preferences.recent[0].name, "w9");
        let same = preferences
            .recent
            .iter()
            .filter(|recent| recent.name == "w9");
        assert_eq!(same.count(), 1);
    }
}

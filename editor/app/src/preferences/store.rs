//! The file that preferences lie in: written whole, read with patience.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::Preferences;
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
    handed_over: String,
    writer: BackgroundWriter,
}

impl PreferencesFile {
    /// Preferences in this file; it need not exist yet.
    pub fn new(path: impl Into<PathBuf>, wake: &egui::Context) -> Self {
        let path = path.into();
        Self {
            writer: BackgroundWriter::start(path.clone(), wake.clone()),
            handed_over: String::new(),
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
        let Ok(bytes) = std::fs::read(&self.path) else {
            return ReadPreferences {
                preferences: Preferences::default(),
                damaged: Vec::new(),
            };
        };
        match serde_json::from_slice::<Map<String, Value>>(&bytes) {
            Ok(values) => parse(values),
            Err(_) => {
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

    /// Has them written, where they differ from what was handed over last.
    pub fn write(&mut self, preferences: &Preferences) {
        let text = to_json(preferences);
        if self.handed_over != text {
            self.handed_over.clone_from(&text);
            self.writer.put(move || text);
        }
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

fn to_json(preferences: &Preferences) -> String {
    let Preferences {
        theme,
        scale,
        language,
        keymap,
        recent,
        layout,
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
        "window": window,
    });
    let map = values.as_object_mut().expect("it was made as an object");
    for (key, value) in extra {
        map.entry(key.clone()).or_insert_with(|| value.clone());
    }
    let mut text = serde_json::to_string_pretty(&values).expect("preferences have text keys");
    text.push('\n');
    text
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

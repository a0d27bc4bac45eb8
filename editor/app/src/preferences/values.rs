//! The values and their defaults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::RecentWorkflow;
use crate::runs::RunFilter;

/// A language that the editor speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

/// The language that a person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanguageChoice {
    /// The one that the desktop speaks.
    #[default]
    Desktop,
    /// English.
    English,
    /// German.
    German,
}

impl LanguageChoice {
    /// The language, where the desktop's locale is like `de_DE.UTF-8`.
    pub fn resolve(self, locale: Option<&str>) -> Language {
        match self {
            Self::English => Language::English,
            Self::German => Language::German,
            Self::Desktop if locale.is_some_and(|locale| locale.starts_with("de")) => {
                Language::German
            }
            Self::Desktop => Language::English,
        }
    }
}

/// Bright or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// As the desktop has it.
    Desktop,
    /// Dark.
    #[default]
    Dark,
    /// Light.
    Light,
}

/// The keymap: a preset by its key, and what differs from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeymapPreference {
    /// The preset's key, such as `blender_4`; the first one where none is named.
    pub preset: String,
    /// Shortcuts by the key of their command, such as `Ctrl+Shift+P`; none takes them away.
    pub changed: BTreeMap<String, Vec<String>>,
}

/// Which panels are open and how large they are, in points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Whether the node catalogue is shown.
    pub catalog_open: bool,
    /// Whether the inspector is shown.
    pub inspector_open: bool,
    /// Whether the panel below the canvas is shown.
    pub bottom_open: bool,
    /// Whether the mini-map is shown.
    pub mini_map_open: bool,
    /// The tab of the panel below the canvas, such as `problems`.
    pub bottom_tab: String,
    /// Width of the node catalogue.
    pub catalog_width: f32,
    /// Width of the inspector.
    pub inspector_width: f32,
    /// Height of the panel below the canvas.
    pub bottom_height: f32,
    /// Its height while it shows runs or a log.
    pub runs_height: f32,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            catalog_open: true,
            inspector_open: true,
            bottom_open: true,
            mini_map_open: true,
            bottom_tab: "problems".to_owned(),
            catalog_width: 220.0,
            inspector_width: 320.0,
            bottom_height: 240.0,
            runs_height: 370.0,
        }
    }
}

/// Where the window stood, in points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WindowPlace {
    /// Left and top; none where the desktop doesn't say.
    #[serde(default)]
    pub position: Option<[f32; 2]>,
    /// Width and height.
    pub size: [f32; 2],
    /// Whether it filled the screen.
    #[serde(default)]
    pub maximized: bool,
}

impl WindowPlace {
    /// Whether a window can be made so: numbers that are numbers, and large enough to be grasped.
    pub fn is_sensible(&self) -> bool {
        let [width, height] = self.size;
        let is_within = |at: f32| at.is_finite() && at.abs() < 20_000.0;
        let fits = |length: f32| (200.0..20_000.0).contains(&length);
        fits(width) && fits(height) && self.position.is_none_or(|at| at.into_iter().all(is_within))
    }
}

/// All of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Preferences {
    /// Bright or dark.
    pub theme: ThemeChoice,
    /// Size of everything on top of what the desktop asks for: 0.5 to 3.
    pub scale: f32,
    /// Language.
    pub language: LanguageChoice,
    /// Keymap.
    pub keymap: KeymapPreference,
    /// Recent workflows, the last one first.
    pub recent: Vec<RecentWorkflow>,
    /// Panels.
    pub layout: Layout,
    /// Views of the list of runs.
    pub run_views: BTreeMap<String, RunFilter>,
    /// The window.
    pub window: Option<WindowPlace>,
    /// Keys that this version doesn't know.
    pub extra: Map<String, Value>,
}

/// Smallest and largest scale.
pub(super) const SCALES: std::ops::RangeInclusive<f32> = 0.5..=3.0;

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            scale: 1.0,
            language: LanguageChoice::default(),
            keymap: KeymapPreference::default(),
            recent: Vec::new(),
            layout: Layout::default(),
            run_views: BTreeMap::new(),
            window: None,
            extra: Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, LanguageChoice, WindowPlace};

    #[test]
    fn the_desktop_decides_the_language_unless_a_person_does() {
        assert_eq!(
            LanguageChoice::Desktop.resolve(Some("de_AT.UTF-8")),
            Language::German
        );
        assert_eq!(
            LanguageChoice::Desktop.resolve(Some("fr_FR")),
            Language::English
        );
        assert_eq!(LanguageChoice::Desktop.resolve(None), Language::English);
        assert_eq!(
            LanguageChoice::English.resolve(Some("de")),
            Language::English
        );
    }

    #[test]
    fn a_window_that_nobody_could_find_again_is_not_restored() {
        let place = |size, position| WindowPlace {
            position,
            size,
            maximized: false,
        };
        assert!(place([1280.0, 800.0], Some([10.0, 10.0])).is_sensible());
        assert!(!place([3.0, 800.0], None).is_sensible());
        assert!(!place([1280.0, f32::NAN], None).is_sensible());
        assert!(!place([1280.0, 800.0], Some([1e9, 0.0])).is_sensible());
    }
}

//! The presets, each named after the program whose hands it suits. What a preset doesn't say is as
//! in the command table.

use crate::command::{Action, Entry};

/// A set of default shortcuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// Blender up to 4: F connects, Ctrl-J joins a frame.
    #[default]
    Blender4,
    /// Blender 5: J connects, F joins a frame, Shift-S swaps.
    Blender5,
    /// ComfyUI.
    Comfy,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Blender4, Self::Blender5, Self::Comfy];

    /// Its key in preferences.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Blender4 => "blender_4",
            Self::Blender5 => "blender_5",
            Self::Comfy => "comfy",
        }
    }

    /// A preset by its key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.key() == key)
    }

    /// Its name for people: those of the programs, in every language.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Blender4 => "Blender 4",
            Self::Blender5 => "Blender 5",
            Self::Comfy => "Comfy",
        }
    }

    /// Whether dragging on empty canvas moves the view; otherwise it draws a box to select.
    pub const fn drag_pans(self) -> bool {
        matches!(self, Self::Comfy)
    }

    /// A command's default shortcuts.
    pub fn shortcuts(self, entry: &Entry) -> &'static [&'static str] {
        let own = match self {
            Self::Blender4 => None,
            Self::Blender5 => blender_5(entry.action),
            Self::Comfy => comfy(entry.action),
        };
        own.unwrap_or(entry.shortcuts)
    }
}

fn blender_5(action: Action) -> Option<&'static [&'static str]> {
    Some(match action {
        Action::Connect => &["J"],
        Action::JoinFrame => &["F"],
        _ => return None,
    })
}

fn comfy(action: Action) -> Option<&'static [&'static str]> {
    Some(match action {
        Action::Cut => &["Ctrl+X"],
        Action::DeleteReconnect => &["Ctrl+Delete"],
        Action::Delete => &["Delete", "Backspace"],
        Action::Duplicate => &["Ctrl+D"],
        Action::SelectAll => &["Ctrl+A"],
        Action::SelectNone => &[],
        Action::Add => &["Tab", "Shift+A"],
        Action::Mute => &["Ctrl+B"],
        Action::Collapse => &["Alt+C"],
        Action::JoinFrame => &["Ctrl+G"],
        Action::RemoveFrame => &["Ctrl+Shift+G"],
        Action::Connect => &[],
        Action::Grab => &[],
        Action::Swap => &["Shift+S"],
        Action::ToggleCatalog => &["N"],
        Action::ToggleInspector => &["P"],
        Action::FitAll => &["Home"],
        Action::FitSelection => &["Period"],
        _ => return None,
    })
}

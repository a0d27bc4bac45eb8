//! Which keys mean which command: a preset, and what the person changed.

mod preset;
mod shortcut;

pub use preset::Preset;
pub use shortcut::Shortcut;

use std::collections::BTreeMap;

use crate::command::{self, Action};

/// What the person changed: by command key, the shortcuts that it has instead of the preset's.
pub type Bindings = BTreeMap<String, Vec<String>>;

/// Who has the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyboardOwner {
    /// The canvas: every shortcut counts.
    Canvas,
    /// A button or list: what steers it is its own.
    Widget,
    /// A text: only shortcuts with Ctrl and of function keys count, without those that edit texts.
    Text,
}

/// The shortcuts of every command.
#[derive(Debug, Clone, PartialEq)]
pub struct Keymap {
    preset: Preset,
    changed: Bindings,
    shortcuts: BTreeMap<Action, Vec<Shortcut>>,
}

impl Keymap {
    /// A preset with changes; a change that can't be read leaves the preset's shortcut.
    pub fn new(preset: Preset, changed: &Bindings) -> Self {
        let shortcuts = command::all()
            .iter()
            .map(|entry| {
                let texts = match changed.get(entry.key) {
                    Some(texts) => texts.iter().map(String::as_str).collect(),
                    None => preset.shortcuts(entry).to_vec(),
                };
                let read = texts.into_iter().filter_map(|text| text.parse().ok());
                (entry.action, read.collect())
            })
            .collect();
        Self {
            preset,
            changed: changed.clone(),
            shortcuts,
        }
    }

    /// The preset.
    pub fn preset(&self) -> Preset {
        self.preset
    }

    /// Whether it is made of something else.
    pub fn differs(&self, preset: Preset, changed: &Bindings) -> bool {
        self.preset != preset || self.changed != *changed
    }

    /// A command's shortcuts, the first of them for menus.
    pub fn of(&self, action: Action) -> &[Shortcut] {
        self.shortcuts.get(&action).map_or(&[], Vec::as_slice)
    }

    /// A command's first shortcut for people, such as `Ctrl+Shift+P`.
    pub fn label(&self, action: Action) -> Option<String> {
        self.of(action).first().map(Shortcut::to_string)
    }

    /// Commands whose shortcut was pressed in this frame; takes the key presses.
    pub fn pressed(&self, input: &mut egui::InputState, keyboard: KeyboardOwner) -> Vec<Action> {
        if input.events.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(Action, Shortcut)> = Vec::new();
        for (action, shortcuts) in &self.shortcuts {
            for shortcut in shortcuts {
                found.push((*action, *shortcut));
            }
        }
        // Ctrl+Shift+Z before Ctrl+Z.
        found.sort_by_key(|(_, shortcut)| std::cmp::Reverse(shortcut.modifier_count()));
        let usable = found.into_iter().filter(|(_, shortcut)| match keyboard {
            KeyboardOwner::Canvas => true,
            KeyboardOwner::Widget => !shortcut.steers_widgets(),
            KeyboardOwner::Text => shortcut.works_in_text(),
        });
        usable
            .filter(|(_, shortcut)| shortcut.consume(input))
            .map(|(action, _)| action)
            .collect()
    }

    /// What a shortcut means.
    pub fn meaning(&self, shortcut: Shortcut) -> Option<Action> {
        let mut all = self.shortcuts.iter();
        all.find_map(|(action, shortcuts)| shortcuts.contains(&shortcut).then_some(*action))
    }

    /// Whether a command's shortcuts aren't those of the preset.
    pub fn is_changed(&self, action: Action) -> bool {
        self.changed.contains_key(command::entry(action).key)
    }

    /// The other command that has this shortcut.
    pub fn taken(&self, shortcut: Shortcut, by_other_than: Action) -> Option<Action> {
        let other = |(action, shortcuts): (&Action, &Vec<Shortcut>)| {
            (*action != by_other_than && shortcuts.contains(&shortcut)).then_some(*action)
        };
        self.shortcuts.iter().find_map(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_differ_where_their_programs_do() {
        let of = |preset: Preset, action| Keymap::new(preset, &Bindings::new()).label(action);
        assert_eq!(of(Preset::Blender4, Action::Connect).as_deref(), Some("F"));
        assert_eq!(of(Preset::Blender5, Action::Connect).as_deref(), Some("J"));
        assert_eq!(
            of(Preset::Blender5, Action::JoinFrame).as_deref(),
            Some("F")
        );
        assert_eq!(
            of(Preset::Blender5, Action::Swap).as_deref(),
            Some("Shift+S")
        );
        assert_eq!(of(Preset::Comfy, Action::Mute).as_deref(), Some("Ctrl+B"));
    }

    #[test]
    fn every_shortcut_of_every_preset_reads_and_means_one_command() {
        for preset in Preset::ALL {
            for entry in command::all() {
                for text in preset.shortcuts(entry) {
                    assert!(text.parse::<Shortcut>().is_ok(), "{text}");
                }
            }
            let keymap = Keymap::new(preset, &Bindings::new());
            for entry in command::all() {
                for shortcut in keymap.of(entry.action) {
                    let other = keymap.taken(*shortcut, entry.action);
                    assert_eq!(other, None, "{preset:?} {shortcut} of {}", entry.key);
                }
            }
        }
    }

    #[test]
    fn a_changed_binding_takes_the_preset_s_place() {
        let changed = Bindings::from([("add".to_owned(), vec!["Ctrl+Space".to_owned()])]);
        let keymap = Keymap::new(Preset::Blender4, &changed);
        assert_eq!(keymap.label(Action::Add).as_deref(), Some("Ctrl+Space"));
        assert_eq!(keymap.of(Action::Add).len(), 1);
    }
}

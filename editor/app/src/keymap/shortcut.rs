//! A key with modifiers, as text: `Ctrl+Shift+P`, `F2`, `?`. Ctrl is Command on a Mac.

use std::fmt;
use std::str::FromStr;

use egui::{Event, InputState, Key, Modifiers};

/// A key with modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortcut {
    modifiers: Modifiers,
    key: Key,
}

/// Why a text is no shortcut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key that the editor knows")]
pub struct InvalidShortcut(String);

impl Shortcut {
    /// The key press of an event, if it is one that can be a shortcut.
    pub fn from_event(event: &Event) -> Option<Self> {
        match event {
            Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } => Some(Self {
                modifiers: plain(*modifiers),
                key: *key,
            }),
            _ => None,
        }
    }

    /// Whether it is the same but for Shift, which many keyboards need for a plus.
    fn is_plus_of(self, other: &Self) -> bool {
        let without_shift = |modifiers: Modifiers| Modifiers {
            shift: false,
            ..modifiers
        };
        other.key == Key::Plus
            && self.key == Key::Plus
            && without_shift(self.modifiers) == without_shift(other.modifiers)
    }

    /// What the platform has made a paste of: Ctrl+V, also with Shift. Shift alone is held for Insert,
    /// which pastes as well.
    pub fn of_paste(modifiers: Modifiers) -> Self {
        let is_command = modifiers.command || modifiers.ctrl;
        Self {
            modifiers: Modifiers {
                shift: modifiers.shift && is_command,
                command: true,
                ..Modifiers::NONE
            },
            key: Key::V,
        }
    }

    /// The key press that a person made, also where the platform has made something else of it.
    pub fn from_press(event: &Event, modifiers: Modifiers) -> Option<Self> {
        let clipboard = |key| Self {
            modifiers: Modifiers {
                shift: modifiers.shift,
                command: true,
                ..Modifiers::NONE
            },
            key,
        };
        match event {
            Event::Copy => Some(clipboard(Key::C)),
            Event::Cut => Some(clipboard(Key::X)),
            Event::Paste(_) => Some(Self::of_paste(modifiers)),
            event => Self::from_event(event).map(Self::without_layout),
        }
    }

    /// Whether it is the key that leaves things.
    pub fn is_escape(&self) -> bool {
        self.key == Key::Escape
    }

    /// A question mark is one wherever the keyboard has it: with Shift or without.
    fn without_layout(self) -> Self {
        let is_question = self.key == Key::Questionmark;
        Self {
            modifiers: Modifiers {
                shift: self.modifiers.shift && !is_question,
                ..self.modifiers
            },
            ..self
        }
    }

    /// The text that preferences keep: unlike that for people, it can be read again.
    pub fn to_text(&self) -> String {
        let held = [
            (self.modifiers.command, "Ctrl+"),
            (self.modifiers.alt, "Alt+"),
            (self.modifiers.shift, "Shift+"),
        ];
        let held = held.into_iter().filter(|(is_held, _)| *is_held);
        let mut text: String = held.map(|(_, name)| name).collect();
        text.push_str(self.key.name());
        text
    }

    /// How many modifiers it has.
    pub fn modifier_count(&self) -> usize {
        let Modifiers {
            alt,
            shift,
            command,
            ..
        } = self.modifiers;
        usize::from(alt) + usize::from(shift) + usize::from(command)
    }

    /// Whether it means the same while a text is edited.
    pub fn works_in_text(&self) -> bool {
        let edits_text = matches!(
            self.key,
            Key::A | Key::C | Key::V | Key::X | Key::Z | Key::Y | Key::Delete | Key::Backspace
        );
        let is_function = matches!(self.key, Key::F1 | Key::F2 | Key::F7 | Key::F8);
        is_function || self.modifiers.command && !edits_text && self.key.name().len() < 2
    }

    /// Whether it belongs to a button, list or the like that has the keyboard.
    pub fn steers_widgets(&self) -> bool {
        let keys = [
            Key::Tab,
            Key::Enter,
            Key::Space,
            Key::ArrowLeft,
            Key::ArrowRight,
            Key::ArrowUp,
            Key::ArrowDown,
        ];
        !self.modifiers.command && !self.modifiers.alt && keys.contains(&self.key)
    }

    /// Whether it was pressed; takes the press. Copying, cutting and pasting come as events of their
    /// own from the platform.
    pub fn consume(&self, input: &mut InputState) -> bool {
        if self.key == Key::Questionmark {
            return take(
                input,
                |event| matches!(event, Event::Text(text) if text == "?"),
            ) || take_key(input, self);
        }
        let from_platform = |event: &Event| match (self.key, event) {
            (Key::C, Event::Copy) | (Key::X, Event::Cut) => true,
            (Key::V, Event::Paste(_)) => !self.modifiers.shift,
            _ => false,
        };
        let is_clipboard = self.modifiers.command
            && !self.modifiers.alt
            && matches!(self.key, Key::C | Key::X | Key::V);
        is_clipboard && !self.modifiers.shift && take(input, from_platform) || take_key(input, self)
    }
}

/// Command and control are one: `command` is what egui sets on every platform.
fn plain(modifiers: Modifiers) -> Modifiers {
    Modifiers {
        alt: modifiers.alt,
        shift: modifiers.shift,
        command: modifiers.command || modifiers.ctrl,
        ..Modifiers::NONE
    }
}

fn take_key(input: &mut InputState, shortcut: &Shortcut) -> bool {
    take(input, |event| {
        Shortcut::from_event(event).is_some_and(|pressed| {
            pressed == *shortcut
                || pressed.key == shortcut.key && shortcut.key == Key::Questionmark
                || pressed.is_plus_of(shortcut)
        })
    })
}

/// Takes all events like this; whether there was one.
fn take(input: &mut InputState, mut is_meant: impl FnMut(&Event) -> bool) -> bool {
    let before = input.events.len();
    input.events.retain(|event| !is_meant(event));
    input.events.len() < before
}

impl FromStr for Shortcut {
    type Err = InvalidShortcut;

    fn from_str(text: &str) -> Result<Self, InvalidShortcut> {
        let mut modifiers = Modifiers::NONE;
        let mut parts = text.split('+').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                let key = key(part).ok_or_else(|| InvalidShortcut(text.to_owned()))?;
                return Ok(Self { modifiers, key });
            }
            match part {
                "Ctrl" => modifiers.command = true,
                "Shift" => modifiers.shift = true,
                "Alt" => modifiers.alt = true,
                _ => return Err(InvalidShortcut(text.to_owned())),
            }
        }
        Err(InvalidShortcut(text.to_owned()))
    }
}

fn key(name: &str) -> Option<Key> {
    match name {
        "?" => Some(Key::Questionmark),
        "Plus" => Some(Key::Plus),
        "Minus" => Some(Key::Minus),
        _ => Key::from_name(name),
    }
}

impl fmt::Display for Shortcut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (is_held, name) in [
            (self.modifiers.command, "Ctrl"),
            (self.modifiers.alt, "Alt"),
            (self.modifiers.shift, "Shift"),
        ] {
            if is_held {
                write!(f, "{name}+")?;
            }
        }
        f.write_str(match self.key {
            Key::Questionmark => "?",
            Key::ArrowLeft => "←",
            Key::ArrowRight => "→",
            Key::ArrowUp => "↑",
            Key::ArrowDown => "↓",
            Key::Period => ".",
            Key::Comma => ",",
            Key::Plus => "+",
            Key::Minus => "-",
            Key::Equals => "=",
            key => key.name(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcuts_read_as_they_are_written() {
        for text in ["Ctrl+Shift+P", "F2", "?", "Alt+A", "Delete", "Ctrl+0"] {
            let shortcut: Shortcut = text.parse().unwrap();
            assert_eq!(shortcut.to_string(), text);
        }
        assert!("Strg+P".parse::<Shortcut>().is_err());
        assert!("".parse::<Shortcut>().is_err());
    }

    #[test]
    fn what_is_kept_is_read_again_whatever_key_it_is() {
        for key in Key::ALL {
            let modifiers = Modifiers::COMMAND | Modifiers::SHIFT;
            let shortcut = Shortcut {
                modifiers: plain(modifiers),
                key: *key,
            };
            let text = shortcut.to_text();
            assert_eq!(text.parse::<Shortcut>(), Ok(shortcut), "{text}");
        }
    }

    #[test]
    fn the_platform_s_paste_is_the_key_that_was_pressed() {
        let pressed = |modifiers| {
            let paste = Event::Paste(String::new());
            Shortcut::from_press(&paste, modifiers).map(|shortcut| shortcut.to_string())
        };
        let with_shift = Modifiers::CTRL | Modifiers::SHIFT;
        assert_eq!(pressed(with_shift).as_deref(), Some("Ctrl+Shift+V"));
        assert_eq!(pressed(Modifiers::CTRL).as_deref(), Some("Ctrl+V"));
        assert_eq!(pressed(Modifiers::SHIFT).as_deref(), Some("Ctrl+V"));
    }

    #[test]
    fn letters_are_left_to_texts() {
        let works = |text: &str| text.parse::<Shortcut>().unwrap().works_in_text();
        assert!(!works("A") && !works("Ctrl+A") && !works("Ctrl+C") && !works("?"));
        assert!(works("Ctrl+S") && works("Ctrl+Shift+P") && works("F7"));
    }
}

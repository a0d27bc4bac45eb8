//! What a person likes: theme, scale, language, keymap, recent workflows, layout and window.
//!
//! Each value is read on its own, so that one damaged value costs that value and nothing else.
//! Keys that this version doesn't know are kept.

mod patch;
mod recent;
mod store;
mod values;

pub use recent::{RecentOrigin, RecentWorkflow};
pub use store::{PreferencesFile, ReadPreferences};
pub use values::{
    KeymapPreference, Language, LanguageChoice, Layout, Preferences, ThemeChoice, WindowPlace,
};

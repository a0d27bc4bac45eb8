//! The widgets of the house. Each has a role and a name for screen readers.

mod access;
mod badge;
mod button;
mod dialog;
mod empty_state;
mod header;
mod key_cap;
mod list;
mod marked;
mod panes;
mod progress;
mod row;
mod search;
mod swatch;
mod thumbnail;
mod toast;
mod tooltip;

pub use access::{describe, focus_ring, mark_dialog, name};
pub use badge::{badge_ui, color_dot_ui, status_badge_ui, status_icon};
pub(crate) use button::paint_icon;
pub use button::{ButtonKind, IconButton, TextButton, icon_button};
pub use dialog::{Dialog, DialogAnswer, raise_menus};
pub use empty_state::EmptyState;
pub use header::{Header, panel_header_ui};
pub use key_cap::key_caps_ui;
pub use list::{ListAnswer, VirtualList};
pub use marked::Marked;
pub use panes::{Panes, PanesDirection};
pub use progress::{Progress, duration_text};
pub use row::ListRow;
pub use search::search_box_ui;
pub use swatch::{Material, material_ball, swatch_ui};
pub use thumbnail::{Thumbnail, checkerboard};
pub use toast::{Toast, ToastAnswer, Toasts};
pub use tooltip::Tooltip;

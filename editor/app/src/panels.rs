//! Panels: each has one public draw function, sees a [`crate::Context`] and pushes commands.
//! A panel never imports another panel and never changes the document.

pub(crate) mod add_menu;
pub(crate) mod catalog;
pub(crate) mod cheat_sheet;
pub(crate) mod compare;
pub(crate) mod conflict;
pub(crate) mod context_menu;
pub(crate) mod dialogs;
pub(crate) mod find;
pub(crate) mod history;
pub(crate) mod inspector;
pub(crate) mod logs;
pub(crate) mod menu_bar;
pub(crate) mod minimap;
pub(crate) mod palette;
pub(crate) mod problems;
pub(crate) mod run_bar;
pub(crate) mod runs;
pub(crate) mod start;
pub(crate) mod status_bar;
pub(crate) mod studio;
pub(crate) mod text_edit;

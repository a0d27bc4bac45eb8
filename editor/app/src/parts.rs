//! Pieces that several panels draw. Each is given what it shows and changes nothing.

mod chooser;
mod connection;
mod contract;
mod decision;
mod diagnostic;
mod difference;
mod draft;
mod effective;
mod form_words;
mod known;
mod library;
mod miniature;
mod place;
mod refused;
mod run_node;
mod run_words;
mod save_state;
mod scene;
mod subject;
mod text_field;
mod tile;
mod words;

pub(crate) use chooser::{Chooser, chooser_button_ui};
pub(crate) use connection::connection_ui;
pub(crate) use contract::contract_ui;
pub(crate) use decision::{decision_row_ui, decision_ui, named, plan_summary};
pub(crate) use diagnostic::{diagnostic_ui, icon_of, severity_of};
pub(crate) use difference::{Names, difference_lines, setting_text, setting_title};
pub(crate) use draft::{after_dialog, reason_ui, sent_ui};
pub(crate) use effective::effective_settings_ui;
pub(crate) use form_words::form_words;
pub(crate) use known::known_ui;
pub(crate) use library::settings_form_ui;
pub(crate) use miniature::miniature_in;
pub(crate) use place::{place_text, setting_pointer};
pub(crate) use refused::refused_ui;
pub(crate) use run_node::{reveal, run_node_name};
pub(crate) use run_words::{
    decision_text, node_state_text, run_state_text, run_status, time_text, verdict_color,
    verdict_icon, verdict_text,
};
pub(crate) use save_state::save_state_ui;
pub(crate) use subject::subject_ui;
pub(crate) use text_field::{TextField, caption_ui};
pub(crate) use tile::Tile;
pub(crate) use words::{
    ago, category_text, edit_text, family_text, fix_text, kind_text, mode_text,
};

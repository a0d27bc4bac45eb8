//! Pieces that several panels draw. Each is given what it shows and changes nothing.

mod chooser;
mod connection;
mod decision;
mod diagnostic;
mod difference;
mod known;
mod miniature;
mod place;
mod refused;
mod run_node;
mod run_words;
mod save_state;
mod subject;
mod tile;
mod words;

pub(crate) use chooser::{Chooser, chooser_button_ui};
pub(crate) use connection::connection_ui;
pub(crate) use decision::{decision_row_ui, decision_ui, named, plan_summary};
pub(crate) use diagnostic::{diagnostic_ui, icon_of, severity_of};
pub(crate) use difference::{Names, difference_lines, setting_text, setting_title};
pub(crate) use known::known_ui;
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
pub(crate) use tile::Tile;
pub(crate) use words::{
    ago, category_text, edit_text, family_text, fix_text, kind_text, mode_text,
};

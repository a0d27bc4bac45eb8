//! Keys of the comparison: 1 to 5 for the ways to look, C R G B A L for channels, N and P for places.

use egui::{Key, Ui};

use crate::command::Commands;
use crate::compare_view::{Channel, CompareCommand, CompareMode, Look, OpenComparison};

/// Half a stop at each press.
const STOP: f32 = 0.5;

pub(super) fn keys(ui: &Ui, open: &OpenComparison, commands: &mut Commands) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |key| ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
    let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    for (key, mode) in digits.into_iter().zip(CompareMode::ALL) {
        if pressed(key) {
            commands.compare(CompareCommand::Mode(mode));
        }
    }
    let letters = [Key::C, Key::R, Key::G, Key::B, Key::A, Key::L];
    for (key, channel) in letters.into_iter().zip(Channel::ALL) {
        if pressed(key) {
            let look = Look {
                channel,
                ..open.look
            };
            commands.compare(CompareCommand::Look(look));
        }
    }
    let exposure = |by: f32| Look {
        exposure: (open.look.exposure + by).clamp(-8.0, 8.0),
        ..open.look
    };
    if pressed(Key::OpenBracket) {
        commands.compare(CompareCommand::Look(exposure(-STOP)));
    }
    if pressed(Key::CloseBracket) {
        commands.compare(CompareCommand::Look(exposure(STOP)));
    }
    if pressed(Key::N) || pressed(Key::P) {
        commands.compare(CompareCommand::HotSpot(pressed(Key::N)));
    }
    if pressed(Key::F) || pressed(Key::Home) {
        commands.compare(CompareCommand::Fit);
    }
    if pressed(Key::Space) {
        commands.compare(CompareCommand::Flip);
    }
    if pressed(Key::Escape) {
        commands.compare(CompareCommand::Close);
    }
}

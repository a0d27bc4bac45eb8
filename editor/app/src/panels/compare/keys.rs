//! Keys of the comparison, in one table: what is pressed, what it is called, what it asks for. The
//! list of keys reads it, too.

use egui::{Key, Ui, vec2};

use crate::Context;
use crate::command::Commands;
use crate::compare_view::{
    Channel, CompareCommand as Do, CompareMode, Look, MaskCommand, MaskTool, Measure,
    OpenComparison, SidePanel,
};

/// Half a stop at each press.
const STOP: f32 = 0.5;
/// Half again as much at each press.
const GAIN: f32 = 1.5;
/// Points that an arrow key moves the pictures by.
const ALONG: f32 = 60.0;
/// What an arrow key with Shift moves the divider by.
const SHARE: f32 = 0.05;

/// What is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    Plain(Key),
    Shift(Key),
    Ctrl(Key),
    CtrlShift(Key),
    /// However the keyboard gets there.
    Any(Key),
}

/// A key.
pub(super) struct KeyRow {
    pub(super) press: Press,
    /// As it is written; empty where another row says the same.
    pub(super) keys: &'static str,
    /// What it is called: a key of the messages.
    pub(super) name: &'static str,
    pub(super) asks: fn(&OpenComparison) -> Option<Do>,
}

pub(super) const fn row(
    press: Press,
    keys: &'static str,
    name: &'static str,
    asks: fn(&OpenComparison) -> Option<Do>,
) -> KeyRow {
    KeyRow {
        press,
        keys,
        name,
        asks,
    }
}

use Press::{Any, Ctrl, CtrlShift, Plain, Shift};

const ROWS: &[KeyRow] = &[
    row(Plain(Key::Num1), "1", "compare.side_by_side", |_| mode(0)),
    row(Plain(Key::Num2), "2", "compare.swipe", |_| mode(1)),
    row(Plain(Key::Num3), "3", "compare.onion_skin", |_| mode(2)),
    row(Plain(Key::Num4), "4", "compare.blink", |_| mode(3)),
    row(Plain(Key::Num5), "5", "compare.difference", |_| mode(4)),
    row(Plain(Key::D), "D", "compare.other_measure", other_measure),
    row(Plain(Key::Comma), ",", "compare.less_gain", |open| {
        look(open.look.with_gain(1.0 / GAIN))
    }),
    row(Plain(Key::Period), ".", "compare.more_gain", |open| {
        look(open.look.with_gain(GAIN))
    }),
    row(Plain(Key::C), "C", "compare.color", |open| {
        channel(open, Channel::Color)
    }),
    row(Plain(Key::R), "R", "compare.red", |open| {
        channel(open, Channel::Red)
    }),
    row(Plain(Key::G), "G", "compare.green", |open| {
        channel(open, Channel::Green)
    }),
    row(Plain(Key::B), "B", "compare.blue", |open| {
        channel(open, Channel::Blue)
    }),
    row(Plain(Key::T), "T", "compare.alpha", |open| {
        channel(open, Channel::Alpha)
    }),
    row(Plain(Key::L), "L", "compare.luminance", |open| {
        channel(open, Channel::Luminance)
    }),
    row(Plain(Key::OpenBracket), "[", "compare.darker", |open| {
        exposed(open, -STOP)
    }),
    row(Plain(Key::CloseBracket), "]", "compare.brighter", |open| {
        exposed(open, STOP)
    }),
    row(Plain(Key::N), "N", "compare.next_spot", |_| {
        Some(Do::HotSpot(true))
    }),
    row(Plain(Key::P), "P", "compare.previous_spot", |_| {
        Some(Do::HotSpot(false))
    }),
    row(Plain(Key::F), "F", "compare.fit", |_| Some(Do::Fit)),
    row(Any(Key::Plus), "+", "compare.closer", |_| {
        Some(Do::Zoom(1.25))
    }),
    row(Any(Key::Equals), "", "compare.closer", |_| {
        Some(Do::Zoom(1.25))
    }),
    row(Plain(Key::Minus), "-", "compare.farther", |_| {
        Some(Do::Zoom(0.8))
    }),
    row(
        Plain(Key::ArrowLeft),
        "←+→+↑+↓",
        "compare.along",
        |open| along(open, 1.0, 0.0),
    ),
    row(Plain(Key::ArrowRight), "", "compare.along", |open| {
        along(open, -1.0, 0.0)
    }),
    row(Plain(Key::ArrowUp), "", "compare.along", |open| {
        along(open, 0.0, 1.0)
    }),
    row(Plain(Key::ArrowDown), "", "compare.along", |open| {
        along(open, 0.0, -1.0)
    }),
    row(
        Shift(Key::ArrowLeft),
        "Shift+←",
        "compare.less_candidate",
        |open| Some(Do::Share(open.share - SHARE)),
    ),
    row(
        Shift(Key::ArrowRight),
        "Shift+→",
        "compare.more_candidate",
        |open| Some(Do::Share(open.share + SHARE)),
    ),
    row(Plain(Key::Space), "Space", "compare.flip", |_| {
        Some(Do::Flip)
    }),
    row(Plain(Key::V), "V", "compare.verdict", |_| {
        panel(SidePanel::Verdict)
    }),
    row(Plain(Key::H), "H", "compare.histogram", |_| {
        panel(SidePanel::Histogram)
    }),
    row(Plain(Key::S), "S", "compare.differences", |_| {
        panel(SidePanel::Differences)
    }),
    row(Plain(Key::W), "W", "compare.reviews", |_| {
        panel(SidePanel::Reviews)
    }),
    row(Plain(Key::M), "M", "mask.draw", |open| {
        let tool = open.masks.tool.is_none().then_some(MaskTool::Rectangle);
        mask(MaskCommand::Tool(tool))
    }),
    row(Plain(Key::Insert), "Ins", "mask.add_here", |_| {
        mask(MaskCommand::AddHere)
    }),
    row(Plain(Key::Delete), "Del", "mask.delete", |_| {
        mask(MaskCommand::Delete)
    }),
    row(Ctrl(Key::Z), "Ctrl+Z", "mask.undo", |_| {
        mask(MaskCommand::Undo)
    }),
    row(CtrlShift(Key::Z), "Ctrl+Shift+Z", "mask.redo", |_| {
        mask(MaskCommand::Redo)
    }),
    row(Shift(Key::A), "Shift+A", "compare.choose_first", |_| {
        Some(Do::Choose(Some(0)))
    }),
    row(Shift(Key::B), "Shift+B", "compare.choose_second", |_| {
        Some(Do::Choose(Some(1)))
    }),
    row(Shift(Key::S), "Shift+S", "compare.swap", |_| Some(Do::Swap)),
    row(Any(Key::Questionmark), "?", "compare.keys", |_| {
        Some(Do::Keys(true))
    }),
    row(Plain(Key::Escape), "Esc", "compare.close", |open| {
        // Whoever draws stops drawing first.
        match open.masks.tool {
            Some(_) => mask(MaskCommand::Tool(None)),
            None => Some(Do::Close),
        }
    }),
];

/// Keys that buttons and sliders want for themselves while one of them has the keyboard.
const OF_WIDGETS: [Key; 6] = [
    Key::Space,
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::ArrowUp,
    Key::ArrowDown,
    Key::Enter,
];

pub(super) fn keys(ui: &Ui, context: &Context<'_>, open: &OpenComparison, commands: &mut Commands) {
    let compare = context.compare;
    let is_busy =
        compare.chooser.is_some() || compare.has_keys || super::reviews::is_asking(context);
    if is_busy
        || context.shell.dialog().is_some()
        || context.launcher.is_some()
        || ui.ctx().text_edit_focused()
    {
        return;
    }
    let has_focus = ui.memory(|memory| memory.focused().is_some());
    for row in rows(open) {
        if is_pressed(ui, row.press, has_focus)
            && let Some(command) = (row.asks)(open)
        {
            commands.compare(command);
        }
    }
    super::reviews::keys(ui, open, commands);
    super::report::keys(ui, open, commands);
}

/// The keys of this comparison: where there are videos, theirs come first.
pub(super) fn rows(open: &OpenComparison) -> impl Iterator<Item = &'static KeyRow> {
    let of_videos = match open.video {
        Some(_) => super::video::ROWS,
        None => &[],
    };
    let is_taken = |row: &&KeyRow| of_videos.iter().any(|of| of.press == row.press);
    of_videos
        .iter()
        .chain(ROWS.iter().filter(move |row| !is_taken(row)))
}

fn is_pressed(ui: &Ui, press: Press, has_focus: bool) -> bool {
    ui.input(|input| {
        let modifiers = input.modifiers;
        let (key, fits) = match press {
            Plain(key) => (key, modifiers.is_none()),
            Shift(key) => (key, modifiers.shift_only()),
            Ctrl(key) => (key, modifiers.command && !modifiers.shift && !modifiers.alt),
            CtrlShift(key) => (key, modifiers.command && modifiers.shift && !modifiers.alt),
            Any(key) => (key, !modifiers.command && !modifiers.alt),
        };
        let is_its = !(has_focus && OF_WIDGETS.contains(&key));
        fits && is_its && input.key_pressed(key)
    })
}

fn mode(index: usize) -> Option<Do> {
    CompareMode::ALL.get(index).map(|mode| Do::Mode(*mode))
}

fn panel(panel: SidePanel) -> Option<Do> {
    Some(Do::Panel(panel))
}

fn mask(command: MaskCommand) -> Option<Do> {
    Some(Do::Mask(command))
}

fn look(look: Look) -> Option<Do> {
    Some(Do::Look(look))
}

fn channel(open: &OpenComparison, channel: Channel) -> Option<Do> {
    look(Look {
        channel,
        ..open.look
    })
}

fn exposed(open: &OpenComparison, by: f32) -> Option<Do> {
    look(Look {
        exposure: (open.look.exposure + by).clamp(-8.0, 8.0),
        ..open.look
    })
}

/// Shows the difference, and measures it in the other way where it is shown already.
fn other_measure(open: &OpenComparison) -> Option<Do> {
    if open.mode != CompareMode::Difference {
        return Some(Do::Mode(CompareMode::Difference));
    }
    let measure = match open.look.measure {
        Measure::Absolute => Measure::Perceived,
        Measure::Perceived => Measure::Absolute,
    };
    look(Look {
        measure,
        ..open.look
    })
}

/// Moves the selected mask by a pixel, or else the pictures.
pub(super) fn along(open: &OpenComparison, x: f32, y: f32) -> Option<Do> {
    if open.masks.tool.is_some() && open.masks.selected.is_some() {
        return mask(MaskCommand::Move(vec2(-x, -y)));
    }
    Some(Do::Pan(vec2(x, y) * ALONG))
}

//! The icons, by what they mean. The drawings are Phosphor's; nothing else names them.

use egui::{FontFamily, FontId, RichText};
use egui_phosphor::regular as drawing;

use crate::theme::size;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $drawing:ident,)*) => {
        /// An icon by what it means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon {
            $($(#[$doc])* $name,)*
        }

        impl Icon {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The character that draws it, in any of the theme's fonts.
            pub const fn glyph(self) -> &'static str {
                match self {
                    $(Self::$name => drawing::$drawing,)*
                }
            }
        }
    };
}

icons! {
    /// Make one more.
    Add = PLUS,
    /// Take away.
    Remove = MINUS,
    /// Throw away.
    Delete = TRASH,
    /// Close or clear.
    Close = X,
    /// Done, chosen.
    Check = CHECK,
    /// Everything done.
    Checks = CHECKS,
    /// Find.
    Search = MAGNIFYING_GLASS,
    /// Narrow down.
    Filter = FUNNEL,
    /// More commands.
    More = DOTS_THREE,
    /// Folded.
    Folded = CARET_RIGHT,
    /// Unfolded, or opens a menu.
    Unfolded = CARET_DOWN,
    /// Up in a list.
    Up = ARROW_UP,
    /// Down in a list.
    Down = ARROW_DOWN,
    /// Dragged to another place.
    Handle = DOTS_SIX_VERTICAL,
    /// Back to the default.
    Reset = ARROW_COUNTER_CLOCKWISE,
    /// Undo.
    Undo = ARROW_U_UP_LEFT,
    /// Redo.
    Redo = ARROW_U_UP_RIGHT,
    /// Do again.
    Retry = ARROW_CLOCKWISE,
    /// Steps that were taken.
    History = CLOCK_COUNTER_CLOCKWISE,
    /// Worth knowing.
    Info = INFO,
    /// Help.
    Help = QUESTION,
    /// Probably not what was meant.
    Warning = WARNING,
    /// Has to be mended.
    Error = WARNING_CIRCLE,
    /// Mends.
    Fix = MAGIC_WAND,
    /// Suggests.
    Idea = LIGHTBULB,
    /// Comes from elsewhere.
    Provenance = TREE_STRUCTURE,
    /// Bound together.
    Linked = LINK_SIMPLE,
    /// Not bound together.
    Unlinked = LINK_SIMPLE_BREAK,
    /// Can't be changed.
    Locked = LOCK_SIMPLE,
    /// Can be changed.
    Unlocked = LOCK_SIMPLE_OPEN,
    /// Swap two.
    Swap = ARROWS_LEFT_RIGHT,
    /// A file.
    File = FILE,
    /// A new file.
    NewFile = FILE_PLUS,
    /// Open from a folder.
    Open = FOLDER_OPEN,
    /// Save.
    Save = FLOPPY_DISK,
    /// Send out of the program.
    Export = EXPORT,
    /// Bring in.
    Import = DOWNLOAD,
    /// Opens elsewhere.
    External = ARROW_SQUARE_OUT,
    /// Copy.
    Copy = COPY,
    /// Paste.
    Paste = CLIPBOARD,
    /// Cut.
    Cut = SCISSORS,
    /// Start.
    Run = PLAY,
    /// End.
    Stop = STOP,
    /// Pause.
    Pause = PAUSE,
    /// The frame before.
    FrameBefore = CARET_LINE_LEFT,
    /// The frame after.
    FrameAfter = CARET_LINE_RIGHT,
    /// From the end to the start again.
    Loop = REPEAT,
    /// Waits.
    Waiting = CLOCK,
    /// Is at work.
    Running = CIRCLE_NOTCH,
    /// Done.
    Succeeded = CHECK_CIRCLE,
    /// Done earlier.
    Reused = RECYCLE,
    /// Ended with an error.
    Failed = X_CIRCLE,
    /// Left out.
    Skipped = SKIP_FORWARD,
    /// Ended by a person.
    Cancelled = PROHIBIT,
    /// Checks before a run.
    Preflight = CLIPBOARD_TEXT,
    /// What a run would do.
    DryRun = LIGHTNING,
    /// A workflow.
    Workflow = FLOW_ARROW,
    /// A graph.
    Graph = GRAPH,
    /// Versions that part.
    Branch = GIT_BRANCH,
    /// What differs.
    Difference = GIT_DIFF,
    /// Input of a run.
    Input = TRAY,
    /// Geometry from CAD.
    Cad = CUBE,
    /// Materials.
    Material = PALETTE,
    /// A scene.
    Scene = MOUNTAINS,
    /// A camera, or rendering.
    Camera = CAMERA,
    /// A sphere, such as a ball of material.
    Sphere = SPHERE,
    /// Sends to people.
    Output = PAPER_PLANE_TILT,
    /// A picture.
    Image = IMAGE,
    /// Frames.
    Frames = FILM_STRIP,
    /// A video.
    Video = VIDEO,
    /// Tells people.
    Notification = BELL,
    /// A product or package.
    Package = PACKAGE,
    /// Sizes of things.
    Bounds = BOUNDING_BOX,
    /// Measures.
    Measure = RULER,
    /// Several of a kind.
    Stack = STACK,
    /// A frame around nodes.
    Frame = FRAME_CORNERS,
    /// A comment.
    Comment = CHAT_TEXT,
    /// A note.
    Note = NOTE,
    /// The whole in small.
    MiniMap = MAP_TRIFOLD,
    /// Bring all into view.
    FitAll = ARROWS_OUT,
    /// Bring one into view.
    Locate = CROSSHAIR,
    /// A place to come back to.
    Bookmark = BOOKMARK_SIMPLE,
    /// Line up at one side.
    AlignLeft = ALIGN_LEFT,
    /// Line up at the top.
    AlignTop = ALIGN_TOP,
    /// A list.
    List = LIST,
    /// A grid.
    Grid = GRID_FOUR,
    /// Shown.
    Shown = EYE,
    /// Hidden.
    Hidden = EYE_SLASH,
    /// Settings of the program.
    Settings = GEAR,
    /// Settings of a thing.
    Sliders = SLIDERS_HORIZONTAL,
    /// Tools.
    Tools = WRENCH,
    /// Commands.
    Command = COMMAND,
    /// Keys.
    Keyboard = KEYBOARD,
    /// Languages.
    Language = TRANSLATE,
    /// Light theme.
    Light = SUN,
    /// Dark theme.
    Dark = MOON,
    /// This machine.
    Local = DESKTOP,
    /// A server.
    Remote = CLOUD,
    /// Not connected.
    Disconnected = PLUGS,
    /// Stored things.
    Database = DATABASE,
    /// A label.
    Tag = TAG,
    /// Preferred.
    Star = STAR,
    /// The start.
    Home = HOUSE,
    /// Text.
    Text = FILE_TEXT,
    /// Sizes of pictures.
    Resolution = CORNERS_OUT,
    /// Shapes.
    Shapes = SHAPES,
}

impl Icon {
    /// The icon as text of a size, to be put beside other text.
    pub fn text(self, size: f32) -> RichText {
        RichText::new(self.glyph()).font(Self::font(size))
    }

    /// The icon at its usual size.
    pub fn rich(self) -> RichText {
        self.text(size::ICON)
    }

    /// The font that draws icons.
    pub fn font(size: f32) -> FontId {
        FontId::new(size, FontFamily::Proportional)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{Mode, Theme};

    #[test]
    fn the_fonts_have_every_icon() {
        let ctx = egui::Context::default();
        Theme::new(Mode::Dark).apply(&ctx);
        let mut first = ctx.run_ui(egui::RawInput::default(), |_| {});
        first.textures_delta.clear();
        let mut second = ctx.run_ui(egui::RawInput::default(), |ui| {
            for icon in Icon::ALL {
                let has = ui.fonts_mut(|fonts| fonts.has_glyphs(&Icon::font(16.0), icon.glyph()));
                assert!(has, "{icon:?}");
            }
        });
        second.textures_delta.clear();
    }
}

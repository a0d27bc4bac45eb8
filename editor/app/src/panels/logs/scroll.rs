//! Lines of any number, of which only those in view are laid out. A scroll area of a million lines
//! would be longer than its coordinates are exact, so the place is kept in lines, not in points.

use egui::{CursorIcon, EventFilter, Id, Key, Rect, Sense, Ui, UiBuilder, Vec2, accesskit, pos2};
use hartomat_ui::theme::Theme;

use super::LINE;

/// Width of the bar at the right.
const BAR: f32 = 10.0;
/// The least height of its handle.
const HANDLE: f32 = 28.0;

/// Lines that can be scrolled.
pub(super) struct Lines<'a> {
    pub(super) id: Id,
    /// What screen readers call them.
    pub(super) name: &'a str,
    pub(super) count: usize,
    /// Whether the end stays in view.
    pub(super) is_following: bool,
    /// The line that was chosen.
    pub(super) current: Option<usize>,
    /// The line that shall come into view, and a number that changes with each such wish.
    pub(super) target: (u64, Option<usize>),
}

/// What a person did.
#[derive(Default)]
pub(super) struct Scrolled {
    /// They scrolled, and the end is in view now or isn't.
    pub(super) to_end: Option<bool>,
    /// They went to a line by keys.
    pub(super) chosen: Option<usize>,
    /// They pressed Enter.
    pub(super) is_entered: bool,
    /// They asked for a copy.
    pub(super) is_copied: bool,
    /// How many lines were laid out.
    pub(super) laid_out: usize,
}

/// Where one is.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// The first line in view, and how much of it is above.
    top: f64,
    /// Points to the right.
    left: f32,
    /// The widest line that was laid out, in points.
    width: f32,
    jumps: u64,
}

impl Lines<'_> {
    /// Draws what is in view; `line` draws one line and says how wide it is.
    pub(super) fn show(
        &self,
        ui: &mut Ui,
        mut line: impl FnMut(&mut Ui, usize) -> f32,
    ) -> Scrolled {
        let rect = ui.available_rect_before_wrap();
        let mut place: Place = ui.data(|data| data.get_temp(self.id)).unwrap_or_default();
        let before = place.top;
        let mut scrolled = self.focus_ui(ui, rect);
        let page = f64::from(rect.height() / LINE);
        let most = (self.count as f64 - page).max(0.0);
        let is_wheeled = wheel(ui, rect, &mut place);
        let is_dragged = self.bar_ui(ui, rect, page, most, &mut place);
        if self.is_following && !is_wheeled && !is_dragged {
            place.top = most;
        }
        self.go_to_target(page, &mut place);
        place.top = place.top.clamp(0.0, most);
        if (is_wheeled || is_dragged) && place.top != before {
            scrolled.to_end = Some(place.top >= most - 0.1);
        }
        let inner = rect.with_max_x(rect.right() - BAR - 2.0);
        place.left = place
            .left
            .clamp(0.0, (place.width - inner.width()).max(0.0));
        scrolled.laid_out = self.lines_ui(ui, inner, &mut place, &mut line);
        ui.allocate_rect(rect, Sense::hover());
        ui.data_mut(|data| data.insert_temp(self.id, place));
        scrolled
    }

    fn lines_ui(
        &self,
        ui: &mut Ui,
        inner: Rect,
        place: &mut Place,
        line: &mut impl FnMut(&mut Ui, usize) -> f32,
    ) -> usize {
        let first = place.top.floor() as usize;
        let rows = (inner.height() / LINE).ceil() as usize + 1;
        let begin = inner.top() - (place.top.fract() as f32) * LINE;
        let room = Rect::from_min_size(
            pos2(inner.left() - place.left, inner.top()),
            Vec2::new(inner.width().max(place.width), inner.height()),
        );
        let mut child = ui.new_child(UiBuilder::new().max_rect(room).id_salt(self.id));
        child.shrink_clip_rect(inner);
        child.spacing_mut().item_spacing = Vec2::ZERO;
        let mut widest = 0.0_f32;
        let shown = first..self.count.min(first + rows);
        let count = shown.len();
        for (row, index) in shown.enumerate() {
            let top = begin + row as f32 * LINE;
            let at = room.with_min_y(top).with_max_y(top + LINE);
            let builder = UiBuilder::new().max_rect(at).id_salt(index);
            widest = widest.max(line(&mut child.new_child(builder), index));
        }
        // Lines that went out of view may have been wider; the bar shall not jump for that.
        place.width = if place.left > 0.0 {
            place.width.max(widest)
        } else {
            widest
        };
        count
    }

    /// Takes the focus and its keys.
    fn focus_ui(&self, ui: &Ui, rect: Rect) -> Scrolled {
        let mut scrolled = Scrolled::default();
        let focus = ui.interact(rect, self.id, Sense::focusable_noninteractive());
        hartomat_ui::widgets::name(&focus, self.name);
        ui.ctx()
            .accesskit_node_builder(self.id, |node| node.set_role(accesskit::Role::Log));
        if !focus.has_focus() {
            return scrolled;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(self.id, filter));
        let page = (rect.height() / LINE).floor().max(1.0) as usize;
        let last = self.count.saturating_sub(1);
        let at = self.current;
        scrolled.chosen = ui.input(|input| {
            let pressed = |key| input.key_pressed(key);
            match () {
                () if pressed(Key::ArrowDown) => Some(at.map_or(0, |at| at + 1)),
                () if pressed(Key::ArrowUp) => Some(at.map_or(last, |at| at.saturating_sub(1))),
                () if pressed(Key::PageDown) => Some(at.map_or(page, |at| at + page)),
                () if pressed(Key::PageUp) => Some(at.map_or(0, |at| at.saturating_sub(page))),
                () if pressed(Key::Home) => Some(0),
                () if pressed(Key::End) => Some(last),
                () => None,
            }
        });
        scrolled.chosen = scrolled.chosen.map(|index| index.min(last));
        scrolled.is_entered = ui.input(|input| input.key_pressed(Key::Enter));
        scrolled.is_copied = ui.input(|input| input.events.contains(&egui::Event::Copy));
        scrolled
    }

    fn go_to_target(&self, page: f64, place: &mut Place) {
        let (jumps, target) = self.target;
        if place.jumps == jumps {
            return;
        }
        place.jumps = jumps;
        let Some(target) = target else {
            return;
        };
        let target = target as f64;
        if target < place.top || target > place.top + page - 1.0 {
            place.top = target - (page / 2.0).floor();
        }
    }

    /// The bar at the right; whether its handle is being dragged.
    fn bar_ui(&self, ui: &Ui, rect: Rect, page: f64, most: f64, place: &mut Place) -> bool {
        if most <= 0.0 {
            return false;
        }
        let palette = Theme::of(ui.ctx()).palette;
        let bar = rect.with_min_x(rect.right() - BAR);
        let response = ui.interact(bar, self.id.with("bar"), Sense::click_and_drag());
        let share = (page / self.count as f64) as f32;
        let height = (bar.height() * share).clamp(HANDLE.min(bar.height()), bar.height());
        let way = (bar.height() - height).max(1.0);
        if let (true, Some(at)) = (
            response.dragged() || response.clicked(),
            response.interact_pointer_pos(),
        ) {
            let share = ((at.y - height / 2.0 - bar.top()) / way).clamp(0.0, 1.0);
            place.top = f64::from(share) * most;
        }
        let top = bar.top() + (place.top.clamp(0.0, most) / most) as f32 * way;
        let handle = Rect::from_min_size(pos2(bar.left() + 2.0, top), Vec2::new(BAR - 4.0, height));
        let color = if response.hovered() || response.dragged() {
            palette.text_faint
        } else {
            palette.border_strong
        };
        ui.painter().rect_filled(handle, 3, color);
        response.on_hover_cursor(CursorIcon::Default).dragged()
    }
}

/// Moves by the wheel; whether it moved up or down.
fn wheel(ui: &Ui, rect: Rect, place: &mut Place) -> bool {
    if !ui.rect_contains_pointer(rect) {
        return false;
    }
    let delta = ui.input(|input| input.smooth_scroll_delta());
    place.top -= f64::from(delta.y / LINE);
    place.left -= delta.x;
    delta.y != 0.0
}

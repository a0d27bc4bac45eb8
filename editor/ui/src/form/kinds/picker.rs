//! A colour picker: saturation and brightness in a square, hue and opacity in bars below it. All are
//! moved by pointer and by arrow keys.

use egui::epaint::{HsvaGamma, Mesh};
use egui::{
    Color32, EventFilter, Id, Key, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo, WidgetType, accesskit, pos2,
};

use crate::form::text::FormText;
use crate::theme::{Theme, radius, size, space};
use crate::widgets::{checkerboard, focus_ring};

/// Size of the square, and height of the bars.
const SQUARE: Vec2 = Vec2::new(230.0, 150.0);
const BAR: f32 = size::CONTROL - 10.0;
/// How far an arrow key goes.
const STEP: f32 = 0.02;
/// Tiles across: colours between corners are mixed by the painter.
const TILES: usize = 24;

/// A colour as the picker keeps it: a grey has no hue of its own, and must not lose it.
#[derive(Debug, Clone, Copy)]
struct Kept {
    color: Color32,
    parts: HsvaGamma,
}

/// Draws the picker; whether another colour was picked.
pub(super) fn picker_ui(
    ui: &mut Ui,
    text: &FormText,
    color: &mut Color32,
    has_alpha: bool,
) -> bool {
    let id = ui.id().with("picked");
    let kept: Option<Kept> = ui.data(|data| data.get_temp(id));
    let kept = kept.filter(|kept| kept.color == *color);
    let mut parts = kept.map_or_else(|| HsvaGamma::from(*color), |kept| kept.parts);
    let before = parts;
    ui.spacing_mut().item_spacing.y = space::M;
    let opaque = |h: f32, s: f32, v: f32| Color32::from(HsvaGamma { h, s, v, a: 1.0 });
    let HsvaGamma { h, s, v, .. } = parts;
    let square = Field {
        size: SQUARE,
        name: &text.shade,
        is_flat: false,
    };
    let mut moved = square.ui(ui, (&mut parts.s, &mut parts.v), |x, y| opaque(h, x, y));
    let bar = Field {
        size: Vec2::new(SQUARE.x, BAR),
        name: &text.hue,
        is_flat: true,
    };
    let hue = bar.ui(ui, (&mut parts.h, &mut 0.5), |x, _| opaque(x, 1.0, 1.0));
    moved |= hue;
    if has_alpha {
        let bar = Field {
            name: &text.opacity,
            ..bar
        };
        let shade = opaque(h, s, v);
        let opacity = bar.ui(ui, (&mut parts.a, &mut 0.5), |x, _| shade.gamma_multiply(x));
        moved |= opacity;
    } else {
        parts.a = 1.0;
    }
    if moved && parts != before {
        *color = Color32::from(parts);
    }
    let kept = Kept {
        color: *color,
        parts,
    };
    ui.data_mut(|data| data.insert_temp(id, kept));
    moved
}

/// A field of colours, in which a place is a colour.
#[derive(Clone, Copy)]
struct Field<'a> {
    size: Vec2,
    name: &'a str,
    /// Only the way across means something.
    is_flat: bool,
}

impl Field<'_> {
    /// Draws it; whether the place was moved. Places go from 0 to 1, upwards.
    fn ui(
        self,
        ui: &mut Ui,
        (x, y): (&mut f32, &mut f32),
        color: impl Fn(f32, f32) -> Color32,
    ) -> bool {
        let (rect, response) = ui.allocate_exact_size(self.size, Sense::click_and_drag());
        let before = (*x, *y);
        if let Some(pointer) = response.interact_pointer_pos() {
            *x = ((pointer.x - rect.left()) / rect.width()).clamp(0.0, 1.0);
            *y = ((rect.bottom() - pointer.y) / rect.height()).clamp(0.0, 1.0);
            response.request_focus();
        }
        if response.has_focus() {
            self.keys(ui, response.id, x, y);
        }
        self.say(ui, &response, *x);
        self.paint(ui, rect, &color);
        let at = match self.is_flat {
            true => pos2(rect.left() + *x * rect.width(), rect.center().y),
            false => pos2(
                rect.left() + *x * rect.width(),
                rect.bottom() - *y * rect.height(),
            ),
        };
        knob(ui, rect, at, color(*x, *y).to_opaque());
        focus_ring(ui, &response, radius::MEDIUM);
        before != (*x, *y)
    }

    fn keys(self, ui: &Ui, id: Id, x: &mut f32, y: &mut f32) {
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: !self.is_flat,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        let presses = |key| ui.input(|input| input.num_presses(key)) as f32;
        let across = presses(Key::ArrowRight) - presses(Key::ArrowLeft);
        *x = (*x + STEP * across).clamp(0.0, 1.0);
        if !self.is_flat {
            let up = presses(Key::ArrowUp) - presses(Key::ArrowDown);
            *y = (*y + STEP * up).clamp(0.0, 1.0);
        }
    }

    fn say(self, ui: &Ui, response: &Response, x: f32) {
        let (is_enabled, percent) = (ui.is_enabled(), f64::from((x * 100.0).round()));
        response.widget_info(|| WidgetInfo {
            enabled: is_enabled,
            value: Some(percent),
            ..WidgetInfo::labeled(WidgetType::Slider, is_enabled, self.name)
        });
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(accesskit::Role::Slider);
        });
    }

    fn paint(self, ui: &Ui, rect: Rect, color: &impl Fn(f32, f32) -> Color32) {
        if color(0.0, 0.5).a() < 255 {
            checkerboard(ui, rect);
        }
        let rows = if self.is_flat { 1 } else { TILES };
        let mut mesh = Mesh::default();
        for row in 0..=rows {
            for column in 0..=TILES {
                let (x, y) = (column as f32 / TILES as f32, row as f32 / rows as f32);
                let at = pos2(
                    rect.left() + x * rect.width(),
                    rect.bottom() - y * rect.height(),
                );
                mesh.colored_vertex(at, color(x, y));
            }
        }
        let across = TILES as u32 + 1;
        for row in 0..rows as u32 {
            for column in 0..TILES as u32 {
                let corner = row * across + column;
                mesh.add_triangle(corner, corner + 1, corner + across);
                mesh.add_triangle(corner + 1, corner + across, corner + across + 1);
            }
        }
        ui.painter().add(Shape::mesh(mesh));
        let border = Theme::of(ui.ctx()).palette.border_strong;
        let stroke = Stroke::new(1.0, border);
        ui.painter()
            .rect_stroke(rect, 0, stroke, StrokeKind::Inside);
    }
}

/// Where the colour is: a ring that is seen on every colour.
fn knob(ui: &Ui, rect: Rect, at: Pos2, fill: Color32) {
    let reach = (rect.height() / 2.0 - 2.0).min(7.0);
    let inner = rect.shrink(reach);
    let at = pos2(
        at.x.clamp(inner.left(), inner.right()),
        at.y.clamp(inner.top(), inner.bottom().max(inner.top())),
    );
    let painter = ui.painter();
    painter.circle_filled(at, reach + 1.0, Color32::from_black_alpha(140));
    painter.circle(at, reach, fill, Stroke::new(2.0, Color32::WHITE));
}

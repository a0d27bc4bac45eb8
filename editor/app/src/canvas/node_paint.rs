//! A node as it is read: header with icon and title, ports with names, the settings that differ from
//! their default, the last picture. Painted in screen points, so that text is sharp at every zoom.

use egui::epaint::{RectShape, StrokeKind};
use egui::{
    Align2, Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Shape, Stroke, TextureId,
    Vec2, pos2, vec2,
};
use hartomat_ui::Icon;
use hartomat_ui::theme::{self, Status, radius, size};
use std::sync::Arc;

use crate::canvas::geometry::{
    HEADER_HEIGHT, PADDING, PORT_RADIUS, SUMMARY_ROW_HEIGHT, THUMBNAIL_HEIGHT,
};
use crate::canvas::look::{Look, Mark, category_icon, mark_icon};
use crate::canvas::view_model::{NodeView, PortView};
use crate::parts::time_text;

/// Below this zoom, a title takes the place of the icon: the header's colour says the same.
const ICONS_FROM: f32 = 0.45;

/// How a node is just now.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct NodeMood {
    /// Whether it is selected.
    pub is_selected: bool,
    /// Whether the pointer is on it.
    pub is_hovered: bool,
    /// What stands on it.
    pub mark: Option<Mark>,
    /// Its last picture: texture and size in pixels.
    pub thumbnail: Option<(TextureId, Vec2)>,
    /// How far it has come, 0 to 1, while it is under way and says so.
    pub share: Option<f64>,
    /// How long it took or has been at work, in milliseconds.
    pub took_ms: Option<u64>,
}

/// A port's light while an edge is dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortLight {
    /// As always.
    Usual,
    /// The edge may end here.
    Open,
    /// It may not.
    Closed,
}

/// Paints one node at a place on screen.
pub(crate) struct NodePainter<'a> {
    /// Where to.
    pub painter: &'a Painter,
    /// Colours.
    pub look: &'a Look,
    /// Screen points per graph point.
    pub zoom: f32,
    /// The node.
    pub node: &'a NodeView,
    /// How it is.
    pub mood: NodeMood,
    /// Where it is on screen.
    pub rect: Rect,
}

impl NodePainter<'_> {
    /// The node without its ports.
    pub(crate) fn paint(&self) {
        self.body();
        self.header();
        self.progress();
        if self.node.parts.is_collapsed {
            return;
        }
        self.summary();
        self.painter.extend(self.thumbnail().into_iter().flatten());
        self.port_names();
    }

    /// The box of a node with nothing in it: shadow, surface, header, outline.
    pub(crate) fn body(&self) {
        let corner = self.corner();
        let palette = &self.look.palette;
        let shadow = egui::Shadow {
            offset: [0, (3.0 * self.zoom) as i8],
            blur: (10.0 * self.zoom) as u8,
            spread: 0,
            color: palette.shadow,
        };
        self.painter.add(shadow.as_shape(self.rect, corner));
        self.painter.rect_filled(self.rect, corner, palette.raised);
        let lower = if self.node.parts.is_collapsed {
            corner
        } else {
            CornerRadius {
                sw: 0,
                se: 0,
                ..corner
            }
        };
        let header = self.look.header(self.node.category);
        self.painter.rect_filled(self.header_rect(), lower, header);
        self.outline(corner);
    }

    fn outline(&self, corner: CornerRadius) {
        let palette = &self.look.palette;
        let (width, color) = if self.mood.is_selected {
            (2.0, palette.accent_text)
        } else if let Some(mark @ Mark::Problem(_)) = self.mood.mark {
            (1.5, self.look.mark(mark))
        } else if self.mood.is_hovered {
            (1.0, palette.text_faint)
        } else {
            (1.0, palette.border_strong)
        };
        if self.mood.is_selected {
            let glow = Stroke::new(5.0, palette.accent.gamma_multiply(0.35));
            self.stroke(self.rect.expand(2.5), corner, glow);
        }
        self.stroke(self.rect, corner, Stroke::new(width, color));
    }

    fn stroke(&self, rect: Rect, corner: CornerRadius, stroke: Stroke) {
        let kind = StrokeKind::Middle;
        self.painter
            .add(RectShape::stroke(rect, corner, stroke, kind));
    }

    fn header(&self) {
        let rect = self.header_rect();
        let middle = rect.center().y;
        let icon = category_icon(self.node.category);
        let at = pos2(rect.left() + self.scaled(12.0), middle);
        let color = self.shade(self.look.category(self.node.category));
        self.text(
            at,
            Align2::LEFT_CENTER,
            icon.glyph(),
            Icon::font(self.scaled(size::ICON)),
            color,
        );
        let mut right = rect.right() - self.scaled(10.0);
        for (icon, color) in self.marks() {
            let at = pos2(right, middle);
            let font = Icon::font(self.scaled(15.0));
            self.text(at, Align2::RIGHT_CENTER, icon.glyph(), font, color);
            right -= self.scaled(19.0);
        }
        if let Some(millis) = self.mood.took_ms {
            let text = time_text(millis);
            let font = theme::regular(self.scaled(size::SMALL_TEXT));
            let color = self.shade(self.look.palette.text_weak);
            let time = self.painter.layout_no_wrap(text, font, color);
            right -= time.size().x + self.scaled(2.0);
            let at = pos2(right, middle - time.size().y / 2.0);
            self.painter.galley(at, time, color);
            right -= self.scaled(4.0);
        }
        let left = rect.left() + self.scaled(35.0);
        let font = theme::semibold(self.scaled(size::TEXT));
        let color = self.shade(self.look.palette.text_strong);
        let title = self.clipped(&self.node.title, font, color, right - left);
        let at = pos2(left, middle - title.size().y / 2.0);
        self.painter.galley(at, title, color);
    }

    /// A bar along the lower edge of the header, while the node is at work.
    fn progress(&self) {
        let Some(Mark::Run(status @ Status::Running)) = self.mood.mark else {
            return;
        };
        let header = self.header_rect();
        let height = self.scaled(3.0).max(2.0);
        let bar = Rect::from_min_max(pos2(header.left(), header.bottom() - height), header.max);
        let color = self.look.palette.status(status);
        self.painter.rect_filled(bar, 0, color.gamma_multiply(0.25));
        let share = self.mood.share.unwrap_or(0.0) as f32;
        let done = bar.with_max_x(bar.left() + bar.width() * share.clamp(0.0, 1.0));
        self.painter.rect_filled(done, 0, color);
    }

    fn marks(&self) -> Vec<(Icon, Color32)> {
        let mut marks = Vec::new();
        if self.node.parts.is_collapsed {
            marks.push((Icon::Folded, self.look.palette.text_faint));
        }
        if let Some(mark) = self.mood.mark {
            marks.push((mark_icon(mark), self.look.mark(mark)));
        }
        if self.node.is_muted {
            marks.push((Icon::Hidden, self.look.palette.text_weak));
        }
        marks
    }

    fn port_names(&self) {
        let font = theme::regular(self.scaled(12.0));
        let gap = self.scaled(PORT_RADIUS + 6.0);
        let width = self.rect.width() - 2.0 * gap - self.scaled(8.0);
        let name = |port: &PortView, room: f32| {
            self.clipped(&port.label, font.clone(), self.port_text(port), room)
        };
        // Of two names in a row, the shorter one leaves the other what it doesn't need.
        let room = |across: Option<&PortView>| {
            let taken = across.map_or(0.0, |port| name(port, f32::INFINITY).size().x);
            (width - taken).max(width / 2.0)
        };
        for (number, port) in self.node.inputs.iter().enumerate() {
            let at = self.port_at(self.node.input_position(number));
            let text = name(port, room(self.node.outputs.get(number)));
            let at = pos2(at.x + gap, at.y - text.size().y / 2.0);
            self.painter.galley(at, text, Color32::PLACEHOLDER);
        }
        for (number, port) in self.node.outputs.iter().enumerate() {
            let at = self.port_at(self.node.output_position(number));
            let text = name(port, room(self.node.inputs.get(number)));
            let at = pos2(at.x - gap - text.size().x, at.y - text.size().y / 2.0);
            self.painter.galley(at, text, Color32::PLACEHOLDER);
        }
    }

    fn port_text(&self, port: &PortView) -> Color32 {
        let palette = &self.look.palette;
        let is_missing = port.is_required && !port.is_connected;
        self.shade(if is_missing {
            palette.text
        } else {
            palette.text_weak
        })
    }

    fn summary(&self) {
        if self.node.summary.is_empty() {
            return;
        }
        let top = self.rect.top() + self.scaled(self.node.parts.summary_top());
        self.separator(top);
        let left = self.rect.left() + self.scaled(12.0);
        let room = self.rect.width() - self.scaled(24.0);
        let font = theme::regular(self.scaled(size::SMALL_TEXT));
        let color = self.shade(self.look.palette.text_weak);
        for (number, line) in self.node.summary.iter().enumerate() {
            let row = number as f32 + 0.5;
            let middle = top + self.scaled(PADDING + row * SUMMARY_ROW_HEIGHT);
            let line = self.clipped(line, font.clone(), color, room);
            let at = pos2(left, middle - line.size().y / 2.0);
            self.painter.galley(at, line, color);
        }
    }

    fn separator(&self, y: f32) {
        let inset = self.scaled(1.0);
        let range = self.rect.left() + inset..=self.rect.right() - inset;
        let stroke = Stroke::new(1.0, self.look.palette.border);
        self.painter.hline(range, y, stroke);
    }

    /// The last picture, on a ground of its own; none where there is none, or the node is collapsed.
    pub(crate) fn thumbnail(&self) -> Option<[Shape; 2]> {
        let parts = &self.node.parts;
        let (texture, pixels) = self.mood.thumbnail?;
        if !parts.has_thumbnail || parts.is_collapsed || pixels.min_elem() < 1.0 {
            return None;
        }
        let top = self.rect.top() + self.scaled(self.node.parts.thumbnail_top());
        let margin = self.scaled(PADDING);
        let room = Rect::from_min_size(
            pos2(self.rect.left() + margin, top),
            vec2(
                self.rect.width() - 2.0 * margin,
                self.scaled(THUMBNAIL_HEIGHT),
            ),
        );
        let corner = CornerRadius::same((f32::from(radius::SMALL) * self.zoom) as u8);
        let ground = Shape::rect_filled(room, corner, self.look.palette.canvas);
        let scale = (room.size() / pixels).min_elem();
        let picture = Rect::from_center_size(room.center(), pixels * scale);
        let uv = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        Some([ground, Shape::image(texture, picture, uv, Color32::WHITE)])
    }

    /// A port: filled where an edge ends, a ring where none does.
    pub(crate) fn port(&self, port: &PortView, at: Pos2, light: PortLight) {
        let at = self.port_at(at);
        let palette = &self.look.palette;
        let mut color = self.shade(self.look.kind(port.kind.as_ref()));
        let mut reach = self.scaled(PORT_RADIUS);
        match light {
            PortLight::Usual => {}
            PortLight::Open => {
                reach *= 1.3;
                let halo = color.gamma_multiply(0.28);
                self.painter.circle_filled(at, reach * 2.0, halo);
            }
            PortLight::Closed => color = palette.border_strong,
        }
        self.painter
            .circle_filled(at, reach + self.scaled(2.0), palette.raised);
        if port.is_connected || light == PortLight::Open {
            self.painter.circle_filled(at, reach, color);
        } else {
            let width = self.scaled(2.0);
            let ring = Stroke::new(width, color);
            self.painter
                .circle(at, reach - width / 2.0, palette.canvas, ring);
        }
    }

    /// One port for all inputs of a collapsed node, and one for all outputs.
    pub(crate) fn gathered_ports(&self) {
        for (at, port) in self.node.drawn_ports() {
            self.port(port, at, PortLight::Usual);
        }
    }

    /// Only icon and title, as large as can be read.
    pub(crate) fn title_only(&self) -> Vec<Shape> {
        let size = self.scaled(size::TEXT * 1.6).clamp(9.0, 12.0);
        let middle = self.rect.top() + self.scaled(HEADER_HEIGHT) / 2.0;
        let place = |x: f32, galley: &Galley| pos2(x, middle - galley.size().y / 2.0);
        let color = self.shade(self.look.category(self.node.category));
        let icon = category_icon(self.node.category).glyph();
        let font = Icon::font(size + 2.0);
        let icon = self.painter.layout_no_wrap(icon.to_owned(), font, color);
        let left = self.rect.left() + self.scaled(10.0);
        let ink = self.shade(self.look.palette.text_strong);
        let mut shapes = Vec::with_capacity(2);
        let title_left = if self.zoom >= ICONS_FROM {
            let title_left = left + icon.size().x + 3.0;
            shapes.push(Shape::galley(place(left, &icon), icon, color));
            title_left
        } else {
            self.rect.left() + 4.0
        };
        let room = self.rect.right() - title_left - 3.0;
        let title = self.clipped(&self.node.title, theme::semibold(size), ink, room);
        shapes.push(Shape::galley(place(title_left, &title), title, ink));
        shapes
    }

    fn header_rect(&self) -> Rect {
        let height = self.scaled(HEADER_HEIGHT);
        Rect::from_min_size(self.rect.min, vec2(self.rect.width(), height))
    }

    fn corner(&self) -> CornerRadius {
        CornerRadius::same((f32::from(radius::LARGE) * self.zoom).round() as u8)
    }

    /// A place in the document, on screen; the node may be dragged somewhere else.
    fn port_at(&self, at: Pos2) -> Pos2 {
        self.rect.min + (at - self.node.rect.min) * self.zoom
    }

    fn scaled(&self, length: f32) -> f32 {
        length * self.zoom
    }

    fn shade(&self, color: Color32) -> Color32 {
        if self.node.is_muted {
            self.look.muted(color)
        } else {
            color
        }
    }

    fn text(&self, at: Pos2, align: Align2, text: &str, font: FontId, color: Color32) {
        self.painter.text(at, align, text, font, color);
    }

    fn clipped(&self, text: &str, font: FontId, color: Color32, room: f32) -> Arc<Galley> {
        clipped(self.painter, text, font, color, room)
    }
}

/// A text on one line that ends with `…` where it finds no more room.
pub(crate) fn clipped(
    painter: &Painter,
    text: &str,
    font: FontId,
    color: Color32,
    room: f32,
) -> Arc<Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(room.max(0.0));
    painter.layout_job(job)
}

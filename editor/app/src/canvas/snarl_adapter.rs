//! egui-snarl, behind this one file. It is given only nodes that are in view and can be read, in
//! screen points; it stacks them, and asks for each to be painted.
//!
//! Its bindings are fixed (a drag moves, Shift-drag selects, the secondary button takes edges away),
//! so its input is switched off and the canvas has its own. Its nodes are places: the number of a
//! place says nothing about a node, so places are used again and never settle anew.

use egui::emath::TSTransform;
use egui::{Frame, Painter, Pos2, Rect, Sense, Style, Ui, UiBuilder, pos2, vec2};
use egui_snarl::ui::{BackgroundPattern, NodeLayout, PinInfo, SnarlStyle, SnarlViewer};
use egui_snarl::{InPin, NodeId, OutPin, Snarl};

/// Shows nodes; keeps the places between frames.
#[derive(Default)]
pub(crate) struct SnarlCanvas {
    snarl: Snarl<Place>,
    places: Vec<NodeId>,
}

/// A node to show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    /// Its number.
    pub number: u32,
    /// Where it is on screen.
    pub rect: Rect,
}

impl std::fmt::Debug for SnarlCanvas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SnarlCanvas")
            .field("places", &self.places.len())
            .finish_non_exhaustive()
    }
}

impl SnarlCanvas {
    /// Shows nodes on a part of the screen, the last one on top; each is painted by `paint`.
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        canvas: Rect,
        nodes: &[Place],
        paint: &mut dyn FnMut(&Painter, Place),
    ) {
        self.fill(nodes);
        let mut ui = ui.new_child(UiBuilder::new().max_rect(canvas).id_salt("snarl"));
        ui.set_clip_rect(canvas.intersect(ui.clip_rect()));
        ui.visuals_mut().disabled_alpha = 1.0;
        ui.disable();
        let mut viewer = Viewer { paint };
        self.snarl.show(&mut viewer, &style(), "canvas", &mut ui);
    }

    fn fill(&mut self, nodes: &[Place]) {
        while self.places.len() > nodes.len() {
            let place = self.places.pop().expect("it is longer than the nodes");
            self.snarl.remove_node(place);
        }
        for (index, node) in nodes.iter().enumerate() {
            match self.places.get(index) {
                Some(place) => {
                    let found = self.snarl.get_node_info_mut(*place);
                    let found = found.expect("places are removed with their nodes");
                    found.pos = node.rect.min;
                    found.value = *node;
                }
                None => self
                    .places
                    .push(self.snarl.insert_node(node.rect.min, *node)),
            }
        }
    }
}

fn style() -> SnarlStyle {
    SnarlStyle {
        node_layout: Some(NodeLayout::coil()),
        node_frame: Some(Frame::NONE),
        header_frame: Some(Frame::NONE),
        bg_frame: Some(Frame::NONE),
        header_drag_space: Some(vec2(0.0, 0.0)),
        collapsible: Some(false),
        min_scale: Some(1.0),
        max_scale: Some(1.0),
        centering: Some(false),
        crisp_magnified_text: Some(false),
        ..SnarlStyle::new()
    }
}

struct Viewer<'a> {
    paint: &'a mut dyn FnMut(&Painter, Place),
}

impl SnarlViewer<Place> for Viewer<'_> {
    fn title(&mut self, _node: &Place) -> String {
        String::new()
    }

    fn inputs(&mut self, _node: &Place) -> usize {
        0
    }

    fn outputs(&mut self, _node: &Place) -> usize {
        0
    }

    #[allow(refining_impl_trait)]
    fn show_input(&mut self, _: &InPin, _: &mut Ui, _: &mut Snarl<Place>) -> PinInfo {
        PinInfo::circle()
    }

    #[allow(refining_impl_trait)]
    fn show_output(&mut self, _: &OutPin, _: &mut Ui, _: &mut Snarl<Place>) -> PinInfo {
        PinInfo::circle()
    }

    fn show_header(
        &mut self,
        node: NodeId,
        _inputs: &[InPin],
        _outputs: &[OutPin],
        ui: &mut Ui,
        snarl: &mut Snarl<Place>,
    ) {
        let place = snarl[node];
        ui.allocate_exact_size(place.rect.size(), Sense::hover());
        // Ports and the glow of a selection reach over the edge.
        let painter = ui.painter().with_clip_rect(ui.ctx().content_rect());
        (self.paint)(&painter.with_clip_rect(ui.clip_rect()), place);
    }

    fn draw_background(
        &mut self,
        _background: Option<&BackgroundPattern>,
        _viewport: &Rect,
        _snarl_style: &SnarlStyle,
        _style: &Style,
        _painter: &Painter,
        _snarl: &Snarl<Place>,
    ) {
    }

    /// The view is the canvas's: places are in screen points already.
    fn current_transform(&mut self, to_global: &mut TSTransform, _snarl: &mut Snarl<Place>) {
        *to_global = TSTransform::new(Pos2::ZERO.to_vec2(), 1.0);
        debug_assert_eq!(*to_global * pos2(1.0, 2.0), pos2(1.0, 2.0));
    }
}

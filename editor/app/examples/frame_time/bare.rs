//! The bare egui-snarl widget, as its own example uses it: titles, named ports, wires. No settings
//! summary, no badges, no pictures.

use egui::{Pos2, RawInput, Ui, pos2};
use egui_snarl::ui::{PinInfo, SnarlStyle, SnarlViewer, SnarlWidget};
use egui_snarl::{InPin, InPinId, NodeId, OutPin, OutPinId, Snarl};

use crate::{Subject, graph};

/// A node of the widget.
struct Shown {
    title: String,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

/// The widget in a window of its own.
pub(crate) struct Bare {
    ctx: egui::Context,
    snarl: Snarl<Shown>,
    handle: Pos2,
    /// Where the first node stood at the beginning.
    first_place: Pos2,
}

impl Bare {
    pub(crate) fn new(count: usize) -> Self {
        let catalogue = graph::catalogue();
        let workflow = graph::workflow(count, &catalogue);
        let mut snarl = Snarl::new();
        let mut places = std::collections::BTreeMap::new();
        for node in &workflow.nodes {
            let definition = graph::definition(&catalogue, node);
            let contract = &definition.contract;
            let shown = Shown {
                title: definition.label.clone(),
                inputs: contract
                    .inputs
                    .iter()
                    .map(|port| port.name.to_string())
                    .collect(),
                outputs: contract
                    .outputs
                    .iter()
                    .map(|port| port.name.to_string())
                    .collect(),
            };
            let at = pos2(node.position[0] as f32, node.position[1] as f32);
            places.insert(node.id.clone(), (snarl.insert_node(at, shown), definition));
        }
        for edge in &workflow.edges {
            let (from, from_definition) = &places[&edge.from.node];
            let (to, to_definition) = &places[&edge.to.node];
            let outputs = &from_definition.contract.outputs;
            let inputs = &to_definition.contract.inputs;
            let output = outputs.iter().position(|port| port.name == edge.from.port);
            let input = inputs.iter().position(|port| port.name == edge.to.port);
            let from = OutPinId {
                node: *from,
                output: output.expect("it is its port"),
            };
            let to = InPinId {
                node: *to,
                input: input.expect("it is its port"),
            };
            snarl.connect(from, to);
        }
        let ctx = egui::Context::default();
        hartomat_ui::Theme::new(hartomat_ui::Mode::Dark).apply(&ctx);
        let first = workflow.nodes[0].position;
        Self {
            ctx,
            snarl,
            first_place: pos2(first[0] as f32, first[1] as f32),
            handle: Pos2::ZERO,
        }
    }
}

impl Subject for Bare {
    fn frame(&mut self, input: RawInput) {
        let mut viewer = Viewer { handle: None };
        let style = SnarlStyle {
            min_scale: Some(0.01),
            max_scale: Some(2.0),
            ..SnarlStyle::new()
        };
        let mut output = self.ctx.run_ui(input, |ui| {
            let widget = SnarlWidget::new().id_salt("bare").style(style);
            widget.show(&mut self.snarl, &mut viewer, ui);
        });
        if let Some(handle) = viewer.handle {
            self.handle = handle;
        }
        output.textures_delta.clear();
        let primitives = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        std::hint::black_box(primitives);
    }

    fn is_dragging(&self) -> bool {
        self.snarl
            .nodes_pos_ids()
            .next()
            .is_some_and(|(_, at, _)| at != self.first_place)
    }

    fn handle(&self) -> Pos2 {
        self.handle
    }
}

struct Viewer {
    handle: Option<Pos2>,
}

impl SnarlViewer<Shown> for Viewer {
    fn title(&mut self, node: &Shown) -> String {
        node.title.clone()
    }

    fn inputs(&mut self, node: &Shown) -> usize {
        node.inputs.len()
    }

    fn outputs(&mut self, node: &Shown) -> usize {
        node.outputs.len()
    }

    #[allow(refining_impl_trait)]
    fn show_input(&mut self, pin: &InPin, ui: &mut Ui, snarl: &mut Snarl<Shown>) -> PinInfo {
        ui.label(&snarl[pin.id.node].inputs[pin.id.input]);
        PinInfo::circle()
    }

    #[allow(refining_impl_trait)]
    fn show_output(&mut self, pin: &OutPin, ui: &mut Ui, snarl: &mut Snarl<Shown>) -> PinInfo {
        ui.label(&snarl[pin.id.node].outputs[pin.id.output]);
        PinInfo::circle()
    }

    fn final_node_rect(
        &mut self,
        node: NodeId,
        rect: egui::Rect,
        ui: &mut Ui,
        _snarl: &mut Snarl<Shown>,
    ) {
        if node.0 == 0 {
            let layer = ui.ctx().layer_transform_to_global(ui.layer_id());
            self.handle =
                layer.map(|to_global| to_global * pos2(rect.center().x, rect.top() + 4.0));
        }
    }
}

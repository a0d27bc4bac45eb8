//! `order_line_setup`: product, output type, overrides and CAD file of the order line.

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, Family, NodeDefinition, PortName,
    Purity, Subject,
};

use crate::define::{Draft, mirrors, output};
use crate::failure::{bad_input, parse_settings};
use crate::media::json_artifact;
use crate::resolve_step_path::{Settings, checked_step_file};

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "order_line_setup",
        label: "Order line",
        help: "The order line of the run with its product, output type and overrides, and the product's checked CAD file.",
        category: Category::Input,
        families: &[Family::OrderLine],
        module: "orders.setup",
        execution: ExecutionKind::Inline,
        purity: Purity::Pure,
        inputs: Vec::new(),
        outputs: vec![
            output("order_line", ArtifactKind::ORDER_LINE, "Product, output type and overrides."),
            output("step_file", ArtifactKind::STEP_FILE, "The product's CAD file."),
        ],
        context: &["order_line", "cad_file"],
        tools: &[],
        legacy: mirrors("order_line_setup", "Loads the order line and its product before anything is rendered."),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct OrderLineSetup;

impl Executor for OrderLineSetup {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let Subject::OrderLine(line) = context.subject.as_ref() else {
            return Err(bad_input(
                "the run is of a CAD file, not of an order line",
                "choose an order line",
            ));
        };
        if !line.output_type.active {
            return Err(bad_input(
                format!("output type `{}` is not active", line.output_type.id),
                "activate it, or choose another output type for the line",
            ));
        }
        let order_line = json_artifact(ArtifactKind::ORDER_LINE, "order_line.json", line);
        Ok(NodeOutputs::from([
            (PortName::literal("order_line"), order_line),
            (
                PortName::literal("step_file"),
                checked_step_file(context, settings.max_size_mb)?,
            ),
        ]))
    }
}

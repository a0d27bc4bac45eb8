//! Short forms for writing definitions, and the settings schema made from a settings struct.

use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Family, InputPort, LegacyBehaviour,
    ModuleContract, NodeDefinition, NodeType, OutputPort, PortName, Purity,
};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// Both families.
pub(crate) const BOTH: &[Family] = &[Family::CadFile, Family::OrderLine];

/// A definition before its settings schema is generated.
pub(crate) struct Draft {
    pub(crate) node_type: &'static str,
    pub(crate) label: &'static str,
    pub(crate) help: &'static str,
    pub(crate) category: Category,
    pub(crate) families: &'static [Family],
    pub(crate) module: &'static str,
    pub(crate) execution: ExecutionKind,
    pub(crate) purity: Purity,
    pub(crate) inputs: Vec<InputPort>,
    pub(crate) outputs: Vec<OutputPort>,
    pub(crate) context: &'static [&'static str],
    pub(crate) tools: &'static [&'static str],
    pub(crate) legacy: LegacyBehaviour,
    pub(crate) coverage: Coverage,
}

impl Draft {
    /// The definition with the settings of `S`: titles, help, ranges, units and defaults are its attributes.
    pub(crate) fn with_settings<S: JsonSchema>(self) -> NodeDefinition {
        let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        NodeDefinition {
            node_type: NodeType::literal(self.node_type),
            version: 1,
            label: self.label.to_owned(),
            help: self.help.to_owned(),
            category: self.category,
            families: self.families.to_vec(),
            contract: ModuleContract {
                module: self.module.to_owned(),
                execution: self.execution,
                purity: self.purity,
                inputs: self.inputs,
                outputs: self.outputs,
                context: strings(self.context),
                tools: strings(self.tools),
            },
            settings_schema: settings_schema::<S>(),
            legacy: self.legacy,
            coverage: self.coverage,
        }
    }
}

fn settings_schema<S: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut schema: Schema = settings.into_generator().into_root_schema_for::<S>();
    schema.remove("title");
    schema.remove("description");
    schema.into()
}

/// An input that a run can't do without.
pub(crate) fn required(name: &'static str, accepts: &[ArtifactKind], help: &str) -> InputPort {
    InputPort {
        name: PortName::literal(name),
        accepts: accepts.to_vec(),
        required: true,
        help: help.to_owned(),
    }
}

/// An input that a run can do without.
pub(crate) fn optional(name: &'static str, accepts: &[ArtifactKind], help: &str) -> InputPort {
    InputPort {
        required: false,
        ..required(name, accepts, help)
    }
}

/// An output.
pub(crate) fn output(name: &'static str, kind: ArtifactKind, help: &str) -> OutputPort {
    OutputPort {
        name: PortName::literal(name),
        kind,
        help: help.to_owned(),
    }
}

/// The legacy step that a node mirrors.
pub(crate) fn mirrors(legacy_step: &str, description: &str) -> LegacyBehaviour {
    LegacyBehaviour {
        step: Some(legacy_step.to_owned()),
        description: description.to_owned(),
    }
}

//! Diagnostics: what is wrong, where, and what would mend it. Wrong input yields all of them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{NodeId, PortName};

/// How much a diagnostic matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Stops a save or a run.
    Error,
    /// Worth a look; stops nothing.
    Warning,
    /// For information.
    Info,
}

/// A place in a text, counted from 1; columns count characters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character within the line.
    pub column: u32,
}

/// Where a diagnostic points.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
pub struct Place {
    /// JSON pointer into the document.
    pub pointer: String,
    /// The node, where it concerns one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// The port of that node, where it concerns one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<PortName>,
    /// Where it stands in the text that was read, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// One finding of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// Stable code for programs, such as `unknown_port`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What is wrong, lower-case, without a final stop.
    pub message: String,
    /// What would mend it.
    pub fix: String,
}

impl Diagnostic {
    /// An error at a JSON pointer.
    pub fn error(
        code: &str,
        pointer: impl Into<String>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            code: code.to_owned(),
            severity: Severity::Error,
            place: Place {
                pointer: pointer.into(),
                ..Place::default()
            },
            message: message.into(),
            fix: fix.into(),
        }
    }

    /// The same finding as a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// The same finding, placed at a node.
    #[must_use]
    pub fn at_node(mut self, node: &NodeId) -> Self {
        self.place.node = Some(node.clone());
        self
    }

    /// The same finding, placed at a port.
    #[must_use]
    pub fn at_port(mut self, port: &PortName) -> Self {
        self.place.port = Some(port.clone());
        self
    }

    /// The same finding, placed in the text that was read.
    #[must_use]
    pub fn at_position(mut self, position: Position) -> Self {
        self.place.position = Some(position);
        self
    }

    /// Whether it stops a save or a run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        write!(f, "{severity}[{}] ", self.code)?;
        if let Some(Position { line, column }) = self.place.position {
            write!(f, "line {line}, column {column}: ")?;
        }
        if let Some(node) = &self.place.node {
            write!(f, "node `{node}`")?;
            if let Some(port) = &self.place.port {
                write!(f, " port `{port}`")?;
            }
            write!(f, ": ")?;
        } else if !self.place.pointer.is_empty() {
            write!(f, "{}: ", self.place.pointer)?;
        }
        write!(f, "{}", self.message)?;
        if !self.fix.is_empty() {
            write!(f, " (fix: {})", self.fix)?;
        }
        Ok(())
    }
}

//! Distinct id types, so that a run's id can't be passed where a node's is meant.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest id in bytes.
const MAX_LENGTH: usize = 128;

/// Any text without control characters.
pub(crate) const PATTERN: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Ids name something, so they can't be empty.
    #[error("an id can't be empty")]
    Empty,
    /// Longer than 128 bytes.
    #[error("an id has at most {MAX_LENGTH} bytes, this one has {0}")]
    TooLong(usize),
    /// Control characters would corrupt logs and terminals.
    #[error("an id can't contain control characters")]
    ControlCharacter,
}

fn check(text: &str) -> Result<(), InvalidId> {
    if text.is_empty() {
        Err(InvalidId::Empty)
    } else if text.len() > MAX_LENGTH {
        Err(InvalidId::TooLong(text.len()))
    } else if text.chars().any(char::is_control) {
        Err(InvalidId::ControlCharacter)
    } else {
        Ok(())
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String", inline, extend(
            "minLength" = 1, "maxLength" = MAX_LENGTH, "pattern" = PATTERN,
        ))]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// Checks and wraps a text: 1 to 128 bytes without control characters.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                check(&text)?;
                Ok(Self(Cow::Owned(text)))
            }

            /// Wraps a literal of the program, which is known to be valid.
            pub const fn literal(text: &'static str) -> Self {
                Self(Cow::Borrowed(text))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into_owned()
            }
        }
    };
}

id!(
    /// A saved workflow.
    WorkflowId
);
id!(
    /// A placed node, unique within its workflow.
    NodeId
);
id!(
    /// A node definition's key, such as `render_still`.
    NodeType
);
id!(
    /// A port's name, unique among a definition's inputs or outputs.
    PortName
);
id!(
    /// One execution of a workflow or of the legacy pipeline.
    RunId
);
id!(
    /// A product in the studio's range.
    ProductId
);
id!(
    /// A golden case.
    GoldenCaseId
);
id!(
    /// A customer's order.
    OrderId
);
id!(
    /// A line of an order: a product and an output type.
    OrderLineId
);
id!(
    /// A workflow invocation profile.
    OutputTypeId
);
id!(
    /// A published artifact.
    MediaAssetId
);
id!(
    /// A message to the people who asked for an output.
    NotificationId
);
id!(
    /// A notification on its way out of the studio.
    MessageId
);
id!(
    /// Somebody outside of the studio who is told.
    TargetId
);
id!(
    /// A person's word on a difference.
    ReviewId
);
id!(
    /// A token that lets somebody use a server.
    TokenId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_refuse_what_would_break_logs_and_files() {
        assert_eq!(NodeId::new(""), Err(InvalidId::Empty));
        assert_eq!(NodeId::new("a\nb"), Err(InvalidId::ControlCharacter));
        assert_eq!(NodeId::new("x".repeat(129)), Err(InvalidId::TooLong(129)));
        assert_eq!(
            NodeId::new("still").map(String::from).as_deref(),
            Ok("still")
        );
    }
}

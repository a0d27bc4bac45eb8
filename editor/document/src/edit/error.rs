//! Why an edit can't be done.

use hartomat_schema::{NodeId, NodeType};

use super::LeftOut;
use crate::Refusal;

/// Why an edit can't be done; the document is as it was.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EditError {
    /// The node isn't there.
    #[error("there is no node `{0}`")]
    NoSuchNode(NodeId),
    /// The edge isn't there.
    #[error("this edge is no longer there")]
    NoSuchEdge,
    /// The frame isn't there.
    #[error("this frame is no longer there")]
    NoSuchFrame,
    /// The note isn't there.
    #[error("this note is no longer there")]
    NoSuchNote,
    /// The reroute point isn't there.
    #[error("this reroute point is no longer there")]
    NoSuchReroute,
    /// The catalogue doesn't know the definition.
    #[error("this catalogue has no node type `{0}`")]
    UnknownNodeType(NodeType),
    /// The node belongs to the other family.
    #[error("`{node_type}` belongs to {own} workflows, this one is of the family {family}")]
    WrongFamily {
        /// The node's type.
        node_type: NodeType,
        /// Its families, joined for reading.
        own: String,
        /// The workflow's.
        family: hartomat_schema::Family,
    },
    /// Another node has the id.
    #[error("another node has the id `{0}`")]
    IdTaken(NodeId),
    /// The input has an edge already.
    #[error("an input of `{to}` already has an edge, from `{by}`")]
    InputTaken {
        /// The node whose input it is.
        to: NodeId,
        /// The node that feeds it.
        by: NodeId,
    },
    /// The ports can't be joined.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The pointer leads nowhere.
    #[error("there is no setting at `{0}`")]
    NoSuchSetting(String),
    /// A name that is already in use.
    #[error("there already is a setting `{0}`")]
    SettingTaken(String),
    /// Positions and sizes are finite numbers.
    #[error("a position or size is no finite number")]
    NotFinite,
    /// Bookmarks have the keys 1 to 9.
    #[error("a bookmark has a key from 1 to 9, not {0}")]
    NoBookmarkKey(u8),
    /// Colours are written `#rrggbb`.
    #[error("`{0}` is no colour: write # and six hexadecimal digits")]
    NoColor(String),
    /// More than a document may hold.
    #[error("a workflow has at most {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many it may hold.
        limit: usize,
    },
    /// More bytes than a document may have.
    #[error(
        "a workflow has at most {limit} bytes, this would make it {size}: shorten notes and long \
         texts, or split the workflow"
    )]
    TooLarge {
        /// What it would have.
        size: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A text or value that is longer than a document may hold.
    #[error("a text has at most {limit} bytes, this one has {size}")]
    TooLong {
        /// Its bytes.
        size: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A value that is nested deeper than a document may hold.
    #[error("a value is nested deeper than {0} levels")]
    TooDeep(usize),
    /// Nothing of a clip fits in here.
    #[error("nothing of this fits into this workflow: {}", first_reason(.0))]
    NothingFits(Vec<LeftOut>),
}

fn first_reason(left_out: &[LeftOut]) -> String {
    let first = left_out.first().map(ToString::to_string);
    let more = match left_out.len() {
        0 | 1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    first.unwrap_or_else(|| "it is empty".to_owned()) + &more
}

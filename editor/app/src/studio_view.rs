//! The studio's side: what each output type is allowed and on which evidence, output types, orders.
//! Everything is asked of the runtime; here is what came back and what is being decided.

mod apply;
mod came;
mod command;
mod state;

pub use command::StudioCommand;
pub use state::{
    Answer, OrderImport, RolloutDraft, RolloutDraftKind, StudioState, StudioTab, TypeDraft,
};

pub(crate) use apply::apply;
pub(crate) use came::came;

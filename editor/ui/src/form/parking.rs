//! Values that a choice put out of sight: kept beside the form, and back when the person comes back.

use egui::{Context, Id};
use serde_json::Value;

/// Keeps a value of a field under the name of the choice that it belongs to.
pub(super) fn park(ctx: &Context, field: Id, choice: &str, value: Value) {
    let key = field.with(("parked", choice));
    ctx.data_mut(|data| data.insert_temp(key, value));
}

/// The value that was kept, if there is one.
pub(super) fn parked(ctx: &Context, field: Id, choice: &str) -> Option<Value> {
    ctx.data(|data| data.get_temp(field.with(("parked", choice))))
}

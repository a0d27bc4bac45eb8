//! Where a finding points: the node and its setting.

use hartomat_document::node_name;
use hartomat_schema::{Diagnostic, NodeId};

use crate::Context;
use crate::state::Session;

/// The part of a document's pointer that is within a node's settings.
pub(crate) fn setting_pointer(pointer: &str) -> Option<String> {
    let (_, within) = pointer.split_once("/settings/")?;
    Some(format!("/{within}"))
}

/// The node and the setting that a finding is about, as people know them.
pub(crate) fn place_text(
    context: &Context<'_>,
    session: &Session,
    problem: &Diagnostic,
) -> Option<String> {
    let id: &NodeId = problem.place.node.as_ref()?;
    let node = session.document.workflow().node(id)?;
    let mut place = node_name(node, context.catalogue).to_owned();
    if let Some(port) = &problem.place.port {
        place = format!("{place} › {port}");
    }
    let field = setting_pointer(&problem.place.pointer).and_then(|pointer| {
        let first = pointer
            .trim_start_matches('/')
            .split('/')
            .next()?
            .to_owned();
        let definition = context.catalogue.get(&node.node_type)?;
        let schema = &definition.settings_schema;
        let setting = hartomat_schema::settings_schema::Setting::find(schema, &first);
        Some(setting.map_or(first.clone(), |setting| setting.title().to_owned()))
    });
    Some(match field {
        Some(field) => format!("{place} › {field}"),
        None => place,
    })
}

#[cfg(test)]
mod tests {
    use super::setting_pointer;

    #[test]
    fn a_pointer_into_settings_is_told_from_others() {
        let of = |pointer| setting_pointer(pointer);
        assert_eq!(
            of("/nodes/3/settings/width_px").as_deref(),
            Some("/width_px")
        );
        assert_eq!(of("/nodes/3/settings/a/b").as_deref(), Some("/a/b"));
        assert_eq!(of("/nodes/3/type"), None);
    }
}

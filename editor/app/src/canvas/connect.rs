//! Which ports an edge that is being drawn may end at.

use hartomat_document::{ConnectionCheck, LooseEnd, Refusal};
use hartomat_schema::Endpoint;

use crate::canvas::Gesture;
use crate::canvas::draw::Canvas;
use crate::canvas::node_paint::PortLight;
use crate::canvas::view_model::{NodeView, PortView};

/// A port of a node in the document.
pub(crate) fn endpoint(node: &NodeView, port: &PortView) -> Endpoint {
    Endpoint {
        node: node.id.clone(),
        port: port.name.clone(),
    }
}

/// The lights of all ports.
pub(crate) struct Lights<'a> {
    end: Option<&'a LooseEnd>,
    check: Option<ConnectionCheck<'a>>,
}

impl<'a> Lights<'a> {
    /// The lights for what the pointer is doing.
    pub(crate) fn new(canvas: &'a Canvas<'_>) -> Self {
        let Some(Gesture::Connect { end, .. }) = &canvas.session.canvas.gesture else {
            return Self {
                end: None,
                check: None,
            };
        };
        let workflow = canvas.session.document.workflow();
        let check = ConnectionCheck::new(workflow, canvas.context.catalogue, end.clone());
        Self {
            end: Some(end),
            check: check.ok(),
        }
    }

    /// A port's light.
    pub(crate) fn of(&self, port: &LooseEnd) -> PortLight {
        match self.end {
            None => PortLight::Usual,
            Some(end) if end == port => PortLight::Usual,
            Some(_) if self.verdict(port).is_some_and(|verdict| verdict.is_ok()) => PortLight::Open,
            Some(_) => PortLight::Closed,
        }
    }

    /// Whether the edge may end at a port, and if not, why not; none where nothing can be said.
    pub(crate) fn verdict(&self, port: &LooseEnd) -> Option<Result<(), Refusal>> {
        let check = self.check.as_ref()?;
        let is_opposite = matches!(
            (self.end?, port),
            (LooseEnd::Output(_), LooseEnd::Input(_)) | (LooseEnd::Input(_), LooseEnd::Output(_))
        );
        is_opposite.then(|| check.check(port.endpoint()))
    }
}

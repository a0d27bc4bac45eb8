//! Which function does which edit.

use hartomat_schema::{Catalogue, Workflow};

use super::{
    Edit, EditError, LeftOut, arrange, decorate, edges, guard, layout, moving, nodes, paste,
    remove, settings, swap,
};

impl Edit {
    /// Does the edit in place, and says what a paste left out. After an error the document may be
    /// half done: callers work on a copy.
    pub(crate) fn apply_to(
        &self,
        workflow: &mut Workflow,
        catalogue: &Catalogue,
    ) -> Result<Vec<LeftOut>, EditError> {
        let left_out = self.dispatch(workflow, catalogue)?;
        guard::check_document(workflow)?;
        Ok(left_out)
    }

    fn dispatch(
        &self,
        workflow: &mut Workflow,
        catalogue: &Catalogue,
    ) -> Result<Vec<LeftOut>, EditError> {
        guard::check(self)?;
        match self {
            Self::Duplicate {
                items,
                by,
                with_inputs,
            } => return paste::duplicate(workflow, catalogue, items, *by, *with_inputs),
            Self::Paste {
                clip,
                position,
                with_inputs,
            } => return paste::paste(workflow, catalogue, clip, *position, *with_inputs),
            Self::All { edits, .. } => {
                let mut left_out = Vec::new();
                for edit in edits {
                    left_out.extend(edit.dispatch(workflow, catalogue)?);
                }
                return Ok(left_out);
            }
            Self::Replace { workflow: new, .. } => *workflow = Workflow::clone(new),
            _ => self.graph(workflow, catalogue)?,
        }
        Ok(Vec::new())
    }

    /// Nodes, edges and settings.
    fn graph(&self, workflow: &mut Workflow, catalogue: &Catalogue) -> Result<(), EditError> {
        match self {
            Self::AddNode {
                node_type,
                position,
                id,
            } => nodes::add(workflow, catalogue, node_type, *position, id.as_ref()).map(drop),
            Self::AddConnected {
                node_type,
                position,
                end,
            } => nodes::add_connected(workflow, catalogue, node_type, *position, end),
            Self::AddOnEdge {
                node_type,
                position,
                edge,
            } => {
                let node = nodes::add(workflow, catalogue, node_type, *position, None)?;
                edges::insert(workflow, catalogue, &node, edge)
            }
            Self::AddBetween {
                node_types,
                from,
                to,
            } => nodes::add_between(workflow, catalogue, node_types, from, to),
            Self::InsertOnEdge { node, edge } => edges::insert(workflow, catalogue, node, edge),
            Self::Remove { items, reconnect } => {
                remove::remove(workflow, catalogue, items, *reconnect);
                Ok(())
            }
            Self::Detach { nodes } => {
                remove::detach(workflow, catalogue, nodes);
                Ok(())
            }
            Self::Connect { from, to } => edges::connect(workflow, catalogue, from, to),
            Self::MoveEdge { edge, from, to } => {
                edges::move_edge(workflow, catalogue, edge, from, to)
            }
            Self::CutEdges { edges } => edges::cut(workflow, edges),
            Self::RemoveRepeats { edge } => edges::remove_repeats(workflow, edge),
            Self::Mute { nodes, muted } => nodes::mute(workflow, nodes, *muted),
            Self::Rename { node, label } => nodes::rename(workflow, node, label.as_deref()),
            Self::GiveNewId { id } => {
                nodes::give_new_id(workflow, id);
                Ok(())
            }
            Self::SetSetting {
                nodes,
                pointer,
                value,
            } => settings::set(workflow, catalogue, nodes, pointer, value),
            Self::ResetSetting { nodes, pointer } => settings::reset(workflow, nodes, pointer),
            Self::RenameSetting { node, from, to } => settings::rename(workflow, node, from, to),
            Self::UpdateVersion { nodes } => nodes::update_version(workflow, catalogue, nodes),
            Self::SwapType { nodes, node_type } => {
                swap::swap(workflow, catalogue, nodes, node_type)
            }
            _ => self.canvas(workflow),
        }
    }

    /// Where things stand, and what the run doesn't see.
    fn canvas(&self, workflow: &mut Workflow) -> Result<(), EditError> {
        match self {
            Self::Move { items, by } => moving::shift(workflow, items, *by),
            Self::Collapse { nodes, collapsed } => nodes::collapse(workflow, nodes, *collapsed),
            Self::Align { nodes, to, sizes } => arrange::align(workflow, nodes, *to, sizes),
            Self::Distribute {
                nodes,
                along,
                sizes,
            } => arrange::distribute(workflow, nodes, *along, sizes),
            Self::AutoLayout { nodes, sizes } => {
                layout::layout(workflow, nodes.as_ref(), sizes);
                Ok(())
            }
            Self::AddFrame {
                title,
                items,
                sizes,
            } => decorate::add_frame(workflow, title, items, sizes),
            Self::AddFrameAt { title, rect } => {
                decorate::add_frame_at(workflow, title, *rect);
                Ok(())
            }
            Self::EditFrame { frame, change } => decorate::edit_frame(workflow, *frame, change),
            Self::JoinFrame {
                frame,
                items,
                sizes,
            } => decorate::join_frame(workflow, *frame, items, sizes),
            Self::AddReroute {
                edge,
                index,
                position,
            } => moving::add_reroute(workflow, edge, *index, *position),
            Self::MoveReroute { reroute, position } => {
                moving::move_reroute(workflow, reroute, *position)
            }
            Self::AddNote {
                text,
                position,
                size,
            } => {
                decorate::add_note(workflow, text, *position, *size);
                Ok(())
            }
            Self::EditNote { note, text } => decorate::edit_note(workflow, *note, text),
            Self::ResizeNote {
                note,
                position,
                size,
            } => decorate::resize_note(workflow, *note, *position, *size),
            Self::SetBookmark { key, center, zoom } => {
                decorate::set_bookmark(workflow, *key, *center, *zoom)
            }
            Self::ClearBookmark { key } => {
                workflow.bookmarks.retain(|bookmark| bookmark.key != *key);
                Ok(())
            }
            Self::SetName(name) => {
                workflow.name.clone_from(name);
                Ok(())
            }
            Self::SetDescription(description) => {
                workflow.description.clone_from(description);
                Ok(())
            }
            Self::SetMode(mode) => {
                workflow.execution_mode = *mode;
                Ok(())
            }
            Self::SetContract(contract) => {
                workflow.contract.clone_from(contract);
                Ok(())
            }
            _ => unreachable!("every other edit is done before it comes here"),
        }
    }
}

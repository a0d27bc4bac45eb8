//! Names and groups of a GLB's nodes: object names from CAD, collections from the assembly.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::RenderError;
use crate::glb::GlbInstance;

/// Blender keeps 63 bytes of a name.
const NAME_BYTES: usize = 63;
/// The node that only turns axes; it is no assembly.
const AXES: &str = "Z up to Y up";
/// The collection of parts that belong to no assembly.
const LOOSE: &str = "Product";

/// What a GLB says of names and assemblies.
pub(crate) struct Tree {
    /// Names of nodes, by index.
    names: Vec<String>,
    parents: BTreeMap<usize, usize>,
    /// Names of meshes, by index.
    pub(crate) meshes: Vec<String>,
    /// Node of each collection so far; none is the collection of loose parts.
    made: Vec<(Option<usize>, Option<usize>)>,
}

impl Tree {
    /// Reads names; the geometry was read before, so that the file is known to be sound.
    pub(crate) fn read(glb: &[u8]) -> Result<Self, RenderError> {
        let gltf = gltf::Gltf::from_slice(glb).map_err(|source| RenderError::GlbSyntax {
            source: Box::new(source),
        })?;
        let named = |name: Option<&str>, kind: &str, index: usize| match name {
            Some(name) if !name.trim().is_empty() => cut(name),
            _ => format!("{kind} {}", index + 1),
        };
        let children = gltf.nodes().flat_map(|node| {
            let parent = node.index();
            node.children()
                .map(move |child| (child.index(), parent))
                .collect::<Vec<_>>()
        });
        Ok(Self {
            parents: children.collect(),
            names: gltf
                .nodes()
                .map(|node| named(node.name(), "Part", node.index()))
                .collect(),
            meshes: gltf
                .meshes()
                .map(|mesh| named(mesh.name(), "Mesh", mesh.index()))
                .collect(),
            made: Vec::new(),
        })
    }

    /// An instance's name.
    pub(crate) fn name(&self, instance: &GlbInstance) -> &str {
        &self.names[instance.node]
    }

    /// The number of the collection that an instance belongs to.
    pub(crate) fn collection(&mut self, instance: &GlbInstance) -> usize {
        let mut chain = Vec::new();
        let mut node = instance.node;
        while let Some(&parent) = self.parents.get(&node) {
            // A file whose nodes form a ring was refused for its depth.
            if self.names[parent] != AXES {
                chain.push(Some(parent));
            }
            node = parent;
        }
        if chain.is_empty() {
            chain.push(None);
        }
        let mut above = None;
        for node in chain.into_iter().rev() {
            let known = self.made.iter().position(|(made, _)| *made == node);
            above = Some(known.unwrap_or_else(|| {
                self.made.push((node, above));
                self.made.len() - 1
            }));
        }
        above.unwrap_or_default()
    }

    /// All collections that were asked for, parents first.
    pub(crate) fn collections(&self) -> Vec<Value> {
        let entry = |(node, parent): &(Option<usize>, Option<usize>)| {
            let name = node.map_or(LOOSE, |node| self.names[node].as_str());
            json!({ "name": name, "parent": parent })
        };
        self.made.iter().map(entry).collect()
    }
}

fn cut(name: &str) -> String {
    let mut end = name.len().min(NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}

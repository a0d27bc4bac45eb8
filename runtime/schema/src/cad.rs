//! What is known of a CAD file: parts, assembly tree, units, bounding box. Lengths in millimetres.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Digest;

/// A colour, linear RGB with alpha, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rgba(pub [f32; 4]);

/// An affine transform, column-major 4 × 4, translation in millimetres, Z up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transform(pub [f64; 16]);

impl Transform {
    /// No change.
    pub const IDENTITY: Self = Self([
        1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0,
    ]);
}

/// The unit that the CAD file was written in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LengthUnit {
    /// The unit's name as the file gives it, such as `millimetre` or `inch`.
    pub name: String,
    /// Its length in millimetres.
    pub in_mm: f64,
}

/// Where a part list came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepSource {
    /// The STEP file's digest.
    pub digest: Digest,
    /// Schema of the STEP header, such as `AP214`.
    pub application_protocol: String,
    /// The file's length unit.
    pub unit: LengthUnit,
}

/// A distinct part. Several assembly nodes may place it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// The part's name in the CAD file.
    pub name: String,
    /// The colour of most of its surface, where the file gives one.
    pub color: Option<Rgba>,
    /// Volume in cubic millimetres; none for surfaces, and where it wasn't asked for.
    pub volume_mm3: Option<f64>,
    /// Surface in square millimetres, where it was asked for.
    pub area_mm2: Option<f64>,
}

/// A node of the assembly tree: a sub-assembly, or a placed part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AssemblyNode {
    /// The name of this occurrence; the part's or assembly's where it has none of its own.
    pub name: String,
    /// Index of the parent in [`PartList::nodes`]; parents come before their children.
    pub parent: Option<usize>,
    /// Index into [`PartList::parts`]; none for a sub-assembly.
    pub part: Option<usize>,
    /// Placement relative to the parent.
    pub transform: Transform,
    /// The colour given to this occurrence; goes before its part's colour.
    pub color: Option<Rgba>,
}

/// Parts and assembly tree of a CAD file. File format of the artifact kind `part_list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartList {
    /// Where it came from.
    pub source: StepSource,
    /// Distinct parts in the order of the file.
    pub parts: Vec<Part>,
    /// The assembly tree, parents first.
    pub nodes: Vec<AssemblyNode>,
}

impl PartList {
    /// How many parts are placed: assembly nodes that carry a part.
    pub fn occurrence_count(&self) -> usize {
        self.nodes.iter().filter(|node| node.part.is_some()).count()
    }

    /// Names from the root to the node, the assembly path.
    pub fn path(&self, node: usize) -> Vec<&str> {
        let mut names = Vec::new();
        let mut next = self.nodes.get(node);
        while let Some(current) = next {
            names.push(current.name.as_str());
            next = current.parent.and_then(|parent| self.nodes.get(parent));
            if names.len() > self.nodes.len() {
                break;
            }
        }
        names.reverse();
        names
    }
}

/// A bounding box in millimetres, Z up. File format of the artifact kind `bbox`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BoundingBox {
    /// Smallest corner.
    pub min_mm: [f64; 3],
    /// Largest corner.
    pub max_mm: [f64; 3],
    /// Whether it is the box of the exact surfaces, rather than of the mesh.
    pub exact: bool,
}

impl BoundingBox {
    /// Edge lengths in millimetres.
    pub fn size_mm(&self) -> [f64; 3] {
        std::array::from_fn(|axis| self.max_mm[axis] - self.min_mm[axis])
    }

    /// Length of the diagonal in millimetres.
    pub fn diagonal_mm(&self) -> f64 {
        self.size_mm()
            .iter()
            .map(|edge| edge * edge)
            .sum::<f64>()
            .sqrt()
    }
}

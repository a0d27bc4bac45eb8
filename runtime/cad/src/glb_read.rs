//! Reads from a GLB what it measures: the exact box from its extras, else the box of its triangles.
//!
//! GLB files may come from anywhere: every offset is checked, and nothing is trusted to be there.

use hartomat_schema::BoundingBox;
use serde_json::Value;

use crate::CadError;
use crate::place::Matrix;

/// Deepest node tree.
const MAX_DEPTH: usize = 256;
/// Most nodes visited, shared ones counted as often as they are placed.
const MAX_VISITS: usize = 2_000_000;
/// Most corners measured, shared ones counted as often as they are placed.
const MAX_POINTS: usize = 500_000_000;

/// What a GLB says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct GlbFacts {
    /// The box; `exact` when it is the one of the CAD file's surfaces.
    pub bbox: BoundingBox,
    /// Triangles as drawn.
    pub triangle_count: u64,
}

/// The bounding box of a GLB, millimetres, Z up.
///
/// # Errors
/// [`CadError::BadGlb`] when it isn't one, or is damaged, or holds no triangles.
pub fn bbox_of_glb(bytes: &[u8]) -> Result<BoundingBox, CadError> {
    let glb = Glb::open(bytes)?;
    match glb.exact_box() {
        Some(bbox) => Ok(bbox),
        None => Ok(glb.measure()?.bbox),
    }
}

/// Box and triangles of a GLB.
///
/// # Errors
/// [`CadError::BadGlb`] when it isn't one, or is damaged, or holds no triangles.
pub fn glb_facts(bytes: &[u8]) -> Result<GlbFacts, CadError> {
    let glb = Glb::open(bytes)?;
    let mut facts = glb.measure()?;
    facts.bbox = glb.exact_box().unwrap_or(facts.bbox);
    Ok(facts)
}

fn bad(reason: impl Into<String>) -> CadError {
    CadError::BadGlb {
        reason: reason.into(),
    }
}

struct Glb<'a> {
    root: Value,
    binary: &'a [u8],
}

impl<'a> Glb<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, CadError> {
        let word = |at: usize| {
            let word = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
            word.map(u32::from_le_bytes)
                .ok_or_else(|| bad("it ends within a chunk header"))
        };
        if !bytes.starts_with(b"glTF") {
            return Err(bad("it doesn't begin with `glTF`"));
        }
        if word(4)? != 2 {
            return Err(bad(format!("it has version {}, not 2", word(4)?)));
        }
        let chunk = |at: usize, kind: &[u8; 4]| {
            let length = word(at)? as usize;
            if bytes.get(at + 4..at + 8) != Some(kind) {
                return Err(bad(format!(
                    "chunk {} is missing",
                    String::from_utf8_lossy(&kind[..3])
                )));
            }
            let end = (at + 8)
                .checked_add(length)
                .ok_or_else(|| bad("a chunk is longer than the file"))?;
            bytes
                .get(at + 8..end)
                .ok_or_else(|| bad("a chunk is longer than the file"))
        };
        let text = chunk(12, b"JSON")?;
        let root = serde_json::from_slice(text)
            .map_err(|err| bad(format!("its JSON is broken: {err}")))?;
        let next = 20 + text.len().next_multiple_of(4);
        let binary = if bytes.len() > next {
            chunk(next, b"BIN\0")?
        } else {
            &[]
        };
        Ok(Self { root, binary })
    }

    fn exact_box(&self) -> Option<BoundingBox> {
        let scene = self.root.get("scene").and_then(Value::as_u64).unwrap_or(0) as usize;
        let stored = self
            .root
            .get("scenes")?
            .get(scene)?
            .get("extras")?
            .get("hartomat")?
            .get("bbox_mm")?;
        let corner = |name: &str| numbers::<3>(stored.get(name)?);
        let (min_mm, max_mm) = (corner("min")?, corner("max")?);
        let exact = stored
            .get("exact")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        (0..3)
            .all(|axis| min_mm[axis] <= max_mm[axis])
            .then_some(BoundingBox {
                min_mm,
                max_mm,
                exact,
            })
    }

    fn item(&self, list: &str, index: usize) -> Result<&Value, CadError> {
        let found = self.root.get(list).and_then(|items| items.get(index));
        found.ok_or_else(|| bad(format!("{list}[{index}] is missing")))
    }

    fn measure(&self) -> Result<GlbFacts, CadError> {
        let scene = self.root.get("scene").and_then(Value::as_u64).unwrap_or(0) as usize;
        // glTF is metres and Y up; (x, y, z) there is (x, −z, y) here.
        let to_mm = Matrix([
            1e3, 0., 0., 0., 0., 0., 1e3, 0., 0., -1e3, 0., 0., 0., 0., 0., 1.,
        ]);
        let mut visit = Visit {
            low: [f64::INFINITY; 3],
            high: [f64::NEG_INFINITY; 3],
            visits: 0,
            points: 0,
            triangles: 0,
        };
        for node in indices(self.item("scenes", scene)?.get("nodes")) {
            self.visit(node, &to_mm, 0, &mut visit)?;
        }
        if visit.low[0] > visit.high[0] {
            return Err(bad("it has no triangles"));
        }
        let bbox = BoundingBox {
            min_mm: visit.low,
            max_mm: visit.high,
            exact: false,
        };
        if bbox
            .min_mm
            .iter()
            .chain(&bbox.max_mm)
            .any(|value| !value.is_finite())
        {
            return Err(bad("its coordinates aren't finite"));
        }
        Ok(GlbFacts {
            bbox,
            triangle_count: visit.triangles,
        })
    }

    fn visit(
        &self,
        index: usize,
        parent: &Matrix,
        depth: usize,
        visit: &mut Visit,
    ) -> Result<(), CadError> {
        visit.visits += 1;
        if depth > MAX_DEPTH || visit.visits > MAX_VISITS {
            return Err(bad(
                "its node tree is too deep or too large, or contains itself",
            ));
        }
        let node = self.item("nodes", index)?;
        let placement = parent.times(&local_placement(node));
        if let Some(mesh) = node.get("mesh").and_then(Value::as_u64) {
            let primitives = self
                .item("meshes", mesh as usize)?
                .get("primitives")
                .and_then(Value::as_array);
            for primitive in primitives.into_iter().flatten() {
                self.measure_primitive(primitive, &placement, visit)?;
            }
        }
        for child in indices(node.get("children")) {
            self.visit(child, &placement, depth + 1, visit)?;
        }
        Ok(())
    }

    fn measure_primitive(
        &self,
        primitive: &Value,
        placement: &Matrix,
        visit: &mut Visit,
    ) -> Result<(), CadError> {
        let position = primitive
            .get("attributes")
            .and_then(|attributes| attributes.get("POSITION"));
        let Some(position) = position.and_then(Value::as_u64) else {
            return Ok(());
        };
        let points = self.positions(position as usize)?;
        visit.points = visit.points.saturating_add(points.len() / 12);
        if visit.points > MAX_POINTS {
            return Err(bad(format!("it places more than {MAX_POINTS} corners")));
        }
        let corner_count = match primitive.get("indices").and_then(Value::as_u64) {
            Some(indices) => self
                .item("accessors", indices as usize)?
                .get("count")
                .and_then(Value::as_u64)
                .unwrap_or(0),
            None => points.len() as u64 / 12,
        };
        if primitive.get("mode").and_then(Value::as_u64).unwrap_or(4) == 4 {
            visit.triangles = visit.triangles.saturating_add(corner_count / 3);
        }
        for point in points.chunks_exact(12) {
            let value = |axis: usize| {
                f64::from(f32::from_le_bytes(
                    [0, 1, 2, 3].map(|byte| point[4 * axis + byte]),
                ))
            };
            let placed = placement.apply([value(0), value(1), value(2)]);
            for (axis, value) in placed.into_iter().enumerate() {
                visit.low[axis] = visit.low[axis].min(value);
                visit.high[axis] = visit.high[axis].max(value);
            }
        }
        Ok(())
    }

    /// Positions as packed floats.
    fn positions(&self, index: usize) -> Result<std::borrow::Cow<'a, [u8]>, CadError> {
        let accessor = self.item("accessors", index)?;
        let number = |value: &Value, name: &str, default| {
            value.get(name).and_then(Value::as_u64).unwrap_or(default) as usize
        };
        let is_vectors = number(accessor, "componentType", 0) == 5126
            && accessor.get("type").and_then(Value::as_str) == Some("VEC3");
        if !is_vectors || accessor.get("sparse").is_some() {
            return Err(bad(format!("accessors[{index}] holds no plain positions")));
        }
        let view = self.item(
            "bufferViews",
            number(accessor, "bufferView", u64::from(u32::MAX)),
        )?;
        let outside = || bad(format!("accessors[{index}] reaches beyond the file"));
        let start = number(view, "byteOffset", 0)
            .checked_add(number(accessor, "byteOffset", 0))
            .ok_or_else(outside)?;
        let stride = number(view, "byteStride", 12).max(12);
        let count = number(accessor, "count", 0);
        let length = count
            .checked_mul(stride)
            .ok_or_else(outside)?
            .saturating_sub(stride - 12);
        let end = start
            .checked_add(if count == 0 { 0 } else { length })
            .ok_or_else(outside)?;
        let bytes = self.binary.get(start..end).ok_or_else(outside)?;
        if stride == 12 {
            return Ok(bytes.into());
        }
        Ok(bytes
            .chunks(stride)
            .flat_map(|chunk| chunk[..12].to_vec())
            .collect::<Vec<u8>>()
            .into())
    }
}

struct Visit {
    low: [f64; 3],
    high: [f64; 3],
    visits: usize,
    points: usize,
    triangles: u64,
}

fn indices(list: Option<&Value>) -> Vec<usize> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items
        .filter_map(Value::as_u64)
        .map(|index| index as usize)
        .collect()
}

fn numbers<const N: usize>(value: &Value) -> Option<[f64; N]> {
    let list: Vec<f64> = value
        .as_array()?
        .iter()
        .map(Value::as_f64)
        .collect::<Option<_>>()?;
    list.try_into().ok()
}

fn local_placement(node: &Value) -> Matrix {
    if let Some(matrix) = node.get("matrix").and_then(numbers::<16>) {
        return Matrix(matrix);
    }
    let [x, y, z, w] = node
        .get("rotation")
        .and_then(numbers::<4>)
        .unwrap_or([0.0, 0.0, 0.0, 1.0]);
    let scale = node.get("scale").and_then(numbers::<3>).unwrap_or([1.0; 3]);
    let move_by = node
        .get("translation")
        .and_then(numbers::<3>)
        .unwrap_or([0.0; 3]);
    let columns = [
        [
            1.0 - 2.0 * (y * y + z * z),
            2.0 * (x * y + z * w),
            2.0 * (x * z - y * w),
        ],
        [
            2.0 * (x * y - z * w),
            1.0 - 2.0 * (x * x + z * z),
            2.0 * (y * z + x * w),
        ],
        [
            2.0 * (x * z + y * w),
            2.0 * (y * z - x * w),
            1.0 - 2.0 * (x * x + y * y),
        ],
        move_by,
    ];
    Matrix(std::array::from_fn(|index| {
        let (column, row) = (index / 4, index % 4);
        match (column, row) {
            (3, 3) => 1.0,
            (_, 3) => 0.0,
            (3, _) => columns[3][row],
            _ => columns[column][row] * scale[column],
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glb_write::tests::small_glb;

    #[test]
    fn damaged_files_never_panic() {
        let whole = small_glb();
        assert!(bbox_of_glb(&whole).unwrap().exact);
        for length in 0..whole.len() {
            assert!(bbox_of_glb(&whole[..length]).is_err() || length > 20);
        }
        let mut state = 7_u64;
        let mut below = |limit: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize % limit
        };
        for _round in 0..5_000 {
            let mut bytes = whole.clone();
            for _change in 0..1 + below(4) {
                let at = below(bytes.len());
                bytes[at] = if below(2) == 0 {
                    b'0' + below(10) as u8
                } else {
                    below(256) as u8
                };
            }
            if let Ok(facts) = glb_facts(&bytes) {
                assert!(facts.bbox.min_mm.iter().all(|value| value.is_finite()));
            }
        }
    }

    #[test]
    fn a_node_that_contains_itself_is_refused() {
        let text = String::from_utf8_lossy(&small_glb())
            .replace("\"children\":[2,3]", "\"children\":[1,3]");
        let text = text.replace("\"hartomat\"", "\"somebody\"");
        assert!(text.contains("[1,3]"));
        let json_end = text.find("BIN").unwrap() - 4;
        let json = text[20..json_end].trim_end();
        let mut bytes = b"glTF\x02\0\0\0\0\0\0\0".to_vec();
        bytes.extend_from_slice(&(json.len() as u32).to_le_bytes());
        bytes.extend_from_slice(b"JSON");
        bytes.extend_from_slice(json.as_bytes());
        assert!(matches!(bbox_of_glb(&bytes), Err(CadError::BadGlb { .. })));
    }
}

//! Reads STL, binary or text. Normals are left out: they follow from the corners.

use super::MOST_TRIANGLES;
use super::parts::{Model, PlacedPart, Triangle};
use crate::error::ReadError;

/// Header and triangle count of a binary STL.
const HEADER: usize = 84;

/// Bytes of a triangle in a binary STL.
const RECORD: usize = 50;

/// Whether these bytes are an STL: binary of the right length, or text that begins like one.
pub(crate) fn is_stl(bytes: &[u8]) -> bool {
    binary_count(bytes).is_some() || (bytes.starts_with(b"solid") && contains_facet(bytes))
}

fn contains_facet(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    head.windows(5).any(|window| window == b"facet") || head.windows(8).any(|w| w == b"endsolid")
}

/// The number of triangles, where the length fits a binary STL.
fn binary_count(bytes: &[u8]) -> Option<usize> {
    let count = u32::from_le_bytes(*bytes.get(80..)?.first_chunk()?) as usize;
    (bytes.len() == HEADER + count * RECORD).then_some(count)
}

/// Reads the triangles as a model of one part.
///
/// # Errors
/// [`ReadError`] where the file is neither, is damaged or too large.
pub(crate) fn read(bytes: &[u8]) -> Result<Model, ReadError> {
    let triangles = match binary_count(bytes) {
        Some(count) if count > MOST_TRIANGLES => {
            let (value, limit) = (count as u64, MOST_TRIANGLES as u64);
            return Err(ReadError::TooLarge {
                what: "the number of triangles",
                value,
                limit,
            });
        }
        Some(_) => read_binary(bytes)?,
        None if is_stl(bytes) => read_text(bytes)?,
        None => {
            let reason = "the length fits no binary STL, and it isn't text";
            return Err(ReadError::malformed("stl", reason));
        }
    };
    let part = PlacedPart {
        name: "stl".to_owned(),
        triangles,
        ..PlacedPart::default()
    };
    Ok(Model {
        parts: vec![part],
        exact_bbox: None,
    })
}

fn read_binary(bytes: &[u8]) -> Result<Vec<Triangle>, ReadError> {
    bytes[HEADER..]
        .chunks_exact(RECORD)
        .enumerate()
        .map(|(index, record)| {
            let value = |at: usize| {
                let four = [record[at], record[at + 1], record[at + 2], record[at + 3]];
                f32::from_le_bytes(four)
            };
            let triangle: Triangle = std::array::from_fn(|corner| {
                std::array::from_fn(|axis| value(12 + 12 * corner + 4 * axis))
            });
            finite(triangle, index)
        })
        .collect()
}

fn finite(triangle: Triangle, index: usize) -> Result<Triangle, ReadError> {
    if triangle.iter().flatten().all(|value| value.is_finite()) {
        return Ok(triangle);
    }
    Err(ReadError::malformed(
        "stl",
        format!("triangle {index} has a corner that is no number"),
    ))
}

fn read_text(bytes: &[u8]) -> Result<Vec<Triangle>, ReadError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|err| ReadError::malformed("stl", format!("the text isn't readable: {err}")))?;
    let mut corners = Vec::new();
    let mut triangles = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut words = line.split_ascii_whitespace();
        match words.next() {
            Some("vertex") => {
                let mut corner = [0.0; 3];
                for value in &mut corner {
                    let word = words.next().unwrap_or_default();
                    *value = word.parse().map_err(|_err| {
                        ReadError::malformed(
                            "stl",
                            format!("line {}: `{word}` is no number", index + 1),
                        )
                    })?;
                }
                corners.push(corner);
            }
            Some("endfacet") => {
                let Ok(triangle) = Triangle::try_from(std::mem::take(&mut corners)) else {
                    let reason = format!("line {}: a facet has other than 3 corners", index + 1);
                    return Err(ReadError::malformed("stl", reason));
                };
                triangles.push(finite(triangle, triangles.len())?);
            }
            _ => {}
        }
    }
    if corners.is_empty() {
        Ok(triangles)
    } else {
        Err(ReadError::malformed("stl", "it is cut off"))
    }
}

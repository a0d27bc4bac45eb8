//! Reads numbers out of a glTF's JSON and its binary chunk. Trusts no index and no length.

use serde_json::Value;

use crate::error::ReadError;

/// A GLB taken apart.
pub(crate) struct Container<'a> {
    pub(crate) json: Value,
    pub(crate) binary: &'a [u8],
}

pub(crate) fn bad(reason: impl ToString) -> ReadError {
    ReadError::malformed("glb", reason)
}

impl<'a> Container<'a> {
    /// Takes a GLB apart.
    ///
    /// # Errors
    /// [`ReadError`] where it is no GLB of version 2, is cut off, or needs an extension for its
    /// geometry.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let word = |at: usize| {
            let four = bytes.get(at..).and_then(|rest| rest.first_chunk());
            four.map(|four| u32::from_le_bytes(*four))
                .ok_or_else(|| bad("it is cut off"))
        };
        if !bytes.starts_with(b"glTF") {
            return Err(bad("it doesn't begin with `glTF`"));
        }
        if word(4)? != 2 {
            return Err(bad(format!("version {} isn't 2", word(4)?)));
        }
        let chunk = |at: usize| -> Result<&'a [u8], ReadError> {
            let length = word(at)? as usize;
            bytes
                .get(at + 8..at + 8 + length)
                .ok_or_else(|| bad("a chunk is cut off"))
        };
        let text = chunk(12)?;
        if bytes.get(16..20) != Some(b"JSON") {
            return Err(bad("the first chunk isn't JSON"));
        }
        let json: Value = serde_json::from_slice(text).map_err(bad)?;
        let next = 20 + text.len();
        let binary = if bytes.len() >= next + 8 {
            chunk(next)?
        } else {
            &[]
        };
        let container = Self { json, binary };
        container.refuse_compression()?;
        Ok(container)
    }

    fn refuse_compression(&self) -> Result<(), ReadError> {
        let required = self
            .json
            .get("extensionsRequired")
            .and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            let geometry = [
                "KHR_draco_mesh_compression",
                "EXT_meshopt_compression",
                "KHR_mesh_quantization",
            ];
            if geometry.contains(&name) {
                return Err(ReadError::Unsupported {
                    what: format!("a GLB that needs {name}"),
                });
            }
        }
        Ok(())
    }

    /// An entry of a top-level list.
    pub(crate) fn item(&self, list: &str, index: usize) -> Result<&Value, ReadError> {
        let found = self.json.get(list).and_then(|items| items.get(index));
        found.ok_or_else(|| bad(format!("{list}[{index}] doesn't exist")))
    }

    /// Three floats per element, such as positions.
    pub(crate) fn vectors(&self, accessor: usize) -> Result<Vec<[f32; 3]>, ReadError> {
        let view = self.accessor(accessor, "VEC3")?;
        if view.component != 5126 {
            return Err(bad(format!("accessors[{accessor}] doesn't hold floats")));
        }
        let vectors = view.elements(12).map(|bytes| -> [f32; 3] {
            std::array::from_fn(|axis| {
                let at = 4 * axis;
                f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
            })
        });
        let vectors: Vec<[f32; 3]> = vectors.collect();
        if vectors.iter().flatten().all(|value| value.is_finite()) {
            return Ok(vectors);
        }
        Err(bad(format!(
            "accessors[{accessor}] holds a value that is no number"
        )))
    }

    /// One index per element.
    pub(crate) fn indices(&self, accessor: usize) -> Result<Vec<u32>, ReadError> {
        let view = self.accessor(accessor, "SCALAR")?;
        let indices = match view.component {
            5121 => view.elements(1).map(|bytes| u32::from(bytes[0])).collect(),
            5123 => view
                .elements(2)
                .map(|b| u32::from(u16::from_le_bytes([b[0], b[1]])))
                .collect(),
            5125 => view
                .elements(4)
                .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect(),
            _ => return Err(bad(format!("accessors[{accessor}] doesn't hold indices"))),
        };
        Ok(indices)
    }

    /// How many elements an accessor says it has.
    pub(crate) fn count(&self, accessor: usize) -> Result<usize, ReadError> {
        Ok(unsigned(self.item("accessors", accessor)?, "count").unwrap_or(0))
    }

    fn accessor(&self, index: usize, kind: &str) -> Result<View<'a>, ReadError> {
        let accessor = self.item("accessors", index)?;
        if accessor.get("type").and_then(Value::as_str) != Some(kind) {
            return Err(bad(format!("accessors[{index}] isn't of type {kind}")));
        }
        if accessor.get("sparse").is_some() {
            return Err(ReadError::Unsupported {
                what: "a GLB with sparse accessors".to_owned(),
            });
        }
        let missing = || bad(format!("accessors[{index}] lacks data"));
        let component = unsigned(accessor, "componentType").ok_or_else(missing)?;
        let count = unsigned(accessor, "count").ok_or_else(missing)?;
        let view = unsigned(accessor, "bufferView").ok_or_else(missing)?;
        let view = self.item("bufferViews", view)?;
        if unsigned(view, "buffer").unwrap_or(0) != 0 {
            return Err(ReadError::Unsupported {
                what: "a GLB with outside buffers".to_owned(),
            });
        }
        let components = if kind == "VEC3" { 3 } else { 1 };
        let width = match component {
            5121 => 1,
            5123 => 2,
            _ => 4,
        } * components;
        let stride = unsigned(view, "byteStride").unwrap_or(width).max(width);
        let start = unsigned(view, "byteOffset").unwrap_or(0);
        let length = unsigned(view, "byteLength").ok_or_else(missing)?;
        let outside = || bad(format!("accessors[{index}] reaches outside its buffer"));
        let end = start.checked_add(length).ok_or_else(outside)?;
        let bytes = self.binary.get(start..end).ok_or_else(outside)?;
        let offset = unsigned(accessor, "byteOffset").unwrap_or(0);
        let bytes = bytes.get(offset..).ok_or_else(outside)?;
        let needed = match count.checked_sub(1) {
            None => Some(0),
            Some(last) => last
                .checked_mul(stride)
                .and_then(|size| size.checked_add(width)),
        };
        if needed.is_none_or(|needed| needed > bytes.len()) {
            return Err(outside());
        }
        Ok(View {
            bytes,
            stride,
            count,
            component,
        })
    }
}

/// The bytes of an accessor; long enough for all its elements.
struct View<'a> {
    bytes: &'a [u8],
    stride: usize,
    count: usize,
    component: usize,
}

impl View<'_> {
    fn elements(&self, width: usize) -> impl Iterator<Item = &[u8]> {
        (0..self.count).map(move |at| &self.bytes[at * self.stride..at * self.stride + width])
    }
}

/// A whole number of an object.
pub(crate) fn unsigned(value: &Value, key: &str) -> Option<usize> {
    value
        .get(key)
        .and_then(Value::as_u64)
        .and_then(|number| usize::try_from(number).ok())
}

/// A list of `N` numbers of an object.
pub(crate) fn numbers<const N: usize>(value: &Value, key: &str) -> Option<[f64; N]> {
    let list = value.get(key)?.as_array()?;
    let list: Vec<f64> = list.iter().filter_map(Value::as_f64).collect();
    list.try_into().ok()
}

/// A text of an object, or nothing.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

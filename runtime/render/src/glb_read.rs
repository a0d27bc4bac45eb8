//! Reads accessors of an untrusted GLB: every offset is checked before a byte is touched.

use glam::Vec3;
use gltf::accessor::{DataType, Dimensions};

use crate::RenderError;

/// Binary data of a GLB, and the place that errors name.
pub(crate) struct AccessorReader<'a> {
    /// The GLB's binary chunk.
    pub(crate) blob: &'a [u8],
    /// Such as "mesh 3 `Housing`, primitive 0".
    pub(crate) place: &'a str,
}

impl AccessorReader<'_> {
    fn error(&self, problem: impl Into<String>) -> RenderError {
        RenderError::Glb {
            place: self.place.to_owned(),
            problem: problem.into(),
        }
    }

    /// Bytes of the accessor's elements, each `element` bytes long.
    fn elements(
        &self,
        accessor: &gltf::Accessor<'_>,
        element: usize,
    ) -> Result<impl Iterator<Item = &[u8]>, RenderError> {
        let index = accessor.index();
        if accessor.sparse().is_some() {
            return Err(self.error(format!("accessor {index} is sparse, which isn't supported")));
        }
        let view = accessor
            .view()
            .ok_or_else(|| self.error(format!("accessor {index} has no buffer view")))?;
        if !matches!(view.buffer().source(), gltf::buffer::Source::Bin) {
            return Err(self.error("its data lies outside the glb, which isn't allowed"));
        }
        let stride = view.stride().unwrap_or(element);
        let range = || {
            let end = view.offset().checked_add(view.length())?;
            let bytes = self
                .blob
                .get(view.offset()..end)?
                .get(accessor.offset()..)?;
            let last = accessor
                .count()
                .checked_sub(1)?
                .checked_mul(stride)?
                .checked_add(element)?;
            (stride >= element && last <= bytes.len()).then(|| &bytes[..last])
        };
        let bytes = range().ok_or_else(|| {
            self.error(format!(
                "accessor {index} reaches beyond its buffer or is empty"
            ))
        })?;
        Ok(bytes.chunks(stride).map(move |chunk| &chunk[..element]))
    }

    /// Three-component floats, all finite and within ±`limit`.
    pub(crate) fn vectors(
        &self,
        accessor: &gltf::Accessor<'_>,
        what: &str,
        limit: f32,
    ) -> Result<Vec<Vec3>, RenderError> {
        if accessor.dimensions() != Dimensions::Vec3 || accessor.data_type() != DataType::F32 {
            return Err(self.error(format!("{what} must be three 32-bit floats each")));
        }
        let float = |bytes: &[u8], at: usize| {
            f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let mut vectors = Vec::with_capacity(accessor.count().min(self.blob.len() / 12 + 1));
        for (index, bytes) in self.elements(accessor, 12)?.enumerate() {
            let vector = Vec3::new(float(bytes, 0), float(bytes, 4), float(bytes, 8));
            // NaN compares false, so that it is refused as well.
            if vector.abs().max_element() <= limit && !vector.is_nan() {
                vectors.push(vector);
            } else {
                return Err(self.error(format!("{what} {index} is not a usable number: {vector}")));
            }
        }
        Ok(vectors)
    }

    /// Indices, all below `vertex_count`.
    pub(crate) fn indices(
        &self,
        accessor: &gltf::Accessor<'_>,
        vertex_count: usize,
    ) -> Result<Vec<u32>, RenderError> {
        let size = match (accessor.dimensions(), accessor.data_type()) {
            (Dimensions::Scalar, DataType::U8) => 1,
            (Dimensions::Scalar, DataType::U16) => 2,
            (Dimensions::Scalar, DataType::U32) => 4,
            _ => return Err(self.error("indices must be unsigned integers")),
        };
        let mut indices = Vec::with_capacity(accessor.count().min(self.blob.len() / size + 1));
        for bytes in self.elements(accessor, size)? {
            let index = bytes
                .iter()
                .rev()
                .fold(0_u32, |value, &byte| value << 8 | u32::from(byte));
            if index as usize >= vertex_count {
                return Err(self.error(format!(
                    "index {index} is out of range: there are {vertex_count} vertices"
                )));
            }
            indices.push(index);
        }
        Ok(indices)
    }
}

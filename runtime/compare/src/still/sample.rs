//! The sample types that pictures are compared in, and sRGB's curve.

/// A sample of a picture, 8-bit, 16-bit or floating point.
pub(crate) trait Sample: Copy + Default + PartialEq + Send + Sync + 'static {
    /// Full alpha.
    const OPAQUE: Self;
    /// Whether samples are scene light rather than sRGB.
    const LINEAR: bool;

    /// An 8-bit sample at this depth.
    fn from_u8(value: u8) -> Self;
    /// A 16-bit sample at this depth; only asked for by 16-bit and deeper pictures.
    fn from_u16(value: u16) -> Self;
    /// A float sample; only asked for by float pictures.
    fn from_f32(value: f32) -> Self;
    /// The sample in units of 1/255 of full scale.
    fn in_255(self) -> f32;
    /// The sample as an index of [`linear_table`]; none for floats.
    fn table_index(self) -> usize;
    /// Entries of [`linear_table`].
    const TABLE: usize;
    /// These samples as bytes, where they are 8-bit.
    fn as_bytes(_samples: &[Self]) -> Option<&[u8]> {
        None
    }
    /// These samples as bytes, where they are 8-bit.
    fn as_bytes_mut(_samples: &mut [Self]) -> Option<&mut [u8]> {
        None
    }
}

impl Sample for u8 {
    const OPAQUE: Self = 255;
    const LINEAR: bool = false;
    const TABLE: usize = 256;

    fn from_u8(value: u8) -> Self {
        value
    }

    fn from_u16(value: u16) -> Self {
        (value >> 8) as Self
    }

    fn from_f32(value: f32) -> Self {
        (value * 255.0) as Self
    }

    fn in_255(self) -> f32 {
        f32::from(self)
    }

    fn table_index(self) -> usize {
        usize::from(self)
    }

    fn as_bytes(samples: &[Self]) -> Option<&[u8]> {
        Some(samples)
    }

    fn as_bytes_mut(samples: &mut [Self]) -> Option<&mut [u8]> {
        Some(samples)
    }
}

impl Sample for u16 {
    const OPAQUE: Self = 65_535;
    const LINEAR: bool = false;
    const TABLE: usize = 65_536;

    fn from_u8(value: u8) -> Self {
        Self::from(value) * 257
    }

    fn from_u16(value: u16) -> Self {
        value
    }

    fn from_f32(value: f32) -> Self {
        (value * 65_535.0) as Self
    }

    fn in_255(self) -> f32 {
        f32::from(self) / 257.0
    }

    fn table_index(self) -> usize {
        usize::from(self)
    }
}

impl Sample for f32 {
    const OPAQUE: Self = 1.0;
    const LINEAR: bool = true;
    const TABLE: usize = 0;

    fn from_u8(value: u8) -> Self {
        Self::from(value) / 255.0
    }

    fn from_u16(value: u16) -> Self {
        Self::from(value) / 65_535.0
    }

    fn from_f32(value: f32) -> Self {
        value
    }

    fn in_255(self) -> f32 {
        self * 255.0
    }

    fn table_index(self) -> usize {
        0
    }
}

/// Linear light for each sample value, empty for floats.
pub(crate) fn linear_table<S: Sample>() -> Vec<f32> {
    let last = S::TABLE.saturating_sub(1).max(1) as f64;
    (0..S::TABLE)
        .map(|value| srgb_to_linear(value as f64 / last) as f32)
        .collect()
}

/// sRGB's curve, 0 to 1 (IEC 61966-2-1).
pub(crate) fn srgb_to_linear(value: f64) -> f64 {
    if value <= 0.04045 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// sRGB's curve the other way, 0 to 1.
pub(crate) fn linear_to_srgb(value: f64) -> f64 {
    if value <= 0.003_130_8 {
        value * 12.92
    } else {
        1.055 * value.powf(1.0 / 2.4) - 0.055
    }
}

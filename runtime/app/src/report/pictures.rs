//! Pictures of a report, small enough to travel within it.

use hartomat_render::{Fit, ImageFormat, TransformRequest, image_size, transform};

use super::markup::base64;

/// The longest edge of an embedded picture in pixels.
const LONGEST_PX: u32 = 1200;

/// Files of a run that are shown, and what people call them.
pub(super) const SHOWN: [(&str, &str); 3] = [
    ("control", "Legacy (control)"),
    ("candidate", "Graph (candidate)"),
    ("difference", "Difference"),
];

/// Pictures of two compared files: whole files, where the files are pictures.
#[derive(Debug, Clone, Default)]
pub struct ComparedPictures {
    /// The control.
    pub control: Option<Vec<u8>>,
    /// The candidate.
    pub candidate: Option<Vec<u8>>,
    /// Where they differ.
    pub difference: Option<Vec<u8>>,
}

impl ComparedPictures {
    pub(super) fn embedded(&self) -> Vec<Embedded> {
        let files = [
            ("Control", &self.control),
            ("Candidate", &self.candidate),
            ("Difference", &self.difference),
        ];
        let embedded = files.map(|(label, bytes)| embed(label, bytes.as_ref()?));
        embedded.into_iter().flatten().collect()
    }
}

/// A picture as it stands in a page.
pub(super) struct Embedded {
    pub(super) label: &'static str,
    /// Width and height of the file in pixels.
    pub(super) size_px: [u32; 2],
    /// Whether it is shown smaller than the file is.
    pub(super) is_reduced: bool,
    /// A `data:` address.
    pub(super) address: String,
}

/// A picture file as it goes into a page; none where it can't be read as one.
pub(super) fn embed(label: &'static str, bytes: &[u8]) -> Option<Embedded> {
    let size_px = image_size(bytes).ok()?;
    let longest = size_px[0].max(size_px[1]);
    let is_reduced = longest > LONGEST_PX;
    let reduced = size_px.map(|edge| {
        let edge = u64::from(edge) * u64::from(LONGEST_PX) / u64::from(longest.max(1));
        u32::try_from(edge.max(1)).unwrap_or(LONGEST_PX)
    });
    let request = TransformRequest {
        resize_px: is_reduced.then_some((reduced, Fit::Stretch)),
        ..TransformRequest::convert(ImageFormat::Png)
    };
    let is_small_png = !is_reduced && bytes.starts_with(b"\x89PNG");
    let shown = match is_small_png {
        true => base64(bytes),
        false => base64(&transform(bytes, &request).ok()?),
    };
    Some(Embedded {
        label,
        size_px,
        is_reduced,
        address: format!("data:image/png;base64,{shown}"),
    })
}

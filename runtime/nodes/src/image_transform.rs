//! `image_transform`: resize, crop, pad, convert, background.

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_render::{Anchor, EncodeOptions, Fit, TransformRequest, image_size, transform};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, NodeDefinition, PortName, Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{BOTH, Draft, mirrors, output, required};
use crate::failure::{bad_input, from_render, parse_settings};
use crate::media::{bytes_artifact, stem};
use crate::render_still::Format;

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Convert,
    Resize,
    Crop,
    Pad,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Fitting {
    Contain,
    Cover,
    Stretch,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// What is done to the picture.
    #[schemars(title = "Do", extend("x-labels" = {"convert": "Convert only", "resize": "Resize", "crop": "Crop around the middle", "pad": "Pad around"}, "x-group" = "Transform"))]
    mode: Mode,
    /// Width of the result.
    #[schemars(title = "Width", range(min = 1, max = 16384), extend("x-unit" = "px", "x-widget" = "resolution", "x-group" = "Transform", "x-visible-when" = {"mode": ["resize", "crop", "pad"]}))]
    width_px: u32,
    /// Height of the result.
    #[schemars(title = "Height", range(min = 1, max = 16384), extend("x-unit" = "px", "x-widget" = "resolution", "x-group" = "Transform", "x-visible-when" = {"mode": ["resize", "crop", "pad"]}))]
    height_px: u32,
    /// How a picture of another shape is fitted.
    #[schemars(title = "Fit", extend("x-labels" = {"contain": "Fit inside and pad", "cover": "Fill and crop", "stretch": "Stretch"}, "x-group" = "Transform", "x-visible-when" = {"mode": ["resize"]}))]
    fit: Fitting,
    /// Colour behind everything transparent, such as #ffffff; nothing keeps transparency.
    #[schemars(title = "Background", regex(pattern = "^#[0-9a-fA-F]{6}$"), extend("x-widget" = "color", "x-group" = "File"))]
    background: Option<String>,
    /// File format.
    #[schemars(title = "Format", extend("x-labels" = {"png": "PNG", "png16": "PNG, 16 bit", "jpeg": "JPEG", "webp": "WebP", "exr": "OpenEXR, linear light"}, "x-group" = "File"))]
    format: Format,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Convert,
            width_px: 1024,
            height_px: 1024,
            fit: Fitting::Contain,
            background: None,
            format: Format::Png,
        }
    }
}

impl Settings {
    fn request(&self, [width, height]: [u32; 2]) -> Result<TransformRequest, Failure> {
        let mut request = TransformRequest::convert(self.format.image_format());
        request.options = EncodeOptions::default();
        request.background = self.background.as_deref().map(linear_color).transpose()?;
        match self.mode {
            Mode::Convert => {}
            Mode::Resize => {
                let fit = match self.fit {
                    Fitting::Contain => Fit::Contain,
                    Fitting::Cover => Fit::Cover,
                    Fitting::Stretch => Fit::Stretch,
                };
                request.anchor = Anchor::Center;
                request.resize_px = Some(([self.width_px, self.height_px], fit));
            }
            Mode::Crop => {
                if self.width_px > width || self.height_px > height {
                    return Err(bad_input(
                        format!(
                            "can't crop {} × {} pixels out of {width} × {height}",
                            self.width_px, self.height_px
                        ),
                        "make the result smaller, or pad instead",
                    ));
                }
                let (left, top) = ((width - self.width_px) / 2, (height - self.height_px) / 2);
                request.crop_px = Some([left, top, self.width_px, self.height_px]);
            }
            Mode::Pad => {
                if self.width_px < width || self.height_px < height {
                    return Err(bad_input(
                        format!(
                            "can't pad {width} × {height} pixels to {} × {}",
                            self.width_px, self.height_px
                        ),
                        "make the result larger, or crop instead",
                    ));
                }
                let (wide, high) = (self.width_px - width, self.height_px - height);
                request.pad_px = [wide / 2, high / 2, wide - wide / 2, high - high / 2];
            }
        }
        Ok(request)
    }
}

/// `#rrggbb` in sRGB as linear light.
fn linear_color(text: &str) -> Result<[f32; 3], Failure> {
    let invalid = || bad_input(format!("`{text}` is no colour"), "write it as #rrggbb");
    let hex = text
        .strip_prefix('#')
        .filter(|hex| hex.len() == 6 && hex.is_ascii());
    let hex = hex.ok_or_else(invalid)?;
    let mut color = [0.0; 3];
    for (index, channel) in color.iter_mut().enumerate() {
        let byte =
            u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).map_err(|_err| invalid())?;
        let encoded = f32::from(byte) / 255.0;
        *channel = if encoded <= 0.040_45 {
            encoded / 12.92
        } else {
            ((encoded + 0.055) / 1.055).powf(2.4)
        };
    }
    Ok(color)
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "image_transform",
        label: "Transform picture",
        help: "Resizes, crops, pads or converts a picture, and puts a colour behind it.",
        category: Category::Render,
        families: BOTH,
        module: "image.transform",
        execution: ExecutionKind::Inline,
        purity: Purity::Pure,
        inputs: vec![required("image", &[ArtifactKind::IMAGE], "The picture.")],
        outputs: vec![output(
            "image",
            ArtifactKind::IMAGE,
            "The transformed picture.",
        )],
        context: &["cad_file"],
        tools: &["embedded_renderer"],
        legacy: mirrors(
            "image_transform",
            "Resizes with the shop's fixed sizes after rendering.",
        ),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct ImageTransform;

impl Executor for ImageTransform {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let bytes = context.read(context.input("image")?)?;
        let size = image_size(&bytes).map_err(|err| from_render(&err))?;
        let request = settings.request(size)?;
        let transformed = transform(&bytes, &request).map_err(|err| from_render(&err))?;
        let format = settings.format.image_format();
        let name = format!(
            "{}.{}",
            stem(&context.subject.cad_file().name),
            format.extension()
        );
        let artifact = bytes_artifact(ArtifactKind::IMAGE, name, format.media_type(), transformed);
        Ok(NodeOutputs::from([(PortName::literal("image"), artifact)]))
    }
}

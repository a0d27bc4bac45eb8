//! Frames to a video. Equal frames give equal bytes with the same ffmpeg: one thread, no clock, no names.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hartomat_process::{Feed, Input};
use hartomat_schema::VideoHeader;
use image::{DynamicImage, ImageReader, Limits};

use super::Ffmpeg;
use super::find::file_argument;
use super::run::{complaint, failed};
use crate::RenderError;
use crate::backend::RenderObserver;
use crate::encode::{srgb_decode, srgb_encode};

/// How a video is coded, and in what kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VideoCodec {
    /// H.264 in MP4, the index in front so that it plays while it loads.
    H264,
    /// VP9 in WebM.
    Vp9,
}

impl VideoCodec {
    /// The encoder's name in ffmpeg.
    pub(super) fn encoder(self) -> &'static str {
        match self {
            Self::H264 => "libx264",
            Self::Vp9 => "libvpx-vp9",
        }
    }

    /// The codec as files name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::H264 => "h264",
            Self::Vp9 => "vp9",
        }
    }

    /// File extension without the dot, which is also the name of the file format.
    pub fn extension(self) -> &'static str {
        match self {
            Self::H264 => "mp4",
            Self::Vp9 => "webm",
        }
    }

    /// Media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::H264 => "video/mp4",
            Self::Vp9 => "video/webm",
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::H264 => &["-preset", "medium", "-movflags", "+faststart", "-f", "mp4"],
            Self::Vp9 => &[
                "-b:v",
                "0",
                "-deadline",
                "good",
                "-cpu-used",
                "2",
                "-row-mt",
                "0",
                "-f",
                "webm",
            ],
        }
    }
}

/// A video to make.
#[derive(Debug, Clone, Copy)]
pub struct VideoRequest<'a> {
    /// PNG files in order, all of this size.
    pub frames: &'a [PathBuf],
    /// Width in pixels, even.
    pub width_px: u32,
    /// Height in pixels, even.
    pub height_px: u32,
    /// Frames per second.
    pub fps: u32,
    /// Codec and file format.
    pub codec: VideoCodec,
    /// Constant quality as the codec counts it: 0 best to 51 (H.264) or 63 (VP9) worst.
    pub crf: u8,
}

impl Ffmpeg {
    /// Makes a video of frames at `destination`. Transparent pixels are set before white.
    ///
    /// # Errors
    /// No ffmpeg or none with this encoder, odd sides, a frame that can't be read or has another size,
    /// an encoder that fails or writes something else than was asked for, [`RenderError::Cancelled`].
    pub fn encode(
        &self,
        request: &VideoRequest<'_>,
        destination: &Path,
        observer: &dyn RenderObserver,
    ) -> Result<VideoHeader, RenderError> {
        if let Some(blender) = self.encoder(request.codec)? {
            return Self::encode_by(blender, request, destination, observer);
        }
        let found = self.found()?;
        for (field, side) in [
            ("width_px", request.width_px),
            ("height_px", request.height_px),
        ] {
            check_even(field, side)?;
        }
        if !found.writes(request.codec) {
            return Err(RenderError::FfmpegMissing {
                reason: format!(
                    "`{}` was built without {}, which writes {}",
                    found.program.display(),
                    request.codec.encoder(),
                    request.codec.as_str()
                ),
            });
        }
        // Whatever lies there is older than this call.
        match std::fs::remove_file(destination) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => {
                return Err(failed(format!("gets no place to write to: {err}")));
            }
            _ => {}
        }
        let size = format!("{}x{}", request.width_px, request.height_px);
        let (fps, crf) = (request.fps.to_string(), request.crf.to_string());
        // A key frame every two seconds: players seek to them.
        let group = (2 * request.fps).to_string();
        let launch = self
            .launch(&found.program)
            .args(["-y", "-f", "rawvideo", "-pixel_format", "rgb24"])
            .args(["-video_size", size.as_str(), "-framerate", fps.as_str()])
            .args([
                "-i",
                "pipe:0",
                "-map_metadata",
                "-1",
                "-fflags",
                "+bitexact",
            ])
            .args(["-flags:v", "+bitexact", "-vf", TO_YUV])
            .args(["-colorspace", "bt709", "-color_primaries", "bt709"])
            .args(["-color_trc", "bt709", "-color_range", "tv", "-threads", "1"])
            .args(["-c:v", request.codec.encoder(), "-crf", crf.as_str()])
            .args(["-g", group.as_str()])
            .args(request.codec.arguments())
            .arg(file_argument(destination));
        let broken = Arc::new(Mutex::new(None));
        let feed = feed(request, broken.clone());
        let (_text, outcome) = self.call(&launch, Input::Feed(feed), observer)?;
        let broken = broken.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(problem) = broken {
            return Err(problem);
        }
        if !outcome.end.is_success() {
            let said = complaint(&outcome).map(|said| format!("; it said: {said}"));
            return Err(failed(format!(
                "{}{}",
                outcome.end,
                said.unwrap_or_default()
            )));
        }
        let header = self.probe(destination, observer)?;
        check(request, &header)?;
        Ok(header)
    }
}

/// From sRGB, full range, to what players expect, without dithering or shortcuts.
const TO_YUV: &str = "scale=flags=accurate_rnd+full_chroma_int+bitexact:\
    out_color_matrix=bt709:out_range=tv,format=yuv420p";

/// Chroma is stored at half the size.
pub(super) fn check_even(field: &str, side: u32) -> Result<(), RenderError> {
    if side.is_multiple_of(2) && side > 0 {
        return Ok(());
    }
    Err(RenderError::Setting {
        field: field.to_owned(),
        value: side.to_string(),
        expected: format!(
            "even, such as {} or {}",
            side.saturating_sub(1).max(2),
            side + 1
        ),
    })
}

/// Whether the file is what was asked for.
pub(super) fn check(request: &VideoRequest<'_>, header: &VideoHeader) -> Result<(), RenderError> {
    let frames = request.frames.len() as u64;
    let asked = [
        (
            "codec",
            request.codec.as_str().to_owned(),
            header.codec.clone(),
        ),
        (
            "width",
            request.width_px.to_string(),
            header.width_px.to_string(),
        ),
        (
            "height",
            request.height_px.to_string(),
            header.height_px.to_string(),
        ),
        (
            "number of frames",
            frames.to_string(),
            header.frames.to_string(),
        ),
        (
            "frame rate",
            f64::from(request.fps).to_string(),
            header.fps.to_string(),
        ),
    ];
    match asked.iter().find(|(_, asked, found)| asked != found) {
        None => Ok(()),
        Some((what, asked, found)) => Err(failed(format!(
            "said that it was done, and the {what} is {found} instead of {asked}"
        ))),
    }
}

/// Writes the frames' pixels to the encoder, one after the other.
fn feed(request: &VideoRequest<'_>, broken: Arc<Mutex<Option<RenderError>>>) -> Feed {
    let (files, size) = (
        request.frames.to_vec(),
        [request.width_px, request.height_px],
    );
    Box::new(move |pipe: &mut dyn Write| {
        for (file, number) in files.iter().zip(1..) {
            match read_frame(file, size, number) {
                Ok(pixels) => pipe.write_all(&pixels)?,
                Err(err) => {
                    let said = err.to_string();
                    *broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(err);
                    return Err(io::Error::other(said));
                }
            }
        }
        Ok(())
    })
}

/// RGB of a frame, before white.
pub(super) fn read_frame(file: &Path, size: [u32; 2], number: u32) -> Result<Vec<u8>, RenderError> {
    let picture = open_frame(file, size, number)?;
    if [picture.width(), picture.height()] != size {
        let problem = format!(
            "it has {} × {} pixels instead of {} × {}",
            picture.width(),
            picture.height(),
            size[0],
            size[1]
        );
        return Err(RenderError::Frame { number, problem });
    }
    Ok(before_white(&picture))
}

/// A frame of at most this size.
pub(super) fn open_frame(
    file: &Path,
    [width, height]: [u32; 2],
    number: u32,
) -> Result<DynamicImage, RenderError> {
    let broken = |problem: String| RenderError::Frame { number, problem };
    let mut reader = ImageReader::open(file)
        .and_then(ImageReader::with_guessed_format)
        .map_err(|err| broken(err.to_string()))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(width);
    limits.max_image_height = Some(height);
    reader.limits(limits);
    reader.decode().map_err(|err| broken(err.to_string()))
}

/// RGB with transparent pixels set before white in linear light.
pub(super) fn before_white(picture: &DynamicImage) -> Vec<u8> {
    if !picture.color().has_alpha() {
        return picture.to_rgb8().into_raw();
    }
    let over = |value: u8, alpha: f32| {
        let linear = srgb_decode(f32::from(value) / 255.0) * alpha + (1.0 - alpha);
        (srgb_encode(linear) * 255.0 + 0.5) as u8
    };
    let pixels = picture.to_rgba8();
    let flat = pixels.pixels().flat_map(|pixel| {
        let [red, green, blue, alpha] = pixel.0;
        match alpha {
            255 => [red, green, blue],
            alpha => [red, green, blue].map(|value| over(value, f32::from(alpha) / 255.0)),
        }
    });
    flat.collect()
}

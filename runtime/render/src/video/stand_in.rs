//! Where there is no ffmpeg, Blender's own encoder stands in for it: H.264 in MP4 and nothing else. Such videos
//! are checked by what they say of themselves, as nothing here decodes them.

use std::path::Path;

use hartomat_schema::VideoHeader;

use super::encode::{check, check_even, read_frame};
use super::run::failed;
use super::{Ffmpeg, VideoCodec, VideoRequest, mp4};
use crate::backend::RenderObserver;
use crate::{Blender, RenderError};

/// The largest file that is looked into.
const MAX_BYTES: u64 = 2 << 30;

impl Ffmpeg {
    /// Who encodes here: none for ffmpeg itself.
    ///
    /// # Errors
    /// [`RenderError::FfmpegMissing`] where nobody can.
    pub fn encoder(&self, codec: VideoCodec) -> Result<Option<&Blender>, RenderError> {
        let missing = match self.found() {
            Ok(_found) => return Ok(None),
            Err(missing) => missing,
        };
        let stand_in = self.stand_in().filter(|_| codec == VideoCodec::H264);
        stand_in.map(Some).ok_or(missing)
    }

    /// Blender, where it has to encode and can.
    pub(super) fn stand_in(&self) -> Option<&Blender> {
        let blender = self.config.stand_in.as_deref();
        blender.filter(|blender| self.found().is_err() && blender.found().is_ok())
    }

    pub(super) fn encode_by(
        blender: &Blender,
        request: &VideoRequest<'_>,
        destination: &Path,
        observer: &dyn RenderObserver,
    ) -> Result<VideoHeader, RenderError> {
        let size = [request.width_px, request.height_px];
        check_even("width_px", size[0])?;
        check_even("height_px", size[1])?;
        let frames = request.frames.iter().zip(1..).map(|(file, number)| {
            let pixels = read_frame(file, size, number)?;
            crate::encode::write_png(&pixels, size, true, false)
        });
        let video = blender.encode_video(request, frames, observer)?;
        let video = mp4::index_in_front(&video)?;
        let header = mp4::header(&video)?;
        check(request, &header)?;
        if header.pixel_format != "yuv420p" {
            let found = header.pixel_format;
            return Err(failed(format!(
                "is stood in for by Blender, whose pixels are {found} instead of yuv420p"
            )));
        }
        std::fs::write(destination, video)
            .map_err(|err| failed(format!("gets no place to write to: {err}")))?;
        Ok(header)
    }
}

/// What a file says that it is.
pub(super) fn header_of(file: &Path) -> Result<VideoHeader, RenderError> {
    let size = file.metadata().map_or(0, |it| it.len());
    let bytes = if size <= MAX_BYTES {
        std::fs::read(file).ok()
    } else {
        None
    };
    mp4::header(&bytes.unwrap_or_default())
}

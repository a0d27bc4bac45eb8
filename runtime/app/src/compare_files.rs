//! Compares two files by what they are.

use std::path::Path;

use hartomat_api::{ApiError, CompareRequest, ComparedFiles, ErrorKind, FileSource};
use hartomat_compare::{
    CompareOptions, DifferenceStyle, compare_files as compare_bytes, difference_picture,
    side_by_side,
};
use hartomat_schema::{Digest, Lane};

use crate::Studio;
use crate::error::unreadable;
use crate::videos::{VideoPair, is_video};

/// The largest file that is compared.
const MAX_FILE_BYTES: u64 = 2 << 30;

impl Studio {
    /// Reads both files, compares them, and draws the difference of pictures where it is wanted.
    pub(crate) fn compare_files(
        &self,
        request: &CompareRequest,
    ) -> Result<ComparedFiles, ApiError> {
        let options = CompareOptions {
            name: file_name(&request.candidate),
            lane: (!request.deterministic).then_some(Lane::StochasticRaw),
            ..CompareOptions::default()
        };
        let paths = [&request.control, &request.candidate].map(|it| self.source_path(it));
        let [control, candidate] = paths;
        let (control, candidate) = (control?, candidate?);
        if is_video(&control) && is_video(&candidate) {
            return self.compare_videos([&control, &candidate], request, options);
        }
        let (control, candidate) = (read(&control)?, read(&candidate)?);
        let comparison = compare_bytes(&control, &candidate, &options);
        let pictures = if request.with_pictures {
            pictures(&control, &candidate)
        } else {
            Pictures::default()
        };
        Ok(ComparedFiles {
            comparison,
            difference: pictures.difference,
            side_by_side: pictures.side_by_side,
        })
    }

    fn compare_videos(
        &self,
        files: [&Path; 2],
        request: &CompareRequest,
        options: CompareOptions,
    ) -> Result<ComparedFiles, ApiError> {
        let digest = |path: &Path| read(path).map(|bytes| Digest::of(&bytes));
        let videos = VideoPair {
            ffmpeg: &self.services.ffmpeg,
            files,
            digests: [digest(files[0])?, digest(files[1])?],
        };
        let options = CompareOptions {
            lane: Some(match request.deterministic {
                true => Lane::Deterministic,
                false => Lane::Lossy,
            }),
            ..options
        };
        let comparison = videos.compare(&options);
        let pictures = match request.with_pictures {
            true => videos.pictures(&comparison),
            false => Pictures::default(),
        };
        Ok(ComparedFiles {
            comparison,
            difference: pictures.difference,
            side_by_side: pictures.side_by_side,
        })
    }
}

/// What people look at when two pictures differ, as PNG; none where a side is no picture.
#[derive(Default)]
pub(crate) struct Pictures {
    pub(crate) difference: Option<Vec<u8>>,
    pub(crate) side_by_side: Option<Vec<u8>>,
}

/// Draws the difference of two pictures, and both beside each other.
pub(crate) fn pictures(control: &[u8], candidate: &[u8]) -> Pictures {
    let style = DifferenceStyle::default();
    Pictures {
        difference: difference_picture(control, candidate, &style).ok(),
        side_by_side: side_by_side(control, candidate, &style).ok(),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ApiError> {
    let size = std::fs::metadata(path)
        .map_err(|err| unreadable(path, &err))?
        .len();
    if size > MAX_FILE_BYTES {
        let message = format!(
            "`{}` is larger than {} MB",
            path.display(),
            MAX_FILE_BYTES >> 20
        );
        return Err(ApiError::new(ErrorKind::InvalidInput, message));
    }
    std::fs::read(path).map_err(|err| unreadable(path, &err))
}

fn file_name(source: &FileSource) -> String {
    match source {
        FileSource::Stored(file) => file.name.clone(),
        FileSource::Path(path) => {
            let name = Path::new(path).file_name();
            name.map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default()
        }
    }
}

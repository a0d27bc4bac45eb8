//! The boxes of an MP4 file (ISO/IEC 14496-12): what its one video says of itself, and its index in front.
//! Nothing is decoded here: this is for files that were just made on this machine.

use hartomat_schema::VideoHeader;

use super::probe::unreadable;
use crate::RenderError;

/// A box: its kind, where it begins and ends, and where its content begins.
#[derive(Debug, Clone, Copy)]
struct Box4 {
    kind: [u8; 4],
    start: usize,
    content: usize,
    end: usize,
}

/// Boxes of a stretch of a file, as far as they are whole.
fn boxes(file: &[u8], mut at: usize, end: usize) -> Vec<Box4> {
    let mut found = Vec::new();
    while let Some(short) = u32_at(file, at) {
        let (size, head) = match short {
            // As long as what is left, or with a longer size.
            0 => (Some(end - at), 8),
            1 => (u64_at(file, at + 8), 16),
            size => (Some(size as usize), 8),
        };
        let stop = size.and_then(|size| at.checked_add(size));
        let Some(stop) = stop.filter(|stop| *stop <= end && *stop >= at + head) else {
            break;
        };
        let mut kind = [0; 4];
        kind.copy_from_slice(&file[at + 4..at + 8]);
        found.push(Box4 {
            kind,
            start: at,
            content: at + head,
            end: stop,
        });
        at = stop;
        if at + 8 > end {
            break;
        }
    }
    found
}

fn bytes_at<const N: usize>(file: &[u8], at: usize) -> Option<[u8; N]> {
    file.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn u16_at(file: &[u8], at: usize) -> Option<u16> {
    bytes_at(file, at).map(u16::from_be_bytes)
}

fn u32_at(file: &[u8], at: usize) -> Option<u32> {
    bytes_at(file, at).map(u32::from_be_bytes)
}

fn u64_at(file: &[u8], at: usize) -> Option<usize> {
    usize::try_from(bytes_at(file, at).map(u64::from_be_bytes)?).ok()
}

/// A box within others, by the kinds on the way.
fn find(file: &[u8], within: (usize, usize), path: &[&[u8; 4]]) -> Option<Box4> {
    let (first, rest) = path.split_first()?;
    let mut found = boxes(file, within.0, within.1).into_iter();
    let found = found.find(|it| it.kind == **first)?;
    match rest {
        [] => Some(found),
        rest => find(file, (found.content, found.end), rest),
    }
}

/// The track of the video.
fn video_track(file: &[u8]) -> Option<Box4> {
    let moov = find(file, (0, file.len()), &[b"moov"])?;
    let mut tracks = boxes(file, moov.content, moov.end).into_iter();
    tracks.find(|track| {
        let within = (track.content, track.end);
        let handler = (track.kind == *b"trak")
            .then(|| find(file, within, &[b"mdia", b"hdlr"]))
            .flatten();
        handler.is_some_and(|it| bytes_at(file, it.content + 8) == Some(*b"vide"))
    })
}

/// What the file says that it is.
///
/// # Errors
/// [`RenderError::Video`] where it is no MP4 with one H.264 video of a fixed rate.
pub(super) fn header(file: &[u8]) -> Result<VideoHeader, RenderError> {
    read(file).ok_or_else(|| unreadable("it is no MP4 with a video in H.264"))
}

fn read(file: &[u8]) -> Option<VideoHeader> {
    let track = video_track(file)?;
    let within = (track.content, track.end);
    let table = |kind| find(file, within, &[b"mdia", b"minf", b"stbl", kind]);
    let clock = find(file, within, &[b"mdia", b"mdhd"])?;
    let is_long = file.get(clock.content) == Some(&1);
    let scale = u32_at(file, clock.content + if is_long { 20 } else { 12 })?;
    let times = table(b"stts")?;
    let (kinds, frames) = (u32_at(file, times.content + 4)?, table(b"stsz")?);
    let frames = u32_at(file, frames.content + 8)?;
    let ticks = u32_at(file, times.content + 12).filter(|ticks| *ticks > 0 && kinds == 1)?;
    let fps = f64::from(scale) / f64::from(ticks);
    let entry = table(b"stsd")?;
    let sample = boxes(file, entry.content + 8, entry.end)
        .into_iter()
        .next()?;
    if sample.kind != *b"avc1" {
        return None;
    }
    // What is particular to a codec comes after 78 bytes that are the same of all pictures.
    let parts = (sample.content + 78, sample.end);
    let set_up = find(file, parts, &[b"avcC"])?;
    let pixel_format = pixel_format(file.get(set_up.content..set_up.end)?)?;
    Some(VideoHeader {
        format: "mp4".to_owned(),
        codec: "h264".to_owned(),
        width_px: u16_at(file, sample.content + 24)?.into(),
        height_px: u16_at(file, sample.content + 26)?.into(),
        frames: frames.into(),
        fps,
        duration_secs: f64::from(frames) / fps,
        pixel_format: pixel_format.to_owned(),
        color: color(file, parts),
    })
}

/// As ffprobe names it: matrix and range.
fn color(file: &[u8], parts: (usize, usize)) -> String {
    let found = find(file, parts, &[b"colr"]).filter(|it| {
        let kind: Option<[u8; 4]> = bytes_at(file, it.content);
        matches!(&kind, Some(kind) if kind == b"nclx" || kind == b"nclc")
    });
    let matrix = found.and_then(|it| u16_at(file, it.content + 8));
    let range = found.and_then(|it| file.get(it.content + 10));
    let matrix = match matrix {
        Some(1) => "bt709",
        _ => "unknown",
    };
    let range = match range {
        Some(range) if range & 0x80 != 0 => "pc",
        _ => "tv",
    };
    format!("{matrix}, {range}")
}

/// By the first set of parameters (ITU-T H.264, 7.3.2.1.1): profiles from High on name their chroma, all
/// others have 4:2:0 at eight bits.
fn pixel_format(set_up: &[u8]) -> Option<&'static str> {
    let set = set_up.get(8..)?;
    let profile = *set.get(1)?;
    if ![100, 110, 122, 244, 44].contains(&profile) {
        return Some("yuv420p");
    }
    let mut bits = Bits {
        bytes: set.get(4..)?,
        at: 0,
    };
    let _id = bits.number()?;
    let chroma = bits.number()?;
    let _depth_of_chroma_four = (chroma == 3).then(|| bits.bit());
    let depth = 8 + bits.number()?;
    Some(match (chroma, depth) {
        (1, 8) => "yuv420p",
        (2, 8) => "yuv422p",
        (3, 8) => "yuv444p",
        _ => "unknown",
    })
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn bit(&mut self) -> Option<u32> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit.into())
    }

    /// An Exp-Golomb code.
    fn number(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.bit()? == 0 {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        let mut value: u32 = 1;
        for _ in 0..zeros {
            value = value << 1 | self.bit()?;
        }
        Some(value - 1)
    }
}

/// The same file with the index before the pictures, so that it plays while it loads.
///
/// # Errors
/// [`RenderError::Video`] where it is no whole MP4.
pub(super) fn index_in_front(file: &[u8]) -> Result<Vec<u8>, RenderError> {
    moved(file).ok_or_else(|| unreadable("it is no whole MP4"))
}

fn moved(file: &[u8]) -> Option<Vec<u8>> {
    let all = boxes(file, 0, file.len());
    let place = |kind: &[u8; 4]| all.iter().find(|it| it.kind == *kind).copied();
    let (first, index, pictures) = (place(b"ftyp")?, place(b"moov")?, place(b"mdat")?);
    if index.start < pictures.start {
        return Some(file.to_vec());
    }
    let mut moved = file[index.start..index.end].to_vec();
    let shift = i64::try_from(moved.len()).ok()?;
    shift_places(&mut moved, shift)?;
    let mut whole = file[..first.end].to_vec();
    whole.extend(moved);
    whole.extend(&file[first.end..index.start]);
    whole.extend(&file[index.end..]);
    Some(whole)
}

/// Where pictures lie is counted from the start of the file.
fn shift_places(index: &mut [u8], shift: i64) -> Option<()> {
    let inner = |index: &[u8], of: Box4| boxes(index, of.content, of.end);
    let whole = boxes(index, 0, index.len()).into_iter().next()?;
    let tracks = inner(index, whole).into_iter();
    for track in tracks.filter(|it| it.kind == *b"trak") {
        let within = (track.content, track.end);
        let table = find(index, within, &[b"mdia", b"minf", b"stbl"])?;
        for places in inner(index, table) {
            let width = match &places.kind {
                b"stco" => 4,
                b"co64" => 8,
                _ => continue,
            };
            let count = u32_at(index, places.content + 4)? as usize;
            for number in 0..count {
                let at = places.content + 8 + number * width;
                let place = index.get_mut(at..at + width)?;
                if width == 4 {
                    let from = u32::from_be_bytes((&*place).try_into().ok()?);
                    let to = u32::try_from(i64::from(from) + shift).ok()?;
                    place.copy_from_slice(&to.to_be_bytes());
                } else {
                    let from = u64::from_be_bytes((&*place).try_into().ok()?);
                    let to = from.checked_add_signed(shift)?;
                    place.copy_from_slice(&to.to_be_bytes());
                }
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::{Ffmpeg, FfmpegConfig, NoObserver, VideoCodec, VideoRequest};

    /// A video of five frames by ffmpeg.
    fn made(folder: &Path, ffmpeg: &Ffmpeg) -> PathBuf {
        let frames = (0..5_u8).map(|number| {
            let path = folder.join(format!("{number}.png"));
            let pixels = vec![40 * number; 64 * 48 * 3];
            let png = crate::encode::write_png(&pixels, [64, 48], true, false).unwrap();
            std::fs::write(&path, png).unwrap();
            path
        });
        let frames: Vec<PathBuf> = frames.collect();
        let request = VideoRequest {
            frames: &frames,
            width_px: 64,
            height_px: 48,
            fps: 5,
            codec: VideoCodec::H264,
            crf: 20,
        };
        let file = folder.join("made.mp4");
        ffmpeg.encode(&request, &file, &NoObserver).unwrap();
        file
    }

    /// The same file with its index at the end, as encoders write it at first.
    fn with_index_behind(file: &[u8]) -> Vec<u8> {
        let all = boxes(file, 0, file.len());
        let index = *all.iter().find(|it| it.kind == *b"moov").unwrap();
        let mut moov = file[index.start..index.end].to_vec();
        let shift = i64::try_from(moov.len()).unwrap();
        shift_places(&mut moov, -shift).unwrap();
        [&file[..index.start], &file[index.end..], &moov].concat()
    }

    #[test]
    fn a_file_says_of_itself_what_ffprobe_finds_and_its_index_comes_to_the_front() {
        let folder = tempfile::tempdir().unwrap();
        let ffmpeg = Ffmpeg::new(FfmpegConfig::default());
        let path = made(folder.path(), &ffmpeg);
        let file = std::fs::read(&path).unwrap();
        let found = ffmpeg.probe(&path, &NoObserver).unwrap();
        assert_eq!(header(&file).unwrap(), found);
        assert_eq!(index_in_front(&file).unwrap(), file, "it is there already");
        let behind = with_index_behind(&file);
        assert_ne!(behind, file);
        assert_eq!(index_in_front(&behind).unwrap(), file);
        for cut in (0..file.len()).step_by(7) {
            // Half a file is refused or says what it still can: it never panics.
            let _ = header(&file[..cut]);
            let _ = index_in_front(&file[..cut]);
        }
        assert!(header(b"no video at all").is_err());
    }
}

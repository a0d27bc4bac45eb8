//! What a file holds beside the one picture that is decoded: further frames of an animated WebP, further
//! parts and channels of an OpenEXR. Equal pictures say nothing of it.

use crate::error::ReadError;

/// Set in an OpenEXR's version where it has several parts.
const SEVERAL_PARTS: usize = 0x1000;

/// The channels that are decoded, of the first part that has a colour.
const DECODED: [&str; 4] = ["R", "G", "B", "A"];

/// Frames of a WebP; 1 for a still.
pub(super) fn webp_frames(bytes: &[u8]) -> u32 {
    // `RIFF`, a size and `WEBP` come first.
    let mut chunks = Reader(bytes.get(12..).unwrap_or_default());
    let mut frames = 0;
    while let Some(kind) = chunks.take(4) {
        frames += u32::from(kind == b"ANMF");
        let Some(size) = chunks.size() else { break };
        // Chunks begin at even bytes.
        if chunks.take(size.next_multiple_of(2)).is_none() {
            break;
        }
    }
    frames.max(1)
}

/// The channels of an OpenEXR that aren't decoded, with their parts, in order.
///
/// # Errors
/// [`ReadError::Malformed`] where the list of its parts is cut off.
pub(super) fn exr_channels(bytes: &[u8]) -> Result<Vec<String>, ReadError> {
    let parts = parts(bytes);
    let parts =
        parts.ok_or_else(|| ReadError::malformed("exr", "the list of its parts is cut off"))?;
    let is_picture = |part: &Part| {
        let mut colors = DECODED[..3].iter();
        colors.all(|color| part.channels.iter().any(|channel| channel == color))
    };
    let picture = parts.iter().position(is_picture);
    let mut beside = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        for channel in &part.channels {
            if Some(index) == picture && DECODED.contains(&channel.as_str()) {
                continue;
            }
            beside.push(match part.name.as_str() {
                "" => channel.clone(),
                name => format!("{name}.{channel}"),
            });
        }
    }
    beside.sort();
    Ok(beside)
}

/// A part of an OpenEXR.
#[derive(Default)]
struct Part {
    name: String,
    channels: Vec<String>,
}

/// The parts as the header lists them; none where it is cut off.
fn parts(bytes: &[u8]) -> Option<Vec<Part>> {
    let mut header = Reader(bytes.get(4..)?);
    let version = header.size()?;
    let mut parts = vec![part(&mut header)?];
    if version & SEVERAL_PARTS == 0 {
        return Some(parts);
    }
    // An empty header ends the list; every part has channels.
    loop {
        let part = part(&mut header)?;
        if part.channels.is_empty() {
            return Some(parts);
        }
        parts.push(part);
    }
}

/// Attributes up to an empty name: each a name, a type, a size and a value.
fn part(header: &mut Reader<'_>) -> Option<Part> {
    let mut part = Part::default();
    loop {
        let attribute = header.text()?;
        if attribute.is_empty() {
            return Some(part);
        }
        header.text()?;
        let size = header.size()?;
        let value = header.take(size)?;
        match attribute {
            b"name" => part.name = String::from_utf8_lossy(value).into_owned(),
            b"channels" => part.channels = channels(value)?,
            _ => {}
        }
    }
}

/// Names up to an empty one, each followed by how its samples are stored.
fn channels(value: &[u8]) -> Option<Vec<String>> {
    let mut list = Reader(value);
    let mut names = Vec::new();
    loop {
        let name = list.text()?;
        if name.is_empty() {
            return Some(names);
        }
        names.push(String::from_utf8_lossy(name).into_owned());
        list.take(16)?;
    }
}

/// The bytes that are left to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(count)?;
        self.0 = left;
        Some(taken)
    }

    /// Text up to a zero, which is taken too.
    fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.0.iter().position(|&byte| byte == 0)?;
        let text = self.take(length)?;
        self.take(1)?;
        Some(text)
    }

    /// Four bytes, the smallest first.
    fn size(&mut self) -> Option<usize> {
        let bytes = self.take(4)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header with parts of these names and channels.
    fn exr(parts: &[(&str, &[&str])]) -> Vec<u8> {
        let several = parts.len() > 1;
        let mut file: Vec<u8> = vec![
            0x76,
            0x2f,
            0x31,
            0x01,
            2,
            if several { 0x10 } else { 0 },
            0,
            0,
        ];
        for (name, channels) in parts {
            let mut list: Vec<u8> = Vec::new();
            for channel in *channels {
                list.extend(channel.as_bytes());
                list.extend([0; 17]);
            }
            list.push(0);
            let name = name.as_bytes();
            for (start, value) in [
                (&b"channels\0chlist\0"[..], &list[..]),
                (&b"name\0string\0"[..], name),
            ] {
                file.extend(start);
                file.extend((value.len() as u32).to_le_bytes());
                file.extend(value);
            }
            file.push(0);
        }
        file.extend(several.then_some(0));
        file
    }

    #[test]
    fn channels_beside_the_picture_are_named_with_their_part() {
        let plain = exr(&[("", &["A", "B", "G", "R"])]);
        assert!(exr_channels(&plain).unwrap().is_empty());
        let layers = exr(&[
            ("View", &["B", "G", "R", "Depth.Z"]),
            ("Shadow", &["B", "G", "R"]),
        ]);
        let expected = ["Shadow.B", "Shadow.G", "Shadow.R", "View.Depth.Z"];
        assert_eq!(exr_channels(&layers).unwrap(), expected);
        assert!(exr_channels(&layers[..layers.len() - 1]).is_err());
    }
}

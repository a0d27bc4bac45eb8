//! Whether a video file is whole, as far as its boxes tell: enough to refuse one that was cut short.

/// Width and height in pixels of a whole video; zeros where the format doesn't tell them cheaply.
pub(crate) fn video_size(bytes: &[u8], format: &str) -> Option<[u32; 2]> {
    match format {
        "mp4" => mp4_size(bytes),
        // Matroska tells sizes deep inside; the comparison decodes it anyway.
        _ => bytes
            .starts_with(&[0x1a, 0x45, 0xdf, 0xa3])
            .then_some([0, 0]),
    }
}

/// ISO 14496-12: boxes of a length and a kind; the sum of all must be the file.
fn mp4_size(bytes: &[u8]) -> Option<[u32; 2]> {
    let boxes = boxes(bytes)?;
    let find = |kind: &[u8; 4]| boxes.iter().find(|(found, _)| *found == *kind);
    find(b"ftyp")?;
    find(b"mdat")?;
    let (_, movie) = find(b"moov")?;
    let tracks = self::boxes(movie)?;
    let mut tracks = tracks.iter().filter(|(kind, _)| kind == b"trak");
    tracks.find_map(|(_, track)| {
        let inside = self::boxes(track)?;
        let (_, header) = inside.iter().find(|(kind, _)| kind == b"tkhd")?;
        // The last two numbers are width and height with 16 bits behind the point.
        let numbers = header.last_chunk::<8>()?;
        let [width, height] = [[0, 1], [4, 5]]
            .map(|at| u32::from(u16::from_be_bytes(at.map(|index: usize| numbers[index]))));
        (width > 0 && height > 0).then_some([width, height])
    })
}

type Kind = [u8; 4];

/// Kind and content of each box; none when they don't fill the bytes exactly.
fn boxes(mut bytes: &[u8]) -> Option<Vec<(Kind, &[u8])>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (kind, _) = rest.split_first_chunk::<4>()?;
        let (head, length) = match u32::from_be_bytes(*length) {
            0 => (8, bytes.len()),
            1 => {
                let long = bytes.get(8..16)?.first_chunk::<8>()?;
                (16, usize::try_from(u64::from_be_bytes(*long)).ok()?)
            }
            length => (8, usize::try_from(length).ok()?),
        };
        found.push((*kind, bytes.get(head..length)?));
        bytes = &bytes[length..];
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap();
        [&length.to_be_bytes()[..], kind, content].concat()
    }

    #[test]
    fn a_whole_video_tells_its_size_and_a_cut_one_nothing() {
        let header = [&[0; 76][..], &[0, 64, 0, 0, 0, 48, 0, 0]].concat();
        let movie = boxed(b"moov", &boxed(b"trak", &boxed(b"tkhd", &header)));
        let file = [boxed(b"ftyp", b"isom"), movie, boxed(b"mdat", &[0; 99])].concat();
        assert_eq!(video_size(&file, "mp4"), Some([64, 48]));
        for cut in 0..file.len() {
            assert_eq!(video_size(&file[..cut], "mp4"), None, "cut at {cut}");
        }
    }
}

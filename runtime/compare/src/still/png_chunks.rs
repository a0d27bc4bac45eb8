//! Walks the chunks of a PNG without decoding a pixel: header, payload hash, text entries.
//!
//! Checks each chunk's CRC, so that two equally damaged files never count as an equal pair.

use std::collections::BTreeMap;

use hartomat_schema::Blake3;

use crate::error::ReadError;

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

/// Text values longer than this are shown by their hash.
const LONGEST_TEXT: usize = 400;

/// More chunks than any sane file has.
const MOST_CHUNKS: usize = 1 << 20;

/// What the chunks of a PNG say.
#[derive(Debug, Clone, Default)]
pub(crate) struct PngChunks<'a> {
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) bit_depth: u8,
    pub(crate) color_type: u8,
    pub(crate) interlaced: bool,
    pub(crate) has_transparent_color: bool,
    /// Frames of an animated PNG as it says; 1 for a still.
    frames: u32,
    /// The compressed pixels, chunk by chunk.
    pub(crate) data: Vec<&'a [u8]>,
    /// Chunks that change what the samples mean, by type.
    pub(crate) color: BTreeMap<String, String>,
    /// Text entries and other chunks that don't.
    pub(crate) texts: BTreeMap<String, String>,
    pixel_chunks: Vec<(&'a [u8], &'a [u8])>,
}

impl PngChunks<'_> {
    /// Pictures that it holds: a still that stands for an animation counts beside its only frame.
    pub(crate) fn pictures(&self) -> u32 {
        let has_more = self.pixel_chunks.iter().any(|(kind, _)| *kind == b"fdAT");
        self.frames.max(1 + u32::from(has_more))
    }

    /// BLAKE3 over everything that decides the pixels: equal hashes prove equal pixels undecoded.
    pub(crate) fn payload(&self) -> Blake3 {
        let mut hasher = blake3::Hasher::new();
        for (kind, body) in &self.pixel_chunks {
            hasher.update(&(body.len() as u64).to_le_bytes());
            hasher.update(kind);
            hasher.update(body);
        }
        for body in &self.data {
            hasher.update(body);
        }
        Blake3::from_bytes(hasher.finalize().as_bytes())
    }
}

/// Whether two files have the same payload chunk by chunk, which needs no hash to see.
pub(crate) fn is_same_payload(a: &PngChunks<'_>, b: &PngChunks<'_>) -> bool {
    a.pixel_chunks == b.pixel_chunks && a.data == b.data
}

/// Whether these bytes begin like a PNG.
pub(crate) fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

/// Walks the chunks.
///
/// # Errors
/// [`ReadError::Malformed`] where the file is cut off, out of order or a CRC is wrong.
pub(crate) fn scan(bytes: &[u8]) -> Result<PngChunks<'_>, ReadError> {
    let mut chunks = PngChunks {
        frames: 1,
        ..PngChunks::default()
    };
    let mut at = SIGNATURE.len();
    for index in 0..MOST_CHUNKS {
        let (kind, body, next) = chunk_at(bytes, at)?;
        if (index == 0) != (kind == b"IHDR") {
            return Err(ReadError::malformed(
                "png",
                "the header isn't the first chunk",
            ));
        }
        at = next;
        match kind {
            b"IEND" if chunks.data.is_empty() => {
                return Err(ReadError::malformed("png", "there are no pixels"));
            }
            b"IEND" => return Ok(chunks),
            _ => take(&mut chunks, kind, body)?,
        }
    }
    Err(ReadError::malformed("png", "too many chunks"))
}

fn chunk_at(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8], usize), ReadError> {
    let cut = || ReadError::malformed("png", format!("cut off in the chunk at byte {at}"));
    let head = bytes.get(at..at + 8).ok_or_else(cut)?;
    let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
    let end = at + 8 + length;
    let body = bytes.get(at + 8..end).ok_or_else(cut)?;
    let crc = bytes.get(end..end + 4).ok_or_else(cut)?;
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&head[4..]);
    hasher.update(body);
    if hasher.finalize().to_be_bytes() != crc {
        let kind = String::from_utf8_lossy(&head[4..]).into_owned();
        let reason = format!("checksum of chunk {kind} at byte {at} is wrong");
        return Err(ReadError::malformed("png", reason));
    }
    Ok((&head[4..], body, end + 4))
}

fn take<'a>(chunks: &mut PngChunks<'a>, kind: &'a [u8], body: &'a [u8]) -> Result<(), ReadError> {
    match kind {
        b"IHDR" => {
            let &[
                w0,
                w1,
                w2,
                w3,
                h0,
                h1,
                h2,
                h3,
                depth,
                color,
                _,
                _,
                interlace,
            ] = body
            else {
                return Err(ReadError::malformed("png", "the header has a wrong length"));
            };
            chunks.width_px = u32::from_be_bytes([w0, w1, w2, w3]);
            chunks.height_px = u32::from_be_bytes([h0, h1, h2, h3]);
            chunks.bit_depth = depth;
            chunks.color_type = color;
            chunks.interlaced = interlace != 0;
            chunks.pixel_chunks.push((kind, body));
        }
        b"IDAT" => chunks.data.push(body),
        b"PLTE" => chunks.pixel_chunks.push((kind, body)),
        b"tRNS" => {
            chunks.has_transparent_color = true;
            chunks.pixel_chunks.push((kind, body));
        }
        b"gAMA" | b"cHRM" | b"sRGB" | b"iCCP" | b"cICP" | b"mDCV" | b"cLLI" => {
            chunks.color.insert(name_of(kind), short_hash(body));
            chunks.pixel_chunks.push((kind, body));
        }
        b"acTL" => {
            let frames = body
                .first_chunk()
                .map_or(0, |bytes| u32::from_be_bytes(*bytes));
            chunks.frames = frames;
            chunks.pixel_chunks.push((kind, body));
        }
        b"fcTL" | b"fdAT" => chunks.pixel_chunks.push((kind, body)),
        b"tEXt" | b"iTXt" | b"zTXt" => {
            let (key, value) = text_of(kind, body);
            add_text(&mut chunks.texts, key, &value);
        }
        _ => add_text(&mut chunks.texts, name_of(kind), &describe(kind, body)),
    }
    Ok(())
}

fn add_text(texts: &mut BTreeMap<String, String>, key: String, value: &str) {
    texts
        .entry(key)
        .and_modify(|old| {
            old.push('\n');
            old.push_str(value);
        })
        .or_insert_with(|| value.to_owned());
}

fn name_of(kind: &[u8]) -> String {
    String::from_utf8_lossy(kind).into_owned()
}

/// Key and value of a text chunk. What is compressed or long is shown by size and hash.
fn text_of(kind: &[u8], body: &[u8]) -> (String, String) {
    let split = body
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(body.len());
    let latin1 = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|&byte| char::from(byte))
            .collect::<String>()
    };
    let key = latin1(&body[..split]);
    let rest = body.get(split + 1..).unwrap_or_default();
    let value = match kind {
        b"tEXt" if rest.len() <= LONGEST_TEXT => latin1(rest),
        b"iTXt" => international_text(rest).unwrap_or_else(|| short_hash(rest)),
        _ => short_hash(rest),
    };
    (key, value)
}

fn international_text(rest: &[u8]) -> Option<String> {
    let (&[compressed, _], rest) = rest.split_first_chunk()?;
    let language_end = rest.iter().position(|&byte| byte == 0)?;
    let rest = &rest[language_end + 1..];
    let keyword_end = rest.iter().position(|&byte| byte == 0)?;
    let text = &rest[keyword_end + 1..];
    (compressed == 0 && text.len() <= LONGEST_TEXT)
        .then(|| String::from_utf8_lossy(text).into_owned())
}

fn describe(kind: &[u8], body: &[u8]) -> String {
    match (kind, body) {
        (b"pHYs", &[x0, x1, x2, x3, y0, y1, y2, y3, unit]) => {
            let x = u32::from_be_bytes([x0, x1, x2, x3]);
            let y = u32::from_be_bytes([y0, y1, y2, y3]);
            format!(
                "{x} × {y} per {}",
                if unit == 1 { "metre" } else { "unknown unit" }
            )
        }
        (b"tIME", &[y0, y1, month, day, hour, minute, second]) => {
            let year = u16::from_be_bytes([y0, y1]);
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        _ => short_hash(body),
    }
}

fn short_hash(bytes: &[u8]) -> String {
    format!(
        "{} bytes, blake3 {}",
        bytes.len(),
        &blake3::hash(bytes).to_hex()[..12]
    )
}

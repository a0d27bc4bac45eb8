//! Looks into a write-ahead log that a killed process left behind.
//!
//! SQLite replays such a log up to the first frame whose checksum is wrong and says nothing about the
//! rest. That is right for a last commit that was cut short, but commits *after* the wrong frame were
//! reported as durable: they are lost to damage, and somebody has to be told.
//! The format is described in section 4 of "Database File Format" (sqlite.org/fileformat2.html).

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// With the lowest bit set, checksums are taken over big-endian words.
const MAGIC: u32 = 0x377f_0682;

/// What is damaged, if anything is. `log` need not exist.
pub(super) fn damage(log: &Path) -> io::Result<Option<String>> {
    let file = match File::open(log) {
        Err(err) if err.kind() == ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let bytes = file.metadata()?.len();
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut header = [0; HEADER_BYTES];
    if !fill(&mut reader, &mut header)? {
        return Ok(None);
    }
    let Some(mut log) = Log::new(&header) else {
        let frames = bytes > (HEADER_BYTES + FRAME_HEADER_BYTES) as u64;
        return Ok(frames.then(|| "the header of the write-ahead log is damaged".to_owned()));
    };
    let mut frame = vec![0; FRAME_HEADER_BYTES + log.page_bytes];
    let (mut number, mut first_bad, mut commits_lost) = (0_u64, None, 0);
    while fill(&mut reader, &mut frame)? {
        number += 1;
        if first_bad.is_none() && !log.follows(&frame) {
            first_bad = Some(number);
        }
        if first_bad.is_some() && log.is_commit(&frame) {
            commits_lost += 1;
        }
    }
    // One commit after a wrong frame may be the one that was being written.
    Ok(first_bad.filter(|_| commits_lost > 1).map(|bad| {
        format!(
            "frame {bad} of {number} of the write-ahead log is damaged, {commits_lost} commits are lost"
        )
    }))
}

struct Log {
    big_endian: bool,
    page_bytes: usize,
    salt: [u8; 8],
    sum: (u32, u32),
}

impl Log {
    /// `None` when the header's own checksum is wrong.
    fn new(header: &[u8; HEADER_BYTES]) -> Option<Self> {
        let magic = word(header, 0);
        let page_bytes = word(header, 8) as usize;
        if magic & !1 != MAGIC
            || !page_bytes.is_power_of_two()
            || !(512..=65536).contains(&page_bytes)
        {
            return None;
        }
        let mut log = Self {
            big_endian: magic & 1 == 1,
            page_bytes,
            salt: header[16..24].try_into().expect("8 bytes"),
            sum: (0, 0),
        };
        log.add(&header[..24]);
        (log.sum == (word(header, 24), word(header, 28))).then_some(log)
    }

    /// Whether a frame's checksum continues that of the frames before it.
    fn follows(&mut self, frame: &[u8]) -> bool {
        self.add(&frame[..8]);
        self.add(&frame[FRAME_HEADER_BYTES..]);
        self.is_ours(frame) && self.sum == (word(frame, 16), word(frame, 20))
    }

    /// Whether a frame ends a transaction of this log, and not of an earlier use of the file.
    fn is_commit(&self, frame: &[u8]) -> bool {
        self.is_ours(frame) && word(frame, 4) != 0
    }

    fn is_ours(&self, frame: &[u8]) -> bool {
        frame[8..16] == self.salt
    }

    fn add(&mut self, bytes: &[u8]) {
        let (mut one, mut two) = self.sum;
        for pair in bytes.chunks_exact(8) {
            one = one.wrapping_add(self.number(pair, 0)).wrapping_add(two);
            two = two.wrapping_add(self.number(pair, 4)).wrapping_add(one);
        }
        self.sum = (one, two);
    }

    fn number(&self, bytes: &[u8], at: usize) -> u32 {
        let number = word(bytes, at);
        if self.big_endian {
            number
        } else {
            number.swap_bytes()
        }
    }
}

/// A big-endian number.
fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("4 bytes"))
}

/// Fills the buffer; `false` when less than that is left.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Err(err) if err.kind() == ErrorKind::UnexpectedEof => Ok(false),
        other => other.map(|()| true),
    }
}

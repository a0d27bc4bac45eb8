//! A video's frames, one after the other: ffmpeg decodes no faster than they are taken.

use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;

use hartomat_process::{Cancel, Input, Launch, Outcome, Output, ProcessError, run_with};
use hartomat_schema::VideoHeader;

use super::Ffmpeg;
use super::probe::{input_arguments, unreadable};
use super::run::{complaint, failed};
use crate::RenderError;
use crate::backend::RenderObserver;
use crate::watching::LOOK;

/// Pieces that wait to be taken.
const WAITING: usize = 1;

impl Ffmpeg {
    /// The frames of a video that was probed, as RGB rows from the top left. At most three are in memory.
    ///
    /// # Errors
    /// No ffmpeg, or a file that is no video. What goes wrong later is an item.
    pub fn frames<'a>(
        &self,
        file: &Path,
        header: &VideoHeader,
        observer: &'a dyn RenderObserver,
    ) -> Result<VideoFrames<'a>, RenderError> {
        self.read(file, header, None, observer)
    }

    /// One frame of a video that was probed as a PNG, by its number from 1.
    ///
    /// # Errors
    /// [`RenderError::Setting`] for a frame that it hasn't; as for [`Ffmpeg::frames`].
    pub fn frame(
        &self,
        file: &Path,
        header: &VideoHeader,
        number: u64,
        observer: &dyn RenderObserver,
    ) -> Result<Vec<u8>, RenderError> {
        let mut frames = self.frames_from(file, header, (number, 1), observer)?;
        Ok(frames.remove(0))
    }

    /// The same of so many frames that follow each other, fewer at the end of the video: decoded in one go.
    ///
    /// # Errors
    /// As for [`Ffmpeg::frame`].
    pub fn frames_from(
        &self,
        file: &Path,
        header: &VideoHeader,
        (number, count): (u64, u64),
        observer: &dyn RenderObserver,
    ) -> Result<Vec<Vec<u8>>, RenderError> {
        if number == 0 || number > header.frames {
            return Err(RenderError::Setting {
                field: "the frame".to_owned(),
                value: number.to_string(),
                expected: format!("1 to {}", header.frames),
            });
        }
        let last = header.frames.min(number.saturating_add(count.max(1) - 1));
        let chosen = number..=last;
        let mut frames = self.read(file, header, Some(&chosen), observer)?;
        let size = [header.width_px, header.height_px];
        let png = |number: u64| {
            let pixels = frames.next().transpose()?;
            let pixels =
                pixels.ok_or_else(|| unreadable(format!("frame {number} doesn't decode")))?;
            crate::encode::write_png(&pixels, size, true, false)
        };
        chosen.clone().map(png).collect()
    }

    fn read<'a>(
        &self,
        file: &Path,
        header: &VideoHeader,
        chosen: Option<&RangeInclusive<u64>>,
        observer: &'a dyn RenderObserver,
    ) -> Result<VideoFrames<'a>, RenderError> {
        let found = self.found()?;
        // Frames are numbered, so that none is doubled or left out for the sake of the clock.
        let choice = chosen.map(|chosen| {
            let (first, last) = (chosen.start() - 1, chosen.end() - 1);
            format!("select=between(n\\,{first}\\,{last}),")
        });
        let choice = choice.unwrap_or_default();
        let filter = format!("{choice}setpts=N/FRAME_RATE/TB,{TO_RGB}");
        let mut launch = self
            .launch(&found.program)
            .arg("-nostdin")
            .args(input_arguments(file)?)
            .args(["-map", "0:v:0", "-vf", filter.as_str()]);
        if let Some(chosen) = chosen {
            let count = (chosen.end() - chosen.start() + 1).to_string();
            launch = launch.args(["-frames:v", count.as_str()]);
        }
        let launch = launch.args(["-f", "rawvideo", "pipe:1"]);
        let frame_bytes = header.width_px as usize * header.height_px as usize * 3;
        bytes(&launch, frame_bytes, observer)
    }
}

/// From what players expect to sRGB, full range, without shortcuts.
const TO_RGB: &str = "scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp+bitexact:\
    in_color_matrix=bt709:in_range=tv,format=rgb24";

/// A call's standard output in pieces of this size; the last may be shorter.
pub(super) fn bytes<'a>(
    launch: &Launch,
    piece_bytes: usize,
    observer: &'a dyn RenderObserver,
) -> Result<VideoFrames<'a>, RenderError> {
    let (sender, pieces) = sync_channel(WAITING);
    let cancel = Cancel::new();
    let (launch, stop) = (launch.clone(), cancel.clone());
    let sink = Sink {
        piece: Vec::with_capacity(piece_bytes),
        piece_bytes,
        sender,
    };
    let call = move || {
        let output = Output::Bytes(Box::new(sink));
        run_with(&launch, Input::Empty, output, &stop, &mut |_line| {})
    };
    let thread = std::thread::Builder::new()
        .name("ffmpeg".to_owned())
        .spawn(call)
        .map_err(|err| failed(format!("gets no thread: {err}")))?;
    Ok(VideoFrames {
        pieces,
        cancel,
        thread: Some(thread),
        observer,
    })
}

/// Frames as they are decoded. Whoever drops it early ends ffmpeg.
pub struct VideoFrames<'a> {
    pieces: Receiver<Vec<u8>>,
    cancel: Cancel,
    thread: Option<JoinHandle<Result<Outcome, ProcessError>>>,
    observer: &'a dyn RenderObserver,
}

impl Iterator for VideoFrames<'_> {
    type Item = Result<Vec<u8>, RenderError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.thread.as_ref()?;
        loop {
            if self.observer.is_cancelled() {
                self.end();
                return Some(Err(RenderError::Cancelled));
            }
            match self.pieces.recv_timeout(LOOK) {
                Ok(piece) => return Some(Ok(piece)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let thread = self.thread.take()?;
        let problem = match thread.join() {
            Err(_panic) => Some(failed("was lost sight of".to_owned())),
            Ok(Err(err)) => Some(failed(format!("can't be run: {err}"))),
            Ok(Ok(outcome)) => match (complaint(&outcome), outcome.end.is_success()) {
                (Some(said), _) => Some(unreadable(said)),
                (None, false) => Some(failed(outcome.end.to_string())),
                (None, true) => None,
            },
        };
        problem.map(Err)
    }
}

impl VideoFrames<'_> {
    fn end(&mut self) {
        self.cancel.cancel();
        // A writer that waits for room is let go.
        while self.pieces.recv().is_ok() {}
        if let Some(thread) = self.thread.take() {
            // How it ended no longer matters.
            let _ended = thread.join();
        }
    }
}

impl Drop for VideoFrames<'_> {
    fn drop(&mut self) {
        if self.thread.is_some() {
            self.end();
        }
    }
}

/// Cuts a stream of bytes into pieces.
struct Sink {
    piece: Vec<u8>,
    piece_bytes: usize,
    sender: SyncSender<Vec<u8>>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.piece_bytes - self.piece.len();
        let taken = bytes.len().min(room);
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == self.piece_bytes {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let next = Vec::with_capacity(self.piece_bytes);
        let piece = std::mem::replace(&mut self.piece, next);
        let nobody = |_gone| io::Error::from(io::ErrorKind::BrokenPipe);
        self.sender.send(piece).map_err(nobody)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::{Duration, Instant};

    use super::*;

    /// Wants no more after it was asked a few times.
    struct Impatient(AtomicU32);

    impl RenderObserver for Impatient {
        fn progress(&self, _done: u64, _total: u64) {}

        fn is_cancelled(&self) -> bool {
            self.0.fetch_add(1, Ordering::SeqCst) > 2
        }
    }

    #[test]
    fn who_waits_for_a_frame_can_stop() {
        let observer = Impatient(AtomicU32::new(0));
        let begun = Instant::now();
        let launch = Launch::new("/bin/sleep").arg("60");
        let mut frames = bytes(&launch, 8, &observer).unwrap();
        assert!(matches!(frames.next(), Some(Err(RenderError::Cancelled))));
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}

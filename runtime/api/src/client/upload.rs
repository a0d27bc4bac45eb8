//! Sending a file: only when the server lacks it, in pieces, from where a lost link left off.

use std::fs::File;
use std::io::{self, ErrorKind as IoErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::{Duration, Instant};

use hartomat_schema::{Digest, StoredFile};
use sha2::{Digest as _, Sha256};

use super::answer::Failure;
use super::connection::HttpClient;
use super::retries::Retries;
use crate::http::{Operation, UploadQuery, UploadState};
use crate::{ApiError, ErrorKind, TransferProgress};

/// Sizes of pieces in bytes: the first, and the bounds between which they follow the link's speed.
/// What is in memory is one piece.
const FIRST_PIECE: u64 = 1 << 20;
const SMALLEST_PIECE: u64 = 128 << 10;
const LARGEST_PIECE: u64 = 8 << 20;
/// Quicker than this, and pieces grow; slower than that, and they shrink.
const QUICK: Duration = Duration::from_secs(1);
const SLOW: Duration = Duration::from_secs(10);

/// A file on its way.
struct Upload<'a> {
    client: &'a HttpClient,
    path: &'a Path,
    file: File,
    digest: Digest,
    total: u64,
    piece: u64,
    largest: u64,
    retries: Retries,
    /// Whether it was sent from its beginning once more, because what had arrived was something else.
    sent_anew: bool,
}

impl HttpClient {
    pub(super) fn upload(
        &self,
        path: &Path,
        progress: TransferProgress<'_>,
    ) -> Result<StoredFile, ApiError> {
        let mut file = File::open(path).map_err(|err| unreadable(path, &err))?;
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            let message = format!("`{}` is no file", path.display());
            return Err(ApiError::new(ErrorKind::InvalidInput, message));
        }
        let (digest, total) = hash(&mut file).map_err(|err| unreadable(path, &err))?;
        let mut upload = Upload {
            client: self,
            path,
            file,
            digest,
            total,
            piece: FIRST_PIECE,
            largest: LARGEST_PIECE,
            retries: Retries::within(self.options.retry_budget),
            sent_anew: false,
        };
        upload.send(progress)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(StoredFile::new(digest, total, &name))
    }
}

impl Upload<'_> {
    fn send(&mut self, progress: TransferProgress<'_>) -> Result<(), ApiError> {
        progress(0, self.total);
        let mut state = self.state()?;
        while !state.complete {
            progress(state.offset.min(self.total), self.total);
            state = match self.send_piece(state.offset) {
                Ok(next) if next.complete || next.offset > state.offset => {
                    self.retries.headway();
                    next
                }
                Ok(_) => self.go_on_after(Failure::Lost {
                    why: "the server took nothing of the file".to_owned(),
                    may_be_done: true,
                })?,
                Err(failure) => {
                    // A piece that took too long has still brought something.
                    self.piece = (self.piece / 2).max(SMALLEST_PIECE);
                    let next = self.go_on_after(failure)?;
                    if next.complete || next.offset > state.offset {
                        self.retries.headway();
                    }
                    next
                }
            };
        }
        progress(self.total, self.total);
        Ok(())
    }

    /// How much of it has arrived.
    fn state(&self) -> Result<UploadState, ApiError> {
        let digest = self.digest.to_string();
        let ask = || {
            self.client
                .ask(&self.client.call(Operation::UploadGet, &[&digest])?)
        };
        let state: UploadState = ask()?;
        if state.complete || state.offset <= self.total {
            return Ok(state);
        }
        // More than there is to send: it was something else.
        let forget = self.client.call(Operation::UploadRemove, &[&digest])?;
        self.client.exchange(&forget).answer?;
        ask()
    }

    fn send_piece(&mut self, offset: u64) -> Result<UploadState, Failure> {
        let piece = self.read_piece(offset).map_err(Failure::Refused)?;
        let query = UploadQuery {
            offset,
            total: self.total,
        };
        let began = Instant::now();
        let call = self
            .client
            .call(Operation::UploadPatch, &[&self.digest.to_string()]);
        let call = call.and_then(|call| call.query(&query));
        let call = call.and_then(|call| call.body(piece.into(), "application/octet-stream"));
        let answer = self.client.ask_once(&call.map_err(Failure::Refused)?)?;
        self.follow_speed(began.elapsed());
        answer.json(&self.client.address).map_err(Failure::Refused)
    }

    /// What stands at an offset, at most a piece of it; nothing at the end.
    fn read_piece(&mut self, offset: u64) -> Result<Vec<u8>, ApiError> {
        let length = self.piece.min(self.total - offset.min(self.total));
        let length = usize::try_from(length).expect("a piece fits the memory");
        let mut piece = vec![0; length];
        let read = self
            .file
            .seek(SeekFrom::Start(offset))
            .and_then(|_| self.file.read_exact(&mut piece));
        read.map_err(|err| match err.kind() {
            IoErrorKind::UnexpectedEof => changed(self.path),
            _ => unreadable(self.path, &err),
        })?;
        Ok(piece)
    }

    fn follow_speed(&mut self, took: Duration) {
        if took < QUICK {
            self.piece = (self.piece * 2).min(self.largest);
        } else if took > SLOW {
            self.piece = (self.piece / 2).max(SMALLEST_PIECE);
        }
    }

    /// Where to go on after a failure; the failure, where there is no going on.
    fn go_on_after(&mut self, failure: Failure) -> Result<UploadState, ApiError> {
        let kind = match &failure {
            Failure::Refused(err) => Some(err.kind),
            Failure::Lost { .. } | Failure::Later { .. } => None,
        };
        match kind {
            // Something on the way takes smaller pieces only.
            Some(ErrorKind::TooLarge) if self.largest > SMALLEST_PIECE => {
                self.largest = self.piece;
                return self.state();
            }
            // What arrived isn't what was announced.
            Some(ErrorKind::InvalidInput) if !self.sent_anew => {
                self.check_unchanged()?;
                self.sent_anew = true;
            }
            // It stands elsewhere, or the server still writes what a lost link had brought.
            None | Some(ErrorKind::Conflict) => {}
            Some(_) => return Err(self.client.give_up(failure)),
        }
        match self.retries.failed(failure.wait()) {
            Some(wait) => std::thread::sleep(wait),
            None => return Err(self.client.give_up(failure)),
        }
        self.state()
    }

    fn check_unchanged(&mut self) -> Result<(), ApiError> {
        let found = hash(&mut self.file).map_err(|err| unreadable(self.path, &err))?;
        if found == (self.digest, self.total) {
            Ok(())
        } else {
            Err(changed(self.path))
        }
    }
}

/// Digest and size of a file, read in small pieces.
fn hash(file: &mut File) -> io::Result<(Digest, u64)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    let mut total = 0;
    file.rewind()?;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((Digest::from_bytes(hasher.finalize().into()), total)),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                total += read as u64;
            }
            Err(err) if err.kind() == IoErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
}

fn changed(path: &Path) -> ApiError {
    let message = format!("`{}` changed while it was being sent", path.display());
    ApiError::new(ErrorKind::InvalidInput, message).hint("send it again once nothing writes to it")
}

fn unreadable(path: &Path, err: &io::Error) -> ApiError {
    let message = format!("can't read `{}`: {err}", path.display());
    ApiError::new(ErrorKind::InvalidInput, message).hint("check the path and its permissions")
}

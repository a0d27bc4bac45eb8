//! Fetching a file: resumed where a lost link left off, verified, whole or not at all.

use std::path::Path;

use hartomat_schema::{Digest, MediaAssetId};
use reqwest::header::{CONTENT_RANGE, HeaderMap, HeaderValue};
use reqwest::{Response, StatusCode};
use tokio::time::timeout;

use super::answer::{Answer, Failure, next_chunk};
use super::call::Call;
use super::connection::HttpClient;
use super::partial_file::PartialFile;
use super::retries::Retries;
use crate::http::{CONTENT_DIGEST, Operation};
use crate::{ApiError, ErrorKind, TransferProgress};

/// The largest file that is fetched.
const MAX_FILE_BYTES: u64 = 64 << 30;

/// A file on its way.
struct Download<'a> {
    client: &'a HttpClient,
    operation: Operation,
    id: &'a str,
    /// What its bytes must amount to; none until the server has said it.
    digest: Option<Digest>,
    partial: PartialFile<'a>,
    progress: TransferProgress<'a>,
}

impl HttpClient {
    pub(super) fn download_artifact(
        &self,
        digest: &Digest,
        destination: &Path,
        progress: TransferProgress<'_>,
    ) -> Result<(), ApiError> {
        let id = digest.to_string();
        let download = Download {
            client: self,
            operation: Operation::Artifact,
            id: &id,
            digest: Some(*digest),
            partial: PartialFile::create(destination)?,
            progress,
        };
        download.run()
    }

    pub(super) fn download_media_asset(
        &self,
        id: &MediaAssetId,
        destination: &Path,
    ) -> Result<(), ApiError> {
        let download = Download {
            client: self,
            operation: Operation::MediaAsset,
            id: id.as_str(),
            digest: None,
            partial: PartialFile::create(destination)?,
            progress: &|_, _| {},
        };
        download.run()
    }

    /// An artifact of at most so many bytes, verified.
    pub(super) fn artifact_bytes(&self, digest: &Digest, most: u64) -> Result<Vec<u8>, ApiError> {
        let call = self.call(Operation::Artifact, &[&digest.to_string()])?;
        let body = self.exchange(&call.limit(most)).answer?.body;
        if Digest::of(&body) == *digest {
            Ok(body)
        } else {
            Err(ApiError::new(
                ErrorKind::Internal,
                format!("what arrived is not {digest}"),
            ))
        }
    }
}

impl Download<'_> {
    fn run(mut self) -> Result<(), ApiError> {
        let mut retries = Retries::within(self.client.options.retry_budget);
        loop {
            let before = self.partial.length();
            let failure = match self.receive() {
                Ok(()) => break,
                Err(Failure::Refused(err)) => return Err(err),
                Err(failure) => failure,
            };
            if self.partial.length() > before {
                retries.headway();
            }
            match retries.failed(failure.wait()) {
                Some(wait) => std::thread::sleep(wait),
                None => return Err(self.client.give_up(failure)),
            }
        }
        let digest = self.digest.expect("an answer without a digest was refused");
        self.partial.finish(&digest)
    }

    /// One answer, from what is there to the end.
    fn receive(&mut self) -> Result<(), Failure> {
        let call = self.call().map_err(Failure::Refused)?;
        let longest = self.client.options.answer_timeout;
        let opened = self
            .client
            .background
            .wait(async { timeout(longest, call.open()).await });
        let mut response = opened.map_err(|_elapsed| lost("it took too long"))??;
        let total = self.begin(&response)?;
        if !response.status().is_success() {
            let refused = self.client.background.wait(Answer::read(response, 0));
            return Err(refused
                .err()
                .unwrap_or_else(|| lost("the server gave no answer")));
        }
        self.tell(total);
        let idle = self.client.options.idle_timeout;
        loop {
            let next = async { timeout(idle, next_chunk(&mut response)).await };
            let chunk = self.client.background.wait(next);
            let Some(chunk) = chunk.map_err(|_elapsed| lost("nothing was heard any more"))?? else {
                break;
            };
            self.partial.append(&chunk).map_err(Failure::Refused)?;
            if self.partial.length() > total.unwrap_or(MAX_FILE_BYTES) {
                let message = "the server sends more than it announced";
                return Err(Failure::Refused(ApiError::new(
                    ErrorKind::Internal,
                    message,
                )));
            }
            self.tell(total);
        }
        match total {
            Some(total) if self.partial.length() < total => Err(lost("the file ended early")),
            _ => Ok(()),
        }
    }

    fn call(&self) -> Result<Call, ApiError> {
        let call = self.client.call(self.operation, &[self.id])?.timeout(None);
        Ok(match self.partial.length() {
            0 => call,
            length => {
                let range = HeaderValue::try_from(format!("bytes={length}-"));
                call.header("range", range.expect("digits are visible ASCII"))
            }
        })
    }

    /// Looks at what an answer brings, and gives up what it doesn't go on from. The size of the whole
    /// file, if it is known.
    fn begin(&mut self, response: &Response) -> Result<Option<u64>, Failure> {
        let (status, headers) = (response.status(), response.headers());
        if status == StatusCode::RANGE_NOT_SATISFIABLE {
            self.partial.restart().map_err(Failure::Refused)?;
            return Err(lost("the file has become shorter"));
        }
        if !status.is_success() {
            return Ok(None);
        }
        let is_same = self.agree_on_digest(headers)?;
        let length = self.partial.length();
        if status != StatusCode::PARTIAL_CONTENT {
            if length > 0 {
                self.partial.restart().map_err(Failure::Refused)?;
            }
            return Ok(response.content_length());
        }
        match content_range(headers) {
            Some((start, total)) if start == length && is_same => Ok(total),
            _ => {
                self.partial.restart().map_err(Failure::Refused)?;
                Err(lost("the server sent another part than was asked for"))
            }
        }
    }

    /// Whether the server still means the same bytes.
    fn agree_on_digest(&mut self, headers: &HeaderMap) -> Result<bool, Failure> {
        let said = headers
            .get(CONTENT_DIGEST)
            .and_then(|value| value.to_str().ok());
        let said: Option<Digest> = said.and_then(|text| text.parse().ok());
        let refused = |message| {
            Err(Failure::Refused(ApiError::new(
                ErrorKind::Internal,
                message,
            )))
        };
        match (self.operation, self.digest, said) {
            (Operation::Artifact, Some(wanted), Some(said)) if wanted != said => refused(format!(
                "the server has {said} where {wanted} was asked for"
            )),
            (Operation::Artifact, _, _) => Ok(true),
            (_, _, None) => refused("the server doesn't say what the file's digest is".to_owned()),
            (_, earlier, Some(said)) => {
                self.digest = Some(said);
                Ok(earlier.is_none_or(|earlier| earlier == said))
            }
        }
    }

    fn tell(&self, total: Option<u64>) {
        let length = self.partial.length();
        (self.progress)(length, total.unwrap_or(length));
    }
}

/// First byte and size of the whole, of `bytes 5-9/10`.
fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let text = headers.get(CONTENT_RANGE)?.to_str().ok()?;
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.parse().ok()?, total.parse().ok()))
}

fn lost(why: &str) -> Failure {
    Failure::Lost {
        why: why.to_owned(),
        may_be_done: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_RANGE, text.parse().unwrap());
            content_range(&headers)
        };
        assert_eq!(read("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(read("bytes 5-9/*"), Some((5, None)));
        assert_eq!(read("bytes */10"), None);
        assert_eq!(read("pages 1-2/3"), None);
    }
}

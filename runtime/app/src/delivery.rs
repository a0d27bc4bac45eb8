//! Turns intents into media assets and notifications. Keys make "exactly once" a constraint.
//!
//! Only authoritative runs come here: a shadow run is never given the [`Publisher`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_process::make_folder;
use hartomat_schema::{
    Intent, MediaAsset, MediaAssetId, Message, Notification, NotificationId, RunId, digest_json,
};
use hartomat_store::{ArtifactStore, LegacyDb, StoreError};
use serde_json::json;

use crate::host::now;

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PublishError {
    /// The folder of published files can't be made.
    #[error("making the folder of published files: {0}")]
    Folder(#[from] std::io::Error),
    /// Two different outputs of the run have one name.
    #[error("two outputs of the run are named `{name}`; give their nodes different file names")]
    SameName {
        /// The name.
        name: String,
    },
    /// The file or its row can't be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The capability to publish and to notify.
pub(crate) struct Publisher<'a> {
    pub(crate) db: Arc<LegacyDb>,
    pub(crate) artifacts: Arc<ArtifactStore>,
    pub(crate) media: PathBuf,
    /// Makes the messages that go out with notifications.
    pub(crate) messages: &'a dyn Fn(&[Notification]) -> Vec<Message>,
}

impl Publisher<'_> {
    /// Carries the intents of a run out, all or nothing, once however often it is called.
    pub(crate) fn deliver(
        &self,
        run: &RunId,
        intents: &[Intent],
    ) -> Result<Vec<MediaAssetId>, PublishError> {
        let folder = self.media.join(run.as_str());
        make_folder(&folder)?;
        let mut names = BTreeMap::new();
        for intent in intents {
            if let Intent::Publish { name, digest, .. } = intent {
                if names
                    .insert(name, digest)
                    .is_some_and(|earlier| earlier != digest)
                {
                    return Err(PublishError::SameName { name: name.clone() });
                }
                self.artifacts.export(digest, folder.join(name))?;
            }
        }
        let (assets, notifications) = records_of(run, intents, &folder);
        let messages = (self.messages)(&notifications);
        let delivered = self.db.deliver(&assets, &notifications, &messages)?;
        Ok(delivered
            .media_assets
            .into_iter()
            .map(|(asset, _)| asset.id)
            .collect())
    }
}

/// The rows that these intents become; files lie in `folder`. The same run gives the same keys,
/// whichever side delivers, so that a fallback can't publish a second time.
pub(crate) fn records_of(
    run: &RunId,
    intents: &[Intent],
    folder: &Path,
) -> (Vec<MediaAsset>, Vec<Notification>) {
    let at = now();
    let mut assets = Vec::new();
    let mut notifications = Vec::new();
    for intent in intents {
        match intent {
            Intent::Publish {
                target,
                kind,
                name,
                digest,
                size_bytes,
            } => {
                let key = format!("{run}/{kind}/{}", assets.len());
                assets.push(MediaAsset {
                    id: MediaAssetId::new(id_of("asset", &key)).expect("ids made here are short"),
                    publishing_key: key,
                    target: target.clone(),
                    kind: kind.clone(),
                    name: name.clone(),
                    digest: *digest,
                    size_bytes: *size_bytes,
                    path: folder.join(name).to_string_lossy().into_owned(),
                    run: run.clone(),
                    at,
                });
            }
            Intent::Notify {
                channel,
                recipients,
                subject,
            } => {
                let key = format!("{run}/{channel}/{}", notifications.len());
                notifications.push(Notification {
                    id: NotificationId::new(id_of("note", &key)).expect("ids made here are short"),
                    notifying_key: key,
                    channel: channel.clone(),
                    recipients: recipients.clone(),
                    subject: subject.clone(),
                    media_assets: assets
                        .iter()
                        .map(|asset: &MediaAsset| asset.id.clone())
                        .collect(),
                    run: run.clone(),
                    at,
                });
            }
        }
    }
    (assets, notifications)
}

fn id_of(prefix: &str, key: &str) -> String {
    format!("{prefix}-{}", digest_json(&json!(key)).short())
}

//! Publishing and telling, each exactly once: the unique keys decide, not the caller's care.

use std::collections::BTreeMap;

use hartomat_schema::{MediaAsset, MediaAssetId, Message, Notification, RunId};
use rusqlite::{OptionalExtension, Transaction, params};

use super::LegacyDb;
use crate::StoreError;
use crate::body::{decode, encode, page};
use crate::database::Fault;

/// What a delivery came to. The flag says whether it is new, or was there from an earlier try.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Delivery {
    /// The media assets as they are stored, in the order handed in.
    pub media_assets: Vec<(MediaAsset, bool)>,
    /// The notifications as they are stored, in the order handed in.
    pub notifications: Vec<(Notification, bool)>,
}

/// Which media assets to list. The default is all of them, newest first, a page of 100.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MediaAssetFilter {
    /// On this order line or CAD file, as in `Subject::target`.
    pub target: Option<String>,
    /// Made by this run.
    pub run: Option<RunId>,
    /// Page size, 100 unless said, at most 1000.
    pub limit: Option<usize>,
}

/// Which notifications to list. The default is all of them, newest first, a page of 100.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NotificationFilter {
    /// Sent by this run.
    pub run: Option<RunId>,
    /// Page size, 100 unless said, at most 1000.
    pub limit: Option<usize>,
}

impl LegacyDb {
    /// Publishes all and tells all, or nothing. Doing it again after a crash adds nothing.
    ///
    /// Notifications that refer to an asset of this delivery refer to the asset as it is stored, also
    /// where an earlier try had published it under another id. Messages go out with the notification that
    /// they are of.
    pub fn deliver(
        &self,
        media_assets: &[MediaAsset],
        notifications: &[Notification],
        messages: &[Message],
    ) -> Result<Delivery, StoreError> {
        self.database.write("delivering", |tx| {
            let mut delivery = Delivery::default();
            let mut stored_ids = BTreeMap::new();
            for asset in media_assets {
                let (stored, newly) = publish(tx, asset)?;
                stored_ids.insert(asset.id.clone(), stored.id.clone());
                delivery.media_assets.push((stored, newly));
            }
            for notification in notifications {
                let mut notification = notification.clone();
                for id in &mut notification.media_assets {
                    if let Some(stored) = stored_ids.get(id) {
                        id.clone_from(stored);
                    }
                }
                let (told, newly) = tell(tx, &notification)?;
                let of_it = messages.iter();
                for message in of_it.filter(|it| newly && it.notification == told.id) {
                    let message = Message {
                        media_assets: told.media_assets.clone(),
                        ..message.clone()
                    };
                    super::messages::insert(tx, &message)?;
                }
                delivery.notifications.push((told, newly));
            }
            Ok(delivery)
        })
    }

    /// Publishes an artifact. The second time with one key gives the first asset back, and `false`.
    pub fn media_asset_publish(
        &self,
        asset: &MediaAsset,
    ) -> Result<(MediaAsset, bool), StoreError> {
        let doing = format!("publishing {}", asset.publishing_key);
        self.database.write(&doing, |tx| publish(tx, asset))
    }

    /// A media asset by id.
    pub fn media_asset_get(&self, id: &MediaAssetId) -> Result<Option<MediaAsset>, StoreError> {
        self.database.read("reading a media asset", |tx| {
            let sql = "SELECT body FROM media_asset WHERE id = ?1";
            let text: Option<String> = tx
                .prepare_cached(sql)?
                .query_row([id.as_str()], |row| row.get(0))
                .optional()?;
            Ok(text
                .map(|text| decode("a media asset", &text))
                .transpose()?)
        })
    }

    /// Media assets, newest first.
    pub fn media_asset_list(
        &self,
        filter: &MediaAssetFilter,
    ) -> Result<Vec<MediaAsset>, StoreError> {
        self.database.read("listing media assets", |tx| {
            let mut statement = tx.prepare_cached(
                "SELECT body FROM media_asset WHERE (?1 IS NULL OR target = ?1)
                 AND (?2 IS NULL OR run = ?2) ORDER BY ord DESC LIMIT ?3",
            )?;
            let run = filter.run.as_ref().map(RunId::as_str);
            let values = params![filter.target, run, page(filter.limit, 100, 1000)];
            let rows = statement.query_map(values, |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(decode("a media asset", &row?)?))
                .collect()
        })
    }

    /// Notifications, newest first.
    pub fn notification_list(
        &self,
        filter: &NotificationFilter,
    ) -> Result<Vec<Notification>, StoreError> {
        self.database.read("listing notifications", |tx| {
            let mut statement = tx.prepare_cached(
                "SELECT body FROM notification WHERE (?1 IS NULL OR run = ?1)
                 ORDER BY ord DESC LIMIT ?2",
            )?;
            let run = filter.run.as_ref().map(RunId::as_str);
            let values = params![run, page(filter.limit, 100, 1000)];
            let rows = statement.query_map(values, |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(decode("a notification", &row?)?))
                .collect()
        })
    }
}

fn publish(tx: &Transaction<'_>, asset: &MediaAsset) -> Result<(MediaAsset, bool), Fault> {
    let first: Option<String> = tx
        .prepare_cached("SELECT body FROM media_asset WHERE publishing_key = ?1")?
        .query_row([&asset.publishing_key], |row| row.get(0))
        .optional()?;
    if let Some(first) = first {
        return Ok((decode("a media asset", &first)?, false));
    }
    let body = encode("a media asset", asset)?;
    tx.prepare_cached(
        "INSERT INTO media_asset (id, publishing_key, target, run, body)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        asset.id.as_str(),
        asset.publishing_key,
        asset.target,
        asset.run.as_str(),
        body
    ])?;
    Ok((asset.clone(), true))
}

fn tell(tx: &Transaction<'_>, notification: &Notification) -> Result<(Notification, bool), Fault> {
    let first: Option<String> = tx
        .prepare_cached("SELECT body FROM notification WHERE notifying_key = ?1")?
        .query_row([&notification.notifying_key], |row| row.get(0))
        .optional()?;
    if let Some(first) = first {
        return Ok((decode("a notification", &first)?, false));
    }
    let body = encode("a notification", notification)?;
    tx.prepare_cached(
        "INSERT INTO notification (id, notifying_key, run, body) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        notification.id.as_str(),
        notification.notifying_key,
        notification.run.as_str(),
        body
    ])?;
    Ok((notification.clone(), true))
}

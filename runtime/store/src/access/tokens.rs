//! Tokens of a server's users. Only the digest of a token ever comes here, never the token.

use hartomat_schema::{Digest, Timestamp, TokenId, TokenRecord};
use rusqlite::{Row, params};

use super::AccessDb;
use crate::StoreError;
use crate::body::{decode, encode, parse};
use crate::database::Fault;

const COLUMNS: &str = "id, name, scopes, created_at, last_used_at, revoked_at";

impl AccessDb {
    /// Stores a new token's record with the token's digest.
    pub fn token_create(&self, record: &TokenRecord, hash: &Digest) -> Result<(), StoreError> {
        let doing = format!("token {}", record.id);
        let scopes = encode(&doing, &record.scopes)?;
        self.database.write(&doing, |tx| {
            let sql = "INSERT INTO api_token
                       (id, name, hash, scopes, created_at, last_used_at, revoked_at)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            tx.prepare_cached(sql)?.execute(params![
                record.id.as_str(),
                record.name,
                hash.to_string(),
                scopes,
                record.created_at.0,
                record.last_used_at.map(|at| at.0),
                record.revoked_at.map(|at| at.0),
            ])?;
            Ok(())
        })
    }

    /// The record of the token with this digest. It may have been revoked: the caller looks.
    pub fn token_by_hash(&self, hash: &Digest) -> Result<Option<TokenRecord>, StoreError> {
        self.database.read("reading a token", |tx| {
            let sql = format!("SELECT {COLUMNS} FROM api_token WHERE hash = ?1");
            let mut statement = tx.prepare_cached(&sql)?;
            let mut rows = statement.query([hash.to_string()])?;
            rows.next()?.map(token).transpose()
        })
    }

    /// Records of all tokens, revoked ones too, oldest first.
    pub fn token_list(&self) -> Result<Vec<TokenRecord>, StoreError> {
        self.database.read("listing tokens", |tx| {
            let sql = format!("SELECT {COLUMNS} FROM api_token ORDER BY created_at, id");
            let mut statement = tx.prepare_cached(&sql)?;
            let mut rows = statement.query([])?;
            let mut tokens = Vec::new();
            while let Some(row) = rows.next()? {
                tokens.push(token(row)?);
            }
            Ok(tokens)
        })
    }

    /// Revokes a token for good; whether it was there and in force until now.
    pub fn token_revoke(&self, id: &TokenId, at: Timestamp) -> Result<bool, StoreError> {
        self.database.write(&format!("revoking token {id}"), |tx| {
            let sql = "UPDATE api_token SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
            let rows = tx
                .prepare_cached(sql)?
                .execute(params![id.as_str(), at.0])?;
            Ok(rows > 0)
        })
    }

    /// Remembers when a token was last used. Earlier times and unknown tokens change nothing.
    pub fn token_used(&self, id: &TokenId, at: Timestamp) -> Result<(), StoreError> {
        self.database.write(&format!("using token {id}"), |tx| {
            let sql = "UPDATE api_token SET last_used_at = ?2
                       WHERE id = ?1 AND coalesce(last_used_at < ?2, TRUE)";
            tx.prepare_cached(sql)?
                .execute(params![id.as_str(), at.0])?;
            Ok(())
        })
    }
}

fn token(row: &Row<'_>) -> Result<TokenRecord, Fault> {
    Ok(TokenRecord {
        id: parse("a token", &row.get::<_, String>(0)?)?,
        name: row.get(1)?,
        scopes: decode("a token", &row.get::<_, String>(2)?)?,
        created_at: Timestamp(row.get(3)?),
        last_used_at: row.get::<_, Option<i64>>(4)?.map(Timestamp),
        revoked_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
    })
}

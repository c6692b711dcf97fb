//! Keys of the API: made, listed, taken back and recognised.
//!
//! A key reads `plenary_PREFIX_SECRET`, both hexadecimal. The prefix finds its row and lets people
//! recognise it; of the whole only the SHA-256 is stored. The secret is 256 random bits, so there is
//! nothing to guess from the hash, and a slow hash would protect nothing.

use crate::rows::code;
use crate::{Error, Result, Store};
use chrono::{DateTime, Utc};
use plenary_domain::Scope;
use plenary_domain::filter::NONE;
use plenary_domain::record::KeyRecord;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// What every key begins with, so that a scanner for leaked secrets can find it.
const BRAND: &str = "plenary_";
/// Random bytes of the prefix.
const PREFIX: usize = 6;
/// Random bytes of the secret.
const SECRET: usize = 32;
/// Most characters of a name.
const LONGEST_NAME: usize = 100;

/// A key that is to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Name, 1 to 100 characters without commas: changes made with the key are listed under it.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// From when on it is refused; `None`: never.
    pub expires_at: Option<DateTime<Utc>>,
}

struct KeyRow {
    name: String,
    prefix: String,
    scope: String,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
}

impl TryFrom<KeyRow> for KeyRecord {
    type Error = Error;

    fn try_from(row: KeyRow) -> Result<KeyRecord> {
        Ok(KeyRecord {
            scope: code("api_key", "scope", &row.name, &row.scope)?,
            name: row.name,
            prefix: row.prefix,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::Invalid(format!("this machine gives no random numbers: {error}"))
    })?;
    Ok(bytes)
}

fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// The prefix of what may be a key; `None` where it cannot be one, so that the database is not asked.
fn prefix(key: &str) -> Option<&str> {
    let (prefix, secret) = key.strip_prefix(BRAND)?.split_once('_')?;
    let is_hex = |text: &str, bytes: usize| {
        text.len() == 2 * bytes && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    (is_hex(prefix, PREFIX) && is_hex(secret, SECRET)).then(|| &key[..BRAND.len() + prefix.len()])
}

impl Store {
    /// Makes a key. The key itself is returned here and never again.
    ///
    /// [`Error::Refused`] where the name is taken (also by a revoked key), is `none`, or is none that a
    /// list could show.
    pub async fn create_key(&self, new: &NewKey) -> Result<(KeyRecord, String)> {
        let refused = |why: String| Error::Refused { field: "name", why };
        let name = new.name.as_str();
        let odd = |c: char| c.is_control() || c == ',';
        if name.trim() != name || name.is_empty() || name == NONE || name.contains(odd) {
            return Err(refused(format!(
                "`{name}` is no name for a key; use letters, digits and hyphens"
            )));
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(refused(format!("has more than {LONGEST_NAME} characters")));
        }
        let prefix = format!("{BRAND}{}", hex(&random::<PREFIX>()?));
        let key = format!("{prefix}_{}", hex(&random::<SECRET>()?));
        let hash = hash(&key);
        let row = sqlx::query_as!(
            KeyRow,
            "insert into api_key (key_id, name, prefix, hash, scope, expires_at)
            values ($1, $2, $3, $4, $5, $6) on conflict (name) do nothing
            returning name, prefix, scope, created_at, expires_at, revoked_at, last_used_at",
            Uuid::now_v7(),
            name,
            prefix,
            hash.as_slice(),
            new.scope.as_str(),
            new.expires_at
        )
        .fetch_optional(&self.write)
        .await?
        .ok_or_else(|| {
            refused(format!(
                "`{name}` is taken; a name is never given twice, so that it tells who made a change"
            ))
        })?;
        Ok((row.try_into()?, key))
    }

    /// Every key, also those that are refused by now, in the order in which they were made.
    pub async fn keys(&self) -> Result<Vec<KeyRecord>> {
        sqlx::query_as!(
            KeyRow,
            "select name, prefix, scope, created_at, expires_at, revoked_at, last_used_at
            from api_key order by created_at, key_id"
        )
        .fetch_all(&self.write)
        .await?
        .into_iter()
        .map(KeyRecord::try_from)
        .collect()
    }

    /// Takes a key back; from here on it is refused. `None` where there is no such key. One that was
    /// taken back before stays as it is.
    pub async fn revoke_key(&self, name: &str) -> Result<Option<KeyRecord>> {
        if name.contains('\0') {
            return Ok(None);
        }
        sqlx::query_as!(
            KeyRow,
            "update api_key set revoked_at = coalesce(revoked_at, now()) where name = $1
            returning name, prefix, scope, created_at, expires_at, revoked_at, last_used_at",
            name
        )
        .fetch_optional(&self.write)
        .await?
        .map(KeyRecord::try_from)
        .transpose()
    }

    /// The key that a client sent; `None` where there is none, it was taken back or has expired.
    ///
    /// Asks the database each time, so a key that is taken back is refused at once, by every server.
    /// That it was used is written at most once a minute.
    pub async fn recognise(&self, key: &str) -> Result<Option<KeyRecord>> {
        let Some(prefix) = prefix(key) else {
            return Ok(None);
        };
        let Some(row) = sqlx::query!(
            r#"select name, prefix, hash, scope, created_at, expires_at, revoked_at, last_used_at,
                coalesce(last_used_at < now() - interval '1 minute', true) as "is_news!"
            from api_key
            where prefix = $1 and revoked_at is null and (expires_at is null or expires_at > now())"#,
            prefix
        )
        .fetch_optional(&self.write)
        .await?
        else {
            return Ok(None);
        };
        if !bool::from(hash(key).as_slice().ct_eq(&row.hash)) {
            return Ok(None);
        }
        if row.is_news {
            let noted = sqlx::query!(
                "update api_key set last_used_at = now() where prefix = $1
                and (last_used_at is null or last_used_at < now() - interval '1 minute')",
                prefix
            )
            .execute(&self.write)
            .await;
            // Whoever only reads should not fail because this cannot be written.
            if let Err(error) = noted {
                tracing::warn!(prefix, "the use of a key could not be noted: {error}");
            }
        }
        let row = KeyRow {
            name: row.name,
            prefix: row.prefix,
            scope: row.scope,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
        };
        Ok(Some(row.try_into()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_reads_like_a_key_is_looked_for() {
        let good = format!("plenary_0123456789ab_{}", "0f".repeat(SECRET));
        assert_eq!(prefix(&good), Some("plenary_0123456789ab"));
        let long = format!("{good}0");
        for bad in [
            "",
            "plenary_",
            &good[1..],
            &good[..good.len() - 1],
            &long,
            &good.to_uppercase(),
            &good.replace("0f", "é"),
        ] {
            assert_eq!(prefix(bad), None, "{bad}");
        }
    }
}

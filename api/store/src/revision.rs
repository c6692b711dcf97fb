//! Revisions: the numbered changes of the record set.

use crate::rows::code;
use crate::{Error, Result, Store};
use chrono::{DateTime, Utc};
use plenary_domain::Change;
use plenary_domain::record::RevisionRecord;
use sqlx::PgConnection;
use uuid::Uuid;

struct RevisionRow {
    revision: i64,
    change: String,
    article_id: Option<Uuid>,
    made_by: String,
    made_at: DateTime<Utc>,
    reason: Option<String>,
}

impl Store {
    /// The number of the newest revision; 0 for an empty record set.
    pub async fn latest_revision(&self) -> Result<i64> {
        Ok(sqlx::query_scalar!("select revision from record_set")
            .fetch_one(&self.read)
            .await?)
    }

    /// One revision.
    pub async fn revision(&self, revision: i64) -> Result<Option<RevisionRecord>> {
        let row = sqlx::query_as!(
            RevisionRow,
            "select revision, change, article_id, made_by, made_at, reason from revision where revision = $1",
            revision
        )
        .fetch_optional(&self.read)
        .await?;
        row.map(|row| {
            Ok(RevisionRecord {
                revision: row.revision,
                change: code("revision", "change", row.revision, &row.change)?,
                article_id: row.article_id,
                made_by: row.made_by,
                made_at: row.made_at,
                reason: row.reason,
            })
        })
        .transpose()
    }

    /// The revision to answer from: the one asked for, if it exists, else the newest.
    pub(crate) async fn pinned(&self, asked: Option<i64>) -> Result<i64> {
        let latest = self.latest_revision().await?;
        match asked {
            Some(asked) if !(0..=latest).contains(&asked) => {
                Err(Error::UnknownRevision { asked, latest })
            }
            Some(asked) => Ok(asked),
            None => Ok(latest),
        }
    }
}

/// A change that is about to be made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Making<'a> {
    pub(crate) change: Change,
    /// The article that it is about; `None` where it is about names.
    pub(crate) article_id: Option<Uuid>,
    pub(crate) made_by: &'a str,
    pub(crate) reason: Option<&'a str>,
}

/// Takes the next number. From here to the commit no other change runs.
pub(crate) async fn next(connection: &mut PgConnection, making: Making<'_>) -> Result<i64> {
    let revision =
        sqlx::query_scalar!("update record_set set revision = revision + 1 returning revision")
            .fetch_one(&mut *connection)
            .await?;
    sqlx::query!(
        "insert into revision (revision, change, article_id, made_by, reason) values ($1, $2, $3, $4, $5)",
        revision,
        making.change.as_str(),
        making.article_id,
        making.made_by,
        making.reason
    )
    .execute(connection)
    .await?;
    Ok(revision)
}

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
    article_id: Uuid,
    made_by: String,
    made_at: DateTime<Utc>,
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
            "select revision, change, article_id, made_by, made_at from revision where revision = $1",
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

/// Takes the next number. From here to the commit no other change runs.
pub(crate) async fn next(
    connection: &mut PgConnection,
    change: Change,
    article_id: Uuid,
    made_by: &str,
) -> Result<i64> {
    let revision =
        sqlx::query_scalar!("update record_set set revision = revision + 1 returning revision")
            .fetch_one(&mut *connection)
            .await?;
    sqlx::query!(
        "insert into revision (revision, change, article_id, made_by) values ($1, $2, $3, $4)",
        revision,
        change.as_str(),
        article_id,
        made_by
    )
    .execute(connection)
    .await?;
    Ok(revision)
}

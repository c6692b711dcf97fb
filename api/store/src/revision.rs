//! Revisions: the numbered changes of the record set, and who made them.

use crate::cursor::{self, Cursor};
use crate::rows::code;
use crate::select::{Ids, codes, without_nul};
use crate::{Error, Result, Store};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use plenary_domain::Change;
use plenary_domain::filter::{AuditFilter, Page, Paging};
use plenary_domain::record::RevisionRecord;
use sqlx::PgConnection;
use uuid::Uuid;

const LIST: &str = "audit";

/// Who makes a change.
#[derive(Debug, Clone, Copy)]
pub struct Maker<'a> {
    /// Who, as the caller says, e.g. `ingest` or the name of an analyst.
    pub name: &'a str,
    /// Name of the key with which it is made.
    pub key: Option<&'a str>,
}

impl<'a> From<&'a str> for Maker<'a> {
    fn from(name: &'a str) -> Self {
        Maker { name, key: None }
    }
}

impl Maker<'_> {
    /// The same, if a record set can hold it.
    pub(crate) fn checked(self) -> Result<Self> {
        let unfit = |text: &str| text.is_empty() || text.contains('\0');
        if unfit(self.name) || self.key.is_some_and(unfit) {
            return Err(Error::Invalid(
                "a change needs the name of who makes it".to_owned(),
            ));
        }
        Ok(self)
    }
}

struct RevisionRow {
    revision: i64,
    change: String,
    article_id: Option<Uuid>,
    made_by: String,
    key_name: Option<String>,
    made_at: DateTime<Utc>,
    reason: Option<String>,
}

impl TryFrom<RevisionRow> for RevisionRecord {
    type Error = Error;

    fn try_from(row: RevisionRow) -> Result<RevisionRecord> {
        Ok(RevisionRecord {
            revision: row.revision,
            change: code("revision", "change", row.revision, &row.change)?,
            article_id: row.article_id,
            made_by: row.made_by,
            key: row.key_name,
            made_at: row.made_at,
            reason: row.reason,
        })
    }
}

struct CountRow {
    count: i64,
}

/// An [`AuditFilter`] as its conditions take it.
struct Chosen {
    newest: i64,
    changes: (Option<Vec<String>>, Option<Vec<String>>),
    keys: Ids<String>,
    from: Option<DateTime<Utc>>,
    before: Option<DateTime<Utc>>,
}

/// A checked query over the changes that a [`Chosen`] admits: what stands before, the condition, what
/// stands after. Parameters $1 to $9 are the choice's; further ones follow.
macro_rules! select_revisions {
    ($row:ty, $chosen:expr, { $($head:tt)+ }, { $($tail:tt)+ } $(, $extra:expr)* $(,)?) => {
        sqlx::query_as!(
            $row,
            $($head)+ + r#"
from revision where revision <= $1
and ($2::text[] is null or change = any($2)) and ($3::text[] is null or change <> all($3))
and ($4::text[] is null or key_name = any($4) or ($5 and key_name is null))
and ($6::text[] is null or key_name is null or key_name <> all($6))
and not ($7 and key_name is null)
and ($8::timestamptz is null or made_at >= $8) and ($9::timestamptz is null or made_at < $9)
"# + $($tail)+,
            $chosen.newest,
            $chosen.changes.0.as_deref() as Option<&[String]>,
            $chosen.changes.1.as_deref() as Option<&[String]>,
            $chosen.keys.any.as_deref() as Option<&[String]>,
            $chosen.keys.or_none,
            $chosen.keys.not.as_deref() as Option<&[String]>,
            $chosen.keys.not_none,
            $chosen.from,
            $chosen.before,
            $($extra),*
        )
    };
}

/// The first moment of a day.
fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
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
            "select revision, change, article_id, made_by, key_name, made_at, reason
            from revision where revision = $1",
            revision
        )
        .fetch_optional(&self.read)
        .await?;
        row.map(RevisionRecord::try_from).transpose()
    }

    /// The changes that the filter admits, in their order.
    pub async fn revisions(
        &self,
        filter: &AuditFilter,
        paging: &Paging,
    ) -> Result<Page<RevisionRecord>> {
        let cursor = Cursor::<i64>::of(LIST, paging)?;
        // All pages show the changes that were there when the first was asked for.
        let newest = match &cursor {
            Some(cursor) => cursor.revision,
            None => self.latest_revision().await?,
        };
        let chosen = Chosen {
            newest,
            changes: codes(&filter.changes, |change| change.as_str()),
            keys: Ids::of(&filter.keys, |name| vec![without_nul(name)]),
            from: filter.from.map(start_of),
            // A day too late for the calendar bounds nothing.
            before: filter
                .to
                .and_then(|day| day.checked_add_days(Days::new(1)))
                .map(start_of),
        };
        let items = select_revisions!(
            RevisionRow,
            chosen,
            { "select revision, change, article_id, made_by, key_name, made_at, reason" },
            { "and revision > $10 order by revision limit $11" },
            cursor.as_ref().map_or(0, |cursor| cursor.after),
            cursor::rows_to_fetch(paging)
        )
        .fetch_all(&self.read)
        .await?
        .into_iter()
        .map(RevisionRecord::try_from)
        .collect::<Result<Vec<_>>>()?;
        let total = match cursor {
            Some(cursor) => cursor.total,
            None => {
                select_revisions!(CountRow, chosen, { r#"select count(*) as "count!""# }, {
                    ""
                })
                .fetch_one(&self.read)
                .await?
                .count
            }
        };
        Ok(cursor::page(LIST, paging, newest, total, items, |record| {
            record.revision
        }))
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
    pub(crate) maker: Maker<'a>,
    pub(crate) reason: Option<&'a str>,
}

/// Takes the next number. From here to the commit no other change runs.
pub(crate) async fn next(connection: &mut PgConnection, making: Making<'_>) -> Result<i64> {
    let revision =
        sqlx::query_scalar!("update record_set set revision = revision + 1 returning revision")
            .fetch_one(&mut *connection)
            .await?;
    sqlx::query!(
        "insert into revision (revision, change, article_id, made_by, reason, key_name)
        values ($1, $2, $3, $4, $5, $6)",
        revision,
        making.change.as_str(),
        making.article_id,
        making.maker.name,
        making.reason,
        making.maker.key
    )
    .execute(connection)
    .await?;
    Ok(revision)
}

//! Rulings are read: as pages, one by its revision, and what names stood for by merges at a revision.

use crate::cursor::{self, Cursor};
use crate::pool::Pool;
use crate::resolve::ruling::Rulings;
use crate::rows::code;
use crate::select::{FoundRow, codes};
use crate::{Error, Result, Store};
use chrono::{DateTime, Utc};
use plenary_domain::filter::{Page, Paging, RulingFilter};
use plenary_domain::record::{Named, RulingRecord};
use uuid::Uuid;

const LIST: &str = "rulings";

struct RulingRow {
    revision: i64,
    kind: String,
    from_slug: Option<String>,
    from_name: Option<String>,
    into_slug: Option<String>,
    into_name: Option<String>,
    is_merge: bool,
    articles: Vec<Uuid>,
    positions: i64,
    made_by: String,
    key_name: Option<String>,
    made_at: DateTime<Utc>,
    reason: Option<String>,
    until_revision: Option<i64>,
}

impl TryFrom<RulingRow> for RulingRecord {
    type Error = Error;

    fn try_from(row: RulingRow) -> Result<RulingRecord> {
        // What a ruling names is never deleted.
        let named = |slug: Option<String>, name: Option<String>| Named {
            slug: slug.unwrap_or_default(),
            name: name.unwrap_or_default(),
        };
        Ok(RulingRecord {
            revision: row.revision,
            kind: code("ruling", "kind", row.revision, &row.kind)?,
            from: named(row.from_slug, row.from_name),
            into: named(row.into_slug, row.into_name),
            articles: (!row.is_merge).then_some(row.articles),
            positions: row.positions,
            made_by: row.made_by,
            key: row.key_name,
            made_at: row.made_at,
            reason: row.reason,
            until_revision: row.until_revision,
        })
    }
}

impl Store {
    /// Rulings in the order in which they were made, also those that hold no longer.
    pub async fn rulings(
        &self,
        filter: &RulingFilter,
        paging: &Paging,
    ) -> Result<Page<RulingRecord>> {
        let after = Cursor::<i64>::of(LIST, paging)?.map(|cursor| cursor.after);
        let (kinds, not_kinds) = codes(&filter.kinds, |kind| kind.as_str());
        let revisions: Vec<i64> = sqlx::query_scalar!(
            r#"select since_revision from ruling
            where ($1::text[] is null or kind = any($1)) and ($2::text[] is null or kind <> all($2))
            group by since_revision
            having $3::boolean is null or $3 = bool_or(until_revision is null)
            order by since_revision"#,
            kinds.as_deref() as Option<&[String]>,
            not_kinds.as_deref() as Option<&[String]>,
            filter.current
        )
        .fetch_all(&self.read)
        .await?;
        let total = i64::try_from(revisions.len()).unwrap_or(i64::MAX);
        let wanted: Vec<i64> = revisions
            .into_iter()
            .filter(|revision| after.is_none_or(|after| *revision > after))
            .take(paging.limit.max(1) as usize + 1)
            .collect();
        let items = select(&self.read, &wanted).await?;
        Ok(cursor::page(LIST, paging, 0, total, items, |ruling| {
            ruling.revision
        }))
    }

    /// Names that a filter gives, as what they stood for at a revision.
    pub(crate) async fn follow(
        &self,
        mut found: Vec<FoundRow>,
        revision: i64,
    ) -> Result<Vec<FoundRow>> {
        if found.is_empty() {
            return Ok(found);
        }
        let rows = sqlx::query!(
            "select from_id, into_id from ruling where content_hash is null
            and since_revision <= $1 and (until_revision is null or until_revision > $1)",
            revision
        )
        .fetch_all(&self.read)
        .await?;
        // Ids are unique over all kinds.
        let merges = Rulings::merging(rows.into_iter().map(|row| (row.from_id, row.into_id)));
        for row in &mut found {
            row.id = merges.merged(row.id);
        }
        Ok(found)
    }

    /// The ruling that a revision brought.
    pub async fn ruling(&self, revision: i64) -> Result<Option<RulingRecord>> {
        // Read where it was written: a replica may not have it yet.
        Ok(select(&self.write, &[revision]).await?.pop())
    }
}

/// The rulings that these revisions brought, in their order; a split of several articles is one.
async fn select(pool: &Pool, revisions: &[i64]) -> Result<Vec<RulingRecord>> {
    sqlx::query_as!(
        RulingRow,
        r#"select r.since_revision as "revision!", r.kind as "kind!",
            coalesce(fa.slug, fp.slug, fm.slug)::text as from_slug, coalesce(fa.name, fp.name, fm.name) as from_name,
            coalesce(ia.slug, ip.slug, im.slug)::text as into_slug, coalesce(ia.name, ip.name, im.name) as into_name,
            r.is_merge as "is_merge!",
            array(select c.article_id from article_content c where c.content_hash = any(r.contents)
                order by c.article_id) as "articles!",
            (select count(*) from party_position p where p.since_revision = r.since_revision) as "positions!",
            v.made_by, v.key_name, v.made_at, v.reason, r.until_revision
        from (
            select since_revision, kind, from_id, into_id, bool_and(content_hash is null) as is_merge,
                array_agg(content_hash) as contents,
                case when bool_and(until_revision is not null) then max(until_revision) end as until_revision
            from ruling where since_revision = any($1)
            group by since_revision, kind, from_id, into_id
        ) r
        join revision v on v.revision = r.since_revision
        left join actor fa on r.kind = 'actor' and fa.actor_id = r.from_id
        left join actor ia on r.kind = 'actor' and ia.actor_id = r.into_id
        left join party fp on r.kind = 'party' and fp.party_id = r.from_id
        left join party ip on r.kind = 'party' and ip.party_id = r.into_id
        left join meeting fm on r.kind = 'meeting' and fm.meeting_id = r.from_id
        left join meeting im on r.kind = 'meeting' and im.meeting_id = r.into_id
        order by r.since_revision"#,
        revisions
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(RulingRecord::try_from)
    .collect()
}

//! Articles are read back: as pages, as a stream, and one with its text.
//!
//! All of them select through one condition, so that a list, its count and its export agree.

use crate::cursor::{self, Cursor};
use crate::select::{Ids, ids, texts, without_nul};
use crate::{Error, Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::Stream;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use plenary_domain::filter::{ArticleFilter, Page, Paging};
use plenary_domain::record::{ArticleRecord, ArticleSummary, MeetingRef};
use uuid::Uuid;

/// Articles that an export reads at once.
const CHUNK: u32 = 500;
const LIST: &str = "articles";

struct SummaryRow {
    article_id: Uuid,
    title: Option<String>,
    outlet: Option<String>,
    published: Option<NaiveDate>,
    url: Option<String>,
    language: Option<String>,
    content_hash: Vec<u8>,
    group_id: Uuid,
    group_size: i64,
    stored_at: DateTime<Utc>,
    parser_version: String,
    length: i32,
    statements: i64,
    positions: i64,
    notes: Vec<String>,
}

impl From<SummaryRow> for ArticleSummary {
    fn from(row: SummaryRow) -> ArticleSummary {
        ArticleSummary {
            article_id: row.article_id,
            title: row.title,
            outlet: row.outlet,
            published: row.published,
            url: row.url,
            language: row.language,
            content_hash: row
                .content_hash
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect(),
            group_id: row.group_id,
            group_size: row.group_size,
            stored_at: row.stored_at,
            parser_version: row.parser_version,
            length: row.length,
            statements: row.statements,
            positions: row.positions,
            notes: row.notes,
        }
    }
}

struct CountRow {
    count: i64,
}

/// An [`ArticleFilter`] as its conditions take it.
struct Chosen {
    revision: i64,
    outlets: Ids<String>,
    meetings: Ids<Uuid>,
    parties: Ids<Uuid>,
    groups: (Option<Vec<Uuid>>, Option<Vec<Uuid>>),
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    q: Option<String>,
}

impl Store {
    /// Looks the slugs of a filter up as of a revision.
    async fn chosen(&self, filter: &ArticleFilter, revision: i64) -> Result<Chosen> {
        let slugs = texts([&filter.meetings, &filter.parties]);
        let found = self.named(&slugs, revision).await?;
        let groups = |values: &[Uuid]| (!values.is_empty()).then(|| values.to_vec());
        Ok(Chosen {
            revision,
            outlets: Ids::of(&filter.outlets, |outlet| {
                vec![without_nul(outlet).to_lowercase()]
            }),
            meetings: Ids::of(&filter.meetings, |slug| ids(&found, "meeting", slug)),
            parties: Ids::of(&filter.parties, |slug| ids(&found, "party", slug)),
            groups: (groups(&filter.groups.any), groups(&filter.groups.none)),
            from: filter.from,
            to: filter.to,
            q: filter.q.as_deref().map(without_nul),
        })
    }
}

/// A checked query over the articles of a [`Chosen`]: what stands before, the condition, what stands
/// after. Parameters $1 to $18 are the choice's; further ones follow. Inside, `a` is the article.
macro_rules! select_articles {
    ($row:ty, $chosen:expr, { $($head:tt)+ }, { $($tail:tt)+ } $(, $extra:expr)* $(,)?) => {
        sqlx::query_as!(
            $row,
            $($head)+ + r#"
from article a
where a.since_revision <= $1 and (a.until_revision is null or a.until_revision > $1)
and ($2::text[] is null or a.outlet_key = any($2) or ($3 and a.outlet is null))
and ($4::text[] is null or a.outlet is null or a.outlet_key <> all($4))
and not ($5 and a.outlet is null)
and ($6::uuid[] is null
    or exists (select from article_meeting am
        where am.article_id = a.article_id and am.meeting_id = any($6)
        and am.since_revision <= $1 and (am.until_revision is null or am.until_revision > $1))
    or ($7 and not exists (select from article_meeting am where am.article_id = a.article_id)))
and not exists (select from article_meeting am
    where am.article_id = a.article_id and am.meeting_id = any($8)
    and am.since_revision <= $1 and (am.until_revision is null or am.until_revision > $1))
and not ($9 and not exists (select from article_meeting am where am.article_id = a.article_id))
and ($10::uuid[] is null
    or exists (select from party_position p
        where p.article_id = a.article_id and (p.party_id = any($10) or ($11 and p.party_id is null))
        and p.since_revision <= $1 and (p.until_revision is null or p.until_revision > $1)))
and not exists (select from party_position p
    where p.article_id = a.article_id and (p.party_id = any($12) or ($13 and p.party_id is null))
    and p.since_revision <= $1 and (p.until_revision is null or p.until_revision > $1))
and ($14::uuid[] is null or a.group_id = any($14)) and ($15::uuid[] is null or a.group_id <> all($15))
and ($16::date is null or a.published >= $16) and ($17::date is null or a.published <= $17)
and ($18::text is null or a.words @@ websearch_to_tsquery('english', $18))
"# + $($tail)+,
            $chosen.revision,
            $chosen.outlets.any.as_deref() as Option<&[String]>,
            $chosen.outlets.or_none,
            $chosen.outlets.not.as_deref() as Option<&[String]>,
            $chosen.outlets.not_none,
            $chosen.meetings.any.as_deref() as Option<&[Uuid]>,
            $chosen.meetings.or_none,
            $chosen.meetings.not.as_deref() as Option<&[Uuid]>,
            $chosen.meetings.not_none,
            $chosen.parties.any.as_deref() as Option<&[Uuid]>,
            $chosen.parties.or_none,
            $chosen.parties.not.as_deref() as Option<&[Uuid]>,
            $chosen.parties.not_none,
            $chosen.groups.0.as_deref() as Option<&[Uuid]>,
            $chosen.groups.1.as_deref() as Option<&[Uuid]>,
            $chosen.from,
            $chosen.to,
            $chosen.q,
            $($extra),*
        )
    };
}

impl Store {
    /// Articles in the order in which they were stored.
    pub async fn articles(
        &self,
        filter: &ArticleFilter,
        paging: &Paging,
    ) -> Result<Page<ArticleSummary>> {
        let cursor = Cursor::<Uuid>::of(LIST, paging)?;
        let latest = self.pinned(filter.revision).await?;
        let (revision, total, after) = match cursor {
            // Later pages show the state of the first.
            Some(cursor) if cursor.revision <= latest => {
                (cursor.revision, cursor.total, Some(cursor.after))
            }
            Some(_) => return Err(Error::BadCursor),
            None => (latest, self.count_articles(filter, latest).await?, None),
        };
        let items = self
            .select_articles(filter, revision, after, cursor::rows_to_fetch(paging))
            .await?;
        Ok(cursor::page(
            LIST,
            paging,
            revision,
            total,
            items,
            |article| article.article_id,
        ))
    }

    /// Every article that the filter admits, in the same order, fetched as the reader takes them.
    ///
    /// The revision is fixed at the first item. No connection is held between items, so a slow
    /// reader costs the database nothing. The stream ends after its first error.
    pub fn stream_articles(
        &self,
        filter: ArticleFilter,
    ) -> impl Stream<Item = Result<ArticleSummary>> + Send + use<> {
        enum Place {
            Start,
            After(i64, Option<Uuid>),
            End,
        }
        let store = self.clone();
        stream::try_unfold(Place::Start, move |place| {
            let (store, filter) = (store.clone(), filter.clone());
            async move {
                let (revision, after) = match place {
                    Place::Start => (store.pinned(filter.revision).await?, None),
                    Place::After(revision, after) => (revision, after),
                    Place::End => return Ok::<_, Error>(None),
                };
                let items = store
                    .select_articles(&filter, revision, after, i64::from(CHUNK))
                    .await?;
                let next = match items.last() {
                    Some(last) if items.len() == CHUNK as usize => {
                        Place::After(revision, Some(last.article_id))
                    }
                    _ => Place::End,
                };
                Ok(Some((stream::iter(items.into_iter().map(Ok)), next)))
            }
        })
        .try_flatten()
        .boxed()
    }

    /// One article with its text, as of a revision (`None`: the newest).
    pub async fn article(
        &self,
        article_id: Uuid,
        revision: Option<i64>,
    ) -> Result<Option<ArticleRecord>> {
        let revision = self.pinned(revision).await?;
        let filter = ArticleFilter::default();
        let summary = self
            .select_one_of(&filter, revision, Some(vec![article_id]), None, 1)
            .await?
            .pop();
        let Some(summary) = summary else {
            return Ok(None);
        };
        let text =
            sqlx::query_scalar!("select body from article where article_id = $1", article_id)
                .fetch_one(&self.read)
                .await?;
        let meetings = sqlx::query!(
            r#"select m.slug as "slug!", v.name, v.venue, v.start_day, v.end_day
            from meeting m
            join meeting_version v on v.meeting_id = m.meeting_id
                and v.since_revision <= $2 and (v.until_revision is null or v.until_revision > $2)
            where m.meeting_id in (select am.meeting_id from article_meeting am where am.article_id = $1
                and am.since_revision <= $2 and (am.until_revision is null or am.until_revision > $2))
            order by v.start_day nulls last, m.slug"#,
            article_id,
            revision
        )
        .fetch_all(&self.read)
        .await?
        .into_iter()
        .map(|row| MeetingRef {
            slug: row.slug,
            name: row.name,
            venue: row.venue,
            start: row.start_day,
            end: row.end_day,
        })
        .collect();
        Ok(Some(ArticleRecord {
            summary,
            text,
            meetings,
        }))
    }

    async fn select_articles(
        &self,
        filter: &ArticleFilter,
        revision: i64,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<ArticleSummary>> {
        self.select_one_of(filter, revision, None, after, limit)
            .await
    }

    /// Articles of a filter, of these ids only where some are given.
    async fn select_one_of(
        &self,
        filter: &ArticleFilter,
        revision: i64,
        ids: Option<Vec<Uuid>>,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<ArticleSummary>> {
        let chosen = self.chosen(filter, revision).await?;
        let rows = select_articles!(
            SummaryRow,
            chosen,
            {
                r#"select a.article_id, a.title, a.outlet, a.published, a.url, a.language, a.content_hash, a.group_id,
                (select count(*) from article g where g.group_id = a.group_id and g.since_revision <= $1
                    and (g.until_revision is null or g.until_revision > $1)) as "group_size!",
                a.stored_at, a.parser_version, a.length,
                (select count(*) from statement s where s.article_id = a.article_id and s.since_revision <= $1
                    and (s.until_revision is null or s.until_revision > $1)) as "statements!",
                (select count(*) from party_position p where p.article_id = a.article_id and p.since_revision <= $1
                    and (p.until_revision is null or p.until_revision > $1)) as "positions!",
                a.notes"#
            },
            {
                "and ($19::uuid[] is null or a.article_id = any($19))
                and ($20::uuid is null or a.article_id > $20)
                order by a.article_id limit $21"
            },
            ids.as_deref() as Option<&[Uuid]>,
            after,
            limit
        )
        .fetch_all(&self.read)
        .await?;
        Ok(rows.into_iter().map(ArticleSummary::from).collect())
    }

    async fn count_articles(&self, filter: &ArticleFilter, revision: i64) -> Result<i64> {
        let chosen = self.chosen(filter, revision).await?;
        let row = select_articles!(CountRow, chosen, { r#"select count(*) as "count!""# }, {
            ""
        })
        .fetch_one(&self.read)
        .await?;
        Ok(row.count)
    }
}

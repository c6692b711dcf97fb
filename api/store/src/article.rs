//! Articles: stored in one transaction or not at all, known by their content, grouped with copies.

use crate::cursor::{self, Cursor};
use crate::resolve::actor::Told;
use crate::resolve::ruling::{Placed, Rulings};
use crate::revision::{Maker, Making};
use crate::rows::SpanRow;
use crate::select::{Ids, ids, texts, without_nul};
use crate::similar::Signature;
use crate::{Error, Result, Store, resolve, revision, tally};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::Stream;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use plenary_domain::filter::{ArticleFilter, Page, Paging};
use plenary_domain::meeting::Known;
use plenary_domain::parsed::{ParsedArticle, Position};
use plenary_domain::record::{ArticleRecord, ArticleSummary, MeetingRef};
use plenary_domain::{Change, NameKind, NewArticle, Span};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// Articles that an export reads at once.
const CHUNK: u32 = 500;
const LIST: &str = "articles";

/// What became of an article that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// The article: the new one, or the one that already held this content.
    pub article_id: Uuid,
    /// True when the content was known and nothing was stored.
    pub known: bool,
    /// The revision that brought the article; of known content the revision that brought it then.
    pub revision: i64,
    /// Near-duplicate group; the same for every copy of a text.
    pub group_id: Uuid,
}

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

/// SHA-256 over what makes an article this article: its text in Unicode form C with every run of white
/// space as one space, its title and outlet likewise (the outlet without case), and its day.
///
/// Only what the caller gives counts, so that known content is recognised without parsing. Whoever
/// gives another title, outlet or day gives another article, which is grouped with the first as a copy.
fn content_hash(article: &NewArticle) -> [u8; 32] {
    let folded = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .nfc()
            .collect::<String>()
    };
    let fields = [
        Some(folded(&article.text)),
        article.title.as_deref().map(folded),
        article
            .outlet
            .as_deref()
            .map(|outlet| folded(outlet).to_lowercase()),
        article.published.map(|day| day.to_string()),
    ];
    let mut hash = Sha256::new();
    for field in fields {
        let field = field.unwrap_or_default();
        // The length goes before each field, so that none can run into the next.
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().into()
}

/// Cuts spans out of a text whose code points are indexed once.
struct Cutter<'a> {
    text: &'a str,
    /// Byte at which each code point starts, and the text's length.
    starts: Vec<usize>,
}

impl<'a> Cutter<'a> {
    fn new(text: &'a str) -> Cutter<'a> {
        let starts = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        Cutter { text, starts }
    }

    fn length(&self) -> usize {
        self.starts.len() - 1
    }

    /// The JSON of spans with their words, in text order, those that touch or overlap joined.
    fn cut(&self, spans: &[Span], what: &str) -> Result<Value> {
        let mut sorted: Vec<Span> = spans.to_vec();
        sorted.sort();
        let mut joined: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            if span.is_empty() || span.end as usize > self.length() {
                return Err(Error::Invalid(format!(
                    "the {what} spans {}..{}, which is no place in a text of {} characters",
                    span.start,
                    span.end,
                    self.length()
                )));
            }
            match joined.last_mut() {
                Some(last) if span.start < last.end => *last = last.cover(span),
                _ => joined.push(span),
            }
        }
        let rows: Vec<SpanRow> = joined
            .into_iter()
            .map(|span| SpanRow {
                start: span.start,
                end: span.end,
                text: self.text[self.starts[span.start as usize]..self.starts[span.end as usize]]
                    .to_owned(),
            })
            .collect();
        serde_json::to_value(rows).map_err(|error| Error::Invalid(error.to_string()))
    }
}

/// Refuses what no record set can hold, before anything is written.
fn check(article: &NewArticle, parsed: &ParsedArticle) -> Result<()> {
    let texts = [
        &article.title,
        &article.outlet,
        &article.url,
        &parsed.title,
        &parsed.outlet,
        &parsed.language,
    ]
    .into_iter()
    .flatten()
    .map(String::as_str)
    .chain(std::iter::once(article.text.as_str()))
    .chain(parsed.notes.iter().map(String::as_str))
    .chain(parsed.actors.iter().flat_map(|actor| {
        std::iter::once(actor.name.as_str())
            .chain(actor.forms.iter().map(String::as_str))
            .chain(actor.role.as_deref())
    }))
    .chain(
        parsed
            .parties
            .iter()
            .flat_map(|party| [party.slug.as_str(), party.name.as_str()]),
    )
    .chain(parsed.meetings.iter().flat_map(|meeting| {
        [meeting.slug.as_str(), meeting.name.as_str()]
            .into_iter()
            .chain(meeting.venue.as_deref())
    }));
    for text in texts {
        if text.contains('\0') {
            return Err(Error::Invalid(
                "a NUL character cannot be stored".to_owned(),
            ));
        }
    }
    let refers = |at: usize, list: usize, what: &str| {
        if at < list {
            Ok(())
        } else {
            Err(Error::Invalid(format!(
                "the records name {what} {at} of {list}"
            )))
        }
    };
    for actor in &parsed.actors {
        if let Some(party) = actor.party {
            refers(party, parsed.parties.len(), "party")?;
        }
    }
    for meeting in &parsed.meetings {
        for party in &meeting.parties {
            refers(*party, parsed.parties.len(), "party")?;
        }
    }
    for position in &parsed.positions {
        refers(position.statement, parsed.statements.len(), "statement")?;
        refers(position.actor, parsed.actors.len(), "actor")?;
        if let Some(party) = position.party {
            refers(party, parsed.parties.len(), "party")?;
        }
        if let Some(meeting) = position.meeting {
            refers(meeting, parsed.meetings.len(), "meeting")?;
        }
    }
    Ok(())
}

/// A text of which nothing is left without white space counts as missing.
fn given(text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| !text.trim().is_empty())
}

/// A stored name that an article's name was found to be, and what rulings make of it.
#[derive(Debug, Clone, Copy)]
struct Name {
    found: Uuid,
    placed: Placed,
}

impl Name {
    /// What it was found to be, where rulings say otherwise.
    fn overruled(self) -> Option<Uuid> {
        (self.found != self.placed.stands_for).then_some(self.found)
    }
}

/// What the rows of an article refer to, once it is resolved.
struct Resolved {
    article_id: Uuid,
    revision: i64,
    codebook_id: Uuid,
    parties: Vec<Name>,
    actors: Vec<Name>,
    meetings: Vec<Name>,
    statements: Vec<Uuid>,
}

impl Resolved {
    fn actor(&self, at: usize) -> Uuid {
        self.actors[at].placed.stands_for
    }

    fn party(&self, at: Option<usize>) -> Option<Uuid> {
        at.map(|at| self.parties[at].placed.stands_for)
    }

    fn meeting(&self, at: Option<usize>) -> Option<Uuid> {
        at.map(|at| self.meetings[at].placed.stands_for)
    }
}

fn stand_for(names: &[Name]) -> Vec<Uuid> {
    names.iter().map(|name| name.placed.stands_for).collect()
}

impl Store {
    /// The article that already holds this content, so that it need not be parsed again.
    ///
    /// Content is what the caller gives: text (white space folded), title, outlet and day of
    /// publication. The address does not count, as one page has many.
    pub async fn find_known(&self, article: &NewArticle) -> Result<Option<Added>> {
        known(&mut *self.write.acquire().await?, &content_hash(article)).await
    }

    /// Stores an article with everything found in it, in one transaction.
    ///
    /// Speakers, parties and meetings are matched with those stored before. Known content changes
    /// nothing, also when two callers store it at once.
    ///
    /// [`Error::Invalid`] for a NUL in a text, spans outside the text, or an issue that
    /// [`Store::sync_codebook`] has not stored.
    pub async fn add_article(
        &self,
        article: &NewArticle,
        parsed: &ParsedArticle,
        maker: impl Into<Maker<'_>>,
    ) -> Result<Added> {
        check(article, parsed)?;
        let maker = maker.into().checked()?;
        // What needs only the processor is done before the transaction, which others wait for.
        let hash = content_hash(article);
        let signature = Signature::of(&article.text);
        let cutter = Cutter::new(&article.text);
        let article_id = Uuid::now_v7();

        let mut transaction = self.write.begin().await?;
        // Whoever claims the same content waits here until this transaction ends. It may end by
        // taking the content back, or the content may be freed meanwhile: then the claim is free.
        while !claim(&mut transaction, &hash, article_id).await? {
            if let Some(known) = known(&mut transaction, &hash).await? {
                return Ok(known);
            }
        }
        let codebook_id = codebook(&mut transaction, &parsed.codebook).await?;
        let making = Making {
            change: Change::ArticleAdded,
            article_id: Some(article_id),
            maker,
            reason: None,
        };
        let revision = revision::next(&mut transaction, making).await?;
        let outlet = given(&parsed.outlet).or_else(|| given(&article.outlet));
        let outlet_key = outlet.as_deref().map(str::to_lowercase);
        let group_id = group(&mut transaction, article_id, &signature).await?;
        sqlx::query!(
            "insert into article (article_id, title, outlet, published, url, language, body, length,
                content_hash, group_id, parser_version, codebook_id, notes, since_revision, outlet_key)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            article_id,
            given(&parsed.title).or_else(|| given(&article.title)),
            outlet,
            parsed.published.or(article.published),
            given(&article.url),
            given(&parsed.language),
            article.text,
            i32::try_from(cutter.length())
                .map_err(|_| Error::Invalid("the text is too long".to_owned()))?,
            hash.as_slice(),
            group_id,
            parsed.parser_version,
            codebook_id,
            &parsed.notes,
            revision,
            outlet_key
        )
        .execute(&mut *transaction)
        .await?;
        store_signature(&mut transaction, article_id, &signature).await?;

        let rulings = Rulings::on_content(&mut transaction, &hash).await?;
        let named = |kind: NameKind, found: Vec<Uuid>| -> Vec<Name> {
            let place = |found| Name {
                found,
                placed: rulings[&kind].place(found, &hash),
            };
            found.into_iter().map(place).collect()
        };
        let found = resolve::party::resolve(&mut transaction, &parsed.parties).await?;
        let parties = named(NameKind::Party, found);
        let sides = stand_for(&parties);
        let slugs: Vec<String> = parsed.parties.iter().map(|p| p.slug.clone()).collect();
        let found =
            resolve::actor::resolve(&mut transaction, &parsed.actors, &sides, &slugs).await?;
        let actors = named(NameKind::Actor, found);
        let told = resolve::meeting::told(&mut transaction, parsed, &sides).await?;
        let found = resolve::meeting::resolve(&mut transaction, parsed, &told).await?;
        let meetings = named(NameKind::Meeting, found);
        let resolved = Resolved {
            article_id,
            revision,
            codebook_id,
            parties,
            actors,
            meetings,
            statements: parsed.statements.iter().map(|_| Uuid::now_v7()).collect(),
        };
        store_actors(&mut transaction, article, parsed, &resolved).await?;
        store_meetings(&mut transaction, &cutter, parsed, &told, &resolved).await?;
        store_statements(&mut transaction, &cutter, parsed, &resolved).await?;
        store_positions(&mut transaction, &cutter, parsed, &resolved).await?;
        tally::add(&mut transaction, article_id).await?;
        transaction.commit().await?;
        Ok(Added {
            article_id,
            known: false,
            revision,
            group_id,
        })
    }

    /// Hides an article and supersedes its records at a new revision, whose number is returned;
    /// `None` where there is no such article or it is deleted already. Earlier revisions keep it, with
    /// what its records name; whatever else only it told of names is gone.
    /// The same content can be stored again, as a new article.
    pub async fn delete_article(
        &self,
        article_id: Uuid,
        maker: impl Into<Maker<'_>>,
    ) -> Result<Option<i64>> {
        let maker = maker.into().checked()?;
        let mut transaction = self.write.begin().await?;
        // The content is the first lock of every change.
        let held = sqlx::query!(
            "delete from article_content where article_id = $1",
            article_id
        )
        .execute(&mut *transaction)
        .await?;
        if held.rows_affected() == 0 {
            return Ok(None);
        }
        let making = Making {
            change: Change::ArticleDeleted,
            article_id: Some(article_id),
            maker,
            reason: None,
        };
        let revision = revision::next(&mut transaction, making).await?;
        tally::subtract(&mut transaction, article_id).await?;
        sqlx::query!(
            "update party_position set until_revision = $2 where article_id = $1 and until_revision is null",
            article_id,
            revision
        )
        .execute(&mut *transaction)
        .await?;
        sqlx::query!(
            "update statement set until_revision = $2 where article_id = $1 and until_revision is null",
            article_id,
            revision
        )
        .execute(&mut *transaction)
        .await?;
        sqlx::query!(
            "update article set until_revision = $2 where article_id = $1",
            article_id,
            revision
        )
        .execute(&mut *transaction)
        .await?;
        // Later copies are grouped with what can be seen.
        sqlx::query!("delete from article_band where article_id = $1", article_id)
            .execute(&mut *transaction)
            .await?;
        forget(&mut transaction, article_id, revision).await?;
        transaction.commit().await?;
        Ok(Some(revision))
    }

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

async fn claim(connection: &mut PgConnection, hash: &[u8], article_id: Uuid) -> Result<bool> {
    let claimed = sqlx::query!(
        "insert into article_content (content_hash, article_id) values ($1, $2)
        on conflict (content_hash) do nothing",
        hash,
        article_id
    )
    .execute(connection)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

async fn known(connection: &mut PgConnection, hash: &[u8]) -> Result<Option<Added>> {
    let row = sqlx::query!(
        "select a.article_id, a.since_revision, a.group_id from article_content c
        join article a on a.article_id = c.article_id where c.content_hash = $1",
        hash
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Added {
        article_id: row.article_id,
        known: true,
        revision: row.since_revision,
        group_id: row.group_id,
    }))
}

/// The edition that `id@version` names.
async fn codebook(connection: &mut PgConnection, name: &str) -> Result<Uuid> {
    let missing = || Error::Invalid(format!("codebook `{name}` is not stored; sync it first"));
    let (slug, version) = name.rsplit_once('@').ok_or_else(missing)?;
    let version: i32 = version.parse().map_err(|_| missing())?;
    sqlx::query_scalar!(
        "select codebook_id from codebook where slug = $1 and version = $2",
        slug,
        version
    )
    .fetch_optional(connection)
    .await?
    .ok_or_else(missing)
}

/// The group of the most similar stored copy, else a group of its own.
async fn group(
    connection: &mut PgConnection,
    article_id: Uuid,
    signature: &Signature,
) -> Result<Uuid> {
    let candidates = sqlx::query!(
        "select a.group_id, s.signature from article a
        join article_signature s on s.article_id = a.article_id
        where a.article_id in (select article_id from article_band where band = any($1))
        order by a.article_id",
        &signature.bands()
    )
    .fetch_all(connection)
    .await?;
    let mut best: Option<(f64, Uuid)> = None;
    for candidate in candidates {
        let stored = Signature::stored(candidate.signature);
        let resemblance = signature.resemblance(&stored);
        // The oldest of equally similar ones.
        if signature.is_copy_of(&stored) && best.is_none_or(|(most, _)| resemblance > most) {
            best = Some((resemblance, candidate.group_id));
        }
    }
    Ok(best.map_or(article_id, |(_, group_id)| group_id))
}

async fn store_signature(
    connection: &mut PgConnection,
    article_id: Uuid,
    signature: &Signature,
) -> Result<()> {
    sqlx::query!(
        "insert into article_signature (article_id, signature) values ($1, $2)",
        article_id,
        signature.values()
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into article_band (band, article_id) select distinct unnest($2::bigint[]), $1::uuid",
        article_id,
        &signature.bands()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What the article tells of its actors, and what that adds to what is known of them.
async fn store_actors(
    connection: &mut PgConnection,
    article: &NewArticle,
    parsed: &ParsedArticle,
    resolved: &Resolved,
) -> Result<()> {
    let count = parsed.actors.len();
    let mut sides: Vec<BTreeSet<usize>> = parsed
        .actors
        .iter()
        .map(|actor| actor.party.into_iter().collect())
        .collect();
    for position in &parsed.positions {
        sides[position.actor].extend(position.party);
    }
    let name = |at: usize| parsed.actors[at].name.trim().to_owned();
    for (at, sides) in sides.iter().enumerate() {
        let actor = resolved.actors[at];
        let found: Vec<Uuid> = sides.iter().map(|at| resolved.parties[*at].found).collect();
        sqlx::query!(
            "insert into article_actor (article_id, ordinal, actor_id, found_actor_id, name, forms, role, parties)
            values ($1, $2, $3, $4, $5, $6, $7, $8)",
            resolved.article_id,
            i32::try_from(at).unwrap_or(i32::MAX),
            actor.placed.owner,
            (actor.found != actor.placed.owner).then_some(actor.found),
            name(at),
            &parsed.actors[at].forms,
            given(&parsed.actors[at].role),
            &found
        )
        .execute(&mut *connection)
        .await?;
    }
    let told: Vec<Told> = (0..count)
        .map(|at| Told {
            actor_id: resolved.actors[at].placed.owner,
            name: name(at),
            forms: parsed.actors[at].forms.clone(),
            role: given(&parsed.actors[at].role),
            parties: sides[at]
                .iter()
                .filter_map(|at| resolved.party(Some(*at)))
                .collect(),
            day: parsed.published.or(article.published),
        })
        .collect();
    resolve::actor::attest(connection, &told).await
}

async fn store_meetings(
    connection: &mut PgConnection,
    cutter: &Cutter<'_>,
    parsed: &ParsedArticle,
    told: &[Known<Uuid>],
    resolved: &Resolved,
) -> Result<()> {
    for (at, (meeting, told)) in parsed.meetings.iter().zip(told).enumerate() {
        let name = resolved.meetings[at];
        let parties: Vec<Uuid> = meeting
            .parties
            .iter()
            .map(|at| resolved.parties[*at].found)
            .collect();
        sqlx::query!(
            "insert into article_meeting (article_id, ordinal, since_revision, meeting_id, found_meeting_id, main,
                mentions, rule, confidence, name, venue, start_day, end_day, day_known, status, parties)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            resolved.article_id,
            i32::try_from(at).unwrap_or(i32::MAX),
            resolved.revision,
            name.placed.stands_for,
            name.overruled(),
            meeting.main,
            cutter.cut(&meeting.mentions, "mention of a meeting")?,
            meeting.rule,
            meeting.confidence,
            told.name,
            told.venue,
            told.start,
            told.end,
            told.day_known,
            told.status.as_str(),
            &parties
        )
        .execute(&mut *connection)
        .await?;
    }
    // What was found knows already; what it stands for by a ruling does not.
    let overruled: Vec<Uuid> = resolved
        .meetings
        .iter()
        .filter(|name| name.overruled().is_some())
        .map(|name| name.placed.stands_for)
        .collect();
    resolve::meeting::refresh(connection, &overruled).await
}

/// Takes back what a deleted article told of names. What earlier revisions show stays.
async fn forget(connection: &mut PgConnection, article_id: Uuid, revision: i64) -> Result<()> {
    let told = sqlx::query!(
        "delete from article_actor where article_id = $1 returning actor_id, found_actor_id, parties",
        article_id
    )
    .fetch_all(&mut *connection)
    .await?;
    let links = sqlx::query!(
        "update article_meeting set until_revision = $2
        where article_id = $1 and until_revision is null
        returning meeting_id, parties",
        article_id,
        revision
    )
    .fetch_all(&mut *connection)
    .await?;
    let actors: BTreeSet<Uuid> = told
        .iter()
        .flat_map(|row| [Some(row.actor_id), row.found_actor_id])
        .flatten()
        .collect();
    let meetings: Vec<Uuid> = links.iter().map(|row| row.meeting_id).collect();
    let parties: Vec<Uuid> = told
        .into_iter()
        .map(|row| row.parties)
        .chain(links.into_iter().filter_map(|row| row.parties))
        .flatten()
        .collect();
    let actors: Vec<Uuid> = actors.into_iter().collect();
    resolve::actor::refresh(connection, &actors).await?;
    resolve::meeting::refresh(connection, &meetings).await?;
    resolve::party::forget(connection, &parties).await
}

async fn store_statements(
    connection: &mut PgConnection,
    cutter: &Cutter<'_>,
    parsed: &ParsedArticle,
    resolved: &Resolved,
) -> Result<()> {
    let statements = &parsed.statements;
    let ordinals: Vec<i32> = (0..).take(statements.len()).collect();
    let column = |spans: &dyn Fn(usize) -> Vec<Span>, what: &str| -> Result<Vec<Value>> {
        (0..statements.len())
            .map(|at| cutter.cut(&spans(at), what))
            .collect()
    };
    let sources = column(&|at| statements[at].source.clone(), "source")?;
    let cues = column(&|at| statements[at].cue.clone(), "cue")?;
    let contents = column(&|at| statements[at].content.clone(), "content")?;
    let modes: Vec<String> = statements.iter().map(|s| s.mode.to_string()).collect();
    let rules: Vec<String> = statements.iter().map(|s| s.rule.clone()).collect();
    let confidences: Vec<f32> = statements.iter().map(|s| s.confidence).collect();
    sqlx::query!(
        "insert into statement (article_id, statement_id, ordinal, source, cue, content, mode, rule, confidence,
            parser_version, since_revision)
        select $1, l.*, $2, $3 from unnest($4::uuid[], $5::integer[], $6::jsonb[], $7::jsonb[], $8::jsonb[], $9::text[],
            $10::text[], $11::real[]) l",
        resolved.article_id,
        parsed.parser_version,
        resolved.revision,
        &resolved.statements,
        &ordinals,
        &sources,
        &cues,
        &contents,
        &modes,
        &rules,
        &confidences
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Positions of one statement, actor, side, meeting, issue and stance are one: the evidence is joined,
/// the surer one's act and confidences stay.
fn merged(parsed: &ParsedArticle, resolved: &Resolved) -> Vec<Position> {
    type Key<'a> = (usize, Uuid, Option<Uuid>, Option<Uuid>, &'a str, i8);
    let mut places: HashMap<Key<'_>, usize> = HashMap::new();
    let mut kept: Vec<Position> = Vec::with_capacity(parsed.positions.len());
    for position in &parsed.positions {
        let key = (
            position.statement,
            resolved.actor(position.actor),
            resolved.party(position.party),
            resolved.meeting(position.meeting),
            position.issue.as_str(),
            position.stance.value(),
        );
        match places.get(&key) {
            Some(place) => {
                let mut evidence = std::mem::take(&mut kept[*place].evidence);
                evidence.extend(&position.evidence);
                if position.confidence > kept[*place].confidence {
                    kept[*place] = position.clone();
                }
                kept[*place].evidence = evidence;
            }
            None => {
                places.insert(key, kept.len());
                kept.push(position.clone());
            }
        }
    }
    kept
}

async fn store_positions(
    connection: &mut PgConnection,
    cutter: &Cutter<'_>,
    parsed: &ParsedArticle,
    resolved: &Resolved,
) -> Result<()> {
    let positions = merged(parsed, resolved);
    let slugs: Vec<String> = positions.iter().map(|p| p.issue.clone()).collect();
    let issues: HashMap<String, Uuid> = sqlx::query!(
        r#"select slug as "slug!", issue_id from issue where slug = any($1)"#,
        &slugs
    )
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .map(|row| (row.slug, row.issue_id))
    .collect();
    let ids: Vec<Uuid> = positions.iter().map(|_| Uuid::now_v7()).collect();
    let statements: Vec<Uuid> = positions
        .iter()
        .map(|p| resolved.statements[p.statement])
        .collect();
    let actors: Vec<Uuid> = positions.iter().map(|p| resolved.actor(p.actor)).collect();
    let roles: Vec<Option<String>> = positions
        .iter()
        .map(|p| given(&parsed.actors[p.actor].role))
        .collect();
    let parties: Vec<Option<Uuid>> = positions.iter().map(|p| resolved.party(p.party)).collect();
    let meetings: Vec<Option<Uuid>> = positions
        .iter()
        .map(|p| resolved.meeting(p.meeting))
        .collect();
    let found_actors: Vec<Option<Uuid>> = positions
        .iter()
        .map(|p| resolved.actors[p.actor].overruled())
        .collect();
    let found_parties: Vec<Option<Uuid>> = positions
        .iter()
        .map(|p| resolved.parties[p.party?].overruled())
        .collect();
    let found_meetings: Vec<Option<Uuid>> = positions
        .iter()
        .map(|p| resolved.meetings[p.meeting?].overruled())
        .collect();
    let issues: Vec<Uuid> = positions
        .iter()
        .map(|p| {
            issues.get(&p.issue).copied().ok_or_else(|| {
                Error::Invalid(format!("no stored codebook has the issue `{}`", p.issue))
            })
        })
        .collect::<Result<_>>()?;
    let stances: Vec<i16> = positions
        .iter()
        .map(|p| i16::from(p.stance.value()))
        .collect();
    let acts: Vec<String> = positions.iter().map(|p| p.act.to_string()).collect();
    let modes: Vec<String> = positions.iter().map(|p| p.mode.to_string()).collect();
    let evidence: Vec<Value> = positions
        .iter()
        .map(|p| cutter.cut(&p.evidence, "evidence"))
        .collect::<Result<_>>()?;
    let reals =
        |value: &dyn Fn(&Position) -> f32| -> Vec<f32> { positions.iter().map(value).collect() };
    let rules = |value: &dyn Fn(&Position) -> &String| -> Vec<String> {
        positions.iter().map(|p| value(p).clone()).collect()
    };
    sqlx::query!(
        "insert into party_position (article_id, parser_version, codebook_id, since_revision,
            position_id, statement_id, actor_id, role, party_id, meeting_id, issue_id, stance, act, mode, evidence,
            confidence, speaker_confidence, party_confidence, meeting_confidence, issue_confidence,
            stance_confidence, act_confidence, speaker_rule, party_rule, meeting_rule, coding_rule,
            found_actor_id, found_party_id, found_meeting_id)
        select $1, $2, $3, $4, l.* from unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::uuid[], $10::uuid[],
            $11::uuid[], $12::smallint[], $13::text[], $14::text[], $15::jsonb[], $16::real[], $17::real[], $18::real[],
            $19::real[], $20::real[], $21::real[], $22::real[], $23::text[], $24::text[], $25::text[], $26::text[],
            $27::uuid[], $28::uuid[], $29::uuid[]) l",
        resolved.article_id,
        parsed.parser_version,
        resolved.codebook_id,
        resolved.revision,
        &ids,
        &statements,
        &actors,
        &roles as &[Option<String>],
        &parties as &[Option<Uuid>],
        &meetings as &[Option<Uuid>],
        &issues,
        &stances,
        &acts,
        &modes,
        &evidence,
        &reals(&|p| p.confidence),
        &reals(&|p| p.fields.speaker),
        &reals(&|p| p.fields.party),
        &reals(&|p| p.fields.meeting),
        &reals(&|p| p.fields.issue),
        &reals(&|p| p.fields.stance),
        &reals(&|p| p.fields.act),
        &rules(&|p| &p.rules.speaker),
        &rules(&|p| &p.rules.party),
        &rules(&|p| &p.rules.meeting),
        &rules(&|p| &p.rules.coding),
        &found_actors as &[Option<Uuid>],
        &found_parties as &[Option<Uuid>],
        &found_meetings as &[Option<Uuid>]
    )
    .execute(connection)
    .await?;
    Ok(())
}

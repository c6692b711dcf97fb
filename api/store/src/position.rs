//! Positions: the records that lists, exports and comparisons count.

use crate::cursor::{self, Cursor};
use crate::rows::{SpanRow, code, named, stance, words};
use crate::select::{Selection, select_positions};
use crate::{Result, Store};
use chrono::NaiveDate;
use futures_util::Stream;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use plenary_domain::PositionFilter;
use plenary_domain::filter::{Page, Paging};
use plenary_domain::parsed::{FieldConfidence, FieldRules};
use plenary_domain::record::{ArticleRef, IssueRef, MeetingRef, Named, PositionRecord};
use sqlx::types::Json;
use uuid::Uuid;

/// Records that an export reads at once.
const CHUNK: u32 = 500;
const LIST: &str = "positions";

struct PositionRow {
    position_id: Uuid,
    statement_id: Uuid,
    article_id: Uuid,
    title: Option<String>,
    outlet: Option<String>,
    published: Option<NaiveDate>,
    url: Option<String>,
    actor_slug: String,
    actor_name: String,
    role: Option<String>,
    party_slug: Option<String>,
    party_name: Option<String>,
    meeting_slug: Option<String>,
    meeting_name: Option<String>,
    venue: Option<String>,
    start_day: Option<NaiveDate>,
    end_day: Option<NaiveDate>,
    process_slug: Option<String>,
    process_name: Option<String>,
    issue_slug: String,
    issue_name: String,
    domain: String,
    stance: i16,
    act: String,
    mode: String,
    evidence: Json<Vec<SpanRow>>,
    source: Json<Vec<SpanRow>>,
    cue: Json<Vec<SpanRow>>,
    confidence: f32,
    speaker_confidence: f32,
    party_confidence: f32,
    meeting_confidence: f32,
    issue_confidence: f32,
    stance_confidence: f32,
    act_confidence: f32,
    speaker_rule: String,
    party_rule: String,
    meeting_rule: String,
    coding_rule: String,
    parser_version: String,
    since_revision: i64,
    until_revision: Option<i64>,
}

impl TryFrom<PositionRow> for PositionRecord {
    type Error = crate::Error;

    fn try_from(row: PositionRow) -> Result<PositionRecord> {
        let id = row.position_id;
        let meeting = match (row.meeting_slug, row.meeting_name) {
            (Some(slug), Some(name)) => Some(MeetingRef {
                slug,
                name,
                venue: row.venue,
                start: row.start_day,
                end: row.end_day,
            }),
            _ => None,
        };
        Ok(PositionRecord {
            position_id: id,
            statement_id: row.statement_id,
            day: row.start_day.or(row.published),
            article: ArticleRef {
                article_id: row.article_id,
                title: row.title,
                outlet: row.outlet,
                published: row.published,
                url: row.url,
            },
            actor: Named {
                slug: row.actor_slug,
                name: row.actor_name,
            },
            role: row.role,
            party: named(row.party_slug, row.party_name),
            meeting,
            process: named(row.process_slug, row.process_name),
            issue: IssueRef {
                slug: row.issue_slug,
                name: row.issue_name,
                domain: row.domain,
            },
            stance: stance(id, row.stance)?,
            act: code("party_position", "act", id, &row.act)?,
            mode: code("party_position", "mode", id, &row.mode)?,
            evidence: words(row.evidence.0),
            source: words(row.source.0),
            cue: words(row.cue.0),
            confidence: row.confidence,
            fields: FieldConfidence {
                speaker: row.speaker_confidence,
                party: row.party_confidence,
                meeting: row.meeting_confidence,
                issue: row.issue_confidence,
                stance: row.stance_confidence,
                act: row.act_confidence,
            },
            rules: FieldRules {
                speaker: row.speaker_rule,
                party: row.party_rule,
                meeting: row.meeting_rule,
                coding: row.coding_rule,
            },
            parser_version: row.parser_version,
            since_revision: row.since_revision,
            until_revision: row.until_revision,
        })
    }
}

struct CountRow {
    count: i64,
}

impl Store {
    /// Positions in the order in which they were stored, which within an article is text order.
    ///
    /// For the positions of one article set `filter.articles.any`.
    pub async fn positions(
        &self,
        filter: &PositionFilter,
        paging: &Paging,
    ) -> Result<Page<PositionRecord>> {
        let cursor = Cursor::<Uuid>::of(LIST, paging)?;
        // Later pages show the state of the first, in which names may have stood for others.
        let mut filter = filter.clone();
        if let Some(cursor) = &cursor {
            let newest = self.pinned(filter.revision).await?;
            if cursor.revision > newest {
                return Err(crate::Error::BadCursor);
            }
            filter.revision = Some(cursor.revision);
        }
        let selection = self.selection(&filter).await?;
        let (total, after) = match cursor {
            Some(cursor) => (cursor.total, Some(cursor.after)),
            None => (self.count_positions(&selection).await?, None),
        };
        let items = self
            .select_position_page(&selection, after, cursor::rows_to_fetch(paging))
            .await?;
        Ok(cursor::page(
            LIST,
            paging,
            selection.revision,
            total,
            items,
            |position| position.position_id,
        ))
    }

    /// Every position that the filter admits, in the same order, fetched as the reader takes them.
    ///
    /// The revision is fixed at the first item. No connection is held between items, so a slow
    /// reader costs the database nothing. The stream ends after its first error.
    pub fn stream_positions(
        &self,
        filter: PositionFilter,
    ) -> impl Stream<Item = Result<PositionRecord>> + Send + use<> {
        enum Place {
            Start(Box<PositionFilter>),
            After(Box<Selection>, Option<Uuid>),
            End,
        }
        let store = self.clone();
        stream::try_unfold(Place::Start(Box::new(filter)), move |place| {
            let store = store.clone();
            async move {
                let (selection, after) = match place {
                    Place::Start(filter) => (Box::new(store.selection(&filter).await?), None),
                    Place::After(selection, after) => (selection, after),
                    Place::End => return Ok::<_, crate::Error>(None),
                };
                let items = store
                    .select_position_page(&selection, after, i64::from(CHUNK))
                    .await?;
                let next = match items.last() {
                    Some(last) if items.len() == CHUNK as usize => {
                        Place::After(selection, Some(last.position_id))
                    }
                    _ => Place::End,
                };
                Ok(Some((stream::iter(items.into_iter().map(Ok)), next)))
            }
        })
        .try_flatten()
        .boxed()
    }

    /// One position, current or superseded: `until_revision` tells.
    pub async fn position(&self, position_id: Uuid) -> Result<Option<PositionRecord>> {
        let article = sqlx::query!(
            "select article_id, until_revision from party_position where position_id = $1",
            position_id
        )
        .fetch_optional(&self.read)
        .await?;
        let Some(article) = article else {
            return Ok(None);
        };
        let mut selection = self.selection(&PositionFilter::default()).await?;
        if let Some(until) = article.until_revision {
            selection.revision = until - 1;
        }
        selection.articles.0 = Some(vec![article.article_id]);
        let page = self
            .select_position_page(&selection, None, i64::MAX)
            .await?;
        Ok(page
            .into_iter()
            .find(|position| position.position_id == position_id))
    }

    /// Positions by id, as they stood at a revision: still current there, whatever came later. Ids that
    /// it does not have are left out.
    pub async fn positions_by_id(
        &self,
        position_ids: &[Uuid],
        revision: i64,
    ) -> Result<Vec<PositionRecord>> {
        let articles = sqlx::query!(
            "select distinct article_id from party_position where position_id = any($1)",
            position_ids
        )
        .fetch_all(&self.read)
        .await?;
        let mut selection = self.selection(&PositionFilter::default()).await?;
        selection.revision = revision;
        selection.articles.0 = Some(articles.into_iter().map(|row| row.article_id).collect());
        let mut records = self
            .select_position_page(&selection, None, i64::MAX)
            .await?;
        records.retain(|record| position_ids.contains(&record.position_id));
        for record in &mut records {
            record.until_revision = None;
        }
        Ok(records)
    }

    async fn count_positions(&self, selection: &Selection) -> Result<i64> {
        let row = select_positions!(CountRow, selection, { r#"select count(*) as "count!""# }, {
            ""
        })
        .fetch_one(&self.read)
        .await?;
        Ok(row.count)
    }

    async fn select_position_page(
        &self,
        selection: &Selection,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<PositionRecord>> {
        // The page is cut before the names are joined, so that they are looked up for its rows only.
        select_positions!(
            PositionRow,
            selection,
            { "with page as (select p.article_id, p.position_id" },
            { r#"and ($36::uuid is null or p.position_id > $36)
order by p.position_id limit $37)
select p.position_id as "position_id!", p.statement_id as "statement_id!", p.article_id as "article_id!",
    ar.title as "title?", ar.outlet as "outlet?", ar.published as "published?", ar.url as "url?",
    ac.slug as "actor_slug!", av.name as "actor_name!", p.role as "role?",
    pa.slug as "party_slug?", pa.name as "party_name?",
    me.slug as "meeting_slug?", mv.name as "meeting_name?", mv.venue as "venue?",
    mv.start_day as "start_day?", mv.end_day as "end_day?",
    pr.slug as "process_slug?", pr.name as "process_name?",
    i.slug as "issue_slug!", i.name as "issue_name!", i.domain as "domain!",
    p.stance as "stance!", p.act as "act!", p.mode as "mode!",
    p.evidence as "evidence!: Json<Vec<SpanRow>>", s.source as "source!: Json<Vec<SpanRow>>",
    s.cue as "cue!: Json<Vec<SpanRow>>",
    p.confidence as "confidence!", p.speaker_confidence as "speaker_confidence!",
    p.party_confidence as "party_confidence!", p.meeting_confidence as "meeting_confidence!",
    p.issue_confidence as "issue_confidence!", p.stance_confidence as "stance_confidence!",
    p.act_confidence as "act_confidence!",
    p.speaker_rule as "speaker_rule!", p.party_rule as "party_rule!", p.meeting_rule as "meeting_rule!",
    p.coding_rule as "coding_rule!", p.parser_version as "parser_version!",
    p.since_revision as "since_revision!", p.until_revision as "until_revision?"
from page
join party_position p on p.article_id = page.article_id and p.position_id = page.position_id
join statement s on s.article_id = p.article_id and s.statement_id = p.statement_id
join article ar on ar.article_id = p.article_id
join actor ac on ac.actor_id = p.actor_id
join actor_version av on av.actor_id = p.actor_id
    and av.since_revision <= $1 and (av.until_revision is null or av.until_revision > $1)
join issue i on i.issue_id = p.issue_id
left join party pa on pa.party_id = p.party_id
left join meeting me on me.meeting_id = p.meeting_id
left join meeting_version mv on mv.meeting_id = p.meeting_id
    and mv.since_revision <= $1 and (mv.until_revision is null or mv.until_revision > $1)
left join process pr on pr.process_id = mv.process_id
order by p.position_id"# },
            after,
            limit,
        )
        .fetch_all(&self.read)
        .await?
        .into_iter()
        .map(PositionRecord::try_from)
        .collect()
    }
}

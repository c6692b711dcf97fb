//! The grid: positions counted per side × issue × meeting.

use crate::rows::{SpanRow, code, named, stance, words};
use crate::select::{Selection, select_positions};
use crate::{Result, Store};
use chrono::NaiveDate;
use plenary_domain::record::{ArticleRef, By, Cell, Grid, IssueRef, Named, Quote};
use plenary_domain::{Act, PositionFilter};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

struct CellRow {
    side_id: Option<Uuid>,
    side_slug: Option<String>,
    side_name: Option<String>,
    issue_id: Uuid,
    issue_slug: String,
    issue_name: String,
    domain: String,
    meeting_id: Option<Uuid>,
    meeting_slug: Option<String>,
    support: i64,
    neutral: i64,
    oppose: i64,
    articles: i64,
    state: i64,
    support_act: i64,
    commit: i64,
    request: i64,
    reject: i64,
    accuse: i64,
    deny: i64,
    threaten: i64,
}

/// Which cell a row belongs to: side, issue, meeting.
type Place = (Option<Uuid>, Uuid, Option<Uuid>);

impl CellRow {
    fn place(&self) -> Place {
        (self.side_id, self.issue_id, self.meeting_id)
    }

    fn into_cell(self, quotes: Vec<Quote>) -> Cell {
        let acts = [
            (Act::State, self.state),
            (Act::Support, self.support_act),
            (Act::Commit, self.commit),
            (Act::Request, self.request),
            (Act::Reject, self.reject),
            (Act::Accuse, self.accuse),
            (Act::Deny, self.deny),
            (Act::Threaten, self.threaten),
        ];
        Cell {
            side: named(self.side_slug, self.side_name),
            issue: IssueRef {
                slug: self.issue_slug,
                name: self.issue_name,
                domain: self.domain,
            },
            meeting: self.meeting_slug,
            support: self.support,
            neutral: self.neutral,
            oppose: self.oppose,
            articles: self.articles,
            acts: acts.into_iter().filter(|(_, count)| *count > 0).collect(),
            quotes,
        }
    }
}

struct QuoteRow {
    side_id: Option<Uuid>,
    issue_id: Uuid,
    meeting_id: Option<Uuid>,
    position_id: Uuid,
    article_id: Uuid,
    title: Option<String>,
    outlet: Option<String>,
    published: Option<NaiveDate>,
    url: Option<String>,
    actor_slug: String,
    actor_name: String,
    stance: i16,
    act: String,
    evidence: Json<Vec<SpanRow>>,
    confidence: f32,
}

impl TryFrom<QuoteRow> for (Place, Quote) {
    type Error = crate::Error;

    fn try_from(row: QuoteRow) -> Result<(Place, Quote)> {
        let id = row.position_id;
        let quote = Quote {
            position_id: id,
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
            stance: stance(id, row.stance)?,
            act: code("party_position", "act", id, &row.act)?,
            evidence: words(row.evidence.0),
            confidence: row.confidence,
        };
        Ok(((row.side_id, row.issue_id, row.meeting_id), quote))
    }
}

struct TotalRow {
    articles: i64,
    parser_versions: Vec<String>,
}

/// The two queries of a grid differ in their sides only: parties, which may be missing, or actors.
macro_rules! cells {
    ($selection:expr, $side:literal, $join:literal) => {
        select_positions!(
            CellRow,
            $selection,
            { "with cell as (select " + $side + r#" as side_id, p.issue_id, p.meeting_id,
                count(*) filter (where p.stance = 1) as support, count(*) filter (where p.stance = 0) as neutral,
                count(*) filter (where p.stance = -1) as oppose, count(distinct p.article_id) as articles,
                count(*) filter (where p.act = 'state') as state,
                count(*) filter (where p.act = 'support') as support_act,
                count(*) filter (where p.act = 'commit') as commit,
                count(*) filter (where p.act = 'request') as request,
                count(*) filter (where p.act = 'reject') as reject,
                count(*) filter (where p.act = 'accuse') as accuse,
                count(*) filter (where p.act = 'deny') as deny,
                count(*) filter (where p.act = 'threaten') as threaten"# },
            { "group by " + $side + r#", p.issue_id, p.meeting_id)
            select c.side_id as "side_id?", side.slug as "side_slug?", side.name as "side_name?",
                c.issue_id as "issue_id!", i.slug as "issue_slug!", i.name as "issue_name!", i.domain as "domain!",
                c.meeting_id as "meeting_id?", me.slug as "meeting_slug?",
                c.support as "support!", c.neutral as "neutral!", c.oppose as "oppose!", c.articles as "articles!",
                c.state as "state!", c.support_act as "support_act!", c.commit as "commit!", c.request as "request!",
                c.reject as "reject!", c.accuse as "accuse!", c.deny as "deny!", c.threaten as "threaten!"
            from cell c
            join issue i on i.issue_id = c.issue_id
            left join meeting me on me.meeting_id = c.meeting_id
            left join "# + $join + r#" = c.side_id
            order by side.slug nulls last, i.ordinal, i.slug, me.meeting_id is null, me.start_day nulls last, me.slug"# }
        )
    };
}

macro_rules! quotes {
    ($selection:expr, $side:literal, $quotes:expr) => {
        select_positions!(
            QuoteRow,
            $selection,
            { "with ranked as (select p.article_id, p.position_id, " + $side + r#" as side_id, p.issue_id, p.meeting_id,
                row_number() over (partition by "# + $side + r#", p.issue_id, p.meeting_id
                    order by p.confidence desc, (p.mode = 'direct') desc, p.position_id) as place"# },
            { r#")
            select r.side_id as "side_id?", r.issue_id as "issue_id!", r.meeting_id as "meeting_id?",
                p.position_id as "position_id!", p.article_id as "article_id!",
                ar.title as "title?", ar.outlet as "outlet?", ar.published as "published?", ar.url as "url?",
                ac.slug as "actor_slug!", ac.name as "actor_name!", p.stance as "stance!", p.act as "act!",
                p.evidence as "evidence!: Json<Vec<SpanRow>>", p.confidence as "confidence!"
            from ranked r
            join party_position p on p.article_id = r.article_id and p.position_id = r.position_id
            join article ar on ar.article_id = p.article_id
            join actor ac on ac.actor_id = p.actor_id
            where r.place <= $34
            order by r.place"# },
            i64::from($quotes)
        )
    };
}

impl Store {
    /// Counts the positions that the filter admits per party (or actor) × issue × meeting.
    ///
    /// The sum over all cells is the total of [`Store::positions`] under the same filter and revision.
    /// Each cell has its `quotes` strongest positions: most confident first, then whole quotations
    /// before partial ones, then the order of storing.
    pub async fn grid(&self, filter: &PositionFilter, by: By, quotes: u32) -> Result<Grid> {
        let selection = self.selection(filter).await?;
        let rows = match by {
            By::Party => {
                cells!(selection, "p.party_id", "party side on side.party_id")
                    .fetch_all(&self.read)
                    .await?
            }
            By::Actor => {
                cells!(selection, "p.actor_id", "actor side on side.actor_id")
                    .fetch_all(&self.read)
                    .await?
            }
        };
        let total = select_positions!(
            TotalRow,
            selection,
            {
                r#"select count(distinct p.article_id) as "articles!",
                coalesce(array_agg(distinct p.parser_version), '{}') as "parser_versions!""#
            },
            { "" }
        )
        .fetch_one(&self.read)
        .await?;
        let mut quoted = self.quotes(&selection, by, quotes).await?;
        let mut columns: Vec<Uuid> = rows.iter().filter_map(|row| row.meeting_id).collect();
        columns.sort();
        columns.dedup();
        let meetings = self.select_meetings(&columns, None, i64::MAX).await?;
        let cells: Vec<Cell> = rows
            .into_iter()
            .map(|row| {
                let quotes = quoted.remove(&row.place()).unwrap_or_default();
                row.into_cell(quotes)
            })
            .collect();
        Ok(Grid {
            revision: selection.revision,
            meetings,
            positions: cells
                .iter()
                .map(|cell| cell.support + cell.neutral + cell.oppose)
                .sum(),
            cells,
            articles: total.articles,
            parser_versions: total.parser_versions,
        })
    }

    async fn quotes(
        &self,
        selection: &Selection,
        by: By,
        quotes: u32,
    ) -> Result<HashMap<Place, Vec<Quote>>> {
        if quotes == 0 {
            return Ok(HashMap::new());
        }
        let rows = match by {
            By::Party => {
                quotes!(selection, "p.party_id", quotes)
                    .fetch_all(&self.read)
                    .await?
            }
            By::Actor => {
                quotes!(selection, "p.actor_id", quotes)
                    .fetch_all(&self.read)
                    .await?
            }
        };
        let mut quoted: HashMap<Place, Vec<Quote>> = HashMap::new();
        for row in rows {
            let (place, quote) = row.try_into()?;
            quoted.entry(place).or_default().push(quote);
        }
        Ok(quoted)
    }
}

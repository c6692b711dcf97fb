//! Quotes: the words of single positions, as comparisons show them beside their numbers.

use crate::rows::{SpanRow, code, stance, words};
use crate::{Result, Store};
use chrono::NaiveDate;
use plenary_domain::record::{ArticleRef, Named, Quote};
use sqlx::types::Json;
use uuid::Uuid;

struct QuoteRow {
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

impl TryFrom<QuoteRow> for Quote {
    type Error = crate::Error;

    fn try_from(row: QuoteRow) -> Result<Quote> {
        let id = row.position_id;
        Ok(Quote {
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
        })
    }
}

impl Store {
    /// The quotes of positions, in no order; actors are named as at `revision`.
    pub async fn quotes(&self, position_ids: &[Uuid], revision: i64) -> Result<Vec<Quote>> {
        sqlx::query_as!(
            QuoteRow,
            r#"select p.position_id, p.article_id, a.title, a.outlet, a.published, a.url,
                ac.slug as "actor_slug!", av.name as actor_name, p.stance, p.act,
                p.evidence as "evidence!: Json<Vec<SpanRow>>", p.confidence
            from party_position p
            join article a on a.article_id = p.article_id
            join actor ac on ac.actor_id = p.actor_id
            join actor_version av on av.actor_id = p.actor_id
                and av.since_revision <= $2 and (av.until_revision is null or av.until_revision > $2)
            where p.position_id = any($1)"#,
            position_ids,
            revision
        )
        .fetch_all(&self.read)
        .await?
        .into_iter()
        .map(Quote::try_from)
        .collect()
    }
}

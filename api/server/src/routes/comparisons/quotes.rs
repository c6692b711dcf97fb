//! The words beside the numbers: the strongest quotes of a cell, a shift, a meeting.

use crate::http::problem::Problem;
use crate::http::query::scalar;
use crate::routes::positions::Position;
use crate::shape::{ActCode, ArticleRef, Named, StanceCode, Words, all, joined};
use crate::state::State;
use plenary_domain::record;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Quotes where `quotes` is not given.
const DEFAULT: usize = 1;
/// Most quotes in one place.
const MOST: usize = 20;

/// How many quotes stand beside the numbers.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QuotesQuery {
    /// Most quotes beside each number, the strongest first: the most confident, then whole quotations.
    #[param(value_type = u32, required = false, minimum = 0, maximum = 20)]
    pub quotes: Option<String>,
}

impl QuotesQuery {
    /// The number asked for, else one.
    pub(crate) fn quotes(&self) -> Result<usize, Problem> {
        Ok(self.asked()?.unwrap_or(DEFAULT))
    }

    /// The number asked for.
    pub(crate) fn asked(&self) -> Result<Option<usize>, Problem> {
        let quotes: Option<usize> = scalar("quotes", &self.quotes)?;
        if quotes.is_some_and(|quotes| quotes > MOST) {
            return Err(Problem::invalid(
                "query.quotes",
                format!("must lie in 0..={MOST}"),
            ));
        }
        Ok(quotes)
    }
}

/// Words behind a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Quote {
    /// Id of the position.
    pub position: Uuid,
    /// The words with their places in the article's text.
    pub words: Vec<Words>,
    /// The words as one text.
    pub text: String,
    /// Who speaks.
    pub actor: Named,
    /// The article.
    pub article: ArticleRef,
    /// The stance taken.
    pub stance: StanceCode,
    /// The act.
    pub act: ActCode,
    /// Probability that the record is right.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence: f32,
}

impl From<record::Quote> for Quote {
    fn from(quote: record::Quote) -> Self {
        let words: Vec<Words> = all(quote.evidence);
        Quote {
            position: quote.position_id,
            text: joined(&words),
            words,
            actor: quote.actor.into(),
            article: quote.article.into(),
            stance: quote.stance.into(),
            act: quote.act.into(),
            confidence: quote.confidence,
        }
    }
}

impl Quote {
    pub(crate) fn example() -> Quote {
        let position = Position::example();
        Quote {
            position: position.id,
            text: joined(&position.evidence),
            words: position.evidence,
            actor: position.actor,
            article: position.article,
            stance: position.stance,
            act: position.act,
            confidence: position.confidence,
        }
    }
}

/// The quotes of an answer, by position.
pub(crate) struct Quotes(HashMap<Uuid, Quote>);

impl Quotes {
    pub(crate) async fn fetch(
        state: &State,
        mut ids: Vec<Uuid>,
        revision: i64,
    ) -> Result<Quotes, Problem> {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Quotes(HashMap::new()));
        }
        let quotes = state.store.quotes(&ids, revision).await?;
        let of = |quote: record::Quote| (quote.position_id, Quote::from(quote));
        Ok(Quotes(quotes.into_iter().map(of).collect()))
    }

    /// Those of some positions, in their order.
    pub(crate) fn of(&self, ids: &[Uuid]) -> Vec<Quote> {
        ids.iter()
            .filter_map(|id| self.0.get(id).cloned())
            .collect()
    }
}

/// The text of the first quote, as CSV shows it.
pub(crate) fn first(quotes: &[Quote]) -> String {
    quotes
        .first()
        .map(|quote| quote.text.clone())
        .unwrap_or_default()
}

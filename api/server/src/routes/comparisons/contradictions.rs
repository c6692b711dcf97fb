//! `/v1/comparisons/contradictions`: positions of one side that pull opposite ways.

use super::Side;
use super::basis::{Basis, Measured, measure};
use super::counting::{CountingQuery, most};
use crate::http::access::MayRead;
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query};
use crate::routes::positions::Position;
use crate::shape::{IssueRef, Row, joined};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::contradiction::{self, Candidate, Kind};
use plenary_domain::observed::ObservedPosition;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Contradictions in an answer where `most` is not given.
const DEFAULT_MOST: usize = 20;
/// Most contradictions in an answer.
pub(crate) const MAX_MOST: usize = 200;

/// How many contradictions are shown.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MostQuery {
    /// Most contradictions in the answer, the strongest first; `total` says how many there are.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 200)]
    pub most: Option<String>,
}

/// Pairs of positions of one side with opposite stances on one issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Contradictions::example()))]
pub struct Contradictions {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// Number of such pairs, those not shown included.
    #[schema(minimum = 0)]
    pub total: u64,
    /// The strongest pairs.
    pub contradictions: Vec<Contradiction>,
}

/// Two positions with opposite stances on one issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Contradiction {
    /// The side whose positions they are.
    #[serde(flatten)]
    pub side: Side,
    /// The issue.
    pub issue: IssueRef,
    /// One mouth or two.
    pub kind: ContradictionKind,
    /// What pairs are ranked by: the product of both confidences, halved with every quarter of a
    /// year between them.
    #[schema(minimum = 0, maximum = 1)]
    pub strength: f64,
    /// The earlier position, with its words.
    pub earlier: Position,
    /// The later position, with its words.
    pub later: Position,
}

/// `self`: both positions are of one speaker. `split`: they are of two speakers of one party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Documented above.
pub enum ContradictionKind {
    #[serde(rename = "self")]
    Itself,
    Split,
}

impl Row for Contradiction {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["side", "side_name", "issue", "kind", "strength"];
        columns.extend(["earlier", "earlier_actor", "earlier_meeting", "earlier_day"]);
        columns.extend(["earlier_stance", "earlier_words"]);
        columns.extend(["later", "later_actor", "later_meeting", "later_day"]);
        columns.extend(["later_stance", "later_words"]);
        columns
    }

    fn fields(&self) -> Vec<String> {
        let mut fields = vec![
            self.side.slug().to_owned(),
            self.side.name().to_owned(),
            self.issue.slug.clone(),
            crate::shape::code(&self.kind),
            self.strength.to_string(),
        ];
        for position in [&self.earlier, &self.later] {
            fields.extend([
                position.id.to_string(),
                position.actor.name.clone(),
                crate::shape::text(&position.meeting.as_ref().map(|meeting| &meeting.slug)),
                crate::shape::text(&position.day),
                crate::shape::code(&position.stance),
                joined(&position.evidence),
            ]);
        }
        fields
    }
}

impl Contradictions {
    pub(crate) fn example() -> Contradictions {
        let later = Position::example();
        let mut earlier = Position::example();
        earlier.id = Uuid::from_u128(earlier.id.as_u128() - 1);
        earlier.stance = crate::shape::StanceCode::Support;
        Contradictions {
            basis: Basis::example(),
            total: 1,
            contradictions: vec![Contradiction {
                side: Side::example(),
                issue: IssueRef::example(),
                kind: ContradictionKind::Split,
                strength: 0.42,
                earlier,
                later,
            }],
        }
    }
}

impl Comparison for Contradictions {
    type Line = Contradiction;

    fn about(&self) -> Vec<(&'static str, String)> {
        self.basis.about()
    }

    fn lines(self) -> Vec<Contradiction> {
        self.contradictions
    }

    fn total(&self) -> Option<u64> {
        Some(self.total)
    }
}

/// The strongest `most` pairs among the positions at `among`, with their records, and how many pairs
/// there are in all.
pub(crate) async fn find(
    state: &State,
    measured: &Measured,
    among: Vec<u32>,
    most: usize,
    wanted: impl Fn(&ObservedPosition) -> bool,
) -> Result<(Vec<Contradiction>, u64), Problem> {
    let positions: Vec<ObservedPosition> = among
        .into_iter()
        .map(|at| measured.observed.positions[at as usize])
        .collect();
    let candidates: Vec<Candidate> = positions
        .iter()
        .map(|position| Candidate {
            side: position.observation.side,
            actor: position.observation.actor,
            issue: position.observation.issue,
            stance: position.observation.stance,
            confidence: position.confidence,
            day: position.observation.day,
            wanted: wanted(position),
        })
        .collect();
    let (pairs, total) = web::block(move || contradiction::contradictions(&candidates, most))
        .await
        .map_err(Problem::internal)?;
    let ends = pairs.iter().flat_map(|pair| [pair.earlier, pair.later]);
    let mut ids: Vec<Uuid> = ends.map(|at| positions[at].position_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let records: HashMap<Uuid, Position> = state
        .store
        .positions_by_id(&ids, measured.observed.revision)
        .await?
        .into_iter()
        .map(|record| (record.position_id, Position::from(record)))
        .collect();
    let found = pairs.iter().filter_map(|pair| {
        let of = |at: usize| records.get(&positions[at].position_id).cloned();
        let observation = &positions[pair.earlier].observation;
        Some(Contradiction {
            side: measured.side(observation.side),
            issue: measured.issue(observation.issue),
            kind: match pair.kind {
                Kind::Itself => ContradictionKind::Itself,
                Kind::Split => ContradictionKind::Split,
            },
            strength: pair.strength,
            earlier: of(pair.earlier)?,
            later: of(pair.later)?,
        })
    });
    Ok((found.collect(), total))
}

/// Find where a side contradicts itself.
///
/// Pairs positions of one party (or actor) that take opposite stances on one issue, and shows the words
/// of both. It tells where to look. It does not tell that anybody was insincere: a later position may
/// be a change of mind, and both records are only as sure as their confidence says. `kind` tells
/// whether one speaker stands behind both (`self`) or two of one party (`split`). For each side and
/// issue the surest 200 positions of each sign are paired; `total` counts all pairs.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery, MostQuery),
    responses(
        (status = 200, description = "The strongest pairs; as CSV or NDJSON one line a pair. `X-Total-Count` says how many there are.",
            content(
                (Contradictions = "application/json", example = json!(Contradictions::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Contradictions::example().contradictions))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Contradictions::example().contradictions))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/contradictions")]
pub(crate) async fn compare_contradictions(
    _: MayRead,
    format: Format,
    state: web::Data<State>,
    Query((query, counting, asked)): Query<(FilterQuery, CountingQuery, MostQuery)>,
) -> Result<HttpResponse, Problem> {
    let most = most(&asked.most, DEFAULT_MOST, MAX_MOST)?;
    let measured = measure(&state, &query, &counting).await?;
    let (contradictions, total) =
        find(&state, &measured, measured.kept.clone(), most, |_| true).await?;
    answer::comparison(format, move || {
        Ok(Contradictions {
            basis: measured.basis,
            total,
            contradictions,
        })
    })
    .await
}

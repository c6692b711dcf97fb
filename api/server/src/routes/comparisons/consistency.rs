//! `/v1/comparisons/consistency`: how well the positions of each side fit together.

use super::basis::{Measured, measure};
use super::counted::Interval;
use super::counting::CountingQuery;
use super::per_issue::{IssueMeasure, IssueMeasures};
use super::polarisation::SeedQuery;
use crate::http::access::MayRead;
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query};
use crate::shape::{Row, code, text};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::alpha::{self, Metric, Undefined};
use plenary_domain::measure::consistency::consistency;
use plenary_domain::{Act, Stance};
use serde::Serialize;
use utoipa::ToSchema;

const FORMULA: &str = "1 - mean pairwise |k - k'|/2 over the positions";

/// How well the positions of each side fit together, and how reliable such cells are in all.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Consistencies::example()))]
pub struct Consistencies {
    /// The numbers of each side and issue.
    #[serde(flatten)]
    pub measures: IssueMeasures,
    /// Seed of the bootstrap (ChaCha8).
    pub seed: u64,
    /// How far positions of one side on one issue at one meeting agree beyond chance.
    pub reliability: Vec<Reliability>,
}

/// Krippendorff's alpha of a field over cells of side × issue × meeting, each position being one coding.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Reliability {
    /// The field.
    pub field: ReliabilityField,
    /// How unlike two values are: the same or not (`nominal`), or by their order (`ordinal`).
    pub metric: ReliabilityMetric,
    /// Alpha: 1 where all positions of a cell agree, 0 where they agree as chance would have it, less
    /// where they disagree more than that; null where there is none, for `reason`.
    #[schema(required = true, maximum = 1)]
    pub alpha: Option<f64>,
    /// 95 % interval from a bootstrap over cells; null where it cannot be had.
    #[schema(required = true)]
    pub interval: Option<Interval>,
    /// Why there is no alpha: no cell has two positions, or all that do say the same.
    #[schema(required = true)]
    pub reason: Option<ReliabilityReason>,
    /// Cells with two positions or more.
    #[schema(minimum = 0)]
    pub units: usize,
    /// The link that lists the positions held against one another: all those of a meeting.
    #[schema(format = "uri-reference")]
    pub positions: String,
}

/// A field of the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names say it.
pub enum ReliabilityField {
    Stance,
    Act,
}

/// How unlike two values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Documented where it is used.
pub enum ReliabilityMetric {
    Nominal,
    Ordinal,
}

/// Why there is no alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Documented where it is used.
pub enum ReliabilityReason {
    NoPairs,
    NoVariation,
}

impl Reliability {
    fn of<const N: usize>(
        field: ReliabilityField,
        metric: Metric,
        units: &[[u32; N]],
        seed: u64,
        positions: &str,
    ) -> Reliability {
        let found = alpha::with_interval(units, metric, seed);
        Reliability {
            field,
            metric: match metric {
                Metric::Nominal => ReliabilityMetric::Nominal,
                Metric::Ordinal => ReliabilityMetric::Ordinal,
            },
            alpha: found.ok().map(|found| found.alpha),
            interval: found
                .ok()
                .and_then(|found| found.interval)
                .map(|(low, high)| Interval { low, high }),
            reason: found.err().map(|reason| match reason {
                Undefined::NoPairs => ReliabilityReason::NoPairs,
                Undefined::NoVariation => ReliabilityReason::NoVariation,
            }),
            units: alpha::pairable(units).len(),
            positions: positions.to_owned(),
        }
    }
}

/// Alpha of stance and of act.
fn reliability(measured: &Measured, seed: u64) -> Vec<Reliability> {
    let positions = &measured.observed.positions;
    let mut placed: Vec<_> = measured
        .kept
        .iter()
        .filter_map(|at| {
            let o = &positions[*at as usize].observation;
            Some(((o.side, o.issue, o.meeting?), *at))
        })
        .collect();
    placed.sort_unstable();
    let (mut stances, mut acts) = (Vec::new(), Vec::new());
    for unit in placed.chunk_by(|(a, _), (b, _)| a == b) {
        let (mut stance, mut act) = ([0; Stance::ALL.len()], [0; Act::ALL.len()]);
        for (_, at) in unit {
            let position = &positions[*at as usize];
            stance[(position.observation.stance.value() + 1) as usize] += 1;
            // Codes are numbered in the order of their list.
            act[position.act as usize] += 1;
        }
        stances.push(stance);
        acts.push(act);
    }
    let link = measured.links.placed();
    let (stance, act) = (Metric::Ordinal, Metric::Nominal);
    vec![
        Reliability::of(ReliabilityField::Stance, stance, &stances, seed, &link),
        Reliability::of(ReliabilityField::Act, act, &acts, seed, &link),
    ]
}

/// A line of CSV or NDJSON: the number of a side and issue, or alpha of a field.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Line {
    /// Consistency of a side on an issue.
    Measure(IssueMeasure),
    /// Alpha over all of them.
    Reliability(Reliability),
}

impl Row for Line {
    fn columns() -> Vec<&'static str> {
        let mut columns = IssueMeasure::columns();
        columns.extend(["field", "metric", "low", "high", "reason", "units"]);
        columns
    }

    fn fields(&self) -> Vec<String> {
        let none = |count: usize| std::iter::repeat_n(String::new(), count);
        match self {
            Line::Measure(measure) => measure.fields().into_iter().chain(none(6)).collect(),
            Line::Reliability(reliability) => {
                // Alpha stands where the numbers do, and belongs to no side and no issue.
                let field = |column| match column {
                    "value" => text(&reliability.alpha),
                    "positions" => reliability.positions.clone(),
                    _ => String::new(),
                };
                let mut fields: Vec<String> =
                    IssueMeasure::columns().into_iter().map(field).collect();
                fields.extend([
                    code(&reliability.field),
                    code(&reliability.metric),
                    text(&reliability.interval.map(|interval| interval.low)),
                    text(&reliability.interval.map(|interval| interval.high)),
                    reliability.reason.as_ref().map(code).unwrap_or_default(),
                    reliability.units.to_string(),
                ]);
                fields
            }
        }
    }
}

impl Comparison for Consistencies {
    type Line = Line;

    fn about(&self) -> Vec<(&'static str, String)> {
        let measures = self.measures.about();
        [measures, vec![("seed", self.seed.to_string())]].concat()
    }

    fn lines(self) -> Vec<Line> {
        let measures = self.measures.values.into_iter().map(Line::Measure);
        let reliability = self.reliability.into_iter().map(Line::Reliability);
        measures.chain(reliability).collect()
    }
}

impl Consistencies {
    fn example() -> Consistencies {
        let cells = [[0, 0, 3], [4, 1, 0], [0, 2, 3]];
        let mut measures = IssueMeasures::example();
        measures.formula = FORMULA.to_owned();
        Consistencies {
            measures,
            seed: 1,
            reliability: vec![Reliability::of(
                ReliabilityField::Stance,
                Metric::Ordinal,
                &cells,
                1,
                "/v1/positions?revision=4",
            )],
        }
    }
}

/// See how consistent each side is.
///
/// Gives for each side and issue how alike its positions are: 1 where all are the same, 0 where two are
/// opposite; and over all sides how far the positions of one side on one issue at one meeting agree
/// beyond chance (Krippendorff's alpha, `reliability`). It tells whether the reported positions fit
/// together. It does not tell whether a difference is a change over time (see `/v1/comparisons/shifts`)
/// or a fault of a record. As CSV and NDJSON there is one line a side and issue, then one for each alpha.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery, SeedQuery),
    responses(
        (status = 200, description = "Consistency; as CSV or NDJSON one line a side and issue, then one an alpha.",
            content(
                (Consistencies = "application/json", example = json!(Consistencies::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Consistencies::example().lines()))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Consistencies::example().lines()))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/consistency")]
pub(crate) async fn compare_consistency(
    _: MayRead,
    format: Format,
    state: web::Data<State>,
    Query((query, counting, seed)): Query<(FilterQuery, CountingQuery, SeedQuery)>,
) -> Result<HttpResponse, Problem> {
    let seed = seed.seed()?;
    let measured = measure(&state, &query, &counting).await?;
    answer::comparison(format, move || {
        Ok(Consistencies {
            reliability: reliability(&measured, seed),
            measures: IssueMeasures::of(measured, FORMULA, |cell, _| consistency(cell)),
            seed,
        })
    })
    .await
}

//! `/v1/comparisons/cohesion` and `/salience`: one number for each side and issue.

use super::Side;
use super::basis::{Basis, Measured, Reads, count, measure};
use super::counted::Counted;
use super::counting::CountingQuery;
use crate::http::access::MayRead;
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query};
use crate::shape::{IssueRef, Row};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::Cell;
use plenary_domain::measure::cohesion::cohesion;
use plenary_domain::measure::salience::{LAMBDA, salience};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One number for each side and issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(IssueMeasures::example()))]
pub struct IssueMeasures {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// The formula.
    pub formula: String,
    /// The numbers, by side, then in the codebook's order of issues.
    pub values: Vec<IssueMeasure>,
}

/// The number of one side on one issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IssueMeasure {
    /// The side.
    #[serde(flatten)]
    pub side: Side,
    /// The issue.
    pub issue: IssueRef,
    /// The number; null where the positions are too few to have one.
    #[schema(required = true, minimum = 0, maximum = 1)]
    pub value: Option<f64>,
    /// The positions behind it.
    #[serde(flatten)]
    pub counted: Counted,
}

impl Row for IssueMeasure {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["side", "side_name", "issue", "value"];
        columns.extend(Counted::COLUMNS);
        columns
    }

    fn fields(&self) -> Vec<String> {
        let mut fields = vec![
            self.side.slug().to_owned(),
            self.side.name().to_owned(),
            self.issue.slug.clone(),
            crate::shape::text(&self.value),
        ];
        fields.extend(self.counted.fields());
        fields
    }
}

impl Comparison for IssueMeasures {
    type Line = IssueMeasure;

    fn about(&self) -> Vec<(&'static str, String)> {
        self.basis.about_with([("formula", self.formula.clone())])
    }

    fn lines(self) -> Vec<IssueMeasure> {
        self.values
    }
}

impl IssueMeasures {
    pub(super) fn of(
        measured: Measured,
        formula: &str,
        value: impl Fn(Cell, u64) -> Option<f64>,
    ) -> IssueMeasures {
        let cells = measured.cells();
        let mut in_all: BTreeMap<u32, u64> = BTreeMap::new();
        for ((side, _), cell) in &cells {
            *in_all.entry(*side).or_default() += u64::from(cell.count());
        }
        let shown = cells
            .into_iter()
            .filter(|(_, cell)| cell.count() >= measured.least());
        IssueMeasures {
            values: shown
                .map(|((side, issue), cell)| IssueMeasure {
                    side: measured.side(side),
                    issue: measured.issue(issue),
                    value: value(cell, in_all.get(&side).copied().unwrap_or(0)),
                    counted: Counted::of(cell, measured.links.to(Some(side), Some(issue), None)),
                })
                .collect(),
            formula: formula.to_owned(),
            basis: measured.basis,
        }
    }

    pub(super) fn example() -> IssueMeasures {
        IssueMeasures {
            basis: Basis::example(),
            formula: COHESION.to_owned(),
            values: vec![IssueMeasure {
                side: Side::example(),
                issue: IssueRef::example(),
                value: Some(0.5),
                counted: Counted::example(),
            }],
        }
    }
}

const COHESION: &str = "[max(S,Z,O) - (T - max(S,Z,O))/2]/T (Hix, Noury and Roland 2005)";
/// See how united each side is.
///
/// Gives for each side and issue the agreement index of its positions: 1 where all are the same, 0
/// where they split into equal thirds. It tells how united the reported voices of a party are. It does
/// not tell how many voices there are, so read `count` beside it.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery),
    responses(
        (status = 200, description = "Cohesion; as CSV or NDJSON one line a side and issue.",
            content(
                (IssueMeasures = "application/json", example = json!(IssueMeasures::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &IssueMeasures::example().values))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &IssueMeasures::example().values))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/cohesion")]
pub(crate) async fn compare_cohesion(
    _: MayRead,
    format: Format,
    state: web::Data<State>,
    Query((query, counting)): Query<(FilterQuery, CountingQuery)>,
) -> Result<HttpResponse, Problem> {
    let measured = measure(&state, &query, &counting).await?;
    answer::comparison(format, move || {
        Ok(IssueMeasures::of(measured, COHESION, |cell, _| {
            cohesion(cell)
        }))
    })
    .await
}

/// See what each side speaks about.
///
/// Gives for each side the share of its positions that each issue has, smoothed so that an issue it was
/// not reported on does not count as impossible. It tells what articles report a side to speak about.
/// It does not tell what matters to it.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery),
    responses(
        (status = 200, description = "Salience; as CSV or NDJSON one line a side and issue.",
            content(
                (IssueMeasures = "application/json", example = json!(IssueMeasures::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &IssueMeasures::example().values))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &IssueMeasures::example().values))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/salience")]
pub(crate) async fn compare_salience(
    _: MayRead,
    format: Format,
    state: web::Data<State>,
    Query((query, counting)): Query<(FilterQuery, CountingQuery)>,
) -> Result<HttpResponse, Problem> {
    // Positions on no proposition are gathered under `other`, which is an issue too.
    let issues = state.parse.parser().codebook().issues.len() as u64 + 1;
    let measured = count(&state, &query, &query.filter()?, &counting, Reads::Sides).await?;
    let formula = format!("(n[a,j] + L)/(n[a] + L J), L = {LAMBDA}, J = {issues}");
    answer::comparison(format, move || {
        Ok(IssueMeasures::of(measured, &formula, |cell, in_all| {
            salience(u64::from(cell.count()), in_all, issues)
        }))
    })
    .await
}

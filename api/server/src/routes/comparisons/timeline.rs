//! `/v1/comparisons/timeline`: what each side said as time went on.

use super::Side;
use super::basis::{Basis, Measured, Reads, count};
use super::counted::Estimated;
use super::counting::{CountingQuery, too_large};
use super::rendered::{Drawn, Rendered};
use super::windows::{self, Asked, PerCode, Window, WindowQuery};
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
use plenary_domain::measure::cell::Intervals;
use plenary_domain::measure::window::{Per, Span, Windows};
use serde::Serialize;
use utoipa::ToSchema;

/// Counts and mean stance of each side on each issue, window by window.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Timeline::example()))]
pub struct Timeline {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// What windows are counted in.
    pub per: PerCode,
    /// Periods in one window.
    #[schema(minimum = 1)]
    pub width: u32,
    /// Positions in no window: without a day, or without a meeting.
    #[schema(minimum = 0)]
    pub outside: usize,
    /// The lines of the chart: by side, then in the codebook's order of issues.
    #[schema(value_type = Vec<Series>)]
    pub series: Drawn<Series>,
}

/// One side on one issue as time goes on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Series {
    /// The side.
    #[serde(flatten)]
    pub side: Side,
    /// The issue.
    pub issue: IssueRef,
    /// The windows in which the side spoke on the issue, in time order.
    pub points: Vec<Point>,
}

/// What one side said on one issue in one window.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Point {
    /// The window.
    #[schema(value_type = Window)]
    pub window: Rendered<Window>,
    /// What was said.
    #[serde(flatten)]
    pub estimated: Estimated,
}

/// A point with its series: what the timeline is in CSV and NDJSON.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    #[serde(flatten)]
    side: Side,
    issue: IssueRef,
    #[serde(flatten)]
    point: Point,
}

impl Row for Line {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["side", "side_name", "issue"];
        columns.extend(Window::COLUMNS);
        columns.extend(Estimated::columns());
        columns
    }

    fn fields(&self) -> Vec<String> {
        let point = &self.point;
        let mut fields = vec![
            self.side.slug().to_owned(),
            self.side.name().to_owned(),
            self.issue.slug.clone(),
        ];
        fields.extend(Window::fields(Some(&point.window)));
        fields.extend(point.estimated.fields());
        fields
    }
}

impl Comparison for Timeline {
    type Line = Line;

    fn about(&self) -> Vec<(&'static str, String)> {
        let windows = windows::about(Some(self.per), self.width);
        [self.basis.about(), windows].concat()
    }

    fn lines(self) -> Vec<Line> {
        let of = |series: Series| {
            let points = series.points.into_iter();
            points.map(move |point| Line {
                side: series.side.clone(),
                issue: series.issue.clone(),
                point,
            })
        };
        self.series.iter().flat_map(of).collect()
    }
}

/// Most points in one answer.
const MAX_POINTS: usize = 2_000_000;

fn timeline(measured: Measured, Asked { per, width }: Asked) -> Result<Timeline, Problem> {
    let observations = measured.observations();
    let windows = Windows::of(&observations, per, width, &measured.processes());
    let counted = windows.cells(&observations);
    let mut placed: Vec<((u32, u32), usize, Cell)> = Vec::new();
    for (at, (_, cells)) in counted.iter().enumerate() {
        let shown = cells
            .iter()
            .filter(|(_, cell)| cell.count() >= measured.least());
        placed.extend(shown.map(|(place, cell)| (*place, at, *cell)));
    }
    if placed.len() > MAX_POINTS {
        return Err(too_large("query.width", "points", MAX_POINTS));
    }
    placed.sort_unstable();
    let intervals = Intervals::of(placed.iter().map(|(.., cell)| *cell));
    let shown: Vec<(Span, Rendered<Window>)> = counted
        .iter()
        .map(|(span, _)| ((*span).clone(), Window::of(&measured, span).into()))
        .collect();
    let mut ends: Vec<usize> = placed
        .chunk_by(|(a, ..), (b, ..)| a == b)
        .map(|cells| cells.len())
        .collect();
    let mut end = 0;
    for of in &mut ends {
        end += *of;
        *of = end;
    }
    Ok(Timeline {
        per: per.into(),
        width,
        outside: windows.outside,
        basis: measured.basis.clone(),
        series: Drawn::new(ends.len(), move |at| {
            let start = at.checked_sub(1).map_or(0, |before| ends[before]);
            let cells = &placed[start..ends[at]];
            let (side, issue) = cells[0].0;
            let points = cells.iter().filter_map(|(_, at, cell)| {
                let (span, window) = &shown[*at];
                let link = measured.links.within(Some(side), Some(issue), span);
                Some(Point {
                    window: window.clone(),
                    estimated: Estimated::of(*cell, link, &intervals)?,
                })
            });
            Series {
                points: points.collect(),
                side: measured.side(side),
                issue: measured.issue(issue),
            }
        }),
    })
}

impl Timeline {
    fn example() -> Timeline {
        Timeline {
            basis: Basis::example(),
            per: PerCode::Meeting,
            width: 1,
            outside: 0,
            series: Drawn::new(1, |_| Series {
                side: Side::example(),
                issue: IssueRef::example(),
                points: Estimated::example()
                    .map(|estimated| Point {
                        window: Window::example().into(),
                        estimated,
                    })
                    .into_iter()
                    .collect(),
            }),
        }
    }
}

/// Follow positions through time.
///
/// Counts the positions of each side on each issue per day, week, month, year or meeting, with the mean
/// stance and how sure it is; `width` makes the windows wider and lets them move. It tells when
/// articles report a side to have said what. It does not tell what a side thought when nobody reported
/// on it: windows without a position have no point. Without `per` the windows are months. As CSV and
/// NDJSON there is one line a point.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery, WindowQuery),
    responses(
        (status = 200, description = "The timeline; as CSV or NDJSON one line a point.",
            content(
                (Timeline = "application/json", example = json!(Timeline::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Timeline::example().lines()))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Timeline::example().lines()))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/timeline")]
pub(crate) async fn compare_timeline(
    _: MayRead,
    format: Format,
    state: web::Data<State>,
    Query((query, counting, mut windows)): Query<(FilterQuery, CountingQuery, WindowQuery)>,
) -> Result<HttpResponse, Problem> {
    windows.per.get_or_insert_with(|| "month".to_owned());
    let asked = windows.asked()?.unwrap_or(Asked {
        per: Per::Month,
        width: 1,
    });
    let measured = count(&state, &query, &query.filter()?, &counting, Reads::Sides).await?;
    answer::comparison(format, move || timeline(measured, asked)).await
}

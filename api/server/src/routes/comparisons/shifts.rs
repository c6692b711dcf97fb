//! `/v1/comparisons/shifts`: what moved between two meetings.

use super::Side;
use super::basis::{Basis, Counted, CountingQuery, Interval, Measured, measure};
use crate::http::answer;
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query};
use crate::shape::{IssueRef, MeetingRef, Row};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::Cell;
use plenary_domain::measure::shift::{self, Direction};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Shifts of each side on each issue from one meeting of a process to the next.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Shifts::example()))]
pub struct Shifts {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// Difference of mean stance below which a side counts as unmoved.
    pub delta: f64,
    /// Share of false discoveries among the shifts called `significant` (Benjamini and Hochberg).
    pub false_discovery_rate: f64,
    /// The shifts, largest first.
    pub shifts: Vec<Shift>,
}

/// The move of one side on one issue between two meetings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Shift {
    /// The side.
    #[serde(flatten)]
    pub side: Side,
    /// The issue.
    pub issue: IssueRef,
    /// The earlier meeting and what was said there.
    pub earlier: MeetingCounts,
    /// The later meeting and what was said there.
    pub later: MeetingCounts,
    /// Mean stance at the later minus at the earlier meeting.
    #[schema(minimum = -2, maximum = 2)]
    pub difference: f64,
    /// 95 % interval of the difference.
    pub interval: Interval,
    /// Probability that the side moved by more than `delta`.
    #[schema(minimum = 0, maximum = 1)]
    pub probability: f64,
    /// Probability of so large a difference if nothing moved (exact permutation test).
    #[schema(minimum = 0, maximum = 1)]
    pub p_value: f64,
    /// True when it is a discovery at `false_discovery_rate` over all shifts of the answer.
    pub significant: bool,
    /// What to call it.
    pub direction: DirectionCode,
}

/// What one side said at one meeting.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeetingCounts {
    /// The meeting.
    pub meeting: MeetingRef,
    /// What was said there.
    #[serde(flatten)]
    pub counted: Counted,
}

/// What to call a shift: `hardened` stands further from zero with the same sign, `softened` nearer to
/// it, `reversed` has the other sign; `unchanged` did surely not move, and of `insufficient` the
/// positions are too few to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The domain documents the values.
pub enum DirectionCode {
    Hardened,
    Softened,
    Reversed,
    Unchanged,
    Insufficient,
}

impl From<Direction> for DirectionCode {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Hardened => DirectionCode::Hardened,
            Direction::Softened => DirectionCode::Softened,
            Direction::Reversed => DirectionCode::Reversed,
            Direction::Unchanged => DirectionCode::Unchanged,
            Direction::Insufficient => DirectionCode::Insufficient,
        }
    }
}

impl Row for Shift {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["side", "side_name", "issue", "earlier", "later"];
        columns.extend(["earlier_count", "earlier_stance", "earlier_positions"]);
        columns.extend(["later_count", "later_stance", "later_positions"]);
        columns.extend(["difference", "low", "high", "probability", "p_value"]);
        columns.extend(["significant", "direction"]);
        columns
    }

    fn fields(&self) -> Vec<String> {
        let counts = |at: &MeetingCounts| {
            [
                at.counted.count.to_string(),
                at.counted.stance.to_string(),
                at.counted.positions.clone(),
            ]
        };
        let mut fields = vec![
            self.side.slug().to_owned(),
            self.side.name().to_owned(),
            self.issue.slug.clone(),
            self.earlier.meeting.slug.clone(),
            self.later.meeting.slug.clone(),
        ];
        fields.extend(counts(&self.earlier));
        fields.extend(counts(&self.later));
        fields.extend([
            self.difference.to_string(),
            self.interval.low.to_string(),
            self.interval.high.to_string(),
            self.probability.to_string(),
            self.p_value.to_string(),
            self.significant.to_string(),
            crate::shape::code(&self.direction),
        ]);
        fields
    }
}

/// Pairs each side's cells on an issue along each process: every meeting with the one before at
/// which the side spoke on the issue.
fn shifts(measured: &Measured) -> Vec<Shift> {
    // Meetings are numbered in time order, so the map's order is that of time.
    type Along = BTreeMap<u32, Cell>;
    let mut tracks: BTreeMap<(u32, u32, String), Along> = BTreeMap::new();
    for o in measured.observations() {
        let Some(meeting) = o.meeting else { continue };
        let process = &measured.observed.meetings[meeting as usize].process;
        let Some(process) = process else { continue };
        tracks
            .entry((o.side, o.issue, process.slug.clone()))
            .or_default()
            .entry(meeting)
            .or_default()
            .add(o.stance);
    }
    let mut shifts = Vec::new();
    for ((side, issue, _), along) in &tracks {
        let at = |meeting: u32, cell: Cell| MeetingCounts {
            meeting: measured.observed.meetings[meeting as usize]
                .meeting
                .clone()
                .into(),
            counted: Counted::of(
                cell,
                measured.link(Some(*side), Some(*issue), Some(Some(meeting))),
            ),
        };
        for ((earlier, before), (later, after)) in along.iter().zip(along.iter().skip(1)) {
            let Some(found) = shift::shift(*before, *after) else {
                continue;
            };
            shifts.push(Shift {
                side: measured.side(*side),
                issue: measured.issue(*issue),
                earlier: at(*earlier, *before),
                later: at(*later, *after),
                difference: found.difference,
                interval: found.interval.into(),
                probability: found.probability,
                p_value: found.p_value,
                significant: false,
                direction: found.direction.into(),
            });
        }
    }
    let p_values: Vec<f64> = shifts.iter().map(|shift| shift.p_value).collect();
    let discovered = shift::discoveries(&p_values, shift::FALSE_DISCOVERY_RATE);
    for (shift, discovered) in shifts.iter_mut().zip(discovered) {
        shift.significant = discovered;
    }
    // The order is total: equal sizes keep the order of side, issue and time.
    shifts.sort_by(|a, b| {
        (b.difference.abs() * b.probability).total_cmp(&(a.difference.abs() * a.probability))
    });
    shifts
}

impl Shifts {
    fn example() -> Shifts {
        let at = |slug: &str, name: &str, cell: Cell| MeetingCounts {
            meeting: MeetingRef {
                slug: slug.to_owned(),
                name: name.to_owned(),
                ..MeetingRef::example()
            },
            counted: Counted::of(
                cell,
                format!(
                    "/v1/positions?parties=ukraine&meetings={slug}&issues=alliance-membership&revision=4"
                ),
            ),
        };
        let (before, after) = (
            Cell {
                support: 3,
                ..Cell::default()
            },
            Cell {
                oppose: 3,
                ..Cell::default()
            },
        );
        let found = shift::shift(before, after);
        Shifts {
            basis: Basis::example(),
            delta: shift::DELTA,
            false_discovery_rate: shift::FALSE_DISCOVERY_RATE,
            shifts: found
                .map(|found| Shift {
                    side: Side::example(),
                    issue: IssueRef::example(),
                    earlier: at("gomel-2022-02-28", "Talks in Gomel", before),
                    later: at("istanbul-2022-03-29", "Talks in Istanbul", after),
                    difference: found.difference,
                    interval: found.interval.into(),
                    probability: found.probability,
                    p_value: found.p_value,
                    significant: false,
                    direction: found.direction.into(),
                })
                .into_iter()
                .collect(),
        }
    }
}

/// Find what moved between meetings.
///
/// Compares each side's mean stance on each issue at a meeting with the meeting before in the same
/// process at which it spoke on the issue. It tells how likely it is that the reported positions
/// moved, and by how much; it does not tell why, and a shift between few positions is a reason to
/// read them, not a finding. Positions of no meeting or of a meeting without a process are left out.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery),
    responses(
        (status = 200, description = "The shifts, largest first; as CSV or NDJSON one line a shift.",
            content(
                (Shifts = "application/json", example = json!(Shifts::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Shifts::example().shifts))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Shifts::example().shifts))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/shifts")]
pub(crate) async fn compare_shifts(
    format: Format,
    state: web::Data<State>,
    Query((query, counting)): Query<(FilterQuery, CountingQuery)>,
) -> Result<HttpResponse, Problem> {
    let measured = measure(&state, &query, &counting).await?;
    let found = web::block(move || Shifts {
        shifts: shifts(&measured),
        basis: measured.basis,
        delta: shift::DELTA,
        false_discovery_rate: shift::FALSE_DISCOVERY_RATE,
    })
    .await
    .map_err(Problem::internal)?;
    match format {
        Format::Json => answer::json(&found),
        lines => answer::lines(lines, &found.shifts),
    }
}

//! `/v1/comparisons/shifts`: what moved between two meetings.

use super::Side;
use super::basis::{Basis, Measured, measure};
use super::counted::{Counted, Interval};
use super::counting::{CountingQuery, most};
use super::quotes::{self, Quote, Quotes, QuotesQuery};
use crate::http::access::MayRead;
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query};
use crate::shape::{IssueRef, MeetingRef, Row};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::Cell;
use plenary_domain::measure::shift::{self, Direction};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Shifts in an answer where `most` is not given.
const DEFAULT_MOST: usize = 1_000;
/// Most shifts in an answer.
const MAX_MOST: usize = 10_000;

/// Which meetings are compared, and how many shifts are shown.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShiftQuery {
    /// Slug of the meeting to start from. With `later` the two meetings are compared, whatever lies
    /// between them; without both, each meeting of a process with the one before.
    #[param(value_type = String, required = false)]
    pub earlier: Option<String>,
    /// Slug of the meeting to end with.
    #[param(value_type = String, required = false)]
    pub later: Option<String>,
    /// Most shifts in the answer, the largest first; `total` says how many there are.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 10_000)]
    pub most: Option<String>,
}

/// Shifts of each side on each issue from one meeting to a later one.
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
    /// Measured positions that are at none of the meetings compared.
    #[schema(minimum = 0)]
    pub outside: usize,
    /// Number of shifts, those not shown included.
    #[schema(minimum = 0)]
    pub total: u64,
    /// The shifts, largest first: by size and probability.
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
    /// True when it is a discovery at `false_discovery_rate` over all shifts, those not shown included.
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
    /// The strongest quotes, as many as asked for.
    pub quotes: Vec<Quote>,
}

/// What to call a shift: `hardened` stands further from zero with the same sign, `softened` nearer to
/// it, `reversed` has the other sign, each only where the shift is `significant`; `unchanged` did surely
/// not move, and of `insufficient` the positions are too few to say.
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
        columns.push("earlier_quote");
        columns.extend(["later_count", "later_stance", "later_positions"]);
        columns.push("later_quote");
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
                quotes::first(&at.quotes),
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

/// A shift before it is written: numbers for names, and the positions on both sides.
struct Found {
    side: u32,
    issue: u32,
    meetings: [u32; 2],
    cells: [Cell; 2],
    quoted: [Vec<Uuid>; 2],
    shift: shift::Shift,
}

/// The two meetings asked for; `None` where shifts run along processes. A meeting of which nothing
/// under the filter speaks has a number that no position has.
async fn pair(
    state: &State,
    measured: &Measured,
    asked: &ShiftQuery,
) -> Result<Option<[u32; 2]>, Problem> {
    let (Some(earlier), Some(later)) = (&asked.earlier, &asked.later) else {
        return Ok(None);
    };
    let mut found = Vec::new();
    for (name, slug) in [("query.earlier", earlier), ("query.later", later)] {
        let mut meetings = measured.observed.meetings.iter();
        let place = meetings.position(|observed| observed.meeting.slug == *slug);
        if place.is_none() && state.store.meeting(slug).await?.is_none() {
            let detail = format!("there is no meeting with the slug `{slug}`");
            return Err(Problem::conflict(name, detail));
        }
        found.push(place.map(|at| at as u32));
    }
    // Meetings are numbered in time order.
    match found[..] {
        [Some(earlier), Some(later)] if later < earlier => {
            Err(Problem::conflict("query.later", "lies before `earlier`"))
        }
        [earlier, later] => Ok(Some([earlier, later].map(|at| at.unwrap_or(u32::MAX)))),
        _ => Ok(None),
    }
}

impl ShiftQuery {
    fn check(&self) -> Result<(), Problem> {
        let what = match (&self.earlier, &self.later) {
            (None, Some(_)) => ("query.earlier", "is missing beside `later`"),
            (Some(_), None) => ("query.later", "is missing beside `earlier`"),
            (Some(earlier), Some(later)) if earlier == later => {
                ("query.later", "is the meeting of `earlier`")
            }
            _ => return Ok(()),
        };
        Err(Problem::conflict(what.0, what.1))
    }
}

/// Pairs each side's cells on an issue: those of the two meetings asked for, or along each process
/// every meeting with the one before at which the side spoke on the issue. Largest first, with the
/// strongest `quotes` positions of the first `most`, and their number in all, and that of the positions
/// at these meetings.
fn shifts(
    measured: &Measured,
    between: Option<[u32; 2]>,
    most: usize,
    quotes: usize,
) -> (Vec<Found>, u64, usize) {
    let positions = &measured.observed.positions;
    let processes = measured.processes();
    // Along a process: its number. Between two meetings: one track for both, in the order asked.
    let place = |at: &u32| {
        let o = &positions[*at as usize].observation;
        let meeting = o.meeting?;
        let (track, order) = match between {
            Some(pair) => (0, pair.iter().position(|one| *one == meeting)? as u32),
            // Meetings are numbered in time order.
            None => (processes[meeting as usize]?, meeting),
        };
        Some((o.side, o.issue, track, order))
    };
    let mut placed: Vec<_> = measured
        .kept
        .iter()
        .filter_map(|at| Some((place(at)?, *at)))
        .collect();
    placed.sort_unstable();
    let cells: Vec<_> = placed
        .chunk_by(|(a, _), (b, _)| a == b)
        .filter(|members| members.len() >= measured.least() as usize)
        .collect();
    let mut known = shift::Shifts::default();
    let mut found = Vec::new();
    let cell = |members: &[(_, u32)]| {
        let stances = members
            .iter()
            .map(|(_, at)| positions[*at as usize].observation.stance);
        Cell::of(stances)
    };
    for pair in cells.windows(2) {
        let [before, after] = [pair[0], pair[1]];
        let ((side, issue, track, _), (other, another, same, _)) = (before[0].0, after[0].0);
        if (side, issue, track) != (other, another, same) {
            continue;
        }
        let cells = [cell(before), cell(after)];
        let Some(shift) = known.between(cells[0], cells[1]) else {
            continue;
        };
        let size = shift.difference.abs() * shift.probability;
        found.push((size, [before, after], cells, shift));
    }
    shift::settle(found.iter_mut().map(|(_, _, _, shift)| shift));
    let total = found.len() as u64;
    // The order is total: equal sizes keep the order of side, issue and time.
    found.sort_by(|(a, ..), (b, ..)| b.total_cmp(a));
    found.truncate(most);
    let shown = found.into_iter().map(|(_, members, cells, shift)| {
        let meeting = |members: &[(_, u32)]| {
            positions[members[0].1 as usize]
                .observation
                .meeting
                .unwrap_or(0)
        };
        let quoted = |members: &[(_, u32)]| {
            let members: Vec<u32> = members.iter().map(|(_, at)| *at).collect();
            measured.strongest(&members, quotes)
        };
        let (side, issue, ..) = members[0][0].0;
        Found {
            side,
            issue,
            meetings: members.map(meeting),
            cells,
            quoted: members.map(quoted),
            shift,
        }
    });
    (shown.collect(), total, placed.len())
}

fn written(measured: &Measured, found: Found, quotes: &Quotes) -> Shift {
    let at = |end: usize| {
        let meeting = found.meetings[end];
        let link = measured
            .links
            .to(Some(found.side), Some(found.issue), Some(Some(meeting)));
        MeetingCounts {
            meeting: measured.meeting(meeting),
            counted: Counted::of(found.cells[end], link),
            quotes: quotes.of(&found.quoted[end]),
        }
    };
    Shift {
        side: measured.side(found.side),
        issue: measured.issue(found.issue),
        earlier: at(0),
        later: at(1),
        difference: found.shift.difference,
        interval: found.shift.interval.into(),
        probability: found.shift.probability,
        p_value: found.shift.p_value,
        significant: found.shift.significant,
        direction: found.shift.direction.into(),
    }
}

impl Comparison for Shifts {
    type Line = Shift;

    fn about(&self) -> Vec<(&'static str, String)> {
        self.basis.about_with([
            ("delta", self.delta.to_string()),
            (
                "false_discovery_rate",
                self.false_discovery_rate.to_string(),
            ),
        ])
    }

    fn lines(self) -> Vec<Shift> {
        self.shifts
    }

    fn total(&self) -> Option<u64> {
        Some(self.total)
    }
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
            quotes: vec![Quote::example()],
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
            outside: 0,
            total: 1,
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
                    significant: found.significant,
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
/// process at which it spoke on the issue, or at `later` with that at `earlier`, and shows the words on
/// both sides. It tells how likely it is that the reported positions moved, and by how much. It does
/// not tell why, and a shift between few positions is a reason to read them, not a finding.
/// `significant`, and with it a `direction`, keeps false discoveries at 5 % over the whole grid of the request. Positions of no
/// meeting are left out, and along processes those of a meeting without one.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery, ShiftQuery, QuotesQuery),
    responses(
        (status = 200, description = "The shifts, largest first; as CSV or NDJSON one line a shift. `X-Total-Count` says how many there are.",
            content(
                (Shifts = "application/json", example = json!(Shifts::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Shifts::example().shifts))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Shifts::example().shifts))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/shifts")]
pub(crate) async fn compare_shifts(
    _: MayRead,
    format: Format,
    state: web::Data<State>,
    Query((query, counting, asked, quoting)): Query<(
        FilterQuery,
        CountingQuery,
        ShiftQuery,
        QuotesQuery,
    )>,
) -> Result<HttpResponse, Problem> {
    let quoted = quoting.quotes()?;
    let most = most(&asked.most, DEFAULT_MOST, MAX_MOST)?;
    asked.check()?;
    let measured = measure(&state, &query, &counting).await?;
    let between = pair(&state, &measured, &asked).await?;
    let (measured, found, total, placed) = web::block(move || {
        let (found, total, placed) = shifts(&measured, between, most, quoted);
        (measured, found, total, placed)
    })
    .await
    .map_err(Problem::internal)?;
    let ids = found.iter().flat_map(|found| found.quoted.iter().flatten());
    let quotes = Quotes::fetch(&state, ids.copied().collect(), measured.basis.revision).await?;
    answer::comparison(format, move || {
        let shifts = found.into_iter();
        Ok(Shifts {
            shifts: shifts
                .map(|found| written(&measured, found, &quotes))
                .collect(),
            delta: shift::DELTA,
            false_discovery_rate: shift::FALSE_DISCOVERY_RATE,
            outside: measured.kept.len() - placed,
            total,
            basis: measured.basis,
        })
    })
    .await
}

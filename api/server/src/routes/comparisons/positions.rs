//! `/v1/comparisons/positions`: the grid of what each side said at each meeting.

use super::basis::{Basis, Counted, CountingQuery, Interval, Measured, Partyless, Scaled, count};
use super::{Side, quotes};
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query};
use crate::routes::positions::Position;
use crate::shape::{IssueRef, MeetingRef, Named, Row, text};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::filter::NONE;
use plenary_domain::measure::Cell;
use plenary_domain::measure::cell::Posteriors;
use plenary_domain::observed::ObservedMeeting;
use plenary_domain::{Act, Codebook};
use quotes::{Quote, Quotes, QuotesQuery};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// The grid: meetings are the columns, each row is a party (or an actor) on an issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(PositionGrid::example()))]
pub struct PositionGrid {
    /// What the answer stands on. `positions` is the sum over all cells, where `min_count` hides none.
    #[serde(flatten)]
    pub basis: Basis,
    /// The columns in time order. Positions of no meeting stand in cells whose `meeting` is null.
    pub meetings: Vec<Column>,
    /// The rows: by name of the side (null last), then in the codebook's order of issues.
    pub rows: Vec<GridRow>,
}

/// A column of the grid.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Column {
    /// The meeting.
    #[serde(flatten)]
    pub meeting: MeetingRef,
    /// The process to which it belongs.
    #[schema(required = true)]
    pub process: Option<Named>,
}

impl From<ObservedMeeting> for Column {
    fn from(observed: ObservedMeeting) -> Self {
        Column {
            meeting: observed.meeting.into(),
            process: observed.process.map(Named::from),
        }
    }
}

/// A row of the grid: one side on one issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GridRow {
    /// The side.
    #[serde(flatten)]
    pub side: Side,
    /// The issue.
    pub issue: IssueRef,
    /// The sentence that a stance supports or opposes; null for `other`.
    #[schema(required = true)]
    pub proposition: Option<String>,
    /// The cells that hold positions, in the order of the columns, that of no meeting last.
    pub cells: Vec<GridCell>,
}

/// What one side said on one issue at one meeting.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GridCell {
    /// Slug of the column; null for positions of no meeting.
    #[schema(required = true)]
    pub meeting: Option<String>,
    /// What was said.
    #[serde(flatten)]
    pub counted: Counted,
    /// 95 % interval of the mean stance: what the side's stance is likely to be when so few positions
    /// tell of it.
    pub interval: Interval,
    /// True when the interval excludes one of the two signs; else the positions are too few, or too
    /// divided, to say on which side of the issue the side stands.
    pub sufficient: bool,
    /// The position on a scale without ends.
    pub scaled: Scaled,
    /// Articles behind the positions.
    #[schema(minimum = 1)]
    pub articles: u32,
    /// Positions of each act; acts that do not occur are absent.
    pub acts: BTreeMap<&'static str, u32>,
    /// The strongest quotes, as many as asked for.
    pub quotes: Vec<Quote>,
}

/// A cell with its row: what the grid is in CSV and NDJSON, where every line stands for itself.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    #[serde(flatten)]
    side: Side,
    issue: IssueRef,
    #[serde(flatten)]
    cell: GridCell,
}

impl Row for Line {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["side", "side_name", "issue", "domain", "meeting"];
        columns.extend(Counted::COLUMNS);
        columns.extend(["low", "high", "sufficient", "scaled", "scaled_variance"]);
        columns.push("articles");
        columns.extend(Act::ALL.iter().map(|act| act.as_str()));
        columns.push("quote");
        columns
    }

    fn fields(&self) -> Vec<String> {
        let cell = &self.cell;
        let slug = match self.side.slug() {
            NONE => "",
            slug => slug,
        };
        let mut fields = vec![
            slug.to_owned(),
            self.side.name().to_owned(),
            self.issue.slug.clone(),
            self.issue.domain.clone(),
            text(&cell.meeting),
        ];
        fields.extend(cell.counted.fields());
        fields.extend([
            cell.interval.low.to_string(),
            cell.interval.high.to_string(),
            cell.sufficient.to_string(),
            cell.scaled.position.to_string(),
            cell.scaled.variance.to_string(),
            cell.articles.to_string(),
        ]);
        fields.extend(
            Act::ALL
                .iter()
                .map(|act| cell.acts.get(act.as_str()).unwrap_or(&0).to_string()),
        );
        fields.push(quotes::first(&cell.quotes));
        fields
    }
}

/// A cell before it is drawn: where it stands and which positions it holds.
struct Place {
    side: u32,
    issue: u32,
    /// `None` sorts last, by a number that no meeting has.
    meeting: u32,
    members: Vec<u32>,
}

const NO_MEETING: u32 = u32::MAX;

/// The cells that hold positions, by side, issue and meeting.
fn places(measured: &Measured) -> Vec<Place> {
    let of = |at: &u32| &measured.observed.positions[*at as usize].observation;
    let key = |at: &u32| {
        let o = of(at);
        (o.side, o.issue, o.meeting.unwrap_or(NO_MEETING))
    };
    let mut ordered = measured.kept.clone();
    ordered.sort_by_key(key);
    let least = measured.least() as usize;
    ordered
        .chunk_by(|a, b| key(a) == key(b))
        .filter(|members| members.len() >= least)
        .map(|members| {
            let (side, issue, meeting) = key(&members[0]);
            Place {
                side,
                issue,
                meeting,
                members: members.to_vec(),
            }
        })
        .collect()
}

/// Draws the grid from its cells.
fn draw(
    measured: Measured,
    places: &[(Place, Vec<Uuid>)],
    quotes: &mut Quotes,
    codebook: &Codebook,
) -> PositionGrid {
    let mut posteriors = Posteriors::default();
    let mut rows: Vec<GridRow> = Vec::new();
    let mut last = None;
    for (place, quoted) in places {
        if last.replace((place.side, place.issue)) != Some((place.side, place.issue)) {
            let issue = measured.issue(place.issue);
            rows.push(GridRow {
                side: measured.side(place.side),
                proposition: codebook
                    .issue(&issue.slug)
                    .map(|issue| issue.proposition.clone()),
                issue,
                cells: Vec::new(),
            });
        }
        let cell = cell_of(&measured, place, quotes.take(quoted), &mut posteriors);
        if let (Some(row), Some(cell)) = (rows.last_mut(), cell) {
            row.cells.push(cell);
        }
    }
    // The columns are those of the cells: the rules may have left whole meetings out.
    let mut used = vec![false; measured.observed.meetings.len()];
    for (place, _) in places {
        if let Some(used) = used.get_mut(place.meeting as usize) {
            *used = true;
        }
    }
    let meetings = measured.observed.meetings.into_iter().zip(used);
    PositionGrid {
        basis: measured.basis,
        meetings: meetings
            .filter(|(_, used)| *used)
            .map(|(meeting, _)| meeting.into())
            .collect(),
        rows,
    }
}

fn cell_of(
    measured: &Measured,
    place: &Place,
    quotes: Vec<Quote>,
    posteriors: &mut Posteriors,
) -> Option<GridCell> {
    let members = place.members.iter();
    let positions: Vec<_> = members
        .map(|at| &measured.observed.positions[*at as usize])
        .collect();
    let cell = Cell::of(positions.iter().map(|position| position.observation.stance));
    let mut articles: Vec<u32> = positions.iter().map(|p| p.observation.article).collect();
    articles.sort_unstable();
    articles.dedup();
    let mut acts = BTreeMap::new();
    for position in &positions {
        *acts.entry(position.act.as_str()).or_default() += 1;
    }
    let meeting = (place.meeting != NO_MEETING).then_some(place.meeting);
    let link = measured
        .links
        .to(Some(place.side), Some(place.issue), Some(meeting));
    let interval = posteriors.interval(cell)?;
    Some(GridCell {
        meeting: meeting.map(|meeting| {
            let observed = &measured.observed.meetings[meeting as usize];
            observed.meeting.slug.clone()
        }),
        counted: Counted::of(cell, link),
        interval: interval.into(),
        sufficient: interval.sufficient(),
        scaled: cell.scaled()?.into(),
        articles: articles.len() as u32,
        acts,
        quotes,
    })
}

impl Comparison for PositionGrid {
    type Line = Line;

    fn lines(self) -> Vec<Line> {
        self.rows
            .into_iter()
            .flat_map(|row| {
                row.cells.into_iter().map(move |cell| Line {
                    side: row.side.clone(),
                    issue: row.issue.clone(),
                    cell,
                })
            })
            .collect()
    }
}

impl PositionGrid {
    fn example() -> PositionGrid {
        let position = Position::example();
        let cell = Cell {
            support: 0,
            neutral: 1,
            oppose: 4,
        };
        let interval = cell.interval();
        let scaled = cell.scaled();
        let drawn = interval.zip(scaled).map(|(interval, scaled)| GridCell {
            meeting: position.meeting.as_ref().map(|meeting| meeting.slug.clone()),
            counted: Counted::of(
                cell,
                "/v1/positions?parties=russia&meetings=vienna-2022-01-13&issues=alliance-membership&revision=4"
                    .to_owned(),
            ),
            interval: interval.into(),
            sufficient: interval.sufficient(),
            scaled: scaled.into(),
            articles: 2,
            acts: BTreeMap::from([("reject", 4), ("state", 1)]),
            quotes: vec![Quote::example()],
        });
        PositionGrid {
            basis: Basis {
                positions: 5,
                ..Basis::example()
            },
            meetings: vec![Column {
                meeting: MeetingRef::example(),
                process: position.process,
            }],
            rows: vec![GridRow {
                side: Side {
                    party: Some(position.party),
                    actor: None,
                },
                issue: position.issue,
                proposition: Some(
                    "States may freely join military alliances; the alliance's door stays open."
                        .to_owned(),
                ),
                cells: drawn.into_iter().collect(),
            }],
        }
    }
}

/// Compare positions across meetings.
///
/// Counts the positions that the filter admits per party (or actor), issue and meeting, with the mean
/// stance, how sure it is, and the strongest quotes. It tells what articles report each side to have
/// said; it does not tell what was said where nobody reported, and a cell that is not `sufficient` does
/// not tell on which side of the issue the side stands. Nothing is dropped: positions of no meeting
/// stand in cells of their own (`meeting` null), those of no party in rows of their own (`party` null),
/// and with `duplicates=include` the counts of all cells sum to the total of `/v1/positions` under the
/// same filter. As CSV and NDJSON there is one line a cell.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery, QuotesQuery),
    responses(
        (status = 200, description = "The grid; as CSV or NDJSON one line a cell.",
            content(
                (PositionGrid = "application/json", example = json!(PositionGrid::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &PositionGrid::example().lines()))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &PositionGrid::example().lines()))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/positions")]
pub(crate) async fn compare_positions(
    format: Format,
    state: web::Data<State>,
    Query((query, counting, quoting)): Query<(FilterQuery, CountingQuery, QuotesQuery)>,
) -> Result<HttpResponse, Problem> {
    let quoted = quoting.quotes()?;
    let measured = count(&state, &query, &query.filter()?, &counting, Partyless::Keep).await?;
    let (measured, places) = web::block(move || {
        let places: Vec<(Place, Vec<Uuid>)> = places(&measured)
            .into_iter()
            .map(|place| {
                let strongest = measured.strongest(&place.members, quoted);
                (place, strongest)
            })
            .collect();
        (measured, places)
    })
    .await
    .map_err(Problem::internal)?;
    let ids = places.iter().flat_map(|(_, quoted)| quoted).copied();
    let mut quotes = Quotes::fetch(&state, ids.collect(), measured.basis.revision).await?;
    answer::comparison(format, move || {
        let codebook = state.parse.parser().codebook();
        Ok(draw(measured, &places, &mut quotes, codebook))
    })
    .await
}

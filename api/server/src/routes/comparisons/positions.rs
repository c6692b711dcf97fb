//! `/v1/comparisons/positions`: the grid of what each side said at each meeting.

use super::basis::{Basis, Measured, Reads, count};
use super::counted::{Estimated, Scaled};
use super::counting::{CountingQuery, too_large};
use super::rendered::Drawn;
use super::{Side, quotes};
use crate::http::access::MayRead;
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query};
use crate::routes::positions::Position;
use crate::shape::{IssueRef, MeetingRef, Named, Row, text};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::Act;
use plenary_domain::filter::NONE;
use plenary_domain::measure::Cell;
use plenary_domain::measure::cell::Intervals;
use plenary_domain::observed::ObservedMeeting;
use quotes::{Quote, Quotes, QuotesQuery};
use serde::{Serialize, Serializer};
use std::ops::Range;
use utoipa::ToSchema;
use uuid::Uuid;

/// The grid: meetings are the columns, each row is a party (or an actor) on an issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(PositionGrid::example()))]
pub struct PositionGrid {
    /// What the answer stands on. `positions` is the sum over all cells, where `min_count` hides none.
    #[serde(flatten)]
    pub basis: Basis,
    /// Most quotes in a cell. Where the request does not say: one, but none in a grid of more than
    /// 20,000 cells.
    #[schema(minimum = 0, maximum = 20)]
    pub quotes: usize,
    /// The columns in time order. Positions of no meeting stand in cells whose `meeting` is null.
    pub meetings: Vec<Column>,
    /// The rows: by name of the side (null last), then in the codebook's order of issues.
    #[schema(value_type = Vec<GridRow>)]
    pub rows: Drawn<GridRow>,
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
    pub estimated: Estimated,
    /// The position on a scale without ends.
    pub scaled: Scaled,
    /// Articles behind the positions.
    #[schema(minimum = 1)]
    pub articles: u32,
    /// Positions of each act; acts that do not occur are absent.
    #[schema(value_type = BTreeMap<String, u32>)]
    pub acts: Acts,
    /// The strongest quotes, as many as asked for.
    pub quotes: Vec<Quote>,
}

/// Numbers of positions of each act, in the order of [`Act::ALL`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Acts([u32; Act::ALL.len()]);

impl Serialize for Acts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let acts = Act::ALL.iter().zip(self.0);
        let occurring = acts.filter(|(_, count)| *count > 0);
        serializer.collect_map(occurring.map(|(act, count)| (act.as_str(), count)))
    }
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

/// Columns with the number of positions of each act, in the order of [`Act::ALL`].
const ACT_COLUMNS: [&str; Act::ALL.len()] = [
    "act_state",
    "act_support",
    "act_commit",
    "act_request",
    "act_reject",
    "act_accuse",
    "act_deny",
    "act_threaten",
];

impl Row for Line {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["side", "side_name", "issue", "domain", "meeting"];
        columns.extend(Estimated::columns());
        columns.extend(["scaled", "scaled_variance", "articles"]);
        // An act may be called like a stance.
        columns.extend(ACT_COLUMNS);
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
        fields.extend(cell.estimated.fields());
        fields.extend([
            cell.scaled.position.to_string(),
            cell.scaled.variance.to_string(),
            cell.articles.to_string(),
        ]);
        fields.extend(cell.acts.0.map(|count| count.to_string()));
        fields.push(quotes::first(&cell.quotes));
        fields
    }
}

/// A cell before it is drawn: where it stands and which positions it holds.
struct Place {
    side: u32,
    issue: u32,
    meeting: Option<u32>,
    /// Places in [`Places::ordered`].
    members: Range<usize>,
    counted: Cell,
    /// Its strongest positions.
    quoted: Vec<Uuid>,
}

/// The cells of a grid, by side, issue and meeting, those of no meeting last.
struct Places {
    /// Indices of positions in the order of their cells; within a cell in that of storing.
    ordered: Vec<u32>,
    cells: Vec<Place>,
    /// The cells of each row.
    rows: Vec<Range<usize>>,
}

impl Places {
    fn of(measured: &Measured) -> Places {
        let (issues, meetings) = (
            measured.observed.issues.len() as u64,
            measured.observed.meetings.len() as u64,
        );
        let observation = |at: u32| &measured.observed.positions[at as usize].observation;
        let key = |at: u32| {
            let o = observation(at);
            let meeting = o.meeting.map_or(meetings, u64::from);
            (u64::from(o.side) * issues + u64::from(o.issue)) * (meetings + 1) + meeting
        };
        let mut keyed: Vec<(u64, u32)> = measured.kept.iter().map(|at| (key(*at), *at)).collect();
        keyed.sort_unstable();
        let least = measured.least() as usize;
        let mut cells: Vec<Place> = Vec::new();
        let mut end = 0;
        for members in keyed.chunk_by(|(a, _), (b, _)| a == b) {
            let start = end;
            end += members.len();
            if members.len() >= least {
                let o = observation(members[0].1);
                let stances = members.iter().map(|(_, at)| observation(*at).stance);
                cells.push(Place {
                    side: o.side,
                    issue: o.issue,
                    meeting: o.meeting,
                    members: start..end,
                    counted: Cell::of(stances),
                    quoted: Vec::new(),
                });
            }
        }
        let mut end = 0;
        let rows = cells.chunk_by(|a, b| (a.side, a.issue) == (b.side, b.issue));
        let rows = rows.map(|row| {
            end += row.len();
            end - row.len()..end
        });
        Places {
            ordered: keyed.into_iter().map(|(_, at)| at).collect(),
            rows: rows.collect(),
            cells,
        }
    }

    /// Quotes the strongest positions of each cell. Without a wish one, where that is not too much.
    fn quote(&mut self, measured: &Measured, asked: Option<usize>) -> Result<usize, Problem> {
        let cells = self.cells.len();
        let quotes = asked.unwrap_or(usize::from(cells <= QUOTED_CELLS));
        if cells * quotes > MAX_QUOTES {
            return Err(too_large("query.quotes", "quotes", MAX_QUOTES));
        }
        if quotes > 0 {
            for place in &mut self.cells {
                place.quoted = measured.strongest(&self.ordered[place.members.clone()], quotes);
            }
        }
        Ok(quotes)
    }
}

/// Cells up to which a grid has quotes without being asked for them.
const QUOTED_CELLS: usize = 20_000;

/// Most quotes in one grid.
const MAX_QUOTES: usize = 100_000;

/// A grid of which the rows are still to be drawn.
struct Grid {
    measured: Measured,
    places: Places,
    quotes: Quotes,
    intervals: Intervals,
    state: web::Data<State>,
}

impl Grid {
    fn row(&self, at: usize) -> GridRow {
        let cells = &self.places.cells[self.places.rows[at].clone()];
        let (side, issue) = (cells[0].side, self.measured.issue(cells[0].issue));
        let codebook = self.state.parse.parser().codebook();
        let proposition = codebook.issue(&issue.slug);
        GridRow {
            side: self.measured.side(side),
            proposition: proposition.map(|issue| issue.proposition.clone()),
            issue,
            cells: cells.iter().filter_map(|place| self.cell(place)).collect(),
        }
    }

    fn cell(&self, place: &Place) -> Option<GridCell> {
        let observed = &self.measured.observed;
        let mut acts = Acts::default();
        let mut articles = Vec::with_capacity(place.members.len());
        for at in &self.places.ordered[place.members.clone()] {
            let position = &observed.positions[*at as usize];
            // Codes are numbered in the order of their list.
            acts.0[position.act as usize] += 1;
            articles.push(position.observation.article);
        }
        articles.sort_unstable();
        articles.dedup();
        let links = &self.measured.links;
        let link = links.to(Some(place.side), Some(place.issue), Some(place.meeting));
        let meeting = place.meeting.map(|at| &observed.meetings[at as usize]);
        Some(GridCell {
            meeting: meeting.map(|observed| observed.meeting.slug.clone()),
            estimated: Estimated::of(place.counted, link, &self.intervals)?,
            scaled: place.counted.scaled()?.into(),
            articles: articles.len() as u32,
            acts,
            quotes: self.quotes.of(&place.quoted),
        })
    }

    /// The columns are those of the cells: the rules may have left whole meetings out.
    fn columns(&self) -> Vec<Column> {
        let meetings = &self.measured.observed.meetings;
        let mut used = vec![false; meetings.len()];
        for meeting in self.places.cells.iter().filter_map(|place| place.meeting) {
            used[meeting as usize] = true;
        }
        let columns = meetings.iter().zip(used).filter(|(_, used)| *used);
        columns.map(|(meeting, _)| meeting.clone().into()).collect()
    }

    /// The answer; `most` quotes stand in a cell.
    fn answer(self, most: usize) -> PositionGrid {
        PositionGrid {
            basis: self.measured.basis.clone(),
            quotes: most,
            meetings: self.columns(),
            rows: Drawn::new(self.places.rows.len(), move |at| self.row(at)),
        }
    }
}

impl Comparison for PositionGrid {
    type Line = Line;

    fn about(&self) -> Vec<(&'static str, String)> {
        self.basis.about_with([("quotes", self.quotes.to_string())])
    }

    fn lines(self) -> Vec<Line> {
        self.rows
            .iter()
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
        let link = "/v1/positions?parties=russia&meetings=vienna-2022-01-13&issues=alliance-membership&revision=4";
        let estimated = Estimated::of(cell, link.to_owned(), &Intervals::of([cell]));
        let drawn = estimated
            .zip(cell.scaled())
            .map(|(estimated, scaled)| GridCell {
                meeting: position
                    .meeting
                    .as_ref()
                    .map(|meeting| meeting.slug.clone()),
                estimated,
                scaled: scaled.into(),
                articles: 2,
                acts: Acts([1, 0, 0, 0, 4, 0, 0, 0]),
                quotes: vec![Quote::example()],
            });
        PositionGrid {
            basis: Basis {
                positions: 5,
                ..Basis::example()
            },
            quotes: 1,
            meetings: vec![Column {
                meeting: MeetingRef::example(),
                process: position.process.clone(),
            }],
            rows: Drawn::new(1, move |_| GridRow {
                side: Side {
                    party: Some(position.party.clone()),
                    actor: None,
                },
                issue: position.issue.clone(),
                proposition: Some(
                    "States may freely join military alliances; the alliance's door stays open."
                        .to_owned(),
                ),
                cells: drawn.clone().into_iter().collect(),
            }),
        }
    }
}

/// Compare positions across meetings.
///
/// Counts the positions that the filter admits per party (or actor), issue and meeting, with the mean
/// stance, how sure it is, and the strongest quotes. It tells what articles report each side to have
/// said. It does not tell what was said where nobody reported, and a cell that is not `sufficient` does
/// not tell on which side of the issue the side stands. Nothing is dropped: positions of no meeting
/// stand in cells of their own (`meeting` null), those of no party in rows of their own (`party` null),
/// and with `duplicates=include` the counts of all cells sum to the total of `/v1/positions` under the
/// same filter. A grid of more than 20,000 cells shows quotes only where `quotes` asks for them. As CSV
/// and NDJSON there is one line a cell.
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
    _: MayRead,
    format: Format,
    state: web::Data<State>,
    Query((query, counting, quoting)): Query<(FilterQuery, CountingQuery, QuotesQuery)>,
) -> Result<HttpResponse, Problem> {
    let asked = quoting.asked()?;
    let measured = count(
        &state,
        &query,
        &query.filter()?,
        &counting,
        Reads::Everything,
    )
    .await?;
    let (measured, places, most) = web::block(move || {
        let mut places = Places::of(&measured);
        let most = places.quote(&measured, asked)?;
        Ok::<_, Problem>((measured, places, most))
    })
    .await
    .map_err(Problem::internal)??;
    let ids = places.cells.iter().flat_map(|place| &place.quoted).copied();
    let quotes = Quotes::fetch(&state, ids.collect(), measured.basis.revision).await?;
    answer::comparison(format, move || {
        let grid = Grid {
            intervals: Intervals::of(places.cells.iter().map(|place| place.counted)),
            measured,
            places,
            quotes,
            state,
        };
        Ok(grid.answer(most))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_its_column() {
        let named = Act::ALL.iter().map(|act| format!("act_{}", act.as_str()));
        assert_eq!(named.collect::<Vec<_>>(), ACT_COLUMNS);
    }
}

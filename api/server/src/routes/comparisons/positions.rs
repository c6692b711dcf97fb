//! `/v1/comparisons/positions`: the grid of what each side said at each meeting.

use super::{RowKind, Side};
use crate::http::answer;
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query, scalar};
use crate::routes::positions::Position;
use crate::shape::{
    ActCode, ArticleRef, IssueRef, MeetingRef, Named, Row, StanceCode, Words, all, joined, text,
};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::filter::NONE;
use plenary_domain::measure::mean_stance;
use plenary_domain::record::{By, Cell, Grid, MeetingRecord, Quote};
use plenary_domain::{Act, Codebook};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Quotes of a cell where `quotes` is not given.
const DEFAULT_QUOTES: u32 = 1;
/// Most quotes of a cell.
const MAX_QUOTES: u32 = 20;

/// How the grid is drawn.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GridQuery {
    /// What the rows are: one per party and issue, or one per actor and issue.
    #[param(value_type = RowKind, required = false)]
    pub by: Option<String>,
    /// Most quotes in a cell, the strongest first.
    #[param(value_type = u32, required = false, minimum = 0, maximum = 20)]
    pub quotes: Option<String>,
    /// How positions are counted: `include` counts every one, so that a cell's count is the length
    /// of the list behind it.
    #[param(value_type = Duplicates, required = false)]
    pub duplicates: Option<String>,
}

/// How positions are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// Every position counts.
    Include,
}

impl GridQuery {
    fn quotes(&self) -> Result<u32, Problem> {
        let quotes = scalar("quotes", &self.quotes)?.unwrap_or(DEFAULT_QUOTES);
        if quotes > MAX_QUOTES {
            return Err(Problem::invalid(
                "query.quotes",
                format!("must lie in 0..={MAX_QUOTES}"),
            ));
        }
        Ok(quotes)
    }

    fn duplicates(&self) -> Result<Duplicates, Problem> {
        match self.duplicates.as_deref() {
            None | Some("include") => Ok(Duplicates::Include),
            Some(other) => Err(Problem::invalid(
                "query.duplicates",
                format!("`{other}` is no counting rule; use: include"),
            )),
        }
    }
}

/// The grid: meetings are the columns, each row is a party (or an actor) on an issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(PositionGrid::example()))]
pub struct PositionGrid {
    /// The revision of the records from which it was answered; with it, the same request gives the
    /// same answer at any time.
    #[schema(minimum = 0)]
    pub revision: i64,
    /// What the rows are.
    pub by: RowKind,
    /// How positions were counted.
    pub duplicates: Duplicates,
    /// Codebook as `id@version`.
    pub codebook: String,
    /// Versions of the parser behind the records.
    pub parser_versions: Vec<String>,
    /// Positions under the filter: the sum over all cells, and the total of the list behind.
    #[schema(minimum = 0)]
    pub positions: i64,
    /// Articles behind them.
    #[schema(minimum = 0)]
    pub articles: i64,
    /// The link that lists exactly these positions.
    #[schema(format = "uri-reference")]
    pub list: String,
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

impl From<MeetingRecord> for Column {
    fn from(record: MeetingRecord) -> Self {
        Column {
            meeting: record.meeting.into(),
            process: record.process.map(Named::from),
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
    /// Positions: `support` + `neutral` + `oppose`.
    #[schema(minimum = 1)]
    pub count: i64,
    /// Positions that support the issue's proposition.
    #[schema(minimum = 0)]
    pub support: i64,
    /// Positions that take no side.
    #[schema(minimum = 0)]
    pub neutral: i64,
    /// Positions that oppose it.
    #[schema(minimum = 0)]
    pub oppose: i64,
    /// Mean stance: (`support` − `oppose`) / `count`.
    #[schema(minimum = -1, maximum = 1)]
    pub stance: f64,
    /// Articles behind the positions.
    #[schema(minimum = 1)]
    pub articles: i64,
    /// Positions of each act; acts that do not occur are absent.
    pub acts: BTreeMap<&'static str, i64>,
    /// The strongest quotes, as many as asked for.
    pub quotes: Vec<GridQuote>,
    /// The link that lists exactly the positions of this cell.
    #[schema(format = "uri-reference")]
    pub positions: String,
}

/// Words behind a cell.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GridQuote {
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

impl From<Quote> for GridQuote {
    fn from(quote: Quote) -> Self {
        let words: Vec<Words> = all(quote.evidence);
        GridQuote {
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

/// A cell with its row: what the grid is in CSV and NDJSON, where every line stands for itself.
#[derive(Debug, Clone, Serialize)]
struct Line {
    #[serde(flatten)]
    side: Side,
    issue: IssueRef,
    #[serde(flatten)]
    cell: GridCell,
}

impl Row for Line {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec![
            "side",
            "side_name",
            "issue",
            "domain",
            "meeting",
            "count",
            "support",
            "neutral",
            "oppose",
            "stance",
            "articles",
        ];
        columns.extend(Act::ALL.iter().map(|act| act.as_str()));
        columns.extend(["quote", "positions"]);
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
            cell.count.to_string(),
            cell.support.to_string(),
            cell.neutral.to_string(),
            cell.oppose.to_string(),
            cell.stance.to_string(),
            cell.articles.to_string(),
        ];
        fields.extend(
            Act::ALL
                .iter()
                .map(|act| cell.acts.get(act.as_str()).unwrap_or(&0).to_string()),
        );
        fields.push(
            cell.quotes
                .first()
                .map(|quote| quote.text.clone())
                .unwrap_or_default(),
        );
        fields.push(cell.positions.clone());
        fields
    }
}

/// Draws the grid from its cells, which come ordered by side, issue and meeting.
fn draw(
    grid: Grid,
    by: RowKind,
    duplicates: Duplicates,
    filter: &FilterQuery,
    codebook: &Codebook,
) -> PositionGrid {
    let pinned = FilterQuery {
        revision: Some(grid.revision.to_string()),
        ..filter.clone()
    };
    let mut rows: Vec<GridRow> = Vec::new();
    for cell in grid.cells {
        let named = cell.side.clone().map(Named::from);
        let side = match by {
            RowKind::Party => Side {
                party: Some(named),
                actor: None,
            },
            RowKind::Actor => Side {
                party: None,
                actor: named,
            },
        };
        let link = link_of(&pinned, by, &side, &cell);
        if rows
            .last()
            .is_none_or(|row| row.side != side || row.issue.slug != cell.issue.slug)
        {
            let proposition = codebook
                .issue(&cell.issue.slug)
                .map(|issue| issue.proposition.clone());
            rows.push(GridRow {
                side,
                issue: cell.issue.clone().into(),
                proposition,
                cells: Vec::new(),
            });
        }
        if let Some(row) = rows.last_mut() {
            row.cells.push(cell_of(cell, link));
        }
    }
    PositionGrid {
        revision: grid.revision,
        by,
        duplicates,
        codebook: format!("{}@{}", codebook.id, codebook.version),
        parser_versions: grid.parser_versions,
        positions: grid.positions,
        articles: grid.articles,
        list: format!("/v1/positions?{}", pinned.query_string()),
        meetings: all(grid.meetings),
        rows,
    }
}

/// The list behind a cell: the grid's own filter, narrowed to the cell's side, issue and meeting.
fn link_of(pinned: &FilterQuery, by: RowKind, side: &Side, cell: &Cell) -> String {
    let mut filter = FilterQuery {
        issues: Some(cell.issue.slug.clone()),
        meetings: Some(cell.meeting.clone().unwrap_or_else(|| NONE.to_owned())),
        ..pinned.clone()
    };
    let side = Some(side.slug().to_owned());
    match by {
        RowKind::Party => filter.parties = side,
        RowKind::Actor => filter.actors = side,
    }
    format!("/v1/positions?{}", filter.query_string())
}

fn cell_of(cell: Cell, positions: String) -> GridCell {
    let unsigned = |count: i64| u64::try_from(count).unwrap_or(0);
    GridCell {
        meeting: cell.meeting,
        count: cell.support + cell.neutral + cell.oppose,
        support: cell.support,
        neutral: cell.neutral,
        oppose: cell.oppose,
        // A cell without positions is absent, so there always is a mean.
        stance: mean_stance(
            unsigned(cell.support),
            unsigned(cell.neutral),
            unsigned(cell.oppose),
        )
        .unwrap_or(0.0),
        articles: cell.articles,
        acts: cell
            .acts
            .into_iter()
            .map(|(act, count)| (act.as_str(), count))
            .collect(),
        quotes: all(cell.quotes),
        positions,
    }
}

impl PositionGrid {
    /// One line a cell.
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

    fn example() -> PositionGrid {
        let position = Position::example();
        let cell = GridCell {
            meeting: position.meeting.as_ref().map(|meeting| meeting.slug.clone()),
            count: 3,
            support: 0,
            neutral: 1,
            oppose: 2,
            stance: -2.0 / 3.0,
            articles: 1,
            acts: BTreeMap::from([("reject", 2), ("state", 1)]),
            quotes: vec![GridQuote {
                position: position.id,
                text: joined(&position.evidence),
                words: position.evidence,
                actor: position.actor,
                article: position.article,
                stance: position.stance,
                act: position.act,
                confidence: position.confidence,
            }],
            positions: "/v1/positions?parties=russia&meetings=vienna-2022-01-13&issues=alliance-membership&revision=4"
                .to_owned(),
        };
        PositionGrid {
            revision: 4,
            by: RowKind::Party,
            duplicates: Duplicates::Include,
            codebook: "default@1".to_owned(),
            parser_versions: vec!["1".to_owned()],
            positions: 3,
            articles: 1,
            list: "/v1/positions?parties=russia&revision=4".to_owned(),
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
                cells: vec![cell],
            }],
        }
    }
}

/// Compare positions across meetings.
///
/// Counts the positions that the filter admits per party (or actor), issue and meeting, with the
/// mean stance and the strongest quotes. It tells what articles report each side to have said; it
/// does not tell how certain a difference is, and a cell of one position is one quote. Nothing is
/// dropped: positions of no meeting stand in cells of their own (`meeting` null), those of no party
/// in rows of their own (`party` null), and the counts of all cells sum to the total of
/// `/v1/positions` under the same filter. As CSV and NDJSON there is one line a cell.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, GridQuery),
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
    Query((query, drawing)): Query<(FilterQuery, GridQuery)>,
) -> Result<HttpResponse, Problem> {
    let filter = query.filter()?;
    let (by, quotes, duplicates) = (
        RowKind::of(&drawing.by)?,
        drawing.quotes()?,
        drawing.duplicates()?,
    );
    let rows = match by {
        RowKind::Party => By::Party,
        RowKind::Actor => By::Actor,
    };
    let grid = state.store.grid(&filter, rows, quotes).await?;
    let grid = draw(
        grid,
        by,
        duplicates,
        &query,
        state.parse.parser().codebook(),
    );
    match format {
        Format::Json => answer::json(&grid),
        lines => answer::lines(lines, &grid.lines()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plenary_domain::record;

    fn cell(side: Option<&str>, issue: &str, meeting: Option<&str>) -> Cell {
        Cell {
            side: side.map(|slug| record::Named {
                slug: slug.to_owned(),
                name: slug.to_uppercase(),
            }),
            issue: record::IssueRef {
                slug: issue.to_owned(),
                name: issue.to_owned(),
                domain: "security".to_owned(),
            },
            meeting: meeting.map(str::to_owned),
            support: 1,
            neutral: 0,
            oppose: 1,
            articles: 2,
            acts: vec![(Act::Reject, 2)],
            quotes: Vec::new(),
        }
    }

    #[test]
    fn cells_of_one_side_and_issue_share_a_row() {
        let grid = Grid {
            revision: 7,
            meetings: Vec::new(),
            cells: vec![
                cell(Some("a"), "x", Some("m")),
                cell(Some("a"), "x", None),
                cell(Some("a"), "y", Some("m")),
                cell(None, "y", Some("m")),
            ],
            positions: 8,
            articles: 2,
            parser_versions: vec!["1".to_owned()],
        };
        let filter = FilterQuery {
            meetings: Some("m,none".to_owned()),
            not_acts: Some("deny".to_owned()),
            ..FilterQuery::default()
        };
        let codebook = Codebook::builtin();
        let grid = draw(
            grid,
            RowKind::Party,
            Duplicates::Include,
            &filter,
            &codebook,
        );
        let shape: Vec<_> = grid
            .rows
            .iter()
            .map(|row| (row.side.slug(), row.issue.slug.as_str(), row.cells.len()))
            .collect();
        assert_eq!(shape, [("a", "x", 2), ("a", "y", 1), (NONE, "y", 1)]);
        assert_eq!(
            grid.rows[0].cells[1].positions,
            "/v1/positions?parties=a&meetings=none&issues=x&not_acts=deny&revision=7"
        );
        let json = serde_json::to_value(&grid.rows[2]).unwrap();
        assert_eq!(json["party"], serde_json::Value::Null);
        assert!(json.get("actor").is_none());
    }
}

//! `/v1/meetings/{slug}/briefing`: one meeting on one page.

use super::comparisons::Side;
use super::comparisons::basis::{Basis, Measured, Reads, count};
use super::comparisons::contradictions::{self, Contradiction, Contradictions, MostQuery};
use super::comparisons::counted::{Counted, Estimated, Interval};
use super::comparisons::counting::{CountingQuery, most};
use super::comparisons::quotes::{self, Quote, Quotes, QuotesQuery};
use super::comparisons::shifts::DirectionCode;
use crate::http::access::MayRead;
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::Format;
use crate::http::openapi::ItemProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query};
use crate::shape::{IssueRef, MeetingRef, Named, Row, Slug, all, code, text};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::Cell;
use plenary_domain::measure::cell::Intervals;
use plenary_domain::measure::shift;
use plenary_domain::record::Track;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use uuid::Uuid;

/// Strongest quotes of the whole meeting.
const STRONGEST: usize = 5;
/// Contradictions where `most` is not given.
const DEFAULT_MOST: usize = 5;

/// What was said at a meeting, against the one before.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Briefing::example()))]
pub struct Briefing {
    /// What the answer stands on: the positions of this meeting and of those before it in its process.
    #[serde(flatten)]
    pub basis: Basis,
    /// The meeting.
    pub meeting: MeetingRef,
    /// The process to which it belongs.
    #[schema(required = true)]
    pub process: Option<Named>,
    /// The parties that take part, by name, whether or not anything is reported of them.
    pub parties: Vec<Named>,
    /// The meeting of the process before this one at which anything was said under the filter.
    #[schema(required = true)]
    pub previous: Option<MeetingRef>,
    /// What each side said here, by slug.
    pub sides: Vec<BriefedSide>,
    /// Issues of which nobody spoke at an earlier meeting of the process, in the codebook's order.
    pub new_issues: Vec<NewIssue>,
    /// The strongest quotes of the meeting.
    pub strongest: Vec<Quote>,
    /// Number of contradictions, those not shown included.
    #[schema(minimum = 0)]
    pub contradictions_total: u64,
    /// The strongest pairs of opposite positions of one side, one of them said here, the other here or
    /// earlier.
    pub contradictions: Vec<Contradiction>,
}

/// What one side said at the meeting.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BriefedSide {
    /// The side.
    #[serde(flatten)]
    pub side: Side,
    /// Its positions here.
    #[schema(minimum = 1)]
    pub count: u32,
    /// The link that lists them.
    #[schema(format = "uri-reference")]
    pub positions: String,
    /// The issues on which it spoke here, in the codebook's order.
    pub issues: Vec<BriefedIssue>,
}

/// What one side said on one issue, here and before.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BriefedIssue {
    /// The issue.
    pub issue: IssueRef,
    /// The sentence that a stance supports or opposes; null for `other`.
    #[schema(required = true)]
    pub proposition: Option<String>,
    /// What was said here.
    #[serde(flatten)]
    pub estimated: Estimated,
    /// The strongest quotes, as many as asked for.
    pub quotes: Vec<Quote>,
    /// What was said at the `previous` meeting; null where nothing was.
    #[schema(required = true)]
    pub before: Option<Counted>,
    /// The move since then; null where nothing was said before.
    #[schema(required = true)]
    pub shift: Option<BriefedShift>,
}

/// A move since the previous meeting, as in `/v1/comparisons/shifts`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BriefedShift {
    /// Mean stance here minus at the previous meeting.
    #[schema(minimum = -2, maximum = 2)]
    pub difference: f64,
    /// 95 % interval of the difference.
    pub interval: Interval,
    /// Probability that the side moved by more than a quarter.
    #[schema(minimum = 0, maximum = 1)]
    pub probability: f64,
    /// Probability of so large a difference if nothing moved (exact permutation test).
    #[schema(minimum = 0, maximum = 1)]
    pub p_value: f64,
    /// True when it is a discovery at a false discovery rate of 5 % over all shifts of the page.
    pub significant: bool,
    /// What to call it.
    pub direction: DirectionCode,
}

impl From<shift::Shift> for BriefedShift {
    fn from(found: shift::Shift) -> Self {
        BriefedShift {
            difference: found.difference,
            interval: found.interval.into(),
            probability: found.probability,
            p_value: found.p_value,
            significant: found.significant,
            direction: found.direction.into(),
        }
    }
}

/// An issue that is new at this meeting.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewIssue {
    /// The issue.
    pub issue: IssueRef,
    /// What was said on it.
    #[serde(flatten)]
    pub counted: Counted,
}

/// A line of CSV or NDJSON: one side on one issue.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    #[serde(flatten)]
    side: Side,
    new: bool,
    #[serde(flatten)]
    briefed: BriefedIssue,
}

impl Row for Line {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["side", "side_name", "issue", "new"];
        columns.extend(Estimated::columns());
        columns.push("quote");
        columns.extend(["before_count", "before_stance", "before_positions"]);
        columns.extend([
            "difference",
            "shift_low",
            "shift_high",
            "probability",
            "p_value",
            "significant",
            "direction",
        ]);
        columns
    }

    fn fields(&self) -> Vec<String> {
        let briefed = &self.briefed;
        let (before, shift) = (briefed.before.as_ref(), briefed.shift.as_ref());
        let mut fields = vec![
            self.side.slug().to_owned(),
            self.side.name().to_owned(),
            briefed.issue.slug.clone(),
            self.new.to_string(),
        ];
        fields.extend(briefed.estimated.fields());
        fields.extend([
            quotes::first(&briefed.quotes),
            text(&before.map(|before| before.count)),
            text(&before.map(|before| before.stance)),
            text(&before.map(|before| before.positions.clone())),
            text(&shift.map(|shift| shift.difference)),
            text(&shift.map(|shift| shift.interval.low)),
            text(&shift.map(|shift| shift.interval.high)),
            text(&shift.map(|shift| shift.probability)),
            text(&shift.map(|shift| shift.p_value)),
            text(&shift.map(|shift| shift.significant)),
            text(&shift.map(|shift| code(&shift.direction))),
        ]);
        fields
    }
}

impl Comparison for Briefing {
    type Line = Line;

    fn about(&self) -> Vec<(&'static str, String)> {
        self.basis.about()
    }

    fn lines(self) -> Vec<Line> {
        let new: BTreeSet<String> = self
            .new_issues
            .into_iter()
            .map(|new| new.issue.slug)
            .collect();
        let of = |side: BriefedSide| {
            let new = &new;
            side.issues.into_iter().map(move |briefed| Line {
                side: side.side.clone(),
                new: new.contains(&briefed.issue.slug),
                briefed,
            })
        };
        self.sides.into_iter().flat_map(of).collect()
    }
}

/// One side on one issue before it is written.
#[derive(Default)]
struct Entry {
    here: Vec<u32>,
    before: Cell,
}

/// What the meeting and the one before hold, by side and issue.
struct Page {
    here: Option<u32>,
    previous: Option<u32>,
    entries: BTreeMap<(u32, u32), Entry>,
    /// Issues spoken of here, with their counts, of which nobody spoke earlier.
    new_issues: BTreeMap<u32, Cell>,
}

fn page(measured: &Measured, slug: &str) -> Page {
    let meetings = &measured.observed.meetings;
    let here = meetings.iter().position(|m| m.meeting.slug == slug);
    let here = here.map(|at| at as u32);
    let observations = measured.kept.iter().map(|at| {
        let position = &measured.observed.positions[*at as usize];
        (*at, &position.observation)
    });
    let earlier = observations.clone().filter_map(|(_, o)| o.meeting);
    // Meetings are numbered in time order.
    let previous = earlier.filter(|meeting| Some(*meeting) != here).max();
    let mut entries: BTreeMap<(u32, u32), Entry> = BTreeMap::new();
    let mut new_issues: BTreeMap<u32, Cell> = BTreeMap::new();
    let mut known: BTreeSet<u32> = BTreeSet::new();
    for (at, o) in observations {
        let entry = entries.entry((o.side, o.issue)).or_default();
        if o.meeting == here {
            entry.here.push(at);
            new_issues.entry(o.issue).or_default().add(o.stance);
        } else {
            known.insert(o.issue);
            if o.meeting == previous {
                entry.before.add(o.stance);
            }
        }
    }
    let least = measured.least();
    entries.retain(|_, entry| !entry.here.is_empty() && entry.here.len() >= least as usize);
    for entry in entries
        .values_mut()
        .filter(|entry| entry.before.count() < least)
    {
        entry.before = Cell::default();
    }
    new_issues.retain(|issue, cell| !known.contains(issue) && cell.count() >= least);
    Page {
        here,
        previous,
        entries,
        new_issues,
    }
}

impl Briefing {
    fn example() -> Briefing {
        let counted = Counted::example();
        let earlier = Cell {
            support: 1,
            ..Cell::default()
        };
        let issues = Estimated::example().map(|estimated| BriefedIssue {
            issue: IssueRef::example(),
            proposition: Some(
                "States may freely join military alliances; the alliance's door stays open."
                    .to_owned(),
            ),
            estimated,
            quotes: vec![Quote::example()],
            before: Some(Counted::of(
                earlier,
                "/v1/positions?parties=russia&meetings=brussels-2022-01-12&issues=alliance-membership&revision=4"
                    .to_owned(),
            )),
            shift: shift::shift(earlier, counted.cell()).map(BriefedShift::from),
        });
        Briefing {
            basis: Basis::example(),
            meeting: MeetingRef::example(),
            process: Some(Named::new("russia-nato-osce", "Russia–NATO–OSCE talks")),
            parties: vec![Named::new("osce", "OSCE"), Named::new("russia", "Russia")],
            previous: Some(MeetingRef {
                slug: "brussels-2022-01-12".to_owned(),
                name: "NATO-Russia Council in Brussels".to_owned(),
                ..MeetingRef::example()
            }),
            sides: vec![BriefedSide {
                side: Side::example(),
                count: counted.count,
                positions: "/v1/positions?parties=russia&meetings=vienna-2022-01-13&revision=4"
                    .to_owned(),
                issues: issues.into_iter().collect(),
            }],
            new_issues: vec![NewIssue {
                issue: IssueRef::example(),
                counted,
            }],
            strongest: vec![Quote::example()],
            contradictions_total: 1,
            contradictions: Contradictions::example().contradictions,
        }
    }
}

/// Writes the page: names for numbers, quotes beside them.
#[allow(clippy::too_many_arguments)] // The parts of a page, each from another source.
fn written(
    state: &State,
    measured: Measured,
    track: Track,
    page: Page,
    quoted: &[Vec<Uuid>],
    strongest: &[Uuid],
    quotes: &Quotes,
    (contradictions, contradictions_total): (Vec<Contradiction>, u64),
) -> Briefing {
    let codebook = state.parse.parser().codebook();
    let link = |side, issue, meeting| measured.links.to(side, issue, Some(meeting));
    let cell = |here: &[u32]| {
        let position = |at: &u32| &measured.observed.positions[*at as usize];
        Cell::of(here.iter().map(|at| position(at).observation.stance))
    };
    let intervals = Intervals::of(page.entries.values().map(|entry| cell(&entry.here)));
    let mut known = shift::Shifts::default();
    let mut shifts: Vec<Option<shift::Shift>> = page
        .entries
        .values()
        .map(|entry| known.between(entry.before, cell(&entry.here)))
        .collect();
    shift::settle(shifts.iter_mut().flatten());
    let mut sides: Vec<(u32, BriefedSide)> = Vec::new();
    let entries = page.entries.iter().zip(quoted).zip(shifts);
    for ((((side, issue), entry), quoted), shift) in entries {
        let here = cell(&entry.here);
        let counted = link(Some(*side), Some(*issue), page.here);
        let Some(estimated) = Estimated::of(here, counted, &intervals) else {
            continue;
        };
        if sides.last().is_none_or(|(last, _)| last != side) {
            sides.push((
                *side,
                BriefedSide {
                    side: measured.side(*side),
                    count: 0,
                    positions: link(Some(*side), None, page.here),
                    issues: Vec::new(),
                },
            ));
        }
        let named = measured.issue(*issue);
        let spoke_before = entry.before.count() > 0;
        let briefed = BriefedIssue {
            proposition: codebook
                .issue(&named.slug)
                .map(|issue| issue.proposition.clone()),
            issue: named,
            estimated,
            quotes: quotes.of(quoted),
            before: spoke_before
                .then(|| Counted::of(entry.before, link(Some(*side), Some(*issue), page.previous))),
            shift: shift.map(BriefedShift::from),
        };
        if let Some((_, side)) = sides.last_mut() {
            side.count += here.count();
            side.issues.push(briefed);
        }
    }
    let new_issues = page.new_issues.iter().map(|(issue, cell)| NewIssue {
        issue: measured.issue(*issue),
        counted: Counted::of(*cell, link(None, Some(*issue), page.here)),
    });
    Briefing {
        new_issues: new_issues.collect(),
        sides: sides.into_iter().map(|(_, side)| side).collect(),
        previous: page.previous.map(|previous| measured.meeting(previous)),
        meeting: track.meeting.into(),
        process: track.process.map(Named::from),
        parties: all(track.parties),
        strongest: quotes.of(strongest),
        contradictions_total,
        contradictions,
        basis: measured.basis,
    }
}

/// Get the briefing of a meeting.
///
/// One meeting on one page: who took part, what each side said on each issue against the meeting before
/// in the same process, which issues are new, the strongest quotes, and where a side contradicts itself
/// or what it said earlier. It tells what articles report of the meeting. It does not tell what was
/// agreed there, nor what was said behind closed doors. As CSV and NDJSON there is one line a side and
/// issue.
#[utoipa::path(
    tag = "comparisons",
    params(("slug" = String, Path, description = "Slug of the meeting."), FilterQuery, CountingQuery, QuotesQuery, MostQuery),
    responses(
        (status = 200, description = "The briefing; as CSV or NDJSON one line a side and issue.",
            content(
                (Briefing = "application/json", example = json!(Briefing::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Briefing::example().lines()))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Briefing::example().lines()))))),
        ItemProblems,
    )
)]
#[get("/v1/meetings/{slug}/briefing")]
pub(crate) async fn get_briefing(
    _: MayRead,
    format: Format,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    Query((mut query, counting, quoting, asked)): Query<(
        FilterQuery,
        CountingQuery,
        QuotesQuery,
        MostQuery,
    )>,
) -> Result<HttpResponse, Problem> {
    let slug = slug.as_str();
    let quoted = quoting.quotes()?;
    let most = most(&asked.most, DEFAULT_MOST, contradictions::MAX_MOST)?;
    if query.meetings.is_some() {
        return Err(Problem::conflict(
            "query.meetings",
            "has no meaning here: the meeting is that of the address",
        ));
    }
    let mut filter = query.filter()?;
    let track = state.store.track(slug, filter.revision).await?;
    let track = track.ok_or_else(|| Problem::not_found("meeting", slug))?;
    let meetings = track.earlier.iter().chain([&track.meeting]);
    let slugs: Vec<String> = meetings.map(|meeting| meeting.slug.clone()).collect();
    query.meetings = Some(slugs.join(","));
    query.revision = Some(track.revision.to_string());
    filter.meetings.any = slugs;
    filter.revision = Some(track.revision);
    let measured = count(&state, &query, &filter, &counting, Reads::Stances).await?;
    let page = page(&measured, slug);
    let strongest_of = |members: &[u32], count| measured.strongest(members, count);
    let entries = page.entries.values();
    let each: Vec<Vec<Uuid>> = entries
        .map(|entry| strongest_of(&entry.here, quoted))
        .collect();
    let here: Vec<u32> = page
        .entries
        .values()
        .flat_map(|entry| entry.here.clone())
        .collect();
    let strongest = strongest_of(&here, STRONGEST);
    let ids = each.iter().flatten().chain(&strongest).copied().collect();
    let quotes = Quotes::fetch(&state, ids, track.revision).await?;
    let at = page.here;
    let found = contradictions::find(&state, &measured, measured.kept.clone(), most, |position| {
        at.is_some() && position.observation.meeting == at
    })
    .await?;
    answer::comparison(format, move || {
        Ok(written(
            &state, measured, track, page, &each, &strongest, &quotes, found,
        ))
    })
    .await
}

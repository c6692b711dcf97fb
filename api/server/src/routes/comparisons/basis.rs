//! What every measured comparison shares: the positions that count, and the account of them.

use super::counting::{Counting, CountingQuery, CountingRule, Syndicated};
use super::links::Links;
use super::{RowKind, Side};
use crate::http::problem::Problem;
use crate::http::query::FilterQuery;
use crate::shape::{IssueRef, MeetingRef, Named, code};
use crate::state::State;
use actix_web::web;
use plenary_domain::codebook::OTHER;
use plenary_domain::measure::duplicates::{Duplicates, Syndication};
use plenary_domain::measure::{Cell, Observation};
use plenary_domain::observed::Observed;
use plenary_domain::record::By;
use plenary_domain::{Mode, PositionFilter};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;
use uuid::Uuid;

/// What an answer stands on: enough to repeat it. Every form of an answer says it in the header `X-Basis`
/// too, as a query string.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Basis {
    /// The revision of the records; with it, the same request gives the same answer at any time.
    #[schema(minimum = 0)]
    pub revision: i64,
    /// What is compared.
    pub by: RowKind,
    /// How often the same stance counts.
    pub duplicates: CountingRule,
    /// How copies of one article count.
    pub syndicated: Syndicated,
    /// Fewest positions of a side, and of a cell, that is shown.
    #[schema(minimum = 1)]
    pub min_count: u32,
    /// Codebook as `id@version`.
    pub codebook: String,
    /// Versions of the parser behind the records.
    pub parser_versions: Vec<String>,
    /// Positions that were measured.
    #[schema(minimum = 0)]
    pub positions: usize,
    /// Articles behind them.
    #[schema(minimum = 0)]
    pub articles: usize,
    /// Positions under the filter that speak for no party. The grid shows them in rows of their own;
    /// what compares parties does not measure them. 0 with `by=actor`, which compares whoever speaks.
    #[schema(minimum = 0)]
    pub without_party: usize,
    /// Other positions under the filter that bear on no proposition (`other`) and were left out for it:
    /// what compares stances cannot measure them. 0 where positions are only counted.
    #[schema(minimum = 0)]
    pub without_proposition: usize,
    /// The link that lists the positions under the filter.
    #[schema(format = "uri-reference")]
    pub list: String,
}

/// The positions of a request, counted as it asks.
pub(crate) struct Measured {
    pub(crate) observed: Observed,
    /// Indices into `observed.positions` of those that count.
    pub(crate) kept: Vec<u32>,
    pub(crate) by: RowKind,
    pub(crate) basis: Basis,
    pub(crate) links: Links,
}

/// Which positions a comparison reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    /// All: those that speak for no party make a side of their own.
    Everything,
    /// Those that speak for no party are left out, and counted in [`Basis::without_party`].
    Sides,
    /// Those on no proposition are left out, too, and counted in [`Basis::without_proposition`]: each of
    /// them is about something else, so that their stances cannot be held against one another.
    Stances,
}

/// Reads the positions under a filter whose stances can be compared, and counts them as asked.
pub(crate) async fn measure(
    state: &State,
    query: &FilterQuery,
    counting: &CountingQuery,
) -> Result<Measured, Problem> {
    count(state, query, &query.filter()?, counting, Reads::Stances).await
}

/// Reads the positions under a filter and counts them as asked. `filter` may be narrower than the
/// `query` from which links are made.
pub(crate) async fn count(
    state: &State,
    query: &FilterQuery,
    filter: &PositionFilter,
    counting: &CountingQuery,
    reads: Reads,
) -> Result<Measured, Problem> {
    let Counting {
        by,
        rule,
        syndicated,
        least,
    } = counting.asked()?;
    let side = match by {
        RowKind::Party => By::Party,
        RowKind::Actor => By::Actor,
    };
    let once = syndicated == Syndicated::Once;
    let observed = state.store.observations(filter, side, once).await?;
    let codebook = state.parse.parser().codebook();
    let pinned = FilterQuery {
        revision: Some(observed.revision.to_string()),
        ..query.clone()
    };
    let codebook = format!("{}@{}", codebook.id, codebook.version);
    // A million positions take a moment to count; the threads of HTTP are not for that.
    web::block(move || {
        let no_side = observed.no_side();
        let left_out = LeftOut {
            side: (reads != Reads::Everything).then_some(no_side),
            issue: (reads == Reads::Stances)
                .then(|| unbound(&observed))
                .flatten(),
        };
        let kept = keep(&observed, rule, once, least, left_out);
        let observations = observed.positions.iter().map(|p| &p.observation);
        let basis = Basis {
            revision: observed.revision,
            by,
            duplicates: rule.into(),
            syndicated,
            min_count: least,
            codebook,
            parser_versions: observed.parser_versions.clone(),
            positions: kept.len(),
            articles: articles(&observed, &kept),
            without_party: observations.clone().filter(|o| o.side == no_side).count(),
            without_proposition: observations
                .filter(|o| Some(o.issue) == left_out.issue && Some(o.side) != left_out.side)
                .count(),
            list: format!("/v1/positions?{}", pinned.query_string()),
        };
        let shown = (least > 1).then(|| {
            let sides = kept
                .iter()
                .map(|at| observed.positions[*at as usize].observation.side);
            let sides: BTreeSet<u32> = sides.collect();
            sides.into_iter().collect()
        });
        Measured {
            links: Links::new(&observed, by, pinned, reads, shown),
            observed,
            kept,
            by,
            basis,
        }
    })
    .await
    .map_err(Problem::internal)
}

/// The number of the issue that gathers what bears on no proposition.
fn unbound(observed: &Observed) -> Option<u32> {
    let mut slugs = observed.issues.iter().map(|issue| issue.slug.as_str());
    slugs.position(|slug| slug == OTHER).map(|at| at as u32)
}

/// The side and the issue that a comparison does not read.
#[derive(Debug, Clone, Copy)]
struct LeftOut {
    side: Option<u32>,
    issue: Option<u32>,
}

/// Indices of the positions that count under the rules.
fn keep(
    observed: &Observed,
    rule: Duplicates,
    once: bool,
    least: u32,
    left_out: LeftOut,
) -> Vec<u32> {
    let positions = &observed.positions;
    let of = |at: u32| positions[at as usize].observation;
    let mut kept: Vec<u32> = (0..positions.len() as u32)
        .filter(|at| Some(of(*at).side) != left_out.side)
        .filter(|at| Some(of(*at).issue) != left_out.issue)
        .collect();
    if once {
        let mut first = Syndication::default();
        kept.retain(|at| first.counts(&of(*at)));
    }
    let mut counting = rule.counting();
    kept.retain(|at| counting.counts(&of(*at)));
    if least > 1 {
        let mut sizes = vec![0u32; observed.sides.len() + 1];
        for at in &kept {
            sizes[of(*at).side as usize] += 1;
        }
        kept.retain(|at| sizes[of(*at).side as usize] >= least);
    }
    kept
}

/// Number of articles behind some positions.
fn articles(observed: &Observed, kept: &[u32]) -> usize {
    let numbers = observed.positions.iter().map(|p| p.observation.article);
    let mut seen = vec![false; numbers.max().map_or(0, |last| last as usize + 1)];
    for at in kept {
        seen[observed.positions[*at as usize].observation.article as usize] = true;
    }
    seen.into_iter().filter(|seen| *seen).count()
}

impl Measured {
    /// The observations that count.
    pub(crate) fn observations(&self) -> Vec<Observation> {
        let positions = &self.observed.positions;
        let of = |at: &u32| positions[*at as usize].observation;
        self.kept.iter().map(of).collect()
    }

    /// Fewest positions of a cell that is shown.
    pub(crate) fn least(&self) -> u32 {
        self.basis.min_count
    }

    /// The process of each meeting, as a number.
    pub(crate) fn processes(&self) -> Vec<Option<u32>> {
        let mut known: HashMap<&str, u32> = HashMap::new();
        self.observed
            .meetings
            .iter()
            .map(|meeting| {
                let process = meeting.process.as_ref()?;
                let next = known.len() as u32;
                Some(*known.entry(process.slug.as_str()).or_insert(next))
            })
            .collect()
    }

    /// Stance counts by side and issue, those of nothing left out.
    pub(crate) fn cells(&self) -> Vec<((u32, u32), Cell)> {
        let issues = self.observed.issues.len();
        let mut cells = vec![Cell::default(); (self.observed.sides.len() + 1) * issues];
        for at in &self.kept {
            let o = &self.observed.positions[*at as usize].observation;
            cells[o.side as usize * issues + o.issue as usize].add(o.stance);
        }
        let placed = cells.into_iter().enumerate();
        placed
            .filter(|(_, cell)| cell.count() > 0)
            .map(|(at, cell)| (((at / issues) as u32, (at % issues) as u32), cell))
            .collect()
    }

    /// A side as answers show it.
    pub(crate) fn side(&self, side: u32) -> Side {
        let named = self.observed.sides.get(side as usize).cloned();
        let named = named.map(Named::from);
        match self.by {
            RowKind::Party => Side {
                party: Some(named),
                actor: None,
            },
            RowKind::Actor => Side {
                party: None,
                actor: named,
            },
        }
    }

    /// An issue as answers show it.
    pub(crate) fn issue(&self, issue: u32) -> IssueRef {
        self.observed.issues[issue as usize].clone().into()
    }

    /// A meeting as answers show it.
    pub(crate) fn meeting(&self, meeting: u32) -> MeetingRef {
        self.observed.meetings[meeting as usize]
            .meeting
            .clone()
            .into()
    }

    /// The strongest positions among some indices into `observed.positions`: most confident first,
    /// then whole quotations before partial ones, then the order of storing.
    pub(crate) fn strongest(&self, among: &[u32], count: usize) -> Vec<Uuid> {
        let positions = &self.observed.positions;
        let weaker = |a: &u32, b: &u32| {
            let key = |at: &u32| {
                let position = &positions[*at as usize];
                (position.confidence, position.mode == Mode::Direct)
            };
            let ((x, direct), (y, other)) = (key(a), key(b));
            y.total_cmp(&x).then(other.cmp(&direct)).then(a.cmp(b))
        };
        let mut ranked = among.to_vec();
        ranked.sort_unstable_by(weaker);
        ranked.truncate(count);
        let id = |at: u32| positions[at as usize].position_id;
        ranked.into_iter().map(id).collect()
    }
}

impl Basis {
    /// The account as names and values, for the head of an answer and the files of networks.
    pub(crate) fn about(&self) -> Vec<(&'static str, String)> {
        vec![
            ("revision", self.revision.to_string()),
            ("by", code(&self.by)),
            ("duplicates", code(&self.duplicates)),
            ("syndicated", code(&self.syndicated)),
            ("min_count", self.min_count.to_string()),
            ("codebook", self.codebook.clone()),
            ("parser_versions", self.parser_versions.join(",")),
            ("positions", self.positions.to_string()),
            ("articles", self.articles.to_string()),
            ("without_party", self.without_party.to_string()),
            ("without_proposition", self.without_proposition.to_string()),
        ]
    }

    /// The account with what else is needed to repeat an answer.
    pub(crate) fn about_with<const N: usize>(
        &self,
        more: [(&'static str, String); N],
    ) -> Vec<(&'static str, String)> {
        let mut about = self.about();
        about.extend(more);
        about
    }

    pub(crate) fn example() -> Basis {
        Basis {
            revision: 4,
            by: RowKind::Party,
            duplicates: CountingRule::Include,
            syndicated: Syndicated::All,
            min_count: 1,
            codebook: "default@1".to_owned(),
            parser_versions: vec!["1".to_owned()],
            positions: 6,
            articles: 2,
            without_party: 0,
            without_proposition: 0,
            list: "/v1/positions?revision=4".to_owned(),
        }
    }
}

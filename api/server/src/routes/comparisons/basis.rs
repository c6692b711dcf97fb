//! What every measured comparison shares: how positions are counted, and the account of it.

use super::{RowKind, Side};
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, scalar};
use crate::shape::{IssueRef, Named};
use crate::state::State;
use plenary_domain::filter::NONE;
use plenary_domain::measure::duplicates::{Duplicates, syndicated_once};
use plenary_domain::measure::{Cell, Observation, cell};
use plenary_domain::observed::Observed;
use plenary_domain::record::By;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use utoipa::{IntoParams, ToSchema};

/// How positions are counted before they are measured.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CountingQuery {
    /// What is compared: parties or actors.
    #[param(value_type = RowKind, required = false)]
    pub by: Option<String>,
    /// How often the same stance of the same speaker on the same issue counts.
    #[param(value_type = CountingRule, required = false)]
    pub duplicates: Option<String>,
    /// How copies of one article count: all of them, or the first one alone.
    #[param(value_type = Syndicated, required = false)]
    pub syndicated: Option<String>,
    /// Leaves out sides with fewer positions.
    #[param(value_type = u32, required = false, minimum = 1)]
    pub min_count: Option<String>,
}

/// How often the same stance of the same speaker on the same issue counts: every time, or once in a
/// document, week, month, year or in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // The values are those of the domain's rule.
pub enum CountingRule {
    Include,
    Document,
    Week,
    Month,
    Year,
    AcrossRange,
}

/// How copies of one article count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Syndicated {
    /// Every copy counts.
    All,
    /// Of the copies of one text only the first counts.
    Once,
}

/// What an answer stands on: enough to repeat it.
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
    /// Positions under the filter that speak for no party and so were not measured.
    #[schema(minimum = 0)]
    pub without_party: usize,
    /// The link that lists the positions under the filter.
    #[schema(format = "uri-reference")]
    pub list: String,
}

/// Stance counts with the link to the records behind them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Counted {
    /// Positions: `support` + `neutral` + `oppose`.
    #[schema(minimum = 1)]
    pub count: u32,
    /// Positions that support the issue's proposition.
    #[schema(minimum = 0)]
    pub support: u32,
    /// Positions that take no side.
    #[schema(minimum = 0)]
    pub neutral: u32,
    /// Positions that oppose it.
    #[schema(minimum = 0)]
    pub oppose: u32,
    /// Mean stance: (`support` − `oppose`) / `count`.
    #[schema(minimum = -1, maximum = 1)]
    pub stance: f64,
    /// The link that lists the positions behind the counts. Under another rule than `include` the
    /// list is longer than the count.
    #[schema(format = "uri-reference")]
    pub positions: String,
}

/// A 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl From<cell::Interval> for Interval {
    fn from(interval: cell::Interval) -> Self {
        Interval {
            low: interval.low,
            high: interval.high,
        }
    }
}

/// The positions of a request, counted as it asks.
pub(super) struct Measured {
    pub(super) observed: Observed,
    /// Indices into `observed.positions` of those that count.
    pub(super) kept: Vec<usize>,
    pub(super) by: RowKind,
    pub(super) basis: Basis,
    pinned: FilterQuery,
}

impl CountingQuery {
    fn rule(&self) -> Result<Duplicates, Problem> {
        let Some(asked) = self.duplicates.as_deref() else {
            return Ok(Duplicates::default());
        };
        let rules = Duplicates::ALL;
        rules
            .iter()
            .find(|(_, name)| *name == asked)
            .map(|(rule, _)| *rule)
            .ok_or_else(|| unknown("duplicates", asked, rules.iter().map(|(_, name)| *name)))
    }
}

/// A value of a closed list that is not in it.
pub(super) fn unknown<'a>(
    name: &str,
    asked: &str,
    allowed: impl Iterator<Item = &'a str>,
) -> Problem {
    let allowed: Vec<&str> = allowed.collect();
    Problem::invalid(
        format!("query.{name}"),
        format!("`{asked}` is not known; use one of: {}", allowed.join(", ")),
    )
}

impl From<Duplicates> for CountingRule {
    fn from(rule: Duplicates) -> Self {
        match rule {
            Duplicates::Include => CountingRule::Include,
            Duplicates::Document => CountingRule::Document,
            Duplicates::Week => CountingRule::Week,
            Duplicates::Month => CountingRule::Month,
            Duplicates::Year => CountingRule::Year,
            Duplicates::AcrossRange => CountingRule::AcrossRange,
        }
    }
}

/// Reads the positions under a filter and counts them as asked.
pub(super) async fn measure(
    state: &State,
    query: &FilterQuery,
    counting: &CountingQuery,
) -> Result<Measured, Problem> {
    let filter = query.filter()?;
    let by = RowKind::of(&counting.by)?;
    let rule = counting.rule()?;
    let once = match counting.syndicated.as_deref() {
        None | Some("all") => false,
        Some("once") => true,
        Some(other) => return Err(unknown("syndicated", other, ["all", "once"].into_iter())),
    };
    let least: u32 = scalar("min_count", &counting.min_count)?.unwrap_or(1);
    let side = match by {
        RowKind::Party => By::Party,
        RowKind::Actor => By::Actor,
    };
    let observed = state.store.observations(&filter, side).await?;
    let kept = keep(&observed, rule, once, least);
    let articles: HashSet<u32> = kept
        .iter()
        .map(|at| observed.positions[*at].observation.article)
        .collect();
    let codebook = state.parse.parser().codebook();
    let pinned = FilterQuery {
        revision: Some(observed.revision.to_string()),
        ..query.clone()
    };
    let basis = Basis {
        revision: observed.revision,
        by,
        duplicates: rule.into(),
        syndicated: if once {
            Syndicated::Once
        } else {
            Syndicated::All
        },
        codebook: format!("{}@{}", codebook.id, codebook.version),
        parser_versions: observed.parser_versions.clone(),
        positions: kept.len(),
        articles: articles.len(),
        without_party: observed.without_side,
        list: format!("/v1/positions?{}", pinned.query_string()),
    };
    Ok(Measured {
        observed,
        kept,
        by,
        basis,
        pinned,
    })
}

/// Indices of the positions that count under the rules.
fn keep(observed: &Observed, rule: Duplicates, once: bool, least: u32) -> Vec<usize> {
    let mut all: Vec<Observation> = observed.positions.iter().map(|p| p.observation).collect();
    if once {
        all = syndicated_once(&all);
    }
    let mut counted = rule.apply(&all).into_iter().peekable();
    let mut kept = Vec::new();
    for (at, position) in observed.positions.iter().enumerate() {
        if counted.next_if_eq(&position.observation).is_some() {
            kept.push(at);
        }
    }
    let mut sizes = vec![0u32; observed.sides.len()];
    for at in &kept {
        sizes[observed.positions[*at].observation.side as usize] += 1;
    }
    kept.retain(|at| sizes[observed.positions[*at].observation.side as usize] >= least);
    kept
}

impl Measured {
    /// The observations that count.
    pub(super) fn observations(&self) -> Vec<Observation> {
        let positions = &self.observed.positions;
        self.kept
            .iter()
            .map(|at| positions[*at].observation)
            .collect()
    }

    /// Stance counts by side and issue.
    pub(super) fn cells(&self) -> BTreeMap<(u32, u32), Cell> {
        let mut cells: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
        for o in self.observations() {
            cells.entry((o.side, o.issue)).or_default().add(o.stance);
        }
        cells
    }

    /// A side as answers show it.
    pub(super) fn side(&self, side: u32) -> Side {
        let named = Named::from(self.observed.sides[side as usize].clone());
        match self.by {
            RowKind::Party => Side {
                party: Some(Some(named)),
                actor: None,
            },
            RowKind::Actor => Side {
                party: None,
                actor: Some(named),
            },
        }
    }

    /// An issue as answers show it.
    pub(super) fn issue(&self, issue: u32) -> IssueRef {
        self.observed.issues[issue as usize].clone().into()
    }

    /// The link to the positions of a side, an issue, a meeting: of each that is given.
    pub(super) fn link(
        &self,
        side: Option<u32>,
        issue: Option<u32>,
        meeting: Option<Option<u32>>,
    ) -> String {
        let mut filter = self.pinned.clone();
        if let Some(side) = side {
            let slug = Some(self.observed.sides[side as usize].slug.clone());
            match self.by {
                RowKind::Party => filter.parties = slug,
                RowKind::Actor => filter.actors = slug,
            }
        }
        if let Some(issue) = issue {
            filter.issues = Some(self.observed.issues[issue as usize].slug.clone());
        }
        if let Some(meeting) = meeting {
            filter.meetings = Some(meeting.map_or(NONE.to_owned(), |meeting| {
                self.observed.meetings[meeting as usize]
                    .meeting
                    .slug
                    .clone()
            }));
        }
        format!("/v1/positions?{}", filter.query_string())
    }
}

impl Measured {
    /// The link to an actor's positions for a party.
    pub(super) fn link_of_actor(&self, party: u32, actor: &str) -> String {
        let filter = FilterQuery {
            parties: Some(self.observed.sides[party as usize].slug.clone()),
            actors: Some(actor.to_owned()),
            ..self.pinned.clone()
        };
        format!("/v1/positions?{}", filter.query_string())
    }
}

impl Counted {
    /// The counts of a cell; the mean of an empty one is 0.
    pub(super) fn of(cell: Cell, positions: String) -> Counted {
        Counted {
            count: cell.count(),
            support: cell.support,
            neutral: cell.neutral,
            oppose: cell.oppose,
            stance: cell.mean().unwrap_or(0.0),
            positions,
        }
    }

    /// Names of [`Counted::fields`].
    pub(super) const COLUMNS: [&'static str; 6] = [
        "count",
        "support",
        "neutral",
        "oppose",
        "stance",
        "positions",
    ];

    pub(super) fn fields(&self) -> Vec<String> {
        vec![
            self.count.to_string(),
            self.support.to_string(),
            self.neutral.to_string(),
            self.oppose.to_string(),
            self.stance.to_string(),
            self.positions.clone(),
        ]
    }

    pub(super) fn example() -> Counted {
        Counted::of(
            Cell {
                support: 0,
                neutral: 1,
                oppose: 2,
            },
            "/v1/positions?parties=russia&issues=alliance-membership&revision=4".to_owned(),
        )
    }
}

impl Basis {
    pub(super) fn example() -> Basis {
        Basis {
            revision: 4,
            by: RowKind::Party,
            duplicates: CountingRule::Include,
            syndicated: Syndicated::All,
            codebook: "default@1".to_owned(),
            parser_versions: vec!["1".to_owned()],
            positions: 6,
            articles: 2,
            without_party: 0,
            list: "/v1/positions?revision=4".to_owned(),
        }
    }
}

//! What every measured comparison shares: how positions are counted, and the account of it.

use super::{RowKind, Side};
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, scalar};
use crate::shape::{IssueRef, MeetingRef, Named, code};
use crate::state::State;
use actix_web::web;
use chrono::NaiveDate;
use plenary_domain::filter::NONE;
use plenary_domain::measure::duplicates::{Duplicates, Syndication};
use plenary_domain::measure::window::Span;
use plenary_domain::measure::{Cell, Observation, cell};
use plenary_domain::observed::Observed;
use plenary_domain::record::By;
use plenary_domain::{Mode, PositionFilter};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

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
    /// Leaves out sides with fewer positions, and cells with fewer.
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
    /// what compares parties does not measure them.
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

/// Where a side stands when neutral positions are left aside, on a scale without ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Scaled {
    /// ln((support + ½)/(oppose + ½)): 0 where both weigh the same (Lowe, Benoit, Mikhaylov and Laver
    /// 2011).
    pub position: f64,
    /// 1/(support + ½) + 1/(oppose + ½).
    #[schema(minimum = 0)]
    pub variance: f64,
}

impl From<cell::Scaled> for Scaled {
    fn from(scaled: cell::Scaled) -> Self {
        Scaled {
            position: scaled.theta,
            variance: scaled.variance,
        }
    }
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
pub(crate) struct Measured {
    pub(crate) observed: Observed,
    /// Indices into `observed.positions` of those that count.
    pub(crate) kept: Vec<u32>,
    pub(crate) by: RowKind,
    pub(crate) basis: Basis,
    pub(crate) links: Links,
}

/// What becomes of positions that speak for no party where parties are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Partyless {
    /// They are left out, and counted in [`Basis::without_party`].
    Leave,
    /// They make a side of their own.
    Keep,
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
pub(crate) fn unknown<'a>(
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

/// How many items an answer shows.
pub(crate) fn most(asked: &Option<String>, default: usize, max: usize) -> Result<usize, Problem> {
    let most = scalar("most", asked)?.unwrap_or(default);
    if !(1..=max).contains(&most) {
        return Err(Problem::invalid(
            "query.most",
            format!("must lie in 1..={max}"),
        ));
    }
    Ok(most)
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

/// Reads the positions under a filter and counts them as asked, those of no party left out.
pub(crate) async fn measure(
    state: &State,
    query: &FilterQuery,
    counting: &CountingQuery,
) -> Result<Measured, Problem> {
    count(state, query, &query.filter()?, counting, Partyless::Leave).await
}

/// Reads the positions under a filter and counts them as asked. `filter` may be narrower than the
/// `query` from which links are made.
pub(crate) async fn count(
    state: &State,
    query: &FilterQuery,
    filter: &PositionFilter,
    counting: &CountingQuery,
    partyless: Partyless,
) -> Result<Measured, Problem> {
    let by = RowKind::of(&counting.by)?;
    let rule = counting.rule()?;
    let once = match counting.syndicated.as_deref() {
        None | Some("all") => false,
        Some("once") => true,
        Some(other) => return Err(unknown("syndicated", other, ["all", "once"].into_iter())),
    };
    let least: u32 = scalar("min_count", &counting.min_count)?.unwrap_or(1);
    if least == 0 {
        return Err(Problem::invalid("query.min_count", "must be at least 1"));
    }
    let side = match by {
        RowKind::Party => By::Party,
        RowKind::Actor => By::Actor,
    };
    let observed = state.store.observations(filter, side).await?;
    let codebook = state.parse.parser().codebook();
    let pinned = FilterQuery {
        revision: Some(observed.revision.to_string()),
        ..query.clone()
    };
    let codebook = format!("{}@{}", codebook.id, codebook.version);
    // A million positions take a moment to count; the threads of HTTP are not for that.
    web::block(move || {
        let kept = keep(&observed, rule, once, least, partyless);
        let no_side = observed.no_side();
        let sides = observed.positions.iter().map(|p| p.observation.side);
        let basis = Basis {
            revision: observed.revision,
            by,
            duplicates: rule.into(),
            syndicated: if once {
                Syndicated::Once
            } else {
                Syndicated::All
            },
            min_count: least,
            codebook,
            parser_versions: observed.parser_versions.clone(),
            positions: kept.len(),
            articles: articles(&observed, &kept),
            without_party: sides.filter(|side| *side == no_side).count(),
            list: format!("/v1/positions?{}", pinned.query_string()),
        };
        Measured {
            links: Links::new(&observed, by, pinned, partyless),
            observed,
            kept,
            by,
            basis,
        }
    })
    .await
    .map_err(Problem::internal)
}

/// Indices of the positions that count under the rules.
fn keep(
    observed: &Observed,
    rule: Duplicates,
    once: bool,
    least: u32,
    partyless: Partyless,
) -> Vec<u32> {
    let no_side = observed.no_side();
    let positions = &observed.positions;
    let of = |at: u32| positions[at as usize].observation;
    let mut kept: Vec<u32> = (0..positions.len() as u32)
        .filter(|at| partyless == Partyless::Keep || of(*at).side != no_side)
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

    /// Stance counts by side and issue.
    pub(crate) fn cells(&self) -> BTreeMap<(u32, u32), Cell> {
        let mut cells: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
        for o in self.observations() {
            cells.entry((o.side, o.issue)).or_default().add(o.stance);
        }
        cells
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

/// Links to the positions behind a number: the request's own filter, pinned to the revision and
/// narrowed to a side, an issue, a meeting.
///
/// Large answers hold hundreds of thousands, so each name is made ready for an address once.
pub(crate) struct Links {
    by: RowKind,
    sides: Vec<String>,
    actors: Vec<String>,
    issues: Vec<String>,
    meetings: Vec<String>,
    /// What the request itself asks of parties, actors, meetings and issues.
    asked: [Option<String>; 4],
    rest: String,
    pinned: FilterQuery,
}

const NARROWED: [&str; 4] = ["parties", "actors", "meetings", "issues"];

impl Links {
    fn new(
        observed: &Observed,
        by: RowKind,
        mut pinned: FilterQuery,
        partyless: Partyless,
    ) -> Links {
        // Where no party is named, the positions of none must be left out as the counts leave them out.
        if by == RowKind::Party && partyless == Partyless::Leave {
            let asked = pinned.not_parties.take();
            pinned.not_parties = Some(match asked {
                Some(asked) if asked.split(',').any(|slug| slug.trim() == NONE) => asked,
                Some(asked) => format!("{asked},{NONE}"),
                None => NONE.to_owned(),
            });
        }
        let ready = |text: &str| {
            let pair = serde_urlencoded::to_string([("", text)]).unwrap_or_default();
            pair.trim_start_matches('=').replace("%2C", ",")
        };
        let all = |names: &[plenary_domain::record::Named]| -> Vec<String> {
            names.iter().map(|named| ready(&named.slug)).collect()
        };
        let mut sides = all(&observed.sides);
        sides.push(NONE.to_owned());
        let issues = observed.issues.iter().map(|issue| ready(&issue.slug));
        let meetings = observed.meetings.iter();
        let rest = FilterQuery {
            parties: None,
            actors: None,
            meetings: None,
            issues: None,
            ..pinned.clone()
        };
        let asked = [
            &pinned.parties,
            &pinned.actors,
            &pinned.meetings,
            &pinned.issues,
        ];
        Links {
            by,
            sides,
            actors: all(&observed.actors),
            issues: issues.collect(),
            meetings: meetings.map(|m| ready(&m.meeting.slug)).collect(),
            asked: asked.map(|asked| asked.as_deref().map(ready)),
            rest: rest.query_string(),
            pinned,
        }
    }

    /// To the positions of a side, an issue, a meeting: of each that is given. The meeting `None`
    /// stands for positions of no meeting.
    pub(crate) fn to(
        &self,
        side: Option<u32>,
        issue: Option<u32>,
        meeting: Option<Option<u32>>,
    ) -> String {
        let side = side.map(|side| self.sides[side as usize].as_str());
        let issue = issue.map(|issue| self.issues[issue as usize].as_str());
        let meeting = meeting.map(|meeting| {
            meeting.map_or(NONE, |meeting| self.meetings[meeting as usize].as_str())
        });
        match self.by {
            RowKind::Party => self.written([side, None, meeting, issue]),
            RowKind::Actor => self.written([None, side, meeting, issue]),
        }
    }

    /// To an actor's positions for a party.
    pub(crate) fn to_actor(&self, party: u32, actor: u32) -> String {
        let party = self.sides[party as usize].as_str();
        let actor = self.actors[actor as usize].as_str();
        self.written([Some(party), Some(actor), None, None])
    }

    /// To the positions of a side and an issue, of each that is given, within a window.
    pub(crate) fn within(&self, side: Option<u32>, issue: Option<u32>, span: &Span) -> String {
        match span {
            Span::Meetings(meetings) if meetings.len() == 1 => {
                self.to(side, issue, Some(meetings.first().copied()))
            }
            Span::Meetings(meetings) => {
                let slugs: Vec<&str> = meetings
                    .iter()
                    .map(|meeting| self.meetings[*meeting as usize].as_str())
                    .collect();
                let slugs = slugs.join(",");
                let side = side.map(|side| self.sides[side as usize].as_str());
                let issue = issue.map(|issue| self.issues[issue as usize].as_str());
                match self.by {
                    RowKind::Party => self.written([side, None, Some(&slugs), issue]),
                    RowKind::Actor => self.written([None, side, Some(&slugs), issue]),
                }
            }
            Span::Days(from, to) => {
                // The request may itself ask for days; a window reaches beyond them without holding
                // anything there.
                let later = self.pinned.from.as_deref().and_then(|day| day.parse().ok());
                let earlier = self.pinned.to.as_deref().and_then(|day| day.parse().ok());
                let filter = FilterQuery {
                    parties: None,
                    actors: None,
                    meetings: None,
                    issues: None,
                    from: Some(
                        later
                            .map_or(*from, |day: NaiveDate| day.max(*from))
                            .to_string(),
                    ),
                    to: Some(
                        earlier
                            .map_or(*to, |day: NaiveDate| day.min(*to))
                            .to_string(),
                    ),
                    ..self.pinned.clone()
                };
                let narrowed = self.to(side, issue, None);
                let narrowed = narrowed
                    .strip_suffix(self.rest.as_str())
                    .unwrap_or(&narrowed);
                format!("{narrowed}{}", filter.query_string())
            }
        }
    }

    fn written(&self, narrowed: [Option<&str>; 4]) -> String {
        let mut link = String::with_capacity(160);
        link.push_str("/v1/positions?");
        for ((name, narrowed), asked) in NARROWED.iter().zip(narrowed).zip(&self.asked) {
            if let Some(value) = narrowed.or(asked.as_deref()) {
                link.push_str(name);
                link.push('=');
                link.push_str(value);
                link.push('&');
            }
        }
        // A revision is always among the rest.
        link.push_str(&self.rest);
        link
    }
}

impl Counted {
    /// The counts of a cell; the mean of an empty one is 0.
    pub(crate) fn of(cell: Cell, positions: String) -> Counted {
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
    pub(crate) const COLUMNS: [&'static str; 6] = [
        "count",
        "support",
        "neutral",
        "oppose",
        "stance",
        "positions",
    ];

    pub(crate) fn fields(&self) -> Vec<String> {
        vec![
            self.count.to_string(),
            self.support.to_string(),
            self.neutral.to_string(),
            self.oppose.to_string(),
            self.stance.to_string(),
            self.positions.clone(),
        ]
    }

    pub(crate) fn example() -> Counted {
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
    /// The account as names and values, for the files of networks.
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
            ("list", self.list.clone()),
        ]
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
            list: "/v1/positions?revision=4".to_owned(),
        }
    }
}

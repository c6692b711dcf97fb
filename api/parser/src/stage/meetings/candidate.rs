//! Places of the article, and what speaks for each being the venue of a meeting.

use super::find::Home;
use super::line::{Hit, Line, Role};
use super::venues::fold;
use crate::stage::weigh::{Features, Weights, probability};
use std::collections::HashMap;

/// Probability of a place that is a venue by more than its own mentions.
const SURE: f32 = 0.5;

/// Probability of the place that the title of a live text tells.
const LIVE: f32 = 0.8;

/// A place with its mentions.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) name: String,
    /// Line and place of every mention, in text order.
    pub(super) hits: Vec<(usize, usize)>,
    pub(super) features: Features,
    /// Probability that a meeting was held, or is to be held, there, 0..=1.
    pub(super) probability: f32,
    /// Probability that what the article is about was held there, 0..=1.
    pub(super) main: f32,
}

/// Every place that the article names, in the order of the first mention.
pub(super) fn candidates(weights: &Weights, lines: &[Line<'_>], home: &Home) -> Vec<Candidate> {
    let (other, live) = (home.other.as_deref(), home.live);
    let home = home.town.as_deref();
    let mut list: Vec<Candidate> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let of = |by_name: &mut HashMap<String, usize>, list: &mut Vec<Candidate>, name: &str| {
        *by_name.entry(fold(name)).or_insert_with(|| {
            list.push(Candidate {
                name: name.to_owned(),
                hits: Vec::new(),
                features: Features::default(),
                probability: 0.0,
                main: 0.0,
            });
            list.len() - 1
        })
    };
    for town in [home, other].into_iter().flatten() {
        of(&mut by_name, &mut list, town);
    }
    for (at, line) in lines.iter().enumerate() {
        for (index, hit) in line.hits.iter().enumerate() {
            let candidate = of(&mut by_name, &mut list, &hit.name);
            list[candidate].hits.push((at, index));
        }
    }
    // For each line how many lines of running text stand before it.
    let ranks: Vec<usize> = lines
        .iter()
        .scan(0, |rank, line| {
            let before = *rank;
            *rank += usize::from(!line.heading);
            Some(before)
        })
        .collect();
    let facts: Vec<Facts> = list
        .iter()
        .map(|candidate| Facts::read(lines, &ranks, candidate, home))
        .collect();
    let first_at = facts.iter().filter_map(|facts| facts.first_at).min();
    let places = facts
        .iter()
        .filter(|facts| facts.first_at.is_some())
        .count();
    let titled = facts.iter().any(|facts| facts.title_at);
    let tied = facts.iter().any(|facts| facts.tied > 0.0);
    let talked = facts
        .iter()
        .any(|facts| facts.lead_talks || facts.title_talks);
    let agreed = facts.iter().any(|facts| facts.agreed);
    let after = facts.iter().any(|facts| facts.after);
    let held = facts.iter().any(|facts| facts.held);
    for (candidate, facts) in list.iter_mut().zip(&facts) {
        let mut features = facts.features();
        features.when(
            "first place",
            facts.first_at.is_some() && facts.first_at == first_at,
        );
        features.when("another in the title", titled && !facts.title_at);
        features.when("another beside talks", tied && facts.tied == 0.0);
        let second = other.is_some_and(|other| fold(other) == fold(&candidate.name));
        features.when("second in the dateline", second);
        features.when("another dateline", home.is_some() && !facts.home && !second);
        features.when("only place", places == 1 && facts.first_at.is_some());
        let lead = facts.lead_talks || facts.title_talks;
        features.when("another beside talks in the lead", talked && !lead);
        features.when(
            "dateline, another beside talks in the lead",
            facts.home && talked && !lead,
        );
        features.when(
            "dateline, another agreed there",
            facts.home && agreed && !facts.agreed,
        );
        // A capital from which is reported is often no more than that.
        let away = home.is_some() && !facts.home && !second;
        features.when("dateline, seat", facts.home && facts.seat);
        features.when(
            "dateline, told the press there",
            facts.home && facts.told_there,
        );
        features.when("lead, another dateline", away && facts.lead);
        features.when("agreed there, another dateline", away && facts.agreed);
        features.when(
            "dateline, another held there",
            facts.home && held && !facts.held,
        );
        features.when(
            "dateline, told after another",
            facts.home && after && !facts.after,
        );
        candidate.probability = probability(weights.venue.score(&features));
        candidate.main = probability(weights.main.score(&features));
        // A live text tells in its title, and often nowhere else, where the talks run.
        if live && facts.title_in {
            candidate.probability = candidate.probability.max(LIVE);
            candidate.main = candidate.main.max(LIVE);
        }
        candidate.features = features;
    }
    raise_lists(lines, &mut list, &by_name);
    list
}

/// What stands in one list with a venue is a venue too: "voiced in Lugano, Ghent and here in Bern".
fn raise_lists(lines: &[Line<'_>], list: &mut [Candidate], by_name: &HashMap<String, usize>) {
    const SHORTEST: usize = 3;
    for line in lines {
        for last in (0..line.hits.len()).rev() {
            let of: Vec<usize> = line
                .list_to(last)
                .into_iter()
                .filter_map(|at| by_name.get(&fold(&line.hits[at].name)).copied())
                .collect();
            if of.len() >= SHORTEST && of.iter().any(|at| list[*at].probability >= SURE) {
                for at in of {
                    list[at].probability = list[at].probability.max(SURE);
                }
            }
        }
    }
}

/// True for a place of which only is told that somebody spoke there to the press or to a parliament: "told
/// reporters in Brussels".
fn told_there(line: &Line<'_>, hit: &Hit) -> bool {
    // "Officials here said"
    let next = line.tokens.get(hit.tokens.end);
    // "Have left parliament here divided"
    let before = hit.tokens.start.checked_sub(1).map(|at| &line.tokens[at]);
    let state = [
        "parliament",
        "government",
        "opposition",
        "capital",
        "cabinet",
    ];
    let here = hit.role == Role::Here
        && (next.is_some_and(|next| super::line::is_saying(&next.lower))
            || before.is_some_and(|before| state.contains(&before.lower.as_str())));
    here || hit.noun.is_none() && held_after(line, hit, AUDIENCE, &AUDIENCES)
}

/// True for a place where, as the article says, talks were held: "the talks were held in Lugano".
fn held_there(line: &Line<'_>, hit: &Hit) -> bool {
    let nouns = line
        .nouns
        .iter()
        .any(|noun| !noun.verb && noun.tokens.end <= hit.tokens.start);
    nouns
        && held_after(
            line,
            hit,
            3,
            &["held", "hosted", "place", "convened", "staged"],
        )
}

/// True for the place of talks that the reader is taken to know: "the talks, in a hotel in Lugano, ended".
fn the_talks_there(line: &Line<'_>, hit: &Hit) -> bool {
    const BETWEEN: usize = 3;
    hit.role == Role::At
        && hit.noun.is_some_and(|noun| {
            let noun = &line.nouns[noun];
            let before = noun.tokens.start.saturating_sub(BETWEEN)..noun.tokens.start;
            !noun.verb
                && noun.tokens.end <= hit.tokens.start
                && line.tokens[before.clone()]
                    .iter()
                    .any(|token| matches!(token.lower.as_str(), "the" | "these"))
                && !line.tokens[before].iter().any(|token| {
                    matches!(
                        token.lower.as_str(),
                        "last" | "next" | "first" | "previous" | "earlier" | "second" | "coming"
                    )
                })
        })
}

/// True for a place in a headline that tells what came out there: "Sides sign deal in Lugano".
fn outcome_there(line: &Line<'_>, hit: &Hit) -> bool {
    const SIGNED: [&str; 8] = [
        "sign", "signs", "seal", "seals", "strike", "reach", "clinch", "agree",
    ];
    hit.role == Role::At
        && line.tokens[..hit.tokens.start].iter().any(|token| {
            let word = token.lower.as_str();
            AGREED.contains(&word) || SIGNED.contains(&word)
        })
}

/// True for a place to which somebody came home: "was back in Lugano after the talks".
fn back_there(line: &Line<'_>, hit: &Hit) -> bool {
    hit.role == Role::At
        && hit.tokens.start >= 2
        && matches!(
            line.tokens[hit.tokens.start - 2].lower.as_str(),
            "back" | "home"
        )
}

/// True for a place in what something comes after by days or hours: "a day after the sides failed in Lugano".
fn after_it(line: &Line<'_>, hit: &Hit) -> bool {
    let before = &line.tokens[hit.tokens.start.saturating_sub(AFTER)..hit.tokens.start];
    // "Signed the night before in Lugano"
    let tail = before.len().saturating_sub(3);
    if hit.role == Role::At
        && let [time, order, _] = &before[tail..]
        && matches!(time.lower.as_str(), "night" | "day" | "evening" | "week")
        && matches!(order.lower.as_str(), "before" | "earlier")
    {
        return true;
    }
    // "After two days of talks in Lugano that ended on Tuesday"
    if let Some(noun) = hit.noun.map(|noun| &line.nouns[noun])
        && hit.role == Role::At
        && noun.tokens.end <= hit.tokens.start
        && let [after, _, unit, of, ..] =
            &line.tokens[noun.tokens.start.saturating_sub(4)..noun.tokens.start]
        && after.lower == "after"
        && of.lower == "of"
        && super::course::unit_days(&unit.lower).is_some()
    {
        return true;
    }
    // "Three days after a summit in Lugano" may tell of one that came before.
    let counts = |pair: &[super::line::Token]| {
        pair[1].lower == "after"
            && matches!(
                pair[0].lower.as_str(),
                "day" | "hours" | "night" | "morning"
            )
    };
    matches!(hit.role, Role::At | Role::Modifier)
        && before
            .windows(2)
            .rposition(counts)
            .is_some_and(|at| before[at + 2..].iter().all(|token| token.lower != ","))
}

/// Words behind "a day after" in which a place is looked for.
const AFTER: usize = 18;

/// True for a place where something was agreed: "an understanding reached in Lugano last week".
fn agreed_there(line: &Line<'_>, hit: &Hit) -> bool {
    held_after(line, hit, OUTCOME, &AGREED)
}

/// True for a place behind "in" or "at" and, up to so many words before it and no mark between, one of a list.
fn held_after(line: &Line<'_>, hit: &Hit, reach: usize, list: &[&str]) -> bool {
    let before = hit.tokens.start.saturating_sub(reach)..hit.tokens.start;
    hit.role == Role::At
        && line.tokens[before]
            .iter()
            .rev()
            .take_while(|token| token.is_word)
            .any(|token| list.contains(&token.lower.as_str()))
}

/// Words before a place in which an outcome of talks is looked for.
const OUTCOME: usize = 9;
/// Words of what talks bring about.
const AGREED: [&str; 21] = [
    "agreed",
    "reached",
    "signed",
    "sealed",
    "brokered",
    "concluded",
    "struck",
    "initialled",
    "initialed",
    "adopted",
    "hammered",
    "negotiated",
    "approved",
    "endorsed",
    "deal",
    "accord",
    "agreement",
    "pact",
    "understanding",
    "memorandum",
    "declaration",
];

/// For a place that somebody left, or to which somebody goes: whether it is left.
fn way_of(line: &Line<'_>, hit: &Hit) -> Option<bool> {
    if hit.role != Role::Way {
        return None;
    }
    let before = line.tokens[..hit.tokens.start].last()?.lower.as_str();
    Some(!matches!(
        before,
        "to" | "into" | "for" | "via" | "hosts" | "before" | "reach"
    ))
}

/// Words before a place in which the audience is looked for.
const AUDIENCE: usize = 4;
/// Those who are told things where no talks are held.
const AUDIENCES: [&str; 11] = [
    "reporters",
    "journalists",
    "meps",
    "mps",
    "lawmakers",
    "parliament",
    "interview",
    "radio",
    "television",
    "broadcaster",
    "newspaper",
];

/// What the mentions of a place tell.
#[derive(Debug, Default)]
struct Facts {
    home: bool,
    title_at: bool,
    /// The same after "in" or "at" alone.
    title_in: bool,
    title_bare: bool,
    title_talks: bool,
    /// Mentions after "in" or "at" outside what is said.
    at: usize,
    at_in_content: usize,
    bare: usize,
    way: usize,
    modifier: usize,
    modifier_unknown: bool,
    heading: bool,
    series: bool,
    seated: usize,
    seated_first: bool,
    here: bool,
    tied: f32,
    tied_verb: bool,
    dated_past: bool,
    dated_ahead: bool,
    dated_far: bool,
    ahead: bool,
    said: usize,
    lead: bool,
    early: bool,
    list: bool,
    unknown: bool,
    seat: bool,
    site: bool,
    dated_alone: bool,
    subject: usize,
    possessive: usize,
    first_at: Option<usize>,
    mentions: usize,
    /// Somebody only spoke to the press there.
    told_there: bool,
    /// Beside a strong noun of talks in the first two lines of the body.
    lead_talks: bool,
    /// "An understanding reached in Lugano", "signed in Lugano".
    agreed: bool,
    /// "After Lugano", "came home from Lugano", "left Lugano".
    left: bool,
    /// "A day after the sides failed in Lugano".
    after: bool,
    /// "The talks were held in Lugano".
    held: bool,
    /// "The talks in Lugano", early in the text.
    the_talks: bool,
    /// "Sides sign deal in Lugano", in the title.
    title_agreed: bool,
    /// The same of going there: "flies to Lugano".
    bound: bool,
}

impl Facts {
    fn read(
        lines: &[Line<'_>],
        ranks: &[usize],
        candidate: &Candidate,
        home: Option<&str>,
    ) -> Facts {
        let mut facts = Facts {
            home: home.is_some_and(|home| fold(home) == fold(&candidate.name)),
            unknown: true,
            mentions: candidate.hits.len(),
            ..Facts::default()
        };
        for (at, index) in &candidate.hits {
            let line = &lines[*at];
            let hit = &line.hits[*index];
            let token = &line.tokens[hit.tokens.start];
            let title = line.heading && *at == 0;
            let rank = ranks[*at];
            // A lead in nobody's very words tells what the article is about: "signed in Lugano, envoys said".
            let byte = token.bytes.start;
            let said = line.in_content(byte) && (rank > 1 || line.in_quotation(byte));
            facts.unknown &= !hit.known;
            facts.title_talks |= title
                && hit.role != Role::Bare
                && line.nouns.iter().any(|noun| noun.strength >= 0.6);
            facts.seat |= hit.seat;
            facts.site |= hit.site;
            // A day and no word of talks: where something else happened.
            facts.dated_alone |=
                hit.date.is_some() && hit.noun.is_none() && hit.state.is_none() && !hit.site;
            let agreed = agreed_there(line, hit);
            facts.agreed |= !title && agreed;
            match way_of(line, hit) {
                Some(true) => facts.left = true,
                Some(false) => facts.bound = true,
                None => {}
            }
            facts.after |= after_it(line, hit);
            let old = hit.date.map(|date| &line.dates[date]).is_some_and(|date| {
                line.today
                    .is_some_and(|today| (today - date.when.end).num_days() > 25)
            });
            facts.held |= !title && !said && !old && held_there(line, hit);
            facts.the_talks |= !title && !said && !old && rank <= 4 && the_talks_there(line, hit);
            facts.title_agreed |= title && outcome_there(line, hit);
            let role = if told_there(line, hit) || back_there(line, hit) {
                facts.told_there = true;
                Role::Bare
            } else {
                hit.role
            };
            match role {
                Role::At | Role::Here => {
                    facts.here |= role == Role::Here;
                    if title {
                        facts.title_at = true;
                        facts.title_in = true;
                    } else if said {
                        facts.at_in_content += 1;
                    } else {
                        facts.at += 1;
                        facts.first_at.get_or_insert(*at);
                        facts.lead |= rank <= 1;
                        facts.early |= rank <= 4;
                    }
                    let noun = hit.noun.map(|noun| &line.nouns[noun]);
                    if noun.is_none()
                        && !said
                        && !agreed
                        && line.tokens.iter().any(|t| super::line::is_saying(&t.lower))
                    {
                        facts.said += 1;
                    }
                }
                Role::Modifier => {
                    facts.title_at |= title;
                    facts.modifier += 1;
                    facts.modifier_unknown |= !hit.known;
                    facts.lead |= rank <= 1 && !title;
                }
                Role::Heading => facts.heading = true,
                Role::Way => {
                    facts.way += 1;
                    facts.lead |= rank <= 1 && !title;
                }
                Role::Series => {
                    facts.series = true;
                    facts.lead |= rank <= 1 && !title;
                }
                Role::Seated => {
                    facts.seated += 1;
                    facts.seated_first |= title || rank <= 1;
                }
                Role::Bare => {
                    facts.title_bare |= title;
                    facts.bare += 1;
                }
            }
            let last = &line.tokens[hit.tokens.end - 1];
            facts.possessive += usize::from(last.possessive);
            facts.subject += usize::from(
                hit.role == Role::Bare
                    && line.tokens.get(hit.tokens.end).is_some_and(|next| {
                        super::line::is_saying(&next.lower)
                            || matches!(
                                next.lower.as_str(),
                                "wants"
                                    | "has"
                                    | "was"
                                    | "is"
                                    | "would"
                                    | "will"
                                    | "had"
                                    | "insists"
                                    | "hopes"
                            )
                    }),
            );
            if !matches!(role, Role::Bare | Role::Heading | Role::Series) {
                if let Some(noun) = hit.noun.map(|noun| &line.nouns[noun]) {
                    facts.tied = facts.tied.max(noun.strength);
                    facts.lead_talks |= rank <= 1 && noun.strength >= 0.8 && !said;
                    facts.tied_verb |= noun.verb;
                }
                if let Some(date) = hit.date.map(|date| &line.dates[date]) {
                    let today = line.today;
                    let far = today.is_some_and(|today| (today - date.when.end).num_days() > 25);
                    facts.dated_far |= far;
                    facts.dated_ahead |= date.ahead;
                    facts.dated_past |= !far && !date.ahead;
                }
                facts.ahead |= line.tokens.iter().any(|token| {
                    matches!(
                        token.lower.as_str(),
                        "will" | "would" | "next" | "due" | "scheduled" | "planned"
                    )
                });
            }
            facts.list |= hit.list.is_some();
        }
        facts
    }

    fn features(&self) -> Features {
        let mut features = Features::default();
        let few = |count: usize| (count.min(3) as f32) / 3.0;
        features.when("bias", true);
        features.when("dateline", self.home);
        features.when("title", self.title_at);
        features.when("title, with talks", self.title_talks);
        features.when("named in the title", self.title_bare);
        features.when("in or at", self.at > 0);
        features.of("often in or at", few(self.at.saturating_sub(1)));
        features.when("in or at, in what is said", self.at_in_content > 0);
        features.when("lead", self.lead);
        features.when("early", self.early && !self.lead);
        features.when("before talks", self.modifier > 0 && !self.modifier_unknown);
        features.when("unknown, before talks", self.modifier_unknown);
        features.when("often before talks", self.modifier > 1);
        features.when("heading", self.heading);
        features.when("series", self.series);
        features.when("seat of a body", self.seated > 0);
        features.of(
            "often the seat of a body",
            few(self.seated.saturating_sub(1)),
        );
        features.when("seat of a body, lead", self.seated_first);
        features.when(
            "only the seat of a body",
            self.seated > 0 && self.seated == self.mentions,
        );
        features.when("here", self.here);
        features.when("beside talks", self.tied >= 0.8);
        features.when("beside faint talks", self.tied > 0.0 && self.tied < 0.8);
        features.when("where they met", self.tied_verb);
        features.when("dated", self.dated_past);
        features.when("dated ahead", self.dated_ahead);
        features.when("dated far back", self.dated_far);
        features.when(
            "beside talks and dated",
            self.tied > 0.0 && (self.dated_past || self.dated_ahead),
        );
        features.when("ahead", self.ahead);
        features.when("said there", self.said > 0);
        features.when("list", self.list);
        features.when("way", self.way > 0);
        features.when("unknown", self.unknown && !self.home);
        features.when("seat", self.seat);
        features.when("site", self.site);
        features.when("unlisted, dated without talks", self.dated_alone);
        features.when("speaks", self.subject > 0);
        features.when("owns", self.possessive > 0);
        features.when(
            "only bare",
            self.bare > 0 && self.at + self.way + self.modifier == 0,
        );
        features.of("mentions", (self.mentions as f32).ln_1p() / 2.0);
        features.when("told the press there", self.told_there);
        features.when("agreed there", self.agreed);
        features.when("left", self.left);
        features.when("bound for it", self.bound);
        features.when("told after it", self.after);
        features.when("held there", self.held);
        features.when("the talks there", self.the_talks);
        features.when("title, agreed there", self.title_agreed);
        features.when(
            "dateline alone",
            self.home && self.at + self.modifier + self.way == 0 && !self.here,
        );
        features.when("dateline, beside talks", self.home && self.tied >= 0.8);
        features.when("dateline, here", self.home && self.here);
        features.when("seat in or at", self.seat && self.at > 0);
        features.when("unknown in or at", self.unknown && self.at > 0);
        features
    }
}

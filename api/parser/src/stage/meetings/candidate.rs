//! Places of the article, and what speaks for each being the venue of a meeting.
//!
//! The words around each mention ([`there`]) add up to facts of the place ([`facts`]). These are held against the
//! facts of the other places of the article ([`Rivals`]), and weighed.

mod facts;
mod there;

use super::find::Home;
use super::line::Line;
use super::venues::fold;
use crate::stage::weigh::{Features, Weights, probability};
use facts::Facts;
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
    let (mut list, by_name) = named(lines, home);
    let town = home.town.as_deref();
    let ranks = ranks(lines);
    let facts: Vec<Facts> = list
        .iter()
        .map(|candidate| Facts::read(lines, &ranks, candidate, town))
        .collect();
    let rivals = Rivals::read(&facts, home);
    for (candidate, facts) in list.iter_mut().zip(&facts) {
        let mut features = facts.features();
        rivals.features(&candidate.name, facts, &mut features);
        candidate.probability = probability(weights.venue.score(&features));
        candidate.main = probability(weights.main.score(&features));
        // A live text tells in its title, and often nowhere else, where the talks run.
        if home.live && facts.title_in {
            candidate.probability = candidate.probability.max(LIVE);
            candidate.main = candidate.main.max(LIVE);
        }
        candidate.features = features;
    }
    raise_lists(lines, &mut list, &by_name);
    list
}

/// The places, those of the dateline first, with their mentions and nothing weighed; and where each stands in the list
/// by its folded name.
fn named(lines: &[Line<'_>], home: &Home) -> (Vec<Candidate>, HashMap<String, usize>) {
    let mut list: Vec<Candidate> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut of = |list: &mut Vec<Candidate>, name: &str| {
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
    for town in [&home.town, &home.other].into_iter().flatten() {
        of(&mut list, town);
    }
    for (at, line) in lines.iter().enumerate() {
        for (index, hit) in line.hits.iter().enumerate() {
            let candidate = of(&mut list, &hit.name);
            list[candidate].hits.push((at, index));
        }
    }
    (list, by_name)
}

/// For each line how many lines of running text stand before it.
fn ranks(lines: &[Line<'_>]) -> Vec<usize> {
    lines
        .iter()
        .scan(0, |rank, line| {
            let before = *rank;
            *rank += usize::from(!line.heading);
            Some(before)
        })
        .collect()
}

/// What is told of any place of the article: it speaks against those of which it is not told.
struct Rivals<'h> {
    home: &'h Home,
    /// The first line that names a place after "in" or "at".
    first_at: Option<usize>,
    /// How many places are named so.
    places: usize,
    titled: bool,
    tied: bool,
    talked: bool,
    agreed: bool,
    after: bool,
    held: bool,
}

impl<'h> Rivals<'h> {
    fn read(facts: &[Facts], home: &'h Home) -> Rivals<'h> {
        let any = |told: fn(&Facts) -> bool| facts.iter().any(told);
        let firsts = || facts.iter().filter_map(|facts| facts.first_at);
        Rivals {
            home,
            first_at: firsts().min(),
            places: firsts().count(),
            titled: any(|facts| facts.title_at),
            tied: any(|facts| facts.tied > 0.0),
            talked: any(|facts| facts.lead_talks || facts.title_talks),
            agreed: any(|facts| facts.agreed),
            after: any(|facts| facts.after),
            held: any(|facts| facts.held),
        }
    }

    /// Adds what the other places speak for or against the one of these facts.
    fn features(&self, name: &str, facts: &Facts, features: &mut Features) {
        let first = facts.first_at.is_some();
        features.when("first place", first && facts.first_at == self.first_at);
        features.when("another in the title", self.titled && !facts.title_at);
        features.when("another beside talks", self.tied && facts.tied == 0.0);
        let other = self.home.other.as_deref();
        let second = other.is_some_and(|other| fold(other) == fold(name));
        // A capital from which is reported is often no more than that.
        let away = self.home.town.is_some() && !facts.home && !second;
        features.when("second in the dateline", second);
        features.when("another dateline", away);
        features.when("only place", self.places == 1 && first);
        let lead = facts.lead_talks || facts.title_talks;
        let talked = self.talked && !lead;
        let agreed = self.agreed && !facts.agreed;
        features.when("another beside talks in the lead", talked);
        features.when(
            "dateline, another beside talks in the lead",
            facts.home && talked,
        );
        features.when("dateline, another agreed there", facts.home && agreed);
        features.when("dateline, seat", facts.home && facts.seat);
        features.when(
            "dateline, told the press there",
            facts.home && facts.told_there,
        );
        features.when("lead, another dateline", away && facts.lead);
        features.when("agreed there, another dateline", away && facts.agreed);
        features.when(
            "dateline, another held there",
            facts.home && self.held && !facts.held,
        );
        features.when(
            "dateline, told after another",
            facts.home && self.after && !facts.after,
        );
    }
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

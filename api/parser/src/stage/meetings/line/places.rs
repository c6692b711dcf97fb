//! The places of a line: what is named at a token, by which of the ways to name a place.

use super::{Hit, Line, Names, Role, Token};
use crate::stage::meetings::Finder;
use crate::stage::meetings::dates::Precision;
use crate::stage::meetings::venues::fold;
use std::collections::HashSet;

/// Words of the longest name of a known place.
const LONGEST: usize = 5;
/// Words of the longest name of a body that sits in one town.
const LONGEST_BODY: usize = 6;

impl Line<'_> {
    /// Finds the places.
    pub(in crate::stage::meetings) fn find_places(&mut self, finder: &Finder, article: &Names) {
        let mut hits: Vec<Hit> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let spot = Spot::new(self, finder, article, at);
            let Some(hit) = spot.and_then(|spot| spot.place()) else {
                at += 1;
                continue;
            };
            at = hit.tokens.end;
            hits.push(hit);
        }
        for index in 0..hits.len() {
            self.tie(finder, &mut hits, index);
        }
        // A headline has no room for whole sentences: "Border talks live: no progress in Lugano".
        let talks = self.nouns.iter().any(|noun| noun.strength >= 0.6);
        let dated = |hit: &Hit| self.heads_a_day(hit.tokens.start, hit.tokens.end);
        if self.heading && (talks || hits.iter().any(dated)) {
            for hit in hits.iter_mut().filter(|hit| hit.role == Role::At) {
                hit.strength = hit.strength.max(0.6);
            }
        }
        self.hits = hits;
        self.share_dates();
        for hit in &mut self.hits {
            if let Some(date) = hit.date
                && self.dates[date].when.precision <= Precision::Month
                && matches!(hit.role, Role::At | Role::Here)
            {
                hit.strength = hit.strength.max(0.5);
            }
        }
    }
}

/// A token at which a place may be named.
#[derive(Debug)]
struct Spot<'a> {
    line: &'a Line<'a>,
    finder: &'a Finder,
    article: &'a Names,
    at: usize,
    token: &'a Token,
    /// True behind "in", "at" or the like.
    at_place: bool,
    /// True behind a word of going or leaving.
    on_way: bool,
}

impl<'a> Spot<'a> {
    fn new(
        line: &'a Line<'a>,
        finder: &'a Finder,
        article: &'a Names,
        at: usize,
    ) -> Option<Spot<'a>> {
        let at_place = line.after_in(finder, at);
        Some(Spot {
            line,
            finder,
            article,
            at,
            token: line.tokens.get(at)?,
            at_place,
            on_way: !at_place && line.on_way(finder, at),
        })
    }

    /// The place that is named from the token on.
    fn place(&self) -> Option<Hit> {
        if let Some(here) = self.here() {
            return Some(here);
        }
        if self.is_beacon() {
            return None;
        }
        if let Some(hit) = self.capital().or_else(|| self.conference()) {
            return Some(hit);
        }
        if self.is_no_name() {
            return None;
        }
        self.known()
            .or_else(|| self.seated())
            .or_else(|| self.numbered())
            .or_else(|| self.unknown())
    }

    /// A place whose name ends before a token.
    fn hit(&self, to: usize, name: &str, role: Role, known: bool) -> Hit {
        Hit {
            tokens: self.at..to,
            name: name.to_owned(),
            state: None,
            seat: false,
            site: false,
            known,
            role,
            noun: None,
            date: None,
            strength: 0.0,
            list: None,
        }
    }

    /// "Here", which is the dateline's place; "here in Vienna" is told by the name that follows.
    fn here(&self) -> Option<Hit> {
        let here = self.article.here.as_deref()?;
        let named = matches!(self.line.lower(self.at + 1), "in" | "at");
        let alone = self.token.lower == "here" && !named && !self.token.capital;
        alone.then(|| self.hit(self.at + 1, here, Role::Here, true))
    }

    /// "In Corvel, near Lindal" is in Corvel, and so are "the talks near Lindal".
    fn is_beacon(&self) -> bool {
        self.line.is_near(self.at) && self.article.beacons.contains(&fold(&self.token.text))
    }

    /// "the Ethiopian capital"
    fn capital(&self) -> Option<Hit> {
        if !self.token.capital || self.line.lower(self.at + 1) != "capital" {
            return None;
        }
        let venues = &self.finder.venues;
        let place = venues.capital_of(&fold(&self.token.text))?;
        let role = if self.at_place { Role::At } else { Role::Bare };
        let mut hit = self.hit(self.at + 2, &place.name, role, true);
        hit.state.clone_from(&place.state);
        Some(hit)
    }

    /// The conference of a known series that is called by its name: "the climate summit".
    fn conference(&self) -> Option<Hit> {
        let words = self.line.tokens[self.at..]
            .iter()
            .map(|token| token.lower.as_str());
        let (venue, length) = self.finder.series.called(words, self.line.today?)?;
        Some(self.hit(self.at + length, venue, Role::Series, true))
    }

    /// True for a word with which no name of a place begins.
    fn is_no_name(&self) -> bool {
        let (token, words) = (self.token, &self.finder.words);
        let next = self.line.tokens.get(self.at + 1);
        // "The Norvian capital" of a state that is not known names no town.
        let capital = next.is_some_and(|next| next.lower == "capital" && next.is_word);
        let of_unknown = || self.finder.venues.get(&fold(&token.text)).is_none();
        // "The Doha round"
        let round = next.is_some_and(|next| matches!(next.lower.as_str(), "round" | "agenda"));
        !token.capital
            || token.in_date
            || capital && of_unknown()
            || round && words.trade_rounds.contains(&token.lower)
    }

    /// The longest known name; full stops inside ("St. Petersburg") do not count.
    fn known(&self) -> Option<Hit> {
        let mut best: Option<Hit> = None;
        let mut key = String::new();
        let end = (self.at + LONGEST).min(self.line.tokens.len());
        for to in self.at..end {
            let part = &self.line.tokens[to];
            if part.is_word {
                add_word(&mut key, part);
            } else if part.text != "." || to == self.at {
                break;
            }
            best = self.known_as(&key, to + 1).or(best);
            if part.possessive {
                break;
            }
        }
        best
    }

    /// The known place of that folded name, or the one that the article shows to be a venue.
    fn known_as(&self, key: &str, to: usize) -> Option<Hit> {
        let role = if self.at_place || self.line.heads_a_day(self.at, to) {
            Role::At
        } else if self.line.heads(to, self.at) {
            Role::Heading
        } else if self.on_way {
            Role::Way
        } else {
            Role::Bare
        };
        let Some(place) = self.finder.venues.get(key) else {
            let name = self.article.venues.get(key)?;
            return Some(self.hit(to, name, role, true));
        };
        let mut hit = self.hit(to, &place.name, role, true);
        hit.state.clone_from(&place.state);
        hit.seat = place.seat;
        hit.site = place.site;
        hit.strength = if place.site { 0.5 } else { 0.0 };
        Some(hit)
    }

    /// "the UN Security Council": the longest name of a body that sits in one town.
    fn seated(&self) -> Option<Hit> {
        let venues = &self.finder.venues;
        let mut seated: Option<Hit> = None;
        let mut key = String::new();
        let end = (self.at + LONGEST_BODY).min(self.line.tokens.len());
        for to in self.at..end {
            let part = &self.line.tokens[to];
            if !part.is_word && part.text != "." {
                break;
            }
            add_word(&mut key, part);
            let body = key.trim_end();
            // "Talks at the World Trade Organization" are where it has its halls.
            let house = || venues.house_of(body).filter(|_| self.line.at_body(self.at));
            if let Some(town) = venues.seat_of(body).or_else(house) {
                seated = Some(self.hit(to + 1, town, Role::Seated, true));
            }
        }
        seated
    }

    /// The conference of a known series that is told by its number: "COP21".
    fn numbered(&self) -> Option<Hit> {
        let series = &self.finder.series;
        let held = series.numbered(&self.token.text, self.line.today)?;
        Some(self.hit(self.at + 1, held, Role::Series, true))
    }

    /// A name that is not known, where it stands as that of a place does.
    fn unknown(&self) -> Option<Hit> {
        let (line, at) = (self.line, self.at);
        // "Talks in San Orsino": nobody's name stands there, whatever it looks like.
        let ends_before = || line.nouns.iter().any(|noun| noun.tokens.end + 1 == at);
        let nobody = HashSet::new();
        let people = if self.at_place && ends_before() {
            &nobody
        } else {
            &self.article.people
        };
        let to = line.unknown_name(self.finder, at, people)?;
        let role = if self.at_place || line.heads_a_day(at, to) {
            Role::At
        } else if self.on_way {
            Role::Way
        } else {
            Role::Modifier
        };
        let name = line.text[self.token.bytes.start..line.tokens[to - 1].bytes.end]
            .trim_end_matches("'s")
            .trim_end_matches("’s");
        let named = !self.is_owner(to) && (role != Role::Modifier || self.is_town(to, name));
        named.then(|| self.hit(to, name, role, false))
    }

    /// "in Norvia's chilly capital Corvel": the owner is no town.
    fn is_owner(&self, to: usize) -> bool {
        let kinds = &self.finder.words.kinds_of_place;
        self.line.tokens[to - 1].possessive
            && self.line.tokens[to..]
                .iter()
                .take(3)
                .any(|next| kinds.contains(&next.lower))
    }

    /// "the Lindal talks": an unknown name before a noun of talks is often their town, "Plastic talks" are not.
    fn is_town(&self, to: usize, name: &str) -> bool {
        // "Norvian Ministers Wrap Up Talks": where all words are large, several tell no name.
        let several = to > self.at + 1 && self.line.heading && self.line.is_large();
        !self.line.tokens[to - 1].possessive
            && self.line.follower(self.finder, to).is_some()
            && !self.article.small.contains(&fold(name))
            && !several
    }
}

/// Adds a folded word to a name.
fn add_word(name: &mut String, word: &Token) {
    if !name.is_empty() {
        name.push(' ');
    }
    name.push_str(&fold(&word.text));
}

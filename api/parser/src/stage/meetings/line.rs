//! One sentence or headline as the search for meetings sees it: tokens, days, nouns, places.

use super::Finder;
use super::dates::{DateMention, Precision};
use super::venues::fold;
use super::words::Words;
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A word or a mark.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Byte range in the line.
    pub(super) bytes: Range<usize>,
    /// Lower case, without a possessive ending.
    pub(super) lower: String,
    /// The word as written, without a possessive ending.
    pub(super) text: String,
    pub(super) capital: bool,
    pub(super) possessive: bool,
    pub(super) is_word: bool,
    /// Part of words that tell a time.
    pub(super) in_date: bool,
}

/// A word that names a round of talks.
#[derive(Debug, Clone)]
pub(super) struct Noun {
    pub(super) tokens: Range<usize>,
    /// How surely it means a meeting, 0..=1.
    pub(super) strength: f32,
    pub(super) verb: bool,
}

/// How a place is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// After "in" or "at".
    At,
    /// After "here": the dateline's place.
    Here,
    /// Before a noun: "the Lugano talks".
    Modifier,
    /// At the head of a heading: "Lugano: …".
    Heading,
    /// To where somebody goes, or what is left: "fly to Lugano", "left Lugano".
    Way,
    /// The number or the name of a conference of a known series: "COP21", "the climate summit".
    Series,
    /// By a body that always sits there: "the Security Council".
    Seated,
    /// Any other way.
    Bare,
}

/// A place in a line.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) tokens: Range<usize>,
    pub(super) name: String,
    pub(super) state: Option<String>,
    pub(super) seat: bool,
    /// A building or a room of the town.
    pub(super) site: bool,
    pub(super) known: bool,
    pub(super) role: Role,
    /// The noun to which it belongs.
    pub(super) noun: Option<usize>,
    /// The time told for it: index into the line's dates.
    pub(super) date: Option<usize>,
    /// How surely a meeting is meant, 0..=1.
    pub(super) strength: f32,
    /// Index of the place before it in a list ("in Geneva, Brussels and Vienna").
    pub(super) list: Option<usize>,
}

/// One line.
#[derive(Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    /// Day of publication.
    pub(super) today: Option<NaiveDate>,
    /// Byte offset in the article's text; `None` for a title that came beside it.
    pub(super) at: Option<usize>,
    /// Index of the sentence.
    pub(super) sentence: Option<usize>,
    pub(super) paragraph: usize,
    pub(super) heading: bool,
    /// True when it says that something was called off.
    pub(super) cancelled: bool,
    pub(super) tokens: Vec<Token>,
    pub(super) dates: Vec<DateMention>,
    /// For each date, true when it tells when something was said.
    pub(super) cue_dates: Vec<bool>,
    pub(super) nouns: Vec<Noun>,
    pub(super) hits: Vec<Hit>,
    /// Byte ranges of contents of statements in the line.
    pub(super) contents: Vec<Range<usize>>,
}

/// What the rest of the article tells of names.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Names of places that were shown to be venues, by their folded forms.
    pub(super) venues: HashMap<String, String>,
    /// Folded names of actors and parties, which are no places.
    pub(super) people: HashSet<String>,
    /// Folded words that the article also writes small; before a noun of talks they name no town.
    pub(super) small: HashSet<String>,
    /// The dateline's place.
    pub(super) here: Option<String>,
    /// Folded names of towns that only tell where another lies: "in Corvel, near Lindal".
    pub(super) beacons: HashSet<String>,
}

/// Words of saying, as tokens.
const SAID: [&str; 16] = [
    "said",
    "says",
    "told",
    "tells",
    "added",
    "wrote",
    "warned",
    "announced",
    "declared",
    "argued",
    "insisted",
    "called",
    "stressed",
    "noted",
    "say",
    "tell",
];

pub(super) fn is_saying(word: &str) -> bool {
    SAID.contains(&word)
}

/// What goes on in a land or town without being held there as talks are.
const AFFAIRS: [&str; 10] = [
    "war",
    "wars",
    "conflict",
    "fighting",
    "violence",
    "crisis",
    "bloodshed",
    "situation",
    "hostilities",
    "elections",
];

/// What is haggled over, before "deal in": "talks on a ceasefire deal in Gaza" are held elsewhere.
const HAGGLED: [&str; 5] = ["ceasefire", "cease-fire", "truce", "hostage", "peace"];

/// Whom all of a place are told by, before "in".
const ANYBODY: [&str; 9] = [
    "nobody",
    "no-one",
    "anybody",
    "anyone",
    "everybody",
    "everyone",
    "people",
    "we",
    "us",
];

/// What a day may stand before that is no talks'.
const EVENTS: [&str; 18] = [
    "attack",
    "attacks",
    "massacre",
    "assault",
    "onslaught",
    "invasion",
    "bombing",
    "coup",
    "killing",
    "killings",
    "expiry",
    "expiration",
    "deadline",
    "cutoff",
    "cut-off",
    "election",
    "elections",
    "referendum",
];

/// Those who meet.
const SIDES: [&str; 8] = [
    "sides",
    "delegations",
    "parties",
    "teams",
    "negotiators",
    "governments",
    "pair",
    "rivals",
];

/// What they do where they meet.
const DEEDS: [&str; 12] = [
    "agreed",
    "settled",
    "signed",
    "sat",
    "exchanged",
    "reached",
    "struck",
    "initialled",
    "initialed",
    "parted",
    "talked",
    "pledged",
];

/// Words before such a deed among which a place and a day stand.
const BEFORE_DEED: usize = 20;

/// What stands before the day of an end that nobody meets for.
const EXPIRES: [&str; 7] = [
    "expire", "expires", "expired", "expiring", "lapse", "lapses", "deadline",
];

impl<'t> Line<'t> {
    /// Reads a line: tokens, times and nouns; places come later.
    pub(super) fn read(
        finder: &Finder,
        text: &'t str,
        today: Option<NaiveDate>,
        anchor: Option<NaiveDate>,
    ) -> Line<'t> {
        let mut tokens: Vec<Token> = finder
            .tokens
            .find_iter(text)
            .map(|found| token(found.as_str(), found.range()))
            .collect();
        let dates = finder.dates.find(text, today, anchor);
        for token in &mut tokens {
            token.in_date = dates.iter().any(|date| {
                date.bytes.start < token.bytes.end && token.bytes.start < date.bytes.end
            });
        }
        let mut line = Line {
            text,
            today,
            at: None,
            sentence: None,
            paragraph: 0,
            heading: false,
            cancelled: finder.words.cancelled.is_match(text),
            tokens,
            dates,
            cue_dates: Vec::new(),
            nouns: Vec::new(),
            hits: Vec::new(),
            contents: Vec::new(),
        };
        line.cue_dates = (0..line.dates.len())
            .map(|date| line.is_cue_date(date))
            .collect();
        line.nouns = line.find_nouns(finder);
        line
    }

    /// Token range of a byte range.
    pub(super) fn tokens_of(&self, bytes: &Range<usize>) -> Range<usize> {
        let from = self
            .tokens
            .partition_point(|token| token.bytes.end <= bytes.start);
        let to = self
            .tokens
            .partition_point(|token| token.bytes.start < bytes.end);
        from..to.max(from)
    }

    /// True when the time stands right after a word of saying, "said on Thursday that …", or is told as so long after
    /// what follows: "on Thursday, a day after the talks". So is the day of something else: "its Aug. 12 expiry".
    fn is_cue_date(&self, date: usize) -> bool {
        const REACH: usize = 5;
        let here = self.tokens_of(&self.dates[date].bytes);
        let behind = self.tokens[here.end..].iter().take(REACH);
        let units: Vec<&str> = behind.map(|token| token.lower.as_str()).collect();
        let later = units.windows(2).any(|pair| {
            matches!(pair[0], "day" | "days" | "week" | "weeks" | "hours") && pair[1] == "after"
        });
        let at = here.start;
        later
            || self.of_another_event(&here)
            || self.tokens[at.saturating_sub(4)..at]
                .iter()
                .any(|token| is_saying(&token.lower))
                && !self.tokens[at.saturating_sub(4)..at]
                    .iter()
                    .any(finder_breaks)
    }

    /// True for a time from which on, or up to which, something is so: "since 11 August", "before the end of January".
    pub(super) fn is_limit(&self, date: usize) -> bool {
        let at = self.tokens_of(&self.dates[date].bytes).start;
        self.tokens[at.saturating_sub(1)..=at]
            .iter()
            .map(|token| token.lower.as_str())
            .any(|word| word == "since" || LIMITS.contains(&word))
    }

    /// "For the first time since March" before the token that ends it.
    fn is_last_time(&self, day: usize) -> bool {
        let back = |n: usize| day.checked_sub(n).map(|at| self.tokens[at].lower.as_str());
        let since = if back(0) == Some("since") { 0 } else { 1 };
        back(since) == Some("since") && back(since + 1) == Some("time")
    }

    /// True for the day of no talks: "the October 7 attack", "beyond its Aug. 12 expiry", "which expires on Aug. 12".
    fn of_another_event(&self, day: &Range<usize>) -> bool {
        let next = self.tokens.get(day.end).map(|token| token.lower.as_str());
        // "The election of 6 February"
        let of = |n: usize| {
            day.start
                .checked_sub(n)
                .map(|at| self.tokens[at].lower.as_str())
        };
        next.is_some_and(|next| EVENTS.contains(&next))
            || matches!(of(1), Some("of" | "on"))
                && of(2).is_some_and(|event| EVENTS.contains(&event))
            || self.tokens[day.start.saturating_sub(3)..day.start]
                .iter()
                .any(|token| EXPIRES.contains(&token.lower.as_str()))
    }

    fn find_nouns(&self, finder: &Finder) -> Vec<Noun> {
        let words = &finder.words;
        let mut nouns: Vec<Noun> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let token = &self.tokens[at];
            let push = |nouns: &mut Vec<Noun>, to: usize, strength: f32, verb| {
                nouns.push(Noun {
                    tokens: at..to,
                    strength,
                    verb,
                });
            };
            if !token.is_word {
                at += 1;
                continue;
            }
            if let Some(body) = words.bodies.iter().find(|body| {
                self.tokens[at..]
                    .iter()
                    .zip(body.iter())
                    .filter(|(token, word)| token.text == **word)
                    .count()
                    == body.len()
            }) {
                push(&mut nouns, at + body.len(), 0.9, false);
                at += body.len();
                continue;
            }
            if words.series.is_match(&token.text) {
                // "G7" alone is a group, "the G7 summit" a meeting; the noun tells.
                let strength = if token.text.starts_with('G') {
                    0.4
                } else {
                    0.9
                };
                push(&mut nouns, at + 1, strength, false);
            } else if words.nouns.contains(&token.lower) {
                let before = at
                    .checked_sub(1)
                    .map(|before| self.tokens[before].lower.as_str());
                let barred = before.is_some_and(|word| words.not_before.contains(word))
                    || (token.lower == "round" && before == Some("year"));
                if !barred {
                    let strength = if words.faint.contains(&token.lower) {
                        0.6
                    } else {
                        0.9
                    };
                    push(&mut nouns, at + 1, strength, false);
                }
            } else if self.is_day_of_talks(words, at) {
                push(&mut nouns, at + 1, 0.8, false);
            } else if self.is_deed_of_both(at)
                || words.verbs.contains(&token.lower)
                || self.tokens.get(at + 1).is_some_and(|next| {
                    words
                        .verb_pairs
                        .contains(&(token.lower.clone(), next.lower.clone()))
                })
            {
                push(&mut nouns, at + 1, 0.8, true);
            }
            at += 1;
        }
        nouns
    }

    /// "In Corvel on May 10 and 11, the sides agreed": what both did where a sentence begins with a place.
    fn is_deed_of_both(&self, at: usize) -> bool {
        let lower = |at: usize| self.tokens.get(at).map_or("", |token| token.lower.as_str());
        let back = |n: usize| at.checked_sub(n).map_or("", lower);
        let placed = || {
            let before = &self.tokens[at.saturating_sub(BEFORE_DEED)..at];
            let dated = before.iter().any(|token| token.in_date);
            dated
                && (at.saturating_sub(BEFORE_DEED)..at).any(|at| {
                    matches!(lower(at), "in" | "at")
                        && self
                            .tokens
                            .get(at + 1)
                            .is_some_and(|next| next.capital && !next.in_date)
                })
        };
        let both = SIDES.contains(&back(1)) && matches!(back(2), "the" | "both" | "two")
            || back(1) == "they" && back(2) == ",";
        both && DEEDS.contains(&lower(at)) && placed()
    }

    /// "The second and last day in Corvel"
    fn is_day_of_talks(&self, words: &Words, at: usize) -> bool {
        let lower = |at: usize| self.tokens.get(at).map_or("", |token| token.lower.as_str());
        let before = at.checked_sub(1).map_or("", lower);
        lower(at) == "day"
            && matches!(lower(at + 1), "in" | "at")
            && (matches!(before, "last" | "final" | "opening" | "closing")
                || words.ordinals.contains_key(before))
    }

    /// Finds the places.
    pub(super) fn find_places(&mut self, finder: &Finder, article: &Names) {
        let mut hits: Vec<Hit> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let Some(hit) = self.place_at(finder, at, article) else {
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

    fn place_at(&self, finder: &Finder, at: usize, article: &Names) -> Option<Hit> {
        let here = article.here.as_deref();
        let token = self.tokens.get(at)?;
        let hit = |to: usize, name: &str, role: Role, known: bool| Hit {
            tokens: at..to,
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
        };
        if token.lower == "here" && here.is_some() {
            // "here in Vienna" is told by the name that follows.
            let next = self.tokens.get(at + 1).map(|next| next.lower.as_str());
            if !matches!(next, Some("in" | "at")) && !token.capital {
                return Some(hit(at + 1, here?, Role::Here, true));
            }
        }
        // "In Corvel, near Lindal" is in Corvel, and so are "the talks near Lindal".
        if self.is_near(at) && article.beacons.contains(&fold(&token.text)) {
            return None;
        }
        let at_place = self.after_in(finder, at);
        let on_way = !at_place && self.on_way(finder, at);
        // "the Ethiopian capital"
        if token.capital
            && self
                .tokens
                .get(at + 1)
                .is_some_and(|next| next.lower == "capital")
            && let Some(place) = finder.venues.capital_of(&fold(&token.text))
        {
            let role = if at_place { Role::At } else { Role::Bare };
            let mut hit = hit(at + 2, &place.name, role, true);
            hit.state.clone_from(&place.state);
            return Some(hit);
        }
        if let Some((venue, length)) = self.today.and_then(|today| {
            let words = self.tokens[at..].iter().map(|token| token.lower.as_str());
            finder.series.called(words, today)
        }) {
            return Some(hit(at + length, venue, Role::Series, true));
        }
        // "The Norvian capital" of a state that is not known names no town.
        let behind = |word: &Token| word.lower == "capital" && word.is_word;
        if token.capital
            && self.tokens.get(at + 1).is_some_and(behind)
            && finder.venues.get(&fold(&token.text)).is_none()
        {
            return None;
        }
        if !token.capital || token.in_date {
            return None;
        }
        // "The Doha round"
        let next = self.tokens.get(at + 1).map(|next| next.lower.as_str());
        if finder.words.trade_rounds.contains(&token.lower)
            && matches!(next, Some("round" | "agenda"))
        {
            return None;
        }
        // Known names, the longest first; full stops inside ("St. Petersburg") do not count.
        let mut best: Option<Hit> = None;
        let mut key = String::new();
        for to in at..(at + 5).min(self.tokens.len()) {
            let part = &self.tokens[to];
            if part.is_word {
                if !key.is_empty() {
                    key.push(' ');
                }
                key.push_str(&fold(&part.text));
            } else if part.text != "." || to == at {
                break;
            }
            let role = if at_place || self.heads_a_day(at, to + 1) {
                Role::At
            } else if self.heads(to + 1, at) {
                Role::Heading
            } else if on_way {
                Role::Way
            } else {
                Role::Bare
            };
            if let Some(place) = finder.venues.get(&key) {
                let mut hit = hit(to + 1, &place.name, role, true);
                hit.state.clone_from(&place.state);
                hit.seat = place.seat;
                hit.site = place.site;
                hit.strength = if place.site { 0.5 } else { 0.0 };
                best = Some(hit);
            } else if let Some(name) = article.venues.get(&key) {
                best = Some(hit(to + 1, name, role, true));
            }
            if part.possessive {
                break;
            }
        }
        if best.is_some() {
            return best;
        }
        // "the UN Security Council": the longest name of a body that sits in one town.
        let mut key = String::new();
        let mut seated: Option<Hit> = None;
        for to in at..(at + 6).min(self.tokens.len()) {
            let part = &self.tokens[to];
            if !part.is_word && part.text != "." {
                break;
            }
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(&fold(&part.text));
            let town = finder.venues.seat_of(key.trim_end());
            // "Talks at the World Trade Organization" are where it has its halls.
            let house = || {
                finder
                    .venues
                    .house_of(key.trim_end())
                    .filter(|_| self.at_body(at))
            };
            if let Some(town) = town.or_else(house) {
                seated = Some(hit(to + 1, town, Role::Seated, true));
            }
        }
        if seated.is_some() {
            return seated;
        }
        if let Some(held) = finder.series.numbered(&token.text, self.today) {
            return Some(hit(at + 1, held, Role::Series, true));
        }
        // "Talks in San Orsino": nobody's name stands there, whatever it looks like.
        let beside = self
            .nouns
            .iter()
            .any(|noun| noun.tokens.end + 1 == at && at_place);
        let nobody = HashSet::new();
        let people = if beside { &nobody } else { &article.people };
        let to = self.unknown_name(finder, at, people)?;
        let role = if at_place || self.heads_a_day(at, to) {
            Role::At
        } else if on_way {
            Role::Way
        } else {
            Role::Modifier
        };
        // "in Norvia's chilly capital Corvel": the owner is no town.
        let owner = self.tokens[to - 1].possessive
            && self.tokens[to..]
                .iter()
                .take(3)
                .any(|next| finder.words.kinds_of_place.contains(&next.lower));
        if owner {
            return None;
        }
        let name = self.text[token.bytes.start..self.tokens[to - 1].bytes.end]
            .trim_end_matches("'s")
            .trim_end_matches("’s");
        // "the Lindal talks": an unknown name before a noun of talks is often their town, "Plastic talks" are not.
        if role == Role::Modifier
            && (self.tokens[to - 1].possessive
                || self.follower(finder, to).is_none()
                || article.small.contains(&fold(name))
                // "Norvian Ministers Wrap Up Talks": where all words are large, several tell no name.
                || to > at + 1 && self.heading && self.is_large())
        {
            return None;
        }
        Some(hit(to, name, role, false))
    }

    /// True where "near" or "outside" stands before the token.
    fn is_near(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|near| matches!(self.tokens[near].lower.as_str(), "near" | "outside"))
    }

    /// Folded words before which a place and ", near" or ", outside" stand.
    pub(super) fn beacons(&self) -> impl Iterator<Item = String> {
        (3..self.tokens.len())
            .filter(|at| {
                self.is_near(*at)
                    && self.tokens[*at].capital
                    && self.tokens[at - 2].text == ","
                    && self.hits.iter().any(|hit| hit.tokens.end == at - 2)
            })
            .map(|at| fold(&self.tokens[at].text))
    }

    /// True for a heading in which every longer word is large.
    fn is_large(&self) -> bool {
        const LONGER: usize = 5;
        let mut words = self.tokens.iter().filter(|token| token.is_word);
        words.all(|token| token.capital || token.in_date || token.lower.chars().count() < LONGER)
    }

    /// True when "at" or "at the" stands before the token.
    fn at_body(&self, at: usize) -> bool {
        let back = |n: usize| at.checked_sub(n).map(|at| self.tokens[at].lower.as_str());
        back(1) == Some("at") || back(1) == Some("the") && back(2) == Some("at")
    }

    /// True when a word of going or leaving stands before the token: "fly to Lugano", "left Lugano".
    fn on_way(&self, finder: &Finder, at: usize) -> bool {
        let words = &finder.words;
        let back = |n: usize| at.checked_sub(n).map(|at| self.tokens[at].lower.as_str());
        match back(1) {
            Some("to" | "into" | "for" | "from") => {
                (2..=4).any(|n| back(n).is_some_and(|word| words.moving.contains(word)))
            }
            // "Limped out of Corvel"
            Some("of") if back(2) == Some("out") => true,
            // "Left the port city of Corvel"
            Some("of") => {
                back(2).is_some_and(|kind| words.kinds_of_place.contains(kind))
                    && (3..=7).any(|n| back(n).is_some_and(|word| words.leaving.contains(word)))
            }
            Some(word) => words.leaving.contains(word),
            None => false,
        }
    }

    /// The noun of talks to which the words before `end` belong: "the Lugano river talks".
    fn follower(&self, finder: &Finder, end: usize) -> Option<usize> {
        self.nouns.iter().position(|noun| {
            !noun.verb
                && noun.tokens.start >= end
                && noun.tokens.start <= end + 2
                && self.tokens[end..noun.tokens.start]
                    .iter()
                    .all(|token| finder.words.kinds.contains(&token.lower))
        })
    }

    /// True when "in", "at" or the like stands before the token, small words between left aside.
    fn after_in(&self, finder: &Finder, at: usize) -> bool {
        let words = &finder.words;
        let back = |n: usize| at.checked_sub(n).map(|at| self.tokens[at].lower.as_str());
        match back(1) {
            // "Talks on the war in Norvia" are held elsewhere; "nobody in Corvel denies it".
            Some("in") => !back(2).is_some_and(|word| {
                let deal = matches!(word, "deal" | "agreement" | "accord");
                AFFAIRS.contains(&word)
                    || ANYBODY.contains(&word)
                    || deal && back(3).is_some_and(|word| HAGGLED.contains(&word))
            }),
            Some("at") => true,
            Some("on") => words.on_places.contains(&self.tokens[at].lower),
            Some("near" | "outside") => true,
            // "in a Corvel hotel"
            Some("a" | "an") => {
                matches!(back(2), Some("in" | "at" | "inside"))
                    && self.tokens[at + 1..].iter().take(2).any(|next| {
                        matches!(
                            next.lower.as_str(),
                            "hotel"
                                | "palace"
                                | "villa"
                                | "castle"
                                | "mansion"
                                | "monastery"
                                | "resort"
                        )
                    })
            }
            // "in the town of Corvel", "in the Swiss resort of Lugano", "in the French city of Brest"
            Some("of") if matches!(back(2), Some("outskirts" | "edge")) => true,
            // "On the shore of Lake Corvel"
            Some("lake") => {
                back(2) == Some("of") && matches!(back(3), Some("shore" | "shores" | "banks"))
            }
            // "in Norvia's chilly capital Corvel", "in its capital, Corvel"
            Some(",") if back(2) == Some("capital") => self.in_before(at - 2),
            Some("capital" | "city" | "town" | "resort" | "village") => self.in_before(at - 1),
            Some("of") => {
                back(2).is_some_and(|kind| words.kinds_of_place.contains(kind))
                    && (3..=8).any(|n| matches!(back(n), Some("in" | "at")))
            }
            Some("the") => {
                matches!(back(2), Some("in" | "at"))
                    && (self
                        .tokens
                        .get(at + 1)
                        .is_some_and(|next| words.kinds_of_place.contains(&next.lower))
                        // "In the Norvian resort of Corvel"
                        && self.tokens.get(at + 2).is_none_or(|next| next.lower != "of")
                        || finder
                            .venues
                            .get(&fold(&format!(
                                "{} {}",
                                self.tokens[at].text,
                                self.tokens
                                    .get(at + 1)
                                    .map_or("", |next| next.text.as_str())
                            )))
                            .is_some()
                        || finder.venues.get(&fold(&self.tokens[at].text)).is_some())
            }
            _ => false,
        }
    }

    /// True when "in" or "at" stands a few words before the token.
    fn in_before(&self, at: usize) -> bool {
        const REACH: usize = 5;
        let mut before = self.tokens[at.saturating_sub(REACH)..at].iter().rev();
        before
            .find(|token| matches!(token.lower.as_str(), "in" | "at") || !token.is_word)
            .is_some_and(|token| token.is_word)
    }

    /// True when the tokens up to `to` head a heading: "Lake Ondra: a rule at last".
    fn heads(&self, to: usize, from: usize) -> bool {
        from == 0 && self.tokens.get(to).is_some_and(|next| next.text == ":")
    }

    /// True for the place of a heading that is nothing else but it and a day: "Round two: Corvel, 2 and 3 September",
    /// "14 January: Corvel".
    fn heads_a_day(&self, from: usize, to: usize) -> bool {
        let dated = |at: usize| self.tokens.get(at).is_some_and(|token| token.in_date);
        let apart = |at: usize| {
            self.tokens.get(at).is_some_and(|token| {
                matches!(token.text.as_str(), "," | "(" | ":" | "-" | "–" | "—")
            })
        };
        let opens = from == 0 || apart(from - 1);
        let behind = (apart(to) && dated(to + 1) || dated(to)) && opens;
        let before = from >= 2 && apart(from - 1) && dated(from - 2) && to == self.tokens.len();
        self.heading && self.at.is_some() && (behind || before)
    }

    /// End of the unknown name that starts at a token, if it may be that of a place.
    fn unknown_name(&self, finder: &Finder, at: usize, people: &HashSet<String>) -> Option<usize> {
        let words = &finder.words;
        let mut to = at;
        let mut last = at;
        while let Some(token) = self.tokens.get(to) {
            let inside = to > at && words.connectors.contains(&token.lower) && !token.capital;
            if !token.is_word || token.in_date || !(token.capital || inside) || to >= at + 4 {
                break;
            }
            to += 1;
            if token.capital {
                last = to;
            }
            if token.possessive {
                break;
            }
        }
        let name = self.tokens.get(at..last).filter(|name| !name.is_empty())?;
        let loud = |token: &Token| {
            token.text.chars().filter(|c| c.is_alphabetic()).count() > 1
                && token.text.chars().all(|c| !c.is_lowercase())
        };
        let has_vowel = |token: &Token| token.lower.chars().any(|c| "aeiouyäöüáéíóú".contains(c));
        if name
            .iter()
            .any(|token| words.no_towns.contains(&token.lower) || token.lower.ends_with("-level"))
            || name.iter().any(loud)
            || !name.iter().any(has_vowel)
            || name
                .iter()
                .any(|token| token.text.chars().any(|c| c.is_numeric()))
            || name[0].text.chars().count() < 3
        {
            return None;
        }
        let folded = fold(
            &name
                .iter()
                .map(|token| token.text.as_str())
                .collect::<Vec<_>>()
                .join(" "),
        );
        if people.contains(&folded) || finder.names.contains_key(&folded) {
            return None;
        }
        // "at OSCE-Russia talks": what parties' names are joined to is no place either.
        if name.iter().any(|token| {
            let mut parts = token.text.split('-');
            token.text.contains('-')
                && parts.any(|part| {
                    let part = fold(part);
                    finder.names.contains_key(&part) || people.contains(&part)
                })
        }) {
            return None;
        }
        // "in the Tessarian delegation": the adjective of a people is no place.
        if name
            .iter()
            .all(|token| finder.names.contains_key(&fold(&token.text)))
        {
            return None;
        }
        Some(last)
    }

    /// True when nothing that ends a clause stands between two token ranges.
    pub(super) fn in_one_clause(&self, one: &Range<usize>, other: &Range<usize>) -> bool {
        let between = one.end.min(other.end)..one.start.max(other.start);
        between.is_empty() || self.unbroken(between)
    }

    /// True when nothing that ends a clause stands in the token range.
    fn unbroken(&self, range: Range<usize>) -> bool {
        self.tokens.get(range).is_some_and(|tokens| {
            !tokens
                .iter()
                .any(|token| finder_breaks(token) || is_saying(&token.lower))
        })
    }

    /// Ties a place to a noun and tells how surely a meeting is meant.
    fn tie(&self, finder: &Finder, hits: &mut [Hit], index: usize) {
        let (role, range) = (hits[index].role, hits[index].tokens.clone());
        // A list goes on: "in Geneva, Brussels and here in Vienna".
        if let Some(before) = index.checked_sub(1) {
            let between = hits[before].tokens.end..range.start;
            let only_links = self.tokens[between].iter().all(|token| {
                token.in_date
                    || matches!(
                        token.lower.as_str(),
                        "," | "and"
                            | "or"
                            | "here"
                            | "in"
                            | "at"
                            | "then"
                            | "finally"
                            | "on"
                            | "("
                            | ")"
                    )
            });
            if only_links && hits[before].strength >= 0.1 && hits[before].role != Role::Bare {
                hits[index].list = Some(before);
                hits[index].noun = hits[before].noun;
                hits[index].strength = hits[before].strength.max(hits[index].strength);
                if hits[index].role == Role::Bare {
                    hits[index].role = Role::At;
                }
                return;
            }
        }
        // "the Lugano river talks"
        let follower = self.follower(finder, range.end);
        if let Some(noun) = follower
            && !self.tokens[range.end - 1].possessive
        {
            hits[index].role = Role::Modifier;
            hits[index].noun = Some(noun);
            hits[index].strength = hits[index].strength.max(self.nouns[noun].strength - 0.05);
            return;
        }
        // "Lugano deal on the lake": a headline names by its town what was agreed there.
        let outcome = self.heading
            && self
                .tokens
                .get(range.end)
                .is_some_and(|next| finder.words.outcomes.contains(&next.lower));
        if outcome
            && matches!(role, Role::Bare | Role::Way)
            && !self.tokens[range.end - 1].possessive
        {
            hits[index].role = Role::Modifier;
            hits[index].strength = hits[index].strength.max(0.5);
            return;
        }
        if matches!(role, Role::At | Role::Here | Role::Way) {
            let earlier = self.nouns.iter().enumerate().rev().find(|(_, noun)| {
                noun.tokens.end <= range.start
                    && range.start - noun.tokens.end <= if noun.verb { 9 } else { 12 }
                    && self.unbroken(noun.tokens.end..range.start)
                    // Another place stands nearer to the noun.
                    && !hits[..index].iter().any(|other| {
                        other.tokens.start >= noun.tokens.end && other.role == Role::At
                    })
            });
            if let Some((noun, found)) = earlier {
                hits[index].noun = Some(noun);
                hits[index].strength = hits[index].strength.max(found.strength);
                return;
            }
            // "Speaking in Corvel after meeting ministers"
            let spoke = self.tokens[range.start.saturating_sub(3)..range.start]
                .iter()
                .any(|token| matches!(token.lower.as_str(), "speaking" | "spoke" | "interview"));
            let later = self.nouns.iter().position(|noun| {
                !spoke
                    && noun.tokens.start >= range.end
                    && noun.tokens.start - range.end <= 8
                    && self.unbroken(range.end..noun.tokens.start)
                    && self.tokens[range.end..noun.tokens.start]
                        .iter()
                        .all(|token| token.lower != "in")
            });
            if let Some(noun) = later {
                hits[index].noun = Some(noun);
                hits[index].strength = hits[index].strength.max(self.nouns[noun].strength - 0.25);
                return;
            }
            hits[index].strength = hits[index].strength.max(0.2);
            return;
        }
        let base: f32 = match role {
            Role::Heading if !hits[index].seat => 0.5,
            // "Corvel (22 and 23 May)"
            _ if self
                .tokens
                .get(range.end)
                .is_some_and(|next| next.text == "(")
                && self
                    .tokens
                    .get(range.end + 1)
                    .is_some_and(|next| next.in_date) =>
            {
                0.5
            }
            _ if hits[index].seat => 0.0,
            _ => 0.1,
        };
        hits[index].strength = hits[index].strength.max(base);
    }

    /// Gives each place the time told for it: one time goes to one place.
    fn share_dates(&mut self) {
        // A place that is only named comes behind those where somebody met.
        let mut pairs: Vec<(bool, usize, usize, usize)> = Vec::new();
        for (index, hit) in self.hits.iter().enumerate() {
            if hit.strength < 0.1 {
                continue;
            }
            for date in 0..self.dates.len() {
                if self.cue_dates[date] {
                    continue;
                }
                let when = self.tokens_of(&self.dates[date].bytes);
                // "Nobody has set foot in Corvel since 11 August", "met in Corvel for the first time since March"
                if self.is_limit(date) && (hit.noun.is_none() || self.is_last_time(when.start)) {
                    continue;
                }
                // A noun that carries the day: "Monday's session in Geneva". In a list it stands before the first place.
                let noun = hit.noun.filter(|_| hit.list.is_none());
                let from = noun.map_or(hit.tokens.start, |noun| {
                    self.nouns[noun].tokens.start.min(hit.tokens.start)
                });
                let to = noun.map_or(hit.tokens.end, |noun| {
                    self.nouns[noun].tokens.end.max(hit.tokens.end)
                });
                let (gap, cost) = if when.start >= to {
                    (to..when.start, when.start - to)
                } else if when.end <= from {
                    (when.end..from, from - when.end + 2)
                } else {
                    (to..to, 0)
                };
                if cost <= 12
                    && self.unbroken(gap)
                    && self.same_side(
                        &self.tokens[hit.tokens.start].bytes,
                        &self.dates[date].bytes,
                    )
                {
                    pairs.push((hit.role == Role::Bare, cost, index, date));
                }
            }
        }
        pairs.sort();
        let mut used: HashSet<usize> = HashSet::new();
        for (_, _, index, date) in pairs {
            if self.hits[index].date.is_none() && used.insert(date) {
                self.hits[index].date = Some(date);
            }
        }
    }

    /// True when both byte ranges lie in the same content or both in none.
    fn same_side(&self, one: &Range<usize>, other: &Range<usize>) -> bool {
        let content = |range: &Range<usize>| {
            self.contents
                .iter()
                .position(|content| content.start <= range.start && range.end <= content.end)
        };
        content(one) == content(other)
    }

    /// The places of the list that ends with a place, the last first: itself alone where it ends none.
    pub(super) fn list_to(&self, last: usize) -> Vec<usize> {
        std::iter::successors(Some(last), |at| self.hits[*at].list).collect()
    }

    /// True when the byte stands between quotation marks.
    pub(super) fn in_quotation(&self, byte: usize) -> bool {
        let before = self.text.get(..byte).unwrap_or_default();
        let count = |mark: char| before.matches(mark).count();
        count('"') % 2 == 1 || count('“') > count('”')
    }

    /// True when the byte lies in the content of a statement.
    pub(super) fn in_content(&self, byte: usize) -> bool {
        self.contents.iter().any(|content| content.contains(&byte))
    }
}

/// Words before a time up to which something goes on, or by which it is due.
pub(super) const LIMITS: [&str; 4] = ["until", "till", "by", "before"];

fn finder_breaks(token: &Token) -> bool {
    !token.is_word
        && matches!(
            token.text.as_str(),
            ";" | ":" | "—" | "–" | "\"" | "“" | "”" | "«" | "»" | "„"
        )
}

fn token(written: &str, bytes: Range<usize>) -> Token {
    let stripped = written
        .strip_suffix("'s")
        .or_else(|| written.strip_suffix("’s"))
        .or_else(|| written.strip_suffix("ʼs"));
    let text = stripped.unwrap_or(written);
    let first = text.chars().next();
    Token {
        bytes,
        lower: text.to_lowercase(),
        text: text.to_owned(),
        capital: first.is_some_and(char::is_uppercase),
        possessive: stripped.is_some(),
        is_word: first.is_some_and(char::is_alphanumeric),
        in_date: false,
    }
}

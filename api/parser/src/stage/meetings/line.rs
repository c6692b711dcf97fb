//! One sentence or headline as the search for meetings sees it: tokens, days, nouns, places.
//!
//! A line is read with its days and the nouns that name talks ([`nouns`]). Places come later, when more is known of
//! the article ([`places`]): what stands before a token tells whether it is one ([`before`]), a name that is not known
//! may be that of a town ([`unknown`]). A place is tied to a noun ([`tie`]) and to a day ([`days`]).

mod before;
mod days;
mod nouns;
mod places;
mod tie;
mod unknown;

use super::Finder;
use super::dates::DateMention;
use super::venues::fold;
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

/// True for a word of saying.
pub(super) fn is_saying(word: &str) -> bool {
    SAID.contains(&word)
}

/// Words before a time up to which something goes on, or by which it is due.
pub(super) const LIMITS: [&str; 4] = ["until", "till", "by", "before"];

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
                .any(|token| ends_clause(token) || is_saying(&token.lower))
        })
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

    /// The word that stands so many tokens before another.
    pub(super) fn back(&self, at: usize, n: usize) -> Option<&str> {
        let at = at.checked_sub(n)?;
        self.tokens.get(at).map(|token| token.lower.as_str())
    }

    /// The word at a token, empty where there is none.
    pub(super) fn lower(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.lower.as_str())
    }
}

/// True for a mark that ends a clause.
fn ends_clause(token: &Token) -> bool {
    !token.is_word
        && matches!(
            token.text.as_str(),
            ";" | ":" | "—" | "–" | "\"" | "“" | "”" | "«" | "»" | "„"
        )
}

/// Reads a word or a mark as it is written.
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

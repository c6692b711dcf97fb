//! Several who speak together: "Egypt and Sudan", "the two sides", "both", "a joint communiqué".
//!
//! A list names them; "both sides" means those of whom the text speaks as a pair or group, or of whom it
//! speaks most. Of more than four together nobody is singled out.
//!
//! A source is first read as a list ([`list`]), then as a phrase that means a group named before ([`groups`]),
//! people named before, or the sides of which the text speaks most ([`principals()`]).

mod groups;
mod list;
mod principals;

pub(super) use groups::{before, together};
pub(super) use principals::by_mentions;

use super::Cast;
use super::naming::Side;
use crate::context::Context;
use groups::{called, grouped};
use list::listed;
use plenary_domain::gazetteer::Form;
use principals::principals;

/// Numbers of sides that may speak together.
pub(super) const COUNTS: [&str; 4] = ["two", "both", "three", "four"];

/// How many words back people may have been named whom "both ministers" means.
const REACH: usize = 150;

/// Who speaks together.
#[derive(Debug, PartialEq)]
pub(super) enum Joint {
    Sides(Vec<Side>),
    People(Vec<usize>),
}

/// Words for sides when their names are not told.
const SIDES: [&str; 24] = [
    "sides",
    "countries",
    "parties",
    "governments",
    "states",
    "neighbours",
    "neighbors",
    "delegations",
    "capitals",
    "nations",
    "rivals",
    "powers",
    "armies",
    "teams",
    "camps",
    "foes",
    "adversaries",
    "partners",
    "signatories",
    "republics",
    "groups",
    "factions",
    "panels",
    "ministries",
];

/// Those of them that only states are.
const STATES: [&str; 9] = [
    "countries",
    "governments",
    "states",
    "neighbours",
    "neighbors",
    "capitals",
    "nations",
    "republics",
    "ministries",
];

/// Words for people who speak for their sides.
const PEOPLE: [&str; 10] = [
    "men",
    "women",
    "ministers",
    "leaders",
    "diplomats",
    "presidents",
    "negotiators",
    "envoys",
    "heads",
    "ambassadors",
];

/// Texts on which sides agree.
const TEXTS: [&str; 7] = [
    "communique",
    "statement",
    "declaration",
    "release",
    "note",
    "conclusions",
    "document",
];

/// Who is meant, the rule and how sure.
type Answer = (Joint, &'static str, f32);

/// Who is meant by the words of a source, the rule and how sure; `end` is where its noun phrase ends.
pub(super) fn read(
    context: &Context,
    cast: &Cast<'_>,
    from: usize,
    end: usize,
    to: usize,
) -> Option<Answer> {
    if from >= end {
        return None;
    }
    // "Two of them, Egypt and Sudan," have their names behind the comma.
    let counted = (from..end).any(|at| COUNTS.contains(&cast.words[at].fold.as_str()));
    let behind = || listed(context, cast, end, to).filter(|_| counted);
    let list = listed(context, cast, from, to).or_else(behind);
    if let Some(sides) = list {
        return Some((Joint::Sides(sides), "actors/list", 0.9));
    }
    let phrase = Phrase::read(context, cast, from, end);
    let group = phrase.kin().or_else(|| called(cast, from, end));
    if let Some(sides) = group {
        return Some((Joint::Sides(sides), "actors/group", 0.7));
    }
    match phrase.head() {
        Some(head) if phrase.is_people(head) && phrase.word(head + 1) != "of" => phrase.people(),
        Some(head) => phrase.sides(head),
        None => phrase.number_alone().or_else(|| phrase.joint_text()),
    }
}

/// A noun phrase that may mean several: "the two sides", "both ministers".
struct Phrase<'a> {
    context: &'a Context,
    cast: &'a Cast<'a>,
    from: usize,
    end: usize,
    /// Where the words before the noun end: "all three of the".
    at: usize,
    /// How many they are, where that is told.
    told: Option<usize>,
    /// True where the reader is taken to know them.
    definite: bool,
}

impl<'a> Phrase<'a> {
    /// Reads the words before the noun.
    fn read(context: &'a Context, cast: &'a Cast<'a>, from: usize, end: usize) -> Phrase<'a> {
        let mut phrase = Phrase {
            context,
            cast,
            from,
            end,
            at: from,
            told: None,
            definite: false,
        };
        phrase.at += usize::from(matches!(phrase.word(from), "the" | "all"));
        let number = phrase.word(phrase.at);
        phrase.told = match number {
            "two" | "both" => Some(2),
            "three" => Some(3),
            "four" => Some(4),
            _ => None,
        };
        phrase.definite = phrase.at > from || number == "both";
        phrase.at += usize::from(phrase.told.is_some());
        phrase.at += usize::from(matches!(phrase.word(phrase.at), "the" | "of"));
        phrase
    }

    /// "The three Europeans": the last group of so many.
    fn kin(&self) -> Option<Vec<Side>> {
        let count = self.told.filter(|told| *told > 2)?;
        let place = self.cast.naming.place(self.at)?;
        let whole = place.form == Form::Demonym && place.to == self.end;
        let several = whole && self.word(self.end - 1).ends_with('s');
        several.then(|| grouped(self.cast, self.from, count))?
    }

    /// Its noun for sides or people, where nothing but adjectives stands before.
    fn head(&self) -> Option<usize> {
        let mut heads = self.at..self.end.min(self.at + 3);
        let head = heads.find(|at| SIDES.contains(&self.word(*at)) || self.is_people(*at));
        head.filter(|head| (self.at..*head).all(|at| self.is_adjective(at)))
    }

    /// "Both ministers": the people named last.
    fn people(&self) -> Option<Answer> {
        let count = self.told.filter(|_| self.definite)?;
        let people = named_last(self.cast, self.from, count)?;
        Some((Joint::People(people), "actors/both", 0.65))
    }

    /// "The two sides", "the parties".
    fn sides(&self, head: usize) -> Option<Answer> {
        let noun = self.word(head);
        let plain = matches!(noun, "sides" | "parties" | "delegations");
        if !self.definite || self.told.is_none() && !plain {
            return None;
        }
        self.principals(self.told.unwrap_or(2), STATES.contains(&noun), 0.7)
    }

    /// "The two", "both", "all three": a number and no noun.
    fn number_alone(&self) -> Option<Answer> {
        let count = self.told.filter(|_| self.definite && self.at >= self.end)?;
        self.principals(count, false, 0.6)
    }

    /// "A joint communiqué" of nobody who is named.
    fn joint_text(&self) -> Option<Answer> {
        let mut words = self.from..self.end;
        let joint = TEXTS.contains(&self.word(self.end - 1))
            && words.clone().any(|at| self.word(at) == "joint")
            && words.all(|at| self.cast.naming.place(at).is_none());
        joint.then(|| self.principals(2, false, 0.55))?
    }

    /// So many sides, only states where that is told, of which the text speaks most.
    fn principals(&self, count: usize, states: bool, confidence: f32) -> Option<Answer> {
        let sides = principals(self.context, self.cast, self.from, count, states)?;
        Some((Joint::Sides(sides), "actors/sides", confidence))
    }

    fn is_people(&self, at: usize) -> bool {
        let word = self.word(at);
        let official = &self.context.lexicon.roles.official;
        PEOPLE.contains(&word) || word.ends_with('s') && official.contains(word)
    }

    fn is_adjective(&self, at: usize) -> bool {
        let word = self.word(at);
        self.cast.words[at].follows()
            && !self.cast.words[at].capital()
            && self.cast.naming.place(at).is_none()
            && (word.ends_with("ing")
                || self.context.lexicon.roles.modifiers.contains(word)
                || word.len() > 3 && !word.ends_with('s'))
    }

    /// A word of the phrase, empty behind its end.
    fn word(&self, at: usize) -> &'a str {
        let word = self.cast.words.get(at).filter(|_| at < self.end);
        word.map_or("", |word| word.fold.as_str())
    }
}

/// The people named last before a word, as many as told, if they are so many.
fn named_last(cast: &Cast<'_>, from: usize, count: usize) -> Option<Vec<usize>> {
    let mut last: Vec<usize> = Vec::new();
    for at in (from.saturating_sub(REACH)..from).rev() {
        if let Some(person) = cast.people.at[at]
            && !last.contains(&person)
            && last.len() < count
        {
            last.push(person);
        }
    }
    last.reverse();
    (last.len() == count).then_some(last)
}

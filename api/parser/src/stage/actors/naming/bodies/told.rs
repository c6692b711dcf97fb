//! What a run of words tells: a body of some kind, or only an office or an organ of a state, which is no new party.

use super::letters::{initials, letters};
use super::{LONGEST, Text, kind, owns_many};
use crate::stage::actors::lexicon::Lexicon;
use crate::stage::actors::words::Word;
use plenary_domain::PartyKind;
use plenary_domain::gazetteer::Form;

/// Words before a number that is no body's: "Chapter Five".
const NUMBERED: [&str; 16] = [
    "chapter",
    "article",
    "day",
    "phase",
    "part",
    "section",
    "annex",
    "page",
    "paragraph",
    "track",
    "option",
    "stage",
    "level",
    "area",
    "zone",
    "channel",
];

/// What people who join for a cause are called, beside the nouns of organisations.
const GROUPS: [&str; 6] = ["charity", "lobby", "group", "ngo", "body", "union"];

impl Text<'_> {
    /// The name of a body in a run of words, with its kind. None for organs of a state, people, and names that tell
    /// no body.
    pub(super) fn body(self, from: usize, to: usize) -> Option<(usize, usize, PartyKind)> {
        let words = self.words;
        let called = self.called(from, to);
        if to - from < 2 && !called {
            return None;
        }
        // The gazetteer's own organisations and ministries of states are no new parties.
        let covered = (from..to).all(|i| self.naming.at[i].is_some());
        let organ = words[from..to].iter().any(|word| {
            matches!(
                word.fold.as_str(),
                "ministry" | "department" | "office" | "embassy"
            )
        });
        let told = described(words, self.lexicon, from, to).filter(|_| self.unknown(from, to));
        let head = self
            .head(from, to)
            .or(called.then_some(PartyKind::Faction))
            .or(told)
            .or_else(|| self.movement(from, to));
        let (from, head) = match head {
            Some(head) => (self.members(self.joint(from, to), to), head),
            // "The Rapid Support Corps (RSC)": who has letters of its own is a body, whatever its name ends in.
            None => {
                let from = initials(words, from, to, letters(words, to)?)?;
                (from, PartyKind::Organisation)
            }
        };
        let inside = || self.naming.place(from).is_some_and(|place| place.to >= to);
        // "Planet Witness, a campaign group,"
        let office = || told.is_none() && self.office(from, to);
        let other = organ || covered && inside() || office() || self.organ_of_state(from, to);
        (!other && !NUMBERED.contains(&words[from].fold.as_str())).then_some((from, to, head))
    }

    /// True for what is called an opposition: "the opposition PDI-P", "the opposition party Envol".
    fn called(self, from: usize, to: usize) -> bool {
        let words = self.words;
        let back = |n: usize| from.checked_sub(n).map_or("", |at| words[at].fold.as_str());
        let mut inside = words[from..to].iter();
        words[from].follows()
            && (back(1) == "opposition" || back(2) == "opposition" && back(1) == "party")
            && self.unknown(from, to)
            && !inside.any(|word| self.lexicon.is_role(&word.fold))
            && to - from <= 4
    }

    /// The kind that the last, the first or an inner noun tells: "the New Democratic Party of Serbia" is a party as
    /// well as "the Union for Serbia".
    fn head(self, from: usize, to: usize) -> Option<PartyKind> {
        let complement = || {
            let of = |at: &usize| matches!(self.words[*at].fold.as_str(), "of" | "for");
            self.kind((from + 1..to).find(of)? - 1)
        };
        self.kind(to - 1)
            .or_else(|| self.kind(from))
            .or_else(complement)
    }

    /// The kind that a noun behind an unknown name tells: "the opposition Democratic Centre party".
    fn movement(self, from: usize, to: usize) -> Option<PartyKind> {
        let behind = self.words.get(to)?;
        let noun = matches!(
            behind.fold.as_str(),
            "party" | "movement" | "alliance" | "coalition" | "bloc" | "militia"
        );
        let fits = noun && behind.follows() && !behind.capital() && self.unknown(from, to);
        kind(self.lexicon, &behind.fold).filter(|_| fits)
    }

    /// Where a name begins whose letters tell of a part before "and": "the Locomotive and Signal Union (LSU)".
    fn joint(self, from: usize, to: usize) -> usize {
        let words = self.words;
        let longer = |short: &Word<'_>| {
            let and = from
                .checked_sub(1)
                .filter(|at| words[*at].fold == "and" && words[from].follows())?;
            let first = and
                .checked_sub(1)
                .filter(|at| words[*at].capital() && words[and].follows())?;
            initials(words, first, to, short)
        };
        letters(words, to)
            .filter(|short| initials(words, from, to, short).is_none())
            .and_then(longer)
            .unwrap_or(from)
    }

    /// Where a name of members of two kinds begins: "the Harbour and Allied Workers' Union".
    fn members(self, from: usize, to: usize) -> usize {
        let words = self.words;
        let mut inside = words[from..to].iter();
        let members = inside.any(|word| word.possessive && owns_many(word));
        let whole = members
            && from >= 3
            && words[from].follows()
            && words[from - 1].fold == "and"
            && words[from - 2].capital()
            && words[from - 1].follows()
            && words[from - 3].fold == "the"
            && self.naming.at[from - 2].is_none();
        if whole { from - 2 } else { from }
    }

    /// True for a name that holds somebody's office.
    fn office(self, from: usize, to: usize) -> bool {
        self.words[from..to].iter().any(|word| {
            self.lexicon.is_role(&word.fold)
                && !self.lexicon.is_organisation(&word.fold)
                && !(word.possessive && owns_many(word))
        })
    }

    /// True for a body that a state named first has: "Kenyan Parliament" and "Russian Army" are organs of a state,
    /// "Sudan Liberation Army" is not; "the U.S. National Security Council" is one too, "UK Unionists" are a party.
    fn organ_of_state(self, from: usize, to: usize) -> bool {
        let mut letters = self.words[from].text.chars().filter(|c| c.is_alphabetic());
        match self.naming.place(from).map(|place| place.form) {
            Some(Form::Demonym) => to - from <= 2,
            Some(Form::Name) => {
                letters.all(char::is_uppercase)
                    && self.kind(to - 1) == Some(PartyKind::Organisation)
            }
            _ => false,
        }
    }
}

/// The kind of body that the words before or behind a name tell: "the charity Relief Now", "Planet Watch, a campaign
/// group,".
fn described(words: &[Word<'_>], lexicon: &Lexicon, from: usize, to: usize) -> Option<PartyKind> {
    let of = |word: &Word<'_>| {
        let group = GROUPS.contains(&word.fold.as_str());
        kind(lexicon, &word.fold).or(group.then_some(PartyKind::Organisation))
    };
    let plain = |word: &Word<'_>| word.follows() && !word.capital() && !word.possessive;
    let before = from
        .checked_sub(2)
        .filter(|_| words[from].follows())
        .map(|at| (&words[at], &words[at + 1]));
    if let Some((article, noun)) = before
        && plain(noun)
        && (!article.capital() || article.fold == "the")
        && GROUPS.contains(&noun.fold.as_str())
    {
        return of(noun);
    }
    let article = words.get(to)?;
    let apart = article.gap.trim() == "," && matches!(article.fold.as_str(), "a" | "an" | "the");
    let phrase = words[to + 1..]
        .iter()
        .take(LONGEST / 2)
        .take_while(|word| plain(word))
        .take_while(|word| !matches!(word.fold.as_str(), "of" | "for" | "that" | "which" | "in"));
    of(phrase.last()?).filter(|_| apart)
}

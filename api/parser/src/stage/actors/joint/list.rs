//! A list of sides that heads a phrase: "Egypt, Sudan and Ethiopia", "ministers from Egypt and Sudan".
//!
//! It is read name by name. It has a last name behind "and", names two to four sides, and is what speaks: nothing
//! stands behind it, or who speaks for these sides does.

use super::SIDES;
use crate::context::Context;
use crate::stage::actors::Cast;
use crate::stage::actors::naming::Side;
use plenary_domain::gazetteer::Form;

/// Small words before a name in a list at most.
const SMALL: usize = 2;

/// The sides of a list that heads a phrase: "Egypt, Sudan and Ethiopia", "ministers from Egypt and Sudan", "the
/// Egyptian and Sudanese delegations".
pub(super) fn listed(
    context: &Context,
    cast: &Cast<'_>,
    from: usize,
    to: usize,
) -> Option<Vec<Side>> {
    let mut list = List {
        context,
        cast,
        to,
        at: from,
        sides: Vec::new(),
        demonym: false,
    };
    list.pass_holders()?;
    let mut closed = false;
    loop {
        list.take_name()?;
        if closed || list.at >= to {
            break;
        }
        closed = list.pass_link()?;
    }
    let meant = closed && (2..=4).contains(&list.sides.len()) && list.speaks();
    meant.then_some(list.sides)
}

/// A list of sides, read up to a word.
struct List<'a> {
    context: &'a Context,
    cast: &'a Cast<'a>,
    /// Where the source ends.
    to: usize,
    /// The next word.
    at: usize,
    /// The sides named so far.
    sides: Vec<Side>,
    /// True where the last of them is named by those who live there: "Sudanese".
    demonym: bool,
}

impl<'a> List<'a> {
    /// Passes over who speaks for the sides: "ministers from". `None` for words that head no list.
    fn pass_holders(&mut self) -> Option<()> {
        let modifiers = &self.context.lexicon.roles.modifiers;
        let mut ahead = false;
        while self.at < self.to && self.cast.naming.hint(self.at).is_none() {
            let word = self.word(self.at);
            let holder = self.official(self.at) || modifiers.contains(word);
            if !(holder || matches!(word, "the" | "both" | "of" | "from" | "for")) {
                return None;
            }
            ahead |= holder;
            self.at += 1;
        }
        let tied = !ahead || matches!(self.word(self.at - 1), "of" | "from" | "for" | "the");
        tied.then_some(())
    }

    /// Takes the name of a side. `None` where none begins, or one of somebody who speaks for a side.
    fn take_name(&mut self) -> Option<()> {
        let Cast { naming, .. } = self.cast;
        let place = naming
            .hint(self.at)
            .filter(|place| place.from == self.at && place.to <= self.to)?;
        if matches!(place.form, Form::Body | Form::Office) {
            return None;
        }
        let side = place.side?;
        if !self.sides.contains(&side) {
            self.sides.push(side);
        }
        self.demonym = place.form == Form::Demonym;
        self.at = place.to;
        // "The government of Norvia", "the rebel Patriotic Front": both words may be told as the same side's.
        let of = self.at + usize::from(self.at < self.to && self.word(self.at) == "of");
        let again = naming.hint(of);
        if let Some(again) = again.filter(|again| again.to <= self.to && again.side == place.side) {
            self.at = again.to;
            self.demonym = again.form == Form::Demonym;
        }
        Some(())
    }

    /// Passes over a comma or "and" and the small words before the next name; true for "and", behind which comes the
    /// last. `None` where the list goes on with no name.
    fn pass_link(&mut self) -> Option<bool> {
        let next = &self.cast.words[self.at];
        let comma = next.gap.trim() == ",";
        let and = next.fold == "and" && (comma || next.follows());
        if !and && !comma {
            return None;
        }
        self.at += usize::from(and);
        self.at += usize::from(self.at < self.to && self.word(self.at) == "the");
        let before = self.at..self.to.min(self.at + SMALL);
        self.at += before.take_while(|at| self.is_small(*at)).count();
        (self.at < self.to).then_some(and)
    }

    /// "The government of Norvia and the rebel Patriotic Front", "the communist-led National Front".
    fn is_small(&self, at: usize) -> bool {
        let words = &self.cast.words;
        self.cast.naming.hint(at).is_none()
            && !words[at].capital()
            && !self.context.lexicon.names.stops.contains(self.word(at))
            && (at == self.to - 1 || words[at + 1].joined())
    }

    /// True where the sides of the list speak, or those behind it who are theirs: "the American and Russian
    /// delegations", but not "Egyptian and Sudanese farmers".
    fn speaks(&self) -> bool {
        let words = &self.cast.words;
        let next = words.get(self.at).filter(|_| self.at < self.to);
        let ends = next.is_none_or(|next| {
            next.gap.contains([',', '(', '–', '—'])
                || matches!(
                    next.fold.as_str(),
                    "who" | "which" | "all" | "both" | "together" | "jointly" | "themselves"
                )
        });
        let possessive = words[self.at - 1].possessive;
        ends && !possessive || (self.demonym || possessive) && self.holds()
    }

    /// True where a word for who speaks for a side stands right behind the list.
    fn holds(&self) -> bool {
        let modifiers = &self.context.lexicon.roles.modifiers;
        let mut behind = self.at..self.to.min(self.at + 4);
        let head = behind.find(|at| self.official(*at));
        head.is_some_and(|head| (self.at..head).all(|at| modifiers.contains(self.word(at))))
    }

    /// True for a word for somebody or a body that speaks for a side.
    fn official(&self, at: usize) -> bool {
        let word = self.word(at);
        let lexicon = &self.context.lexicon;
        lexicon.is_role(word) && !lexicon.roles.private.contains(word)
            || lexicon.bodies.organs.contains(word)
            || SIDES.contains(&word)
    }

    fn word(&self, at: usize) -> &'a str {
        &self.cast.words[at].fold
    }
}

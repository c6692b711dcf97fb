//! A phrase that tells of an office: its nouns, and the side that it serves.

use super::{Office, Text};
use crate::stage::actors::naming::{Named, Side, written};
use crate::stage::actors::words::Word;
use plenary_domain::PartyKind;
use plenary_domain::gazetteer::Form;

/// What tells behind "who" that somebody is a body's first.
pub(super) const LEADS: [&str; 4] = ["leads", "heads", "led", "headed"];

/// What tells before "for" that somebody has a body's voice.
pub(super) const SPEAKS: [&str; 7] = [
    "speaking",
    "speaks",
    "spoke",
    "leads",
    "negotiates",
    "negotiated",
    "coordinates",
];

/// True for the land of those to whom somebody speaks: "with his Norvian colleague", "his Norvian and Sudrian
/// counterparts".
fn of_counterparts(words: &[Word<'_>], named: &Named, end: usize) -> bool {
    const LIST: usize = 5;
    let behind = words[named.to..end.max(named.to)].iter().take(LIST);
    let mut behind = behind.skip_while(|word| word.fold == "and" || word.capital());
    behind.next().is_some_and(|word| {
        matches!(
            word.fold.as_str(),
            "colleague" | "colleagues" | "counterpart" | "counterparts"
        )
    })
}

/// Reads an office out of a phrase. None where no noun for one stands in it.
pub(super) fn office(text: Text<'_>, from: usize, to: usize) -> Option<Office> {
    let mut phrase = Phrase {
        text,
        from,
        to,
        heads: Vec::new(),
        owner: None,
        owned: false,
        body: None,
        place: None,
        weak: None,
        private: false,
        former: false,
    };
    let mut at = from;
    while at < to {
        if let Some(named) = text.naming.place(at) {
            phrase.side(at, named);
            at = named.to.max(at + 1);
        } else {
            phrase.word(at);
            at += 1;
        }
    }
    phrase.office()
}

/// What is read of a phrase so far.
struct Phrase<'a> {
    text: Text<'a>,
    from: usize,
    to: usize,
    /// Folded nouns for the office.
    heads: Vec<String>,
    /// The side named before the nouns.
    owner: Option<Side>,
    /// True for an owner that is told by a possessive or an adjective.
    owned: bool,
    /// The body over which somebody presides or for which somebody speaks.
    body: Option<Side>,
    /// The side named behind the nouns.
    place: Option<Side>,
    /// The side where nothing else tells one.
    weak: Option<Side>,
    private: bool,
    former: bool,
}

impl<'a> Phrase<'a> {
    /// Reads a place where a side is named.
    fn side(&mut self, at: usize, named: &Named) {
        // "Back from six hours with his Norvian colleague"
        // "Her Norvian counterpart, Olaf Tveit" is the land's own.
        let own = self.from + 1 >= named.from && named.to + 1 == self.to;
        let other = !own && of_counterparts(self.text.words, named, self.to);
        let Some(found) = named.side.filter(|_| !other) else {
            return;
        };
        let before = self.before(at);
        // "A deputy Norvian ambassador"
        let deputy = before == "deputy" && self.heads.len() == 1;
        if self.heads.is_empty() || deputy {
            self.side_before(named, found, before);
        } else {
            self.side_behind(at, named, found, before);
        }
    }

    /// The word before a place, over an article. Empty at the head of the phrase.
    fn before(&self, at: usize) -> &'a str {
        let words = self.text.words;
        let back = |n: usize| match at.checked_sub(n) {
            Some(before) if before >= self.from => words[before].fold.as_str(),
            _ => "",
        };
        match back(1) {
            "the" if at > self.from + 1 => back(2),
            before => before,
        }
    }

    /// Notes a side before the nouns. The owner stands before the noun; a later one is closer: "Russia's NATO envoy"
    /// stays Russia's.
    fn side_before(&mut self, named: &Named, found: Side, before: &str) {
        let words = self.text.words;
        let office = named.form == Form::Office;
        // "According to the French envoy" is French, "back in Paris, envoy" need not be.
        let owns = named.form == Form::Demonym || words[named.to - 1].possessive;
        let apart = !owns && matches!(before, "to" | "in" | "with" | "at" | "on");
        let closer = || !words[named.from.saturating_sub(1)].possessive && !office;
        if !apart && (self.owner.is_none() || closer()) {
            if office {
                self.weak.get_or_insert(found);
            } else if self.owner.is_none() || owns && !self.owned {
                // "Brazil thanked the Kenyan envoy": who merely stands before owns nothing.
                self.owner = Some(found);
                self.owned = owns;
            }
        }
        if office {
            self.heads.push(words[named.to - 1].fold.clone());
        }
    }

    /// Notes a side behind the nouns.
    fn side_behind(&mut self, at: usize, named: &Named, found: Side, before: &str) {
        let presides = self.presides(before);
        let before = if self.described(at) { "of" } else { before };
        self.serve(at, named, found, before);
        let words = self.text.words;
        // "The chairman of Norvia's High Council" speaks for Norvia.
        let owner = named
            .from
            .checked_sub(1)
            .filter(|at| words[*at].possessive && *at >= self.from)
            .and_then(|at| self.text.naming.side(at));
        if (presides && before != "to" || before == "for" && self.speaks(at))
            && self.text.naming.is_body(self.text.gazetteer, found)
            && owner.is_none()
        {
            self.body = Some(found);
        }
    }

    /// True when the last noun is for one who presides over the body behind it.
    fn presides(&self, before: &str) -> bool {
        let chair = &self.text.lexicon.roles.chair;
        self.heads.last().is_some_and(|head| {
            chair.contains(head)
                || head.starts_with("chair")
                // "The Dutch president of the Eurogroup"
                || before == "of" && head == "president"
        })
    }

    /// True behind "of" and what describes the side: "of flooded Kenya", "of the right-wing Harbour Party".
    fn described(&self, at: usize) -> bool {
        let words = self.text.words;
        let adjectives = words[self.from..at]
            .iter()
            .rev()
            .take(4)
            .take_while(|word| !word.capital() && word.fold != "of")
            .count();
        let of = (at - adjectives).checked_sub(1);
        adjectives > 0 && of.is_some_and(|of| of > self.from && words[of].fold == "of")
    }

    /// Notes a side behind the nouns as the one served, as far as the word before it tells so.
    fn serve(&mut self, at: usize, named: &Named, found: Side, before: &str) {
        let mouthpiece = &self.text.lexicon.roles.mouthpiece;
        let serves = self
            .heads
            .iter()
            .any(|head| mouthpiece.contains(head) || head.starts_with("advis") || head == "aide");
        let leads = self
            .heads
            .last()
            .is_some_and(|head| LEADS.contains(&head.as_str()));
        let (naming, gazetteer) = (self.text.naming, self.text.gazetteer);
        match before {
            // "Who heads the main Kosovo Serb party, Serb List"
            _ if leads => {
                let state = naming.kind(gazetteer, found) == PartyKind::State;
                self.place = self.place.filter(|_| state).or(Some(found));
            }
            "of" | "for" | "from" | "at" => {
                self.place.get_or_insert(found);
            }
            "to" if serves => {
                self.place.get_or_insert(found);
            }
            // "The UN secretary-general's adviser on Norvia" serves Norvia only where nobody else is told.
            "on" if serves => {
                self.weak.get_or_insert(found);
            }
            _ if named.form == Form::Demonym || self.text.words[at].possessive => {
                self.place.get_or_insert(found);
            }
            // "A deputy speaker in Moscow": where somebody serves tells whom, if nothing else does.
            "in" => {
                self.weak.get_or_insert(found);
            }
            _ => {}
        }
    }

    /// True before a "for" of one who speaks: "Danish negotiator Mette Holm for the EU", "speaking for the group".
    fn speaks(&self, at: usize) -> bool {
        let words = &self.text.words[self.from..at];
        let speaking = |word: &Word<'_>| matches!(word.fold.as_str(), "speaking" | "behalf");
        words.iter().any(speaking)
            || words
                .windows(2)
                .any(|two| two[0].fold == "who" && SPEAKS.contains(&two[1].fold.as_str()))
    }

    /// Reads a word that names no side.
    fn word(&mut self, at: usize) {
        let (words, roles) = (self.text.words, &self.text.lexicon.roles);
        let word = &words[at].fold;
        self.former |= roles.former.contains(word) && self.heads.is_empty();
        // "Who leads the Civic Bloc"
        let leads = at > self.from && words[at - 1].fold == "who" && LEADS.contains(&word.as_str());
        let chairs = matches!(word.as_str(), "chairs" | "chairing");
        if !leads && !chairs && !self.text.lexicon.is_role(word) {
            return;
        }
        // "Norvia's observer" is sent by a state; other observers only look on.
        let sent = word == "observer" && self.owner.is_some();
        self.private |= roles.private.contains(word) && !sent;
        self.heads.push(word.clone());
        if roles.chair.contains(word) || chairs || word == "chaired" {
            let body = |side: &Side| self.text.naming.is_body(self.text.gazetteer, *side);
            // "Dutch minister and OSCE chair": the body may stand right before the noun.
            let near = at
                .checked_sub(1)
                .filter(|before| *before >= self.from)
                .and_then(|before| self.text.naming.side(before));
            let over = near.filter(body).or(self.owner.filter(body));
            self.body = over.or(self.body);
        }
    }

    /// The office that the phrase told.
    fn office(self) -> Option<Office> {
        let (words, roles) = (self.text.words, &self.text.lexicon.roles);
        if self.heads.is_empty() {
            return None;
        }
        // "Its ambassador in Lindal" serves whom the words before speak of.
        let referred = matches!(
            words[self.from].fold.as_str(),
            "its" | "his" | "her" | "their"
        );
        let weak = self.weak.filter(|_| !referred);
        // "A former president who leads the Civic Bloc" is no private person.
        let leads = self
            .heads
            .iter()
            .any(|head| matches!(head.as_str(), "leads" | "heads"));
        let official = leads
            || self.heads.iter().any(|head| {
                roles.official.contains(head)
                    || roles.chair.contains(head)
                    || roles.mouthpiece.contains(head)
            });
        // "The former commander who has been president since September"
        let now = words[self.from..self.to].windows(2).any(|two| {
            two[0].fold == "who" && matches!(two[1].fold.as_str(), "has" | "is" | "became")
        });
        Some(Office {
            text: written(words, self.from, self.to),
            heads: self.heads,
            side: self.body.or(self.owner).or(self.place).or(weak),
            chair: self.body.is_some(),
            private: self.private && !official || self.former && !leads && !now,
            range: (self.from, self.to),
        })
    }
}

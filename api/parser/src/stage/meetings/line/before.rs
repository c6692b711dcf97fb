//! What stands before a token, and what around it shows that a place is named there.

use super::Line;
use crate::stage::meetings::Finder;
use crate::stage::meetings::venues::fold;

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

impl Line<'_> {
    /// True where "near" or "outside" stands before the token.
    pub(super) fn is_near(&self, at: usize) -> bool {
        matches!(self.back(at, 1), Some("near" | "outside"))
    }

    /// True when "at" or "at the" stands before the token.
    pub(super) fn at_body(&self, at: usize) -> bool {
        let back = |n: usize| self.back(at, n);
        back(1) == Some("at") || back(1) == Some("the") && back(2) == Some("at")
    }

    /// True when a word of going or leaving stands before the token: "fly to Lugano", "left Lugano".
    pub(super) fn on_way(&self, finder: &Finder, at: usize) -> bool {
        let words = &finder.words;
        let back = |n: usize| self.back(at, n);
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

    /// True when "in", "at" or the like stands before the token, small words between left aside.
    pub(super) fn after_in(&self, finder: &Finder, at: usize) -> bool {
        let words = &finder.words;
        let back = |n: usize| self.back(at, n);
        match back(1) {
            Some("in") => !self.after_affairs(at),
            Some("at" | "near" | "outside") => true,
            Some("on") => words.on_places.contains(self.lower(at)),
            Some("a" | "an") => self.in_a_house(at),
            Some("of") if matches!(back(2), Some("outskirts" | "edge")) => true,
            // "On the shore of Lake Corvel"
            Some("lake") => {
                back(2) == Some("of") && matches!(back(3), Some("shore" | "shores" | "banks"))
            }
            // "in Norvia's chilly capital Corvel", "in its capital, Corvel"
            Some(",") if back(2) == Some("capital") => self.in_before(at - 2),
            Some("capital" | "city" | "town" | "resort" | "village") => self.in_before(at - 1),
            // "in the town of Corvel", "in the Swiss resort of Lugano", "in the French city of Brest"
            Some("of") => {
                back(2).is_some_and(|kind| words.kinds_of_place.contains(kind))
                    && (3..=8).any(|n| matches!(back(n), Some("in" | "at")))
            }
            Some("the") => matches!(back(2), Some("in" | "at")) && self.has_article(finder, at),
            _ => false,
        }
    }

    /// "Talks on the war in Norvia" are held elsewhere; "nobody in Corvel denies it".
    fn after_affairs(&self, at: usize) -> bool {
        self.back(at, 2).is_some_and(|word| {
            let deal = matches!(word, "deal" | "agreement" | "accord");
            AFFAIRS.contains(&word)
                || ANYBODY.contains(&word)
                || deal && self.back(at, 3).is_some_and(|word| HAGGLED.contains(&word))
        })
    }

    /// "in a Corvel hotel"
    fn in_a_house(&self, at: usize) -> bool {
        matches!(self.back(at, 2), Some("in" | "at" | "inside"))
            && (at + 1..=at + 2).any(|at| {
                matches!(
                    self.lower(at),
                    "hotel" | "palace" | "villa" | "castle" | "mansion" | "monastery" | "resort"
                )
            })
    }

    /// True for a place that is named with "the": a known one, or "the Norvian resort".
    fn has_article(&self, finder: &Finder, at: usize) -> bool {
        let known = |name: &str| finder.venues.get(&fold(name)).is_some();
        let (name, next) = (&self.tokens[at].text, self.tokens.get(at + 1));
        next.is_some_and(|next| finder.words.kinds_of_place.contains(&next.lower))
            // "In the Norvian resort of Corvel"
            && self.lower(at + 2) != "of"
            || known(&format!(
                "{name} {}",
                next.map_or("", |next| next.text.as_str())
            ))
            || known(name)
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
    pub(super) fn heads(&self, to: usize, from: usize) -> bool {
        from == 0 && self.tokens.get(to).is_some_and(|next| next.text == ":")
    }

    /// True for the place of a heading that is nothing else but it and a day: "Round two: Corvel, 2 and 3 September",
    /// "14 January: Corvel".
    pub(super) fn heads_a_day(&self, from: usize, to: usize) -> bool {
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
}

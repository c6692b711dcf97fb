//! The noun to which a place belongs, and how surely a meeting is meant by it.

use super::{Hit, Line, Noun, Role};
use crate::stage::meetings::Finder;

/// What a place belongs to.
#[derive(Debug)]
struct Tie {
    role: Role,
    noun: Option<usize>,
    /// The place before it in a list.
    list: Option<usize>,
    /// How surely a meeting is meant, 0..=1.
    strength: f32,
}

impl Line<'_> {
    /// Ties a place to a noun and tells how surely a meeting is meant. The places before it are tied.
    pub(super) fn tie(&self, finder: &Finder, hits: &mut [Hit], index: usize) {
        let (before, behind) = hits.split_at_mut(index);
        let Some(hit) = behind.first_mut() else {
            return;
        };
        let tie = self
            .in_list(before, hit)
            .or_else(|| self.as_modifier(finder, hit))
            .or_else(|| self.as_outcome(finder, hit))
            .or_else(|| self.by_noun_before(before, hit))
            .or_else(|| self.by_noun_behind(hit))
            .unwrap_or_else(|| self.by_itself(hit));
        hit.role = tie.role;
        hit.noun = tie.noun;
        hit.list = tie.list;
        hit.strength = hit.strength.max(tie.strength);
    }

    /// A list goes on: "in Geneva, Brussels and here in Vienna".
    fn in_list(&self, before: &[Hit], hit: &Hit) -> Option<Tie> {
        let list = before.len().checked_sub(1)?;
        let last = before.last()?;
        let mut between = self.tokens[last.tokens.end..hit.tokens.start].iter();
        let only_links = between.all(|token| {
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
        let goes_on = only_links && last.strength >= 0.1 && last.role != Role::Bare;
        goes_on.then_some(Tie {
            role: match hit.role {
                Role::Bare => Role::At,
                role => role,
            },
            noun: last.noun,
            list: Some(list),
            strength: last.strength,
        })
    }

    /// "the Lugano river talks"
    fn as_modifier(&self, finder: &Finder, hit: &Hit) -> Option<Tie> {
        let noun = self.follower(finder, hit.tokens.end)?;
        let strength = self.nouns[noun].strength - 0.05;
        (!self.is_owner(hit)).then(|| tied(Role::Modifier, Some(noun), strength))
    }

    /// "Lugano deal on the lake": a headline names by its town what was agreed there.
    fn as_outcome(&self, finder: &Finder, hit: &Hit) -> Option<Tie> {
        let outcome = self.heading
            && finder.words.outcomes.contains(self.lower(hit.tokens.end))
            && matches!(hit.role, Role::Bare | Role::Way)
            && !self.is_owner(hit);
        outcome.then(|| tied(Role::Modifier, None, 0.5))
    }

    /// "Talks resumed in Lugano"
    fn by_noun_before(&self, before: &[Hit], hit: &Hit) -> Option<Tie> {
        if !is_placed(hit) {
            return None;
        }
        let start = hit.tokens.start;
        let reaches = |noun: &Noun| {
            noun.tokens.end <= start
                && start - noun.tokens.end <= if noun.verb { 9 } else { 12 }
                && self.unbroken(noun.tokens.end..start)
                // Another place stands nearer to the noun.
                && !before
                    .iter()
                    .any(|other| other.tokens.start >= noun.tokens.end && other.role == Role::At)
        };
        let noun = self.nouns.iter().rposition(reaches)?;
        Some(tied(hit.role, Some(noun), self.nouns[noun].strength))
    }

    /// "In Lugano the talks resumed"
    fn by_noun_behind(&self, hit: &Hit) -> Option<Tie> {
        let (start, end) = (hit.tokens.start, hit.tokens.end);
        // "Speaking in Corvel after meeting ministers"
        let spoke = self.tokens[start.saturating_sub(3)..start]
            .iter()
            .any(|token| matches!(token.lower.as_str(), "speaking" | "spoke" | "interview"));
        if spoke || !is_placed(hit) {
            return None;
        }
        let reaches = |noun: &Noun| {
            noun.tokens.start >= end
                && noun.tokens.start - end <= 8
                && self.unbroken(end..noun.tokens.start)
                && self.tokens[end..noun.tokens.start]
                    .iter()
                    .all(|token| token.lower != "in")
        };
        let noun = self.nouns.iter().position(reaches)?;
        Some(tied(hit.role, Some(noun), self.nouns[noun].strength - 0.25))
    }

    /// A place without a noun.
    fn by_itself(&self, hit: &Hit) -> Tie {
        let next = |n: usize| self.tokens.get(hit.tokens.end + n);
        // "Corvel (22 and 23 May)"
        let days = || {
            next(0).is_some_and(|next| next.text == "(") && next(1).is_some_and(|next| next.in_date)
        };
        let strength = match hit.role {
            _ if is_placed(hit) => 0.2,
            Role::Heading if !hit.seat => 0.5,
            _ if days() => 0.5,
            _ if hit.seat => 0.0,
            _ => 0.1,
        };
        tied(hit.role, None, strength)
    }

    /// True for a place whose name ends with a possessive: "Lugano's".
    fn is_owner(&self, hit: &Hit) -> bool {
        self.tokens[hit.tokens.end - 1].possessive
    }

    /// The noun of talks to which the words before `end` belong: "the Lugano river talks".
    pub(super) fn follower(&self, finder: &Finder, end: usize) -> Option<usize> {
        self.nouns.iter().position(|noun| {
            !noun.verb
                && noun.tokens.start >= end
                && noun.tokens.start <= end + 2
                && self.tokens[end..noun.tokens.start]
                    .iter()
                    .all(|token| finder.words.kinds.contains(&token.lower))
        })
    }
}

/// True for a place that stands where something happens, or where somebody goes.
fn is_placed(hit: &Hit) -> bool {
    matches!(hit.role, Role::At | Role::Here | Role::Way)
}

/// What a place belongs to that goes on no list.
fn tied(role: Role, noun: Option<usize>, strength: f32) -> Tie {
    Tie {
        role,
        noun,
        list: None,
        strength,
    }
}

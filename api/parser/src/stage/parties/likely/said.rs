//! How a speaker speaks of a side: what a side says of itself, "Norvia would not sign", is put otherwise than what it
//! says of another, "Norvia must leave".

use super::{Likely, Speaker};
use crate::stage::actors::{Side, Word};
use crate::stage::weigh::Features;
use plenary_domain::Mode;

/// How many words of what is said are read, so that time stays linear in the text's length.
const SAID: usize = 200;
/// What a side says of itself: "Norvia would not sign".
const OWN: [&str; 18] = [
    "would", "will", "wants", "wanted", "is", "was", "had", "has", "could", "can", "remains",
    "remained", "stands", "stood", "does", "did", "reserves", "reserved",
];
/// What a side says of another: "Norvia must leave".
const OTHERS: [&str; 5] = ["must", "should", "needs", "ought", "needed"];

/// How often what is said speaks of a side, by the way in which it does.
#[derive(Default)]
struct Said {
    own: usize,
    others: usize,
    opens: usize,
    inside: usize,
    quoted: usize,
    /// Behind "his", "her" or "our".
    we: usize,
}

impl Likely<'_, '_> {
    /// Adds how the speaker speaks of the side.
    pub(super) fn said(&self, speaker: &Speaker<'_>, side: Side, facts: &mut Features) {
        let mut said = Said::default();
        for &index in speaker.said.iter().take(8) {
            let attribution = &self.document.attributions[index];
            let direct = attribution.mode == Mode::Direct;
            for span in &attribution.content {
                self.count(side, self.cast.range(*span), direct, &mut said);
            }
        }
        let share = |n: usize| (n as f32).min(3.0).sqrt();
        facts.of("of itself", share(said.own));
        facts.of("of others", share(said.others));
        facts.of("opens what is said", share(said.opens));
        facts.of("in what is said", share(said.inside));
        facts.of("in what is quoted", share(said.quoted));
        facts.of("owned in what is said", share(said.we));
    }

    /// Counts how one span of what is said speaks of the side.
    fn count(&self, side: Side, (from, to): (usize, usize), direct: bool, said: &mut Said) {
        let words = &self.cast.words;
        let to = to.min(from + SAID);
        let first = from + opening(&words[from..to]);
        for at in from..to {
            let hint = self.cast.naming.hint(at);
            let Some(place) = hint.filter(|place| place.from == at && place.side == Some(side))
            else {
                continue;
            };
            if direct || self.quoted(words[at].span) {
                said.quoted += 1;
                continue;
            }
            let next = words
                .get(place.to)
                .filter(|_| place.to < to)
                .map_or("", |word| word.fold.as_str());
            if OWN.contains(&next) {
                said.own += 1;
            } else if OTHERS.contains(&next) {
                said.others += 1;
            } else if at == first {
                said.opens += 1;
            } else {
                said.inside += 1;
            }
            let before = at.checked_sub(1).map_or("", |at| words[at].fold.as_str());
            said.we += usize::from(matches!(before, "his" | "her" | "our"));
        }
    }
}

/// How many small words open what is said: "that the", "but if".
fn opening(words: &[Word<'_>]) -> usize {
    let small = |word: &&Word<'_>| {
        matches!(
            word.fold.as_str(),
            "that" | "the" | "if" | "whether" | "and" | "but"
        )
    };
    words.iter().take(3).take_while(small).count()
}

//! Where a name of a body begins and ends in the text: a run of words with a capital, and the small words inside.

use super::{LONGEST, Text, kind, owns_many};
use crate::stage::actors::words::Word;

impl Text<'_> {
    /// True for a word that may begin the name of a body.
    pub(super) fn starts(self, at: usize) -> bool {
        let word = &self.words[at];
        word.capital()
            && !word.heading
            && (!word.opens || !self.lexicon.names.openers.contains(&word.fold))
            && !matches!(word.fold.as_str(), "the" | "a" | "an")
            && self.naming.place(at).is_none_or(|place| place.from == at)
    }

    /// Where the run of capitalised words ends that begins at a word, small words only between two of them.
    pub(super) fn end(self, from: usize) -> usize {
        let words = self.words;
        let mut to = from + 1;
        while to < words.len() && words[to - 1].sentence == words[to].sentence {
            match self.step(from, to) {
                0 => break,
                more => to += more,
            }
        }
        to
    }

    /// By how many words a run goes on at `to`.
    fn step(self, from: usize, to: usize) -> usize {
        let words = self.words;
        let before = &words[to - 1];
        // "The Rural Workers' Union": a plural inside a name owns what follows.
        let plural = before.possessive && owns_many(before) && self.naming.at[to - 1].is_none();
        if !words[to].joined() || before.possessive && !plural {
            return 0;
        }
        let linked = match words[to].fold.as_str() {
            "of" | "for" => self.kind(to - 1).is_some(),
            // "Alliance of Sahel and Lake States", "the Farmers' and Regions' Party"; not "the Union and Norvia".
            "and" => {
                let mut last = words[from..to].iter().rev().take(LONGEST);
                plural || last.any(|word| matches!(word.fold.as_str(), "of" | "for"))
            }
            _ => false,
        };
        let next = words.get(to + 1).filter(|next| next.follows());
        if words[to].capital() {
            1
        } else if linked && next.is_some_and(|next| next.capital() || next.fold == "the") {
            1 + usize::from(next.is_some_and(Word::capital))
        } else if words[to].fold == "of" && linked && is_day(words, to + 1) {
            // "The Movement of 3 March"
            3
        } else if words[to].fold == "the"
            && matches!(before.fold.as_str(), "of" | "for")
            && next.is_some_and(Word::capital)
        {
            2
        } else {
            0
        }
    }

    /// Where a name of one word ends that leads others, or as before: "the Saudi-led coalition".
    pub(super) fn led(self, from: usize, to: usize) -> usize {
        let led = |word: &Word<'_>| word.fold == "led" && word.hyphened();
        let noun = |word: &Word<'_>| word.follows() && kind(self.lexicon, &word.fold).is_some();
        let leads = to - from == 1
            && self.words.get(to).is_some_and(led)
            && self.words.get(to + 1).is_some_and(noun);
        to + 2 * usize::from(leads)
    }
}

/// True for a day of the year in a name: "3 March".
fn is_day(words: &[Word<'_>], at: usize) -> bool {
    let follows = |at: usize| words.get(at).filter(|word| word.follows());
    follows(at).is_some_and(|word| word.text.chars().all(|c| c.is_ascii_digit()))
        && follows(at + 1).is_some_and(Word::capital)
}

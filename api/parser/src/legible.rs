//! Text as its author wrote it, where it comes damaged: `thatâ€™s`, `com-⏎mission`, invisible characters.
//!
//! Bytes of UTF-8 that were taken for Windows-1252 are put together again, words broken at the end of a line are
//! joined, soft hyphens and characters without width are left out. The stages read the mended text; the spans of the
//! records point into the text as it was given.

use crate::stage::segment::Text;
use plenary_domain::parsed::ParsedArticle;
use plenary_domain::{NewArticle, Span};
use std::borrow::Cow;

/// What Windows-1252 has at the bytes 0x80 to 0x9F; those it leaves out stand for themselves.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A mended text and where its code points come from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mended {
    text: String,
    /// Code point of the mended text, code point of the given one: from there on they go side by side.
    from: Vec<(u32, u32)>,
}

/// The text without damage; `None` where there is none to mend. Linear in its length.
fn mend(text: &str) -> Option<Mended> {
    let given: Vec<char> = text.chars().collect();
    let mut mended = Mended {
        text: String::with_capacity(text.len()),
        from: Vec::new(),
    };
    let (mut at, mut count) = (0, 0);
    while let Some(&c) = given.get(at) {
        let (written, taken) = read(&given, at).unwrap_or((Some(c), 1));
        mended.text.extend(written);
        at += taken;
        count += u32::from(written.is_some());
        // One for one needs no note.
        if taken != 1 || written.is_none() {
            if written.is_some() {
                mended.from.push((count - 1, (at - taken) as u32));
            }
            mended.from.push((count, at as u32));
        } else if written != Some(c) {
            mended.from.push((count, at as u32));
        }
    }
    (!mended.from.is_empty()).then_some(mended)
}

/// What damaged characters stand for, if anything, and how many they are.
fn read(text: &[char], at: usize) -> Option<(Option<char>, usize)> {
    let next = |n: usize| text.get(at + n).copied().unwrap_or('\0');
    match text[at] {
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => Some((None, 1)),
        '-' if next(1) == '\n'
            && next(2).is_lowercase()
            && at
                .checked_sub(1)
                .is_some_and(|before| text[before].is_lowercase()) =>
        {
            Some((None, 2))
        }
        c @ '\u{80}'..='\u{9f}' => Some((Some(WINDOWS[c as usize - 0x80]), 1)),
        '\u{c2}'..='\u{f4}' => {
            let bytes: Vec<u8> = (0..4).map_while(|n| byte(next(n))).collect();
            let length = match text[at] {
                '\u{c2}'..='\u{df}' => 2,
                '\u{e0}'..='\u{ef}' => 3,
                _ => 4,
            };
            let whole = bytes
                .get(..length)
                .and_then(|bytes| std::str::from_utf8(bytes).ok());
            match whole {
                Some(c) => Some((c.chars().next(), length)),
                // The last byte of a closing quotation mark is often lost.
                None if text[at] == 'â' && next(1) == '€' => Some((Some('”'), 2)),
                None => None,
            }
        }
        _ => None,
    }
}

/// The byte above 0x7F that Windows-1252 shows as a character.
fn byte(c: char) -> Option<u8> {
    match c {
        '\u{80}'..='\u{ff}' => Some(c as u8),
        c => WINDOWS
            .iter()
            .position(|one| *one == c)
            .map(|at| at as u8 + 0x80),
    }
}

/// An article as the stages read it.
#[derive(Debug)]
pub struct Legible<'a> {
    given: &'a NewArticle,
    /// The article, its text and title mended where they are damaged.
    pub article: Cow<'a, NewArticle>,
    /// Where the text was mended.
    text: Option<Mended>,
}

/// An article without damage.
pub fn read_as(given: &NewArticle) -> Legible<'_> {
    let text = mend(&given.text);
    let title = given.title.as_deref().and_then(mend);
    let mut article = Cow::Borrowed(given);
    if let Some(mended) = &text {
        article.to_mut().text.clone_from(&mended.text);
    }
    if let Some(mended) = title {
        article.to_mut().title = Some(mended.text);
    }
    Legible {
        given,
        article,
        text,
    }
}

impl Legible<'_> {
    /// Points the spans of what was found into the article as it was given, without white space at their ends, and
    /// gives it its own title back.
    pub(crate) fn restore(&self, parsed: &mut ParsedArticle) {
        if self.article.title != self.given.title {
            parsed.title.clone_from(&self.given.title);
        }
        let Some(mended) = &self.text else { return };
        let statements = parsed.statements.iter_mut();
        let statements = statements.flat_map(|s| [&mut s.source, &mut s.cue, &mut s.content]);
        let actors = parsed.actors.iter_mut().map(|actor| &mut actor.mentions);
        let meetings = parsed.meetings.iter_mut().map(|one| &mut one.mentions);
        let positions = parsed.positions.iter_mut().map(|one| &mut one.evidence);
        let text = Text::new(&self.given.text);
        for spans in statements.chain(actors).chain(meetings).chain(positions) {
            for span in spans.iter_mut() {
                // A letter may have been damaged to one and a space: `Ã\u{a0}`.
                *span = text.trim(mended.given(*span));
            }
            spans.retain(|span| !span.is_empty());
        }
    }
}

impl Mended {
    /// The span of the given text that a span of the mended one stands for.
    fn given(&self, span: Span) -> Span {
        let at = |place: u32| {
            let next = self.from.partition_point(|(mended, _)| *mended <= place);
            let (mended, given) = next.checked_sub(1).map_or((0, 0), |last| self.from[last]);
            given + (place - mended)
        };
        Span::new(at(span.start), at(span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> String {
        mend(text).map_or_else(|| text.to_owned(), |mended| mended.text)
    }

    #[test]
    fn damage_is_mended() {
        for (given, meant) in [
            ("Thatâ€™s all", "That’s all"),
            ("said â€œnoâ€\u{9d} twice", "said “no” twice"),
            ("said â€œnoâ€ twice", "said “no” twice"),
            ("JosÃ© of SÃ£o Tomé", "José of São Tomé"),
            ("the commis-\nsion met", "the commission met"),
            ("nego\u{ad}tia\u{200b}tions", "negotiations"),
            ("\u{93}no\u{94}", "“no”"),
        ] {
            assert_eq!(mended(given), meant);
        }
    }

    #[test]
    fn what_is_whole_stays() {
        for text in [
            "",
            "“We’ve” – naïve, Ângela, NÃO, Ærø, 5 °C",
            "peace-\nKeeping",
            "item -\nitem",
            "a €5bn fund",
        ] {
            assert_eq!(mend(text), None, "{text}");
        }
    }

    #[test]
    fn spans_point_into_the_given_text() {
        let given = "Thatâ€™s what the commis-\nsion, â€œallâ€, said";
        let mended = mend(given).expect("damage");
        let chars: Vec<char> = given.chars().collect();
        for (word, original) in [
            ("That’s", "Thatâ€™s"),
            ("commission", "commis-\nsion"),
            ("“all”", "â€œallâ€"),
            ("all", "all"),
            ("said", "said"),
        ] {
            let byte = mended.text.find(word).expect("a word");
            let from = mended.text[..byte].chars().count() as u32;
            let span = mended.given(Span::new(from, from + word.chars().count() as u32));
            let words: String = chars[span.start as usize..span.end as usize]
                .iter()
                .collect();
            assert_eq!(words, original);
        }
    }
}

//! The words of a text with what their surroundings tell: the ground on which names are found.

use crate::document::{Document, ParagraphKind};
use plenary_domain::Span;
use std::collections::HashSet;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// One word.
#[derive(Debug, Clone)]
pub(crate) struct Word<'a> {
    /// As written, without a possessive ending.
    pub(crate) text: &'a str,
    /// Lower case without accents, for look-ups.
    pub(crate) fold: String,
    /// Byte offset of its first character.
    pub(crate) byte: usize,
    /// Its code points, without a possessive ending.
    pub(crate) span: Span,
    /// What stands between the word before (its possessive ending included) and this one.
    pub(crate) gap: &'a str,
    /// True for `Russia's` and `allies'`.
    pub(crate) possessive: bool,
    /// Index of the sentence.
    pub(crate) sentence: usize,
    /// Index of the paragraph.
    pub(crate) paragraph: usize,
    /// True for the first word of a sentence, of a quotation or after a colon or bullet.
    pub(crate) opens: bool,
    /// True in headlines and headings, where capitals mean little.
    pub(crate) heading: bool,
}

impl Word<'_> {
    /// True when it begins with a capital letter.
    pub(crate) fn capital(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// True when it is all capitals and no single initial.
    pub(crate) fn shouting(&self) -> bool {
        self.text.chars().filter(|c| c.is_alphabetic()).count() > 1
            && !self.text.chars().any(char::is_lowercase)
    }

    /// True for `J`, `J.` and `J.K.` in names.
    pub(crate) fn initial(&self) -> bool {
        let letters = self.text.chars().filter(|c| c.is_alphabetic()).count();
        self.capital() && (letters == 1 || self.dotted() && letters <= 3)
    }

    /// True for letters with a dot behind each but the last.
    fn dotted(&self) -> bool {
        let mut letters = self.text.split('.');
        letters.clone().count() > 1
            && letters.all(|part| part.chars().count() <= 1 && part.chars().all(char::is_uppercase))
    }

    /// True when only white space, a hyphen or the dot of an initial parts it from the word before. A hyphen
    /// between blanks is a dash: "LINDAL - Norvia's minister".
    pub(crate) fn joined(&self) -> bool {
        let gap = self.gap;
        let dash = gap.contains(['-', '‑']) && gap.contains(char::is_whitespace);
        !gap.is_empty()
            && !dash
            && gap
                .chars()
                .all(|c| c.is_whitespace() || c == '-' || c == '‑' || c == '.')
            && gap.matches(['-', '‑', '.']).count() <= 1
            && gap.matches('\n').count() <= 1
    }

    /// True when only white space parts it from the word before.
    pub(crate) fn follows(&self) -> bool {
        !self.gap.is_empty() && self.gap.chars().all(char::is_whitespace)
    }

    /// True when a hyphen alone parts it from the word before.
    pub(crate) fn hyphened(&self) -> bool {
        matches!(self.gap, "-" | "‑")
    }
}

/// A word for comparison: lower case, without accents and dots, apostrophes straight.
pub(crate) fn fold(word: &str) -> String {
    word.to_lowercase()
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && *c != '.')
        .map(|c| match c {
            'ł' => 'l',
            'ø' => 'o',
            'ı' => 'i',
            'đ' => 'd',
            '’' | 'ʼ' => '\'',
            c => c,
        })
        .collect()
}

/// Folded words that stand somewhere without a capital.
pub(super) fn lower<'a>(words: &'a [Word<'_>]) -> HashSet<&'a str> {
    words
        .iter()
        .filter(|word| !word.capital())
        .map(|word| word.fold.as_str())
        .collect()
}

/// The words of a document's text, in order. Linear in the text's length.
pub(crate) fn read<'a>(document: &Document<'a>) -> Vec<Word<'a>> {
    let text = document.text.as_str();
    let structure = &document.structure;
    let mut words: Vec<Word<'a>> = Vec::new();
    let mut chars = text.char_indices().enumerate().peekable();
    let mut gap_from = 0;
    while let Some((at, (byte, c))) = chars.next() {
        if !c.is_alphanumeric() {
            continue;
        }
        let mut end = byte + c.len_utf8();
        let mut last = at + 1;
        while let Some(&(next, (next_byte, c))) = chars.peek() {
            let inner = c.is_alphanumeric() || is_combining_mark(c);
            // An apostrophe between letters belongs to the word, a possessive one does not.
            let apostrophe = matches!(c, '\'' | '’' | 'ʼ')
                && text[next_byte + c.len_utf8()..]
                    .chars()
                    .next()
                    .is_some_and(char::is_alphabetic)
                && !is_possessive(&text[next_byte..]);
            let dot = c == '.' && is_dotted(&text[byte..next_byte], &text[next_byte..]);
            if !(inner || apostrophe || dot) {
                break;
            }
            end = next_byte + c.len_utf8();
            last = next + 1;
            chars.next();
        }
        let rest = &text[end..];
        let full = is_possessive(rest);
        let plural = text[..end].ends_with('s')
            && rest
                .strip_prefix(['\'', '’'])
                .is_some_and(|rest| rest.starts_with(' '))
            && !open_quote(&words, text, byte);
        let gap = &text[gap_from..byte];
        let span = Span::new(at as u32, last as u32);
        gap_from = end;
        for _ in 0..if full { 2 } else { usize::from(plural) } {
            if let Some((_, (byte, c))) = chars.next() {
                gap_from = byte + c.len_utf8();
            }
        }
        let sentence = structure
            .sentences
            .partition_point(|sentence| sentence.span.end <= span.start);
        let paragraph = structure
            .paragraphs
            .partition_point(|paragraph| paragraph.span.end <= span.start);
        let opens = words.last().is_none_or(|before: &Word<'_>| {
            before.sentence != sentence || before.paragraph != paragraph
        }) || gap
            .chars()
            .any(|c| matches!(c, '“' | '"' | '‘' | '„' | '«' | ':' | '•' | '!' | '?' | '…'));
        let heading = structure.paragraphs.get(paragraph).is_some_and(|p| {
            matches!(p.kind, ParagraphKind::Headline | ParagraphKind::Heading)
                && p.span.contains(span)
        });
        words.push(Word {
            text: &text[byte..end],
            fold: fold(&text[byte..end]),
            byte,
            span,
            gap,
            possessive: full || plural,
            sentence,
            paragraph,
            opens,
            heading,
        });
    }
    // Headings that are written like sentences tell names by their capitals as sentences do.
    let mut at = 0;
    while at < words.len() {
        let to = at + words[at..].partition_point(|word| word.paragraph == words[at].paragraph);
        if words[at].heading {
            let long = words[at..to]
                .iter()
                .filter(|w| w.text.chars().count() >= 4 && w.text.chars().all(char::is_alphabetic));
            let lower = long.clone().filter(|w| !w.capital()).count();
            if lower >= 3 && lower * 2 >= long.count() {
                for word in &mut words[at..to] {
                    word.heading = false;
                }
            }
        }
        at = to;
    }
    words
}

/// True when `rest` begins with a possessive `'s`.
fn is_possessive(rest: &str) -> bool {
    let mut chars = rest.chars();
    matches!(chars.next(), Some('\'' | '’' | 'ʼ'))
        && matches!(chars.next(), Some('s' | 'S'))
        && !chars.next().is_some_and(char::is_alphanumeric)
}

/// True when the dot at the head of `rest` belongs to an abbreviation like `U.S.` that `word` begins.
fn is_dotted(word: &str, rest: &str) -> bool {
    let single = |text: &str| {
        let mut chars = text.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
    };
    let last = word.rsplit('.').next().unwrap_or(word);
    if !single(last) {
        return false;
    }
    let mut after = rest.chars().skip(1);
    let next = after.next();
    next.is_some_and(char::is_uppercase) && !after.next().is_some_and(char::is_alphanumeric)
        || word.contains('.')
}

/// True when a single quotation mark is open before `byte`, so that `s'` would close it.
fn open_quote(words: &[Word<'_>], text: &str, byte: usize) -> bool {
    let from = words
        .get(words.len().saturating_sub(40))
        .map_or(0, |word| word.byte);
    let part = &text[from.min(byte)..byte];
    let opened = part
        .char_indices()
        .filter(|(at, c)| {
            matches!(c, '\'' | '‘')
                && part[..*at]
                    .chars()
                    .next_back()
                    .is_none_or(char::is_whitespace)
        })
        .count();
    let closed = part
        .char_indices()
        .filter(|(at, c)| {
            matches!(c, '\'' | '’')
                && !part[at + c.len_utf8()..]
                    .chars()
                    .next()
                    .is_some_and(char::is_alphanumeric)
        })
        .count();
    opened > closed
}

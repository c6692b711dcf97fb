//! Which language a text is in. Only English is read for statements.

use crate::document::{ParagraphKind, Structure};
use crate::stage::segment::Text;
use std::collections::HashMap;
use std::sync::LazyLock;
use whatlang::{Lang, detect};

/// Letters below which no language is told: names of people and places look like any language.
const ENOUGH: usize = 150;
/// Characters that are looked at; more would not make the answer surer.
const REACH: usize = 20_000;
/// Share of the commonest English words among all words from which on a text is English, whatever
/// foreign names stand in it.
const ENGLISH_SHARE: f32 = 0.12;

static ENGLISH_WORDS: [&str; 16] = [
    "the", "of", "and", "to", "in", "that", "for", "is", "was", "on", "with", "by", "it", "has",
    "have", "from",
];

static CODES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/languages.toml"))
        .unwrap_or_else(|error| panic!("the shipped languages are broken: {error}"))
});

/// A language that was told with certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// ISO 639-1 code, e.g. `en`.
    pub code: &'static str,
    /// English name, e.g. `English`.
    pub name: &'static str,
}

impl Language {
    /// True for the language in which statements are found.
    pub fn is_read(self) -> bool {
        self.code == "en"
    }
}

/// The language of the running text; `None` where there is too little text or it could be several.
pub fn tell(text: &Text<'_>, structure: &Structure) -> Option<Language> {
    let mut words = String::new();
    for paragraph in &structure.paragraphs {
        if paragraph.kind != ParagraphKind::Furniture && words.len() < REACH {
            words.extend(text.slice(paragraph.span).chars().take(REACH));
            words.push('\n');
        }
    }
    if words.chars().filter(|c| c.is_alphabetic()).count() < ENOUGH {
        return None;
    }
    let language = |lang: Lang| {
        Some(Language {
            code: CODES.get(lang.code())?.as_str(),
            name: lang.eng_name(),
        })
    };
    if english_share(&words) >= ENGLISH_SHARE {
        return language(Lang::Eng);
    }
    let found = detect(&words)?;
    found.is_reliable().then(|| language(found.lang()))?
}

fn english_share(text: &str) -> f32 {
    let (mut all, mut english) = (0usize, 0usize);
    for word in text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
    {
        all += 1;
        english += usize::from(
            ENGLISH_WORDS
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known)),
        );
    }
    english as f32 / all.max(1) as f32
}

//! What holds for every text: no panic, exact spans, the same records each time.

use plenary_domain::parsed::ParsedArticle;
use plenary_domain::{Codebook, Gazetteer, NewArticle, Span};
use plenary_parser::stage::segment::{self, Text};
use plenary_parser::{Parser, intake};
use proptest::prelude::*;
use std::sync::LazyLock;

static PARSER: LazyLock<Parser> =
    LazyLock::new(|| Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap());

/// Pieces of which news is made, and of which it is not.
fn news() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Ana Torvald said "),
        Just("“We will wait”"),
        Just("\""),
        Just("“"),
        Just("”"),
        Just("‘"),
        Just("’"),
        Just("«"),
        Just("»"),
        Just("„"),
        Just(", adding that "),
        Just("the talks failed"),
        Just(". "),
        Just("! "),
        Just("…"),
        Just("\n"),
        Just("\n\n"),
        Just("\r\n"),
        Just("U.S. "),
        Just("Jan. "),
        Just("14:32 GMT - "),
        Just("- "),
        Just("BOSKO: "),
        Just("LINDAL, May 3 (X) -- "),
        Just("Read more"),
        Just("[SEP]"),
        Just("[PAD] "),
        Just("\u{0}"),
        Just("\u{301}"),
        Just("é"),
        Just("🙂"),
        Just("漢字"),
        Just("Привет "),
        Just("\u{2028}"),
        Just("\u{a0}"),
        Just("İ"),
        Just("ﬁ"),
        Just("Ã\u{a0}"),
        Just("\u{85}"),
        Just("2022-01-14"),
        Just(": "),
        Just("; but "),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn check(text: &str, parsed: &ParsedArticle) -> Result<(), TestCaseError> {
    let length = text.chars().count() as u32;
    let exact = |span: &Span| -> Result<(), TestCaseError> {
        prop_assert!(
            span.start < span.end && span.end <= length,
            "{span:?} in {length}"
        );
        let words = span.slice(text);
        prop_assert_eq!(words.trim(), words);
        Ok(())
    };
    for statement in &parsed.statements {
        prop_assert!(!statement.content.is_empty());
        for span in statement
            .source
            .iter()
            .chain(&statement.cue)
            .chain(&statement.content)
        {
            exact(span)?;
        }
        prop_assert!(
            statement
                .content
                .windows(2)
                .all(|pair| pair[0].end <= pair[1].start)
        );
        prop_assert!((0.0..=1.0).contains(&statement.confidence));
    }
    for position in &parsed.positions {
        prop_assert!(position.statement < parsed.statements.len());
        prop_assert!(position.actor < parsed.actors.len());
        prop_assert!(!position.evidence.is_empty());
        for span in &position.evidence {
            exact(span)?;
        }
        prop_assert!((0.0..=1.0).contains(&position.confidence));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_parses_to_exact_spans(text in prop_oneof![news(), "\\PC{0,400}", ".{0,200}"]) {
        let article = intake::from_text(&text);
        let parsed = PARSER.parse(&article);
        check(&text, &parsed)?;
        prop_assert_eq!(&parsed, &PARSER.parse(&article));
    }

    #[test]
    fn any_page_is_read(html in prop_oneof![".{0,300}", "(<[a-z]{1,4}>|</[a-z]{1,4}>|[a-z &;]{1,9}){0,40}"]) {
        let _ = intake::from_html(&html);
        intake::from_markdown(&html);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_is_segmented_into_nested_parts(text in prop_oneof![news(), ".{0,300}"]) {
        let text = Text::new(&text);
        let structure = segment::run(&text, None, None);
        prop_assert!(structure.paragraphs.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        prop_assert!(structure.sentences.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        prop_assert!(structure.quotations.windows(2).all(|pair| pair[0].end <= pair[1].start));
        for sentence in &structure.sentences {
            prop_assert!(structure.paragraphs[sentence.paragraph].span.contains(sentence.span));
            prop_assert!(!sentence.span.is_empty());
        }
        for paragraph in &structure.paragraphs {
            prop_assert_eq!(text.trim(paragraph.span), paragraph.span);
            prop_assert!(!paragraph.span.is_empty());
        }
    }
}

#[test]
fn a_megabyte_without_an_end_is_segmented() {
    for piece in [
        "word ", "a", "\"", "“", "‘s ", ". . ", "1. ", "U.S. ", "\n", "- a\n", "(", "漢", "Mr. A. ",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        let text = Text::new(&text);
        let structure = segment::run(&text, None, None);
        let covered: u32 = structure.paragraphs.iter().map(|p| p.span.len()).sum();
        assert!(covered <= text.len(), "{piece:?}");
    }
}

#[test]
fn days_of_talks_are_counted_whatever_their_number() {
    for number in ["-3", "0", "9000000000000000000", "-9000000000000000000"] {
        for words in [
            "The ministers parted in Geneva on Friday, {} weeks after they began.",
            "After {} weeks of talks in Geneva the ministers parted on Friday, they said.",
            "{} weeks after the talks in Geneva ended, the ministers said that they would return.",
            "{} weeks before ministers meet in Geneva for talks, nothing was agreed, they said.",
            "The talks in Geneva were in their {}th day on Friday, the ministers said.",
        ] {
            let article = NewArticle {
                published: "2022-01-15".parse().ok(),
                ..intake::from_text(&words.replace("{}", number))
            };
            PARSER.parse(&article);
        }
    }
}

#[test]
fn what_is_said_may_open_the_article() {
    let text = "South Sudan would not sign the deal, foreign minister Oyar Tenzin said on Tuesday. Kenya agreed.";
    let parsed = PARSER.parse(&intake::from_text(text));
    assert_eq!(parsed.statements.len(), 1, "{parsed:?}");
}

/// The letter à in damaged text ends with a space that does not break, and "…" may be a control character that counts
/// as white space.
#[test]
fn spans_of_damaged_text_have_no_white_space_at_their_ends() {
    for text in [
        "Ana Torvald said that the talks failed at the universitÃ\u{a0}",
        "Ana Torvald said that the talks failed\u{85}",
    ] {
        let parsed = PARSER.parse(&intake::from_text(text));
        assert_eq!(parsed.positions.len(), 1, "{parsed:?}");
        check(text, &parsed).unwrap();
    }
}

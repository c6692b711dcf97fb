//! Cases kept as data: texts in which something must be found, and texts in which it must not.

use plenary_domain::{Codebook, Gazetteer, NewArticle, Span};
use plenary_parser::document::ParagraphKind;
use plenary_parser::stage::code::split;
use plenary_parser::stage::segment::{self, Text};
use plenary_parser::{Parser, intake};
use serde::Deserialize;

#[derive(Deserialize)]
struct File<T> {
    case: Vec<T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attribution {
    name: String,
    text: String,
    #[serde(default)]
    has: Vec<Has>,
    #[serde(default)]
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Has {
    source: String,
    begins: String,
    #[serde(default)]
    ends: String,
    mode: String,
}

#[test]
fn attributions_are_found() {
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
    let files = [
        include_str!("cases/attribution/general.toml"),
        include_str!("cases/attribution/marks.toml"),
        include_str!("cases/attribution/lines.toml"),
    ];
    let cases = files
        .iter()
        .flat_map(|file| toml::from_str::<File<Attribution>>(file).unwrap().case);
    let mut wrong = Vec::new();
    for case in cases {
        let article = intake::from_text(&case.text);
        let document = parser.document(&article);
        let words = |spans: &[Span]| -> String {
            let words: Vec<_> = spans
                .iter()
                .map(|span| document.text.slice(*span))
                .collect();
            words.join(" … ")
        };
        let found: Vec<(String, String, String)> = document
            .attributions
            .iter()
            .map(|a| (words(&a.source), words(&a.content), a.mode.to_string()))
            .collect();
        for has in &case.has {
            let is = |(source, content, mode): &(String, String, String)| {
                source.contains(&has.source)
                    && content.starts_with(&has.begins)
                    && content.ends_with(&has.ends)
                    && *mode == has.mode
            };
            if !found.iter().any(is) {
                wrong.push(format!(
                    "{}: no {:?} of {:?} in {found:#?}",
                    case.name, has.begins, has.source
                ));
            }
        }
        for not in &case.not {
            if found
                .iter()
                .any(|(_, content, _)| content.contains(not.as_str()))
            {
                wrong.push(format!("{}: {not:?} in {found:#?}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Segmentation {
    name: String,
    text: String,
    published: Option<String>,
    sentences: Option<Vec<String>>,
    quotations: Option<Vec<String>>,
    paragraphs: Option<Vec<(String, String)>>,
    /// Place and day, each empty where there is none; an empty list: no dateline.
    dateline: Option<Vec<String>>,
}

#[test]
fn texts_are_segmented() {
    let file: File<Segmentation> = toml::from_str(include_str!("cases/segmentation.toml")).unwrap();
    let mut wrong = Vec::new();
    for case in file.case {
        let text = Text::new(&case.text);
        let published = case.published.map(|day| day.parse().unwrap());
        let structure = segment::run(&text, None, published);
        let words = |span: Span| text.slice(span).to_owned();
        let mut compare = |what: &str, found: String, expected: Option<String>| {
            if let Some(expected) = expected.filter(|expected| *expected != found) {
                wrong.push(format!(
                    "{}: {what}\n found {found}\n expected {expected}",
                    case.name
                ));
            }
        };
        let sentences: Vec<_> = structure.sentences.iter().map(|s| words(s.span)).collect();
        compare(
            "sentences",
            format!("{sentences:#?}"),
            case.sentences.map(|x| format!("{x:#?}")),
        );
        let quotations: Vec<_> = structure.quotations.iter().map(|q| words(*q)).collect();
        compare(
            "quotations",
            format!("{quotations:#?}"),
            case.quotations.map(|x| format!("{x:#?}")),
        );
        let paragraphs: Vec<(String, String)> = structure
            .paragraphs
            .iter()
            .map(|p| {
                let kind = match p.kind {
                    ParagraphKind::Headline => "headline",
                    ParagraphKind::Heading => "heading",
                    ParagraphKind::Body => "body",
                    ParagraphKind::Furniture => "furniture",
                };
                (kind.to_owned(), words(p.span))
            })
            .collect();
        compare(
            "paragraphs",
            format!("{paragraphs:#?}"),
            case.paragraphs.map(|x| format!("{x:#?}")),
        );
        let dateline: Vec<String> = structure.dateline.map_or(Vec::new(), |dateline| {
            let day = dateline.day.map(|day| day.to_string());
            vec![dateline.place.unwrap_or_default(), day.unwrap_or_default()]
        });
        compare(
            "dateline",
            format!("{dateline:?}"),
            case.dateline.map(|x| format!("{x:?}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clauses {
    name: String,
    text: String,
    content: Vec<String>,
    clauses: Vec<String>,
}

#[test]
fn contents_fall_into_clauses() {
    let file = include_str!("cases/clauses.toml");
    let mut wrong = Vec::new();
    for case in toml::from_str::<File<Clauses>>(file).unwrap().case {
        let text = Text::new(&case.text);
        let content = case.content.iter().map(|words| {
            let at = case.text.find(words.as_str()).unwrap();
            let start = case.text[..at].chars().count() as u32;
            Span::new(start, start + words.chars().count() as u32)
        });
        let attribution = plenary_parser::document::Attribution {
            source: Vec::new(),
            cue: Vec::new(),
            content: content.collect(),
            mode: plenary_domain::Mode::Mixed,
            rule: "attribute/given",
            confidence: 1.0,
        };
        let structure = segment::run(&text, None, None);
        let found: Vec<String> = split::parts(&text, &structure, &attribution)
            .iter()
            .map(|part| {
                let words: Vec<_> = part.words.iter().map(|span| text.slice(*span)).collect();
                words.join(" … ")
            })
            .collect();
        if found != case.clauses {
            wrong.push(format!("{}: {found:#?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_english_is_read() {
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
    let german = "„Wir werden diesem Papier nicht zustimmen“, sagte der Minister am Dienstag nach dem Treffen in Lindal. Die Gespräche sollen im Mai fortgesetzt werden, teilte sein Amt mit, und beide Seiten hoffen auf eine Einigung über das Wasser des Flusses.";
    let parsed = parser.parse(&intake::from_text(german));
    assert_eq!(parsed.language.as_deref(), Some("de"));
    assert!(parsed.statements.is_empty());
    assert!(
        parsed.notes.iter().any(|note| note.contains("German")),
        "{:?}",
        parsed.notes
    );
    let english = "“We will not sign this paper,” the minister said on Tuesday after the meeting in Lindal. The talks are to go on in May, his office said, and both sides hope for an agreement on the water of the river that they share.";
    let parsed = parser.parse(&intake::from_text(english));
    assert_eq!(parsed.language.as_deref(), Some("en"));
    assert!(!parsed.statements.is_empty() && parsed.notes.is_empty());
}

#[test]
fn what_is_given_wins_over_what_the_text_tells() {
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
    let text = "Envoys meet in Lindal\n\n14 January 2022, 07:24 PM\n\nThe envoys met on Tuesday.\n\n© 2022 Lindal Post. All rights reserved.";
    let told = parser.parse(&intake::from_text(text));
    assert_eq!(told.title.as_deref(), Some("Envoys meet in Lindal"));
    assert_eq!(told.outlet.as_deref(), Some("Lindal Post"));
    assert_eq!(
        told.published.map(|day| day.to_string()).as_deref(),
        Some("2022-01-14")
    );
    let given = NewArticle {
        text: text.to_owned(),
        title: Some("Another title".to_owned()),
        outlet: Some("Another outlet".to_owned()),
        published: "2023-05-06".parse().ok(),
        url: None,
    };
    let parsed = parser.parse(&given);
    assert_eq!(
        (parsed.title, parsed.outlet, parsed.published),
        (given.title, given.outlet, given.published)
    );
}

#[test]
fn a_list_goes_on_for_who_stands_above_it() {
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
    let text = "LINDAL, 14 May - The ministers of the alliance met on Tuesday in the town on the river, and they talked until late.\n\nNATO ministers:\n\n• welcomed the ceasefire in Lindal;\n\n• called for the release of all prisoners;\n\n• agreed to meet again in June.";
    let parsed = parser.parse(&intake::from_text(text));
    let speakers: Vec<_> = parsed
        .positions
        .iter()
        .map(|position| parsed.actors[position.actor].name.as_str())
        .collect();
    assert_eq!(speakers, ["NATO ministers"; 3]);
}

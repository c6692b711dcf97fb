//! Small articles with made-up records, for tests of what the store does with them.

use chrono::NaiveDate;
use plenary_domain::filter::Paging;
use plenary_domain::parsed::{
    Actor, FieldConfidence, FieldRules, Meeting, ParsedArticle, Party, Position, Statement,
};
use plenary_domain::{Act, ActorKind, MeetingStatus, Mode, NewArticle, PartyKind, Span, Stance};

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn all() -> Paging {
    Paging {
        limit: 1000,
        cursor: None,
    }
}

pub(crate) fn new_article(text: &str, outlet: &str) -> NewArticle {
    NewArticle {
        text: text.to_owned(),
        title: Some(format!("About {outlet}")),
        outlet: Some(outlet.to_owned()),
        published: Some(day("2031-05-04")),
        url: None,
    }
}

pub(crate) fn party(slug: &str) -> Party {
    Party {
        slug: slug.to_owned(),
        name: slug[..1].to_uppercase() + &slug[1..],
        kind: PartyKind::Other,
        known: false,
    }
}

pub(crate) fn person(name: &str, party: Option<usize>) -> Actor {
    Actor {
        name: name.to_owned(),
        kind: ActorKind::Person,
        forms: vec![name.to_owned()],
        role: Some("envoy".to_owned()),
        party,
        mentions: Vec::new(),
    }
}

pub(crate) fn meeting(venue: &str, start: &str, parties: &[usize]) -> Meeting {
    Meeting {
        slug: format!("{}-{start}", venue.to_lowercase()),
        name: format!("Talks in {venue}"),
        venue: Some(venue.to_owned()),
        start: Some(day(start)),
        end: Some(day(start)),
        status: MeetingStatus::Held,
        parties: parties.to_vec(),
        mentions: vec![Span::new(0, 3)],
        main: true,
        rule: "test/meeting".to_owned(),
        confidence: 0.9,
    }
}

pub(crate) fn statement(content: Span) -> Statement {
    Statement {
        source: vec![Span::new(0, 1)],
        cue: Vec::new(),
        content: vec![content],
        mode: Mode::Indirect,
        rule: "test/statement".to_owned(),
        confidence: 0.8,
    }
}

pub(crate) fn position(statement: usize, actor: usize, issue: &str, stance: Stance) -> Position {
    Position {
        statement,
        actor,
        party: None,
        meeting: None,
        issue: issue.to_owned(),
        stance,
        act: Act::State,
        mode: Mode::Indirect,
        evidence: vec![Span::new(0, 3)],
        confidence: 0.5,
        fields: FieldConfidence {
            speaker: 0.9,
            party: 0.9,
            meeting: 0.9,
            issue: 0.9,
            stance: 0.9,
            act: 0.9,
        },
        rules: FieldRules {
            speaker: "test/speaker".to_owned(),
            party: "test/party".to_owned(),
            meeting: "test/meeting".to_owned(),
            coding: "test/coding".to_owned(),
        },
    }
}

/// An article's records without any record.
pub(crate) fn empty(article: &NewArticle) -> ParsedArticle {
    ParsedArticle {
        parser_version: "test-1".to_owned(),
        codebook: "default@1".to_owned(),
        language: Some("en".to_owned()),
        title: article.title.clone(),
        outlet: article.outlet.clone(),
        published: article.published,
        notes: Vec::new(),
        statements: Vec::new(),
        actors: Vec::new(),
        parties: Vec::new(),
        meetings: Vec::new(),
        positions: Vec::new(),
    }
}

/// Two sides at one meeting: Mira Oland of Borland wants a ceasefire, Teo Vask of Vaskia does not and
/// says so in two scripts.
pub(crate) fn talks(outlet: &str) -> (NewArticle, ParsedArticle) {
    let article = new_article(
        "Мир? “We want a ceasefire now”, said Mira Oland. Teo Vask refused the ceasefire.",
        outlet,
    );
    let mut parsed = empty(&article);
    parsed.parties = vec![party("borland"), party("vaskia")];
    parsed.actors = vec![person("Mira Oland", Some(0)), person("Teo Vask", Some(1))];
    parsed.meetings = vec![meeting("Arden", "2031-05-03", &[0, 1])];
    parsed.statements = vec![statement(Span::new(5, 30)), statement(Span::new(58, 79))];
    let mut wants = position(0, 0, "ceasefire", Stance::Support);
    wants.party = Some(0);
    wants.meeting = Some(0);
    wants.evidence = vec![Span::new(6, 29)];
    let mut refuses = position(1, 1, "ceasefire", Stance::Oppose);
    refuses.party = Some(1);
    refuses.meeting = Some(0);
    refuses.act = Act::Reject;
    refuses.evidence = vec![Span::new(58, 79)];
    parsed.positions = vec![wants, refuses];
    (article, parsed)
}

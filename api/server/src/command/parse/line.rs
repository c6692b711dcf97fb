//! An article's records as one line of JSON: the compact shape for programs and for scoring.

use super::Label;
use crate::routes::parse::{actor_name, meeting_slug};
use chrono::NaiveDate;
use plenary_domain::parsed::ParsedArticle;
use plenary_domain::{NewArticle, Span};
use plenary_parser::stage::segment::Text;
use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    attributions: Vec<Attribution>,
    meetings: Vec<Meeting<'a>>,
    positions: Vec<Position<'a>>,
}

/// Spans in code points, end exclusive.
#[derive(Serialize)]
struct Attribution {
    source: Vec<[u32; 2]>,
    cue: Vec<[u32; 2]>,
    content: Vec<[u32; 2]>,
}

#[derive(Serialize)]
struct Meeting<'a> {
    key: &'a str,
    name: &'a str,
    venue: Option<&'a str>,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    /// Names.
    parties: Vec<&'a str>,
}

#[derive(Serialize)]
struct Position<'a> {
    speaker: String,
    /// Name.
    party: Option<&'a str>,
    /// Key of the meeting.
    meeting: Option<String>,
    issue: &'a str,
    /// -1, 0 or 1.
    stance: i8,
    act: &'static str,
    mode: &'static str,
    evidence: String,
    confidence: f32,
}

/// The line, without a line end.
pub(super) fn line(
    label: &Label,
    article: &NewArticle,
    parsed: &ParsedArticle,
) -> serde_json::Result<String> {
    let text = Text::new(&article.text);
    let (id, line) = match label {
        Label::Id(id) => (Some(id.as_str()), None),
        Label::Line(line) => (None, Some(*line)),
    };
    let party = |index: usize| parsed.parties.get(index).map(|party| party.name.as_str());
    serde_json::to_string(&Line {
        id,
        line,
        attributions: parsed
            .statements
            .iter()
            .map(|statement| Attribution {
                source: pairs(&statement.source),
                cue: pairs(&statement.cue),
                content: pairs(&statement.content),
            })
            .collect(),
        meetings: parsed
            .meetings
            .iter()
            .map(|meeting| Meeting {
                key: &meeting.slug,
                name: &meeting.name,
                venue: meeting.venue.as_deref(),
                start: meeting.start,
                end: meeting.end,
                parties: meeting.parties.iter().filter_map(|&i| party(i)).collect(),
            })
            .collect(),
        positions: parsed
            .positions
            .iter()
            .map(|position| Position {
                speaker: actor_name(parsed, position),
                party: position.party.and_then(party),
                meeting: meeting_slug(parsed, position),
                issue: &position.issue,
                stance: position.stance.value(),
                act: position.act.as_str(),
                mode: position.mode.as_str(),
                evidence: words(&text, &position.evidence),
                confidence: position.confidence,
            })
            .collect(),
    })
}

fn pairs(spans: &[Span]) -> Vec<[u32; 2]> {
    spans.iter().map(|span| [span.start, span.end]).collect()
}

/// The words of several spans as one text.
pub(super) fn words(text: &Text<'_>, spans: &[Span]) -> String {
    spans
        .iter()
        .map(|&span| text.slice(span))
        .collect::<Vec<_>>()
        .join(" … ")
}

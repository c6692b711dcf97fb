//! What the parser found in one article, before it is stored.
//!
//! Items refer to one another by index into the lists of the same [`ParsedArticle`]. Each carries
//! the stage and rule that produced it and a confidence in 0..=1.

use crate::{Act, ActorKind, MeetingStatus, Mode, PartyKind, Span, Stance};
use chrono::NaiveDate;

/// Everything found in one article. The same text with the same parser gives the same value.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedArticle {
    /// Version of the parser: of its code and of its weights.
    pub parser_version: String,
    /// Codebook used, as `id@version`.
    pub codebook: String,
    /// ISO 639-1 code of the text's language, where it could be told.
    pub language: Option<String>,
    /// Headline, as given or as found.
    pub title: Option<String>,
    /// Outlet, as given or as found.
    pub outlet: Option<String>,
    /// Day of publication, as given or as found.
    pub published: Option<NaiveDate>,
    /// What readers of the records should know, e.g. that the language is not supported.
    pub notes: Vec<String>,
    /// The attributions in text order.
    pub statements: Vec<Statement>,
    /// The speakers.
    pub actors: Vec<Actor>,
    /// The sides for which they speak.
    pub parties: Vec<Party>,
    /// The meetings in time order.
    pub meetings: Vec<Meeting>,
    /// The positions in text order.
    pub positions: Vec<Position>,
}

/// One attribution: who (source) says (cue) what (content).
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Words that name the source; empty where the article names none.
    pub source: Vec<Span>,
    /// Words that tie source and content; empty for a bare quotation.
    pub cue: Vec<Span>,
    /// Words of the content, never empty.
    pub content: Vec<Span>,
    /// How much of the content is quoted.
    pub mode: Mode,
    /// Stage and rule, e.g. `attribute/tagger`.
    pub rule: String,
    /// Probability that this is an attribution with these spans and this source, 0..=1.
    pub confidence: f32,
}

/// A speaker, as one article tells of him, her or it.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// Fullest name in the article.
    pub name: String,
    /// Kind of speaker.
    pub kind: ActorKind,
    /// Every form of the name in the article, the fullest first.
    pub forms: Vec<String>,
    /// Office or description, e.g. `permanent representative to the OSCE`.
    pub role: Option<String>,
    /// The party for which the actor usually speaks in this article: index into `parties`.
    pub party: Option<usize>,
    /// Where the article names the actor, in text order.
    pub mentions: Vec<Span>,
}

/// A side, as one article tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Slug: the gazetteer's, or that of the name.
    pub slug: String,
    /// Usual short English name.
    pub name: String,
    /// Kind of side.
    pub kind: PartyKind,
    /// True when the gazetteer knows it, false when the article introduced it.
    pub known: bool,
}

/// One round of talks, as one article tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    /// `<venue>-<start>` in lower case: `vienna-2022-01-13`; `vienna-2022-01` without a day,
    /// `unknown-2022-01-13` without a venue.
    pub slug: String,
    /// Name or description, e.g. `OSCE-Russia talks in Vienna`.
    pub name: String,
    /// Town of the venue, e.g. `Vienna`.
    pub venue: Option<String>,
    /// First day; the first of the month where only the month is known.
    pub start: Option<NaiveDate>,
    /// Last day.
    pub end: Option<NaiveDate>,
    /// Whether it took place.
    pub status: MeetingStatus,
    /// The parties that take part: indices into `parties`.
    pub parties: Vec<usize>,
    /// Where the article speaks of it, in text order.
    pub mentions: Vec<Span>,
    /// True for the meeting that the article is mainly about.
    pub main: bool,
    /// Stage and rule that produced it.
    pub rule: String,
    /// Probability that venue and start are right, 0..=1.
    pub confidence: f32,
}

/// One party-position record: a statement × actor × party × meeting × issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// Index into `statements`.
    pub statement: usize,
    /// Index into `actors`.
    pub actor: usize,
    /// Index into `parties`; `None` for experts, journalists and private persons.
    pub party: Option<usize>,
    /// Index into `meetings`; `None` when it belongs to none.
    pub meeting: Option<usize>,
    /// Issue's slug in the codebook, or [`crate::codebook::OTHER`].
    pub issue: String,
    /// Stance towards the issue's proposition.
    pub stance: Stance,
    /// What the speaker does with the words.
    pub act: Act,
    /// How much of the evidence is quoted.
    pub mode: Mode,
    /// The words that carry the position, in text order, never empty.
    pub evidence: Vec<Span>,
    /// Probability that party, meeting, issue and stance are all right, 0..=1.
    pub confidence: f32,
    /// Probability of each field, 0..=1.
    pub fields: FieldConfidence,
    /// The rule behind each field, for `--explain` and for the record.
    pub rules: FieldRules,
}

/// How sure the parser is of each field of a position, 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldConfidence {
    /// Of the speaker.
    pub speaker: f32,
    /// Of the party.
    pub party: f32,
    /// Of the meeting.
    pub meeting: f32,
    /// Of the issue.
    pub issue: f32,
    /// Of the stance, the issue being right.
    pub stance: f32,
    /// Of the act.
    pub act: f32,
}

/// The rule that decided each field of a position, e.g. `speakers/surname`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRules {
    /// Of the speaker.
    pub speaker: String,
    /// Of the party.
    pub party: String,
    /// Of the meeting.
    pub meeting: String,
    /// Of issue, stance and act.
    pub coding: String,
}

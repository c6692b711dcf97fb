//! What is stored, as it is read back: the shapes between the database and its readers.

use crate::parsed::{FieldConfidence, FieldRules};
use crate::{
    Act, ActorKind, Change, MeetingStatus, Mode, NameKind, PartyKind, Scope, Span, Stance,
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// Something that people name: its slug and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Named {
    /// What addresses use.
    pub slug: String,
    /// What people read.
    pub name: String,
}

/// An article without its text.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleSummary {
    /// Id (UUIDv7).
    pub article_id: Uuid,
    /// Headline.
    pub title: Option<String>,
    /// Outlet.
    pub outlet: Option<String>,
    /// Day of publication.
    pub published: Option<NaiveDate>,
    /// Where it can be read.
    pub url: Option<String>,
    /// ISO 639-1 code.
    pub language: Option<String>,
    /// SHA-256 of the content, hexadecimal; the same content is the same article.
    pub content_hash: String,
    /// Near-duplicate group: articles of one group are copies of one text.
    pub group_id: Uuid,
    /// Number of articles in the group, this one included.
    pub group_size: i64,
    /// When it was stored.
    pub stored_at: DateTime<Utc>,
    /// Version of the parser behind its records.
    pub parser_version: String,
    /// Length in code points.
    pub length: i32,
    /// Number of its current statements.
    pub statements: i64,
    /// Number of its current positions.
    pub positions: i64,
    /// What readers of the records should know.
    pub notes: Vec<String>,
}

/// An article with its text.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleRecord {
    /// Everything but the text.
    pub summary: ArticleSummary,
    /// The text, verbatim.
    pub text: String,
    /// The meetings of which the article speaks, in time order.
    pub meetings: Vec<MeetingRef>,
}

/// A meeting as other records name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingRef {
    /// Slug, e.g. `vienna-2022-01-13`.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Town.
    pub venue: Option<String>,
    /// First day.
    pub start: Option<NaiveDate>,
    /// Last day.
    pub end: Option<NaiveDate>,
}

/// The article behind a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleRef {
    /// Id.
    pub article_id: Uuid,
    /// Headline.
    pub title: Option<String>,
    /// Outlet.
    pub outlet: Option<String>,
    /// Day of publication.
    pub published: Option<NaiveDate>,
    /// Where it can be read.
    pub url: Option<String>,
}

/// The issue of a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRef {
    /// Slug.
    pub slug: String,
    /// Short name.
    pub name: String,
    /// Group of issues.
    pub domain: String,
}

/// Words of the article that a record stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Place in the text, in code points.
    pub span: Span,
    /// The words there, exactly.
    pub text: String,
}

/// One party-position record.
#[derive(Debug, Clone, PartialEq)]
pub struct PositionRecord {
    /// Id (UUIDv7).
    pub position_id: Uuid,
    /// The statement behind it.
    pub statement_id: Uuid,
    /// The article behind it.
    pub article: ArticleRef,
    /// Who speaks.
    pub actor: Named,
    /// Office or description in this article.
    pub role: Option<String>,
    /// For which side.
    pub party: Option<Named>,
    /// At or about which meeting.
    pub meeting: Option<MeetingRef>,
    /// Of which process.
    pub process: Option<Named>,
    /// On which issue.
    pub issue: IssueRef,
    /// With which stance.
    pub stance: Stance,
    /// With which act.
    pub act: Act,
    /// How much is quoted.
    pub mode: Mode,
    /// The words that carry it, in text order.
    pub evidence: Vec<Words>,
    /// The words that name the source.
    pub source: Vec<Words>,
    /// The words that tie source and content.
    pub cue: Vec<Words>,
    /// Probability that the record is right, 0..=1.
    pub confidence: f32,
    /// Probability of each field.
    pub fields: FieldConfidence,
    /// The rule behind each field.
    pub rules: FieldRules,
    /// Version of the parser.
    pub parser_version: String,
    /// The day it counts for: the meeting's first day, else the publication day.
    pub day: Option<NaiveDate>,
    /// First revision that has it.
    pub since_revision: i64,
    /// First revision that no longer has it; `None` while it is current.
    pub until_revision: Option<i64>,
}

/// One committed change to the record set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionRecord {
    /// Its number: 1 for the first change, one more for each.
    pub revision: i64,
    /// What happened.
    pub change: Change,
    /// The article that it is about; `None` where it is about names.
    pub article_id: Option<Uuid>,
    /// Who made it, as the caller said, e.g. `api` or `ingest`.
    pub made_by: String,
    /// Name of the key with which it was made; `None` where it was made without one.
    pub key: Option<String>,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Why, where somebody said so.
    pub reason: Option<String>,
}

/// A key of the API. The key itself is known only to whom it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// Name, never given twice.
    pub name: String,
    /// First characters of the key.
    pub prefix: String,
    /// What it may do.
    pub scope: Scope,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused; `None`: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; `None`: never.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What somebody ruled about two names.
#[derive(Debug, Clone, PartialEq)]
pub struct RulingRecord {
    /// The revision that brought it, which names it.
    pub revision: i64,
    /// What kind of names.
    pub kind: NameKind,
    /// The name of which something goes away.
    pub from: Named,
    /// The name to which it goes.
    pub into: Named,
    /// `None` for a merge, which moves everything; else the stored articles of which a split moves what
    /// they tell.
    pub articles: Option<Vec<Uuid>>,
    /// Number of positions that it moved when it was made.
    pub positions: i64,
    /// Who made it.
    pub made_by: String,
    /// Name of the key with which it was made; `None` where it was made without one.
    pub key: Option<String>,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Why.
    pub reason: Option<String>,
    /// The revision that ended it; `None` while it holds.
    pub until_revision: Option<i64>,
}

/// How much is recorded under something that has a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Current positions.
    pub positions: i64,
    /// Articles with such positions.
    pub articles: i64,
}

/// A party with its counts.
#[derive(Debug, Clone, PartialEq)]
pub struct PartyRecord {
    /// Slug and name.
    pub named: Named,
    /// Kind of side.
    pub kind: PartyKind,
    /// ISO 3166-1 alpha-2 code of a state.
    pub iso: Option<String>,
    /// True when the gazetteer knows it.
    pub known: bool,
    /// Other ways to name it.
    pub aliases: Vec<String>,
    /// Its speakers with current positions, most positions first.
    pub actors: Vec<Named>,
    /// The party that it was merged into; its records are that one's.
    pub merged_into: Option<Named>,
    /// How much is recorded.
    pub counts: Counts,
}

/// One office that an actor held, as articles told it.
#[derive(Debug, Clone, PartialEq)]
pub struct AffiliationRecord {
    /// Party.
    pub party: Option<Named>,
    /// Office or description.
    pub role: Option<String>,
    /// First article's day that tells it.
    pub from: Option<NaiveDate>,
    /// Last article's day that tells it.
    pub to: Option<NaiveDate>,
}

/// An actor with offices and counts.
#[derive(Debug, Clone, PartialEq)]
pub struct ActorRecord {
    /// Slug and name.
    pub named: Named,
    /// Kind of speaker.
    pub kind: ActorKind,
    /// Every form of the name seen.
    pub aliases: Vec<String>,
    /// Offices in time order.
    pub affiliations: Vec<AffiliationRecord>,
    /// The actor that it was merged into; its records are that one's.
    pub merged_into: Option<Named>,
    /// How much is recorded.
    pub counts: Counts,
}

/// A meeting with parties and counts.
#[derive(Debug, Clone, PartialEq)]
pub struct MeetingRecord {
    /// Slug, name, venue and days.
    pub meeting: MeetingRef,
    /// Whether it took place.
    pub status: MeetingStatus,
    /// The process to which it belongs.
    pub process: Option<Named>,
    /// The meeting of the process before this one.
    pub previous: Option<Named>,
    /// The meeting of the process after this one.
    pub next: Option<Named>,
    /// The parties that take part, by name.
    pub parties: Vec<Named>,
    /// The meeting that it was merged into; its records are that one's.
    pub merged_into: Option<Named>,
    /// How much is recorded.
    pub counts: Counts,
}

/// A process with its meetings and counts.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessRecord {
    /// Slug and name.
    pub named: Named,
    /// Its meetings in time order.
    pub meetings: Vec<MeetingRef>,
    /// The parties that take part in any of them, by name.
    pub parties: Vec<Named>,
    /// How much is recorded.
    pub counts: Counts,
}

/// An issue of the codebook with its counts.
#[derive(Debug, Clone, PartialEq)]
pub struct IssueRecord {
    /// Slug, name and domain.
    pub issue: IssueRef,
    /// The proposition; `None` for `other`.
    pub proposition: Option<String>,
    /// Notes on what belongs here.
    pub includes: Option<String>,
    /// Notes on what does not.
    pub excludes: Option<String>,
    /// Codebook as `id@version`.
    pub codebook: String,
    /// Positions that support, are neutral to, oppose the proposition.
    pub support: i64,
    /// See `support`.
    pub neutral: i64,
    /// See `support`.
    pub oppose: i64,
    /// How much is recorded.
    pub counts: Counts,
}

/// A meeting with the meetings of its process before it, as known at one revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// The revision.
    pub revision: i64,
    /// The meeting.
    pub meeting: MeetingRef,
    /// Its process.
    pub process: Option<Named>,
    /// The parties that take part, by name.
    pub parties: Vec<Named>,
    /// The meetings of the process before this one, in time order.
    pub earlier: Vec<MeetingRef>,
}

/// What a comparison compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// Parties.
    #[default]
    Party,
    /// Actors.
    Actor,
}

/// The words of one position, as comparisons quote them.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// The record.
    pub position_id: Uuid,
    /// The article.
    pub article: ArticleRef,
    /// Who speaks.
    pub actor: Named,
    /// The stance taken.
    pub stance: Stance,
    /// The act.
    pub act: Act,
    /// The words, in text order.
    pub evidence: Vec<Words>,
    /// Probability that the record is right.
    pub confidence: f32,
}

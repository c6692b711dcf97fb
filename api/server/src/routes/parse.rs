//! `/v1/parse`: what is found in an article, with nothing stored.

use crate::http::access::MayIngest;
use crate::http::answer;
use crate::http::body::{ArticleInput, NewArticleBody};
use crate::http::negotiate::AcceptsJson;
use crate::http::openapi::SendProblems;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::routes::positions::{FieldConfidences, FieldRules};
use crate::shape::{
    ActCode, ActorKindCode, MeetingStatusCode, ModeCode, Named, PartyKindCode, StanceCode, Words,
};
use crate::state::State;
use actix_web::{HttpResponse, post, web};
use chrono::NaiveDate;
use plenary_domain::Span;
use plenary_domain::parsed::{self, ParsedArticle};
use plenary_parser::stage::segment::Text;
use serde::Serialize;
use utoipa::ToSchema;

/// Everything found in an article. Speakers, parties and meetings are as this article alone tells
/// of them; storing it matches them with those of other articles.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Parsed::example()))]
pub struct Parsed {
    /// Version of the parser.
    pub parser_version: String,
    /// Codebook as `id@version`.
    pub codebook: String,
    /// ISO 639-1 code of the text's language, where it could be told.
    #[schema(required = true)]
    pub language: Option<String>,
    /// Headline, as given or as found.
    #[schema(required = true)]
    pub title: Option<String>,
    /// Outlet, as given or as found.
    #[schema(required = true)]
    pub outlet: Option<String>,
    /// Day of publication, as given or as found.
    #[schema(required = true)]
    pub published: Option<NaiveDate>,
    /// What readers of the records should know.
    pub notes: Vec<String>,
    /// The attributions in text order.
    pub statements: Vec<ParsedStatement>,
    /// The speakers.
    pub actors: Vec<ParsedActor>,
    /// The sides for which they speak.
    pub parties: Vec<ParsedParty>,
    /// The meetings in time order.
    pub meetings: Vec<ParsedMeeting>,
    /// The positions in text order.
    pub positions: Vec<ParsedPosition>,
}

/// One attribution: who (source) says (cue) what (content).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ParsedStatement {
    /// Words that name the source; empty where the article names none.
    pub source: Vec<Words>,
    /// Words that tie source and content; empty for a bare quotation.
    pub cue: Vec<Words>,
    /// Words of the content.
    pub content: Vec<Words>,
    /// How much of the content is quoted.
    pub mode: ModeCode,
    /// Stage and rule that produced it.
    pub rule: String,
    /// Probability that it is right.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence: f32,
}

/// A speaker.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ParsedActor {
    /// Fullest name in the article.
    pub name: String,
    /// Kind of speaker.
    pub kind: ActorKindCode,
    /// Every form of the name in the article, the fullest first.
    pub forms: Vec<String>,
    /// Office or description.
    #[schema(required = true)]
    pub role: Option<String>,
    /// The party for which the actor usually speaks.
    #[schema(required = true)]
    pub party: Option<Named>,
    /// Where the article names the actor, in text order.
    pub mentions: Vec<Words>,
}

/// A side.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ParsedParty {
    /// The gazetteer's slug, or that of the name.
    pub slug: String,
    /// Usual short English name.
    pub name: String,
    /// Kind of side.
    pub kind: PartyKindCode,
    /// True when the gazetteer knows it, false when the article introduced it.
    pub known: bool,
}

/// One round of talks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ParsedMeeting {
    /// Venue and first day: `vienna-2022-01-13`.
    pub slug: String,
    /// Name or description.
    pub name: String,
    /// Town.
    #[schema(required = true)]
    pub venue: Option<String>,
    /// First day; the first of the month where only the month is known.
    #[schema(required = true)]
    pub start: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    pub end: Option<NaiveDate>,
    /// Whether it took place.
    pub status: MeetingStatusCode,
    /// The parties that take part.
    pub parties: Vec<Named>,
    /// Where the article speaks of it, in text order.
    pub mentions: Vec<Words>,
    /// True for the meeting that the article is mainly about.
    pub main: bool,
    /// Stage and rule that produced it.
    pub rule: String,
    /// Probability that venue and first day are right.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence: f32,
}

/// One party-position record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ParsedPosition {
    /// Index of its statement in `statements`.
    #[schema(minimum = 0)]
    pub statement: usize,
    /// Name of the speaker.
    pub actor: String,
    /// The side; null for experts, journalists and private persons.
    #[schema(required = true)]
    pub party: Option<Named>,
    /// Slug of the meeting; null when it belongs to none.
    #[schema(required = true)]
    pub meeting: Option<String>,
    /// Slug of the issue, or `other`.
    pub issue: String,
    /// Stance towards the issue's proposition.
    pub stance: StanceCode,
    /// What the speaker does with the words.
    pub act: ActCode,
    /// How much of the evidence is quoted.
    pub mode: ModeCode,
    /// The words that carry the position, in text order.
    pub evidence: Vec<Words>,
    /// Probability that party, meeting, issue and stance are all right.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence: f32,
    /// Probability of each field.
    pub confidences: FieldConfidences,
    /// The rule behind each field.
    pub rules: FieldRules,
}

impl Parsed {
    /// Shows what was found in `text`.
    pub fn new(text: &str, parsed: ParsedArticle) -> Parsed {
        let article = Article {
            text: Text::new(text),
            parsed: &parsed,
        };
        Parsed {
            statements: shown(&parsed.statements, |it| article.statement(it)),
            actors: shown(&parsed.actors, |it| article.actor(it)),
            meetings: shown(&parsed.meetings, |it| article.meeting(it)),
            positions: shown(&parsed.positions, |it| article.position(it)),
            parties: shown(&parsed.parties, party),
            parser_version: parsed.parser_version,
            codebook: parsed.codebook,
            language: parsed.language,
            title: parsed.title,
            outlet: parsed.outlet,
            published: parsed.published,
            notes: parsed.notes,
        }
    }

    fn example() -> Parsed {
        let meeting = crate::shape::MeetingRef::example();
        let position = super::positions::Position::example();
        let article = NewArticleBody::example();
        Parsed {
            parser_version: position.parser_version,
            codebook: "default@1".to_owned(),
            language: Some("en".to_owned()),
            title: article.title,
            outlet: article.outlet,
            published: article.published,
            notes: Vec::new(),
            statements: vec![ParsedStatement {
                source: position.source,
                cue: position.cue,
                content: position.evidence.clone(),
                mode: position.mode,
                rule: "attribute/tagger".to_owned(),
                confidence: 0.94,
            }],
            actors: vec![ParsedActor {
                name: position.actor.name.clone(),
                kind: ActorKindCode::Person,
                forms: vec![position.actor.name.clone()],
                role: position.role,
                party: position.party.clone(),
                mentions: vec![Words::example(73, "Alexander Lukashevich")],
            }],
            parties: vec![ParsedParty {
                slug: "russia".to_owned(),
                name: "Russia".to_owned(),
                kind: PartyKindCode::State,
                known: true,
            }],
            meetings: vec![ParsedMeeting {
                slug: meeting.slug.clone(),
                name: meeting.name,
                venue: meeting.venue,
                start: meeting.start,
                end: meeting.end,
                status: MeetingStatusCode::Held,
                parties: vec![Named::new("russia", "Russia")],
                mentions: vec![Words::example(0, "VIENNA, January 13.")],
                main: true,
                rule: "meetings/dateline".to_owned(),
                confidence: 0.9,
            }],
            positions: vec![ParsedPosition {
                statement: 0,
                actor: position.actor.name,
                party: position.party,
                meeting: Some(meeting.slug),
                issue: position.issue.slug,
                stance: position.stance,
                act: position.act,
                mode: position.mode,
                evidence: position.evidence,
                confidence: position.confidence,
                confidences: position.confidences,
                rules: position.rules,
            }],
        }
    }
}

fn shown<T, S>(found: &[T], show: impl Fn(&T) -> S) -> Vec<S> {
    found.iter().map(show).collect()
}

fn party(party: &parsed::Party) -> ParsedParty {
    ParsedParty {
        slug: party.slug.clone(),
        name: party.name.clone(),
        kind: party.kind.into(),
        known: party.known,
    }
}

/// What was found, beside its text: words are shown for spans, and names for places in lists.
struct Article<'a> {
    text: Text<'a>,
    parsed: &'a ParsedArticle,
}

impl Article<'_> {
    fn statement(&self, statement: &parsed::Statement) -> ParsedStatement {
        ParsedStatement {
            source: self.words(&statement.source),
            cue: self.words(&statement.cue),
            content: self.words(&statement.content),
            mode: statement.mode.into(),
            rule: statement.rule.clone(),
            confidence: statement.confidence,
        }
    }

    fn actor(&self, actor: &parsed::Actor) -> ParsedActor {
        ParsedActor {
            name: actor.name.clone(),
            kind: actor.kind.into(),
            forms: actor.forms.clone(),
            role: actor.role.clone(),
            party: actor.party.and_then(|at| self.party(at)),
            mentions: self.words(&actor.mentions),
        }
    }

    fn meeting(&self, meeting: &parsed::Meeting) -> ParsedMeeting {
        let parties = meeting.parties.iter();
        ParsedMeeting {
            slug: meeting.slug.clone(),
            name: meeting.name.clone(),
            venue: meeting.venue.clone(),
            start: meeting.start,
            end: meeting.end,
            status: meeting.status.into(),
            parties: parties.filter_map(|&at| self.party(at)).collect(),
            mentions: self.words(&meeting.mentions),
            main: meeting.main,
            rule: meeting.rule.clone(),
            confidence: meeting.confidence,
        }
    }

    fn position(&self, position: &parsed::Position) -> ParsedPosition {
        ParsedPosition {
            statement: position.statement,
            actor: actor_name(self.parsed, position),
            party: position.party.and_then(|at| self.party(at)),
            meeting: meeting_slug(self.parsed, position),
            issue: position.issue.clone(),
            stance: position.stance.into(),
            act: position.act.into(),
            mode: position.mode.into(),
            evidence: self.words(&position.evidence),
            confidence: position.confidence,
            confidences: position.fields.into(),
            rules: position.rules.clone().into(),
        }
    }

    /// The words at spans.
    fn words(&self, spans: &[Span]) -> Vec<Words> {
        spans
            .iter()
            .map(|&span| Words {
                start: span.start,
                end: span.end,
                text: self.text.slice(span).to_owned(),
            })
            .collect()
    }

    /// The name of the party at a place in the list.
    fn party(&self, at: usize) -> Option<Named> {
        let party = self.parsed.parties.get(at)?;
        Some(Named::new(&party.slug, &party.name))
    }
}

/// The name of a position's speaker.
pub fn actor_name(parsed: &ParsedArticle, position: &parsed::Position) -> String {
    let actor = parsed.actors.get(position.actor);
    actor.map(|actor| actor.name.clone()).unwrap_or_default()
}

/// The slug of a position's meeting.
pub fn meeting_slug(parsed: &ParsedArticle, position: &parsed::Position) -> Option<String> {
    let meeting = parsed.meetings.get(position.meeting?);
    meeting.map(|meeting| meeting.slug.clone())
}

/// Parse an article.
///
/// Shows what is found in an article and stores nothing: attributions, speakers, parties, meetings
/// and positions, each with its words, the rule behind it and a confidence. Takes what
/// `POST /v1/articles` takes. The same text gives the same answer until the parser's version rises.
#[utoipa::path(
    tag = "articles",
    security(("key" = ["ingest"])),
    request_body(
        description = "The article.",
        content(
            (NewArticleBody = "application/json", example = json!(NewArticleBody::example())),
            (String = "text/plain", example = json!(NewArticleBody::example().text)),
            (String = "text/markdown", example = "---\ntitle: Vienna round ends without result\npublished: 2022-01-14\n---\n\nVIENNA, January 13. …"),
            (String = "text/html", example = "<html><body><article><h1>…</h1><p>…</p></article></body></html>"),
        )
    ),
    responses(
        (status = 200, description = "Everything found.", body = Parsed),
        SendProblems,
    )
)]
#[post("/v1/parse")]
pub(crate) async fn parse_article(
    _: MayIngest,
    _: AcceptsJson,
    state: web::Data<State>,
    _: Query<()>,
    ArticleInput(article): ArticleInput,
) -> Result<HttpResponse, Problem> {
    let (article, parsed) = state.parse.parse(article).await?;
    answer::json(&Parsed::new(&article.text, parsed))
}

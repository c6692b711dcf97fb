//! `/v1/positions`: the party-position records.

use crate::http::access::MayRead;
use crate::http::answer;
use crate::http::negotiate::{AcceptsJson, Format};
use crate::http::openapi::{ItemProblems, ListProblems};
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, PageQuery, Query};
use crate::shape::{
    ActCode, ArticleRef, IssueRef, List, MeetingRef, ModeCode, Named, Row, StanceCode, Words, all,
    code, joined, text,
};
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::StreamExt;
use plenary_domain::parsed;
use plenary_domain::record::PositionRecord;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One party-position record: who said what, for whom, at which meeting, on which issue, which way.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Position::example()))]
pub struct Position {
    /// Id of the record.
    pub id: Uuid,
    /// Id of the statement; the positions of one statement share it.
    pub statement: Uuid,
    /// The article.
    pub article: ArticleRef,
    /// Who speaks.
    pub actor: Named,
    /// Office or description of the speaker in this article.
    #[schema(required = true)]
    pub role: Option<String>,
    /// The side for which the actor speaks; null for experts, journalists and private persons.
    #[schema(required = true)]
    pub party: Option<Named>,
    /// The meeting at or about which it was said; null when it belongs to none.
    #[schema(required = true)]
    pub meeting: Option<MeetingRef>,
    /// The process to which the meeting belongs.
    #[schema(required = true)]
    pub process: Option<Named>,
    /// The issue.
    pub issue: IssueRef,
    /// Stance towards the issue's proposition.
    pub stance: StanceCode,
    /// What the speaker does with the words.
    pub act: ActCode,
    /// How much of the words is quoted.
    pub mode: ModeCode,
    /// The words that carry the position, in text order.
    pub evidence: Vec<Words>,
    /// The words that name the speaker.
    pub source: Vec<Words>,
    /// The words that tie speaker and content.
    pub cue: Vec<Words>,
    /// Probability that party, meeting, issue and stance are all right.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence: f32,
    /// Probability of each field.
    pub confidences: FieldConfidences,
    /// The rule behind each field.
    pub rules: FieldRules,
    /// Version of the parser that made the record.
    pub parser_version: String,
    /// The day it counts for: the first day of the meeting, else the day of publication.
    #[schema(required = true)]
    pub day: Option<chrono::NaiveDate>,
    /// First revision that has the record.
    #[schema(minimum = 1)]
    pub since_revision: i64,
    /// First revision that no longer has it; null while it is current.
    #[schema(required = true)]
    pub until_revision: Option<i64>,
}

/// How sure the parser is of each field of a position.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldConfidences {
    /// Of the speaker.
    #[schema(minimum = 0, maximum = 1)]
    pub speaker: f32,
    /// Of the party.
    #[schema(minimum = 0, maximum = 1)]
    pub party: f32,
    /// Of the meeting.
    #[schema(minimum = 0, maximum = 1)]
    pub meeting: f32,
    /// Of the issue.
    #[schema(minimum = 0, maximum = 1)]
    pub issue: f32,
    /// Of the stance, the issue being right.
    #[schema(minimum = 0, maximum = 1)]
    pub stance: f32,
    /// Of the act.
    #[schema(minimum = 0, maximum = 1)]
    pub act: f32,
}

impl From<parsed::FieldConfidence> for FieldConfidences {
    fn from(fields: parsed::FieldConfidence) -> Self {
        FieldConfidences {
            speaker: fields.speaker,
            party: fields.party,
            meeting: fields.meeting,
            issue: fields.issue,
            stance: fields.stance,
            act: fields.act,
        }
    }
}

/// The stage and rule that decided each field of a position.
#[derive(Debug, Clone, Serialize, ToSchema)]
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

impl From<parsed::FieldRules> for FieldRules {
    fn from(rules: parsed::FieldRules) -> Self {
        FieldRules {
            speaker: rules.speaker,
            party: rules.party,
            meeting: rules.meeting,
            coding: rules.coding,
        }
    }
}

impl From<PositionRecord> for Position {
    fn from(record: PositionRecord) -> Self {
        Position {
            id: record.position_id,
            statement: record.statement_id,
            article: record.article.into(),
            actor: record.actor.into(),
            role: record.role,
            party: record.party.map(Named::from),
            meeting: record.meeting.map(MeetingRef::from),
            process: record.process.map(Named::from),
            issue: record.issue.into(),
            stance: record.stance.into(),
            act: record.act.into(),
            mode: record.mode.into(),
            evidence: all(record.evidence),
            source: all(record.source),
            cue: all(record.cue),
            confidence: record.confidence,
            confidences: record.fields.into(),
            rules: record.rules.into(),
            parser_version: record.parser_version,
            day: record.day,
            since_revision: record.since_revision,
            until_revision: record.until_revision,
        }
    }
}

impl Row for Position {
    fn columns() -> Vec<&'static str> {
        vec![
            "id",
            "statement",
            "article",
            "article_title",
            "outlet",
            "published",
            "url",
            "actor",
            "actor_name",
            "role",
            "party",
            "party_name",
            "meeting",
            "meeting_name",
            "process",
            "issue",
            "domain",
            "stance",
            "act",
            "mode",
            "evidence",
            "evidence_start",
            "evidence_end",
            "confidence",
            "day",
            "parser_version",
            "since_revision",
            "until_revision",
        ]
    }

    fn fields(&self) -> Vec<String> {
        let name =
            |named: &Option<Named>| named.as_ref().map(|n| n.name.clone()).unwrap_or_default();
        let slug =
            |named: &Option<Named>| named.as_ref().map(|n| n.slug.clone()).unwrap_or_default();
        let meeting = self.meeting.as_ref();
        vec![
            self.id.to_string(),
            self.statement.to_string(),
            self.article.id.to_string(),
            text(&self.article.title),
            text(&self.article.outlet),
            text(&self.article.published),
            text(&self.article.url),
            self.actor.slug.clone(),
            self.actor.name.clone(),
            text(&self.role),
            slug(&self.party),
            name(&self.party),
            meeting.map(|m| m.slug.clone()).unwrap_or_default(),
            meeting.map(|m| m.name.clone()).unwrap_or_default(),
            slug(&self.process),
            self.issue.slug.clone(),
            self.issue.domain.clone(),
            code(&self.stance),
            code(&self.act),
            code(&self.mode),
            joined(&self.evidence),
            text(&self.evidence.first().map(|words| words.start)),
            text(&self.evidence.last().map(|words| words.end)),
            self.confidence.to_string(),
            text(&self.day),
            self.parser_version.clone(),
            self.since_revision.to_string(),
            text(&self.until_revision),
        ]
    }
}

impl Position {
    /// The position of the documentation's examples.
    pub fn example() -> Position {
        Position {
            id: Uuid::from_u128(0x0193_5a4e_7c44_7f00_8b1a_2c3d_4e5f_6071),
            statement: Uuid::from_u128(0x0193_5a4e_7c44_7e00_9b1a_2c3d_4e5f_6072),
            article: ArticleRef::example(),
            actor: Named::new("alexander-lukashevich", "Alexander Lukashevich"),
            role: Some("permanent representative to the OSCE".to_owned()),
            party: Some(Named::new("russia", "Russia")),
            meeting: Some(MeetingRef::example()),
            process: Some(Named::new("russia-nato-osce", "Russia–NATO–OSCE talks")),
            issue: IssueRef::example(),
            stance: StanceCode::Oppose,
            act: ActCode::Reject,
            mode: ModeCode::Indirect,
            evidence: vec![Words::example(
                150,
                "Moscow would not accept an expansion of NATO",
            )],
            source: vec![Words::example(196, "he")],
            cue: vec![Words::example(199, "said")],
            confidence: 0.71,
            confidences: FieldConfidences {
                speaker: 0.93,
                party: 0.97,
                meeting: 0.9,
                issue: 0.92,
                stance: 0.95,
                act: 0.8,
            },
            rules: FieldRules {
                speaker: "actors/pronoun".to_owned(),
                party: "parties/office".to_owned(),
                meeting: "meetings/dateline".to_owned(),
                coding: "code/model".to_owned(),
            },
            parser_version: "1".to_owned(),
            day: chrono::NaiveDate::from_ymd_opt(2022, 1, 13),
            since_revision: 4,
            until_revision: None,
        }
    }

    /// A page that holds the example.
    pub fn example_list() -> List<Position> {
        List {
            items: vec![Position::example()],
            next_cursor: Some("MTkzNWE0ZTdjNDQ".to_owned()),
            total: 12,
        }
    }
}

/// List positions.
///
/// The records that the filter admits, in the order in which they were stored, which within an
/// article is text order. Without a filter: every current record.
#[utoipa::path(
    tag = "positions",
    params(FilterQuery, PageQuery),
    responses(
        (status = 200, description = "The positions; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<Position> = "application/json", example = json!(Position::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &[Position::example()]))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &[Position::example()]))))),
        ListProblems,
    )
)]
#[get("/v1/positions")]
pub(crate) async fn list_positions(
    _: MayRead,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    Query((filter, page)): Query<(FilterQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    answer_positions(&request, format, &state, filter.filter()?, &page).await
}

/// Positions under a filter, in the form asked for.
pub async fn answer_positions(
    request: &HttpRequest,
    format: Format,
    state: &State,
    filter: plenary_domain::PositionFilter,
    page: &PageQuery,
) -> Result<HttpResponse, Problem> {
    if format == Format::Json || page.is_given() {
        let found = state
            .store
            .positions(&filter, &page.paging(state.max_page_items)?)
            .await?;
        return answer::one_page::<_, Position>(request, format, found);
    }
    let all = state.store.stream_positions(filter);
    answer::whole(format, Box::pin(all.map(|item| item.map(Position::from)))).await
}

/// Get a position.
///
/// One record by its id, current or superseded: `until_revision` tells. The article's text around
/// the words is at `/v1/articles/{id}`.
#[utoipa::path(
    tag = "positions",
    params(("id" = Uuid, Path, description = "Id of the record.")),
    responses(
        (status = 200, description = "The position.", body = Position),
        ItemProblems,
    )
)]
#[get("/v1/positions/{id}")]
pub(crate) async fn get_position(
    _: MayRead,
    _: AcceptsJson,
    state: web::Data<State>,
    id: web::Path<Uuid>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let record = state
        .store
        .position(id)
        .await?
        .ok_or_else(|| Problem::not_found("position", id))?;
    answer::json(&Position::from(record))
}

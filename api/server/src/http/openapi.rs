//! The OpenAPI document: what stands in it beside the routes, and the problems of operations.
//!
//! Routes document themselves when they are registered (`routes::configure`). This file adds the
//! head of the document and the answers that many operations share.

use super::problem::{Kind, MEDIA_TYPE, Problem};
use crate::routes::articles::BatchResult;
use crate::routes::comparisons::agreement::NetworkMode;
use actix_web::App;
use std::collections::BTreeMap;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, OpenApi};
use utoipa_actix_web::AppExt;

/// The head of the document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Plenary",
        description = "Plenary turns news articles about talks into party-position records and compares what each side said across meetings.\n\n\
**From an article to an answer.** `POST /v1/articles` stores an article with everything found in it; `GET /v1/positions` lists the records; `GET /v1/comparisons/positions` counts them per party (or actor), issue and meeting, with the words behind every number.\n\n\
**Words.** A *position* is the record: a statement × its actor × the party for which the actor speaks × the meeting × one issue of the codebook, with a stance towards the issue's proposition (`support`, `neutral`, `oppose`; never sentiment). A *meeting* is one round of talks; meetings of one *process* follow one another. Spans count Unicode code points.\n\n\
**Filters** read the same everywhere: comma lists, `not_` twins, `from` and `to`, `q`, `min_confidence`. A parameter that an operation does not know is refused. A list, a comparison and an export with the same filter count the same records.\n\n\
**Lists** are `{\"items\", \"next_cursor\", \"total\"}`, ordered totally, paged by `limit` and `cursor`. With `Accept: text/csv` or `application/x-ndjson` lists and comparisons come as lines; without `limit` and `cursor` such an answer is the whole list.\n\n\
**Access.** A key goes into `Authorization: Bearer KEY` (*Authorize* on this page). Its scope is `read`, `ingest` (send articles), `review` (delete articles, merge and split names) or `admin` (see who changed what); each includes those before it. A server may let everybody read. Where requests are limited, `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` tell how many may come at once, how many of them are left, and after how many seconds all are there again.\n\n\
**Problems** are RFC 9457 `application/problem+json`; their `type` is explained at `/problems`. Every answer has an `X-Request-Id`, which repeats the one sent or is new. `GET` answers carry an `ETag` and honour `If-None-Match`; `HEAD` works wherever `GET` does.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This server")),
    components(schemas(Problem, BatchResult, NetworkMode)),
    tags(
        (name = "articles", description = "News texts, kept verbatim, and the records found in them."),
        (name = "positions", description = "Party-position records: who said what, for whom, at which meeting, on which issue, which way."),
        (name = "comparisons", description = "What each side said across meetings, counted, with the words behind each number."),
        (name = "names", description = "What records speak of: parties, actors, meetings, processes, issues."),
        (name = "rulings", description = "What people say of names: that two are one, or that one is two. Rulings outrank the parser."),
        (name = "access", description = "Who changed what."),
        (name = "operations", description = "How the server is, and what its problems mean.")
    )
)]
struct Head;

/// The whole document, as the registered routes write it.
pub fn document() -> Document {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(Head::openapi())
        .configure(crate::routes::configure)
        .split_for_parts();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document.info.contact = None;
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post, &mut item.delete]
            .into_iter()
            .flatten()
        {
            add_answers(operation, &HEAD_PROBLEMS);
            add_access(operation);
            add_shared_headers(operation);
        }
    }
    if let Some(components) = &mut document.components {
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "A key of this server, as `plenary keys create` shows it.",
            ));
        components.add_security_scheme(KEY, SecurityScheme::Http(key.build()));
        for (name, described) in RATE_HEADERS {
            let header = RefOr::T(number(described));
            components.headers.insert(name.to_owned(), header);
        }
    }
    document
}

/// Name of the one way in which callers show who they are.
const KEY: &str = "key";

/// Adds what the gate answers. Operations that only read need not say so: they take a key, or none where
/// the server lets everybody read.
fn add_access(operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    if matches!(id, "get_health" | "get_readiness") {
        return;
    }
    let mut tags = operation.tags.iter().flatten();
    let mut kinds = vec![Kind::RateLimited, Kind::Busy];
    // What the server counts about itself is no record, but not for everybody either.
    if id == "get_metrics" || tags.all(|tag| tag != "operations") {
        kinds.extend([Kind::Unauthenticated, Kind::Forbidden, Kind::ForeignOrigin]);
        operation.security.get_or_insert_with(|| {
            vec![
                SecurityRequirement::default(),
                SecurityRequirement::new(KEY, ["read"]),
            ]
        });
    }
    add_answers(operation, &kinds);
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        if status.starts_with('2') || status == "429" {
            for (name, _) in RATE_HEADERS {
                let header = Ref::new(format!("#/components/headers/{name}"));
                response.headers.insert(name.to_owned(), RefOr::Ref(header));
            }
        }
    }
}

/// What any request can meet before anything looks at what it asks for.
const HEAD_PROBLEMS: [Kind; 4] = [
    Kind::Malformed,
    Kind::RequestTimeout,
    Kind::AddressTooLong,
    Kind::HeadersTooLong,
];

/// Adds problems to what an operation says of its answers.
fn add_answers(operation: &mut Operation, kinds: &[Kind]) {
    for (status, answer) in problems(kinds) {
        match (operation.responses.responses.get_mut(&status), answer) {
            (Some(RefOr::T(there)), RefOr::T(answer))
                if !there.description.contains(&answer.description) =>
            {
                there.description = format!("{} Or: {}", there.description, answer.description);
            }
            (Some(_), _) => {}
            (None, answer) => {
                operation.responses.responses.insert(status, answer);
            }
        }
    }
}

/// How a caller's bucket stands; see [`super::rate`].
const RATE_HEADERS: [(&str, &str); 3] = [
    (
        "RateLimit-Limit",
        "Requests that may come at once, where this server limits them.",
    ),
    ("RateLimit-Remaining", "How many of them are left."),
    (
        "RateLimit-Reset",
        "Seconds after which all are there again.",
    ),
];

fn number(described: &str) -> utoipa::openapi::Header {
    HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::Integer)))
        .description(Some(described))
        .build()
}

/// The document as it is served and kept in `openapi/openapi.json`: indented, with a last newline.
pub fn text(document: &Document) -> Result<String, serde_json::Error> {
    let mut value = serde_json::to_value(document)?;
    super::exact::complete(&mut value);
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

fn add_shared_headers(operation: &mut Operation) {
    let id = HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .description(Some("Names this request in the server's log."))
        .build();
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            response
                .headers
                .insert("X-Request-Id".to_owned(), RefOr::T(id.clone()));
        }
    }
}

/// Problems by status, one answer each, with an example of every kind.
fn problems(kinds: &[Kind]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<String, Vec<Kind>> = BTreeMap::new();
    for &kind in kinds {
        by_status
            .entry(kind.facts().status.as_str().to_owned())
            .or_default()
            .push(kind);
    }
    by_status
        .into_iter()
        .map(|(status, kinds)| {
            let description = kinds
                .iter()
                .map(|kind| format!("{}. {}", kind.facts().title, kind.facts().remedy))
                .collect::<Vec<_>>()
                .join(" Or: ");
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("Problem")))
                .example(serde_json::to_value(example(kinds[0])).ok())
                .build();
            let mut response = ResponseBuilder::new()
                .description(description)
                .content(MEDIA_TYPE, content);
            if matches!(status.as_str(), "429" | "503") {
                let seconds = number("Seconds after which to try again.");
                response = response.header("Retry-After", seconds);
            }
            if status == "401" {
                let challenge = HeaderBuilder::new()
                    .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
                    .description(Some("Says that a key is to be sent as `Bearer`."))
                    .build();
                response = response.header("WWW-Authenticate", challenge);
            }
            (status, RefOr::T(response.build()))
        })
        .collect()
}

fn example(kind: Kind) -> Problem {
    match kind {
        Kind::Malformed => Problem::new(
            kind,
            "The body is not well-formed JSON: EOF while parsing an object at line 1 column 12.",
        ),
        Kind::NotFound => Problem::not_found("meeting", "vienna-2022-01-31"),
        Kind::NotAcceptable => Problem::new(
            kind,
            "This answer comes as application/json, text/csv, application/x-ndjson.",
        ),
        Kind::Conflict => {
            Problem::conflict("query.revision", "is newer than the newest revision, 41")
        }
        Kind::ArticleTooLong => Problem::new(
            kind,
            "The article has 1200000 bytes of text; this server takes 1048576.",
        ),
        Kind::UnsupportedMediaType => Problem::new(
            kind,
            "An article comes as application/json, text/plain, text/markdown or text/html, not as `text/rtf`.",
        ),
        Kind::Validation => Problem::invalid(
            "query.stances",
            "`against`: `against` is no stance; use one of: oppose, neutral, support",
        ),
        other => Problem::new(other, other.facts().remedy),
    }
}

fn unchanged() -> (String, RefOr<Response>) {
    let response = ResponseBuilder::new()
        .description("The answer is the one whose `ETag` the client sent in `If-None-Match`.");
    ("304".to_owned(), RefOr::T(response.build()))
}

/// What a read of a list or a comparison can meet.
pub struct ListProblems;

impl IntoResponses for ListProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = problems(&[
            Kind::NotAcceptable,
            Kind::Conflict,
            Kind::Validation,
            Kind::AnswerTooLarge,
            Kind::Internal,
            Kind::DatabaseUnavailable,
            Kind::QueryTimeout,
        ]);
        all.extend([unchanged()]);
        all
    }
}

/// What a read of one thing can meet.
pub struct ItemProblems;

impl IntoResponses for ItemProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = ListProblems::responses();
        all.extend(problems(&[Kind::NotFound]));
        all
    }
}

/// What sending articles can meet.
pub struct SendProblems;

impl IntoResponses for SendProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            Kind::Malformed,
            Kind::NotAcceptable,
            Kind::RequestTimeout,
            Kind::TooLarge,
            Kind::ArticleTooLong,
            Kind::LineTooLong,
            Kind::UnsupportedMediaType,
            Kind::Validation,
            Kind::Internal,
            Kind::DatabaseUnavailable,
            Kind::QueryTimeout,
            Kind::Overloaded,
        ])
    }
}

/// What ruling on a name can meet.
pub struct RulingProblems;

impl IntoResponses for RulingProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            Kind::Malformed,
            Kind::NotFound,
            Kind::NotAcceptable,
            Kind::RequestTimeout,
            Kind::Conflict,
            Kind::TooLarge,
            Kind::UnsupportedMediaType,
            Kind::Validation,
            Kind::Internal,
            Kind::DatabaseUnavailable,
            Kind::QueryTimeout,
        ])
    }
}

/// What deleting can meet.
pub struct DeleteProblems;

impl IntoResponses for DeleteProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            Kind::NotFound,
            Kind::Validation,
            Kind::Internal,
            Kind::DatabaseUnavailable,
            Kind::QueryTimeout,
        ])
    }
}

/// What reading from the server itself, without the database, can meet.
pub struct PlainProblems;

impl IntoResponses for PlainProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = problems(&[Kind::NotAcceptable, Kind::Validation]);
        all.extend([unchanged()]);
        all
    }
}

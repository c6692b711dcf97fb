//! Many articles are sent line by line, and what became of each goes back while the rest arrives.

use super::lines::lines;
use crate::form;
use crate::http::access::{Caller, MayIngest};
use crate::http::body::{self, NewArticleBody};
use crate::http::negotiate::{AcceptsNdjson, Format};
use crate::http::openapi::SendProblems;
use crate::http::problem::{Kind, Problem};
use crate::http::query::Query;
use crate::state::State;
use actix_web::dev::Decompress;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, post, web};
use futures_util::StreamExt;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What became of one line of a batch.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(BatchResult::example()))]
pub struct BatchResult {
    /// Number of the line, from 1; empty lines count but have no result.
    #[schema(minimum = 1)]
    pub line: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// The article; null when the line failed.
    #[schema(required = true)]
    pub id: Option<Uuid>,
    /// Number of positions found; null unless the article was stored now.
    #[schema(required = true)]
    pub positions: Option<u64>,
    /// Why the line failed; null when it did not.
    #[schema(required = true)]
    pub problem: Option<Problem>,
}

/// What became of one article of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is new and was stored.
    Stored,
    /// Its content was known; nothing was stored.
    Known,
    /// It was not stored; `problem` says why.
    Failed,
}

impl BatchResult {
    fn example() -> BatchResult {
        BatchResult {
            line: 1,
            outcome: Outcome::Stored,
            id: Some(crate::shape::ArticleRef::example().id),
            positions: Some(8),
            problem: None,
        }
    }

    fn example_lines() -> String {
        let failed = BatchResult {
            line: 2,
            outcome: Outcome::Failed,
            id: None,
            positions: None,
            problem: Some(Problem::invalid("body.text", "is empty")),
        };
        [BatchResult::example(), failed]
            .iter()
            .map(|line| serde_json::to_string(line).unwrap_or_default() + "\n")
            .collect()
    }

    fn example_request() -> String {
        serde_json::to_string(&NewArticleBody::example()).unwrap_or_default() + "\n"
    }
}

/// Store many articles.
///
/// One JSON object a line in, one result a line out, in the same order, while the request is still
/// being sent: memory stays bounded however long the batch is, so read while you write. A line that
/// fails is reported and the rest goes on. Safe to repeat and to break off: each article is stored
/// whole or not at all, and known content is skipped.
#[utoipa::path(
    tag = "articles",
    security(("key" = ["ingest"])),
    request_body(
        description = "Articles as `POST /v1/articles` takes them in JSON, one a line; other fields, such as an `id` of your own, are passed over.",
        content((String = "application/x-ndjson", example = json!(BatchResult::example_request())))
    ),
    responses(
        (status = 200, description = "One `BatchResult` a line, in the order of the lines sent.",
            content((String = "application/x-ndjson", example = json!(BatchResult::example_lines())))),
        SendProblems,
    )
)]
#[post("/v1/articles/batch")]
pub(crate) async fn create_articles(
    MayIngest(caller): MayIngest,
    request: HttpRequest,
    _: AcceptsNdjson,
    state: web::Data<State>,
    _: Query<()>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    check_type(&request)?;
    // Decoded piece by piece, so that a body which expands takes no more than its longest line.
    let payload = body::in_pieces(&request, payload.into_inner())?;
    // A database that is away is one answer for the batch and not one for each line.
    state.store.ready().await?;
    let width = state.batch_width;
    let caller = Arc::new(caller);
    let limit = state.max_line_bytes;
    let payload = Decompress::from_headers(payload, request.headers());
    let results = lines(payload, limit, state.client_patience)
        .map(move |(number, line)| {
            let (state, caller) = (state.clone(), caller.clone());
            async move { outcome(&state, &caller, number, line).await }
        })
        .buffered(width)
        .map(|result| {
            let mut line = serde_json::to_vec(&result).map_err(Problem::internal)?;
            line.push(b'\n');
            Ok::<_, Problem>(Bytes::from(line))
        });
    Ok(HttpResponse::Ok()
        .content_type(Format::Ndjson.content_type())
        .streaming(results))
}

/// Refuses a body that is not sent as lines of JSON.
fn check_type(request: &HttpRequest) -> Result<(), Problem> {
    let given = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    if !["application/x-ndjson", "application/jsonl"].contains(&given) {
        return Err(Problem::new(
            Kind::UnsupportedMediaType,
            format!("A batch comes as application/x-ndjson, not as `{given}`."),
        ));
    }
    Ok(())
}

/// Stores one line, counts what became of it, and says so.
async fn outcome(
    state: &State,
    caller: &Caller,
    number: u64,
    line: Result<Vec<u8>, Problem>,
) -> BatchResult {
    let result = match line {
        Ok(line) => store_line(state, caller, &line).await,
        Err(problem) => Err(problem),
    };
    let (outcome, id, positions, problem) = match result {
        Ok((id, None)) => (Outcome::Known, Some(id), None, None),
        Ok((id, found)) => (Outcome::Stored, Some(id), found, None),
        Err(problem) => (Outcome::Failed, None, None, Some(problem)),
    };
    let articles = state.metrics.articles();
    let count = match outcome {
        Outcome::Stored => &articles.stored,
        Outcome::Known => &articles.known,
        Outcome::Failed => &articles.failed,
    };
    count.inc();
    BatchResult {
        line: number,
        outcome,
        id,
        positions,
        problem,
    }
}

/// Stores one line; the number of positions is `None` for known content.
async fn store_line(
    state: &State,
    caller: &Caller,
    line: &[u8],
) -> Result<(Uuid, Option<u64>), Problem> {
    let (_, article) = form::line(line).map_err(|error| match error.malformed {
        true => Problem::new(Kind::Malformed, format!("The line {}.", error.why)),
        false => Problem::invalid("body", error.why),
    })?;
    body::check(&article, state.max_article_bytes)?;
    if let Some(known) = state.store.find_known(&article).await? {
        return Ok((known.article_id, None));
    }
    let (article, parsed) = state.parse.parse_patiently(article).await?;
    let added = state
        .store
        .add_article(&article, &parsed, caller.maker(None))
        .await?;
    let found = (!added.known).then_some(parsed.positions.len() as u64);
    Ok((added.article_id, found))
}

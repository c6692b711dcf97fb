//! `/v1/articles`: articles go in, alone or in batches, and are read back with their records.

use crate::form;
use crate::http::access::{Caller, MayIngest, MayRead, MayReview};
use crate::http::answer;
use crate::http::body::{self, ArticleInput, NewArticleBody};
use crate::http::negotiate::{AcceptsJson, AcceptsNdjson, Format};
use crate::http::openapi::{DeleteProblems, ItemProblems, ListProblems, SendProblems};
use crate::http::problem::{Kind, Problem};
use crate::http::query::{FilterQuery, PageQuery, Query, list, scalar};
use crate::routes::positions::{Position, answer_positions};
use crate::shape::{List, MeetingRef, Row, all, text};
use crate::state::State;
use actix_web::dev::Decompress;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::{Stream, StreamExt, TryStreamExt};
use plenary_domain::filter::{ArticleFilter, Choice};
use plenary_domain::record::{ArticleRecord, ArticleSummary};
use plenary_domain::{NewArticle, PositionFilter};
use plenary_store::Added;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// An article without its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Article::example()))]
pub struct Article {
    /// Id.
    pub id: Uuid,
    /// Headline.
    #[schema(required = true)]
    pub title: Option<String>,
    /// Outlet.
    #[schema(required = true)]
    pub outlet: Option<String>,
    /// Day of publication.
    #[schema(required = true)]
    pub published: Option<NaiveDate>,
    /// Where it can be read.
    #[schema(required = true)]
    pub url: Option<String>,
    /// ISO 639-1 code of the text's language, where it could be told.
    #[schema(required = true)]
    pub language: Option<String>,
    /// SHA-256 of the content, hexadecimal; the same content is the same article.
    pub content_hash: String,
    /// Near-duplicate group: articles of one group are copies of one text.
    pub group: Uuid,
    /// Number of articles in the group, this one included.
    #[schema(minimum = 1)]
    pub group_size: i64,
    /// When it was stored.
    pub stored_at: DateTime<Utc>,
    /// Version of the parser behind its records.
    pub parser_version: String,
    /// Length of the text in code points.
    #[schema(minimum = 1)]
    pub length: i32,
    /// Number of its current statements.
    #[schema(minimum = 0)]
    pub statements: i64,
    /// Number of its current positions.
    #[schema(minimum = 0)]
    pub positions: i64,
    /// What readers of the records should know.
    pub notes: Vec<String>,
}

impl From<ArticleSummary> for Article {
    fn from(summary: ArticleSummary) -> Self {
        Article {
            id: summary.article_id,
            title: summary.title,
            outlet: summary.outlet,
            published: summary.published,
            url: summary.url,
            language: summary.language,
            content_hash: summary.content_hash,
            group: summary.group_id,
            group_size: summary.group_size,
            stored_at: summary.stored_at,
            parser_version: summary.parser_version,
            length: summary.length,
            statements: summary.statements,
            positions: summary.positions,
            notes: summary.notes,
        }
    }
}

impl Row for Article {
    fn columns() -> Vec<&'static str> {
        vec![
            "id",
            "title",
            "outlet",
            "published",
            "url",
            "language",
            "content_hash",
            "group",
            "group_size",
            "stored_at",
            "parser_version",
            "length",
            "statements",
            "positions",
            "notes",
        ]
    }

    fn fields(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            text(&self.title),
            text(&self.outlet),
            text(&self.published),
            text(&self.url),
            text(&self.language),
            self.content_hash.clone(),
            self.group.to_string(),
            self.group_size.to_string(),
            self.stored_at.to_rfc3339(),
            self.parser_version.clone(),
            self.length.to_string(),
            self.statements.to_string(),
            self.positions.to_string(),
            self.notes.join(" | "),
        ]
    }
}

impl Article {
    fn example() -> Article {
        let article = crate::shape::ArticleRef::example();
        Article {
            id: article.id,
            title: article.title,
            outlet: article.outlet,
            published: article.published,
            url: article.url,
            language: Some("en".to_owned()),
            content_hash: "9f2c1e7a".repeat(8),
            group: article.id,
            group_size: 1,
            stored_at: DateTime::from_timestamp(1_669_300_000, 0).unwrap_or_default(),
            parser_version: "1".to_owned(),
            length: 1874,
            statements: 9,
            positions: 8,
            notes: Vec::new(),
        }
    }

    fn example_list() -> List<Article> {
        List {
            items: vec![Article::example()],
            next_cursor: None,
            total: 1,
        }
    }
}

/// An article with its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(ArticleDetail::example()))]
pub struct ArticleDetail {
    /// Everything but the text.
    #[serde(flatten)]
    pub article: Article,
    /// The text, verbatim; every span of every record counts its code points.
    pub text: String,
    /// The meetings of which the article speaks, in time order.
    pub meetings: Vec<MeetingRef>,
}

impl From<ArticleRecord> for ArticleDetail {
    fn from(record: ArticleRecord) -> Self {
        ArticleDetail {
            article: record.summary.into(),
            text: record.text,
            meetings: all(record.meetings),
        }
    }
}

impl ArticleDetail {
    fn example() -> ArticleDetail {
        ArticleDetail {
            article: Article::example(),
            text: NewArticleBody::example().text,
            meetings: vec![MeetingRef::example()],
        }
    }
}

/// What became of an article that was sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(StoredArticle::example()))]
pub struct StoredArticle {
    /// The article: the new one, or the one that already held this content.
    pub article: Article,
    /// True when the content was known and nothing was stored.
    pub known: bool,
    /// The revision that brought the article.
    #[schema(minimum = 1)]
    pub revision: i64,
    /// Its current positions with their evidence, in text order.
    pub positions: Vec<Position>,
}

impl StoredArticle {
    fn example() -> StoredArticle {
        StoredArticle {
            article: Article::example(),
            known: false,
            revision: 4,
            positions: vec![Position::example()],
        }
    }
}

/// Store an article.
///
/// Parses the article and stores it with everything found in it, in one transaction. The same
/// content again (text, title, outlet and day of publication) changes nothing and answers 200 with
/// the article that holds it. Send JSON, or the bare text as `text/plain`, `text/markdown` (front
/// matter is read) or `text/html` (reduced to its article). Title, outlet and day of publication
/// are looked for in the text where they are not given.
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
        (status = 201, description = "Stored, with its records.", body = StoredArticle,
            headers(("Location" = String, description = "Address of the article."))),
        (status = 200, description = "Known content: nothing was stored.", body = StoredArticle),
        SendProblems,
    )
)]
#[post("/v1/articles")]
pub(crate) async fn create_article(
    MayIngest(caller): MayIngest,
    _: AcceptsJson,
    state: web::Data<State>,
    _: Query<()>,
    ArticleInput(article): ArticleInput,
) -> Result<HttpResponse, Problem> {
    let articles = state.metrics.articles();
    let added = store_one(&state, &caller, article)
        .await
        .inspect_err(|_| articles.failed.inc())?;
    let count = if added.known {
        &articles.known
    } else {
        &articles.stored
    };
    count.inc();
    let record = state.store.article(added.article_id, None).await?;
    // Somebody may have deleted it in this very moment.
    let record = record.ok_or_else(|| Problem::not_found("article", added.article_id))?;
    let positions = state.store.stream_positions(positions_of(added.article_id));
    let stored = StoredArticle {
        article: record.summary.into(),
        known: added.known,
        revision: added.revision,
        positions: positions.map_ok(Position::from).try_collect().await?,
    };
    let location = format!("/v1/articles/{}", added.article_id);
    let mut response = if added.known {
        HttpResponse::Ok()
    } else {
        HttpResponse::Created()
    };
    response.insert_header((LOCATION, location));
    Ok(response.json(stored))
}

async fn store_one(state: &State, caller: &Caller, article: NewArticle) -> Result<Added, Problem> {
    if let Some(known) = state.store.find_known(&article).await? {
        return Ok(known);
    }
    let (article, parsed) = state.parse.parse(article).await?;
    let added = state
        .store
        .add_article(&article, &parsed, caller.maker(None));
    Ok(added.await?)
}

fn positions_of(article_id: Uuid) -> PositionFilter {
    let mut filter = PositionFilter::default();
    filter.articles.any = vec![article_id];
    filter
}

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
            async move {
                let result = match line {
                    Ok(line) => store_line(&state, &caller, &line).await,
                    Err(problem) => Err(problem),
                };
                let result = match result {
                    Ok((id, None)) => (Outcome::Known, Some(id), None, None),
                    Ok((id, found)) => (Outcome::Stored, Some(id), found, None),
                    Err(problem) => (Outcome::Failed, None, None, Some(problem)),
                };
                let (outcome, id, positions, problem) = result;
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

/// The lines of a body with their numbers, empty ones left out. A line longer than `limit` bytes is
/// a problem and is skipped to its end; a body that breaks off, or stays away for as long as `patience`, is
/// the last problem.
fn lines(
    mut payload: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    limit: usize,
    patience: Duration,
) -> impl Stream<Item = (u64, Result<Vec<u8>, Problem>)> {
    let too_long = move || {
        Problem::new(
            Kind::LineTooLong,
            format!("The line has more than {limit} bytes."),
        )
    };
    async_stream::stream! {
        let mut number = 1;
        let mut line = Vec::new();
        let mut overflowed = false;
        loop {
            let chunk = match tokio::time::timeout(patience, payload.next()).await {
                Ok(Some(Ok(chunk))) => chunk,
                Ok(None) => break,
                Err(_) => {
                    yield (number, Err(body::too_slow(patience)));
                    return;
                }
                Ok(Some(Err(error))) => {
                    yield (number, Err(Problem::new(Kind::Malformed, format!("The body broke off: {error}."))));
                    return;
                }
            };
            let mut rest = &chunk[..];
            while !rest.is_empty() {
                let end = rest.iter().position(|&byte| byte == b'\n');
                let part = &rest[..end.unwrap_or(rest.len())];
                if line.len() + part.len() > limit {
                    overflowed = true;
                    line = Vec::new();
                } else if !overflowed {
                    line.extend_from_slice(part);
                }
                let Some(end) = end else { break };
                rest = &rest[end + 1..];
                let complete = std::mem::take(&mut line);
                if std::mem::take(&mut overflowed) {
                    yield (number, Err(too_long()));
                } else if !complete.trim_ascii().is_empty() {
                    yield (number, Ok(complete));
                }
                number += 1;
            }
        }
        if overflowed {
            yield (number, Err(too_long()));
        } else if !line.trim_ascii().is_empty() {
            yield (number, Ok(line));
        }
    }
}

/// Which articles are meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ArticleQuery {
    /// Names of outlets, compared without case. `none` stands for articles of no known outlet.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub outlets: Option<String>,
    /// Leaves out what `outlets` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub not_outlets: Option<String>,
    /// Slugs of meetings of which the article speaks.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub meetings: Option<String>,
    /// Leaves out what `meetings` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub not_meetings: Option<String>,
    /// Slugs of parties for which somebody speaks in it.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub parties: Option<String>,
    /// Leaves out what `parties` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub not_parties: Option<String>,
    /// Near-duplicate groups: the copies of a text.
    #[param(value_type = Vec<Uuid>, style = Form, explode = false, required = false)]
    pub groups: Option<String>,
    /// Leaves out what `groups` would admit.
    #[param(value_type = Vec<Uuid>, style = Form, explode = false, required = false)]
    pub not_groups: Option<String>,
    /// Published on this day or later; articles without a day are left out.
    #[param(value_type = NaiveDate, required = false)]
    pub from: Option<String>,
    /// Published on this day or earlier; articles without a day are left out.
    #[param(value_type = NaiveDate, required = false)]
    pub to: Option<String>,
    /// Full-text search over title and text: `"red lines" -sanctions`.
    #[param(value_type = String, required = false, max_length = 500)]
    pub q: Option<String>,
    /// Answer as of this revision of the records; without it, as of the newest.
    #[param(value_type = i64, required = false, minimum = 0)]
    pub revision: Option<String>,
}

impl ArticleQuery {
    fn filter(&self) -> Result<ArticleFilter, Problem> {
        let choice = |name: &str, any: &Option<String>, none: &Option<String>| {
            Ok::<_, Problem>(Choice {
                any: list(name, any)?,
                none: list(&format!("not_{name}"), none)?,
            })
        };
        Ok(ArticleFilter {
            outlets: choice("outlets", &self.outlets, &self.not_outlets)?,
            meetings: choice("meetings", &self.meetings, &self.not_meetings)?,
            parties: choice("parties", &self.parties, &self.not_parties)?,
            groups: Choice {
                any: list("groups", &self.groups)?,
                none: list("not_groups", &self.not_groups)?,
            },
            from: scalar("from", &self.from)?,
            to: scalar("to", &self.to)?,
            q: self.q.clone(),
            revision: scalar("revision", &self.revision)?,
        })
    }
}

/// List articles.
///
/// The articles that the filter admits, without their texts, in the order in which they were
/// stored. Deleted articles are left out, except at a `revision` that still has them.
#[utoipa::path(
    tag = "articles",
    params(ArticleQuery, PageQuery),
    responses(
        (status = 200, description = "The articles; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<Article> = "application/json", example = json!(Article::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &[Article::example()]))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &[Article::example()]))))),
        ListProblems,
    )
)]
#[get("/v1/articles")]
pub(crate) async fn list_articles(
    _: MayRead,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    Query((query, page)): Query<(ArticleQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    let filter = query.filter()?;
    if format == Format::Json || page.is_given() {
        let found = state
            .store
            .articles(&filter, &page.paging(state.max_page_items)?)
            .await?;
        return answer::one_page::<_, Article>(&request, format, found);
    }
    let all = state.store.stream_articles(filter);
    answer::whole(format, Box::pin(all.map(|item| item.map(Article::from)))).await
}

/// As of when one article is meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RevisionQuery {
    /// Answer as of this revision of the records; without it, as of the newest.
    #[param(value_type = i64, required = false, minimum = 0)]
    pub revision: Option<String>,
}

/// Get an article.
///
/// One article with its text and the meetings of which it speaks.
#[utoipa::path(
    tag = "articles",
    params(("id" = Uuid, Path, description = "Id of the article."), RevisionQuery),
    responses(
        (status = 200, description = "The article.", body = ArticleDetail),
        ItemProblems,
    )
)]
#[get("/v1/articles/{id}")]
pub(crate) async fn get_article(
    _: MayRead,
    _: AcceptsJson,
    state: web::Data<State>,
    id: web::Path<Uuid>,
    Query((query,)): Query<(RevisionQuery,)>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let revision = scalar("revision", &query.revision)?;
    let record = state
        .store
        .article(id, revision)
        .await?
        .ok_or_else(|| Problem::not_found("article", id))?;
    answer::json(&ArticleDetail::from(record))
}

/// Delete an article.
///
/// Hides the article and supersedes its records at a new revision; earlier revisions keep them. The
/// same content can be stored again, as a new article.
#[utoipa::path(
    tag = "articles",
    security(("key" = ["review"])),
    params(("id" = Uuid, Path, description = "Id of the article.")),
    responses(
        (status = 204, description = "Deleted.",
            headers(("X-Revision" = i64, description = "The revision from which on it is gone."))),
        DeleteProblems,
    )
)]
#[delete("/v1/articles/{id}")]
pub(crate) async fn delete_article(
    MayReview(caller): MayReview,
    state: web::Data<State>,
    id: web::Path<Uuid>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let revision = state
        .store
        .delete_article(id, caller.maker(None))
        .await?
        .ok_or_else(|| Problem::not_found("article", id))?;
    Ok(HttpResponse::NoContent()
        .insert_header(("X-Revision", revision.to_string()))
        .finish())
}

/// List the positions of an article.
///
/// What `/v1/positions` lists with `articles={id}`, in text order; every filter narrows it further.
#[utoipa::path(
    tag = "articles",
    params(("id" = Uuid, Path, description = "Id of the article."), FilterQuery, PageQuery),
    responses(
        (status = 200, description = "The article's positions; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<Position> = "application/json", example = json!(Position::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &[Position::example()]))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &[Position::example()]))))),
        ItemProblems,
    )
)]
#[get("/v1/articles/{id}/positions")]
pub(crate) async fn list_article_positions(
    _: MayRead,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    id: web::Path<Uuid>,
    Query((filter, page)): Query<(FilterQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let mut filter = filter.filter()?;
    if !filter.articles.any.is_empty() && !filter.articles.any.contains(&id) {
        return Err(Problem::conflict(
            "query.articles",
            "does not list the article of this address",
        ));
    }
    filter.articles.any = vec![id];
    state
        .store
        .article(id, filter.revision)
        .await?
        .ok_or_else(|| Problem::not_found("article", id))?;
    answer_positions(&request, format, &state, filter, &page).await
}

//! One article: read with its text, read with its positions, deleted.

use super::Article;
use crate::http::access::{MayRead, MayReview};
use crate::http::answer;
use crate::http::body::NewArticleBody;
use crate::http::negotiate::{AcceptsJson, Format};
use crate::http::openapi::{DeleteProblems, ItemProblems};
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, PageQuery, Query, scalar};
use crate::routes::positions::{Position, answer_positions};
use crate::shape::{List, MeetingRef, all};
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, delete, get, web};
use plenary_domain::record::ArticleRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

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

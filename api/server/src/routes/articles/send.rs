//! One article is sent, parsed and stored; the answer shows what was found in it.

use super::Article;
use crate::http::access::{Caller, MayIngest};
use crate::http::body::{ArticleInput, NewArticleBody};
use crate::http::negotiate::AcceptsJson;
use crate::http::openapi::SendProblems;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::routes::positions::Position;
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, post, web};
use futures_util::TryStreamExt;
use plenary_domain::{NewArticle, PositionFilter};
use plenary_store::Added;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

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

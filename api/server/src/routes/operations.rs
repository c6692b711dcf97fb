//! How the server is, and what its problems mean.

use crate::http::answer;
use crate::http::negotiate::AcceptsJson;
use crate::http::openapi::{ItemProblems, PlainProblems};
use crate::http::problem::{Kind, Problem};
use crate::http::query::Query;
use crate::shape::List;
use crate::state::State;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

/// How the server is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Health { status: Status::Ok, version: "0.1.0" }))]
pub struct Health {
    /// Always `ok`: a server that is not answers with a problem or not at all.
    pub status: Status,
    /// Version of Plenary.
    #[schema(value_type = String)]
    pub version: &'static str,
}

/// The one state that a server reports of itself.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It does what was asked.
    Ok,
}

fn ok() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(Health {
            status: Status::Ok,
            version: env!("CARGO_PKG_VERSION"),
        })
}

/// Tell whether the server runs.
///
/// Answers as long as the process serves HTTP, whatever the database does. For a supervisor that
/// restarts what does not answer.
#[utoipa::path(
    tag = "operations",
    responses(
        (status = 200, description = "It runs.", body = Health),
        PlainProblems,
    )
)]
#[get("/healthz")]
pub(crate) async fn get_health(_: AcceptsJson, _: Query<()>) -> HttpResponse {
    ok()
}

/// Tell whether the server can work.
///
/// Answers 503 while the database is away or its tables are not those of this version, and 200
/// again by itself when that is over. For a balancer that sends requests elsewhere meanwhile.
#[utoipa::path(
    tag = "operations",
    responses(
        (status = 200, description = "It can work.", body = Health),
        crate::http::openapi::ListProblems,
    )
)]
#[get("/readyz")]
pub(crate) async fn get_readiness(
    _: AcceptsJson,
    state: web::Data<State>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    state.store.ready().await.map_err(|error| {
        Problem::new(Kind::DatabaseUnavailable, "The server cannot work yet.").because(error)
    })?;
    Ok(ok())
}

/// A kind of problem, explained.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(ProblemKind::from(Kind::Validation)))]
pub struct ProblemKind {
    /// The `type` of such problems.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference")]
    pub address: String,
    /// Slug: the last part of the `type`.
    pub slug: &'static str,
    /// HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The `title` of such problems.
    pub title: &'static str,
    /// What a client can do about it.
    pub remedy: &'static str,
}

impl From<Kind> for ProblemKind {
    fn from(kind: Kind) -> Self {
        let facts = kind.facts();
        ProblemKind {
            address: format!("/problems/{}", facts.slug),
            slug: facts.slug,
            status: facts.status.as_u16(),
            title: facts.title,
            remedy: facts.remedy,
        }
    }
}

impl ProblemKind {
    fn list() -> List<ProblemKind> {
        let items: Vec<ProblemKind> = Kind::ALL.iter().copied().map(ProblemKind::from).collect();
        List {
            total: items.len() as i64,
            items,
            next_cursor: None,
        }
    }
}

/// List the kinds of problem.
///
/// Every `type` that a problem of this API can have, with what a client can do about it.
#[utoipa::path(
    tag = "operations",
    responses(
        (status = 200, description = "The kinds of problem, by status.", body = List<ProblemKind>,
            example = json!(ProblemKind::list())),
        PlainProblems,
    )
)]
#[get("/problems")]
pub(crate) async fn list_problems(_: AcceptsJson, _: Query<()>) -> Result<HttpResponse, Problem> {
    answer::json(&ProblemKind::list())
}

/// Get a kind of problem.
///
/// What stands at the `type` of a problem: what it means and what a client can do about it.
#[utoipa::path(
    tag = "operations",
    params(("slug" = String, Path, description = "Last part of the problem's `type`.")),
    responses(
        (status = 200, description = "The kind of problem.", body = ProblemKind),
        ItemProblems,
    )
)]
#[get("/problems/{slug}")]
pub(crate) async fn get_problem(
    _: AcceptsJson,
    slug: web::Path<String>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    let kind = Kind::ALL
        .iter()
        .copied()
        .find(|kind| kind.facts().slug == slug.as_str())
        .ok_or_else(|| Problem::not_found("kind of problem", &slug))?;
    answer::json(&ProblemKind::from(kind))
}

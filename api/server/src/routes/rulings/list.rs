//! Rulings are read: the list of them, and one by its revision.

use super::Ruling;
use crate::http::access::MayRead;
use crate::http::answer;
use crate::http::negotiate::{AcceptsJson, Format};
use crate::http::openapi::{ItemProblems, ListProblems};
use crate::http::problem::Problem;
use crate::http::query::{PageQuery, Query, list, scalar};
use crate::shape::{List, NameKindCode};
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, get, web};
use plenary_domain::filter::{Choice, RulingFilter};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which rulings are meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RulingQuery {
    /// Kinds of names.
    #[param(value_type = Vec<NameKindCode>, required = false, style = Form, explode = false)]
    pub kinds: Option<String>,
    /// Leaves out what `kinds` would admit.
    #[param(value_type = Vec<NameKindCode>, required = false, style = Form, explode = false)]
    pub not_kinds: Option<String>,
    /// `true`: only rulings that hold; `false`: only those that hold no longer.
    #[param(value_type = bool, required = false)]
    pub current: Option<String>,
}

/// List rulings.
///
/// Every merge and split in the order in which they were made, also those that hold no longer.
#[utoipa::path(
    tag = "rulings",
    params(RulingQuery, PageQuery),
    responses(
        (status = 200, description = "The rulings; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<Ruling> = "application/json", example = json!(Ruling::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Ruling::example_list().items))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Ruling::example_list().items))))),
        ListProblems,
    )
)]
#[get("/v1/rulings")]
pub(crate) async fn list_rulings(
    _: MayRead,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    Query((query, page)): Query<(RulingQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    let filter = RulingFilter {
        kinds: Choice {
            any: list("kinds", &query.kinds)?,
            none: list("not_kinds", &query.not_kinds)?,
        },
        current: scalar("current", &query.current)?,
    };
    answer::list::<_, Ruling, _, _>(&request, format, &page, move |paging| {
        let (state, filter) = (state.clone(), filter.clone());
        async move { state.store.rulings(&filter, &paging).await }
    })
    .await
}

/// Get a ruling.
///
/// The merge or split that a revision brought.
#[utoipa::path(
    tag = "rulings",
    params(("revision" = i64, Path, minimum = 1, description = "The revision that brought it.")),
    responses(
        (status = 200, description = "The ruling.", body = Ruling),
        ItemProblems,
    )
)]
#[get("/v1/rulings/{revision}")]
pub(crate) async fn get_ruling(
    _: MayRead,
    _: AcceptsJson,
    state: web::Data<State>,
    revision: web::Path<i64>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    let revision = revision.into_inner();
    let record = state
        .store
        .ruling(revision)
        .await?
        .ok_or_else(|| Problem::not_found("ruling", revision))?;
    answer::json(&Ruling::from(record))
}

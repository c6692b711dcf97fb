//! Two actors, parties or meetings are said to be one.

use super::{Ruling, ruler};
use crate::http::access::{Caller, MayReview};
use crate::http::answer;
use crate::http::body::JsonBody;
use crate::http::negotiate::AcceptsJson;
use crate::http::openapi::RulingProblems;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::shape::Slug;
use crate::state::State;
use actix_web::{HttpResponse, post, web};
use plenary_domain::NameKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A merge.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!(MergeBody::example()))]
pub struct MergeBody {
    /// Slug of the name that stays and gets everything.
    pub into: String,
    /// Who says so; where it is left out, the name of the key (`api` without one).
    #[serde(default)]
    #[schema(max_length = 200)]
    pub made_by: Option<String>,
    /// Why, for those who read it later.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
}

impl MergeBody {
    fn example() -> MergeBody {
        MergeBody {
            into: "alexander-lukashevich".to_owned(),
            made_by: Some("j.doe".to_owned()),
            reason: Some("One person in two transliterations.".to_owned()),
        }
    }
}

async fn merge(
    state: &State,
    kind: NameKind,
    slug: &Slug,
    body: MergeBody,
    caller: &Caller,
) -> Result<HttpResponse, Problem> {
    let ruler = ruler(caller, body.made_by, body.reason)?;
    let made = state
        .store
        .merge_names(kind, slug.as_str(), &body.into, &ruler)
        .await?
        .ok_or_else(|| Problem::not_found(kind.as_str(), slug.as_str()))?;
    answer::json(&Ruling::from(made))
}

/// Merge an actor into another.
///
/// Says that two actors are one: positions, forms of name and offices go to `into`, now and for every
/// article that comes later. Positions are superseded, so answers pinned to an earlier revision stay as
/// they were; of two positions that become the same record the surer one stays. The merged actor keeps
/// its address and says in `merged_into` where its records are.
#[utoipa::path(
    tag = "rulings",
    security(("key" = ["review"])),
    params(("slug" = String, Path, description = "Slug of the actor that goes.")),
    request_body(description = "Where it goes.", content((MergeBody = "application/json", example = json!(MergeBody::example())))),
    responses(
        (status = 200, description = "The merge, which holds from its revision on.", body = Ruling),
        RulingProblems,
    )
)]
#[post("/v1/actors/{slug}/merge")]
pub(crate) async fn merge_actor(
    MayReview(caller): MayReview,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
    JsonBody(body): JsonBody<MergeBody>,
) -> Result<HttpResponse, Problem> {
    merge(&state, NameKind::Actor, &slug, body, &caller).await
}

/// Merge a party into another.
///
/// Says that two parties are one: what was said for the one was said for `into`, now and in every article
/// that comes later. Positions are superseded, so answers pinned to an earlier revision stay as they
/// were. The merged party keeps its address and says in `merged_into` where its records are.
#[utoipa::path(
    tag = "rulings",
    security(("key" = ["review"])),
    params(("slug" = String, Path, description = "Slug of the party that goes.")),
    request_body(description = "Where it goes.", content((MergeBody = "application/json",
        example = json!(MergeBody { into: "g77".to_owned(), reason: Some("Two names of the group.".to_owned()), ..MergeBody::example() })))),
    responses(
        (status = 200, description = "The merge, which holds from its revision on.", body = Ruling),
        RulingProblems,
    )
)]
#[post("/v1/parties/{slug}/merge")]
pub(crate) async fn merge_party(
    MayReview(caller): MayReview,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
    JsonBody(body): JsonBody<MergeBody>,
) -> Result<HttpResponse, Problem> {
    merge(&state, NameKind::Party, &slug, body, &caller).await
}

/// Merge a meeting into another.
///
/// Says that two meetings are one: what was said at the one was said at `into`, now and in every article
/// that comes later. `into` gains the days and parties that were known of the other. Positions are
/// superseded, so answers pinned to an earlier revision count as they did. The merged meeting keeps its
/// address and says in `merged_into` where its records are.
#[utoipa::path(
    tag = "rulings",
    security(("key" = ["review"])),
    params(("slug" = String, Path, description = "Slug of the meeting that goes.")),
    request_body(description = "Where it goes.", content((MergeBody = "application/json",
        example = json!(MergeBody { into: "vienna-2022-01-13".to_owned(), reason: Some("The same session.".to_owned()), ..MergeBody::example() })))),
    responses(
        (status = 200, description = "The merge, which holds from its revision on.", body = Ruling),
        RulingProblems,
    )
)]
#[post("/v1/meetings/{slug}/merge")]
pub(crate) async fn merge_meeting(
    MayReview(caller): MayReview,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
    JsonBody(body): JsonBody<MergeBody>,
) -> Result<HttpResponse, Problem> {
    merge(&state, NameKind::Meeting, &slug, body, &caller).await
}

//! A part of an actor, party or meeting is said to be another, or a merge is taken back.

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
use plenary_store::SplitInto;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A split. Give `merged` to take a merge back; else `articles`, and `into` or `name`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!(SplitBody::example()))]
pub struct SplitBody {
    /// Ids of the stored articles of which what they tell goes away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub articles: Option<Vec<Uuid>>,
    /// Slug of a stored name to which it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// Name of a new one to which it goes; an actor or a meeting is else named as the articles do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// Slug of a name whose merge into this one is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<String>,
    /// Who says so; where it is left out, the name of the key (`api` without one).
    #[serde(default)]
    #[schema(max_length = 200)]
    pub made_by: Option<String>,
    /// Why, for those who read it later.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
}

impl SplitBody {
    fn example() -> SplitBody {
        SplitBody {
            articles: Some(vec![crate::shape::ArticleRef::example().id]),
            name: Some("Petro Kovalenko".to_owned()),
            made_by: Some("j.doe".to_owned()),
            reason: Some("The deputy of the same surname.".to_owned()),
            ..SplitBody::default()
        }
    }
}

/// Takes a merge back where `merged` is given; else splits, into what `into` or `name` says.
async fn split(
    state: &State,
    kind: NameKind,
    slug: &Slug,
    body: SplitBody,
    caller: &Caller,
) -> Result<HttpResponse, Problem> {
    let ruler = ruler(caller, body.made_by, body.reason)?;
    let long = |name: &String| name.chars().count() > 200;
    if body.name.as_ref().is_some_and(long) {
        return Err(Problem::invalid(
            "body.name",
            "has more than 200 characters",
        ));
    }
    let store = &state.store;
    let made = match (body.merged, body.articles, body.into, body.name) {
        (Some(merged), None, None, None) => {
            store
                .restore_name(kind, slug.as_str(), &merged, &ruler)
                .await?
        }
        (Some(_), ..) => {
            return Err(Problem::conflict(
                "body.merged",
                "takes a merge back, which needs no `articles`, `into` or `name`",
            ));
        }
        (None, None, ..) => {
            return Err(Problem::conflict("body.articles", "or `merged` is needed"));
        }
        (None, Some(_), Some(_), Some(_)) => {
            return Err(Problem::conflict(
                "body.into",
                "names a stored one and `name` a new one; give one of the two",
            ));
        }
        (None, Some(articles), into, name) => {
            let into = into.map_or(SplitInto::New(name), SplitInto::Slug);
            store
                .split_name(kind, slug.as_str(), &articles, &into, &ruler)
                .await?
        }
    };
    let made = made.ok_or_else(|| Problem::not_found(kind.as_str(), slug.as_str()))?;
    answer::json(&Ruling::from(made))
}

/// Split an actor, or take a merge back.
///
/// With `articles`: what these articles tell of the actor belongs to another, a stored one (`into`) or a
/// new one (`name`, else as the articles name it). It holds for the same articles stored again, too.
/// With `merged`: the actor of that slug stands for itself again, with what came to it meanwhile.
#[utoipa::path(
    tag = "rulings",
    security(("key" = ["review"])),
    params(("slug" = String, Path, description = "Slug of the actor of which a part goes.")),
    request_body(description = "What goes, and where.", content((SplitBody = "application/json", example = json!(SplitBody::example())))),
    responses(
        (status = 200, description = "The split, which holds from its revision on; or the merge that was taken back.",
            body = Ruling, example = json!(Ruling::split_example())),
        RulingProblems,
    )
)]
#[post("/v1/actors/{slug}/split")]
pub(crate) async fn split_actor(
    MayReview(caller): MayReview,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
    JsonBody(body): JsonBody<SplitBody>,
) -> Result<HttpResponse, Problem> {
    split(&state, NameKind::Actor, &slug, body, &caller).await
}

/// Split a party, or take a merge back.
///
/// With `articles`: what these articles tell of the party belongs to another, a stored one (`into`) or a
/// new one (`name`). It holds for the same articles stored again, too. With `merged`: the party of that
/// slug stands for itself again.
#[utoipa::path(
    tag = "rulings",
    security(("key" = ["review"])),
    params(("slug" = String, Path, description = "Slug of the party of which a part goes.")),
    request_body(description = "What goes, and where.", content((SplitBody = "application/json",
        example = json!(SplitBody { name: Some("State of Georgia".to_owned()), reason: Some("The US state, not the country.".to_owned()), ..SplitBody::example() })))),
    responses(
        (status = 200, description = "The split, which holds from its revision on; or the merge that was taken back.",
            body = Ruling, example = json!(Ruling::split_example())),
        RulingProblems,
    )
)]
#[post("/v1/parties/{slug}/split")]
pub(crate) async fn split_party(
    MayReview(caller): MayReview,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
    JsonBody(body): JsonBody<SplitBody>,
) -> Result<HttpResponse, Problem> {
    split(&state, NameKind::Party, &slug, body, &caller).await
}

/// Split a meeting, or take a merge back.
///
/// With `articles`: what these articles tell of the meeting belongs to another, a stored one (`into`) or a
/// new one (`name`, else as the articles name it). It holds for the same articles stored again, too. Days
/// and parties of both are drawn anew from their articles. With `merged`: the meeting of that slug stands
/// for itself again.
#[utoipa::path(
    tag = "rulings",
    security(("key" = ["review"])),
    params(("slug" = String, Path, description = "Slug of the meeting of which a part goes.")),
    request_body(description = "What goes, and where.", content((SplitBody = "application/json",
        example = json!(SplitBody { name: Some("Second session in Vienna".to_owned()), reason: Some("A session of its own.".to_owned()), ..SplitBody::example() })))),
    responses(
        (status = 200, description = "The split, which holds from its revision on; or the merge that was taken back.",
            body = Ruling, example = json!(Ruling::split_example())),
        RulingProblems,
    )
)]
#[post("/v1/meetings/{slug}/split")]
pub(crate) async fn split_meeting(
    MayReview(caller): MayReview,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
    JsonBody(body): JsonBody<SplitBody>,
) -> Result<HttpResponse, Problem> {
    split(&state, NameKind::Meeting, &slug, body, &caller).await
}

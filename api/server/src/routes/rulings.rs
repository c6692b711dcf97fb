//! `/v1/rulings`, and the merges and splits that make them: what people say of names.

use crate::http::access::{Caller, MayRead, MayReview};
use crate::http::answer;
use crate::http::body::JsonBody;
use crate::http::negotiate::{AcceptsJson, Format};
use crate::http::openapi::{ItemProblems, ListProblems, RulingProblems};
use crate::http::problem::Problem;
use crate::http::query::{PageQuery, Query, list, scalar};
use crate::shape::{List, NameKindCode, Named, Row, Slug, code, text};
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use plenary_domain::NameKind;
use plenary_domain::filter::{Choice, RulingFilter};
use plenary_domain::record::RulingRecord;
use plenary_store::{Ruler, SplitInto};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What somebody said about two names: a merge, or a split.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Ruling::example()))]
pub struct Ruling {
    /// The revision that brought it, which names it. Answers pinned to an earlier one are as before.
    #[schema(minimum = 1)]
    pub revision: i64,
    /// What kind of names.
    pub kind: NameKindCode,
    /// The name of which something goes away.
    pub from: Named,
    /// The name to which it goes.
    pub into: Named,
    /// Null for a merge, which moves everything; of a split the stored articles of which it moves what
    /// they tell.
    #[schema(required = true)]
    pub articles: Option<Vec<Uuid>>,
    /// Number of positions that it changed when it was made.
    #[schema(minimum = 0)]
    pub positions: i64,
    /// Who made it, as the caller said; where nobody said, the name of the key.
    pub made_by: String,
    /// Name of the key with which it was made; null where it was made without one.
    #[schema(required = true)]
    pub key: Option<String>,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Why.
    #[schema(required = true)]
    pub reason: Option<String>,
    /// The revision that ended it; null while it holds.
    #[schema(required = true)]
    pub until_revision: Option<i64>,
}

impl From<RulingRecord> for Ruling {
    fn from(record: RulingRecord) -> Self {
        Ruling {
            revision: record.revision,
            kind: record.kind.into(),
            from: record.from.into(),
            into: record.into.into(),
            articles: record.articles,
            positions: record.positions,
            made_by: record.made_by,
            key: record.key,
            made_at: record.made_at,
            reason: record.reason,
            until_revision: record.until_revision,
        }
    }
}

impl Row for Ruling {
    fn columns() -> Vec<&'static str> {
        vec![
            "revision",
            "kind",
            "from",
            "into",
            "articles",
            "positions",
            "made_by",
            "key",
            "made_at",
            "reason",
            "until_revision",
        ]
    }

    fn fields(&self) -> Vec<String> {
        let articles: Vec<String> = self
            .articles
            .iter()
            .flatten()
            .map(Uuid::to_string)
            .collect();
        vec![
            self.revision.to_string(),
            code(&self.kind),
            self.from.slug.clone(),
            self.into.slug.clone(),
            articles.join("; "),
            self.positions.to_string(),
            self.made_by.clone(),
            text(&self.key),
            self.made_at.to_rfc3339(),
            text(&self.reason),
            text(&self.until_revision),
        ]
    }
}

impl Ruling {
    fn example() -> Ruling {
        Ruling {
            revision: 31,
            kind: NameKindCode::Actor,
            from: Named::new("oleksandr-lukashevych", "Oleksandr Lukashevych"),
            into: Named::new("alexander-lukashevich", "Alexander Lukashevich"),
            articles: None,
            positions: 2,
            made_by: "j.doe".to_owned(),
            key: Some("institute".to_owned()),
            made_at: DateTime::UNIX_EPOCH + chrono::Duration::days(19_000),
            reason: Some("One person in two transliterations.".to_owned()),
            until_revision: None,
        }
    }

    fn split_example() -> Ruling {
        Ruling {
            revision: 32,
            from: Named::new("kovalenko", "Kovalenko"),
            into: Named::new("petro-kovalenko", "Petro Kovalenko"),
            articles: Some(vec![crate::shape::ArticleRef::example().id]),
            positions: 1,
            reason: Some("The deputy of the same surname.".to_owned()),
            ..Ruling::example()
        }
    }

    fn example_list() -> List<Ruling> {
        List {
            items: vec![Ruling::example(), Ruling::split_example()],
            next_cursor: None,
            total: 2,
        }
    }
}

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

fn ruler(
    caller: &Caller,
    made_by: Option<String>,
    reason: Option<String>,
) -> Result<Ruler, Problem> {
    let short = |name: &str, value: &Option<String>, longest: usize| match value {
        Some(value) if value.chars().count() > longest => Err(Problem::invalid(
            format!("body.{name}"),
            format!("has more than {longest} characters"),
        )),
        _ => Ok(()),
    };
    short("made_by", &made_by, 200)?;
    short("reason", &reason, 2000)?;
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let made_by = filled(made_by);
    let maker = caller.maker(made_by.as_deref());
    Ok(Ruler {
        made_by: maker.name.to_owned(),
        key: maker.key.map(str::to_owned),
        reason: filled(reason),
    })
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

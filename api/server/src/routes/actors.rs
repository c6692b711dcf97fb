//! `/v1/actors`: who speaks, with every name form and office.

use crate::http::access::MayRead;
use crate::http::answer;
use crate::http::negotiate::{AcceptsJson, Format};
use crate::http::openapi::{ItemProblems, ListProblems};
use crate::http::problem::Problem;
use crate::http::query::{PageQuery, Query, list};
use crate::shape::{ActorKindCode, Counts, List, Named, Row, Slug, all, code, slugs};
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, get, web};
use plenary_domain::filter::{ActorFilter, Choice};
use plenary_domain::record::ActorRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A speaker: a person, a body, or somebody told only by role.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Actor::example()))]
pub struct Actor {
    /// What addresses and filters use.
    pub slug: String,
    /// Fullest name.
    pub name: String,
    /// Kind of speaker.
    pub kind: ActorKindCode,
    /// Every form of the name seen.
    pub aliases: Vec<String>,
    /// Offices in time order, as articles told them.
    pub affiliations: Vec<Affiliation>,
    /// The actor that it was merged into, which has its records now; null where it stands for itself.
    #[schema(required = true)]
    pub merged_into: Option<Named>,
    /// How much is recorded.
    pub counts: Counts,
}

/// One office that an actor held, as articles told it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Affiliation {
    /// The party; null for experts, journalists and private persons.
    #[schema(required = true)]
    pub party: Option<Named>,
    /// Office or description.
    #[schema(required = true)]
    pub role: Option<String>,
    /// Day of the first article that tells it.
    #[schema(required = true)]
    pub from: Option<chrono::NaiveDate>,
    /// Day of the last article that tells it.
    #[schema(required = true)]
    pub to: Option<chrono::NaiveDate>,
}

impl From<plenary_domain::record::AffiliationRecord> for Affiliation {
    fn from(record: plenary_domain::record::AffiliationRecord) -> Self {
        Affiliation {
            party: record.party.map(Named::from),
            role: record.role,
            from: record.from,
            to: record.to,
        }
    }
}

impl From<ActorRecord> for Actor {
    fn from(record: ActorRecord) -> Self {
        Actor {
            slug: record.named.slug,
            name: record.named.name,
            kind: record.kind.into(),
            aliases: record.aliases,
            affiliations: all(record.affiliations),
            merged_into: record.merged_into.map(Named::from),
            counts: record.counts.into(),
        }
    }
}

impl Row for Actor {
    fn columns() -> Vec<&'static str> {
        vec![
            "slug",
            "name",
            "kind",
            "aliases",
            "parties",
            "roles",
            "merged_into",
            "positions",
            "articles",
        ]
    }

    fn fields(&self) -> Vec<String> {
        vec![
            self.slug.clone(),
            self.name.clone(),
            code(&self.kind),
            self.aliases.join("; "),
            self.parties().join("; "),
            self.roles().join("; "),
            slugs(self.merged_into.as_slice()),
            self.counts.positions.to_string(),
            self.counts.articles.to_string(),
        ]
    }
}

impl Actor {
    fn parties(&self) -> Vec<&str> {
        let mut slugs: Vec<&str> = self
            .affiliations
            .iter()
            .filter_map(|office| office.party.as_ref().map(|party| party.slug.as_str()))
            .collect();
        slugs.dedup();
        slugs
    }

    fn roles(&self) -> Vec<&str> {
        self.affiliations
            .iter()
            .filter_map(|office| office.role.as_deref())
            .collect()
    }

    fn example() -> Actor {
        Actor {
            slug: "alexander-lukashevich".to_owned(),
            name: "Alexander Lukashevich".to_owned(),
            kind: ActorKindCode::Person,
            aliases: vec!["Lukashevich".to_owned()],
            affiliations: vec![Affiliation {
                party: Some(Named::new("russia", "Russia")),
                role: Some("permanent representative to the OSCE".to_owned()),
                from: chrono::NaiveDate::from_ymd_opt(2022, 1, 14),
                to: chrono::NaiveDate::from_ymd_opt(2022, 1, 14),
            }],
            merged_into: None,
            counts: Counts {
                positions: 8,
                articles: 1,
            },
        }
    }

    fn example_list() -> List<Actor> {
        List {
            items: vec![Actor::example()],
            next_cursor: None,
            total: 1,
        }
    }
}

/// Which actors are meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ActorQuery {
    /// Kinds of speaker.
    #[param(value_type = Vec<ActorKindCode>, required = false, style = Form, explode = false)]
    pub kinds: Option<String>,
    /// Leaves out what `kinds` would admit.
    #[param(value_type = Vec<ActorKindCode>, required = false, style = Form, explode = false)]
    pub not_kinds: Option<String>,
    /// Slugs of parties for which the actor has spoken; `none`: for no party.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub parties: Option<String>,
    /// Leaves out what `parties` would admit.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub not_parties: Option<String>,
    /// Words that slug, name or alias contain, compared without case.
    #[param(value_type = String, required = false, max_length = 200)]
    pub q: Option<String>,
}

impl ActorQuery {
    fn filter(&self) -> Result<ActorFilter, Problem> {
        Ok(ActorFilter {
            kinds: Choice {
                any: list("kinds", &self.kinds)?,
                none: list("not_kinds", &self.not_kinds)?,
            },
            parties: Choice {
                any: list("parties", &self.parties)?,
                none: list("not_parties", &self.not_parties)?,
            },
            q: self.q.clone(),
        })
    }
}

/// List actors.
///
/// Everyone with a current position, by slug, with offices and counts.
#[utoipa::path(
    tag = "names",
    params(ActorQuery, PageQuery),
    responses(
        (status = 200, description = "The actors; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<Actor> = "application/json", example = json!(Actor::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &[Actor::example()]))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &[Actor::example()]))))),
        ListProblems,
    )
)]
#[get("/v1/actors")]
pub(crate) async fn list_actors(
    _: MayRead,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    Query((query, page)): Query<(ActorQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    let filter = query.filter()?;
    answer::list::<_, Actor, _, _>(&request, format, &page, move |paging| {
        let (state, filter) = (state.clone(), filter.clone());
        async move { state.store.actors(&filter, &paging).await }
    })
    .await
}

/// Get an actor.
///
/// One actor with every form of the name, offices and counts.
#[utoipa::path(
    tag = "names",
    params(("slug" = String, Path, description = "Slug.")),
    responses(
        (status = 200, description = "The actor.", body = Actor),
        ItemProblems,
    )
)]
#[get("/v1/actors/{slug}")]
pub(crate) async fn get_actor(
    _: MayRead,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    let record = state
        .store
        .actor(slug.as_str())
        .await?
        .ok_or_else(|| Problem::not_found("actor", slug.as_str()))?;
    answer::json(&Actor::from(record))
}

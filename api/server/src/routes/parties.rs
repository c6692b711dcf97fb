//! `/v1/parties`: the sides for which actors speak.

use crate::http::access::MayRead;
use crate::http::answer;
use crate::http::negotiate::{AcceptsJson, Format};
use crate::http::openapi::{ItemProblems, ListProblems};
use crate::http::problem::Problem;
use crate::http::query::{PageQuery, Query, list, scalar};
use crate::shape::{Counts, List, Named, PartyKindCode, Row, Slug, all, code, slugs, text};
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, get, web};
use plenary_domain::filter::{Choice, PartyFilter};
use plenary_domain::record::PartyRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A side that negotiates: a state, an organisation, a movement.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Party::example()))]
pub struct Party {
    /// What addresses and filters use.
    pub slug: String,
    /// Usual short English name.
    pub name: String,
    /// Kind of side.
    pub kind: PartyKindCode,
    /// ISO 3166-1 alpha-2 code of a state.
    #[schema(required = true)]
    pub iso: Option<String>,
    /// True when the gazetteer knows it, false when an article introduced it.
    pub known: bool,
    /// Other ways to name it.
    pub aliases: Vec<String>,
    /// Its speakers with current positions, most positions first.
    pub actors: Vec<Named>,
    /// The party that it was merged into, which has its records now; null where it stands for itself.
    #[schema(required = true)]
    pub merged_into: Option<Named>,
    /// How much is recorded.
    pub counts: Counts,
}

impl From<PartyRecord> for Party {
    fn from(record: PartyRecord) -> Self {
        Party {
            slug: record.named.slug,
            name: record.named.name,
            kind: record.kind.into(),
            iso: record.iso,
            known: record.known,
            aliases: record.aliases,
            actors: all(record.actors),
            merged_into: record.merged_into.map(Named::from),
            counts: record.counts.into(),
        }
    }
}

impl Row for Party {
    fn columns() -> Vec<&'static str> {
        vec![
            "slug",
            "name",
            "kind",
            "iso",
            "known",
            "aliases",
            "actors",
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
            text(&self.iso),
            self.known.to_string(),
            self.aliases.join("; "),
            slugs(&self.actors),
            slugs(self.merged_into.as_slice()),
            self.counts.positions.to_string(),
            self.counts.articles.to_string(),
        ]
    }
}

impl Party {
    fn example() -> Party {
        Party {
            slug: "russia".to_owned(),
            name: "Russia".to_owned(),
            kind: PartyKindCode::State,
            iso: Some("RU".to_owned()),
            known: true,
            aliases: vec!["Russian Federation".to_owned()],
            actors: vec![Named::new("alexander-lukashevich", "Alexander Lukashevich")],
            merged_into: None,
            counts: Counts {
                positions: 42,
                articles: 9,
            },
        }
    }

    fn example_list() -> List<Party> {
        List {
            items: vec![Party::example()],
            next_cursor: None,
            total: 1,
        }
    }
}

/// Which parties are meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PartyQuery {
    /// Kinds of side.
    #[param(value_type = Vec<PartyKindCode>, required = false, style = Form, explode = false)]
    pub kinds: Option<String>,
    /// Leaves out what `kinds` would admit.
    #[param(value_type = Vec<PartyKindCode>, required = false, style = Form, explode = false)]
    pub not_kinds: Option<String>,
    /// Words that slug, name or alias contain, compared without case.
    #[param(value_type = String, required = false, max_length = 200)]
    pub q: Option<String>,
    /// `true`: only parties with current positions; `false`: only those without.
    #[param(value_type = bool, required = false)]
    pub recorded: Option<String>,
}

impl PartyQuery {
    fn filter(&self) -> Result<PartyFilter, Problem> {
        Ok(PartyFilter {
            kinds: Choice {
                any: list("kinds", &self.kinds)?,
                none: list("not_kinds", &self.not_kinds)?,
            },
            q: self.q.clone(),
            recorded: scalar("recorded", &self.recorded)?,
        })
    }
}

/// List parties.
///
/// The parties of the gazetteer and those that articles introduced, by slug, with their counts.
/// `recorded=true` leaves those that have spoken.
#[utoipa::path(
    tag = "names",
    params(PartyQuery, PageQuery),
    responses(
        (status = 200, description = "The parties; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<Party> = "application/json", example = json!(Party::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &[Party::example()]))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &[Party::example()]))))),
        ListProblems,
    )
)]
#[get("/v1/parties")]
pub(crate) async fn list_parties(
    _: MayRead,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    Query((query, page)): Query<(PartyQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    let filter = query.filter()?;
    answer::list::<_, Party, _, _>(&request, format, &page, move |paging| {
        let (state, filter) = (state.clone(), filter.clone());
        async move { state.store.parties(&filter, &paging).await }
    })
    .await
}

/// Get a party.
///
/// One party with its speakers and counts.
#[utoipa::path(
    tag = "names",
    params(("slug" = String, Path, description = "Slug.")),
    responses(
        (status = 200, description = "The party.", body = Party),
        ItemProblems,
    )
)]
#[get("/v1/parties/{slug}")]
pub(crate) async fn get_party(
    _: MayRead,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    let record = state
        .store
        .party(slug.as_str())
        .await?
        .ok_or_else(|| Problem::not_found("party", slug.as_str()))?;
    answer::json(&Party::from(record))
}

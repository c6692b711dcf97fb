//! `/v1/processes`: meetings that follow one another.

use crate::http::access::MayRead;
use crate::http::answer;
use crate::http::negotiate::{AcceptsJson, Format};
use crate::http::openapi::{ItemProblems, ListProblems};
use crate::http::problem::Problem;
use crate::http::query::{PageQuery, Query, list};
use crate::shape::{Counts, List, MeetingRef, Named, Row, Slug, all, slugs};
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, get, web};
use plenary_domain::filter::{Choice, ProcessFilter};
use plenary_domain::record::ProcessRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Meetings that follow one another.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Process::example()))]
pub struct Process {
    /// What addresses and filters use.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// Its meetings in time order.
    pub meetings: Vec<MeetingRef>,
    /// The parties that take part in any of them, by name.
    pub parties: Vec<Named>,
    /// How much is recorded.
    pub counts: Counts,
}

impl From<ProcessRecord> for Process {
    fn from(record: ProcessRecord) -> Self {
        Process {
            slug: record.named.slug,
            name: record.named.name,
            meetings: all(record.meetings),
            parties: all(record.parties),
            counts: record.counts.into(),
        }
    }
}

impl Row for Process {
    fn columns() -> Vec<&'static str> {
        vec![
            "slug",
            "name",
            "meetings",
            "parties",
            "positions",
            "articles",
        ]
    }

    fn fields(&self) -> Vec<String> {
        vec![
            self.slug.clone(),
            self.name.clone(),
            self.meetings
                .iter()
                .map(|meeting| meeting.slug.as_str())
                .collect::<Vec<_>>()
                .join("; "),
            slugs(&self.parties),
            self.counts.positions.to_string(),
            self.counts.articles.to_string(),
        ]
    }
}

impl Process {
    fn example() -> Process {
        Process {
            slug: "russia-nato-osce".to_owned(),
            name: "Russia–NATO–OSCE talks".to_owned(),
            meetings: vec![MeetingRef::example()],
            parties: vec![Named::new("osce", "OSCE"), Named::new("russia", "Russia")],
            counts: Counts {
                positions: 42,
                articles: 4,
            },
        }
    }

    fn example_list() -> List<Process> {
        List {
            items: vec![Process::example()],
            next_cursor: None,
            total: 1,
        }
    }
}

/// Which processes are meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProcessQuery {
    /// Slugs of parties that take part in one of its meetings.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub parties: Option<String>,
    /// Leaves out what `parties` would admit.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub not_parties: Option<String>,
    /// Words that slug or name contain, compared without case.
    #[param(value_type = String, required = false, max_length = 200)]
    pub q: Option<String>,
}

impl ProcessQuery {
    fn filter(&self) -> Result<ProcessFilter, Problem> {
        Ok(ProcessFilter {
            parties: Choice {
                any: list("parties", &self.parties)?,
                none: list("not_parties", &self.not_parties)?,
            },
            q: self.q.clone(),
        })
    }
}

/// List processes.
///
/// Every process with a meeting of which a stored article speaks.
#[utoipa::path(
    tag = "names",
    params(ProcessQuery, PageQuery),
    responses(
        (status = 200, description = "The processes; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<Process> = "application/json", example = json!(Process::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &[Process::example()]))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &[Process::example()]))))),
        ListProblems,
    )
)]
#[get("/v1/processes")]
pub(crate) async fn list_processes(
    _: MayRead,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    Query((query, page)): Query<(ProcessQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    let filter = query.filter()?;
    answer::list::<_, Process, _, _>(&request, format, &page, move |paging| {
        let (state, filter) = (state.clone(), filter.clone());
        async move { state.store.processes(&filter, &paging).await }
    })
    .await
}

/// Get a process.
///
/// One process with its meetings in time order.
#[utoipa::path(
    tag = "names",
    params(("slug" = String, Path, description = "Slug.")),
    responses(
        (status = 200, description = "The process.", body = Process),
        ItemProblems,
    )
)]
#[get("/v1/processes/{slug}")]
pub(crate) async fn get_process(
    _: MayRead,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    let record = state
        .store
        .process(slug.as_str())
        .await?
        .ok_or_else(|| Problem::not_found("process", slug.as_str()))?;
    answer::json(&Process::from(record))
}

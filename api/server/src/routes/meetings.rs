//! `/v1/meetings`: rounds of talks, in time order.

use crate::http::access::MayRead;
use crate::http::answer;
use crate::http::negotiate::{AcceptsJson, Format};
use crate::http::openapi::{ItemProblems, ListProblems};
use crate::http::problem::Problem;
use crate::http::query::{PageQuery, Query, list, scalar};
use crate::shape::{
    Counts, List, MeetingRef, MeetingStatusCode, Named, Row, Slug, all, code, slugs, text,
};
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, get, web};
use plenary_domain::filter::{Choice, MeetingFilter};
use plenary_domain::record::MeetingRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One round of talks.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Meeting::example()))]
pub struct Meeting {
    /// Slug, name, venue and days.
    #[serde(flatten)]
    pub meeting: MeetingRef,
    /// Whether it took place.
    pub status: MeetingStatusCode,
    /// The process to which it belongs.
    #[schema(required = true)]
    pub process: Option<Named>,
    /// The meeting of the process before this one.
    #[schema(required = true)]
    pub previous: Option<Named>,
    /// The meeting of the process after this one.
    #[schema(required = true)]
    pub next: Option<Named>,
    /// The parties that take part, by name.
    pub parties: Vec<Named>,
    /// The meeting that it was merged into, which has its records now; null where it stands for itself.
    #[schema(required = true)]
    pub merged_into: Option<Named>,
    /// How much is recorded.
    pub counts: Counts,
}

impl From<MeetingRecord> for Meeting {
    fn from(record: MeetingRecord) -> Self {
        Meeting {
            meeting: record.meeting.into(),
            status: record.status.into(),
            process: record.process.map(Named::from),
            previous: record.previous.map(Named::from),
            next: record.next.map(Named::from),
            parties: all(record.parties),
            merged_into: record.merged_into.map(Named::from),
            counts: record.counts.into(),
        }
    }
}

impl Row for Meeting {
    fn columns() -> Vec<&'static str> {
        vec![
            "slug",
            "name",
            "venue",
            "start",
            "end",
            "status",
            "process",
            "previous",
            "next",
            "parties",
            "merged_into",
            "positions",
            "articles",
        ]
    }

    fn fields(&self) -> Vec<String> {
        vec![
            self.meeting.slug.clone(),
            self.meeting.name.clone(),
            text(&self.meeting.venue),
            text(&self.meeting.start),
            text(&self.meeting.end),
            code(&self.status),
            slugs(self.process.as_slice()),
            slugs(self.previous.as_slice()),
            slugs(self.next.as_slice()),
            slugs(&self.parties),
            slugs(self.merged_into.as_slice()),
            self.counts.positions.to_string(),
            self.counts.articles.to_string(),
        ]
    }
}

impl Meeting {
    fn example() -> Meeting {
        Meeting {
            meeting: MeetingRef::example(),
            status: MeetingStatusCode::Held,
            process: Some(Named::new("russia-nato-osce", "Russia–NATO–OSCE talks")),
            previous: Some(Named::new(
                "brussels-2022-01-12",
                "NATO-Russia Council in Brussels",
            )),
            next: None,
            parties: vec![Named::new("osce", "OSCE"), Named::new("russia", "Russia")],
            merged_into: None,
            counts: Counts {
                positions: 12,
                articles: 2,
            },
        }
    }

    fn example_list() -> List<Meeting> {
        List {
            items: vec![Meeting::example()],
            next_cursor: None,
            total: 1,
        }
    }
}

/// Which meetings are meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MeetingQuery {
    /// Slugs of processes; `none`: meetings of no process.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub processes: Option<String>,
    /// Leaves out what `processes` would admit.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub not_processes: Option<String>,
    /// Slugs of parties that take part; `none`: meetings whose parties are unknown.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub parties: Option<String>,
    /// Leaves out what `parties` would admit.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub not_parties: Option<String>,
    /// Whether the meeting took place.
    #[param(value_type = Vec<MeetingStatusCode>, required = false, style = Form, explode = false)]
    pub statuses: Option<String>,
    /// Leaves out what `statuses` would admit.
    #[param(value_type = Vec<MeetingStatusCode>, required = false, style = Form, explode = false)]
    pub not_statuses: Option<String>,
    /// Ends on this day or later; meetings without a day are left out.
    #[param(value_type = chrono::NaiveDate, required = false)]
    pub from: Option<String>,
    /// Starts on this day or earlier; meetings without a day are left out.
    #[param(value_type = chrono::NaiveDate, required = false)]
    pub to: Option<String>,
    /// Words that slug, name or venue contain, compared without case.
    #[param(value_type = String, required = false, max_length = 200)]
    pub q: Option<String>,
}

impl MeetingQuery {
    fn filter(&self) -> Result<MeetingFilter, Problem> {
        Ok(MeetingFilter {
            processes: Choice {
                any: list("processes", &self.processes)?,
                none: list("not_processes", &self.not_processes)?,
            },
            parties: Choice {
                any: list("parties", &self.parties)?,
                none: list("not_parties", &self.not_parties)?,
            },
            statuses: Choice {
                any: list("statuses", &self.statuses)?,
                none: list("not_statuses", &self.not_statuses)?,
            },
            from: scalar("from", &self.from)?,
            to: scalar("to", &self.to)?,
            q: self.q.clone(),
        })
    }
}

/// List meetings.
///
/// Every meeting of which a stored article speaks, in time order, those without a day last.
#[utoipa::path(
    tag = "names",
    params(MeetingQuery, PageQuery),
    responses(
        (status = 200, description = "The meetings; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<Meeting> = "application/json", example = json!(Meeting::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &[Meeting::example()]))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &[Meeting::example()]))))),
        ListProblems,
    )
)]
#[get("/v1/meetings")]
pub(crate) async fn list_meetings(
    _: MayRead,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    Query((query, page)): Query<(MeetingQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    let filter = query.filter()?;
    answer::list::<_, Meeting, _, _>(&request, format, &page, move |paging| {
        let (state, filter) = (state.clone(), filter.clone());
        async move { state.store.meetings(&filter, &paging).await }
    })
    .await
}

/// Get a meeting.
///
/// One meeting with its process, its neighbours there, its parties and counts.
#[utoipa::path(
    tag = "names",
    params(("slug" = String, Path, description = "Slug.")),
    responses(
        (status = 200, description = "The meeting.", body = Meeting),
        ItemProblems,
    )
)]
#[get("/v1/meetings/{slug}")]
pub(crate) async fn get_meeting(
    _: MayRead,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    let record = state
        .store
        .meeting(slug.as_str())
        .await?
        .ok_or_else(|| Problem::not_found("meeting", slug.as_str()))?;
    answer::json(&Meeting::from(record))
}

//! `/v1/issues`: the propositions of the codebook on which positions are taken.

use crate::http::access::MayRead;
use crate::http::answer;
use crate::http::negotiate::{AcceptsJson, Format};
use crate::http::openapi::{ItemProblems, ListProblems};
use crate::http::problem::Problem;
use crate::http::query::{PageQuery, Query, list};
use crate::shape::{Counts, IssueRef, List, Row, Slug, text};
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, get, web};
use plenary_domain::filter::{Choice, IssueFilter};
use plenary_domain::record::IssueRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One proposition on which a stance can be taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Issue::example()))]
pub struct Issue {
    /// Slug, name and domain.
    #[serde(flatten)]
    pub issue: IssueRef,
    /// The sentence that a stance supports or opposes; null for `other`.
    #[schema(required = true)]
    pub proposition: Option<String>,
    /// Notes on what belongs here.
    #[schema(required = true)]
    pub includes: Option<String>,
    /// Notes on what does not.
    #[schema(required = true)]
    pub excludes: Option<String>,
    /// Codebook as `id@version`.
    pub codebook: String,
    /// Current positions that support the proposition.
    #[schema(minimum = 0)]
    pub support: i64,
    /// Current positions that speak about it without taking a side.
    #[schema(minimum = 0)]
    pub neutral: i64,
    /// Current positions that oppose it.
    #[schema(minimum = 0)]
    pub oppose: i64,
    /// How much is recorded.
    pub counts: Counts,
}

impl From<IssueRecord> for Issue {
    fn from(record: IssueRecord) -> Self {
        Issue {
            issue: record.issue.into(),
            proposition: record.proposition,
            includes: record.includes,
            excludes: record.excludes,
            codebook: record.codebook,
            support: record.support,
            neutral: record.neutral,
            oppose: record.oppose,
            counts: record.counts.into(),
        }
    }
}

impl Row for Issue {
    fn columns() -> Vec<&'static str> {
        vec![
            "slug",
            "name",
            "domain",
            "proposition",
            "codebook",
            "support",
            "neutral",
            "oppose",
            "positions",
            "articles",
        ]
    }

    fn fields(&self) -> Vec<String> {
        vec![
            self.issue.slug.clone(),
            self.issue.name.clone(),
            self.issue.domain.clone(),
            text(&self.proposition),
            self.codebook.clone(),
            self.support.to_string(),
            self.neutral.to_string(),
            self.oppose.to_string(),
            self.counts.positions.to_string(),
            self.counts.articles.to_string(),
        ]
    }
}

impl Issue {
    fn example() -> Issue {
        Issue {
            issue: IssueRef::example(),
            proposition: Some(
                "States may freely join military alliances; the alliance's door stays open."
                    .to_owned(),
            ),
            includes: None,
            excludes: None,
            codebook: "default@1".to_owned(),
            support: 7,
            neutral: 1,
            oppose: 5,
            counts: Counts {
                positions: 13,
                articles: 6,
            },
        }
    }

    fn example_list() -> List<Issue> {
        List {
            items: vec![Issue::example()],
            next_cursor: None,
            total: 1,
        }
    }
}

/// Which issues are meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IssueQuery {
    /// Groups of issues, e.g. `security`.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub domains: Option<String>,
    /// Leaves out what `domains` would admit.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub not_domains: Option<String>,
    /// Words that slug, name or proposition contain, compared without case.
    #[param(value_type = String, required = false, max_length = 200)]
    pub q: Option<String>,
}

impl IssueQuery {
    fn filter(&self) -> Result<IssueFilter, Problem> {
        Ok(IssueFilter {
            domains: Choice {
                any: list("domains", &self.domains)?,
                none: list("not_domains", &self.not_domains)?,
            },
            q: self.q.clone(),
        })
    }
}

/// List issues.
///
/// The issues in the order of the codebook, `other` last, with how many positions support, oppose
/// and are neutral to each proposition.
#[utoipa::path(
    tag = "names",
    params(IssueQuery, PageQuery),
    responses(
        (status = 200, description = "The issues; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<Issue> = "application/json", example = json!(Issue::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &[Issue::example()]))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &[Issue::example()]))))),
        ListProblems,
    )
)]
#[get("/v1/issues")]
pub(crate) async fn list_issues(
    _: MayRead,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    Query((query, page)): Query<(IssueQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    let filter = query.filter()?;
    answer::list::<_, Issue, _, _>(&request, format, &page, move |paging| {
        let (state, filter) = (state.clone(), filter.clone());
        async move { state.store.issues(&filter, &paging).await }
    })
    .await
}

/// Get an issue.
///
/// One issue with its proposition and counts.
#[utoipa::path(
    tag = "names",
    params(("slug" = String, Path, description = "Slug.")),
    responses(
        (status = 200, description = "The issue.", body = Issue),
        ItemProblems,
    )
)]
#[get("/v1/issues/{slug}")]
pub(crate) async fn get_issue(
    _: MayRead,
    _: AcceptsJson,
    state: web::Data<State>,
    slug: web::Path<Slug>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    let record = state
        .store
        .issue(slug.as_str())
        .await?
        .ok_or_else(|| Problem::not_found("issue", slug.as_str()))?;
    answer::json(&Issue::from(record))
}

//! Articles are listed: which are meant, and how they come.

use super::Article;
use crate::http::access::MayRead;
use crate::http::answer;
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{PageQuery, Query, list, scalar};
use crate::shape::List;
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::StreamExt;
use plenary_domain::filter::{ArticleFilter, Choice};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which articles are meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ArticleQuery {
    /// Names of outlets, compared without case. `none` stands for articles of no known outlet.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub outlets: Option<String>,
    /// Leaves out what `outlets` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub not_outlets: Option<String>,
    /// Slugs of meetings of which the article speaks.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub meetings: Option<String>,
    /// Leaves out what `meetings` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub not_meetings: Option<String>,
    /// Slugs of parties for which somebody speaks in it.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub parties: Option<String>,
    /// Leaves out what `parties` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    pub not_parties: Option<String>,
    /// Near-duplicate groups: the copies of a text.
    #[param(value_type = Vec<Uuid>, style = Form, explode = false, required = false)]
    pub groups: Option<String>,
    /// Leaves out what `groups` would admit.
    #[param(value_type = Vec<Uuid>, style = Form, explode = false, required = false)]
    pub not_groups: Option<String>,
    /// Published on this day or later; articles without a day are left out.
    #[param(value_type = NaiveDate, required = false)]
    pub from: Option<String>,
    /// Published on this day or earlier; articles without a day are left out.
    #[param(value_type = NaiveDate, required = false)]
    pub to: Option<String>,
    /// Full-text search over title and text: `"red lines" -sanctions`.
    #[param(value_type = String, required = false, max_length = 500)]
    pub q: Option<String>,
    /// Answer as of this revision of the records; without it, as of the newest.
    #[param(value_type = i64, required = false, minimum = 0)]
    pub revision: Option<String>,
}

impl ArticleQuery {
    fn filter(&self) -> Result<ArticleFilter, Problem> {
        let choice = |name: &str, any: &Option<String>, none: &Option<String>| {
            Ok::<_, Problem>(Choice {
                any: list(name, any)?,
                none: list(&format!("not_{name}"), none)?,
            })
        };
        Ok(ArticleFilter {
            outlets: choice("outlets", &self.outlets, &self.not_outlets)?,
            meetings: choice("meetings", &self.meetings, &self.not_meetings)?,
            parties: choice("parties", &self.parties, &self.not_parties)?,
            groups: Choice {
                any: list("groups", &self.groups)?,
                none: list("not_groups", &self.not_groups)?,
            },
            from: scalar("from", &self.from)?,
            to: scalar("to", &self.to)?,
            q: self.q.clone(),
            revision: scalar("revision", &self.revision)?,
        })
    }
}

/// List articles.
///
/// The articles that the filter admits, without their texts, in the order in which they were
/// stored. Deleted articles are left out, except at a `revision` that still has them.
#[utoipa::path(
    tag = "articles",
    params(ArticleQuery, PageQuery),
    responses(
        (status = 200, description = "The articles; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<Article> = "application/json", example = json!(Article::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &[Article::example()]))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &[Article::example()]))))),
        ListProblems,
    )
)]
#[get("/v1/articles")]
pub(crate) async fn list_articles(
    _: MayRead,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    Query((query, page)): Query<(ArticleQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    let filter = query.filter()?;
    if format == Format::Json || page.is_given() {
        let found = state
            .store
            .articles(&filter, &page.paging(state.max_page_items)?)
            .await?;
        return answer::one_page::<_, Article>(&request, format, found);
    }
    let all = state.store.stream_articles(filter);
    answer::whole(format, Box::pin(all.map(|item| item.map(Article::from)))).await
}

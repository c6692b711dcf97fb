//! What the server counts about itself.

use crate::http::access::MayRead;
use crate::http::gate::Gate;
use crate::http::metrics::Moment;
use crate::http::negotiate::{AcceptsMetrics, Format};
use crate::http::openapi::PlainProblems;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::state::State;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};

/// Tell what the server counts about itself.
///
/// In the text form of Prometheus: requests by method, route and status with the time until their answer
/// began, articles by what became of them, time of parses, connections to the database with the calls that
/// wait for one, and versions. Everything counts from the start of this server process. A busy server
/// answers this, too. Where reading needs a key, so does this, and then it needs the database, which
/// knows the keys.
#[utoipa::path(
    tag = "operations",
    responses(
        (status = 200, description = "The counters.", body = String, content_type = "text/plain",
            example = json!("# HELP plenary_articles_total Articles sent to be stored, by what became of them.\n# TYPE plenary_articles_total counter\nplenary_articles_total{outcome=\"stored\"} 20\n")),
        PlainProblems,
    )
)]
#[get("/metrics")]
pub(crate) async fn get_metrics(
    _: MayRead,
    _: AcceptsMetrics,
    state: web::Data<State>,
    gate: web::Data<Gate>,
    _: Query<()>,
) -> Result<HttpResponse, Problem> {
    let (write, read) = state.store.usage();
    let text = state.metrics.text(Moment {
        requests: gate.under_way(),
        parses: state.parse.under_way(),
        write,
        read,
    })?;
    Ok(HttpResponse::Ok()
        .content_type(Format::Metrics.content_type())
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text))
}

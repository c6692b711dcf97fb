//! What every handler shares.

use crate::http::cpu::ParsePool;
use crate::http::metrics::Metrics;
use crate::http::problem::Problem;
use actix_web::{HttpRequest, web};
use plenary_store::Store;
use std::sync::Arc;
use std::time::Duration;

/// The store, the parse pool and the limits of this server.
#[derive(Clone)]
pub struct State {
    /// The record set.
    pub store: Store,
    /// Where articles are parsed.
    pub parse: ParsePool,
    /// Articles that one batch keeps under way at once.
    pub batch_width: usize,
    /// Longest article, in bytes of text.
    pub max_article_bytes: usize,
    /// Longest line of a batch, in bytes.
    pub max_line_bytes: usize,
    /// Most items on the page of a list.
    pub max_page_items: u32,
    /// How long a body, or a piece of a batch, may take to arrive.
    pub client_patience: Duration,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

impl State {
    /// The state behind a request.
    pub fn of(request: &HttpRequest) -> Result<&State, Problem> {
        request
            .app_data::<web::Data<State>>()
            .map(|state| state.get_ref())
            .ok_or_else(|| Problem::internal("the application has no state"))
    }
}

/// What a failure of the store means to a client.
impl From<plenary_store::Error> for Problem {
    fn from(error: plenary_store::Error) -> Problem {
        use crate::http::problem::Kind;
        use plenary_store::Error;
        match &error {
            Error::Unavailable(_) => Problem::new(
                Kind::DatabaseUnavailable,
                "The database does not answer at the moment.",
            )
            .because(&error),
            Error::Denied(_) => Problem::new(
                Kind::DatabaseUnavailable,
                "The database does not let this server do that; whoever runs it finds more in `plenary check`.",
            )
            .because(&error),
            Error::TimedOut => Problem::new(
                Kind::QueryTimeout,
                "The database took too long to answer; narrow the filter or try again later.",
            )
            .because(&error),
            Error::TooMany { most } => Problem::new(
                Kind::AnswerTooLarge,
                format!("The comparison is about more than {most} positions; narrow the filter."),
            ),
            Error::BadCursor => {
                Problem::conflict("query.cursor", "is none that this list gave out")
            }
            Error::UnknownRevision { latest, .. } => Problem::conflict(
                "query.revision",
                format!("is newer than the newest revision, {latest}"),
            ),
            Error::Invalid(what) => Problem::invalid("body", what.clone()),
            Error::Refused {
                field: field @ "slug",
                why,
            } => Problem::conflict(format!("path.{field}"), why.clone()),
            Error::Refused { field, why } => {
                Problem::conflict(format!("body.{field}"), why.clone())
            }
            _ => Problem::internal(&error),
        }
    }
}

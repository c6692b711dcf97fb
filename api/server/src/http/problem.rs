//! Problems: what the API answers when it cannot do what was asked (RFC 9457).
//!
//! Every answer with a status of 400 or more is one `application/problem+json` body. Its `type` is
//! an address below `/problems/` at which the same server explains it, so each kind stands here
//! once, with its status, its title and what a client should do about it.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The kinds of problem, in the order of their status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The body cannot be read as what it claims to be.
    Malformed,
    /// The request needs a key and has none that is known.
    Unauthenticated,
    /// The key may not do this.
    Forbidden,
    /// The request comes from a page of another origin.
    ForeignOrigin,
    /// Nothing is there.
    NotFound,
    /// Something is there, but it does not take this method.
    MethodNotAllowed,
    /// The answer exists in none of the forms that `Accept` admits.
    NotAcceptable,
    /// The client did not send its request in time.
    RequestTimeout,
    /// Each value is usable, but not beside the others or beside what is stored.
    Conflict,
    /// The body is longer than this server reads.
    TooLarge,
    /// The article is longer than this server parses.
    ArticleTooLong,
    /// A line of a batch is longer than this server reads.
    LineTooLong,
    /// The address is longer than this server takes.
    AddressTooLong,
    /// The body is in a form that this operation does not read.
    UnsupportedMediaType,
    /// The request can be read, but a value in it is not usable.
    Validation,
    /// The answer would be larger than this server gives.
    AnswerTooLarge,
    /// The caller asks more often than this server answers.
    RateLimited,
    /// The header fields are longer than this server takes.
    HeadersTooLong,
    /// Plenary has a fault.
    Internal,
    /// The database does not answer.
    DatabaseUnavailable,
    /// The database took longer than this server waits.
    QueryTimeout,
    /// More articles wait to be parsed than this server takes on.
    Overloaded,
    /// More requests are under way than this server takes on.
    Busy,
}

/// What is fixed about a kind of problem.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Last part of the `type` address.
    pub slug: &'static str,
    /// Status of the answer.
    pub status: StatusCode,
    /// One short line for people; the same for every problem of the kind.
    pub title: &'static str,
    /// What a client can do about it.
    pub remedy: &'static str,
}

impl Kind {
    /// Every kind, in the order of their status.
    pub const ALL: &'static [Kind] = &[
        Kind::Malformed,
        Kind::Unauthenticated,
        Kind::Forbidden,
        Kind::ForeignOrigin,
        Kind::NotFound,
        Kind::MethodNotAllowed,
        Kind::NotAcceptable,
        Kind::RequestTimeout,
        Kind::Conflict,
        Kind::TooLarge,
        Kind::ArticleTooLong,
        Kind::LineTooLong,
        Kind::AddressTooLong,
        Kind::UnsupportedMediaType,
        Kind::Validation,
        Kind::AnswerTooLarge,
        Kind::RateLimited,
        Kind::HeadersTooLong,
        Kind::Internal,
        Kind::DatabaseUnavailable,
        Kind::QueryTimeout,
        Kind::Overloaded,
        Kind::Busy,
    ];

    /// What is fixed about the kind.
    pub const fn facts(self) -> Facts {
        let (slug, status, title, remedy) = match self {
            Kind::Malformed => (
                "malformed",
                StatusCode::BAD_REQUEST,
                "The request cannot be read",
                "Send well-formed HTTP, and JSON or text in UTF-8; `detail` says where reading stopped.",
            ),
            Kind::Unauthenticated => (
                "unauthenticated",
                StatusCode::UNAUTHORIZED,
                "A key is needed",
                "Send `Authorization: Bearer KEY`; whoever runs this server makes keys with `plenary keys create`.",
            ),
            Kind::Forbidden => (
                "forbidden",
                StatusCode::FORBIDDEN,
                "The key may not do this",
                "Use a key of the scope that `detail` names; each scope includes those before it: read, ingest, review, admin.",
            ),
            Kind::ForeignOrigin => (
                "foreign-origin",
                StatusCode::FORBIDDEN,
                "The request comes from a foreign page",
                "Send a key, or call this server from a page of its own.",
            ),
            Kind::NotFound => (
                "not-found",
                StatusCode::NOT_FOUND,
                "Nothing is there",
                "Check the address; slugs and ids come from the lists, e.g. `/v1/parties`.",
            ),
            Kind::MethodNotAllowed => (
                "method-not-allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "The address does not take this method",
                "Use one of the methods in the `Allow` header.",
            ),
            Kind::NotAcceptable => (
                "not-acceptable",
                StatusCode::NOT_ACCEPTABLE,
                "No admitted form of the answer exists",
                "Accept `application/json`; lists and comparisons also come as `text/csv` and `application/x-ndjson`.",
            ),
            Kind::RequestTimeout => (
                "request-timeout",
                StatusCode::REQUEST_TIMEOUT,
                "The request did not arrive in time",
                "Send the request again over a faster connection, or in smaller parts.",
            ),
            Kind::Conflict => (
                "conflict",
                StatusCode::CONFLICT,
                "Values do not fit together",
                "Each value in `errors` is well-formed, but not beside the others or beside what is stored; change one of them.",
            ),
            Kind::TooLarge => (
                "too-large",
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is too large",
                "Send less at once: many articles go line by line to `/v1/articles/batch`.",
            ),
            Kind::ArticleTooLong => (
                "article-too-long",
                StatusCode::PAYLOAD_TOO_LARGE,
                "The article is too long",
                "Send the article alone, without what surrounds it, or in parts.",
            ),
            Kind::LineTooLong => (
                "line-too-long",
                StatusCode::PAYLOAD_TOO_LARGE,
                "A line of the batch is too long",
                "Put one article on each line; the other lines are not affected.",
            ),
            Kind::AddressTooLong => (
                "address-too-long",
                StatusCode::URI_TOO_LONG,
                "The address is too long",
                "Name fewer values in the query, or several requests' worth of them one after the other.",
            ),
            Kind::UnsupportedMediaType => (
                "unsupported-media-type",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body is in a form that is not read here",
                "Set `Content-Type` to one of the forms that `detail` lists.",
            ),
            Kind::Validation => (
                "validation",
                StatusCode::UNPROCESSABLE_ENTITY,
                "A value is not usable",
                "Correct the parameters or fields that `errors` lists.",
            ),
            Kind::AnswerTooLarge => (
                "answer-too-large",
                StatusCode::UNPROCESSABLE_ENTITY,
                "The answer would be too large",
                "Ask for less: a smaller `limit`, or a narrower filter or a greater `min_count` for a comparison.",
            ),
            Kind::RateLimited => (
                "rate-limited",
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests",
                "Try again after the seconds in `Retry-After`; `RateLimit-Remaining` tells how many are left.",
            ),
            Kind::HeadersTooLong => (
                "headers-too-long",
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "The header fields are too long",
                "Send fewer and shorter header fields; browsers send the cookies of other services on the same host.",
            ),
            Kind::Internal => (
                "internal",
                StatusCode::INTERNAL_SERVER_ERROR,
                "Plenary has a fault",
                "Report it with the `X-Request-Id` of the answer; the server's log tells more under that id.",
            ),
            Kind::DatabaseUnavailable => (
                "database-unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
                "The database does not answer",
                "Try again after the seconds in `Retry-After`; nothing was stored.",
            ),
            Kind::QueryTimeout => (
                "query-timeout",
                StatusCode::SERVICE_UNAVAILABLE,
                "The database took too long",
                "Narrow the filter, or try again when the server has less to do.",
            ),
            Kind::Overloaded => (
                "overloaded",
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many articles wait to be parsed",
                "Try again after the seconds in `Retry-After`, or send a batch, which waits for its turn.",
            ),
            Kind::Busy => (
                "busy",
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many requests are under way",
                "Try again after the seconds in `Retry-After`.",
            ),
        };
        Facts {
            slug,
            status,
            title,
            remedy,
        }
    }

    /// The kind that fits a bare status, e.g. one set by the HTTP library.
    pub fn of_status(status: StatusCode) -> Kind {
        Kind::ALL
            .iter()
            .copied()
            .find(|kind| kind.facts().status == status)
            .unwrap_or(if status.is_client_error() {
                Kind::Malformed
            } else {
                Kind::Internal
            })
    }
}

/// A problem, as RFC 9457 shapes it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Problem::example()))]
pub struct Problem {
    /// What kind of problem it is: an address on this server that explains it. Programs should
    /// branch on this value.
    #[serde(rename = "type")]
    #[schema(value_type = String, format = "uri-reference")]
    pub address: Box<str>,
    /// One line for people; the same for every problem of the kind.
    pub title: &'static str,
    /// HTTP status of the answer, 400 or more.
    #[schema(value_type = u16, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What went wrong in this very request.
    pub detail: String,
    /// The values that are not usable; empty for problems of the request as a whole.
    pub errors: Vec<FieldProblem>,
    #[serde(skip)]
    #[schema(ignore)]
    kind: Kind,
    /// For the log only, never for the client.
    #[serde(skip)]
    #[schema(ignore)]
    cause: Option<Box<str>>,
    #[serde(skip)]
    #[schema(ignore)]
    header: Option<Box<(HeaderName, String)>>,
}

/// One value that is not usable.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where the value stands: `query.NAME`, `path.NAME`, `body.FIELD` or `header.NAME`.
    pub location: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    /// A problem of a kind, with what went wrong in this request.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Problem {
        let facts = kind.facts();
        Problem {
            address: format!("/problems/{}", facts.slug).into(),
            title: facts.title,
            status: facts.status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            kind,
            cause: None,
            header: None,
        }
    }

    /// A value that is not as the OpenAPI document describes it, e.g. `query.limit`.
    pub fn invalid(location: impl Into<String>, detail: impl Into<String>) -> Problem {
        Problem::of_value(Kind::Validation, location.into(), detail.into())
    }

    /// A value that is as the document describes it, but fits neither the other values nor what is
    /// stored, e.g. a `query.revision` that is still to come.
    pub fn conflict(location: impl Into<String>, detail: impl Into<String>) -> Problem {
        Problem::of_value(Kind::Conflict, location.into(), detail.into())
    }

    /// An answer that would be larger than this server gives, and the value that makes it so.
    pub fn answer_too_large(location: impl Into<String>, detail: impl Into<String>) -> Problem {
        Problem::of_value(Kind::AnswerTooLarge, location.into(), detail.into())
    }

    fn of_value(kind: Kind, location: String, detail: String) -> Problem {
        let mut problem = Problem::new(kind, format!("{location}: {detail}"));
        problem.errors = vec![FieldProblem { location, detail }];
        problem
    }

    /// Nothing of that name: `what` is the singular word, `name` the slug or id.
    pub fn not_found(what: &str, name: impl std::fmt::Display) -> Problem {
        Problem::new(Kind::NotFound, format!("There is no {what} `{name}`."))
    }

    /// A fault of Plenary's own; `cause` goes to the log only.
    pub fn internal(cause: impl std::fmt::Display) -> Problem {
        let mut problem = Problem::new(Kind::Internal, "The request could not be completed.");
        problem.cause = Some(cause.to_string().into());
        problem
    }

    /// The same problem with a cause for the log.
    pub fn because(mut self, cause: impl std::fmt::Display) -> Problem {
        self.cause = Some(cause.to_string().into());
        self
    }

    /// The same problem with a header that says more, e.g. `Allow`.
    pub fn with_header(mut self, name: HeaderName, value: String) -> Problem {
        self.header = Some(Box::new((name, value)));
        self
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What the log should know beyond `detail`.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    fn example() -> Problem {
        Problem::invalid(
            "query.stances",
            "`against` is no stance; use one of: oppose, neutral, support",
        )
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.facts().status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        response.content_type(MEDIA_TYPE);
        if let Some((name, value)) = self.header.as_deref() {
            response.insert_header((name, value.as_str()));
        }
        if self.status_code() == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, "2"));
        }
        // Strings and numbers always serialise; an empty body is still a correct status.
        response.body(serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_an_address_of_its_own() {
        let slugs: std::collections::HashSet<_> =
            Kind::ALL.iter().map(|kind| kind.facts().slug).collect();
        assert_eq!(slugs.len(), Kind::ALL.len());
    }

    #[test]
    fn a_status_of_the_library_becomes_a_kind() {
        assert_eq!(Kind::of_status(StatusCode::NOT_FOUND), Kind::NotFound);
        assert_eq!(Kind::of_status(StatusCode::IM_A_TEAPOT), Kind::Malformed);
        assert_eq!(Kind::of_status(StatusCode::BAD_GATEWAY), Kind::Internal);
    }

    #[test]
    fn the_cause_stays_out_of_the_body() {
        let body = serde_json::to_string(&Problem::internal("password=secret")).unwrap();
        assert!(!body.contains("secret"), "{body}");
    }
}

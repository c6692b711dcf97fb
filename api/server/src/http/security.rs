//! What browsers are told: which headers keep an answer from being misused, and whose pages may call.

use super::access::Access;
use actix_cors::Cors;
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;

/// No answer of the API is a page: nothing in it may run, load or be framed.
pub(super) const DATA_POLICY: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Swagger UI loads only what this server serves and calls only this server. The hash is that of the one
/// style sheet that its script writes into the page, and its icons are `data:` addresses.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' \
    'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'none'";

/// The same for every answer.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];

/// The security headers of an answer with a policy.
pub(super) fn fields(policy: &'static str) -> impl Iterator<Item = (HeaderName, &'static str)> {
    ALWAYS
        .into_iter()
        .chain([(header::CONTENT_SECURITY_POLICY, policy)])
}

/// Writes the security headers of an answer.
pub async fn harden<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let policy = if request.path().starts_with(crate::app::SWAGGER_UI) {
        PAGE_POLICY
    } else {
        DATA_POLICY
    };
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    for (name, value) in fields(policy) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Which pages of other origins may call the API from a browser. A key goes in a header that the page
/// sets itself, so no credentials of the browser are ever let through.
pub fn cors(access: &Access) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "DELETE"])
        .allowed_headers([
            "accept",
            "authorization",
            "content-type",
            "if-none-match",
            "traceparent",
            "x-request-id",
        ])
        .expose_headers([
            "etag",
            "link",
            "location",
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset",
            "retry-after",
            "www-authenticate",
            "x-request-id",
            "x-revision",
            "x-total-count",
        ])
        .max_age(3600);
    if access.origins.iter().any(|origin| origin == "*") {
        return cors.allow_any_origin().send_wildcard();
    }
    access
        .origins
        .iter()
        .fold(cors, |cors, origin| cors.allowed_origin(origin))
}

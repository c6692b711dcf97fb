//! What happens to every request: its id, its line in the log, its entity tag, and that every
//! failure leaves as a problem.

use super::access::Identity;
use super::metrics::method_name;
use super::problem::{Kind, MEDIA_TYPE, Problem};
use super::traces;
use crate::state::State;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use opentelemetry::trace::FutureExt;
use sha2::{Digest, Sha256};
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// Names a request in the log and in support questions, in and out.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its id, logs one line about it, and turns whatever failed into a problem.
///
/// The id is the client's own `X-Request-Id` where that is a short plain word, else a new one.
/// Query strings and bodies are never logged: they may hold article text.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_plain(id))
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
    let method = request.method().clone();
    let span = tracing::info_span!("request", id = %id);
    let traced = traces::begin(request.request());
    let answered = next.call(request).instrument(span.clone());
    // Handlers and extractors answer with their failures; only a broken middleware ends here.
    let mut response = match &traced {
        Some(context) => answered.with_context(context.clone()).await?,
        None => answered.await?,
    }
    .map_into_boxed_body();
    let _entered = span.enter();
    if let Some(error) = response.response().error() {
        log_failure(response.status(), error);
    }
    if response.status().as_u16() >= 400
        && !is_problem(response.headers().get(header::CONTENT_TYPE))
    {
        let problem = as_problem(response.status(), response.response().error());
        let answer = actix_web::ResponseError::error_response(&problem);
        response = ServiceResponse::new(response.into_parts().0, answer);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    // Counters and probes ask often and say little.
    let quiet = matches!(
        response.request().path(),
        "/healthz" | "/readyz" | "/metrics"
    ) && response.status().is_success();
    let path = response.request().path();
    let status = response.status().as_u16();
    // The name of the key, never the key.
    let extensions = response.request().extensions();
    let identity = extensions.get::<Identity>();
    let key = identity.and_then(|identity| identity.0.as_ref().ok()?.key());
    let duration_ms = started.elapsed().as_micros() as f64 / 1000.0;
    let trace = traced.as_ref().map(traces::id);
    if quiet {
        tracing::debug!(%method, path, status, duration_ms, trace, "request");
    } else {
        tracing::info!(%method, path, status, duration_ms, key, trace, "request");
    }
    drop(extensions);
    if let Some(context) = traced {
        let method = method_name(&method);
        traces::end(&context, response.request(), method, response.status());
    }
    if let Ok(state) = State::of(response.request()) {
        let route = response.request().match_pattern();
        let status = response.status();
        let took = started.elapsed();
        state
            .metrics
            .request(&method, route.as_deref(), status, took);
    }
    Ok(response)
}

fn is_plain(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
}

fn is_problem(content_type: Option<&HeaderValue>) -> bool {
    content_type.is_some_and(|value| value.as_bytes().starts_with(MEDIA_TYPE.as_bytes()))
}

/// A failure of the HTTP library as a problem.
fn as_problem(status: StatusCode, error: Option<&Error>) -> Problem {
    let kind = Kind::of_status(status);
    match error {
        Some(error) if status.is_client_error() => Problem::new(kind, error.to_string()),
        _ => Problem::new(kind, kind.facts().remedy),
    }
}

fn log_failure(status: StatusCode, error: &Error) {
    let problem = error.as_error::<Problem>();
    let cause = problem.and_then(Problem::cause).unwrap_or_default();
    if status.is_server_error() {
        tracing::error!(status = status.as_u16(), cause, "request failed: {error}");
    } else {
        tracing::debug!(status = status.as_u16(), cause, "request refused: {error}");
    }
}

/// Answers `HEAD` wherever `GET` is answered. The HTTP library leaves the body out by itself.
pub async fn head_as_get<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}

/// Gives every complete answer to a `GET` an entity tag, and answers 304 where the client has it.
///
/// The tag is weak: a compressed and a plain answer of the same content share it. Answers that are
/// streamed have none.
pub async fn tag<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let wanted = (request.method() == Method::GET)
        .then(|| request.headers().get(header::IF_NONE_MATCH).cloned());
    let response = next.call(request).await?;
    let Some(if_none_match) = wanted else {
        return Ok(response.map_into_boxed_body());
    };
    if response.status() != StatusCode::OK {
        return Ok(response.map_into_boxed_body());
    }
    let (http, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        Err(body) => {
            let response = response.set_body(body).map_into_boxed_body();
            return Ok(ServiceResponse::new(http, response));
        }
    };
    let digest = Sha256::digest(&bytes);
    let tag = digest[..12]
        .iter()
        .fold(String::from("W/\""), |tag, byte| format!("{tag}{byte:02x}"))
        + "\"";
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    // A stored answer may be shown again only after asking whether it still holds.
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    let response = if if_none_match.is_some_and(|held| holds(&held, &tag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.headers_mut().remove(header::CONTENT_TYPE);
        response.set_body(BoxBody::new(()))
    } else {
        response.set_body(BoxBody::new(bytes))
    };
    Ok(ServiceResponse::new(http, response))
}

/// True when `If-None-Match` lists the tag or `*`; weak comparison (RFC 9110, 8.8.3.2).
fn holds(if_none_match: &HeaderValue, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if_none_match.to_str().is_ok_and(|held| {
        held.split(',')
            .any(|one| one.trim() == "*" || opaque(one) == opaque(tag))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        let held = |value: &'static str| holds(&HeaderValue::from_static(value), "W/\"ab\"");
        assert!(held("W/\"ab\""));
        assert!(held("\"xy\", \"ab\""));
        assert!(held("*"));
        assert!(!held("\"abc\""));
    }

    #[test]
    fn a_strange_request_id_is_not_taken_over() {
        assert!(is_plain("01HZX-7.a_b:c"));
        for strange in ["", "a b", "a\nb", "é", &"x".repeat(129)] {
            assert!(!is_plain(strange), "{strange:?}");
        }
    }
}

//! Traces for OpenTelemetry: a span for each request, and one for each parse in it, sent over OTLP.
//!
//! Off unless an operator names where they go. A client's `traceparent` (W3C Trace Context) is taken over, so that
//! our spans stand in its trace. Spans name routes and statuses, never addresses, keys or texts.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use anyhow::Context as _;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::runtime::Handle;

/// Where spans go; set once, by the command that serves.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// How long what is left is sent when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Spans that are on their way; [`Traces::close`] sends what is left.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends spans to a collector from now on: `endpoint` is its address without `/v1/traces`. Must be called
    /// inside a Tokio runtime. Only the first call of a process counts.
    ///
    /// # Errors
    /// When the address cannot be understood.
    pub fn start(endpoint: &str) -> anyhow::Result<Traces> {
        // Only the first call counts; whoever set another provider before keeps it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let endpoint = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        let client = Client {
            http: reqwest::Client::builder().build()?,
            runtime: Handle::current(),
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(&endpoint)
            .build()
            .with_context(|| format!("traces cannot be sent to {endpoint}"))?;
        let mut resource = Resource::builder()
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        // The variable of the specification is read by the library, and wins.
        if std::env::var_os("OTEL_SERVICE_NAME").is_none_or(|name| name.is_empty()) {
            resource = resource.with_service_name("plenary");
        }
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource.build())
            .build();
        let _ = TRACER.set(provider.tracer("plenary"));
        Ok(Traces(provider))
    }

    /// Sends what is left.
    pub async fn close(self) {
        // The library waits for its own thread, which waits for this runtime.
        let closed = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST_WORDS));
        if let Ok(Err(error)) = closed.await {
            tracing::warn!("the last traces were not sent: {error}");
        }
    }
}

/// The HTTP client of the process, for a library that calls it from a thread of its own.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: Handle,
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (http, request) = (self.http.clone(), request.try_into()?);
        let sent = self.runtime.spawn(async move {
            let answer = http.execute(request).await?.error_for_status()?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let (status, body) = sent.await??;
        Ok(Response::builder().status(status).body(body)?)
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}

/// Begins the span of a request, as a child of the client's where it names one; `None` where nobody wants it.
pub fn begin(request: &HttpRequest) -> Option<Context> {
    let tracer = TRACER.get()?;
    let parent = TraceContextPropagator::new().extract(&Headers(request.headers()));
    let span = tracer
        .span_builder("request")
        .with_kind(SpanKind::Server)
        .start_with_context(tracer, &parent);
    Some(parent.with_span(span))
}

/// Ends the span of a request. The names are those of OpenTelemetry's conventions for HTTP servers.
pub fn end(context: &Context, request: &HttpRequest, method: &str, status: StatusCode) {
    let span = context.span();
    let route = request.match_pattern();
    let name = route
        .as_deref()
        .map_or_else(|| method.to_owned(), |route| format!("{method} {route}"));
    span.update_name(name);
    span.set_attribute(KeyValue::new("http.request.method", method.to_owned()));
    if let Some(route) = route {
        span.set_attribute(KeyValue::new("http.route", route));
    }
    let code = i64::from(status.as_u16());
    span.set_attribute(KeyValue::new("http.response.status_code", code));
    if status.is_server_error() {
        span.set_status(Status::error(""));
    }
    span.end();
}

/// The trace of a span, in hexadecimal digits.
pub fn id(context: &Context) -> String {
    context.span().span_context().trace_id().to_string()
}

/// The span in which this is called, for work that goes on elsewhere; `None` where there is none.
pub fn current() -> Option<Context> {
    TRACER.get()?;
    let context = Context::current();
    context.has_active_span().then_some(context)
}

/// A part of the work for a request; its span ends when this is dropped.
pub fn part(of: Option<&Context>, name: &'static str) -> Option<impl Sized> {
    let (tracer, parent) = TRACER.get().zip(of)?;
    Some(tracer.span_builder(name).start_with_context(tracer, parent))
}

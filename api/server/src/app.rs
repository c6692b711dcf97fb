//! The application: routes, middleware, Swagger UI, and the server that runs it.
//!
//! Building the application is apart from running it, so that tests start the real one.

use crate::http::access::Access;
use crate::http::connection::Connection;
use crate::http::cpu::ParsePool;
use crate::http::gate::{self, Gate};
use crate::http::head::{HeadLimits, LONGEST_ADDRESS};
use crate::http::metrics::Metrics;
use crate::http::problem::{Kind, Problem};
use crate::http::query::MAX_LIMIT;
use crate::http::rate::Rate;
use crate::http::{middleware, openapi, security};
use crate::routes;
use crate::state::State;
use actix_http::{HttpService, Protocol};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{AppConfig, ResourceDef, Server, ServiceRequest, ServiceResponse};
use actix_web::error::PathError;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, LOCATION};
use actix_web::middleware::{Compress, Condition, Next, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::{App, Error, HttpRequest, HttpResponse, web};
use plenary_parser::Parser;
use plenary_store::Store;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Address of the OpenAPI document.
pub const DOCUMENT: &str = "/openapi.json";
/// Address of Swagger UI.
pub const SWAGGER_UI: &str = "/swagger-ui/";

/// How much a server takes on; see `config::HttpConfig`.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Threads that serve HTTP.
    pub http_threads: usize,
    /// Articles parsed at once.
    pub parses: usize,
    /// Articles that may wait to be parsed.
    pub waiting_parses: usize,
    /// Longest body of a request, in bytes.
    pub max_body_bytes: usize,
    /// Longest article, in bytes of text.
    pub max_article_bytes: usize,
    /// Longest line of a batch, in bytes.
    pub max_line_bytes: usize,
    /// Most items on the page of a list.
    pub max_page_items: u32,
    /// Most positions that one comparison may be about.
    pub max_comparison_positions: usize,
    /// Requests under way at once.
    pub requests: usize,
    /// How often one address may ask; `None`: as often as it likes.
    pub address_rate: Option<Rate>,
    /// How often the holder of one key may ask; `None`: as often as they like.
    pub key_rate: Option<Rate>,
    /// How long the head of a request may be.
    pub head: HeadLimits,
    /// How long a client may take to send its head, to send its body (of a batch: to go on sending), and to
    /// read some more of its answer.
    pub client_patience: Duration,
    /// How long requests under way may take to finish at the end.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        Limits {
            http_threads: cores,
            parses: cores,
            waiting_parses: 64,
            max_body_bytes: 4 << 20,
            max_article_bytes: 1 << 20,
            max_line_bytes: 4 << 20,
            max_page_items: MAX_LIMIT,
            max_comparison_positions: 1_000_000,
            requests: 256,
            address_rate: None,
            key_rate: None,
            head: HeadLimits {
                address: LONGEST_ADDRESS as usize,
                fields: 32 << 10,
            },
            client_patience: Duration::from_secs(20),
            shutdown: Duration::from_secs(10),
        }
    }
}

/// A server on a port that is taken already, ready to be awaited. Signals are the caller's.
///
/// # Errors
/// When threads cannot be made or the document cannot be written.
pub fn server(
    listener: TcpListener,
    store: Store,
    parser: Arc<Parser>,
    limits: &Limits,
    access: Access,
) -> anyhow::Result<Server> {
    let metrics = Arc::new(Metrics::new()?);
    let parse = ParsePool::new(parser, limits.parses, limits.waiting_parses)?
        .telling_times(metrics.parses().clone());
    let gate = web::Data::new(Gate::new(store.clone(), &access, limits));
    let access = web::Data::new(access);
    let state = web::Data::new(State {
        store: store.observing_at_most(limits.max_comparison_positions),
        parse,
        batch_width: limits.parses * 2,
        max_article_bytes: limits.max_article_bytes,
        max_line_bytes: limits.max_line_bytes,
        max_page_items: limits.max_page_items,
        client_patience: limits.client_patience,
        metrics,
    });
    let document = openapi::document();
    let text = web::Bytes::from(openapi::text(&document)?);
    let methods = web::Data::new(Methods::of(&document));
    let max_body = limits.max_body_bytes;
    let application = move || {
        let text = text.clone();
        App::new()
            .into_utoipa_app()
            .app_data(state.clone())
            .app_data(methods.clone())
            .app_data(gate.clone())
            .app_data(access.clone())
            .app_data(web::PayloadConfig::new(max_body))
            .app_data(web::PathConfig::default().error_handler(|error, request| {
                let at = request.match_pattern().unwrap_or_default();
                let name = at
                    .split_once('{')
                    .and_then(|(_, rest)| rest.split_once('}'))
                    .map_or("slug", |(name, _)| name);
                let what = match error {
                    PathError::Deserialize(error) => error.to_string(),
                    error => error.to_string(),
                };
                Problem::invalid(format!("path.{name}"), what).into()
            }))
            .configure(routes::configure)
            .default_service(web::to(nothing_here))
            .into_app()
            .route(
                DOCUMENT,
                web::get().to(move || {
                    let text = text.clone();
                    async move {
                        HttpResponse::Ok()
                            .content_type("application/json")
                            .body(text)
                    }
                }),
            )
            .route("/", web::get().to(to_swagger_ui))
            .route("/swagger-ui", web::get().to(to_swagger_ui))
            .service(
                SwaggerUi::new(format!("{SWAGGER_UI}{{_:.*}}")).config(
                    Config::from(DOCUMENT)
                        .display_request_duration(true)
                        // Another server has no business with ours.
                        .validator_url("none")
                        .doc_expansion("list"),
                ),
            )
            .wrap(from_fn(known_method))
            .wrap(from_fn(middleware::tag))
            .wrap(Compress::default())
            .wrap(from_fn(middleware::head_as_get))
            .wrap(from_fn(gate::pass))
            .wrap(Condition::new(
                !access.origins.is_empty(),
                security::cors(&access),
            ))
            .wrap(from_fn(security::harden))
            .wrap(from_fn(middleware::observe))
    };
    let patience = limits.client_patience;
    let server = Server::build();
    let stopping = server.graceful_shutdown_signal();
    // What `HttpServer` of the library does, but on connections of our own.
    let server = server
        .workers(limits.http_threads)
        .shutdown_timeout(limits.shutdown.as_secs())
        .disable_signals()
        .listen("plenary", listener, move || {
            let stopping = stopping.clone();
            let application = application()
                .into_factory()
                .map_err(|error: Error| error.error_response());
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                .client_request_timeout(patience)
                .client_disconnect_timeout(Duration::from_secs(1))
                .finish(map_config(application, |()| AppConfig::default()));
            fn_service(move |stream: TcpStream| async move {
                // An answer is written in one go, so waiting for more to send only makes it late.
                let _ = stream.set_nodelay(true);
                let peer = stream.peer_addr().ok();
                let connection = Connection::new(stream, patience);
                Ok((connection, Protocol::Http1, peer))
            })
            .and_then(http)
        })?
        .run();
    Ok(server)
}

async fn to_swagger_ui() -> HttpResponse {
    HttpResponse::TemporaryRedirect()
        .insert_header((LOCATION, SWAGGER_UI))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

/// The methods of every documented path: what `Allow` says.
struct Methods(Vec<(ResourceDef, String)>);

impl Methods {
    fn of(document: &utoipa::openapi::OpenApi) -> Methods {
        let fixed = ["/", "/swagger-ui", SWAGGER_UI, DOCUMENT]
            .map(|path| (ResourceDef::new(path), "GET, HEAD".to_owned()));
        let documented = document.paths.paths.iter().map(|(path, item)| {
            let mut methods = Vec::new();
            if item.get.is_some() {
                methods.extend(["GET", "HEAD"]);
            }
            if item.post.is_some() {
                methods.push("POST");
            }
            if item.delete.is_some() {
                methods.push("DELETE");
            }
            (ResourceDef::new(path.as_str()), methods.join(", "))
        });
        // Paths without parameters first: `/v1/articles/batch` is no id.
        let mut all: Vec<_> = fixed.into_iter().chain(documented).collect();
        all.sort_by_key(|(path, _)| path.pattern().is_some_and(|pattern| pattern.contains('{')));
        Methods(all)
    }
}

/// Refuses a method that the address does not take. This comes before routing, where the fixed path
/// of one resource reads as the parameter of another: `/v1/articles/batch` is no id.
async fn known_method<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (path, method) = (request.path(), request.method());
    let known = request
        .app_data::<web::Data<Methods>>()
        .and_then(|methods| {
            let mut all = methods.0.iter();
            all.find(|(route, _)| route.is_match(path))
        });
    let refused = match known {
        Some((_, allowed)) if !allowed.split(", ").any(|one| one == method.as_str()) => {
            Problem::new(
                Kind::MethodNotAllowed,
                format!("`{path}` does not take {method}; it takes {allowed}."),
            )
            .with_header(ALLOW, allowed.clone())
        }
        _ => return Ok(next.call(request).await?.map_into_boxed_body()),
    };
    Ok(ServiceResponse::from_err(refused, request.into_parts().0))
}

/// What no route takes.
async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path();
    Err(Problem::new(
        Kind::NotFound,
        format!("There is nothing at `{path}`; {SWAGGER_UI} shows what there is."),
    ))
}

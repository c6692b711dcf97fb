//! What the server counts about itself, in the text form of Prometheus.
//!
//! One registry a server, so that two servers in one process do not add up. What is counted as it happens
//! (requests, articles, parses) is kept here; what has a state (connections, requests under way) is looked
//! at when somebody asks.

use super::problem::Problem;
use actix_web::http::{Method, StatusCode};
use plenary_store::PoolUse;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};
use std::time::Duration;

/// Bounds of the time of a request, in seconds: from a probe to the longest query.
const REQUEST_SECONDS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// Bounds of the time of a parse, in seconds: from a short report to the longest article.
const PARSE_SECONDS: &[f64] = &[
    0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0,
];

/// The counters of a server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: HistogramVec,
    parses: Histogram,
    articles: Articles,
    under_way: IntGauge,
    parses_under_way: IntGauge,
    connections: IntGaugeVec,
    most_connections: IntGaugeVec,
    waiting: IntGaugeVec,
}

/// What became of the articles that were sent to be stored.
#[derive(Debug)]
pub struct Articles {
    /// New ones.
    pub stored: IntCounter,
    /// Those whose content was stored already.
    pub known: IntCounter,
    /// Those that were not stored: a line of a batch with a problem, or a fault on the way.
    pub failed: IntCounter,
}

/// What is looked at when somebody asks.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Requests under way.
    pub requests: usize,
    /// Articles that are parsed or wait for it.
    pub parses: usize,
    /// Connections for changes.
    pub write: PoolUse,
    /// Connections for reading, where they are others.
    pub read: Option<PoolUse>,
}

/// The name of a method for labels and spans, which are few: clients may invent methods.
pub fn method_name(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS => method.as_str(),
        _ => "other",
    }
}

impl Metrics {
    /// Counters at zero.
    ///
    /// # Errors
    /// When a name is none or stands twice, which is a fault of this file.
    pub fn new() -> Result<Metrics, prometheus::Error> {
        let articles = IntCounterVec::new(
            Opts::new(
                "plenary_articles_total",
                "Articles sent to be stored, by what became of them.",
            ),
            &["outcome"],
        )?;
        let gauges = |name, help| IntGaugeVec::new(Opts::new(name, help), &["pool"]);
        let metrics = Metrics {
            registry: Registry::new(),
            requests: HistogramVec::new(
                HistogramOpts::new(
                    "plenary_http_request_duration_seconds",
                    "Seconds from a request to the beginning of its answer.",
                )
                .buckets(REQUEST_SECONDS.to_vec()),
                &["method", "route", "status"],
            )?,
            parses: Histogram::with_opts(
                HistogramOpts::new(
                    "plenary_parse_duration_seconds",
                    "Seconds that parsing an article took, without waiting for a turn.",
                )
                .buckets(PARSE_SECONDS.to_vec()),
            )?,
            articles: Articles {
                stored: articles.with_label_values(&["stored"]),
                known: articles.with_label_values(&["known"]),
                failed: articles.with_label_values(&["failed"]),
            },
            under_way: IntGauge::new(
                "plenary_http_requests_under_way",
                "Requests under way that count towards the limit.",
            )?,
            parses_under_way: IntGauge::new(
                "plenary_parses_under_way",
                "Articles that are parsed or wait for their turn.",
            )?,
            connections: IntGaugeVec::new(
                Opts::new(
                    "plenary_database_connections",
                    "Open connections to the database, by what they do.",
                ),
                &["pool", "state"],
            )?,
            most_connections: gauges(
                "plenary_database_connections_max",
                "Connections to the database that may be open.",
            )?,
            waiting: gauges(
                "plenary_database_waiting",
                "Calls that wait for a connection to the database.",
            )?,
        };
        let build = IntGaugeVec::new(
            Opts::new("plenary_build_info", "Versions of this server; always 1."),
            &["version", "parser_version"],
        )?;
        build
            .with_label_values(&[env!("CARGO_PKG_VERSION"), plenary_parser::VERSION])
            .set(1);
        let registry = &metrics.registry;
        registry.register(Box::new(build))?;
        registry.register(Box::new(articles))?;
        registry.register(Box::new(metrics.requests.clone()))?;
        registry.register(Box::new(metrics.parses.clone()))?;
        registry.register(Box::new(metrics.under_way.clone()))?;
        registry.register(Box::new(metrics.parses_under_way.clone()))?;
        registry.register(Box::new(metrics.connections.clone()))?;
        registry.register(Box::new(metrics.most_connections.clone()))?;
        registry.register(Box::new(metrics.waiting.clone()))?;
        Ok(metrics)
    }

    /// Counts a request. `route` is the pattern that its address matches, never the address: nobody may
    /// make labels without end.
    pub fn request(
        &self,
        method: &Method,
        route: Option<&str>,
        status: StatusCode,
        took: Duration,
    ) {
        self.requests
            .with_label_values(&[
                method_name(method),
                route.unwrap_or("none"),
                status.as_str(),
            ])
            .observe(took.as_secs_f64());
    }

    /// Where the time of each parse goes.
    pub fn parses(&self) -> &Histogram {
        &self.parses
    }

    /// What became of articles.
    pub fn articles(&self) -> &Articles {
        &self.articles
    }

    /// Everything, in Prometheus' text form 0.0.4.
    ///
    /// # Errors
    /// When something that was counted cannot be written, which is a fault of this file.
    pub fn text(&self, now: Moment) -> Result<String, Problem> {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.under_way.set(number(now.requests));
        self.parses_under_way.set(number(now.parses));
        for (pool, seen) in [("write", Some(now.write)), ("read", now.read)] {
            let Some(seen) = seen else { continue };
            for (state, count) in [("idle", seen.idle), ("used", seen.open - seen.idle)] {
                self.connections
                    .with_label_values(&[pool, state])
                    .set(count.into());
            }
            self.most_connections
                .with_label_values(&[pool])
                .set(seen.most.into());
            self.waiting
                .with_label_values(&[pool])
                .set(seen.waiting.into());
        }
        TextEncoder::new()
            .encode_to_string(&self.registry.gather())
            .map_err(Problem::internal)
    }
}

//! The forms of an answer: which one `Accept` asks for.

use super::problem::{Kind, Problem};
use actix_web::http::header::{ACCEPT, Accept, Header, Quality};
use actix_web::{FromRequest, HttpRequest, dev::Payload, mime};
use std::future::{Ready, ready};

/// A form in which lists and comparisons are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON document; the form of choice when a client does not care.
    Json,
    /// Comma-separated values with a header line (RFC 4180).
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// A network in XML (graphml.graphdrawing.org); for networks only.
    GraphMl,
    /// A network in XML as Gephi writes it (gexf.net); for networks only.
    Gexf,
    /// Counters in Prometheus' text form; for those only.
    Metrics,
}

impl Format {
    /// The media type with its parameters.
    pub const fn content_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Ndjson => "application/x-ndjson",
            Format::GraphMl => "application/graphml+xml",
            Format::Gexf => "application/gexf+xml",
            Format::Metrics => "text/plain; version=0.0.4; charset=utf-8",
        }
    }

    const fn essence(self) -> (&'static str, &'static str) {
        match self {
            Format::Json => ("application", "json"),
            Format::Csv => ("text", "csv"),
            Format::Ndjson => ("application", "x-ndjson"),
            Format::GraphMl => ("application", "graphml+xml"),
            Format::Gexf => ("application", "gexf+xml"),
            Format::Metrics => ("text", "plain"),
        }
    }
}

/// The best of `offers` for the request; earlier offers win ties.
pub fn negotiate(request: &HttpRequest, offers: &[Format]) -> Result<Format, Problem> {
    let preferred = offers[0];
    if !request.headers().contains_key(ACCEPT) {
        return Ok(preferred);
    }
    let refuse = || {
        let forms: Vec<_> = offers
            .iter()
            .map(|offer| offer.content_type().split(';').next().unwrap_or_default())
            .collect();
        Problem::new(
            Kind::NotAcceptable,
            format!("This answer comes as {}.", forms.join(", ")),
        )
    };
    let accept = Accept::parse(request).map_err(|_| refuse())?;
    let mut best: Option<(Quality, Format)> = None;
    for &offer in offers {
        let quality = quality(&accept, offer);
        if quality > Quality::ZERO && best.is_none_or(|(other, _)| quality > other) {
            best = Some((quality, offer));
        }
    }
    best.map(|(_, format)| format).ok_or_else(refuse)
}

/// The quality that the most specific matching range gives to a form; 0 where none matches.
fn quality(accept: &Accept, offer: Format) -> Quality {
    let (kind, subtype) = offer.essence();
    let mut found = (0, Quality::ZERO);
    for item in accept.iter() {
        let specificity = match (item.item.type_(), item.item.subtype()) {
            (mime::STAR, mime::STAR) => 1,
            (range, mime::STAR) if range == kind => 2,
            _ if item.item.essence_str() == format!("{kind}/{subtype}") => 3,
            _ => continue,
        };
        if specificity > found.0 {
            found = (specificity, item.quality);
        }
    }
    found.1
}

impl FromRequest for Format {
    type Error = Problem;
    type Future = Ready<Result<Format, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(negotiate(
            request,
            &[Format::Json, Format::Csv, Format::Ndjson],
        ))
    }
}

/// The form of an answer that is a network.
#[derive(Debug, Clone, Copy)]
pub struct NetworkFormat(pub Format);

impl FromRequest for NetworkFormat {
    type Error = Problem;
    type Future = Ready<Result<NetworkFormat, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let offers = [
            Format::Json,
            Format::Csv,
            Format::Ndjson,
            Format::GraphMl,
            Format::Gexf,
        ];
        ready(negotiate(request, &offers).map(NetworkFormat))
    }
}

/// A request that takes JSON for an answer: the extractor of operations that have one form only.
#[derive(Debug, Clone, Copy)]
pub struct AcceptsJson;

impl FromRequest for AcceptsJson {
    type Error = Problem;
    type Future = Ready<Result<AcceptsJson, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(negotiate(request, &[Format::Json]).map(|_| AcceptsJson))
    }
}

/// A request that takes NDJSON for an answer.
#[derive(Debug, Clone, Copy)]
pub struct AcceptsNdjson;

impl FromRequest for AcceptsNdjson {
    type Error = Problem;
    type Future = Ready<Result<AcceptsNdjson, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(negotiate(request, &[Format::Ndjson]).map(|_| AcceptsNdjson))
    }
}

/// A request that takes counters in Prometheus' text form for an answer.
#[derive(Debug, Clone, Copy)]
pub struct AcceptsMetrics;

impl FromRequest for AcceptsMetrics {
    type Error = Problem;
    type Future = Ready<Result<AcceptsMetrics, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(negotiate(request, &[Format::Metrics]).map(|_| AcceptsMetrics))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn accept_chooses_the_form() {
        let all = [Format::Json, Format::Csv, Format::Ndjson];
        for (accept, format) in [
            ("*/*", Some(Format::Json)),
            ("text/csv", Some(Format::Csv)),
            ("text/*", Some(Format::Csv)),
            ("application/x-ndjson", Some(Format::Ndjson)),
            ("application/json;q=0.5, text/csv;q=0.9", Some(Format::Csv)),
            ("application/json;q=0, */*", Some(Format::Csv)),
            ("text/html, */*;q=0.1", Some(Format::Json)),
            ("image/png", None),
            ("application/json;q=0", None),
        ] {
            let request = TestRequest::get()
                .insert_header((ACCEPT, accept))
                .to_http_request();
            assert_eq!(negotiate(&request, &all).ok(), format, "{accept}");
        }
        let silent = TestRequest::get().to_http_request();
        assert_eq!(negotiate(&silent, &all).ok(), Some(Format::Json));
    }
}

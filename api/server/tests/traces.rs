//! Traces reach a collector, as children of what the client says: the real binary, and a collector that is only a
//! socket.

#![cfg(target_os = "linux")]

mod process;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use plenary_store::testing::Database;
use process::{LONG, Place, Serving};
use prost::Message;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

/// Takes what is sent to it and agrees to everything.
fn collector() -> (String, Receiver<Vec<Span>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut line = String::new();
            // One connection may carry several exports.
            while stream.read_line(&mut line).is_ok_and(|read| read > 0) {
                assert!(line.starts_with("POST /v1/traces "), "{line}");
                let mut length = 0;
                loop {
                    line.clear();
                    stream.read_line(&mut line).unwrap();
                    let field = line.trim_end().to_ascii_lowercase();
                    if field.is_empty() {
                        break;
                    }
                    if let Some(value) = field.strip_prefix("content-length: ") {
                        length = value.parse().unwrap();
                    }
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                let told = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
                for resource in told.resource_spans {
                    let named = format!("{:?}", resource.resource);
                    assert!(named.contains("plenary") && named.contains("service.version"));
                    for scope in resource.scope_spans {
                        let _ = sender.send(scope.spans);
                    }
                }
                let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
                line.clear();
            }
        }
    });
    (address, receiver)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|one| one.key == name);
    format!("{:?}", found.and_then(|one| one.value.as_ref()))
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_stand_in_the_trace_of_the_client() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (place, database, client) = (
        Place::new(None),
        Database::new().await,
        reqwest::Client::new(),
    );
    let (collector, spans) = collector();
    let mut command = place.plenary(&["serve", "--port", "0", "--open"]);
    command
        .env("DATABASE_URL", &database.url)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector);
    let server = Serving::start(command);
    let parent = format!("00-{TRACE}-{PARENT}-01");
    let get = |path: &str| client.get(format!("http://{}{path}", server.address));
    let sent = get("/v1/parties/no-such-party?q=secret").header("traceparent", &parent);
    assert_eq!(sent.send().await.unwrap().status(), 422);
    let sent = client
        .post(format!("http://{}/v1/parse", server.address))
        .header("traceparent", &parent)
        .header("content-type", "text/plain")
        .body("Ann Bell said that sanctions must stay.");
    assert_eq!(sent.send().await.unwrap().status(), 200);
    // Without a parent, or with nonsense for one, it is a trace of its own.
    let sent = get("/problems").header("traceparent", "nonsense");
    assert_eq!(sent.send().await.unwrap().status(), 200);
    // What is left is sent when the server stops.
    assert!(server.end("-TERM").success());

    let mut found: Vec<Span> = Vec::new();
    while found.len() < 4 {
        found.extend(spans.recv_timeout(LONG).unwrap());
    }
    let named = |name: &str| {
        let mut all = found.iter().filter(|span| span.name == name);
        all.next()
            .unwrap_or_else(|| panic!("no {name} in {found:?}"))
    };
    let refused = named("GET /v1/parties/{slug}");
    let parsing = named("POST /v1/parse");
    for span in [refused, parsing] {
        assert_eq!(hex(&span.trace_id), TRACE);
        assert_eq!(hex(&span.parent_span_id), PARENT);
        // SPAN_KIND_SERVER
        assert_eq!(span.kind, 2);
    }
    assert!(attribute(refused, "http.response.status_code").contains("422"));
    assert!(attribute(refused, "http.route").contains("/v1/parties/{slug}"));
    let parse = named("parse");
    assert_eq!(hex(&parse.trace_id), TRACE);
    assert_eq!(parse.parent_span_id, parsing.span_id);
    let alone = named("GET /problems");
    assert!(hex(&alone.trace_id) != TRACE && alone.parent_span_id.is_empty());
    // Nothing that a client wrote is told.
    let told = format!("{found:?}");
    for words in ["secret", "no-such-party", "sanctions"] {
        assert!(!told.contains(words), "{words}");
    }
}

#[test]
fn an_address_that_is_none_is_one_line() {
    let place = Place::new(None);
    let output = place
        .plenary(&["serve", "--port", "0"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", "no address")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("no address"), "{told}");
}

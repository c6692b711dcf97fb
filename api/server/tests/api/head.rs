//! Heads of requests that are too long, are none, or come too slowly: each is a problem, also where the HTTP
//! library answers before the application has a request.

use crate::helpers::{TestApp, problem};
use plenary_server::app::Limits;
use plenary_server::http::access::Access;
use plenary_server::http::head::HeadLimits;
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Status and body of what comes back for these bytes, and that it is a problem with all that belongs to it.
async fn refused(app: &TestApp, bytes: &[u8], status: u16, kind: &str) -> Value {
    let mut stream = TcpStream::connect(app.authority()).await.unwrap();
    // The server may answer, and close, before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("{kind}: {answer}"));
    assert!(
        head.starts_with(&format!("HTTP/1.1 {status} ")),
        "{kind}: {head}"
    );
    for field in [
        "content-type: application/problem+json",
        "x-request-id: ",
        "x-content-type-options: nosniff",
        "content-security-policy: default-src 'none'",
        &format!("content-length: {}", body.len()),
    ] {
        assert!(head.contains(field), "{kind}: {field} is not in {head}");
    }
    let problem: Value = serde_json::from_str(body).unwrap();
    assert_eq!(problem["type"], format!("/problems/{kind}"));
    assert_eq!(problem["status"], status);
    problem
}

#[tokio::test]
async fn a_head_that_is_too_long_is_told_by_how_much() {
    let limits = Limits {
        head: HeadLimits {
            address: 1_000,
            fields: 2_000,
        },
        ..Limits::default()
    };
    let app = TestApp::start_guarded(limits, Access::open()).await;
    for path in ["/v1/parties", "/healthz", "/nowhere"] {
        let fits = format!("{path}?{}", "a".repeat(999 - path.len()));
        let response = app.get(&fits).await;
        assert!([422, 404].contains(&response.status().as_u16()), "{path}");
        let told = problem(app.get(&format!("{fits}a")).await, 414, "address-too-long").await;
        let detail = told["detail"].as_str().unwrap();
        assert!(
            detail.contains("1001 bytes") && detail.contains("1000"),
            "{detail}"
        );
        let long = app.request("GET", path).header("cookie", "a".repeat(2_000));
        problem(long.send().await.unwrap(), 431, "headers-too-long").await;
    }
}

#[tokio::test]
async fn a_head_that_the_library_does_not_read_is_a_problem_too() {
    let app = TestApp::start().await;
    let get =
        |address: &str, fields: &str| format!("GET {address} HTTP/1.1\r\nhost: x\r\n{fields}\r\n");
    let longest = format!("/v1/parties?{}", "a".repeat(65_534 - 12));
    // The longest address that becomes a request, and the next one.
    refused(
        &app,
        get(&longest, "connection: close\r\n").as_bytes(),
        422,
        "validation",
    )
    .await;
    let told = refused(
        &app,
        get(&format!("{longest}a"), "").as_bytes(),
        414,
        "address-too-long",
    )
    .await;
    assert!(told["detail"].as_str().unwrap().contains("65534"), "{told}");
    refused(
        &app,
        get(&format!("/{}", "a".repeat(200_000)), "").as_bytes(),
        414,
        "address-too-long",
    )
    .await;
    let many = "a: b\r\n".repeat(200);
    refused(
        &app,
        get("/healthz", &many).as_bytes(),
        431,
        "headers-too-long",
    )
    .await;
    for nonsense in [
        "nonsense\r\n\r\n",
        "GET  HTTP/1.1\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n",
        "POST /v1/parse HTTP/1.1\r\nhost: x\r\ncontent-length: many\r\n\r\n",
    ] {
        refused(&app, nonsense.as_bytes(), 400, "malformed").await;
    }
    // Two answers on one connection, of which the second is the library's.
    let mut stream = TcpStream::connect(app.authority()).await.unwrap();
    stream
        .write_all(get("/healthz", "").as_bytes())
        .await
        .unwrap();
    let mut first = vec![0; 4096];
    let read = stream.read(&mut first).await.unwrap();
    assert!(first[..read].starts_with(b"HTTP/1.1 200 "));
    stream.write_all(b"nonsense\r\n\r\n").await.unwrap();
    let mut second = String::new();
    stream.read_to_string(&mut second).await.unwrap();
    assert!(second.contains("/problems/malformed"), "{second}");
    assert_eq!(app.get("/healthz").await.status(), 200);
}

#[tokio::test]
async fn a_head_that_does_not_come_is_given_up() {
    let limits = Limits {
        client_patience: Duration::from_millis(500),
        ..Limits::default()
    };
    let app = TestApp::start_with(limits).await;
    let begun = b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ";
    refused(&app, begun, 408, "request-timeout").await;
}

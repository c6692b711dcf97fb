//! Input that is made to hurt: each bomb gets a problem or a correct answer, the server's memory stays
//! bounded, and it answers the next request.
//!
//! The real binary with its private Postgres. `cargo test --test bombs -- --nocapture` prints a table of
//! what each bomb was answered and the peak of the server's memory (`VmHWM`) while it worked on it.
//! `PLENARY_BOMB_BYTES` sets the size of the texts that are parsed to the end.

#![cfg(target_os = "linux")]

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(600);
/// Most that one bomb may add to the server's memory. A body of the default limit, 4 MiB, in its several
/// forms takes a tenth of it; so does an ordinary parse.
const MOST_MIB: u64 = 256;

struct Server {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Server {
        let folder = tempfile::tempdir().unwrap();
        // As root, Postgres runs as another user, who must be able to enter.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_plenary"))
            .args([
                "serve",
                "--open",
                "--port",
                "0",
                "--log-format",
                "json",
                "--log",
                "info",
            ])
            .arg("--data-dir")
            .arg(folder.path().join("data"))
            .env_remove("DATABASE_URL")
            .env_remove("DATABASE_READ_URL")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = log.next().unwrap().unwrap();
            let event: Value = serde_json::from_str(&line).unwrap_or_default();
            if event["message"] == "serving" {
                break event["address"].as_str().unwrap().to_owned();
            }
        };
        // A log that nobody reads would block the server.
        std::thread::spawn(move || log.for_each(drop));
        Server {
            child,
            address,
            _folder: folder,
        }
    }

    /// Status and body of the answer. A server that has seen enough may close before all is sent.
    fn send(&self, path: &str, headers: &str, body: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n\r\n",
            body.len()
        );
        let sent = stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body));
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("{path}: no answer; sent {sent:?}, read {read:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    fn is_well(&self) -> bool {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        write!(
            stream,
            "GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.starts_with("HTTP/1.1 200")
    }

    /// Memory now and its peak since the last look, in MiB.
    fn memory(&self) -> (u64, u64) {
        let process = format!("/proc/{}", self.child.id());
        let status = std::fs::read_to_string(format!("{process}/status")).unwrap();
        let of = |name: &str| -> u64 {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace()
                .nth(1)
                .unwrap()
                .parse::<u64>()
                .unwrap()
                / 1024
        };
        let found = (of("VmRSS:"), of("VmHWM:"));
        // 5 sets the peak back to what is used now (proc(5), clear_refs).
        std::fs::write(format!("{process}/clear_refs"), "5").unwrap();
        found
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM lets it stop its Postgres.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

struct Bomb {
    what: &'static str,
    path: &'static str,
    headers: &'static str,
    body: Vec<u8>,
    answers: &'static [u16],
}

fn bomb(
    what: &'static str,
    media: &'static str,
    body: impl Into<Vec<u8>>,
    answers: &'static [u16],
) -> Bomb {
    Bomb {
        what,
        path: "/v1/parse",
        headers: media,
        body: body.into(),
        answers,
    }
}

fn gzip(chunk: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..times {
        encoder.write_all(chunk).unwrap();
    }
    encoder.finish().unwrap()
}

/// `unit` over and over, up to so many bytes.
fn filled(unit: &str, bytes: usize) -> String {
    unit.repeat(bytes / unit.len())
}

fn bombs() -> Vec<Bomb> {
    const JSON: &str = "content-type: application/json";
    const TEXT: &str = "content-type: text/plain";
    const HTML: &str = "content-type: text/html";
    const LINES: &str = "content-type: application/x-ndjson";
    const GZIP_TEXT: &str = "content-type: text/plain\r\ncontent-encoding: gzip";
    const GZIP_LINES: &str = "content-type: application/x-ndjson\r\ncontent-encoding: gzip";
    let bytes = std::env::var("PLENARY_BOMB_BYTES").map_or(3_000, |bytes| bytes.parse().unwrap());
    let whole = 4_000_000;
    let mib = vec![b'a'; 1 << 20];
    let attributes: String = (0..300_000).map(|n| format!(" a{n}=1")).collect();
    let fonts: String = (0..200).map(|n| format!("<font size={n}>")).collect();
    let text = |unit: &str| filled(unit, bytes);
    let batch = |what, headers, body: Vec<u8>| Bomb {
        path: "/v1/articles/batch",
        ..bomb(what, headers, body, &[200])
    };
    vec![
        bomb("HTML: nested div", HTML, filled("<div>", whole), &[422]),
        bomb("HTML: nested b", HTML, filled("<b>", whole), &[422]),
        bomb(
            "HTML: nested table",
            HTML,
            filled("<table><tr><td>", whole),
            &[422],
        ),
        bomb("HTML: paragraphs", HTML, filled("<p>a", whole), &[422]),
        bomb(
            "HTML: open tags repeated in paragraphs",
            HTML,
            fonts + &filled("<p>a", 1_000_000),
            &[422],
        ),
        bomb(
            "HTML: attributes",
            HTML,
            format!("<p{attributes}>words"),
            &[422],
        ),
        bomb(
            "HTML: one endless tag",
            HTML,
            filled("<p a b c d e f g h i j", 22) + &filled(" a b c d", whole),
            &[422],
        ),
        bomb(
            "HTML: entities",
            HTML,
            text("&CounterClockwiseContourIntegral;"),
            &[200],
        ),
        bomb(
            "HTML: comment",
            HTML,
            format!("<!--{}--><p>words", filled("commented out ", 200_000)),
            &[200],
        ),
        bomb("JSON: nested arrays", JSON, filled("[", whole), &[400, 422]),
        bomb(
            "JSON: nested objects",
            JSON,
            filled("{\"text\":", whole),
            &[400, 422],
        ),
        bomb(
            "JSON: one field again and again",
            JSON,
            format!("{{{}\"text\":\"a\"}}", filled("\"text\":\"a\",", whole)),
            &[422],
        ),
        bomb(
            "JSON: long number",
            JSON,
            format!("{{\"text\":{}}}", filled("9", whole)),
            &[400, 422],
        ),
        bomb("JSON: NUL", JSON, r#"{"text":"a\u0000b"}"#, &[422]),
        bomb(
            "JSON: lone surrogate",
            JSON,
            r#"{"text":"a\ud800b"}"#,
            &[400],
        ),
        bomb("text: NUL", TEXT, "a\0b", &[422]),
        bomb(
            "text: invalid UTF-8",
            TEXT,
            b"Minister \xff\xfe said".to_vec(),
            &[400],
        ),
        bomb(
            "text: overlong UTF-8",
            TEXT,
            b"Minister \xc0\xaf said".to_vec(),
            &[400],
        ),
        bomb(
            "text: one word of 10 MiB",
            TEXT,
            vec![b'a'; 10 << 20],
            &[413],
        ),
        bomb("text: one word of 2 MiB", TEXT, vec![b'a'; 2 << 20], &[413]),
        bomb("text: one word of 1 MiB", TEXT, vec![b'a'; 1 << 20], &[200]),
        bomb(
            "text: words",
            TEXT,
            text("The minister said that the talks would go on. "),
            &[200],
        ),
        bomb(
            "text: zero-width characters",
            TEXT,
            text("\u{200b}\u{200d}\u{feff}a"),
            &[200],
        ),
        bomb(
            "text: right-to-left overrides",
            TEXT,
            text("\u{202e}said \u{202d}\u{2067}Moscow\u{2069} "),
            &[200],
        ),
        bomb(
            "text: combining marks",
            TEXT,
            format!("a{}", text("\u{301}\u{327}")),
            &[200],
        ),
        bomb("text: quotation marks", TEXT, text("\""), &[200]),
        bomb("text: open quotations", TEXT, text("“he said, “"), &[200]),
        bomb("text: brackets", TEXT, text("(("), &[200]),
        bomb("text: full stops", TEXT, text(". "), &[200]),
        bomb("text: lines", TEXT, text("a\n"), &[200]),
        bomb("text: dates", TEXT, text("May 5, 2022 in Geneva, "), &[200]),
        bomb("gzip: 1 GiB of text", GZIP_TEXT, gzip(&mib, 1024), &[413]),
        bomb(
            "gzip: broken",
            GZIP_TEXT,
            b"\x1f\x8b\x08\0\0\0\0\0\0\xff nonsense".to_vec(),
            &[400],
        ),
        batch(
            "batch: one line of 10 MiB",
            LINES,
            filled("a", 10 << 20).into(),
        ),
        batch("batch: empty lines", LINES, filled("\n", whole).into()),
        batch(
            "batch: NUL and lone surrogate",
            LINES,
            "{\"text\":\"a\\u0000b\"}\n{\"text\":\"a\\ud800b\"}\n\0\n\u{202e}".into(),
        ),
        batch("batch, gzip: 1 GiB in a line", GZIP_LINES, gzip(&mib, 1024)),
        batch(
            "batch, gzip: 128 MiB of empty lines",
            GZIP_LINES,
            gzip(&vec![b'\n'; 1 << 20], 128),
        ),
    ]
}

#[test]
fn bombs_are_answered_in_bounded_memory() {
    let server = Server::start();
    // The models are loaded by the first parse.
    let warm = json!({"text": "The minister said on May 5 in Geneva that the talks would go on."});
    let (status, _) = server.send(
        "/v1/parse",
        "content-type: application/json",
        warm.to_string().as_bytes(),
    );
    assert_eq!(status, 200);
    println!(
        "| bomb | bytes sent | answer | peak MiB | above before | seconds |\n|---|---|---|---|---|---|"
    );
    for bomb in bombs() {
        let (before, _) = server.memory();
        let started = Instant::now();
        let (status, body) = server.send(bomb.path, bomb.headers, &bomb.body);
        let seconds = started.elapsed().as_secs_f64();
        let (_, peak) = server.memory();
        let above = peak.saturating_sub(before);
        println!(
            "| {} | {} | {status} | {peak} | {above} | {seconds:.1} |",
            bomb.what,
            bomb.body.len()
        );
        assert!(
            bomb.answers.contains(&status),
            "{}: {status} {}",
            bomb.what,
            &body[..body.len().min(500)]
        );
        if status >= 400 {
            assert!(
                body.contains("\"type\":\"/problems/"),
                "{}: {body}",
                bomb.what
            );
        }
        assert!(above <= MOST_MIB, "{}: {above} MiB", bomb.what);
        assert!(server.is_well(), "{}", bomb.what);
    }
}

//! How long comparisons take over a million positions, through the real application.
//!
//! `cargo bench -p plenary-server --bench comparisons` fills a private Postgres with 1,000 actors of 40
//! parties, 50 issues, 100 meetings in 10 processes and 1,000,000 positions, generated from a fixed seed
//! and copied in, and prints for each comparison the median of its repetitions: over one process of ten
//! meetings, by party and by actor, and over everything. Beside it stands the processor time of one, of
//! this program (the client's part is in it) and of Postgres, which other work on the machine changes less. A
//! number as argument scales the positions down; a text asks for the comparisons whose line holds it. What
//! would be larger than an answer may be is refused, and the time is that of the refusal.
//! The bars are 1 s for one process, 5 s over everything, and 100 ms for the grid of 10 parties × 10
//! meetings × 10 issues.

use plenary_domain::{Codebook, Gazetteer};
use plenary_parser::Parser;
use plenary_server::app::{self, Limits};
use plenary_server::http::access::Access;
use plenary_store::testing::Database;
use plenary_store::testing::bulk::{Said, Scale};
use plenary_store::testing::processor::Processors;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SCALE: Scale = Scale {
    parties: 40,
    actors: 1_000,
    issues: 50,
    processes: 10,
    meetings: 10,
};
const POSITIONS: u32 = 1_000_000;
const PER_ARTICLE: u32 = 5;
const REPETITIONS: usize = 5;

const OPERATIONS: [&str; 15] = [
    "positions?quotes=0",
    "positions?",
    "positions?duplicates=document",
    "shifts?",
    "contradictions?",
    "agreement?",
    "agreement?per=meeting",
    "agreement?network=twomode",
    "polarisation?",
    "polarisation?per=meeting",
    "cohesion?",
    "consistency?",
    "salience?",
    "timeline?",
    "timeline?per=meeting",
];

/// Positions of parties that lean one way on each issue and move a little from meeting to meeting.
fn said(count: u32) -> Vec<Said> {
    let mut rng = ChaCha8Rng::seed_from_u64(20_260_101);
    let lean: Vec<f64> = (0..SCALE.parties * SCALE.issues)
        .map(|_| rng.random_range(-1.0..1.0))
        .collect();
    let mut article = (0, 0);
    (0..count)
        .map(|n| {
            // All positions of an article are of one meeting and of different issues.
            if n % PER_ARTICLE == 0 {
                let meeting = rng.random_range(0..SCALE.processes * SCALE.meetings);
                article = (meeting, rng.random_range(0..SCALE.issues));
            }
            let actor = rng.random_range(0..SCALE.actors);
            let issue = (article.1 + n % PER_ARTICLE) % SCALE.issues;
            let party = actor % SCALE.parties;
            let drift = f64::from(article.0 % SCALE.meetings) / 20.0;
            let stance = lean[(party * SCALE.issues + issue) as usize] + drift;
            let stance = stance + rng.random_range(-0.8..0.8);
            Said {
                article: n / PER_ARTICLE,
                actor,
                issue,
                meeting: article.0,
                stance: if stance > 0.3 {
                    1
                } else if stance < -0.3 {
                    -1
                } else {
                    0
                },
                confidence: (rng.random_range(30..100) as f32) / 100.0,
            }
        })
        .collect()
}

struct Bench {
    client: reqwest::Client,
    base: String,
    processors: Processors,
    /// Only lines that hold this are run.
    wanted: String,
}

impl Bench {
    /// Median time of some requests, processor time of one, and the length of the answer; `None` for one
    /// that would be larger than an answer may be.
    async fn ask(&self, path: &str) -> (Duration, [f64; 2], Option<usize>) {
        let (mut times, mut length) = (Vec::new(), None);
        let before = self.processors.spent();
        for _ in 0..REPETITIONS {
            let started = Instant::now();
            let response = self.client.get(format!("{}{path}", self.base)).send().await;
            let mut response = response.expect("an answer");
            if response.status().is_success() {
                // Counted as it comes: a client that keeps hundreds of megabytes is not what is timed.
                let mut read = 0;
                while let Some(chunk) = response.chunk().await.expect("a body") {
                    read += chunk.len();
                }
                length = Some(read);
            } else {
                let problem = response.text().await.expect("a body");
                assert!(problem.contains("/answer-too-large"), "{path}: {problem}");
            }
            times.push(started.elapsed());
            // What takes long varies little.
            if times[0] > Duration::from_secs(4) {
                break;
            }
        }
        let spent = self.processors.spent();
        let of_one = |at: usize| (spent[at] - before[at]).as_secs_f64() / times.len() as f64;
        let spent = [0, 1].map(of_one);
        times.sort();
        (times[times.len() / 2], spent, length)
    }

    async fn line(&self, name: &str, path: &str, bar: f64) {
        if !name.contains(&self.wanted) {
            return;
        }
        let (time, [ours, theirs], length) = self.ask(path).await;
        let time = time.as_secs_f64();
        let mark = if time > bar { "  over the bar" } else { "" };
        let length = match length {
            Some(length) => format!("{:.2} MB", length as f64 / 1e6),
            None => "refused".to_owned(),
        };
        println!(
            "{name:<57}{time:>7.3} s of {bar:.1} s  processor {ours:>6.3} + {theirs:.3} s{length:>11}{mark}"
        );
    }
}

#[tokio::main]
async fn main() {
    // Cargo itself adds `--bench`.
    let asked = std::env::args().skip(1).filter(|asked| asked != "--bench");
    let (mut count, mut wanted) = (POSITIONS, String::new());
    for asked in asked {
        match asked.parse() {
            Ok(number) => count = number,
            Err(_) => wanted = asked,
        }
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let database = Database::new().await;
    let started = Instant::now();
    database.fill(&SCALE, &said(count)).await;
    println!(
        "{count} positions copied in {:.0} s",
        started.elapsed().as_secs_f64()
    );

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin()).expect("a parser");
    let limits = Limits::default();
    let server = app::server(
        listener,
        database.store.clone(),
        Arc::new(parser),
        &limits,
        Access::open(),
    );
    tokio::spawn(server.expect("a server"));
    let bench = Bench {
        client: reqwest::Client::new(),
        base,
        processors: database.processors().await,
        wanted,
    };

    let list = |name: &str, numbers: std::ops::Range<u32>, width: usize| -> String {
        let slugs: Vec<String> = numbers.map(|n| format!("{name}-{n:0width$}")).collect();
        slugs.join(",")
    };
    let grid = format!(
        "/v1/comparisons/positions?parties={}&meetings={}&issues={}",
        list("party", 0..10, 3),
        list("meeting", 0..10, 3),
        list("issue", 0..10, 3)
    );
    bench
        .line("grid of 10 parties x 10 meetings x 10 issues", &grid, 0.1)
        .await;
    for (scope, filter, bar) in [
        ("one process", "&processes=process-03", 1.0),
        ("everything", "", 5.0),
    ] {
        for by in ["party", "actor"] {
            for operation in OPERATIONS {
                let path = format!("/v1/comparisons/{operation}&by={by}{filter}");
                bench
                    .line(&format!("{scope}, by {by}: {operation}"), &path, bar)
                    .await;
            }
        }
        let path = format!("/v1/comparisons/loyalty?{}", filter.trim_start_matches('&'));
        bench.line(&format!("{scope}: loyalty"), &path, bar).await;
    }
    bench
        .line(
            "briefing of the tenth meeting",
            "/v1/meetings/meeting-039/briefing",
            1.0,
        )
        .await;
}

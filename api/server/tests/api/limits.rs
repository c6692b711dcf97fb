//! What one caller, one request and one answer may take, and that the rest goes on meanwhile.

use crate::helpers::{TestApp, problem, some_talks};
use plenary_domain::Scope;
use plenary_server::app::Limits;
use plenary_server::http::access::Access;
use plenary_server::http::rate::Rate;
use plenary_store::testing::Database;
use plenary_store::testing::bulk::{Said, Scale};
use plenary_store::{NewKey, Options, Store};
use reqwest::Response;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

fn rate(per_second: u32, burst: u32) -> Option<Rate> {
    Some(Rate {
        per_second: NonZeroU32::new(per_second).unwrap(),
        burst: NonZeroU32::new(burst).unwrap(),
    })
}

fn number(response: &Response, header: &str) -> u32 {
    response.headers()[header]
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let limits = Limits {
        address_rate: rate(1, 5),
        ..Limits::default()
    };
    let app = TestApp::start_with(limits).await;
    let started = Instant::now();
    let mut allowed = 0;
    let refused = loop {
        let response = app.get("/v1/parties?limit=1").await;
        assert_eq!(number(&response, "ratelimit-limit"), 5);
        if response.status() != 200 {
            break response;
        }
        assert!(number(&response, "ratelimit-remaining") < 5);
        assert!(number(&response, "ratelimit-reset") >= 1);
        allowed += 1;
    };
    // The bucket, and what flowed into it meanwhile.
    let most = 6 + started.elapsed().as_secs();
    assert!((5..=most).contains(&allowed), "{allowed} of {most}");
    assert_eq!(number(&refused, "ratelimit-remaining"), 0);
    let wait = number(&refused, "retry-after");
    assert!((1..=2).contains(&wait), "{wait}");
    problem(refused, 429, "rate-limited").await;
    // Probes are not counted, and are answered while nothing else is.
    for _ in 0..10 {
        let probe = app.get("/healthz").await;
        assert_eq!(probe.status(), 200);
        assert!(!probe.headers().contains_key("ratelimit-limit"));
    }
    // Who claims to stand behind a proxy is counted as before.
    let claim = app
        .request("GET", "/v1/parties?limit=1")
        .header("x-forwarded-for", "192.0.2.1");
    let claim = claim.send().await.unwrap().status().as_u16();
    let later = app.get("/v1/parties?limit=1").await.status().as_u16();
    assert!([claim, later].contains(&429), "{claim} {later}");
    tokio::time::sleep(Duration::from_secs(u64::from(wait))).await;
    assert_eq!(app.get("/v1/parties?limit=1").await.status(), 200);
}

#[tokio::test]
async fn addresses_behind_a_trusted_proxy_are_told_apart() {
    let limits = Limits {
        address_rate: rate(1, 2),
        ..Limits::default()
    };
    let access = Access {
        proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..Access::open()
    };
    let app = TestApp::start_guarded(limits, access).await;
    let ask = async |client: &str| {
        let request = app
            .request("GET", "/problems")
            .header("x-forwarded-for", client);
        request.send().await.unwrap().status().as_u16()
    };
    let mut first = 200;
    for _ in 0..50 {
        first = ask("192.0.2.1").await;
        if first != 200 {
            break;
        }
    }
    assert_eq!(first, 429);
    assert_eq!(ask("192.0.2.2").await, 200);
}

#[tokio::test]
async fn each_key_has_a_bucket_of_its_own() {
    let limits = Limits {
        key_rate: rate(1, 3),
        ..Limits::default()
    };
    let app = TestApp::start_guarded(limits, Access::default()).await;
    let mut keys = Vec::new();
    for name in ["one", "two"] {
        let new = NewKey {
            name: name.to_owned(),
            scope: Scope::Read,
            expires_at: None,
        };
        keys.push(app.database.store.create_key(&new).await.unwrap().1);
    }
    let ask = async |key: &str| {
        let request = app.request("GET", "/v1/parties?limit=1").bearer_auth(key);
        request.send().await.unwrap()
    };
    let mut last = ask(&keys[0]).await;
    for _ in 0..50 {
        if last.status() != 200 {
            break;
        }
        last = ask(&keys[0]).await;
    }
    problem(last, 429, "rate-limited").await;
    let other = ask(&keys[1]).await;
    assert_eq!(
        (
            other.status().as_u16(),
            number(&other, "ratelimit-remaining")
        ),
        (200, 2)
    );
}

#[tokio::test]
async fn a_server_that_has_enough_to_do_says_so_and_stays_healthy() {
    // The first fills the requests under way, the second the line of articles.
    for (requests, waiting, kind) in [(2, 5, "busy"), (64, 0, "overloaded")] {
        let limits = Limits {
            requests,
            parses: 1,
            waiting_parses: waiting,
            ..Limits::default()
        };
        sheds_load(limits, kind).await;
    }
}

async fn sheds_load(limits: Limits, kind: &str) {
    let app = TestApp::start_with(limits).await;
    let text =
        "Ann Bell said that sanctions must stay. \"We will not move,\" she said. ".repeat(400);
    let parse = || app.post("/v1/parse", "text/plain", text.clone());
    let started = Instant::now();
    let all = futures_util::future::join_all((0..8).map(|_| parse()));
    let probes = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..20 {
            let asked = Instant::now();
            assert_eq!(app.get("/healthz").await.status(), 200);
            slowest = slowest.max(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        slowest
    };
    let (answers, slowest) = tokio::join!(all, probes);
    let took = started.elapsed();
    let mut done = 0;
    for answer in answers {
        if answer.status() == 200 {
            done += 1;
            continue;
        }
        assert!(number(&answer, "retry-after") >= 1);
        problem(answer, 503, kind).await;
    }
    assert!((1..8).contains(&done), "{done} were parsed");
    assert!(slowest < took, "a probe took {slowest:?} of {took:?}");
    assert_eq!(parse().await.status(), 200);
}

#[tokio::test]
async fn lists_and_comparisons_have_a_size_that_is_told() {
    let limits = Limits {
        max_page_items: 3,
        max_comparison_positions: 6,
        ..Limits::default()
    };
    let app = TestApp::start_with(limits).await;
    some_talks(&app).await;
    for path in [
        "/v1/positions?limit=4",
        "/v1/parties?limit=1000",
        "/v1/articles?limit=4",
    ] {
        problem(app.get(path).await, 422, "answer-too-large").await;
    }
    let page = app.json("/v1/positions").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    assert_eq!(page["total"], 7);
    // Exports are streams, and whole.
    let csv = app.get_as("/v1/positions", "text/csv").await;
    assert_eq!(csv.text().await.unwrap().lines().count(), 8);
    for path in [
        "/v1/comparisons/positions",
        "/v1/comparisons/shifts",
        "/v1/comparisons/agreement",
    ] {
        problem(app.get(path).await, 422, "answer-too-large").await;
        let narrower = app.get(&format!("{path}?parties=chile")).await;
        assert_eq!(narrower.status(), 200, "{path}");
    }
}

/// Each of a thousand actors once on each of fifty issues, spread over the days of a year.
#[tokio::test]
async fn comparisons_that_multiply_what_they_read_have_a_size_that_is_told() {
    let app = TestApp::start().await;
    let scale = Scale {
        parties: 1,
        actors: 1_000,
        issues: 50,
        // No factor in common with the 200 articles in which everybody speaks once.
        processes: 27,
        meetings: 13,
    };
    let said: Vec<Said> = (0..scale.actors * scale.issues)
        .map(|n| Said {
            article: n / 5,
            actor: n % scale.actors,
            issue: n / scale.actors,
            meeting: n / 5 % (scale.processes * scale.meetings),
            stance: (n % 3) as i8 - 1,
            confidence: 0.9,
        })
        .collect();
    app.database.fill(&scale, &said).await;
    for (path, location) in [
        ("positions?by=actor&quotes=3", "query.quotes"),
        ("timeline?by=actor&per=day&width=60", "query.width"),
        ("polarisation?by=actor&per=day&width=60", "query.per"),
        ("agreement?by=actor&per=month&width=2", "query.by"),
    ] {
        let path = format!("/v1/comparisons/{path}");
        let refused = app.get(&path).await;
        assert_eq!(refused.status(), 422, "{path}");
        let refused = problem(refused, 422, "answer-too-large").await;
        assert_eq!(refused["errors"][0]["location"], location, "{refused}");
        // What the problem advises helps.
        let narrower = app.get(&format!("{path}&meetings=meeting-000")).await;
        assert_eq!(narrower.status(), 200, "{path}");
        let fewer = app.get(&format!("{path}&min_count=51")).await;
        assert_eq!(fewer.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn a_query_that_takes_too_long_is_its_own_problem() {
    let database = Database::new().await;
    let impatient = Store::connect(&Options {
        statement_timeout: Duration::from_millis(300),
        ..Options::new(&database.url)
    });
    let store = impatient.unwrap();
    let app = TestApp::start_on(database, store, Limits::default(), Access::open());
    let held = app.database.hold("party").await;
    let response = app.get("/v1/parties").await;
    assert!(response.headers().contains_key("retry-after"));
    problem(response, 503, "query-timeout").await;
    assert_eq!(app.get("/healthz").await.status(), 200);
    held.let_go().await;
    assert_eq!(app.get("/v1/parties").await.status(), 200);
}

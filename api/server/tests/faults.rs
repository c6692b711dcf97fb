//! Faults lose nothing: a real server and a real Postgres are killed, stopped and raced, and what was
//! acknowledged is there afterwards, whole and once.

#![cfg(target_os = "linux")]

mod process;

use plenary_domain::{Codebook, Gazetteer, NewArticle};
use plenary_parser::Parser;
use plenary_store::testing::Database;
use process::{LONG, Place, Serving, send};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::JoinSet;

/// Articles of a batch.
const ARTICLES: usize = 2_000;
/// How often the server is killed while it takes them.
const KILLS: usize = 20;

/// Each test loads the whole machine, so that they go one after another.
async fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    let _ = rustls::crypto::ring::default_provider().install_default();
    TURN.lock().await
}

/// A short article of its own for each number.
fn text(number: usize) -> String {
    let pick = |list: &[&str], at: usize| list[at % list.len()].to_owned();
    let side = pick(
        &[
            "France", "Kenya", "Norway", "Chile", "Japan", "Ghana", "Peru",
        ],
        number,
    );
    let cue = pick(
        &["said", "warned", "insisted", "told reporters"],
        number / 7,
    );
    let claim = pick(
        &[
            "sanctions must stay until the last soldier has left",
            "the ceasefire would hold if both sides wanted it to",
            "tariffs on steel had to come down this year",
            "inspectors must be let into every harbour",
            "no agreement was near",
        ],
        number / 28,
    );
    format!(
        "The envoy of {side} {cue} on Monday that {claim}. The round was number {number} of many."
    )
}

fn article(number: usize) -> Value {
    json!({ "text": text(number), "published": "2024-03-05" })
}

fn batch(numbers: impl Iterator<Item = usize>) -> String {
    numbers
        .map(|number| format!("{}\n", article(number)))
        .collect()
}

fn serve(place: &Place, database: &str) -> Serving {
    let mut command = place.plenary(&["serve", "--port", "0", "--open"]);
    command.env("DATABASE_URL", database);
    Serving::start(command)
}

/// Outcomes of a whole batch with their numbers; `None` where the answer broke off.
async fn post(client: &Client, address: &str, body: String) -> Option<BTreeMap<String, usize>> {
    let request = client
        .post(format!("http://{address}/v1/articles/batch"))
        .header("content-type", "application/x-ndjson")
        .body(body);
    let answer = request.send().await.ok()?;
    assert_eq!(answer.status(), StatusCode::OK);
    let mut outcomes = BTreeMap::new();
    for line in answer.text().await.ok()?.lines() {
        let result: Value = serde_json::from_str(line).unwrap();
        let outcome = result["outcome"].as_str().unwrap().to_owned();
        assert_ne!(outcome, "failed", "{result}");
        *outcomes.entry(outcome).or_default() += 1;
    }
    Some(outcomes)
}

/// Every article with the number of its positions, by its text's number.
async fn stored(client: &Client, address: &str) -> BTreeMap<String, i64> {
    let mut found = BTreeMap::new();
    let mut next = format!("http://{address}/v1/articles?limit=500");
    loop {
        let page: Value = client
            .get(&next)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        for item in page["items"].as_array().unwrap() {
            let before = found.insert(
                item["id"].as_str().unwrap().to_owned(),
                item["positions"].as_i64().unwrap(),
            );
            assert_eq!(before, None, "{item}");
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            return found;
        };
        next = format!("http://{address}/v1/articles?limit=500&cursor={cursor}");
    }
}

/// How many articles have how many positions when nothing disturbs them.
fn undisturbed() -> BTreeMap<i64, usize> {
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
    let counts: Vec<i64> = (0..ARTICLES)
        .into_par_iter()
        .map(|number| {
            let article = NewArticle {
                text: text(number),
                title: None,
                outlet: None,
                published: Some("2024-03-05".parse().unwrap()),
                url: None,
            };
            parser.parse(&article).positions.len() as i64
        })
        .collect();
    let mut all = BTreeMap::new();
    for count in counts {
        *all.entry(count).or_default() += 1;
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_leaves_no_half_article() {
    let _turn = alone().await;
    let (place, database, client) = (Place::new(None), Database::new().await, Client::new());
    let mut random = ChaCha8Rng::seed_from_u64(20);
    let mut cut = 0;
    for _ in 0..KILLS {
        let server = serve(&place, &database.url);
        let (client, address) = (client.clone(), server.address.clone());
        let sent = tokio::spawn(async move { post(&client, &address, batch(0..ARTICLES)).await });
        tokio::time::sleep(Duration::from_millis(random.random_range(20..1_500))).await;
        server.end("-9");
        cut += usize::from(sent.await.unwrap().is_none());
    }
    assert!(cut > KILLS / 2, "only {cut} batches were cut");
    let server = serve(&place, &database.url);
    let outcomes = post(&client, &server.address, batch(0..ARTICLES))
        .await
        .unwrap();
    assert_eq!(outcomes.values().sum::<usize>(), ARTICLES);
    let found = stored(&client, &server.address).await;
    assert_eq!(found.len(), ARTICLES);
    let mut counts = BTreeMap::new();
    for positions in found.values() {
        *counts.entry(*positions).or_default() += 1;
    }
    assert_eq!(counts, undisturbed());
    assert_eq!(database.store.tally_errors().await.unwrap(), 0);
    assert!(server.end("-TERM").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_postgres_loses_nothing_that_was_acknowledged() {
    let _turn = alone().await;
    let (place, client) = (Place::new(None), Client::new());
    let server = place.serve();
    let (done, refused) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let next = Arc::new(AtomicUsize::new(0));
    let mut writers = JoinSet::new();
    for _ in 0..3 {
        let (client, address) = (client.clone(), server.address.clone());
        let (done, refused, next) = (done.clone(), refused.clone(), next.clone());
        writers.spawn(async move {
            let mut acknowledged = BTreeSet::new();
            while !done.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let body = article(number);
                let url = format!("http://{address}/v1/articles");
                let answer = client.post(url).json(&body).send().await.unwrap();
                let status = answer.status();
                let told: Value = answer.json().await.unwrap();
                if status == StatusCode::CREATED {
                    acknowledged.insert(told["article"]["id"].as_str().unwrap().to_owned());
                } else {
                    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{told}");
                    assert!(
                        told["type"].as_str().unwrap().starts_with("/problems/"),
                        "{told}"
                    );
                    refused.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            acknowledged
        });
    }
    // A crash, a fast shutdown and an immediate one, twice each, under load.
    for signal in ["-9", "-INT", "-QUIT", "-9", "-INT", "-QUIT"] {
        tokio::time::sleep(Duration::from_millis(700)).await;
        if let Some(postmaster) = place.postmaster() {
            send(signal, postmaster);
        }
        let back = Instant::now() + LONG;
        while client
            .get(format!("http://{}/readyz", server.address))
            .send()
            .await
            .unwrap()
            .status()
            != 200
        {
            assert!(
                Instant::now() < back,
                "the database never came back after {signal}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    done.store(true, Ordering::Relaxed);
    let acknowledged: BTreeSet<String> = writers.join_all().await.into_iter().flatten().collect();
    let found = stored(&client, &server.address).await;
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|id| !found.contains_key(*id))
        .collect();
    assert!(lost.is_empty(), "{lost:?} of {}", acknowledged.len());
    assert!(!acknowledged.is_empty() && refused.load(Ordering::Relaxed) > 0);
    assert!(found.len() <= next.load(Ordering::Relaxed));
    assert!(server.end("-TERM").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_a_database() {
    let _turn = alone().await;
    let (place, database, client) = (Place::new(None), Database::empty().await, Client::new());
    // Both find nothing and migrate.
    let starts: Vec<Serving> = std::thread::scope(|scope| {
        let both = [0, 1].map(|_| scope.spawn(|| serve(&place, &database.url)));
        both.map(|start| start.join().unwrap()).into()
    });
    // Half of each batch is the other's, too, and it comes in the opposite order.
    let mut bodies = vec![batch(0..400), batch((200..600).rev())];
    let mut sent = JoinSet::new();
    for server in &starts {
        let (client, address, body) = (
            client.clone(),
            server.address.clone(),
            bodies.pop().unwrap(),
        );
        sent.spawn(async move { post(&client, &address, body).await.unwrap() });
    }
    let outcomes = sent.join_all().await;
    let stored_now: usize = outcomes.iter().filter_map(|one| one.get("stored")).sum();
    assert_eq!(stored_now, 600, "{outcomes:?}");
    for server in &starts {
        assert_eq!(stored(&client, &server.address).await.len(), 600);
    }
    assert_eq!(database.store.tally_errors().await.unwrap(), 0);
    for server in starts {
        assert!(server.end("-TERM").success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_finishes_what_it_began() {
    let _turn = alone().await;
    let (place, database) = (Place::new(None), Database::new().await);
    let server = serve(&place, &database.url);
    let stopping = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for _ in 0..4 {
        let (address, stopping) = (server.address.clone(), stopping.clone());
        readers.spawn(async move {
            let mut answered = 0;
            loop {
                // A connection for each request: one that is kept would not ask whether new ones are refused.
                let client = Client::builder().pool_max_idle_per_host(0).build().unwrap();
                match client
                    .get(format!("http://{address}/v1/positions"))
                    .send()
                    .await
                {
                    Ok(answer) => {
                        assert_eq!(answer.status(), StatusCode::OK);
                        let whole: Value = answer.json().await.unwrap();
                        assert!(whole["items"].is_array());
                        answered += 1;
                    }
                    Err(refused) => {
                        assert!(stopping.load(Ordering::SeqCst), "{refused}");
                        return answered;
                    }
                }
            }
        });
    }
    let (client, address) = (Client::new(), server.address.clone());
    let begun = tokio::spawn(async move { post(&client, &address, batch(0..20)).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    stopping.store(true, Ordering::SeqCst);
    let began = Instant::now();
    let status = tokio::task::spawn_blocking(move || server.end("-TERM"))
        .await
        .unwrap();
    assert!(status.success());
    assert!(began.elapsed() < Duration::from_secs(30));
    assert!(readers.join_all().await.into_iter().sum::<usize>() > 0);
    let outcomes = begun.await.unwrap().expect("the batch was cut off");
    assert_eq!(outcomes.values().sum::<usize>(), 20);
}

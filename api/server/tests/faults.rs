//! Faults lose nothing: a real server and a real Postgres are killed, stopped and raced, and what was
//! acknowledged is there afterwards, whole and once.

#![cfg(target_os = "linux")]

mod process;

use plenary_domain::{Codebook, Gazetteer, NewArticle};
use plenary_parser::Parser;
use plenary_store::testing::Database;
use plenary_store::testing::bulk::{Said, Scale};
use plenary_store::{Options, Store, postgres};
use process::{LONG, Place, Serving, is_root, send};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
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
    Serving::start(to_serve(place, database))
}

fn to_serve(place: &Place, database: &str) -> Command {
    let mut command = place.plenary(&["serve", "--port", "0", "--open"]);
    command.env("DATABASE_URL", database);
    command
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

/// Fails when an article that was acknowledged is not among those found.
fn none_lost(found: &BTreeMap<String, i64>, acknowledged: &BTreeSet<String>) {
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|id| !found.contains_key(*id))
        .collect();
    assert!(lost.is_empty(), "{lost:?} of {}", acknowledged.len());
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
    none_lost(&found, &acknowledged);
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
    // As long as the test waits, less a little: a slow machine is to finish the batch too.
    let mut command = to_serve(&place, &database.url);
    command.env("PLENARY_SHUTDOWN_SECONDS", "28");
    let server = Serving::start(command);
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

/// Clients of each kind that take their time.
const SLOW: usize = 24;
/// Seconds that they get.
const PATIENCE: u64 = 5;

/// Sends some bytes, then one more every now and then; what comes back until the connection ends, or
/// nothing where it is broken off.
async fn drip(address: String, first: String) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(first.as_bytes()).await.unwrap();
    let (mut read, mut write) = stream.split();
    let mut answer = Vec::new();
    tokio::select! {
        _ = read.read_to_end(&mut answer) => {}
        () = async {
            while write.write_all(b"a").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(400)).await;
            }
            std::future::pending().await
        } => {}
    }
    String::from_utf8(answer).unwrap()
}

/// True while the server keeps up its end of a client's connection.
fn is_kept(address: &str, client: u16) -> bool {
    let server: u16 = address.rsplit(':').next().unwrap().parse().unwrap();
    let (from, to) = (format!(":{server:04X}"), format!(":{client:04X}"));
    // Number, local address, remote address, state (proc(5)); 01 is `ESTABLISHED`.
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    table.lines().any(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields[1].ends_with(&from) && fields[2].ends_with(&to) && fields[3] == "01"
    })
}

/// Asks for a long list and reads nothing of it until the server has given up; how much came then, and whether that
/// is all of it.
async fn stall(address: String) -> (usize, bool) {
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let client = stream.local_addr().unwrap().port();
    let ask = "GET /v1/positions HTTP/1.1\r\nhost: x\r\naccept: text/csv\r\n\r\n";
    stream.write_all(ask.as_bytes()).await.unwrap();
    let deadline = Instant::now() + LONG;
    while is_kept(&address, client) {
        assert!(Instant::now() < deadline, "who does not read is kept");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut answer = Vec::new();
    // A connection that is broken off can end with an error, and that is as good.
    let _ = stream.read_to_end(&mut answer).await;
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
    (answer.len(), answer.ends_with(b"\r\n0\r\n\r\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_starve_nobody() {
    let _turn = alone().await;
    let (place, database, client) = (Place::new(None), Database::new().await, Client::new());
    // A list that is longer than what two kernels keep of a connection.
    let scale = Scale {
        parties: 4,
        actors: 4,
        issues: 4,
        processes: 1,
        meetings: 4,
    };
    let said: Vec<Said> = (0..60_000)
        .map(|number| Said {
            article: number,
            actor: number % 4,
            issue: number / 4 % 4,
            meeting: number / 16 % 4,
            stance: 1,
            confidence: 0.9,
        })
        .collect();
    database.fill(&scale, &said).await;
    let mut command = place.plenary(&["serve", "--port", "0", "--open"]);
    command
        .args(["--client-seconds", &PATIENCE.to_string()])
        // Bodies take all but a few of the places.
        .args(["--max-requests", &(SLOW + 8).to_string()])
        .args(["--http-threads", "1"])
        .env("DATABASE_URL", &database.url);
    let server = Serving::start(command);
    let address = server.address.clone();

    let began = Instant::now();
    let (mut heads, mut bodies, mut readers) = (JoinSet::new(), JoinSet::new(), JoinSet::new());
    for _ in 0..SLOW {
        let head = "GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ";
        heads.spawn(drip(address.clone(), head.to_owned()));
        let body = "POST /v1/articles HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n\
            content-length: 1000000\r\n\r\n";
        bodies.spawn(drip(address.clone(), body.to_owned()));
    }
    // Fewer, because each makes the server write as much as two kernels keep of a connection.
    for _ in 0..4 {
        readers.spawn(stall(address.clone()));
    }
    // Others are answered meanwhile, and none of them waits for a slow one to be given up.
    let (mut asked, mut slowest) = (0, Duration::ZERO);
    while began.elapsed() < Duration::from_secs(PATIENCE * 2 + 2) {
        for path in ["/healthz", "/v1/parties?limit=1", "/v1/positions?limit=1"] {
            let asks = Instant::now();
            let answer = client.get(format!("http://{address}{path}")).send().await;
            let answer = answer.unwrap();
            let status = answer.status();
            let told = answer.text().await.unwrap();
            assert_eq!(status, 200, "{path}: {told}");
            slowest = slowest.max(asks.elapsed());
            asked += 1;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("{asked} others asked meanwhile; the slowest answer took {slowest:?}");
    assert!(asked >= 6 && slowest < Duration::from_secs(PATIENCE));
    for answer in heads
        .join_all()
        .await
        .iter()
        .chain(&bodies.join_all().await)
    {
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("/problems/request-timeout"), "{answer}");
    }
    for (bytes, whole) in readers.join_all().await {
        assert!(bytes > 1_000 && !whole, "{bytes} bytes came, to the end");
    }
    // Who reads gets all of it, also after it has said that it sends no more.
    let mut half_open = TcpStream::connect(&address).await.unwrap();
    let ask = "GET /v1/positions HTTP/1.1\r\nhost: x\r\naccept: text/csv\r\n\r\n";
    half_open.write_all(ask.as_bytes()).await.unwrap();
    half_open.shutdown().await.unwrap();
    let mut answer = Vec::new();
    half_open.read_to_end(&mut answer).await.unwrap();
    assert!(answer.ends_with(b"\r\n0\r\n\r\n"), "{} bytes", answer.len());
    assert!(answer.len() > 8 << 20, "{} bytes", answer.len());
    assert!(server.end("-TERM").success());
}

/// A file system of its own for a folder, with so little space.
struct Small(PathBuf);

impl Small {
    /// `None` where this user may not mount.
    fn mount(folder: PathBuf, mebibytes: usize) -> Option<Small> {
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m"), "tmpfs"])
            .arg(&folder)
            .output();
        match done {
            Ok(done) if done.status.success() => Some(Small(folder)),
            Ok(done) => {
                println!("SKIPPED: {}", String::from_utf8_lossy(&done.stderr));
                None
            }
            Err(error) => {
                println!("SKIPPED: no mount here: {error}");
                None
            }
        }
    }

    /// Takes all space that is left.
    fn fill(&self) -> PathBuf {
        let ballast = self.0.join("ballast");
        let mut file = File::create(&ballast).unwrap();
        let zeros = vec![0; 64 << 10];
        while file.write_all(&zeros).is_ok() {}
        ballast
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // Lazily: a server that failed the test may still be there.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let _turn = alone().await;
    if !is_root() {
        println!("SKIPPED: only root may mount a small file system");
        return;
    }
    let place = Place::new(None);
    let Some(disk) = Small::mount(place.data(), 160) else {
        return;
    };
    let client = Client::new();
    let server = place.serve();
    let url = format!("http://{}/v1/articles", server.address);
    let mut next = 0;
    let mut acknowledged = BTreeSet::new();
    for round in 0..3 {
        // Some before the disk is full, and as many as go in once it is.
        let mut ballast = None;
        let (mut stored_now, mut refused) = (0, 0);
        while refused < 5 {
            if stored_now == 5 && ballast.is_none() {
                ballast = Some(disk.fill());
            }
            let body = article(next);
            next += 1;
            let answer = client.post(&url).json(&body).send().await.unwrap();
            let status = answer.status();
            let told: Value = answer.json().await.unwrap();
            if status == StatusCode::CREATED {
                acknowledged.insert(told["article"]["id"].as_str().unwrap().to_owned());
                stored_now += 1;
                assert!(stored_now < 2_000, "the disk is never full");
                continue;
            }
            assert!(ballast.is_some(), "{told}");
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{told}");
            assert_eq!(told["type"], "/problems/database-unavailable", "{told}");
            refused += 1;
        }
        // The process lives, and says so.
        let health = client.get(format!("http://{}/healthz", server.address));
        assert_eq!(health.send().await.unwrap().status(), 200);
        println!("round {round}: {stored_now} stored, then {refused} refused");
        // Space again: it comes back by itself.
        std::fs::remove_file(ballast.unwrap()).unwrap();
        server.becomes(200);
        let found = stored(&client, &server.address).await;
        none_lost(&found, &acknowledged);
        assert!(found.len() <= next);
    }
    let found = stored(&client, &server.address).await;
    let again = client
        .post(&url)
        .json(&article(1_999))
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::CREATED);
    assert_eq!(
        stored(&client, &server.address).await.len(),
        found.len() + 1
    );
    // The server's own Postgres, looked at from beside it.
    let options = postgres::Options {
        data_dir: place.data(),
        ..postgres::Options::default()
    };
    let beside = postgres::Private::start(&options).await.unwrap();
    let store = Store::connect(&Options::new(beside.url())).unwrap();
    assert_eq!(store.tally_errors().await.unwrap(), 0);
    store.close().await;
    beside.stop().await;
    assert!(server.end("-TERM").success());
}

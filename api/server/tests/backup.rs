//! A backup is everything: `pg_dump` and `pg_restore`, as the README says it, give back a record set that
//! answers as the first did, byte for byte.

#![cfg(target_os = "linux")]

mod process;

use plenary_store::postgres::{self, Prospect};
use plenary_store::testing::Database;
use plenary_store::{Options, Store};
use process::{Place, Serving};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is compared: every list whole, what can be counted, and comparisons with their quotes.
const ANSWERS: &[&str] = &[
    "/v1/articles?limit=1000",
    "/v1/positions?limit=1000",
    "/v1/actors?limit=1000",
    "/v1/parties?limit=1000",
    "/v1/meetings?limit=1000",
    "/v1/processes?limit=1000",
    "/v1/issues?limit=1000",
    "/v1/rulings?limit=1000",
    "/v1/audit?limit=1000",
    "/v1/comparisons/positions?quotes=2",
    "/v1/comparisons/positions?by=actor&revision=2",
    "/v1/comparisons/shifts",
    "/v1/comparisons/agreement",
    "/v1/comparisons/polarisation",
];

/// A program of the Postgres that is installed here.
fn program(name: &str) -> PathBuf {
    let nowhere = postgres::Options {
        data_dir: std::env::temp_dir().join("plenary-nowhere"),
        ..postgres::Options::default()
    };
    let found = Prospect::of(&nowhere).unwrap().installation.unwrap();
    let beside = found.0.join(name);
    // A folder of links may have `postgres` and `initdb` only.
    if beside.is_file() {
        beside
    } else {
        name.into()
    }
}

fn call(command: &mut Command) {
    let done = command.output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {told}");
}

/// Some articles, a merge, its end, a second merge, and one article gone.
fn fill(server: &Serving, place: &Place, options: &[&str]) {
    let mut lines = String::new();
    for (number, (side, venue)) in [
        ("France", "Geneva"),
        ("Chile", "Vienna"),
        ("Kenya", "Geneva"),
        ("Norway", "Oslo"),
        ("Japan", "Vienna"),
    ]
    .iter()
    .enumerate()
    {
        let text = format!(
            "{venue}, March {day}. The envoy of {side}, Ann Bell{number}, said on Tuesday at the talks in {venue} that \
             sanctions must stay until the last soldier has left. The foreign minister of Peru, Omar Reyes, said \
             that sanctions must be lifted at once. \"We will not move,\" he told reporters.",
            day = 4 + number
        );
        let line =
            serde_json::json!({ "text": text, "published": format!("2024-03-{:02}", 5 + number) });
        lines.push_str(&format!("{line}\n"));
    }
    let file = place.write("some.ndjson", &lines);
    let mut command = place.plenary(&["ingest", file.to_str().unwrap()]);
    for pair in options.chunks(2) {
        command.env(pair[0], pair[1]);
    }
    call(&mut command);
    let (_, articles) = server.get("/v1/articles");
    let articles: Value = serde_json::from_str(&articles).unwrap();
    let gone = articles["items"][0]["id"].as_str().unwrap();
    let post = |path: &str, body: &str| {
        let (status, told) = server.post(path, body);
        assert_eq!(status, 200, "{path}: {told}");
    };
    post("/v1/parties/kenya/merge", r#"{"into":"norway"}"#);
    post("/v1/parties/norway/split", r#"{"merged":"kenya"}"#);
    post("/v1/parties/japan/merge", r#"{"into":"chile"}"#);
    assert_eq!(server.delete(&format!("/v1/articles/{gone}")), 204);
}

fn answers(server: &Serving) -> Vec<(u16, String)> {
    let all: Vec<_> = ANSWERS.iter().map(|path| server.get(path)).collect();
    for (path, (status, body)) in ANSWERS.iter().zip(&all) {
        assert_eq!(*status, 200, "{path}: {body}");
    }
    all
}

fn same(before: &[(u16, String)], after: &[(u16, String)]) {
    for ((path, before), after) in ANSWERS.iter().zip(before).zip(after) {
        assert!(
            before == after,
            "{path} was\n{}\nand is\n{}",
            before.1,
            after.1
        );
    }
}

/// The address without what only sqlx understands.
fn plain(url: &str) -> &str {
    url.split('?').next().unwrap()
}

async fn whole(url: &str) {
    let store = Store::connect(&Options::new(url)).unwrap();
    store.ready().await.unwrap();
    assert_eq!(store.tally_errors().await.unwrap(), 0);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_of_a_database_answers_as_the_database_did() {
    let (place, first, second) = (
        Place::new(None),
        Database::new().await,
        Database::empty().await,
    );
    let serve = |url: &str| {
        let mut command = place.plenary(&["serve", "--port", "0", "--open"]);
        command.env("DATABASE_URL", url);
        Serving::start(command)
    };
    let server = serve(&first.url);
    fill(&server, &place, &["DATABASE_URL", &first.url]);
    let before = answers(&server);
    let dump = place.write("plenary.dump", "");
    // While it serves: a dump is of one moment.
    call(
        Command::new(program("pg_dump"))
            .args(["--format=custom", "--no-owner", "--no-privileges", "--file"])
            .arg(&dump)
            .arg(plain(&first.url)),
    );
    assert!(server.end("-TERM").success());

    call(
        Command::new(program("pg_restore"))
            .args([
                "--exit-on-error",
                "--single-transaction",
                "--no-owner",
                "--no-privileges",
            ])
            .args(["--dbname", plain(&second.url)])
            .arg(&dump),
    );
    whole(&second.url).await;
    let server = serve(&second.url);
    same(&before, &answers(&server));
    // It goes on from there: what is known is known, and revisions count on.
    fill_again(&server, &place, &second.url);
    assert!(server.end("-TERM").success());
}

fn fill_again(server: &Serving, place: &Place, url: &str) {
    let file = place.write(
        "more.txt",
        "Ida Holm of Norway said on Monday that the ceasefire must hold.",
    );
    let mut command = place.plenary(&["ingest", file.to_str().unwrap()]);
    command.env("DATABASE_URL", url);
    call(&mut command);
    let again = place.write_path("some.ndjson");
    let mut command = place.plenary(&["ingest", again.to_str().unwrap()]);
    command.env("DATABASE_URL", url);
    let done = command.output().unwrap();
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{told}");
    // One of them had been deleted.
    assert!(told.starts_with("1 stored"), "{told}");
    assert_eq!(server.total("/v1/articles"), 6);
}

/// The private Postgres is dumped over its socket while it serves, and restored into another one.
#[tokio::test(flavor = "multi_thread")]
async fn a_dump_of_the_private_postgres_answers_as_it_did() {
    let (first, second) = (Place::new(None), Place::new(None));
    let server = first.serve();
    fill(&server, &first, &[]);
    let before = answers(&server);
    let dump = first.write("plenary.dump", "");
    let socket = |data: &Path| data.join("postgres/socket");
    call(
        Command::new(program("pg_dump"))
            .args([
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                "--username=plenary",
            ])
            .arg("--host")
            .arg(socket(&first.data()))
            .arg("--file")
            .arg(&dump)
            .arg("plenary"),
    );
    assert!(server.end("-TERM").success());

    let server = second.serve();
    call(
        Command::new(program("pg_restore"))
            .args([
                "--clean",
                "--if-exists",
                "--exit-on-error",
                "--single-transaction",
            ])
            .args(["--no-owner", "--no-privileges", "--username=plenary"])
            .arg("--host")
            .arg(socket(&second.data()))
            .args(["--dbname", "plenary"])
            .arg(&dump),
    );
    same(&before, &answers(&server));
    let options = postgres::Options {
        data_dir: second.data(),
        ..postgres::Options::default()
    };
    let beside = postgres::Private::start(&options).await.unwrap();
    whole(beside.url()).await;
    beside.stop().await;
    assert!(server.end("-TERM").success());
}

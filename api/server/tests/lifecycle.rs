//! The binary with its private Postgres: started, used by two at once, killed and started again, as
//! root and as an ordinary user.

#![cfg(target_os = "linux")]

mod process;

use process::{LONG, NOBODY, Place, goes, is_gone, is_root, send};
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn some_article(place: &Place, name: &str) -> PathBuf {
    place.write(
        name,
        &format!("Ann Bell of {name} said that sanctions must stay."),
    )
}

/// The whole life of one data directory.
fn live(place: &Place) {
    // Two at once on one data directory, and an ingest beside them.
    let first = place.serve();
    assert_eq!(first.total("/v1/articles"), 0);
    let second = place.serve();
    let (status, text) = place.ingest(&some_article(place, "one.txt"));
    assert!(status.success() && text.starts_with("1 stored"), "{text}");
    assert_eq!(first.total("/v1/articles"), 1);
    assert_eq!(second.total("/v1/articles"), 1);

    // Postgres is killed: both come back by themselves.
    place.loses_postgres();
    first.becomes(200);
    second.becomes(200);
    assert_eq!(second.total("/v1/articles"), 1);

    // Its owner is killed: the other takes over.
    let orphan = place.postmaster().unwrap();
    first.end("-9");
    goes(orphan);
    second.becomes(200);
    let (status, text) = place.ingest(&some_article(place, "two.txt"));
    assert!(status.success(), "{text}");
    assert_eq!(second.total("/v1/articles"), 2);

    // The last one is killed: nothing is left running, and the next start finds everything.
    let orphan = place.postmaster().unwrap();
    second.end("-9");
    goes(orphan);
    let third = place.serve();
    assert_eq!(third.total("/v1/articles"), 2);
    let server = place.postmaster().unwrap();
    assert!(third.end("-TERM").success());
    assert!(is_gone(server));
}

#[test]
fn one_data_directory_lives_through_kills() {
    live(&Place::new(None));
}

#[test]
fn an_ordinary_user_can_do_all_that_root_can() {
    if !is_root() {
        // The other test has done so.
        return;
    }
    live(&Place::new(Some(NOBODY)));
}

#[test]
fn an_interrupted_ingest_is_gone_on_with() {
    let place = Place::new(None);
    let line = |n: usize| {
        let text = format!(
            "Envoy {n} of France said on Monday that sanctions must stay. \"We will not move,\" the envoy said. "
        );
        serde_json::json!({ "id": n, "text": text.repeat(30) }).to_string()
    };
    let all: Vec<String> = (0..60).map(line).collect();
    let path = place.write("many.ndjson", &all.join("\n"));
    let mut child = place
        .plenary(&["ingest", path.to_str().unwrap()])
        .spawn()
        .unwrap();
    // Interrupted once the first article is stored, as another program on the directory sees it.
    let watcher = place.serve();
    let deadline = Instant::now() + LONG;
    while watcher.total("/v1/articles") == 0 {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(20));
    }
    send("-INT", child.id() as i32);
    let status = child.wait().unwrap();
    let mut told = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert_eq!(status.code(), Some(130), "{told}");
    let stored: usize = told.split(' ').next().unwrap().parse().unwrap();
    assert!((1..60).contains(&stored), "{told}");
    // The database went with the ingest that had started it; the watcher starts it again.
    watcher.becomes(200);
    assert_eq!(watcher.total("/v1/articles"), stored as i64);

    let (status, told) = place.ingest(&path);
    assert!(status.success(), "{told}");
    assert!(
        told.starts_with(&format!("{} stored", 60 - stored)),
        "{told}"
    );
    assert!(told.contains(&format!(" {stored} known")), "{told}");
    assert!(watcher.end("-INT").success());
}

#[test]
fn a_postgres_that_cannot_be_fetched_is_one_line() {
    let place = Place::new(None);
    // Data that only a version could read which no machine has.
    let data = place.data().join("postgres/data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("PG_VERSION"), "99\n").unwrap();
    let output = place
        .plenary(&["serve", "--port", "0", "--log-format", "json"])
        // Nothing answers there, so that no test downloads anything.
        .env("HTTPS_PROXY", "http://127.0.0.1:9")
        .env("https_proxy", "http://127.0.0.1:9")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    let last: Vec<&str> = told
        .lines()
        .filter(|line| line.starts_with("plenary: "))
        .collect();
    assert_eq!(last.len(), 1, "{told}");
    assert!(
        last[0].contains("PostgreSQL 99") && last[0].contains("PG_BIN"),
        "{told}"
    );
    assert!(!told.contains("panicked"), "{told}");
}

#[test]
fn an_unwritable_data_directory_is_one_line() {
    let place = Place::new(is_root().then_some(NOBODY));
    std::fs::set_permissions(place.data(), std::fs::Permissions::from_mode(0o555)).unwrap();
    if place.user.is_some() {
        chown(place.data(), Some(0), Some(0)).unwrap();
    }
    let output = place.plenary(&["serve", "--port", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("--data-dir"), "{told}");
}

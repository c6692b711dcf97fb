//! The binary with its private Postgres: started, used by two at once, killed and started again, as
//! root and as an ordinary user.

#![cfg(target_os = "linux")]

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(120);

/// The user `nobody` of Debian and most others.
const NOBODY: u32 = 65534;

/// A folder of its own that every user can pass, with the binary in it: an ordinary user cannot
/// reach the one of a build below root's home.
struct Place {
    folder: tempfile::TempDir,
    user: Option<u32>,
}

impl Place {
    fn new(user: Option<u32>) -> Place {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let binary = folder.path().join("plenary");
        std::fs::copy(env!("CARGO_BIN_EXE_plenary"), &binary).unwrap();
        let place = Place { folder, user };
        std::fs::create_dir(place.data()).unwrap();
        if let Some(user) = user {
            chown(place.data(), Some(user), Some(user)).unwrap();
        }
        place
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn plenary(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.folder.path().join("plenary"));
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(self.data())
            .env_remove("PLENARY_LOG")
            // As a container file clears it.
            .env("DATABASE_URL", "")
            .env("DATABASE_READ_URL", " ")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    fn serve(&self) -> Serving {
        let mut child = self.plenary(&["serve", "--port", "0"]).spawn().unwrap();
        let log = lines(child.stderr.take().unwrap());
        let deadline = Instant::now() + LONG;
        let address = loop {
            let line = log.recv_timeout(deadline - Instant::now()).unwrap();
            let Ok(event) = serde_json::from_str::<Value>(&line) else {
                panic!("{line}");
            };
            if event["message"] == "serving" {
                break event["address"].as_str().unwrap().to_owned();
            }
        };
        Serving {
            child,
            address,
            log,
        }
    }

    fn ingest(&self, path: &Path) -> (ExitStatus, String) {
        let output = self
            .plenary(&["ingest", path.to_str().unwrap()])
            .output()
            .unwrap();
        let text =
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status, text)
    }

    fn postmaster(&self) -> Option<i32> {
        let file = self.data().join("postgres/data/postmaster.pid");
        let text = std::fs::read_to_string(file).ok()?;
        text.lines().next()?.trim().parse().ok()
    }
}

struct Serving {
    child: Child,
    address: String,
    log: Receiver<String>,
}

impl Serving {
    /// Status and body of an answer.
    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    fn total(&self, path: &str) -> i64 {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        let body = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
        serde_json::from_str::<Value>(body).unwrap()["total"]
            .as_i64()
            .unwrap()
    }

    fn becomes(&self, status: u16) {
        let deadline = Instant::now() + LONG;
        while self.get("/readyz").0 != status {
            assert!(Instant::now() < deadline, "/readyz never was {status}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn end(mut self, signal: &str) -> ExitStatus {
        send(signal, self.child.id() as i32);
        let status = self.child.wait().unwrap();
        drop(self.log);
        status
    }
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            // Read on after the listener is gone: a full pipe would stop the program.
            let _ = sender.send(line);
        }
    });
    receiver
}

fn send(signal: &str, pid: i32) {
    let status = Command::new("kill")
        .args([signal, &pid.to_string()])
        .status();
    assert!(status.unwrap().success());
}

fn is_gone(pid: i32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}

fn goes(pid: i32) {
    let deadline = Instant::now() + LONG;
    while !is_gone(pid) {
        assert!(Instant::now() < deadline, "process {pid} stays");
        std::thread::sleep(Duration::from_millis(50));
    }
}

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
    send("-9", place.postmaster().unwrap());
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

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
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

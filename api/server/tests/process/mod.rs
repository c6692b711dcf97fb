//! The real binary in a folder of its own, and signals to it: shared by the tests of whole processes.

// Each test program uses a part of it.
#![allow(dead_code)]

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

pub(crate) const LONG: Duration = Duration::from_secs(120);

/// The user `nobody` of Debian and most others.
pub(crate) const NOBODY: u32 = 65534;

/// A folder of its own that every user can pass, with the binary in it: an ordinary user cannot
/// reach the one of a build below root's home.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    pub(crate) user: Option<u32>,
}

impl Place {
    pub(crate) fn new(user: Option<u32>) -> Place {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let binary = folder.path().join("plenary");
        // By another process: a file that this one holds open for writing is busy in whatever it starts meanwhile.
        let copied = Command::new("cp")
            .arg(env!("CARGO_BIN_EXE_plenary"))
            .arg(&binary)
            .status();
        assert!(copied.unwrap().success());
        let place = Place { folder, user };
        std::fs::create_dir(place.data()).unwrap();
        if let Some(user) = user {
            chown(place.data(), Some(user), Some(user)).unwrap();
        }
        place
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where [`Place::write`] writes.
    pub(crate) fn write_path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.write_path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn plenary(&self, arguments: &[&str]) -> Command {
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

    pub(crate) fn serve(&self) -> Serving {
        Serving::start(self.plenary(&["serve", "--port", "0", "--open"]))
    }

    pub(crate) fn ingest(&self, path: &Path) -> (ExitStatus, String) {
        let output = self
            .plenary(&["ingest", path.to_str().unwrap()])
            .output()
            .unwrap();
        let text =
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status, text)
    }

    pub(crate) fn postmaster(&self) -> Option<i32> {
        let file = self.data().join("postgres/data/postmaster.pid");
        let text = std::fs::read_to_string(file).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// Kills Postgres and waits until another one runs. What the killed one had at work answers for a moment
    /// longer, so an answer alone does not say that Postgres is back.
    pub(crate) fn loses_postgres(&self) {
        let killed = self.postmaster().unwrap();
        send("-9", killed);
        let deadline = Instant::now() + LONG;
        while self.postmaster().is_none_or(|pid| pid == killed) {
            assert!(Instant::now() < deadline, "no Postgres after {killed}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

pub(crate) struct Serving {
    child: Child,
    pub(crate) address: String,
    log: Receiver<String>,
}

impl Serving {
    /// Runs a `serve` until it says where it serves.
    pub(crate) fn start(mut command: Command) -> Serving {
        let mut child = command.spawn().unwrap();
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

    /// Status and body of an answer.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.ask(&format!("GET {path}"), "")
    }

    /// The same for what is sent as JSON.
    pub(crate) fn post(&self, path: &str, body: &str) -> (u16, String) {
        self.ask(&format!("POST {path}"), body)
    }

    /// Status of deleting something.
    pub(crate) fn delete(&self, path: &str) -> u16 {
        self.ask(&format!("DELETE {path}"), "").0
    }

    fn ask(&self, what: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        let length = body.len();
        write!(
            stream,
            "{what} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
            content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    pub(crate) fn total(&self, path: &str) -> i64 {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        let body = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
        serde_json::from_str::<Value>(body).unwrap()["total"]
            .as_i64()
            .unwrap()
    }

    pub(crate) fn becomes(&self, status: u16) {
        let deadline = Instant::now() + LONG;
        while self.get("/readyz").0 != status {
            assert!(Instant::now() < deadline, "/readyz never was {status}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub(crate) fn end(mut self, signal: &str) -> ExitStatus {
        send(signal, self.child.id() as i32);
        let status = self.child.wait().unwrap();
        drop(self.log);
        status
    }
}

pub(crate) fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            // Read on after the listener is gone: a full pipe would stop the program.
            let _ = sender.send(line);
        }
    });
    receiver
}

pub(crate) fn send(signal: &str, pid: i32) {
    let status = Command::new("kill")
        .args([signal, &pid.to_string()])
        .status();
    assert!(status.unwrap().success());
}

pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

pub(crate) fn is_gone(pid: i32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}

pub(crate) fn goes(pid: i32) {
    let deadline = Instant::now() + LONG;
    while !is_gone(pid) {
        assert!(Instant::now() < deadline, "process {pid} stays");
        std::thread::sleep(Duration::from_millis(50));
    }
}

//! One data directory of Postgres: its folders, its user, its start and whether it answers.

use super::binaries::{self, Binaries};
use super::{Options, PostgresError, Result};
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Role and database of everything that Plenary stores.
const NAME: &str = "plenary";

/// Longest path of a socket that every system takes, `.s.PGSQL.5432` included.
const LONGEST_SOCKET: usize = 100;

/// The user under whom Postgres runs where we are root, which it refuses to be.
#[derive(Debug, Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

/// A data directory that is ready to be started.
#[derive(Debug)]
pub(super) struct Cluster {
    home: PathBuf,
    socket: PathBuf,
    log: PathBuf,
    binaries: Binaries,
    user: Option<User>,
    durable: bool,
}

pub(super) fn is_root() -> bool {
    // SAFETY: geteuid reads a number of this process and cannot fail.
    #[allow(unsafe_code)]
    let uid = unsafe { libc::geteuid() };
    uid == 0
}

/// Sends a signal to a process; one that is gone takes none.
pub(super) fn signal(pid: u32, signal: i32) {
    // SAFETY: kill only reads its arguments; the pid is of our child or named by its pid file.
    #[allow(unsafe_code)]
    unsafe {
        libc::kill(pid as i32, signal);
    }
}

/// Major version of Postgres that made a data directory; `None` where none has.
pub(super) fn version_of(data_dir: &Path) -> Option<u32> {
    let version = std::fs::read_to_string(data_dir.join("postgres/data/PG_VERSION")).ok()?;
    version.trim().parse().ok()
}

impl Cluster {
    /// Finds the binaries and makes the folders; the data themselves are made at the first start.
    pub(super) async fn prepare(options: &Options) -> Result<Cluster> {
        let dir =
            std::path::absolute(&options.data_dir).map_err(|e| unusable(&options.data_dir, &e))?;
        std::fs::create_dir_all(&dir).map_err(|e| unusable(&dir, &e))?;
        let user = if is_root() {
            Some(unprivileged()?)
        } else {
            None
        };
        if let Some(user) = user {
            reachable(&dir, user)?;
        }
        let home = dir.join("postgres");
        make_private(&home, user)?;
        let socket = home.join("socket");
        let socket = if socket.as_os_str().len() + ".s.PGSQL.5432".len() < LONGEST_SOCKET {
            socket
        } else {
            let hash = Sha256::digest(home.as_os_str().as_encoded_bytes());
            let name: String = hash
                .iter()
                .take(8)
                .map(|byte| format!("{byte:02x}"))
                .collect();
            std::env::temp_dir().join(format!("plenary-{name}"))
        };
        make_private(&socket, user)?;
        let wanted = version_of(&dir);
        let binaries = binaries::find(options.pg_bin.as_deref(), wanted, &dir).await?;
        Ok(Cluster {
            log: home.join("server.log"),
            home,
            socket,
            binaries,
            user,
            durable: options.durable,
        })
    }

    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    /// Address of the database `plenary`.
    pub(super) fn url(&self) -> String {
        let host: String = self
            .socket
            .to_string_lossy()
            .bytes()
            .map(|byte| match byte {
                b'/' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02X}"),
            })
            .collect();
        format!("postgres://{NAME}@localhost:5432/{NAME}?host={host}")
    }

    /// The file whose lock says who owns the server.
    pub(super) fn lock_file(&self) -> Result<File> {
        OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(self.home.join("lock"))
            .map_err(|error| unusable(&self.home, &error))
    }

    /// Starts the server, after the data are made and a server without an owner is gone. The caller
    /// holds the lock.
    pub(super) fn spawn(&self) -> Result<Child> {
        self.end_orphan();
        let data = self.home.join("data");
        if !data.join("PG_VERSION").exists() {
            self.make_data(&data)?;
        }
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)
            .map_err(|error| unusable(&self.home, &error))?;
        let copy = log
            .try_clone()
            .map_err(|error| unusable(&self.home, &error))?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(&data).arg("-k").arg(&self.socket);
        for setting in ["listen_addresses=", "port=5432", "max_connections=200"] {
            command.arg("-c").arg(setting);
        }
        if !self.durable {
            for setting in [
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
            ] {
                command.arg("-c").arg(setting);
            }
        }
        command.stdout(log).stderr(copy);
        // Ctrl-C on the terminal is ours to answer; the server is stopped after the last request.
        command.process_group(0);
        die_with_parent(&mut command);
        command.spawn().map_err(|error| {
            PostgresError(format!(
                "cannot start {}: {error}",
                self.binaries.folder.join("postgres").display()
            ))
        })
    }

    /// Makes the data apart and moves them into place, so that a half-made folder is never started.
    fn make_data(&self, data: &Path) -> Result<()> {
        let unfinished = self.home.join("data.unfinished");
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished).map_err(|error| unusable(&unfinished, &error))?;
        }
        let output = self
            .command("initdb")
            .args(["--encoding=UTF8", "--locale=C", "--auth=trust"])
            .arg(format!("--username={NAME}"))
            .arg("-D")
            .arg(&unfinished)
            .output()
            .map_err(|error| PostgresError(format!("cannot run initdb: {error}")))?;
        if !output.status.success() {
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            let why = told
                .lines()
                .rfind(|line| line.contains("error:"))
                .unwrap_or("no reason told");
            return Err(PostgresError(format!(
                "initdb could not make {}: {why}; choose another --data-dir",
                unfinished.display()
            )));
        }
        std::fs::rename(&unfinished, data).map_err(|error| unusable(data, &error))
    }

    /// A program of the installation, under the unprivileged user where we are root.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.folder.join(program));
        command.stdin(Stdio::null()).current_dir(&self.home);
        // Settings of the caller's own Postgres must not reach ours.
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        if let Some(user) = self.user {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    /// Waits for a server to end whose owner was killed, and tells it to.
    fn end_orphan(&self) {
        let file = self.home.join("data/postmaster.pid");
        let running = || {
            let text = std::fs::read_to_string(&file).ok()?;
            let pid: u32 = text.lines().next()?.trim().parse().ok()?;
            // A number may have gone to another program since.
            let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
            name.starts_with("postgres").then_some(pid)
        };
        let deadline = Instant::now() + super::STOP;
        let mut told = false;
        while let Some(pid) = running() {
            if !told {
                tracing::info!("stopping a Postgres whose owner is gone");
                signal(pid, libc::SIGINT);
                told = true;
            }
            if Instant::now() > deadline {
                signal(pid, libc::SIGQUIT);
                std::thread::sleep(Duration::from_secs(1));
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// True when the server takes a connection.
    pub(super) fn answers(&self) -> bool {
        self.with_connection("postgres", async |_| Ok(())).is_ok()
    }

    /// True when the server's database can be used: an owner that has just started it may still have to
    /// make it.
    pub(super) fn has_database(&self) -> bool {
        self.with_connection(NAME, async |_| Ok(())).is_ok()
    }

    /// Makes the database `plenary` where it is not there yet.
    pub(super) fn make_database(&self) -> Result<()> {
        self.with_connection("postgres", async |connection| {
            let there = sqlx::query("select from pg_database where datname = 'plenary'")
                .fetch_optional(&mut *connection)
                .await?;
            if there.is_none() {
                sqlx::query("create database plenary")
                    .execute(connection)
                    .await?;
            }
            Ok(())
        })
        .map_err(|error| PostgresError(format!("cannot make the database `{NAME}`: {error}")))
    }

    fn with_connection(
        &self,
        database: &str,
        work: impl AsyncFnOnce(&mut sqlx::PgConnection) -> std::result::Result<(), sqlx::Error>,
    ) -> std::result::Result<(), sqlx::Error> {
        // The supervisor's thread has no runtime of its own beside it.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let mut connection = PgConnectOptions::new_without_pgpass()
                .socket(&self.socket)
                .port(5432)
                .username(NAME)
                .database(database)
                .connect()
                .await?;
            work(&mut connection).await?;
            connection.close().await
        })
    }

    /// The last line of the log that says why the server ended.
    pub(super) fn last_words(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let line = log
            .lines()
            .rev()
            .take(20)
            .find(|line| line.contains("FATAL") || line.contains("PANIC"));
        line.or(log.lines().last())
            .unwrap_or("it told no reason")
            .trim()
            .to_owned()
    }
}

fn unusable(dir: &Path, error: &io::Error) -> PostgresError {
    PostgresError(format!(
        "cannot use the data directory {}: {error}; choose another with --data-dir or PLENARY_DATA_DIR",
        dir.display()
    ))
}

/// Makes a folder that only Postgres' user (and root) can enter.
fn make_private(dir: &Path, user: Option<User>) -> Result<()> {
    let made = std::fs::DirBuilder::new()
        .mode(0o700)
        .recursive(true)
        .create(dir);
    made.map_err(|error| unusable(dir, &error))?;
    let known = dir.metadata().map_err(|error| unusable(dir, &error))?;
    if !known.is_dir() || dir.symlink_metadata().is_ok_and(|dir| dir.is_symlink()) {
        return Err(unusable(dir, &io::Error::other("it is no folder")));
    }
    if let Some(user) = user
        && known.uid() != user.uid
    {
        std::os::unix::fs::chown(dir, Some(user.uid), Some(user.gid))
            .map_err(|error| unusable(dir, &error))?;
    }
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))
        .map_err(|error| unusable(dir, &error))
}

/// The user `postgres`, else `nobody`.
fn unprivileged() -> Result<User> {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| {
            let line = passwd
                .lines()
                .find(|line| line.split(':').next() == Some(name))?;
            let mut fields = line.split(':').skip(2);
            Some(User {
                uid: fields.next()?.parse().ok()?,
                gid: fields.next()?.parse().ok()?,
            })
        })
        .ok_or_else(|| {
            PostgresError(
                "Postgres does not run as root, and there is no user `postgres` or `nobody`; start \
                 Plenary as another user, or set DATABASE_URL"
                    .to_owned(),
            )
        })
}

/// Fails where a folder above the data cannot be passed by the unprivileged user.
fn reachable(dir: &Path, user: User) -> Result<()> {
    for folder in dir.ancestors() {
        let known = folder.metadata().map_err(|error| unusable(dir, &error))?;
        let passed = match (known.uid() == user.uid, known.gid() == user.gid) {
            (true, _) => 0o100,
            (_, true) => 0o010,
            _ => 0o001,
        };
        if known.mode() & passed == 0 {
            return Err(PostgresError(format!(
                "Postgres does not run as root, and its user cannot pass {} to reach the data \
                 directory; choose another with --data-dir, e.g. /var/lib/plenary",
                folder.display()
            )));
        }
    }
    Ok(())
}

/// Lets the kernel stop the server when the thread that starts it is gone.
fn die_with_parent(command: &mut Command) {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: between fork and exec only prctl is called, which is async-signal-safe. It comes
        // after the change of user, which would undo it.
        #[allow(unsafe_code)]
        unsafe {
            command.pre_exec(|| {
                if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT) == -1 {
                    return Err(io::Error::last_os_error());
                }
                Ok(())
            });
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = command;
}

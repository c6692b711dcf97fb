//! Processor time of a benchmark, which a busy machine changes less than the time on the clock.

use super::Database;
use sqlx::{Connection, PgConnection};
use std::time::Duration;

/// Ticks in a second, as Linux counts them in `/proc` on every machine.
const TICKS: u64 = 100;

/// This program and the Postgres behind a database.
#[derive(Debug, Clone, Copy)]
pub struct Processors {
    postmaster: u64,
}

/// What `/proc/PID/stat` tells of a process.
struct Stat {
    parent: u64,
    /// Ticks of its own, and of its children that have ended.
    own: u64,
    ended: u64,
}

/// `None` where there is no such process, or no Linux.
fn stat(pid: &str) -> Option<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before may hold spaces; the state is the first field behind it.
    let (_, fields) = text.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Stat {
        parent: number(1)?,
        own: number(11)? + number(12)?,
        ended: number(13)? + number(14)?,
    })
}

impl Database {
    /// The processes whose time [`Processors::spent`] tells. Postgres must run on this machine.
    ///
    /// # Panics
    /// When the database cannot be asked: a benchmark cannot go on without it.
    #[allow(clippy::panic)]
    pub async fn processors(&self) -> Processors {
        match postmaster(&self.url).await {
            Ok(postmaster) => Processors { postmaster },
            Err(error) => panic!("the database does not tell its process: {error}"),
        }
    }
}

async fn postmaster(url: &str) -> super::Result<u64> {
    let mut connection = PgConnection::connect(url).await?;
    let backend: i32 = sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(&mut connection)
        .await?;
    let parent = stat(&backend.to_string()).map_or(0, |stat| stat.parent);
    connection.close().await?;
    Ok(parent)
}

impl Processors {
    /// Processor time taken so far by this program and by Postgres, to 10 ms.
    pub fn spent(&self) -> [Duration; 2] {
        let ours = stat("self").map_or(0, |stat| stat.own);
        let postmaster = stat(&self.postmaster.to_string());
        let listed = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let theirs = listed.filter_map(|entry| stat(entry.file_name().to_str()?));
        let theirs = theirs.filter(|stat| stat.parent == self.postmaster);
        let theirs = theirs.map(|stat| stat.own).sum::<u64>()
            + postmaster.map_or(0, |stat| stat.own + stat.ended);
        [ours, theirs].map(|ticks| Duration::from_millis(ticks * 1000 / TICKS))
    }
}

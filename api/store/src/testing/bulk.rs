//! A large record set, copied into a database without parsing anything: for benchmarks.
//!
//! The rows are those that storing articles would make, but for the tally, which comparisons do not
//! read. Checks of single rows hold; references between rows are right by construction and not checked
//! again, which would take longer than everything else.

use super::Database;
use chrono::NaiveDate;
use sqlx::{Connection, Executor, PgConnection};
use std::fmt::Write;
use uuid::Uuid;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How many there are of each thing.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Parties. Actor number n speaks for party n modulo this.
    pub parties: u32,
    /// Actors.
    pub actors: u32,
    /// Issues, beside those of the codebook.
    pub issues: u32,
    /// Processes.
    pub processes: u32,
    /// Meetings of each process, one a month; those of one process follow those of another.
    pub meetings: u32,
}

/// One position; the numbers count from 0. An article has one statement, to which all its positions
/// belong.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    /// The article, in ascending order.
    pub article: u32,
    /// The actor.
    pub actor: u32,
    /// The issue.
    pub issue: u32,
    /// The meeting.
    pub meeting: u32,
    /// -1, 0 or 1.
    pub stance: i8,
    /// 0..=1.
    pub confidence: f32,
}

/// Ids are numbers, so that two runs fill two databases with the same rows.
fn id(kind: u128, number: u32) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | kind << 40 | u128::from(number))
}

const PARTY: u128 = 1;
const ACTOR: u128 = 2;
const ISSUE: u128 = 3;
const MEETING: u128 = 4;
const PROCESS: u128 = 5;
const ARTICLE: u128 = 6;
const STATEMENT: u128 = 7;
const POSITION: u128 = 8;

const TEXT: &str = "The envoy said that the matter could wait for the next round.";
const EVIDENCE: &str =
    r#"[{"start": 15, "end": 60, "text": "that the matter could wait for the next round"}]"#;

/// Rows on their way into a table.
struct Rows<'a> {
    connection: &'a mut PgConnection,
    table: &'static str,
    text: String,
}

impl Rows<'_> {
    /// Sends the rows once they are many.
    async fn sent(&mut self, all: bool) -> Result<()> {
        if self.text.is_empty() || (!all && self.text.len() < 8 << 20) {
            return Ok(());
        }
        let copy = format!("copy {} from stdin", self.table);
        let mut copy = self.connection.copy_in_raw(&copy).await?;
        copy.send(std::mem::take(&mut self.text).into_bytes())
            .await?;
        copy.finish().await?;
        Ok(())
    }
}

impl Database {
    /// Fills the database, which must hold no articles yet. All is of revision 1.
    ///
    /// # Panics
    /// When it cannot be filled: a benchmark cannot go on without it.
    #[allow(clippy::panic)]
    pub async fn fill(&self, scale: &Scale, said: &[Said]) {
        if let Err(error) = fill(&self.url, scale, said).await {
            panic!("the database cannot be filled: {error}");
        }
    }
}

async fn fill(url: &str, scale: &Scale, said: &[Said]) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    // The owner of the private server may pass triggers of foreign keys by; ours run all the same.
    connection
        .execute(
            "set session_replication_role = replica;
            update record_set set revision = 1;
            insert into revision (revision, change, article_id, made_by)
            values (1, 'article-added', gen_random_uuid(), 'bench');
            alter table meeting enable always trigger keep_version;
            alter table actor enable always trigger keep_version;",
        )
        .await?;
    let codebook: Uuid = sqlx::query_scalar("select codebook_id from codebook limit 1")
        .fetch_one(&mut connection)
        .await?;

    let mut text = String::new();
    for n in 0..scale.parties {
        writeln!(
            text,
            "{}\tparty-{n:03}\tParty {n}\tstate\t\\N\tf",
            id(PARTY, n)
        )?;
    }
    copy(
        &mut connection,
        "party (party_id, slug, name, kind, iso, known)",
        text,
    )
    .await?;
    let mut text = String::new();
    for n in 0..scale.actors {
        writeln!(text, "{}\tactor-{n:04}\tActor {n}\tperson", id(ACTOR, n))?;
    }
    copy(&mut connection, "actor (actor_id, slug, name, kind)", text).await?;
    let mut text = String::new();
    for n in 0..scale.issues {
        let (key, place) = (id(ISSUE, n), 1000 + n);
        writeln!(
            text,
            "{key}\tissue-{n:03}\t{codebook}\t{place}\tIssue {n}\tbench\tIt is so."
        )?;
    }
    copy(
        &mut connection,
        "issue (issue_id, slug, codebook_id, ordinal, name, domain, proposition)",
        text,
    )
    .await?;
    let mut text = String::new();
    for n in 0..scale.processes {
        writeln!(text, "{}\tprocess-{n:02}\tProcess {n}", id(PROCESS, n))?;
    }
    copy(&mut connection, "process (process_id, slug, name)", text).await?;
    let first = NaiveDate::from_ymd_opt(2020, 1, 6).unwrap_or_default();
    let day_of = |meeting: u32| {
        let process = meeting / scale.meetings;
        first + chrono::Months::new(meeting % scale.meetings) + chrono::Days::new(process.into())
    };
    let mut text = String::new();
    for n in 0..scale.processes * scale.meetings {
        let (key, process, day) = (id(MEETING, n), id(PROCESS, n / scale.meetings), day_of(n));
        writeln!(
            text,
            "{key}\tmeeting-{n:03}\tMeeting {n}\tTown {n}\t{day}\t{day}\tt\theld\t{process}"
        )?;
    }
    copy(
        &mut connection,
        "meeting (meeting_id, slug, name, venue, start_day, end_day, day_known, status, process_id)",
        text,
    )
    .await?;

    let mut last = None;
    let (mut articles, mut statements) = (String::new(), String::new());
    for position in said {
        let n = position.article;
        if last.replace(n) == Some(n) {
            continue;
        }
        let (key, day, length) = (
            id(ARTICLE, n),
            day_of(position.meeting),
            TEXT.chars().count(),
        );
        writeln!(
            articles,
            "{key}\tRound {n}\tWire\twire\t{day}\ten\t{TEXT}\t{length}\t\\\\x{n:064x}\t{key}\tbench\t{codebook}\t1"
        )?;
        writeln!(
            statements,
            "{key}\t{}\t0\t[]\t[]\t{EVIDENCE}\tindirect\tbench\t0.9\tbench\t1",
            id(STATEMENT, n)
        )?;
    }
    copy(
        &mut connection,
        "article (article_id, title, outlet, outlet_key, published, language, body, length, content_hash,
            group_id, parser_version, codebook_id, since_revision)",
        articles,
    )
    .await?;
    copy(
        &mut connection,
        "statement (article_id, statement_id, ordinal, source, cue, content, mode, rule, confidence,
            parser_version, since_revision)",
        statements,
    )
    .await?;
    let mut rows = Rows {
        connection: &mut connection,
        table: "party_position (article_id, position_id, statement_id, actor_id, party_id, meeting_id, issue_id,
            stance, act, mode, evidence, confidence, speaker_confidence, party_confidence, meeting_confidence,
            issue_confidence, stance_confidence, act_confidence, speaker_rule, party_rule, meeting_rule,
            coding_rule, parser_version, codebook_id, since_revision)",
        text: String::new(),
    };
    for (n, position) in (0..).zip(said) {
        let article = id(ARTICLE, position.article);
        writeln!(
            rows.text,
            "{article}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\tstate\tindirect\t{EVIDENCE}\t{}\t0.9\t0.9\t0.9\t0.9\t0.9\t0.9\tb\tb\tb\tb\tbench\t{codebook}\t1",
            id(POSITION, n),
            id(STATEMENT, position.article),
            id(ACTOR, position.actor),
            id(PARTY, position.actor % scale.parties),
            id(MEETING, position.meeting),
            id(ISSUE, position.issue),
            position.stance,
            position.confidence,
        )?;
        rows.sent(false).await?;
    }
    rows.sent(true).await?;
    connection.execute("vacuum analyze").await?;
    connection.close().await?;
    Ok(())
}

async fn copy(connection: &mut PgConnection, table: &'static str, text: String) -> Result<()> {
    let mut rows = Rows {
        connection,
        table,
        text,
    };
    rows.sent(true).await
}

//! `plenary check`: whether `serve` would work here, and if not, what to do.
//!
//! It takes the options of `serve`, changes nothing and fetches nothing. A private Postgres is started
//! for the time of the check where it has been used before.

use super::database::Database;
use super::logs;
use super::serve::{Serve, listen};
use clap::Args;
use plenary_store::postgres::Prospect;
use plenary_store::{Inspection, Schema, Store};
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

/// Options of `plenary check`.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    serve: Serve,
}

/// What was found, line by line.
#[derive(Default)]
struct Report {
    wrong: usize,
}

impl Report {
    fn good(&mut self, what: &str, found: impl std::fmt::Display) {
        println!("ok     {what}: {found}");
    }

    /// Something that an operator should know and may want.
    fn note(&mut self, what: &str, found: impl std::fmt::Display) {
        println!("note   {what}: {found}");
    }

    fn wrong(&mut self, what: &str, found: impl std::fmt::Display, remedy: &str) {
        self.wrong += 1;
        println!("WRONG  {what}: {found}");
        println!("       -> {remedy}");
    }
}

impl Check {
    /// Checks everything and says what is wrong; exit code 1 where something is.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        logs::start(&self.serve.logs, "error")?;
        let mut report = Report::default();
        self.configuration(&mut report);
        match &self.serve.database.database_url {
            Some(_) => self.database(&mut report).await,
            None => self.private(&mut report).await,
        }
        Ok(match report.wrong {
            0 => {
                println!("\nNothing is wrong.");
                ExitCode::SUCCESS
            }
            1 => {
                println!("\n1 thing is wrong.");
                ExitCode::FAILURE
            }
            count => {
                println!("\n{count} things are wrong.");
                ExitCode::FAILURE
            }
        })
    }

    fn configuration(&self, report: &mut Report) {
        let http = &self.serve.http;
        match self.serve.access() {
            Ok(access) => {
                let who = |open: bool| if open { "everybody" } else { "holders of keys" };
                report.good(
                    "access",
                    format!(
                        "{} may read, {} may change records",
                        who(access.reading || access.everything),
                        who(access.everything)
                    ),
                );
                if access.reading && !access.loopback {
                    report.note(
                        "access",
                        format!("whoever reaches {} reads without a key", http.bind),
                    );
                }
                if access.origins.iter().any(|origin| origin == "*") {
                    report.note("access", "pages of every origin may call the API");
                }
            }
            Err(error) => report.wrong("access", &error, "leave --open out, or bind to 127.0.0.1"),
        }
        let limits = http.limits(self.serve.open);
        for (name, bytes) in [
            ("--max-body-bytes", limits.max_body_bytes),
            ("--max-line-bytes", limits.max_line_bytes),
        ] {
            if bytes < limits.max_article_bytes {
                report.note(
                    "limits",
                    format!("{name} is less than --max-article-bytes, which can therefore never be reached"),
                );
            }
        }
        if limits.address_rate.is_none() && !self.serve.open {
            report.note("limits", "an address may send as many requests as it likes");
        }
        if let Some(endpoint) = &self.serve.traces.traces_endpoint {
            match reqwest::Url::parse(endpoint) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => {
                    report.good("traces", format!("{endpoint} gets a span for each request"));
                }
                _ => report.wrong(
                    "traces",
                    format!("`{endpoint}` is no address"),
                    "write --traces-endpoint like http://127.0.0.1:4318",
                ),
            }
        }
        match listen(http) {
            Ok(_) => report.good("port", format!("{}:{} is free", http.bind, http.port)),
            Err(error) if is_taken(http) => {
                report.note("port", format!("{error}; or `serve` runs already"))
            }
            Err(error) => report.wrong("port", error, "choose another --bind or --port"),
        }
    }

    async fn private(&self, report: &mut Report) {
        let options = self.serve.database.private();
        let what = "private Postgres";
        let prospect = match Prospect::of(&options) {
            Ok(prospect) => prospect,
            Err(error) => {
                return report.wrong(what, error, "install PostgreSQL, or set DATABASE_URL");
            }
        };
        match &prospect.installation {
            Some((folder, major)) => {
                report.good(what, format!("PostgreSQL {major} in {}", folder.display()));
            }
            None => report.note(what, "none is installed; `serve` will try to fetch one"),
        }
        if let Err(error) = writable(&options.data_dir) {
            let found = format!("{} cannot be written: {error}", options.data_dir.display());
            return report.wrong("data directory", found, "choose another --data-dir");
        }
        report.good("data directory", options.data_dir.display());
        if !prospect.has_data {
            return report.note("records", "there are none yet; `serve` makes the database");
        }
        if prospect.installation.is_some() {
            self.database(report).await;
        }
    }

    async fn database(&self, report: &mut Report) {
        let what = "database";
        let database = match Database::open(&self.serve.database).await {
            Ok(database) => database,
            Err(error) => {
                let remedy = "check DATABASE_URL and DATABASE_READ_URL, or --data-dir";
                return report.wrong(what, format!("{error:#}"), remedy);
            }
        };
        inspect(&database.store, self.serve.open, report).await;
        database.close().await;
    }
}

async fn inspect(store: &Store, open: bool, report: &mut Report) {
    match store.inspect().await {
        Ok(seen) => {
            let right = tell("database", &seen, report);
            if seen.read_only {
                let remedy = "set DATABASE_URL to the primary, and DATABASE_READ_URL to this one";
                report.wrong(
                    "database",
                    "it is a replica, which takes no changes",
                    remedy,
                );
            }
            match seen.keys {
                Some(0) if right && !open => report.note(
                    "keys",
                    "there are none, so nobody can change anything; `plenary keys create` makes one",
                ),
                Some(count) => report.good("keys", format!("{count} work")),
                None => {}
            }
        }
        Err(error) => report.wrong("database", &error, remedy(&error)),
    }
    match store.inspect_replica().await {
        Ok(None) => {}
        Ok(Some(seen)) => {
            tell("replica", &seen, report);
        }
        Err(error) => report.wrong("replica", &error, remedy(&error)),
    }
}

fn remedy(error: &plenary_store::Error) -> &'static str {
    match error {
        plenary_store::Error::Denied(_) => {
            "run docker/roles.sql again; it grants what a server needs"
        }
        plenary_store::Error::Unavailable(_) => {
            "start the database, and check host, port, user, password and name in its address"
        }
        _ => "look into the log of the database",
    }
}

/// What holds for every database; true where nothing is wrong.
fn tell(what: &str, seen: &Inspection, report: &mut Report) -> bool {
    let before = report.wrong;
    if seen.too_old {
        let found = format!("it is PostgreSQL {}", seen.version);
        report.wrong(what, found, "use PostgreSQL 15 or newer");
    } else {
        report.good(
            what,
            format!("PostgreSQL {} answers `{}`", seen.version, seen.role),
        );
    }
    if seen.encoding != "UTF8" {
        let found = format!("its encoding is {}", seen.encoding);
        report.wrong(
            what,
            found,
            "make it anew: create database plenary encoding 'UTF8' template template0",
        );
    }
    if seen.missing_extensions.is_empty() {
        report.good("extensions", "every one that is needed is available");
    } else {
        let found = format!("{} cannot be had", seen.missing_extensions.join(", "));
        report.wrong(
            "extensions",
            found,
            "install the contrib package of this PostgreSQL",
        );
    }
    match &seen.schema {
        Schema::Current => report.good("migrations", &seen.schema),
        other => {
            let remedy = match other {
                Schema::Missing | Schema::Older(_) => "run `plenary migrate`",
                Schema::Newer(_) => "run the newest Plenary",
                _ => "restore a backup",
            };
            report.wrong("migrations", other, remedy);
        }
    }
    if !seen.denied.is_empty() {
        let found = format!("`{}` lacks {}", seen.role, seen.denied.join(", "));
        report.wrong(
            "rights",
            found,
            "run docker/roles.sql again; it grants what a server needs",
        );
    } else if seen.schema == Schema::Current {
        report.good(
            "rights",
            format!("`{}` has all that a server needs", seen.role),
        );
    }
    report.wrong == before
}

fn is_taken(http: &crate::config::HttpConfig) -> bool {
    std::net::TcpListener::bind((http.bind, http.port))
        .is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
}

/// Whether a folder can be written, or the one above it in which it would be made.
fn writable(folder: &Path) -> std::io::Result<()> {
    let folder = std::path::absolute(folder)?;
    let there = folder.ancestors().find(|folder| folder.exists());
    let probe = there
        .unwrap_or(&folder)
        .join(format!(".plenary-check-{}", std::process::id()));
    std::fs::write(&probe, "")?;
    std::fs::remove_file(&probe)
}

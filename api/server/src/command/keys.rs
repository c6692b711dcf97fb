//! `plenary keys`: who may call the API.

use super::database::Database;
use super::logs;
use crate::config::{DatabaseConfig, LogConfig};
use anyhow::{Context, bail};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use clap::{Args, Subcommand};
use plenary_domain::Scope;
use plenary_domain::record::KeyRecord;
use plenary_store::{NewKey, Store};
use std::io::Write;
use std::process::ExitCode;

/// Options of `plenary keys`.
#[derive(Debug, Args)]
pub struct Keys {
    #[command(subcommand)]
    action: Action,
}

/// Where the keys are. After the subcommand, as with every other command.
#[derive(Debug, Args)]
struct Place {
    #[command(flatten)]
    database: DatabaseConfig,
    #[command(flatten)]
    logs: LogConfig,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a key and print it. It is shown this once; only its hash is stored.
    Create {
        /// Name under which the changes made with it are listed; never given twice.
        #[arg(long)]
        name: String,
        /// What it may do: read records; ingest articles; review, which is to delete articles and to merge
        /// and split names; admin, which is to see who changed what. Each includes those before it.
        #[arg(long, value_parser = scope())]
        scope: Scope,
        /// Last day (UTC) on which it works, e.g. 2030-12-31. Without it: until it is revoked.
        #[arg(long, value_name = "DAY")]
        expires: Option<NaiveDate>,
        #[command(flatten)]
        place: Place,
    },
    /// List the keys, also those that work no longer.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Take a key back; it is refused from then on.
    Revoke {
        /// Its name.
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

impl Action {
    fn place(&self) -> &Place {
        match self {
            Action::Create { place, .. }
            | Action::List { place }
            | Action::Revoke { place, .. } => place,
        }
    }
}

fn scope() -> impl TypedValueParser<Value = Scope> {
    PossibleValuesParser::new(Scope::ALL.iter().map(|scope| scope.as_str()))
        .try_map(|text| text.parse::<Scope>())
}

impl Keys {
    /// Does what is asked.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let place = self.action.place();
        logs::start(&place.logs, "warn")?;
        let database = Database::open(&place.database).await?;
        let result = act(self.action, &database.store).await;
        database.close().await;
        // Whole or not at all: nobody sees a key again.
        let mut out = std::io::stdout().lock();
        out.write_all(result?.as_bytes())?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn act(action: Action, store: &Store) -> anyhow::Result<String> {
    // A database that is new has no keys yet, and no tables.
    store
        .migrate()
        .await
        .context("the tables could not be brought up to this version")?;
    match action {
        Action::Create {
            name,
            scope,
            expires,
            ..
        } => {
            let new = NewKey {
                name,
                scope,
                expires_at: expires.map(end_of).transpose()?,
            };
            let (made, key) = store.create_key(&new).await?;
            eprintln!(
                "The key `{}` ({scope}) is shown this once; send it as `Authorization: Bearer KEY`.",
                made.name
            );
            Ok(format!("{key}\n"))
        }
        Action::List { .. } => Ok(table(&store.keys().await?, Utc::now())),
        Action::Revoke { name, .. } => match store.revoke_key(&name).await? {
            Some(key) => Ok(format!("The key `{}` is refused from now on.\n", key.name)),
            None => bail!("there is no key `{name}`; `plenary keys list` shows them"),
        },
    }
}

/// The end of a day, which must be ahead.
fn end_of(day: NaiveDate) -> anyhow::Result<DateTime<Utc>> {
    let next = day.checked_add_days(Days::new(1));
    match next.map(|next| next.and_time(NaiveTime::MIN).and_utc()) {
        Some(end) if end > Utc::now() => Ok(end),
        _ => bail!("--expires {day} is no day ahead"),
    }
}

fn table(keys: &[KeyRecord], now: DateTime<Utc>) -> String {
    let moment = |at: Option<DateTime<Utc>>, never: &str| match at {
        Some(at) => at.format("%Y-%m-%d %H:%M").to_string(),
        None => never.to_owned(),
    };
    let mut rows =
        vec![["NAME", "KEY", "SCOPE", "CREATED", "LAST USED", "STATE"].map(String::from)];
    rows.extend(keys.iter().map(|key| {
        let state = match (key.revoked_at, key.expires_at) {
            (Some(at), _) => format!("revoked {}", moment(Some(at), "")),
            (None, Some(at)) if at <= now => format!("expired {}", moment(Some(at), "")),
            (None, Some(at)) => format!("works until {}", moment(Some(at), "")),
            (None, None) => "works".to_owned(),
        };
        [
            key.name.clone(),
            format!("{}_…", key.prefix),
            key.scope.to_string(),
            moment(Some(key.created_at), ""),
            moment(key.last_used_at, "never"),
            state,
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..6).map(|column| width(column).unwrap_or(0)).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths);
            let line: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            line.join("  ").trim_end().to_owned() + "\n"
        })
        .collect()
}

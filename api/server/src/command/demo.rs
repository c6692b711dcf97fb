//! `plenary demo`: everything at once, with nothing configured.

use super::database::{self, Database};
use super::ingest::{self, Loading};
use super::input::{Input, Label};
use super::logs;
use super::serve::{listen, run_server, unless};
use super::stop::Stop;
use crate::app::SWAGGER_UI;
use crate::config::{DatabaseConfig, HttpConfig, LogConfig};
use crate::corpus::ARTICLES;
use crate::form::TextForm;
use crate::http::cpu::ParsePool;
use clap::Args;
use plenary_parser::Parser;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

/// Comparisons of the sample corpus that are worth opening: what one sees there, and the query.
const COMPARISONS: [(&str, &str); 3] = [
    (
        "Russia, NATO and the United States over Geneva, Brussels and Vienna, January 2022",
        "parties=russia,nato,united-states&from=2022-01-10&to=2022-01-31&quotes=1",
    ),
    (
        "Ukraine and Russia from Gomel to Istanbul, spring 2022: an offer of neutrality",
        "parties=ukraine,russia&from=2022-02-20&to=2022-04-30&quotes=1",
    ),
    (
        "Climate conferences from Glasgow to Baku: who pays for loss and damage",
        "issues=loss-and-damage,climate-finance,fossil-phase-out&from=2021-10-01&quotes=1",
    ),
];

/// Options of `plenary demo`.
#[derive(Debug, Args)]
pub struct Demo {
    #[command(flatten)]
    http: HttpConfig,
    #[command(flatten)]
    database: DatabaseConfig,
    #[command(flatten)]
    logs: LogConfig,
}

impl Demo {
    /// Starts, loads the sample articles and serves until it is told to stop.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        logs::start(&self.logs, "warn")?;
        let stop = Stop::listen()?;
        let listener = listen(&self.http)?;
        let address = listener.local_addr()?;
        eprintln!("Starting the database …");
        let Some(database) = unless(&stop, Database::open(&self.database)).await else {
            return Ok(ExitCode::from(super::STOPPED));
        };
        let database = database?;
        let parser = database::parser();
        let result = async {
            let parser = parser?;
            let loaded = load(&database, parser.clone(), &self.http, &stop).await?;
            if stop.is_asked() {
                return Ok(ExitCode::from(super::STOPPED));
            }
            eprintln!("{loaded}\n");
            println!("{}", welcome(address));
            let (limits, access) = (self.http.limits(true), self.http.access(true));
            if !access.loopback {
                eprintln!(
                    "Everybody who reaches {address} can read and change everything: the demo knows no keys."
                );
            }
            let store = database.store.clone();
            run_server(listener, store, parser, &limits, access, &stop).await?;
            Ok(ExitCode::SUCCESS)
        }
        .await;
        eprintln!("Stopping the database …");
        database.close().await;
        result
    }
}

/// Loads the sample corpus; returns what became of it.
async fn load(
    database: &Database,
    parser: Arc<Parser>,
    http: &HttpConfig,
    stop: &Stop,
) -> anyhow::Result<String> {
    let prepared = database.prepare(parser.codebook(), parser.gazetteer());
    let Some(prepared) = unless(stop, prepared).await else {
        return Ok(String::new());
    };
    prepared?;
    eprintln!("Loading {} sample articles …", ARTICLES.len());
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let inputs = ARTICLES.iter().map(|(name, text)| Input {
        place: (*name).to_owned(),
        label: Label::Id((*name).to_owned()),
        article: TextForm::Markdown
            .article(text)
            .map_err(|error| error.to_string()),
        bytes: text.len() as u64,
    });
    let bytes = ARTICLES.iter().map(|(_, text)| text.len() as u64).sum();
    let loading = Loading {
        store: database.store.clone(),
        pool: ParsePool::new(parser, cores, cores)?,
        width: cores * 2,
        max_article_bytes: usize::try_from(http.max_article_bytes).unwrap_or(usize::MAX),
        made_by: "demo",
    };
    let summary = loading
        .run(inputs, &ingest::progress(Some(bytes)), stop)
        .await?;
    Ok(format!("Sample articles: {}", summary.text()))
}

/// The addresses to open.
fn welcome(address: SocketAddr) -> String {
    // An address that means "every one" cannot be opened in a browser; this machine's own can.
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let base = format!("http://{}", SocketAddr::new(host, address.port()));
    let mut text = format!("Plenary serves at {base}\n\n  Swagger UI  {base}{SWAGGER_UI}\n");
    for (what, query) in COMPARISONS {
        text.push_str(&format!(
            "\n  {what}:\n  {base}/v1/comparisons/positions?{query}\n"
        ));
    }
    text.push_str("\nCtrl-C stops everything.");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_can_be_opened() {
        let text = welcome("0.0.0.0:8080".parse().unwrap());
        assert!(text.contains("http://127.0.0.1:8080/swagger-ui/"), "{text}");
        let text = welcome("[::]:80".parse().unwrap());
        assert!(text.contains("http://[::1]:80/swagger-ui/"), "{text}");
    }
}

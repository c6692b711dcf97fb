//! The real application on a free port, with a method for each operation that tests call.

use chrono::NaiveDate;
use plenary_domain::parsed::{
    Actor, FieldConfidence, FieldRules, Meeting, ParsedArticle, Party, Position, Statement,
};
use plenary_domain::{
    Act, ActorKind, Codebook, Gazetteer, MeetingStatus, Mode, NewArticle, PartyKind, Span, Stance,
};
use plenary_parser::Parser;
use plenary_server::app::{self, Limits};
use plenary_server::http::access::Access;
use plenary_store::Store;
use plenary_store::testing::Database;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use std::net::TcpListener;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// A running application with a database of its own.
pub(crate) struct TestApp {
    pub(crate) database: Database,
    base: String,
    client: Client,
}

impl TestApp {
    pub(crate) async fn start() -> TestApp {
        TestApp::start_with(Limits::default()).await
    }

    /// With everything open: most tests are not about keys.
    pub(crate) async fn start_with(limits: Limits) -> TestApp {
        TestApp::start_guarded(limits, Access::open()).await
    }

    pub(crate) async fn start_guarded(limits: Limits, access: Access) -> TestApp {
        let database = Database::new().await;
        let store = database.store.clone();
        TestApp::start_on(database, store, limits, access)
    }

    /// On a database, with a store of its own for it.
    pub(crate) fn start_on(
        database: Database,
        store: Store,
        limits: Limits,
        access: Access,
    ) -> TestApp {
        // The client asks for a provider even where it speaks plain HTTP; only the first call counts.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let limits = Limits {
            http_threads: 1,
            ..limits
        };
        let server = app::server(listener, store, parser(), &limits, access).unwrap();
        tokio::spawn(server);
        TestApp {
            database,
            base,
            client: Client::builder().build().unwrap(),
        }
    }

    /// Address and port.
    pub(crate) fn authority(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The parser behind the application.
    pub(crate) fn parser(&self) -> Arc<Parser> {
        parser()
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().unwrap();
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request("GET", path).send().await.unwrap()
    }

    pub(crate) async fn get_as(&self, path: &str, accept: &str) -> Response {
        let request = self.request("GET", path).header("accept", accept);
        request.send().await.unwrap()
    }

    /// The JSON of a successful answer.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<String>,
    ) -> Response {
        self.request("POST", path)
            .header("content-type", content_type)
            .body(body.into())
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn create_article(&self, article: &Value) -> Response {
        let body = article.to_string();
        self.post("/v1/articles", "application/json", body).await
    }

    /// Stores an article with these positions, made by hand: the tests of the API are not tests of
    /// the parser.
    pub(crate) async fn store(&self, outlet: &str, day: &str, told: &[Told]) -> Uuid {
        let (article, parsed) = records(outlet, day, told);
        let added = self.database.store.add_article(&article, &parsed, "test");
        added.await.unwrap().article_id
    }
}

fn parser() -> Arc<Parser> {
    static PARSER: OnceLock<Arc<Parser>> = OnceLock::new();
    let parser = PARSER
        .get_or_init(|| Arc::new(Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap()));
    parser.clone()
}

/// The body of a problem, whose status and form are checked on the way.
pub(crate) async fn problem(response: Response, status: u16, kind: &str) -> Value {
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    assert!(response.headers().contains_key("x-request-id"));
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["type"], format!("/problems/{kind}"), "{problem}");
    assert_eq!(problem["status"], status);
    assert!(!problem["detail"].as_str().unwrap().is_empty());
    problem
}

/// What somebody says in an article of a test.
pub(crate) struct Told {
    pub(crate) actor: &'static str,
    /// Slug of a party of the gazetteer.
    pub(crate) party: Option<&'static str>,
    /// Venue and day.
    pub(crate) meeting: Option<(&'static str, &'static str)>,
    pub(crate) issue: &'static str,
    pub(crate) stance: Stance,
    pub(crate) words: &'static str,
}

/// Shorthand for a [`Told`].
pub(crate) fn told(
    actor: &'static str,
    party: Option<&'static str>,
    meeting: Option<(&'static str, &'static str)>,
    issue: &'static str,
    stance: Stance,
    words: &'static str,
) -> Told {
    Told {
        actor,
        party,
        meeting,
        issue,
        stance,
        words,
    }
}

/// A record set with several sides, meetings, issues and gaps, for tests of lists and comparisons.
pub(crate) async fn some_talks(app: &TestApp) -> [Uuid; 2] {
    const GENEVA: Option<(&str, &str)> = Some(("Geneva", "2031-05-10"));
    const VIENNA: Option<(&str, &str)> = Some(("Vienna", "2031-05-13"));
    let (issue, other) = ("sanctions", "ceasefire");
    let first = app
        .store(
            "Morning Wire",
            "2031-05-11",
            &[
                told(
                    "Ann Bell",
                    Some("france"),
                    GENEVA,
                    issue,
                    Stance::Support,
                    "sanctions must stay",
                ),
                told(
                    "Omar Reyes",
                    Some("chile"),
                    GENEVA,
                    issue,
                    Stance::Oppose,
                    "sanctions must go",
                ),
                told(
                    "Omar Reyes",
                    Some("chile"),
                    GENEVA,
                    other,
                    Stance::Support,
                    "the guns must fall silent",
                ),
                told(
                    "Ida Holm",
                    None,
                    None,
                    issue,
                    Stance::Neutral,
                    "sanctions, whatever they do",
                ),
            ],
        )
        .await;
    let second = app
        .store(
            "Evening Post",
            "2031-05-14",
            &[
                told(
                    "Ann Bell",
                    Some("france"),
                    VIENNA,
                    issue,
                    Stance::Oppose,
                    "sanctions may end",
                ),
                told(
                    "Omar Reyes",
                    Some("chile"),
                    VIENNA,
                    issue,
                    Stance::Oppose,
                    "=sanctions are dead",
                ),
                told(
                    "Ann Bell",
                    Some("france"),
                    None,
                    other,
                    Stance::Neutral,
                    "a truce, \"perhaps\"",
                ),
            ],
        )
        .await;
    [first, second]
}

fn records(outlet: &str, day: &str, all: &[Told]) -> (NewArticle, ParsedArticle) {
    let day: NaiveDate = day.parse().unwrap();
    let gazetteer = Gazetteer::builtin();
    let mut text = String::new();
    let mut parsed = ParsedArticle {
        parser_version: "test".to_owned(),
        codebook: "default@1".to_owned(),
        language: Some("en".to_owned()),
        title: Some(format!("Talks, as {outlet} tells them")),
        outlet: Some(outlet.to_owned()),
        published: Some(day),
        notes: Vec::new(),
        statements: Vec::new(),
        actors: Vec::new(),
        parties: Vec::new(),
        meetings: Vec::new(),
        positions: Vec::new(),
    };
    for (index, told) in all.iter().enumerate() {
        let source = append(&mut text, told.actor);
        text.push(' ');
        let cue = append(&mut text, "said");
        text.push(' ');
        let content = append(&mut text, told.words);
        text.push_str(".\n\n");
        let party = told.party.map(|slug| {
            let known = gazetteer.party(slug).unwrap();
            position_of(
                &mut parsed.parties,
                |party| party.slug == slug,
                || Party {
                    slug: slug.to_owned(),
                    name: known.name.clone(),
                    kind: PartyKind::State,
                    known: true,
                },
            )
        });
        let actor = position_of(
            &mut parsed.actors,
            |actor| actor.name == told.actor,
            || Actor {
                name: told.actor.to_owned(),
                kind: ActorKind::Person,
                forms: vec![told.actor.to_owned()],
                role: Some("envoy".to_owned()),
                party,
                mentions: vec![source],
            },
        );
        let meeting = told.meeting.map(|(venue, start)| {
            let slug = format!("{}-{start}", venue.to_lowercase());
            let start: NaiveDate = start.parse().unwrap();
            let wanted = slug.clone();
            position_of(
                &mut parsed.meetings,
                |meeting| meeting.slug == wanted,
                || Meeting {
                    slug,
                    name: format!("Talks in {venue}"),
                    venue: Some(venue.to_owned()),
                    start: Some(start),
                    end: Some(start),
                    status: MeetingStatus::Held,
                    parties: Vec::new(),
                    mentions: Vec::new(),
                    main: false,
                    rule: "test".to_owned(),
                    confidence: 0.9,
                },
            )
        });
        if let (Some(meeting), Some(party)) = (meeting, party) {
            let parties = &mut parsed.meetings[meeting].parties;
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        parsed.statements.push(Statement {
            source: vec![source],
            cue: vec![cue],
            content: vec![content],
            mode: Mode::Indirect,
            rule: "test".to_owned(),
            confidence: 0.9,
        });
        parsed.positions.push(Position {
            statement: index,
            actor,
            party,
            meeting,
            issue: told.issue.to_owned(),
            stance: told.stance,
            act: Act::State,
            mode: Mode::Indirect,
            evidence: vec![content],
            confidence: 0.5 + index as f32 / 100.0,
            fields: FieldConfidence {
                speaker: 0.9,
                party: 0.9,
                meeting: 0.9,
                issue: 0.9,
                stance: 0.9,
                act: 0.9,
            },
            rules: FieldRules {
                speaker: "test".to_owned(),
                party: "test".to_owned(),
                meeting: "test".to_owned(),
                coding: "test".to_owned(),
            },
        });
    }
    let article = NewArticle {
        text,
        title: parsed.title.clone(),
        outlet: parsed.outlet.clone(),
        published: parsed.published,
        url: None,
    };
    (article, parsed)
}

fn append(text: &mut String, words: &str) -> Span {
    let start = text.chars().count() as u32;
    text.push_str(words);
    Span::new(start, text.chars().count() as u32)
}

fn position_of<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> usize {
    list.iter().position(is).unwrap_or_else(|| {
        list.push(make());
        list.len() - 1
    })
}

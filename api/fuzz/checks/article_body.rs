//! The body of a request that sends an article: the first byte chooses what it claims to be, the rest is the body.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use actix_web::{FromRequest, ResponseError, web};
use plenary_domain::{Codebook, Gazetteer};
use plenary_parser::Parser;
use plenary_server::http::body::ArticleInput;
use plenary_server::http::cpu::ParsePool;
use plenary_server::http::metrics::Metrics;
use plenary_server::state::State;
use plenary_store::{Options, Store};
use std::cell::LazyCell;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Longest article, in bytes: short, so that the limit is met.
const LONGEST: usize = 1_000;

thread_local! {
    static SERVER: LazyCell<(Runtime, web::Data<State>)> = LazyCell::new(|| {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let inside = runtime.enter();
        let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin());
        let parser = Arc::new(parser.expect("the shipped models can be read"));
        let store = Store::connect(&Options::new("postgres://nobody@localhost/plenary?host=/nonexistent"));
        let state = web::Data::new(State {
            store: store.expect("an address that can be understood"),
            parse: ParsePool::new(parser, 1, 1).expect("a thread"),
            batch_width: 1,
            max_article_bytes: LONGEST,
            max_line_bytes: LONGEST,
            max_page_items: 1,
            client_patience: Duration::from_secs(60),
            metrics: Arc::new(Metrics::new().expect("names of counters")),
        });
        drop(inside);
        (runtime, state)
    });
}

/// Reads a body as `POST /v1/articles` does: an article that may be stored, or a problem of the client's.
pub(crate) fn check(bytes: &[u8]) {
    let [claim, body @ ..] = bytes else { return };
    let media = [
        "application/json",
        "text/plain",
        "text/markdown",
        "text/html; charset=utf-8",
        "application/json; charset=utf-8",
    ];
    let mut request = TestRequest::post().insert_header((
        "content-type",
        media[usize::from(claim & 0x0f) % media.len()],
    ));
    match claim >> 4 {
        1 => request = request.insert_header(("content-encoding", "gzip")),
        2 => request = request.insert_header(("content-encoding", "br")),
        3 => request = request.insert_header(("content-encoding", "deflate")),
        _ => {}
    }
    SERVER.with(|server| {
        let (runtime, state) = &**server;
        let (request, mut payload) = request
            .app_data(state.clone())
            .app_data(web::PayloadConfig::new(1 << 16))
            .set_payload(body.to_vec())
            .to_http_parts();
        let read = runtime.block_on(ArticleInput::from_request(&request, &mut payload));
        drop::<Payload>(payload);
        match read {
            Ok(ArticleInput(article)) => {
                assert!(!article.text.trim().is_empty() && article.text.len() <= LONGEST);
                assert!(!article.text.contains('\0'));
            }
            Err(problem) => {
                let status = problem.status_code();
                assert!(status.is_client_error(), "{status}: {problem}");
                assert!(status != StatusCode::REQUEST_TIMEOUT, "{problem}");
            }
        }
    });
}

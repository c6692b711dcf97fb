//! The bounded pool on which articles are parsed, apart from the threads that serve HTTP.
//!
//! A parse takes a thousand times as long as an ordinary request. On the HTTP threads a handful of
//! articles would stop `/healthz`; here they wait in a line of known length, and what does not fit
//! into the line is told so at once.

use super::problem::{Kind, Problem};
use super::traces;
use crate::form::TextForm;
use plenary_domain::NewArticle;
use plenary_domain::parsed::ParsedArticle;
use plenary_parser::Parser;
use prometheus::Histogram;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// The pool with its parser.
#[derive(Clone)]
pub struct ParsePool {
    parser: Arc<Parser>,
    threads: Arc<rayon::ThreadPool>,
    /// Articles that may be under way or waiting.
    places: Arc<Semaphore>,
    capacity: usize,
    /// Where the time of each parse goes, in seconds.
    times: Option<Histogram>,
}

impl ParsePool {
    /// A pool that parses `parses` articles at once and lets `waiting` more stand in line.
    ///
    /// # Errors
    /// When the operating system gives no threads.
    pub fn new(
        parser: Arc<Parser>,
        parses: usize,
        waiting: usize,
    ) -> Result<ParsePool, rayon::ThreadPoolBuildError> {
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(parses)
            .thread_name(|index| format!("parse-{index}"))
            .build()?;
        Ok(ParsePool {
            parser,
            threads: Arc::new(threads),
            places: Arc::new(Semaphore::new(parses + waiting)),
            capacity: parses + waiting,
            times: None,
        })
    }

    /// The same pool, which tells how many seconds each parse took.
    pub fn telling_times(mut self, times: Histogram) -> ParsePool {
        self.times = Some(times);
        self
    }

    /// Articles that are parsed or wait for it.
    pub fn under_way(&self) -> usize {
        self.capacity - self.places.available_permits()
    }

    /// The parser.
    pub fn parser(&self) -> &Parser {
        &self.parser
    }

    /// Parses an article and gives it back with what was found; a full line is a problem at once.
    pub async fn parse(&self, article: NewArticle) -> Result<(NewArticle, ParsedArticle), Problem> {
        let place = self.place()?;
        self.run(article, place).await
    }

    /// The same for work that can wait, such as a batch: stands in line as long as it takes.
    pub async fn parse_patiently(
        &self,
        article: NewArticle,
    ) -> Result<(NewArticle, ParsedArticle), Problem> {
        // The semaphore is never closed, so this fails only if that changes.
        let place = self
            .places
            .clone()
            .acquire_owned()
            .await
            .map_err(Problem::internal)?;
        self.run(article, place).await
    }

    /// The article in a text, which for a large web page is as much work as parsing it.
    pub async fn read(&self, form: TextForm, text: String) -> Result<NewArticle, Problem> {
        let place = self.place()?;
        let read = self.on_thread(place, move || form.article(&text)).await?;
        read.map_err(|error| Problem::invalid("body", error.to_string()))
    }

    /// A place in the line; a full line is a problem at once.
    fn place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = self.places.clone().try_acquire_owned();
        place.map_err(|_| Problem::new(Kind::Overloaded, "Too many articles wait to be parsed."))
    }

    async fn run(
        &self,
        article: NewArticle,
        place: OwnedSemaphorePermit,
    ) -> Result<(NewArticle, ParsedArticle), Problem> {
        let (parser, times) = (self.parser.clone(), self.times.clone());
        let request = traces::current();
        let parse = move || {
            let _span = traces::part(request.as_ref(), "parse");
            let timer = times.map(|times| times.start_timer());
            let parsed = parser.parse(&article);
            drop(timer);
            (article, parsed)
        };
        self.on_thread(place, parse).await
    }

    async fn on_thread<T: Send + 'static>(
        &self,
        place: OwnedSemaphorePermit,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (sender, receiver) = oneshot::channel();
        self.threads.spawn(move || {
            // The parser promises not to panic; should it break that promise, one request fails
            // and not the whole process.
            let done = catch_unwind(AssertUnwindSafe(work));
            drop(place);
            // A receiver that is gone belongs to a client that is gone.
            let _ = sender.send(done);
        });
        match receiver.await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) => Err(Problem::internal("the parser panicked")),
            Err(_) => Err(Problem::internal("the parse pool is gone")),
        }
    }
}

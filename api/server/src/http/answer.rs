//! Answers: one value as JSON; a list as a JSON page, or as CSV or NDJSON, paged or whole.

use super::negotiate::Format;
use super::problem::Problem;
use super::query::PageQuery;
use crate::shape::{List, Row};
use crate::state::State;
use actix_web::http::header;
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, rt};
use futures_util::{Stream, StreamExt};
use plenary_domain::filter::{Page, Paging};
use serde::Serialize;
use std::future::Future;
use std::io;
use tokio::sync::{mpsc, oneshot};

/// Bytes after which a streamed answer sends what it has.
const CHUNK: usize = 64 << 10;

/// Bytes from which the answer of a comparison is sent while it is written.
const LARGE: usize = 4 << 20;

/// One value as JSON.
pub fn json<T: Serialize>(value: &T) -> Result<HttpResponse, Problem> {
    let body = serde_json::to_vec(value).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .content_type(Format::Json.content_type())
        .body(body))
}

/// A list in the form asked for.
///
/// JSON is always one page. CSV and NDJSON are one page when the client gives `limit` or `cursor`,
/// else the whole list, fetched page by page as the client reads.
pub async fn list<R, T, F, Fut>(
    request: &HttpRequest,
    format: Format,
    page: &PageQuery,
    fetch: F,
) -> Result<HttpResponse, Problem>
where
    R: 'static,
    T: From<R> + Row + 'static,
    F: Fn(Paging) -> Fut + 'static,
    Fut: Future<Output = plenary_store::Result<Page<R>>> + 'static,
{
    if format == Format::Json || page.is_given() {
        let found = fetch(page.paging(State::of(request)?.max_page_items)?).await?;
        return one_page::<R, T>(request, format, found);
    }
    let items = async_stream::stream! {
        let mut cursor = None;
        loop {
            let page = fetch(Paging { limit: super::query::MAX_LIMIT, cursor }).await;
            match page {
                Ok(page) => {
                    for item in page.items {
                        yield Ok(T::from(item));
                    }
                    cursor = page.next_cursor;
                    if cursor.is_none() {
                        break;
                    }
                }
                Err(error) => {
                    yield Err(error);
                    break;
                }
            }
        }
    };
    whole(format, Box::pin(items)).await
}

/// One page of a list. The address of the next one also stands in the `Link` header, which is all
/// that CSV and NDJSON have to say so.
pub fn one_page<R, T: From<R> + Row>(
    request: &HttpRequest,
    format: Format,
    page: Page<R>,
) -> Result<HttpResponse, Problem> {
    let next = page
        .next_cursor
        .as_deref()
        .map(|cursor| next_address(request, cursor));
    let list = List {
        items: page.items.into_iter().map(T::from).collect::<Vec<T>>(),
        next_cursor: page.next_cursor,
        total: page.total,
    };
    let total = list.total;
    let body = match format {
        Format::Json => serde_json::to_vec(&list).map_err(Problem::internal)?,
        form => {
            let mut lines = Lines::new(form);
            lines.head::<T>();
            for item in &list.items {
                lines.push(item)?;
            }
            lines.take()
        }
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(format.content_type())
        .insert_header((header::VARY, "Accept"))
        .insert_header(("X-Total-Count", total.to_string()));
    if let Some(next) = next {
        response.insert_header((header::LINK, format!("<{next}>; rel=\"next\"")));
    }
    Ok(response.body(body))
}

/// The whole list as CSV or NDJSON, sent as it is read.
///
/// The first item is read before the answer begins, so that a failure is still a problem. A failure
/// after that breaks the connection off: a truncated list must not look like a whole one.
pub async fn whole<T, S>(format: Format, mut items: S) -> Result<HttpResponse, Problem>
where
    T: Row + 'static,
    S: Stream<Item = plenary_store::Result<T>> + Unpin + 'static,
{
    let first = items.next().await.transpose()?;
    let body = async_stream::stream! {
        let mut lines = Lines::new(format);
        lines.head::<T>();
        let mut next = first.map(Ok);
        while let Some(item) = next {
            let pushed = match item {
                Ok(item) => lines.push(&item),
                Err(error) => Err(Problem::from(error)),
            };
            if let Err(problem) = pushed {
                tracing::error!(cause = problem.cause(), "export broken off: {problem}");
                yield Err(problem);
                return;
            }
            if lines.len() >= CHUNK {
                yield Ok(Bytes::from(lines.take()));
            }
            next = items.next().await;
        }
        yield Ok::<_, Problem>(Bytes::from(lines.take()));
    };
    Ok(HttpResponse::Ok()
        .content_type(format.content_type())
        .insert_header((header::VARY, "Accept"))
        .streaming(body))
}

/// The answer of a comparison: one JSON value, or lines of CSV and NDJSON.
pub trait Comparison: Serialize + Send {
    /// What a line shows.
    type Line: Row;
    /// The lines.
    fn lines(self) -> Vec<Self::Line>;
    /// What the answer stands on and how it was drawn, by name: what `X-Basis` says.
    fn about(&self) -> Vec<(&'static str, String)>;
    /// Number of lines that there would be were none left out, where some may be.
    fn total(&self) -> Option<u64> {
        None
    }
}

/// A comparison in the form asked for, computed and written away from the threads that serve HTTP.
///
/// Its head says in `X-Basis` what it stands on, as the query string that CSV and NDJSON have no place for.
/// A large answer is sent while it is written: it has no length and no entity tag in its head, and
/// breaks off should writing fail, so that it cannot be mistaken for a whole one.
pub async fn comparison<T: Comparison>(
    format: Format,
    compute: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let (sender, mut written) = mpsc::unbounded_channel();
    let (counted, total) = oneshot::channel();
    rt::task::spawn_blocking(move || {
        let value = match compute() {
            Ok(value) => value,
            Err(problem) => return drop(counted.send(Err(problem))),
        };
        // Where nobody listens any more nothing is left to do.
        if counted.send(Ok((value.about(), value.total()))).is_err() {
            return;
        }
        let mut chunks = Chunks::new(sender);
        let done = match format {
            Format::Json => serde_json::to_writer(&mut chunks, &value).map_err(Problem::internal),
            lines => write_lines(lines, &value.lines(), &mut chunks),
        };
        if let Err(problem) = done.and_then(|()| chunks.finish()) {
            tracing::debug!(cause = problem.cause(), "answer broken off: {problem}");
        }
    });
    let broken = || Problem::internal("the computation broke off");
    let (about, total) = total.await.map_err(|_| broken())??;
    let mut response = HttpResponse::Ok();
    response
        .content_type(format.content_type())
        .insert_header((header::VARY, "Accept"));
    if let Ok(about) = serde_urlencoded::to_string(about) {
        response.insert_header(("X-Basis", about));
    }
    if let Some(total) = total {
        response.insert_header(("X-Total-Count", total.to_string()));
    }
    let mut head = Vec::new();
    while head.len() < LARGE {
        match written.recv().await.ok_or_else(broken)? {
            Chunk::Bytes(bytes) => head.extend_from_slice(&bytes),
            Chunk::End => return Ok(response.body(head)),
        }
    }
    let rest = futures_util::stream::unfold(written, move |mut written| async move {
        match written.recv().await {
            Some(Chunk::Bytes(bytes)) => Some((Ok(bytes), written)),
            Some(Chunk::End) => None,
            // The writer is gone without an end, and so is the channel: the failure is the last item.
            None => Some((Err(broken()), written)),
        }
    });
    let head = futures_util::stream::once(std::future::ready(Ok(Bytes::from(head))));
    Ok(response.streaming(head.chain(rest)))
}

/// A part of an answer on its way from the thread that writes it.
enum Chunk {
    Bytes(Bytes),
    End,
}

/// Sends what is written chunk by chunk. What the client has not read yet waits in memory.
struct Chunks {
    buffer: Vec<u8>,
    sender: mpsc::UnboundedSender<Chunk>,
}

impl Chunks {
    fn new(sender: mpsc::UnboundedSender<Chunk>) -> Chunks {
        Chunks {
            buffer: Vec::with_capacity(CHUNK + 4096),
            sender,
        }
    }

    fn send(&mut self, chunk: Chunk) -> io::Result<()> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.sender.send(chunk).map_err(gone)
    }

    fn finish(mut self) -> Result<(), Problem> {
        io::Write::flush(&mut self).map_err(Problem::internal)?;
        self.send(Chunk::End).map_err(Problem::internal)
    }
}

impl io::Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let next = Vec::with_capacity(CHUNK + 4096);
        let bytes = std::mem::replace(&mut self.buffer, next);
        self.send(Chunk::Bytes(Bytes::from(bytes)))
    }
}

/// A network as the text of a file, computed away from the threads that serve HTTP.
pub async fn drawn(
    format: Format,
    draw: impl FnOnce() -> Result<String, Problem> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let body = web::block(draw).await.map_err(Problem::internal)??;
    Ok(HttpResponse::Ok()
        .content_type(format.content_type())
        .insert_header((header::VARY, "Accept"))
        .body(body))
}

/// Items as the text of a CSV or NDJSON answer; the documentation's examples are written by it too.
pub fn text<T: Row>(format: Format, items: &[T]) -> String {
    let mut bytes = Vec::new();
    // Our shapes are strings, numbers and lists of them, which always serialise.
    let _ = write_lines(format, items, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

fn write_lines<T: Row>(
    format: Format,
    items: &[T],
    out: &mut impl io::Write,
) -> Result<(), Problem> {
    let mut lines = Lines::new(format);
    lines.head::<T>();
    for item in items {
        lines.push(item)?;
        if lines.len() >= CHUNK {
            out.write_all(&lines.take()).map_err(Problem::internal)?;
        }
    }
    out.write_all(&lines.take()).map_err(Problem::internal)
}

/// The request's own address with another cursor.
fn next_address(request: &HttpRequest, cursor: &str) -> String {
    let kept = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let cursor = serde_urlencoded::to_string([("cursor", cursor)]).unwrap_or_default();
    let query: Vec<&str> = kept.chain([cursor.as_str()]).collect();
    format!("{}?{}", request.path(), query.join("&"))
}

/// Lines of CSV or NDJSON that wait to be sent.
struct Lines {
    format: Format,
    bytes: Vec<u8>,
}

impl Lines {
    fn new(format: Format) -> Lines {
        Lines {
            format,
            bytes: Vec::new(),
        }
    }

    fn len(&self) -> usize {
        self.bytes.len()
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// The header line, which only CSV has.
    fn head<T: Row>(&mut self) {
        if self.format == Format::Csv {
            self.csv(T::columns());
        }
    }

    fn push<T: Row>(&mut self, item: &T) -> Result<(), Problem> {
        if self.format == Format::Csv {
            self.csv(item.fields());
        } else {
            serde_json::to_writer(&mut self.bytes, item).map_err(Problem::internal)?;
            self.bytes.push(b'\n');
        }
        Ok(())
    }

    fn csv<F: AsRef<[u8]>>(&mut self, fields: Vec<F>) {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut self.bytes);
        // Writing to memory cannot fail, and one record has no length to differ from.
        let _ = writer.write_record(fields);
        let _ = writer.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::{BodySize, MessageBody, to_bytes};
    use actix_web::test::TestRequest;
    use serde::ser::{Error, Serializer};

    /// Lines of a thousand characters; that of `broken` cannot be written.
    struct Told {
        lines: Vec<Line>,
    }

    struct Line {
        number: usize,
        broken: bool,
    }

    impl Serialize for Line {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            if self.broken {
                return Err(S::Error::custom("broken"));
            }
            serializer.serialize_str(&format!("{:01000}", self.number))
        }
    }

    impl Row for Line {
        fn columns() -> Vec<&'static str> {
            vec!["line"]
        }

        fn fields(&self) -> Vec<String> {
            vec![self.number.to_string()]
        }
    }

    impl Serialize for Told {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(&self.lines)
        }
    }

    impl Comparison for Told {
        type Line = Line;

        fn lines(self) -> Vec<Line> {
            self.lines
        }

        fn about(&self) -> Vec<(&'static str, String)> {
            vec![("list", "a & b".to_owned())]
        }
    }

    fn told(lines: usize, broken: Option<usize>) -> Told {
        let line = |number| Line {
            number,
            broken: Some(number) == broken,
        };
        Told {
            lines: (0..lines).map(line).collect(),
        }
    }

    #[actix_web::test]
    async fn a_large_answer_is_whole_and_a_broken_one_is_not_taken_for_one() {
        for (lines, large) in [(3, false), (5_000, true)] {
            let answer = comparison(Format::Json, move || Ok(told(lines, None)));
            let answer = answer.await.unwrap();
            assert_eq!(answer.headers().get("X-Basis").unwrap(), "list=a+%26+b");
            assert_eq!(answer.body().size() == BodySize::Stream, large);
            let body = to_bytes(answer.into_body()).await.unwrap();
            assert!(body == serde_json::to_vec(&told(lines, None)).unwrap());
        }
        // Before anything was sent it is a problem, later the connection breaks off.
        let early = comparison(Format::Json, || Ok(told(3, Some(1)))).await;
        assert!(early.is_err());
        let late = comparison(Format::Json, || Ok(told(9_000, Some(8_000)))).await;
        assert!(to_bytes(late.unwrap().into_body()).await.is_err());
        let refused = comparison(Format::Json, || Err::<Told, _>(Problem::internal("none"))).await;
        assert!(refused.is_err());
    }

    #[test]
    fn the_next_page_keeps_the_filter() {
        let request =
            TestRequest::with_uri("/v1/positions?parties=a,b&cursor=old&limit=2").to_http_request();
        assert_eq!(
            next_address(&request, "n+w"),
            "/v1/positions?parties=a,b&limit=2&cursor=n%2Bw"
        );
    }
}

//! A connection as the HTTP library uses it, with two things that the library does not do.
//!
//! - A client that stops reading is given up after a while. It would hold the memory and the database
//!   connection of its answer for as long as it likes.
//! - What the library refuses by itself, before there is a request (a head that it cannot read or that does not
//!   come in time), leaves as a problem. The library writes a bare status line there and closes the connection.
//!
//! Every answer of the application to a failure has a body (`middleware::observe`), so a refusal without one is
//! the library's own.

use super::head::LONGEST_ADDRESS;
use super::problem::{Kind, Problem};
use super::{middleware, security};
use actix_web::ResponseError;
use actix_web::http::StatusCode;
use actix_web::rt::net::TcpStream;
use std::future::Future;
use std::io::{self, Error, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};
use uuid::Uuid;

/// A connection of a client.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// How long a client may take to read something of what waits for it.
    patience: Duration,
    /// Ends when the client has taken nothing for that long; `None` while nothing waits.
    stalled: Option<Pin<Box<Sleep>>>,
    /// A problem that stands for a refusal of the library, and how much of it is sent.
    problem: Vec<u8>,
    sent: usize,
    /// Bytes of the first line that was read since something was last written; `true` once it has ended.
    line: (usize, bool),
}

impl Connection {
    /// A connection whose client may take `patience` to read something of what waits for it.
    pub fn new(stream: TcpStream, patience: Duration) -> Connection {
        Connection {
            stream,
            patience,
            stalled: None,
            problem: Vec::new(),
            sent: 0,
            line: (0, false),
        }
    }

    /// Notes how long the first line of a request is, which the library does not tell where it refuses it.
    fn note(&mut self, bytes: &[u8]) {
        if !self.line.1 {
            let end = bytes.iter().position(|&byte| byte == b'\n');
            self.line.0 += end.unwrap_or(bytes.len());
            self.line.1 = end.is_some();
        }
    }

    fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Poll::Ready(done) = Pin::new(&mut self.stream).poll_write(cx, bytes) {
            self.stalled = None;
            return Poll::Ready(done);
        }
        let patience = self.patience;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(cx));
        tracing::debug!("a client that does not read is given up");
        Poll::Ready(Err(Error::new(
            ErrorKind::TimedOut,
            "the client does not read",
        )))
    }

    /// Sends what is left of a problem.
    fn send_problem(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.problem.len() {
            let left = self.problem.split_off(self.sent);
            self.problem = left;
            self.sent = 0;
            let bytes = std::mem::take(&mut self.problem);
            let written = self.write(cx, &bytes);
            self.problem = bytes;
            match ready!(written)? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                count => self.sent = count,
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.note(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.send_problem(cx))?;
        let (line, _) = std::mem::take(&mut self.line);
        if let Some(status) = refusal(bytes) {
            self.problem = as_problem(status, line > LONGEST_ADDRESS as usize);
            self.sent = 0;
            // The library's own words are taken, and not sent.
            return Poll::Ready(Ok(bytes.len()));
        }
        self.write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.send_problem(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.send_problem(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The status of an answer that is a refusal of the library: a head without a body and nothing else.
fn refusal(bytes: &[u8]) -> Option<StatusCode> {
    // Most of what is written is no head of a failure, and longer.
    if bytes.len() > 512 || !bytes.starts_with(b"HTTP/1.1 4") {
        return None;
    }
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let (line, fields) = head.split_once("\r\n")?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut empty = false;
    for field in fields.split("\r\n") {
        let (name, value) = field.split_once(": ")?;
        match name.to_ascii_lowercase().as_str() {
            "content-length" => empty = value == "0",
            "connection" | "date" => {}
            // The application's answers have more.
            _ => return None,
        }
    }
    empty.then_some(status)
}

/// The answer that stands for a refusal of the library. The connection ends with it.
fn as_problem(status: StatusCode, long: bool) -> Vec<u8> {
    let problem = match status {
        StatusCode::BAD_REQUEST | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE if long => {
            Problem::new(
                Kind::AddressTooLong,
                format!("The address has more than {LONGEST_ADDRESS} bytes."),
            )
        }
        StatusCode::REQUEST_TIMEOUT => Problem::new(
            Kind::RequestTimeout,
            "The head of the request did not arrive in time.",
        ),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Problem::new(
            Kind::HeadersTooLong,
            "The head of the request has more than 96 header fields or 128 KiB.",
        ),
        _ => Problem::new(
            Kind::Malformed,
            "The head of the request is none of HTTP/1.1.",
        ),
    };
    let id = Uuid::now_v7();
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let status = problem.status_code();
    tracing::info!(id = %id, status = status.as_u16(), "request that cannot be read");
    let mut answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\ncontent-type: {}\r\n{}: {id}\r\nconnection: close\r\n",
        body.len(),
        super::problem::MEDIA_TYPE,
        middleware::REQUEST_ID,
    );
    for (name, value) in security::fields(security::DATA_POLICY) {
        answer.push_str(&format!("{name}: {value}\r\n"));
    }
    answer.push_str("\r\n");
    let mut answer = answer.into_bytes();
    answer.extend(body);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_refusal_is_one() {
        let bare = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: Thu, 26 Nov 2026 00:00:00 GMT\r\n\r\n";
        assert_eq!(refusal(bare), Some(StatusCode::BAD_REQUEST));
        for other in [
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nx-request-id: a\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n{}",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n",
            "HTTP/1.1 408",
            "",
        ] {
            assert_eq!(refusal(other.as_bytes()), None, "{other}");
        }
    }
}

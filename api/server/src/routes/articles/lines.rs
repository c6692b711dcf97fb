//! A body is cut into lines as it arrives, so that no more than one line is held in memory.

use crate::http::body;
use crate::http::problem::{Kind, Problem};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt};
use std::time::Duration;

/// The lines of a body with their numbers, empty ones left out. A line longer than `limit` bytes is
/// a problem and is skipped to its end; a body that breaks off, or stays away for as long as `patience`, is
/// the last problem.
pub(super) fn lines(
    mut payload: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    limit: usize,
    patience: Duration,
) -> impl Stream<Item = (u64, Result<Vec<u8>, Problem>)> {
    let too_long = move || {
        Problem::new(
            Kind::LineTooLong,
            format!("The line has more than {limit} bytes."),
        )
    };
    async_stream::stream! {
        let mut number = 1;
        let mut line = Vec::new();
        let mut overflowed = false;
        loop {
            let chunk = match tokio::time::timeout(patience, payload.next()).await {
                Ok(Some(Ok(chunk))) => chunk,
                Ok(None) => break,
                Err(_) => {
                    yield (number, Err(body::too_slow(patience)));
                    return;
                }
                Ok(Some(Err(error))) => {
                    yield (number, Err(Problem::new(Kind::Malformed, format!("The body broke off: {error}."))));
                    return;
                }
            };
            let mut rest = &chunk[..];
            while !rest.is_empty() {
                let end = rest.iter().position(|&byte| byte == b'\n');
                let part = &rest[..end.unwrap_or(rest.len())];
                if line.len() + part.len() > limit {
                    overflowed = true;
                    line = Vec::new();
                } else if !overflowed {
                    line.extend_from_slice(part);
                }
                let Some(end) = end else { break };
                rest = &rest[end + 1..];
                let complete = std::mem::take(&mut line);
                if std::mem::take(&mut overflowed) {
                    yield (number, Err(too_long()));
                } else if !complete.trim_ascii().is_empty() {
                    yield (number, Ok(complete));
                }
                number += 1;
            }
        }
        if overflowed {
            yield (number, Err(too_long()));
        } else if !line.trim_ascii().is_empty() {
            yield (number, Ok(line));
        }
    }
}

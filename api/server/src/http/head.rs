//! How long the head of a request may be: its address, and its header fields together.
//!
//! The HTTP library reads addresses of up to 65,534 bytes and heads of up to 128 KiB with at most 96 fields. What
//! lies beyond that never gets here: [`super::connection`] answers it.

use super::problem::{Kind, Problem};
use actix_web::HttpRequest;

/// Longest address that the HTTP library reads, in bytes.
pub const LONGEST_ADDRESS: u32 = 65_534;
/// Longest header fields that can be asked for: with the longest address they still fit the library's buffer.
pub const LONGEST_FIELDS: u32 = 65_000;

/// The limits of a server, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct HeadLimits {
    /// Longest address: path and query, as sent.
    pub address: usize,
    /// Longest header fields: names and values of all of them, with the four bytes that go round each.
    pub fields: usize,
}

impl HeadLimits {
    /// Refuses a head that is too long.
    ///
    /// # Errors
    /// 414 for the address, 431 for the header fields.
    pub fn check(self, request: &HttpRequest) -> Result<(), Problem> {
        let address = request
            .uri()
            .path_and_query()
            .map_or(0, |address| address.as_str().len());
        if address > self.address {
            return Err(Problem::new(
                Kind::AddressTooLong,
                format!(
                    "The address has {address} bytes; this server takes {}.",
                    self.address
                ),
            ));
        }
        let fields: usize = request
            .headers()
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len() + 4)
            .sum();
        if fields > self.fields {
            return Err(Problem::new(
                Kind::HeadersTooLong,
                format!(
                    "The header fields have {fields} bytes; this server takes {}.",
                    self.fields
                ),
            ));
        }
        Ok(())
    }
}

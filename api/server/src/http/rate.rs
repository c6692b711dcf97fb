//! How often one caller may ask: a token bucket for each address and for each key.
//!
//! A bucket holds so many requests and is refilled evenly. What is left of it stands in every answer,
//! in the header fields of draft-ietf-httpapi-ratelimit-headers-06.

use super::problem::{Kind, Problem};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// Requests that a bucket holds.
const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
/// Requests that are left in it.
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
/// Seconds until it is full again.
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Requests after which buckets that are full again are forgotten.
const SWEEP: u32 = 1024;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second, in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once.
    pub burst: NonZeroU32,
}

/// One bucket for each `K`.
pub struct Buckets<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
    rate: Rate,
    clock: DefaultClock,
    calls: AtomicU32,
    /// Whose requests they are, for the text of a problem.
    whose: &'static str,
}

/// How a bucket stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    limit: u32,
    remaining: u32,
    reset: u32,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    /// Full buckets.
    pub fn new(rate: Rate, whose: &'static str) -> Buckets<K> {
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        Buckets {
            limiter: RateLimiter::dashmap(quota).with_middleware(),
            rate,
            clock: DefaultClock::default(),
            calls: AtomicU32::new(0),
            whose,
        }
    }

    /// Takes one request out of a bucket.
    ///
    /// # Errors
    /// 429 with `Retry-After` where it is empty; the standing is given in both cases.
    pub fn take(&self, key: &K) -> (Standing, Result<(), Problem>) {
        if self.calls.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(key) {
            Ok(state) => (self.standing(state.remaining_burst_capacity()), Ok(())),
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now()).as_secs_f64();
                let wait = wait.ceil().max(1.0);
                let Rate { per_second, burst } = self.rate;
                let problem = Problem::new(
                    Kind::RateLimited,
                    format!(
                        "{} may send {per_second} requests a second and {burst} at once; try again in {wait} s.",
                        self.whose
                    ),
                );
                (
                    self.standing(0),
                    Err(problem.with_header(RETRY_AFTER, wait.to_string())),
                )
            }
        }
    }

    fn standing(&self, remaining: u32) -> Standing {
        let limit = self.rate.burst.get();
        Standing {
            limit,
            remaining,
            reset: (limit - remaining.min(limit)).div_ceil(self.rate.per_second.get()),
        }
    }
}

impl Standing {
    /// The one that ends first.
    pub fn tighter(self, other: Option<Standing>) -> Standing {
        match other {
            Some(other) if other.remaining < self.remaining => other,
            _ => self,
        }
    }

    /// Writes the header fields.
    pub fn write(self, headers: &mut HeaderMap) {
        for (name, value) in [
            (LIMIT, self.limit),
            (REMAINING, self.remaining),
            (RESET, self.reset),
        ] {
            headers.insert(name, HeaderValue::from(value));
        }
    }
}

/// Whose bucket an address takes from: its own, or for IPv6 that of its network, as one subscriber has
/// more addresses there than could be counted.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(per_second: u32, burst: u32) -> Rate {
        Rate {
            per_second: NonZeroU32::new(per_second).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
        }
    }

    #[test]
    fn a_bucket_empties_and_others_do_not() {
        let buckets = Buckets::new(rate(1, 3), "An address");
        for left in [2, 1, 0] {
            let (standing, taken) = buckets.take(&1);
            assert!(taken.is_ok());
            assert_eq!(
                (standing.limit, standing.remaining, standing.reset),
                (3, left, 3 - left)
            );
        }
        let (standing, refused) = buckets.take(&1);
        assert_eq!((standing.remaining, standing.reset), (0, 3));
        assert_eq!(refused.unwrap_err().kind(), Kind::RateLimited);
        assert!(buckets.take(&2).1.is_ok());
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let buckets = Buckets::new(rate(1_000_000, 1), "An address");
        for address in 0..5000u32 {
            let (standing, _) = buckets.take(&address);
            assert_eq!(standing.limit, 1);
        }
        assert!(
            buckets.limiter.len() < 2 * SWEEP as usize,
            "{}",
            buckets.limiter.len()
        );
    }

    #[test]
    fn one_network_has_one_bucket() {
        let of = |text: &str| neighbourhood(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }
}

//! The gate that every request passes: it sheds load, counts requests, and finds out whose they are.
//!
//! `/healthz` and `/readyz` pass it freely, so that a supervisor hears of a busy server that it is busy
//! and not that it is dead. `/metrics` is answered by a busy server, too.

use super::access::{Access, Caller, Identity, bearer, unknown_key};
use super::head::HeadLimits;
use super::problem::{Kind, Problem};
use super::rate::{Buckets, Standing, neighbourhood};
use crate::app::Limits;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use plenary_store::Store;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What the gate knows.
pub struct Gate {
    store: Store,
    proxies: Vec<ipnet::IpNet>,
    addresses: Option<Buckets<IpAddr>>,
    keys: Option<Buckets<Arc<str>>>,
    /// Requests that may be under way.
    places: Semaphore,
    capacity: usize,
    head: HeadLimits,
}

impl Gate {
    /// A gate that lets as much be under way at once, and come from one caller, as the limits say.
    pub fn new(store: Store, access: &Access, limits: &Limits) -> Gate {
        let capacity = limits.requests.min(Semaphore::MAX_PERMITS);
        Gate {
            store,
            proxies: access.proxies.clone(),
            addresses: limits
                .address_rate
                .map(|rate| Buckets::new(rate, "An address")),
            keys: limits.key_rate.map(|rate| Buckets::new(rate, "A key")),
            places: Semaphore::new(capacity),
            capacity,
            head: limits.head,
        }
    }

    /// Requests under way.
    pub fn under_way(&self) -> usize {
        self.capacity - self.places.available_permits()
    }

    /// Counts the request and notes whose it is.
    async fn admit(&self, request: &HttpRequest) -> (Option<Standing>, Result<(), Problem>) {
        let mut standing = None;
        if let (Some(buckets), Some(address)) = (&self.addresses, self.client(request)) {
            let (left, taken) = buckets.take(&neighbourhood(address));
            standing = Some(left);
            if taken.is_err() {
                return (standing, taken);
            }
        }
        let found = self.identify(request).await;
        if let (Some(buckets), Some(name)) = (&self.keys, found.as_ref().ok().and_then(Caller::key))
        {
            let (left, taken) = buckets.take(&name.into());
            standing = Some(left.tighter(standing));
            if taken.is_err() {
                return (standing, taken);
            }
        }
        request.extensions_mut().insert(Identity(found));
        (standing, Ok(()))
    }

    async fn identify(&self, request: &HttpRequest) -> Result<Caller, Problem> {
        let Some(key) = bearer(request)? else {
            return Ok(Caller::default());
        };
        let known = self.store.recognise(key).await?.ok_or_else(unknown_key)?;
        Ok(Caller::with_key(&known.name, known.scope))
    }

    /// The address of the client: of the connection, or where that is a trusted proxy, the last one in
    /// `X-Forwarded-For` that is none.
    fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        let trusted = |address: &IpAddr| self.proxies.iter().any(|net| net.contains(address));
        let peer = request.peer_addr()?.ip().to_canonical();
        if !trusted(&peer) {
            return Some(peer);
        }
        let forwarded: Vec<&str> = request
            .headers()
            .get_all("x-forwarded-for")
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        let mut client = peer;
        for address in forwarded.iter().rev() {
            // What cannot be read was not written by a proxy of ours.
            let Ok(address) = address.trim().parse::<IpAddr>() else {
                break;
            };
            client = address.to_canonical();
            if !trusted(&client) {
                break;
            }
        }
        Some(client)
    }
}

/// Lets a request through the gate, or refuses it with 429 or 503.
pub async fn pass(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(gate) = request.app_data::<web::Data<Gate>>().cloned() else {
        return Ok(request.error_response(Problem::internal("the application has no gate")));
    };
    if let Err(problem) = gate.head.check(request.request()) {
        return Ok(request.error_response(problem));
    }
    if matches!(request.path(), "/healthz" | "/readyz") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    // What a busy server counts is asked for just then, and quickly told.
    let _place = match gate.places.try_acquire() {
        Ok(place) => Some(place),
        Err(_) if request.path() == "/metrics" => None,
        Err(_) => {
            let busy = Problem::new(
                Kind::Busy,
                "This server has as many requests as it takes on.",
            );
            return Ok(request.error_response(busy));
        }
    };
    let (standing, admitted) = gate.admit(request.request()).await;
    let mut response = match admitted {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(problem) => request.error_response(problem),
    };
    if let Some(standing) = standing {
        standing.write(response.headers_mut());
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[tokio::test]
    async fn only_trusted_proxies_are_believed() {
        let store = Store::connect(&plenary_store::Options::new("postgres://nowhere/plenary"));
        let gate = |proxies: &[&str]| {
            let access = Access {
                proxies: proxies.iter().map(|net| net.parse().unwrap()).collect(),
                ..Access::default()
            };
            Gate::new(store.as_ref().unwrap().clone(), &access, &Limits::default())
        };
        let client = |gate: &Gate, peer: &str, forwarded: &[&'static str]| {
            let mut request = TestRequest::get().peer_addr(format!("{peer}:1").parse().unwrap());
            for value in forwarded {
                request = request.append_header(("x-forwarded-for", *value));
            }
            gate.client(&request.to_http_request()).unwrap().to_string()
        };
        let (none, some) = (gate(&[]), gate(&["127.0.0.1/32", "10.0.0.0/8"]));
        let claim = ["192.0.2.7"];
        assert_eq!(client(&none, "127.0.0.1", &claim), "127.0.0.1");
        assert_eq!(client(&some, "198.51.100.1", &claim), "198.51.100.1");
        assert_eq!(client(&some, "127.0.0.1", &claim), "192.0.2.7");
        // What the client itself claims stands further left.
        let chain = ["192.0.2.7, 203.0.113.5", "10.1.2.3"];
        assert_eq!(client(&some, "127.0.0.1", &chain), "203.0.113.5");
        assert_eq!(
            client(&some, "127.0.0.1", &["192.0.2.7, nonsense, 10.1.2.3"]),
            "10.1.2.3"
        );
        assert_eq!(client(&some, "127.0.0.1", &[]), "127.0.0.1");
    }
}

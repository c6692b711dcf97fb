//! Who may do what: keys, scopes, and what is open without a key.
//!
//! The gate ([`super::gate`]) finds out whose request it is; the extractors of this file ask whether the
//! caller may do what the operation does. Every operation below `/v1` has one of them, which a test
//! checks against the document.

use super::problem::{Kind, Problem};
use actix_web::dev::Payload;
use actix_web::http::header::{HOST, ORIGIN, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use plenary_domain::Scope;
use plenary_store::Maker;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

/// Who is named in a revision where nobody else is.
const NOBODY: &str = "api";

/// What a server lets callers do without a key, and whom it believes.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// True where reading needs no key.
    pub reading: bool,
    /// True where nothing needs a key. For trying Plenary out only.
    pub everything: bool,
    /// True where the server listens on a loopback address, so that only this machine should reach it.
    pub loopback: bool,
    /// Origins whose pages may call the API from a browser: `https://desk.example`, or `*` for all.
    pub origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<ipnet::IpNet>,
}

impl Access {
    /// Everything without a key.
    pub fn open() -> Access {
        Access {
            reading: true,
            everything: true,
            ..Access::default()
        }
    }

    fn lets_anybody(&self, needed: Scope) -> bool {
        self.everything || (self.reading && needed == Scope::Read)
    }
}

/// Whose request it is.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    key: Option<(Arc<str>, Scope)>,
}

impl Caller {
    /// The holder of a key.
    pub fn with_key(name: &str, scope: Scope) -> Caller {
        Caller {
            key: Some((name.into(), scope)),
        }
    }

    /// Name of the key.
    pub fn key(&self) -> Option<&str> {
        self.key.as_ref().map(|(name, _)| name.as_ref())
    }

    /// Who is named in a revision: the key, and who the caller says they are, else the key's name.
    pub fn maker<'a>(&'a self, said: Option<&'a str>) -> Maker<'a> {
        Maker {
            name: said.or(self.key()).unwrap_or(NOBODY),
            key: self.key(),
        }
    }
}

/// What the gate found out about the caller: kept with the request until an operation asks.
#[derive(Debug, Clone)]
pub struct Identity(pub Result<Caller, Problem>);

/// The key that a request sends; `None` where it sends none.
///
/// # Errors
/// 401 where the `Authorization` header is something else.
pub fn bearer(request: &HttpRequest) -> Result<Option<&str>, Problem> {
    let Some(value) = request
        .headers()
        .get(actix_web::http::header::AUTHORIZATION)
    else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| Some(key.trim()))
        .ok_or_else(|| {
            unauthenticated(
                "The `Authorization` header reads `Bearer KEY`.",
                ", error=\"invalid_request\"",
            )
        })
}

/// The key is none that is known here.
pub fn unknown_key() -> Problem {
    unauthenticated(
        "The key is not known here, has expired or was taken back.",
        ", error=\"invalid_token\"",
    )
}

fn unauthenticated(detail: &str, error: &str) -> Problem {
    Problem::new(Kind::Unauthenticated, detail)
        .with_header(WWW_AUTHENTICATE, format!("Bearer realm=\"plenary\"{error}"))
}

fn allow(request: &HttpRequest, needed: Scope) -> Result<Caller, Problem> {
    let access = request
        .app_data::<web::Data<Access>>()
        .ok_or_else(|| Problem::internal("the application has no rules of access"))?;
    let caller = match request.extensions().get::<Identity>() {
        Some(Identity(found)) => found.clone()?,
        None => return Err(Problem::internal("the request passed no gate")),
    };
    match &caller.key {
        Some((_, scope)) if *scope >= needed => Ok(caller),
        Some((name, scope)) => Err(Problem::new(
            Kind::Forbidden,
            format!("The key `{name}` has the scope `{scope}`; this needs `{needed}`."),
        )
        .with_header(
            WWW_AUTHENTICATE,
            format!("Bearer realm=\"plenary\", error=\"insufficient_scope\", scope=\"{needed}\""),
        )),
        None if access.lets_anybody(needed) => {
            refuse_foreign_pages(request, access, needed)?;
            Ok(caller)
        }
        None => Err(unauthenticated(
            &format!("This needs a key with the scope `{needed}`: `Authorization: Bearer KEY`."),
            "",
        )),
    }
}

/// Where no key is needed, any page that a user of this machine has open could send requests through
/// the browser. It may not write from another origin, nor reach a server of this machine alone under a
/// name of its own making (DNS rebinding).
fn refuse_foreign_pages(
    request: &HttpRequest,
    access: &Access,
    needed: Scope,
) -> Result<(), Problem> {
    let text = |name| {
        request
            .headers()
            .get(name)
            .map(|v| v.to_str().unwrap_or(""))
    };
    let host = text(HOST);
    let refuse = |what: String| Err(Problem::new(Kind::ForeignOrigin, what));
    if access.loopback && host.is_some_and(|host| !is_of_this_network(host)) {
        return refuse(
            "This server answers without a key only under this machine's name.".to_owned(),
        );
    }
    let Some(origin) = text(ORIGIN).filter(|_| needed > Scope::Read) else {
        return Ok(());
    };
    let own = origin
        .split_once("://")
        .is_some_and(|(_, authority)| host == Some(authority));
    if own || access.origins.iter().any(|known| known == origin) {
        return Ok(());
    }
    refuse(format!(
        "Pages of `{origin}` may not write here without a key."
    ))
}

/// True for addresses and for names without a dot, which no stranger can make.
fn is_of_this_network(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => return address.parse::<Ipv6Addr>().is_ok(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.trim_end_matches('.');
    !name.contains('.') || name.parse::<IpAddr>().is_ok() || name.ends_with(".localhost")
}

/// Extractors for the caller of an operation, who may do what it needs; else 401 or 403.
macro_rules! permissions {
    ($($(#[$meta:meta])* $name:ident = $scope:expr),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Caller);

        impl FromRequest for $name {
            type Error = Problem;
            type Future = Ready<Result<$name, Problem>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                ready(allow(request, $scope).map($name))
            }
        }
    )+};
}

permissions! {
    /// A caller who may read records.
    MayRead = Scope::Read,
    /// A caller who may send articles.
    MayIngest = Scope::Ingest,
    /// A caller who may correct the record set.
    MayReview = Scope::Review,
    /// A caller who may see who changed what.
    MayAdminister = Scope::Admin,
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn names_that_a_stranger_can_make_are_told_apart() {
        for ours in [
            "localhost",
            "localhost:8080",
            "127.0.0.1:80",
            "[::1]:80",
            "[::1]",
            "desk",
            "a.localhost",
        ] {
            assert!(is_of_this_network(ours), "{ours}");
        }
        for foreign in [
            "evil.example",
            "evil.example:8080",
            "127.0.0.1.nip.io",
            "[evil.example]",
            "a.b.",
        ] {
            assert!(!is_of_this_network(foreign), "{foreign}");
        }
    }

    #[test]
    fn only_bearer_is_read() {
        let of = |value: &'static str| {
            let request = TestRequest::get().insert_header(("authorization", value));
            bearer(&request.to_http_request()).map(|key| key.map(str::to_owned))
        };
        assert_eq!(of("Bearer abc").unwrap().as_deref(), Some("abc"));
        assert_eq!(of("bearer  abc").unwrap().as_deref(), Some("abc"));
        for other in ["Basic YTpi", "abc", "Bearer", ""] {
            assert_eq!(
                of(other).unwrap_err().kind(),
                Kind::Unauthenticated,
                "{other}"
            );
        }
    }
}

//! Requests that come with a key are known again by what they say (R-IDEM).

use std::cell::{Cell, OnceCell};
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use guildhall_app::{Caller, RepeatableRequest};
use guildhall_domain::UserId;
use sha2::{Digest, Sha256};

use crate::address::{UNVERSIONED, VERSIONED};
use crate::idempotency::key_of;
use crate::problem::Problem;

/// The longest name of an operation: in storage it may be followed by who asked.
const MAX_OPERATION: usize = RepeatableRequest::MAX_OPERATION;

/// A request with a key, which may be remembered once it is known who asks.
///
/// Travels with the request: the credential takes it up, and what knows
/// requests by other means, or by none, withdraws it before that.
pub(crate) struct Offer {
    /// Or why it could not be read.
    body: Result<Bytes, Problem>,
    withdrawn: Cell<bool>,
    taken_up: OnceCell<(UserId, RepeatableRequest)>,
}

impl Offer {
    pub(crate) fn new(body: Result<Bytes, Problem>) -> Rc<Self> {
        Rc::new(Self { body, withdrawn: Cell::new(false), taken_up: OnceCell::new() })
    }

    fn of(request: &HttpRequest) -> Option<Rc<Self>> {
        request.extensions().get::<Rc<Self>>().cloned()
    }

    /// Says that a request is not remembered by its key here.
    pub(crate) fn withdraw(request: &HttpRequest) {
        if let Some(offer) = Self::of(request) {
            offer.withdrawn.set(true);
        }
    }

    /// Makes the request one of `caller`'s that can be sent again, where it has a key.
    pub(crate) fn take_up(request: &HttpRequest, caller: &mut Caller) -> Result<(), Problem> {
        let Some(offer) = Self::of(request).filter(|offer| !offer.withdrawn.get()) else { return Ok(()) };
        let key = key_of(request)?;
        let body = offer.body.as_ref().map_err(Problem::clone)?;
        let repeatable = RepeatableRequest::new(operation(request), key, fingerprint(request, body));
        caller.request.repeatable = Some(repeatable.clone());
        // A request has one caller.
        let _ = offer.taken_up.set((caller.actor.user_id, repeatable));
        Ok(())
    }

    /// Whose request it was, if it is to be remembered.
    pub(crate) fn taken_up(&self) -> Option<&(UserId, RepeatableRequest)> {
        self.taken_up.get()
    }
}

/// For operations that authenticate and yet remember nothing: they ignore the key.
pub(crate) struct NotRemembered;

impl FromRequest for NotRemembered {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    // At once, before any extractor has waited for anything.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Offer::withdraw(request);
        ready(Ok(Self))
    }
}

/// Method and pattern of the address, which are the same under every prefix.
fn operation(request: &HttpRequest) -> String {
    let pattern = request.match_pattern().unwrap_or_default();
    format!("{} {}", request.method(), without_prefix(&pattern)).chars().take(MAX_OPERATION).collect()
}

/// SHA-256 of all that a request says, each part after its length.
fn fingerprint(request: &HttpRequest, body: &[u8]) -> String {
    let content_type = request.headers().get(CONTENT_TYPE).map(|header| header.as_bytes()).unwrap_or_default();
    let parts = [without_prefix(request.path()).as_bytes(), request.query_string().as_bytes(), content_type, body];
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    format!("{:x}", Bytes::copy_from_slice(&digest.finalize()))
}

fn without_prefix(path: &str) -> &str {
    let rest = |prefix| path.strip_prefix(prefix).filter(|rest: &&str| rest.starts_with('/'));
    rest(VERSIONED).or_else(|| rest(UNVERSIONED)).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    // R-IDEM-2: nothing of a request can be exchanged without being noticed.
    #[test]
    fn other_requests_have_other_fingerprints() {
        let json = |path: &str, kind: &str, body: &str| {
            let request = TestRequest::post().uri(path).insert_header((CONTENT_TYPE, kind)).to_http_request();
            fingerprint(&request, body.as_bytes())
        };
        let first = json("/api/v1/a/b?c=d", "application/json", "{}");
        assert_eq!(first.len(), 64);
        assert_eq!(first, json("/api/a/b?c=d", "application/json", "{}"), "one operation under both prefixes");
        let others = [
            json("/api/v1/a/c?c=d", "application/json", "{}"),
            json("/api/v1/a/b?c=e", "application/json", "{}"),
            json("/api/v1/a/b", "application/json", "{}"),
            json("/api/v1/a/b?c=d", "text/plain", "{}"),
            json("/api/v1/a/b?c=d", "application/json", "{} "),
            json("/api/v1/a/b?c=", "dapplication/json", "{}"),
            json("/api/v1/a/b?c=d", "application/json{", "}"),
        ];
        for other in others {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn only_prefixes_are_cut_off() {
        for (path, rest) in [
            ("/api/v1/a", "/a"),
            ("/api/a", "/a"),
            ("/api/v1x/a", "/v1x/a"),
            ("/apis/a", "/apis/a"),
            ("/a/api/v1/b", "/a/api/v1/b"),
        ] {
            assert_eq!(without_prefix(path), rest);
        }
    }
}

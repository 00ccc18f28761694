//! Who asks. Other kinds of credential than session tokens find their place here.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::ops::{Deref, Range};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest};
use guildhall_app::{AppError, Caller};

use crate::problem::Problem;
use crate::repeatable_offer::Offer;
use crate::request_context::{context_of, note_route, note_user};
use crate::state::HttpState;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The token that a request carries, not yet looked at: `Authorization:
/// Bearer …`, or else `X-API-Key`.
pub(crate) struct Credential {
    /// Shares the buffer of the request.
    header: HeaderValue,
    token: Range<usize>,
}

impl Credential {
    /// The bare token.
    pub(crate) fn token(&self) -> &str {
        self.header.to_str().ok().and_then(|header| header.get(self.token.clone())).unwrap_or_default()
    }

    /// Several headers are fine where they say the same. Where they do not,
    /// nobody can know whom the request is for: what stands before this server
    /// may have looked at the other one.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let headers = request.headers();
        let bearers = headers.get_all(AUTHORIZATION).map(|header| Self::at(header, bearer(header)));
        let keys = headers.get_all(API_KEY).map(|header| Self::at(header, Some(0..header.len())));
        let mut presented = bearers.chain(keys);
        let first = presented.next().ok_or(AppError::Unauthenticated)?;
        if presented.any(|other| first.presented() != other.presented()) {
            let detail = "the request carries several different credentials";
            return Err(Problem::new(StatusCode::BAD_REQUEST, "malformed_header", detail));
        }
        if first.token().is_empty() {
            return Err(AppError::Unauthenticated.into());
        }
        Ok(first)
    }

    /// What stands there in `header`; nothing where it is of another scheme.
    fn at(header: &HeaderValue, token: Option<Range<usize>>) -> Self {
        Self { header: header.clone(), token: token.unwrap_or_default() }
    }

    /// What two headers are compared by: the token, or the whole header where there is none.
    fn presented(&self) -> &[u8] {
        match self.token() {
            "" => self.header.as_bytes(),
            token => token.as_bytes(),
        }
    }
}

/// Where the token stands in `Bearer <token>`; the scheme's name has no case (RFC 9110, 11.1).
fn bearer(header: &HeaderValue) -> Option<Range<usize>> {
    let (scheme, rest) = header.to_str().ok()?.split_once(' ')?;
    let token = rest.trim_start();
    let end = header.len();
    scheme.eq_ignore_ascii_case("bearer").then(|| end - token.len()..end)
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

impl FromRequest for Credential {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// Somebody with a live session.
pub(crate) struct Authenticated(Caller);

impl Authenticated {
    pub(crate) fn into_inner(self) -> Caller {
        self.0
    }
}

impl Deref for Authenticated {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl FromRequest for Authenticated {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let credential = Credential::of(request);
        note_route(request);
        let request = request.clone();
        Box::pin(async move {
            let credential = credential?;
            let state = HttpState::of(&request)?;
            let context = context_of(&request, state);
            let mut caller = Self(state.guildhall().authenticate(credential.token(), context).await?);
            note_user(&request, caller.actor.user_id);
            Offer::take_up(&request, &mut caller.0)?;
            Ok(caller)
        })
    }
}

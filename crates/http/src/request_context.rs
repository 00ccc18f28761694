//! The middleware around everything.

use std::cell::Cell;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, HeaderName, HeaderValue, REFERRER_POLICY, USER_AGENT, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use guildhall_app::RequestContext;
use guildhall_domain::UserId;

use crate::client_address::client_address;
use crate::problem::complete;
use crate::request_id::{REQUEST_ID, RequestId};
use crate::state::HttpState;
use crate::{credential, measurement};

/// What is remembered of a request from its beginning to its log line.
struct RequestRecord {
    id: RequestId,
    user: Cell<Option<UserId>>,
}

/// Gives every request its id, and every answer the id, its security headers, a
/// log line and its place in the metrics. For `middleware::from_fn`, around [`configure`](crate::configure).
///
/// Neither the query nor a credential is logged. Errors that are ours are
/// completed here (with the request id) and their causes logged: without this
/// middleware they stay silent.
///
/// # Errors
/// Those of other middleware further in, passed on.
pub async fn request_context<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = RequestId::of(request.headers());
    let method = request.method().clone();
    request.extensions_mut().insert(RequestRecord { id: id.clone(), user: Cell::new(None) });
    match next.call(request).await {
        Ok(response) => {
            let (request, response) = response.into_parts();
            let response = finish(response.map_into_boxed_body(), &id);
            let route = request.match_pattern();
            let user = request.extensions().get::<RequestRecord>().and_then(|record| record.user.get());
            let answered = Answered { method, status: response.status(), latency: started.elapsed(), user };
            answered.note(route.as_deref(), &id);
            Ok(ServiceResponse::new(request, response))
        }
        Err(mut error) => {
            let status = error.as_response_error().status_code();
            Answered { method, status, latency: started.elapsed(), user: None }.note(None, &id);
            error.add_response_mapper(move |response| finish(response, &id));
            Err(error)
        }
    }
}

/// What is logged and measured of a request.
struct Answered {
    method: Method,
    status: StatusCode,
    latency: Duration,
    user: Option<UserId>,
}

impl Answered {
    fn note(&self, route: Option<&str>, id: &RequestId) {
        let route = route.unwrap_or("unmatched");
        measurement::record(&self.method, route, self.status, self.latency);
        tracing::info!(
            method = %self.method,
            route,
            status = self.status.as_u16(),
            latency_us = u64::try_from(self.latency.as_micros()).unwrap_or(u64::MAX),
            request_id = id.as_str(),
            user_id = self.user.map(tracing::field::display),
            "request"
        );
    }
}

/// What every answer carries, unless its handler decided otherwise.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

fn finish(response: HttpResponse, id: &RequestId) -> HttpResponse {
    let mut response = complete(response, id);
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
    headers.insert(REQUEST_ID, id.header());
    response
}

/// What the use cases learn of a request: its id and where it came from.
pub(crate) fn context_of(request: &HttpRequest, state: &HttpState) -> RequestContext {
    let request_id = request.extensions().get::<RequestRecord>().map(|record| record.id.as_str().to_owned());
    let ip_address = client_address(request, &state.settings().trusted_proxies).map(|address| address.to_string());
    RequestContext { request_id, ip_address, user_agent: None }
}

/// The same with the program that asks, which is kept with the sessions that it starts.
pub(crate) fn context_of_login(request: &HttpRequest, state: &HttpState) -> RequestContext {
    let user_agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned);
    RequestContext { user_agent, ..context_of(request, state) }
}

/// Remembers who asks, for the log line.
pub(crate) fn note_user(request: &HttpRequest, caller: &credential::Authenticated) {
    if let Some(record) = request.extensions().get::<RequestRecord>() {
        record.user.set(Some(caller.actor.user_id));
    }
}

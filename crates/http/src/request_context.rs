//! The middleware around everything.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::time::Instant;

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
use tokio::time::timeout;

use crate::client_address::client_address;
use crate::head_request::{answer_like_get, without_body};
use crate::measurement;
use crate::problem::{Problem, complete};
use crate::request_id::{REQUEST_ID, RequestId};
use crate::state::{HttpState, REQUEST_TIMEOUT};

/// What is remembered of a request from its beginning to its log line.
struct RequestRecord {
    id: RequestId,
    method: Method,
    started: Instant,
    /// The pattern of its address, once it has found its handler.
    route: OnceCell<String>,
    user: Cell<Option<UserId>>,
}

/// Gives every request its id, and every answer the id, its security headers, a
/// log line and its place in the metrics. For `middleware::from_fn`, around [`configure`](crate::configure).
///
/// What takes longer than `HttpSettings::request_timeout` is given up and
/// answered with 503; and whatever of ours answers to GET answers to HEAD
/// (RFC 9110, 9.3.2).
///
/// Neither the query nor a credential is logged. Errors that are ours are
/// completed here (with the request id) and their causes logged: without this
/// middleware they stay silent.
///
/// # Errors
/// That the time is up; and those of other middleware further in, passed on.
pub async fn request_context<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let record = Rc::new(RequestRecord {
        id: RequestId::of(request.headers()),
        method: request.method().clone(),
        started: Instant::now(),
        route: OnceCell::new(),
        user: Cell::new(None),
    });
    request.extensions_mut().insert(Rc::clone(&record));
    answer_like_get(&mut request);
    let limit = HttpState::of(request.request()).map_or(REQUEST_TIMEOUT, |state| state.settings().request_timeout);
    match timeout(limit, next.call(request)).await.unwrap_or_else(|_| Err(Problem::timeout(limit).into())) {
        Ok(response) => {
            let (request, response) = response.into_parts();
            let response = record.finish(response.map_into_boxed_body());
            record.remember_route(&request);
            record.note(response.status());
            Ok(ServiceResponse::new(request, response))
        }
        Err(mut error) => {
            record.note(error.as_response_error().status_code());
            error.add_response_mapper(move |response| record.finish(response));
            Err(error)
        }
    }
}

impl RequestRecord {
    fn of(request: &HttpRequest) -> Option<Rc<Self>> {
        request.extensions().get::<Rc<Self>>().cloned()
    }

    fn remember_route(&self, request: &HttpRequest) {
        if self.route.get().is_none()
            && let Some(route) = request.match_pattern()
        {
            // Only unset cells are set.
            let _ = self.route.set(route);
        }
    }

    /// Logs and measures the request.
    fn note(&self, status: StatusCode) {
        let route = self.route.get().map_or("unmatched", String::as_str);
        let latency = self.started.elapsed();
        measurement::record(&self.method, route, status, latency);
        tracing::info!(
            method = %self.method,
            route,
            status = status.as_u16(),
            latency_us = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX),
            request_id = self.id.as_str(),
            user_id = self.user.get().map(tracing::field::display),
            "request"
        );
    }

    fn finish(&self, response: HttpResponse) -> HttpResponse {
        let mut response = complete(response, &self.id);
        let headers = response.headers_mut();
        for (name, value) in HEADERS {
            if !headers.contains_key(&name) {
                headers.insert(name, value);
            }
        }
        headers.insert(REQUEST_ID, self.id.header());
        if self.method == Method::HEAD { without_body(response) } else { response }
    }
}

/// What every answer carries, unless its handler decided otherwise.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// What the use cases learn of a request: its id and where it came from.
pub(crate) fn context_of(request: &HttpRequest, state: &HttpState) -> RequestContext {
    let record = RequestRecord::of(request);
    let request_id = record.map(|record| record.id.as_str().to_owned());
    let ip_address = client_address(request, &state.settings().trusted_proxies).map(|address| address.to_string());
    RequestContext { request_id, ip_address, user_agent: None, repeatable: None }
}

/// The same with the program that asks, which is kept with the sessions that it starts.
pub(crate) fn context_of_login(request: &HttpRequest, state: &HttpState) -> RequestContext {
    let user_agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned);
    RequestContext { user_agent, ..context_of(request, state) }
}

/// Remembers who asks, for the log line.
pub(crate) fn note_user(request: &HttpRequest, user: UserId) {
    if let Some(record) = RequestRecord::of(request) {
        record.user.set(Some(user));
    }
}

/// Remembers which handler a request has found before anything is waited for:
/// where the time is up, the request is gone.
pub(crate) fn note_route(request: &HttpRequest) {
    if let Some(record) = RequestRecord::of(request) {
        record.remember_route(request);
    }
}

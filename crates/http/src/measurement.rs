use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use metrics::{Counter, Histogram, counter, histogram};

/// The instruments of one route, method and status.
struct Instruments {
    requests: Counter,
    duration: Histogram,
}

type ByAnswer = HashMap<(&'static str, u16), Instruments>;

thread_local! {
    /// Looking an instrument up in the recorder hashes all of its labels; each
    /// worker keeps those that it has used. Routes, methods and statuses are few.
    static INSTRUMENTS: RefCell<HashMap<String, ByAnswer>> = RefCell::new(HashMap::new());
}

/// Counts one answered request.
pub(crate) fn record(method: &Method, route: &str, status: StatusCode, latency: Duration) {
    let method = label(method);
    let key = (method, status.as_u16());
    INSTRUMENTS.with_borrow_mut(|routes| {
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), ByAnswer::new());
        }
        if let Some(answers) = routes.get_mut(route) {
            let instruments = answers.entry(key).or_insert_with(|| instruments(method, route, status));
            instruments.requests.increment(1);
            instruments.duration.record(latency.as_secs_f64());
        }
    });
}

fn instruments(method: &'static str, route: &str, status: StatusCode) -> Instruments {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.as_str().to_owned())];
    Instruments {
        requests: counter!("http_requests_total", &labels),
        duration: histogram!("http_request_duration_seconds", &labels),
    }
}

/// Clients can make up methods; labels must stay few.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

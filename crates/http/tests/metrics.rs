//! What is counted of every request. In a file of its own: the recorder is the process's.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use support::Server;

/// Keeps how often each instrument was used.
#[derive(Clone, Default)]
struct Tally(Arc<Mutex<BTreeMap<String, Arc<AtomicU64>>>>);

struct Uses(Arc<AtomicU64>);

impl HistogramFn for Uses {
    fn record(&self, seconds: f64) {
        assert!((0.0..60.0).contains(&seconds));
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Tally {
    fn uses(&self, key: &Key) -> Arc<AtomicU64> {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let name = format!("{}{{{}}}", key.name(), labels.join(","));
        Arc::clone(self.0.lock().unwrap().entry(name).or_default())
    }
}

impl Recorder for Tally {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.uses(key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(Uses(self.uses(key))))
    }
}

#[actix_web::test]
async fn every_request_is_counted_by_its_route() {
    let tally = Tally::default();
    assert!(metrics::set_global_recorder(tally.clone()).is_ok());
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    for _ in 0..3 {
        ada.get(&server, &format!("/api/v1/organizations/{}", ada.organization)).await.expect(200);
    }
    ada.get(&server, "/api/v1/organizations/not-an-id").await.problem(404, "organization_not_found");
    server.call("GET", "/some/path/that/somebody/made/up", None).await.problem(404, "route_not_found");
    server.call("HEAD", "/healthz", None).await.expect(200);
    server.call("BREW", "/healthz", None).await.problem(405, "method_not_allowed");
    let counted: BTreeMap<String, u64> =
        tally.0.lock().unwrap().iter().map(|(key, uses)| (key.clone(), uses.load(Ordering::Relaxed))).collect();
    let expected = [
        ("method=POST,route=/api/v1/auth/register,status=201", 1),
        ("method=GET,route=/api/v1/organizations/{org},status=200", 3),
        ("method=GET,route=/api/v1/organizations/{org},status=404", 1),
        ("method=GET,route=unmatched,status=404", 1),
        ("method=HEAD,route=/healthz,status=200", 1),
        ("method=OTHER,route=/healthz,status=405", 1),
    ];
    for (labels, count) in expected {
        for name in ["http_requests_total", "http_request_duration_seconds"] {
            assert_eq!(counted.get(&format!("{name}{{{labels}}}")), Some(&count), "{name} {labels} in {counted:#?}");
        }
    }
    assert_eq!(counted.len(), 2 * expected.len());
}

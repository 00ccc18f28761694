//! Storage goes away and comes back: 503 within the timeout, then service
//! again without a restart.

use std::time::{Duration, Instant};

use crate::database::{Database, bring_back, take_away};
use crate::server::{Server, signal};

/// A PostgreSQL that cuts its connections and takes no new ones.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_goes_and_comes_back() {
    let database = Database::postgres().await;
    let short = [("GUILDHALL_DATABASE__POOL_TIMEOUT_MS", "1000")];
    let server = Server::start_with(database, &short).await;
    let ann = server.client().register("Ann").await;
    let Database::Postgres(database) = server.database() else { unreachable!() };

    // No new connections, and the present ones are cut.
    take_away(database).await;
    let asked = Instant::now();
    for _ in 0..5 {
        let reply = ann.get("/auth/me").await.refused(503, "storage_unavailable");
        assert!(reply.headers.contains_key("retry-after"));
    }
    assert!(asked.elapsed() < Duration::from_secs(15), "503 within the timeout");
    ann.get("/readyz").await.expect(503);
    ann.get("/healthz").await.expect(200);

    bring_back(database).await;
    for _ in 0..50 {
        if ann.get("/readyz").await.status.is_success() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    ann.get("/auth/me").await.expect(200);
    signal(server.process_id(), "TERM");
}

//! Storage goes away and comes back: 503 within the timeout, then service
//! again without a restart.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::credit_races::{CREDITS, owner_with, verify};
use crate::database::Database;
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
    database.take_away().await;
    let asked = Instant::now();
    for _ in 0..5 {
        let reply = ann.get("/auth/me").await.refused(503, "storage_unavailable");
        assert!(reply.headers.contains_key("retry-after"));
    }
    assert!(asked.elapsed() < Duration::from_secs(15), "503 within the timeout");
    ann.get("/readyz").await.expect(503);
    ann.get("/healthz").await.expect(200);

    database.bring_back().await;
    for _ in 0..50 {
        if ann.get("/readyz").await.status.is_success() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    ann.get("/auth/me").await.expect(200);
    signal(server.process_id(), "TERM");
}

/// The database goes away in the middle of batches: whoever spends gets a true
/// answer or 503, and finds out with the same key what happened.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_goes_away_while_credits_are_spent() {
    let database = Database::postgres().await;
    let short = [("GUILDHALL_DATABASE__POOL_TIMEOUT_MS", "1000")];
    let server = Server::start_with(database, &short).await;
    let owner = owner_with(&server, 1_000_000).await;
    let Database::Postgres(database) = server.database() else { unreachable!() };
    let spend =
        async |who: &Client, key: &str| who.post_once(&format!("{CREDITS}/consume"), key, json!({ "amount": 1 })).await;
    let mut answered = BTreeMap::new();
    let mut open = Vec::new();
    for round in 0..3 {
        let clients = (0..16).map(|client| {
            let owner = owner.clone();
            async move {
                let (mut answered, mut open) = (Vec::new(), None);
                for n in 0..10_000 {
                    let key = format!("{round}-{client}-{n}");
                    let reply = spend(&owner, &key).await;
                    if reply.status != 201 {
                        let reply = reply.refused(503, "storage_unavailable");
                        assert!(reply.headers.contains_key("retry-after"));
                        open = Some(key);
                        break;
                    }
                    answered.push((key, reply.text_at("/transaction_id")));
                }
                (answered, open)
            }
        });
        let mut set = JoinSet::new();
        clients.for_each(|client| drop(set.spawn(client)));
        tokio::time::sleep(Duration::from_millis(150)).await;
        database.take_away().await;
        for (mine, unanswered) in set.join_all().await {
            answered.extend(mine);
            open.extend(unanswered);
        }
        database.bring_back().await;
        for _ in 0..50 {
            if owner.get("/readyz").await.status.is_success() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        for key in open.drain(..) {
            let reply = spend(&owner, &key).await.expect(201);
            answered.insert(key, reply.text_at("/transaction_id"));
        }
    }
    let distinct: BTreeSet<_> = answered.values().collect();
    assert_eq!(distinct.len(), answered.len());
    let left = owner.get(CREDITS).await.expect(200).body["balance"].as_u64().unwrap();
    assert_eq!(1_000_000 - left, answered.len() as u64, "each once");
    verify(&server).await;
}

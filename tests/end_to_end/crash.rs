//! `kill -9` in the middle of writes (R-CRASH, R-AUD-4): what was acknowledged
//! is there, nothing is half done, the audit chains verify.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;

use crate::client::Client;
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(nothing_is_half_done);

const ROUNDS: usize = 8;
const WRITERS: usize = 6;

async fn nothing_is_half_done(mut server: Server) {
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        writers.push(server.client().register(&format!("Writer {writer}")).await);
    }
    let mut acknowledged = vec![Vec::new(); WRITERS];
    for round in 0..ROUNDS {
        let stop = Arc::new(AtomicBool::new(false));
        let written = Arc::new(Notify::new());
        let current = server.client();
        let tasks: Vec<_> = writers
            .iter()
            .map(|writer| {
                tokio::spawn(write_until_it_breaks(writer.at(&current), Arc::clone(&stop), Arc::clone(&written)))
            })
            .collect();
        // However slow the machine is, something was acknowledged before the end.
        tokio::time::timeout(Duration::from_secs(30), written.notified()).await.expect("nothing is written");
        // Another moment each round, without chance: a failure can be repeated.
        tokio::time::sleep(Duration::from_millis(40 + 37 * (round as u64 % 5))).await;
        server.kill().await;
        stop.store(true, Ordering::Relaxed);
        for (done, task) in acknowledged.iter_mut().zip(tasks) {
            done.extend(task.await.unwrap());
        }
        server.restart().await;
    }
    assert!(acknowledged.iter().map(Vec::len).sum::<usize>() >= ROUNDS);
    let current = server.client();
    for (writer, done) in writers.iter().zip(&acknowledged) {
        let writer = writer.at(&current);
        for id in done {
            let path = format!("/api/v1/organizations/{id}");
            let organization = writer.get(&path).await.expect(200);
            let members = writer.get(&format!("{path}/members")).await.expect(200);
            assert_eq!(organization.body["users_count"], members.items().len(), "a counter is off");
            let log = writer.get(&format!("{path}/audit-events?action=create_organization")).await.expect(200);
            assert_eq!(log.items().len(), 1, "a change without its audit event, or the other way round");
        }
    }
    let verified = server.command(&["audit", "verify"]).await;
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

/// Makes organizations until the server is gone, and says which were acknowledged.
async fn write_until_it_breaks(writer: Client, stop: Arc<AtomicBool>, written: Arc<Notify>) -> Vec<String> {
    let mut acknowledged = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let body = json!({ "name": "Crash Test" });
        match writer.try_send(reqwest::Method::POST, "/api/v1/organizations", Some(body)).await {
            Ok(reply) => {
                acknowledged.push(reply.expect(201).text_at("/id"));
                written.notify_one();
            }
            Err(_) => break,
        }
    }
    acknowledged
}

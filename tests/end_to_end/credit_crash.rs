//! `kill -9` while credits are spent (R-CRASH, R-IDEM-4): every spend that was
//! acknowledged is there once, and whoever got no answer finds out by asking
//! again with the same key.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::credit_races::{CREDITS, owner_with, verify};
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(no_spend_is_lost_or_made_twice);

const ROUNDS: usize = 50;
const CLIENTS: usize = 8;

/// A request under a key, and what it was answered.
type Answers = BTreeMap<(String, String), String>;

async fn no_spend_is_lost_or_made_twice(mut server: Server) {
    let owner = owner_with(&server, 10_000_000).await;
    let mut answers = Answers::new();
    let mut interrupted = 0;
    for round in 0..ROUNDS {
        let stop = Arc::new(AtomicBool::new(false));
        let current = owner.at(&server.client());
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| tokio::spawn(spend(current.clone(), format!("{round}-{client}"), Arc::clone(&stop))))
            .collect();
        // Another moment each round, without chance: a failure can be repeated.
        tokio::time::sleep(Duration::from_millis(15 + 23 * (round as u64 % 7))).await;
        server.kill().await;
        stop.store(true, Ordering::Relaxed);
        server.restart().await;
        let current = owner.at(&server.client());
        for client in clients {
            let (acknowledged, unanswered) = client.await.unwrap();
            // Whether it was carried out or not, it is now, once.
            if let Some((path, key)) = unanswered {
                interrupted += 1;
                let reply = send(&current, &path, &key).await.expect("the server is back").expect(201);
                answers.insert((path, key), reply.text_at("/transaction_id"));
            }
            answers.extend(acknowledged);
        }
        if round % 10 == 9 {
            verify(&server).await;
        }
    }
    assert!(interrupted > 0, "nothing was ever under way");
    let current = owner.at(&server.client());
    let made = transactions(&current).await;
    let mut acknowledged: Vec<_> = answers.values().cloned().collect();
    acknowledged.sort();
    let mut spent: Vec<_> = made.iter().filter(|it| it["kind"] != "grant").map(|it| text(it, "id")).collect();
    spent.sort();
    assert_eq!(acknowledged, spent, "every one there once, and none besides");
    // Long after, the key still finds the first answer.
    for ((path, key), transaction) in answers.iter().step_by(answers.len() / 50 + 1) {
        let again = send(&current, path, key).await.unwrap().expect(201);
        assert_eq!(again.text_at("/transaction_id"), *transaction);
    }
    let balance = current.get(CREDITS).await.expect(200);
    let (balance, reserved) = (balance.body["balance"].as_u64().unwrap(), balance.body["reserved"].as_u64().unwrap());
    let held = made.iter().filter(|it| it["kind"] == "reserve").count() as u64;
    assert_eq!((balance, reserved), (10_000_000 - 2 * spent.len() as u64, 2 * held));
    verify(&server).await;
}

async fn send(who: &Client, path: &str, key: &str) -> reqwest::Result<Reply> {
    // Long enough that nothing returns by itself meanwhile.
    let ttl = path.ends_with("reservations").then_some(3_600);
    let mut body = json!({ "amount": 2 });
    ttl.into_iter().for_each(|ttl| body["ttl"] = json!(ttl));
    who.try_post_once(path, key, body).await
}

/// Spends and holds until the server is gone: what was answered, and what was not.
async fn spend(who: Client, name: String, stop: Arc<AtomicBool>) -> (Answers, Option<(String, String)>) {
    let mut answers = Answers::new();
    for n in 0.. {
        let path = format!("{CREDITS}/{}", if n % 4 == 3 { "reservations" } else { "consume" });
        let key = format!("{name}-{n}");
        match send(&who, &path, &key).await {
            Ok(reply) => {
                let transaction = reply.expect(201).text_at("/transaction_id");
                answers.insert((path, key), transaction);
            }
            Err(_) => return (answers, Some((path, key))),
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    (answers, None)
}

async fn transactions(who: &Client) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("{CREDITS}/transactions?limit=100{after}")).await.expect(200);
        all.extend(page.items().iter().cloned());
        match page.body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

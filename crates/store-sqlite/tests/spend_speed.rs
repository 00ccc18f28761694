//! How long a unit of work of many spends takes: `cargo test --release -p
//! guildhall-store-sqlite --test spend_speed -- --ignored --nocapture`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what cannot be made fails the test, which prints what it measures"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_domain::credits::{CreditRequest, SpendBy};
use guildhall_domain::{MemberRole, UserId};
use guildhall_ports::store::{CreditNeeds, IdempotentRequest};
use guildhall_store_sqlite::{SqliteOptions, SqliteStore};
use guildhall_testkit::fixtures::{CreditOrder, Fixture, decide_orders, needs_of};

const ROUNDS: usize = 400;

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn spends_of_one_unit_of_work() {
    for spends in [1, 64, 128] {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("guildhall.db"), SqliteOptions::default()).unwrap();
        let f = Fixture::new(Arc::new(store));
        let id = f.seed_owned("Acme").await.1.id;
        let mut users: Vec<UserId> = Vec::new();
        for n in 0..spends {
            users.push(f.seed_member(id, &format!("user-{n}@acme.example"), MemberRole::Member).await.0.id);
        }
        f.seed_credits(id, 1_000_000_000).await;
        let (mut whole, mut parts) = (Vec::new(), [const { Vec::new() }; 4]);
        for round in 0..ROUNDS {
            let spend = |user: &UserId| CreditRequest::Spend { by: SpendBy::member(*user), amount: f.amount(3) };
            let orders: Vec<CreditOrder> = users.iter().map(|user| spend(user).into()).collect();
            let request = |user: &UserId| IdempotentRequest {
                operation: "POST /v1/organizations/{org}/credits/consume".into(),
                fingerprint: "0123456789abcdef0123456789abcdef".repeat(2),
                ..f.idempotent_request(*user, &f.id::<UserId>().uuid().to_string())
            };
            let requests: Vec<_> = users.iter().map(request).collect();
            let needs = CreditNeeds { requests, ..needs_of(&orders, f.now()) };
            let answer = "{\"balance\":123456789}".repeat(12);
            let mut times = vec![Instant::now()];
            let mut unit = f.begin(id).await;
            unit.organization().await.unwrap();
            times.push(Instant::now());
            let state = unit.credits().state(&needs).await.unwrap();
            times.push(Instant::now());
            let mut writes = decide_orders(id, &f.ids, &needs, &state, &orders).writes;
            let answers = writes.transactions.iter().zip(&needs.requests);
            writes.answers = answers.map(|(it, request)| (it.id, (request.clone(), answer.clone()))).collect();
            let decided = times[2].elapsed();
            unit.credits().write(&writes, needs.now).await.unwrap();
            times.push(Instant::now());
            unit.commit().await.unwrap();
            times.push(Instant::now());
            if round >= ROUNDS / 10 {
                whole.push(times[4] - times[0] - decided);
                let lasted = times.windows(2).map(|pair| pair[1] - pair[0]);
                for (part, lasted) in parts.iter_mut().zip(lasted) {
                    part.push(lasted);
                }
                let write = parts[2].pop().unwrap();
                parts[2].push(write - decided);
            }
        }
        let [begin, state, write, commit] = parts.map(median);
        let mean = whole.iter().sum::<Duration>().as_secs_f64() * 1000.0 / whole.len() as f64;
        println!(
            "{spends} spends: mean {mean:.2}, median {:.2} ms (begin {begin:.2}, state {state:.2}, write {write:.2}, commit {commit:.2})",
            median(whole)
        );
    }
}

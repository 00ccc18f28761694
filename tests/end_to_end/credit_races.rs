//! A pool that no concurrency overdraws, over HTTP (M-20, M-25, R-LED-4, R-LED-7).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::client::{Client, Reply};
use crate::database::Database;
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(
    a_thousand_spends_of_what_fits,
    a_thousand_spends_within_a_quota_of_the_day,
    a_thousand_spends_within_a_quota_of_the_month,
    one_spend_sent_a_hundred_times,
    everything_at_once,
);

pub const CREDITS: &str = "/api/v1/organizations/me/credits";

/// An owner with so many credits in the pool.
pub async fn owner_with(server: &Server, credits: u64) -> Client {
    let owner = server.client().register("Olga").await;
    owner.post_once(CREDITS, "grant", json!({ "amount": credits })).await.expect(201);
    owner
}

pub async fn together(requests: impl IntoIterator<Item = impl Future<Output = Reply> + Send + 'static>) -> Vec<Reply> {
    let mut set = JoinSet::new();
    for request in requests {
        set.spawn(request);
    }
    set.join_all().await
}

pub async fn verify(server: &Server) {
    let verified = server.command(&["credits", "verify"]).await;
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

fn spends(
    who: &Client,
    number: usize,
    name: &'static str,
) -> impl Iterator<Item = impl Future<Output = Reply> + use<>> {
    let who = who.clone();
    (0..number).map(move |n| {
        let who = who.clone();
        async move {
            who.post_once(&format!("{CREDITS}/consume"), &format!("{name}-{n}"), json!({ "amount": 1 })).await
        }
    })
}

/// How many succeeded; every other one was refused with this and these scopes.
fn successes(replies: Vec<Reply>, status: u16, code: &str, scopes: &[&str]) -> usize {
    let (done, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 201);
    for reply in refused {
        let reply = reply.refused(status, code);
        let named: Vec<_> = reply.body["scopes"].as_array().unwrap().iter().map(|it| it["scope"].clone()).collect();
        assert_eq!(named, scopes);
        assert_eq!(reply.headers.contains_key("retry-after"), status == 429);
    }
    done.len()
}

async fn a_thousand_spends_of_what_fits(server: Server) {
    let owner = owner_with(&server, 317).await;
    let done = successes(together(spends(&owner, 1_000, "s")).await, 402, "insufficient_credits", &["pool"]);
    assert_eq!(done, 317);
    let left = owner.get(CREDITS).await.expect(200);
    assert_eq!(
        (&left.body["balance"], &left.body["reserved"], &left.body["grants"]),
        (&json!(0), &json!(0), &json!([]))
    );
    verify(&server).await;
}

async fn within(server: Server, quota: Value, scope: &str) {
    let owner = owner_with(&server, 5_000).await;
    let path = format!("/api/v1/organizations/me/members/{}/quota", owner.user_id);
    owner.put(&path, quota).await.expect(200);
    let done = successes(together(spends(&owner, 1_000, "s")).await, 429, "quota_exceeded", &[scope]);
    assert_eq!(done, 123);
    assert_eq!(owner.get(&path).await.expect(200).body[scope]["used"], 123);
    assert_eq!(owner.get(CREDITS).await.expect(200).body["balance"], 4_877);
    verify(&server).await;
}

async fn a_thousand_spends_within_a_quota_of_the_day(server: Server) {
    within(server, json!({ "monthly_limit": 0, "daily_limit": 123 }), "day").await;
}

async fn a_thousand_spends_within_a_quota_of_the_month(server: Server) {
    within(server, json!({ "monthly_limit": 123, "daily_limit": 0 }), "month").await;
}

async fn one_spend_sent_a_hundred_times(server: Server) {
    let owner = owner_with(&server, 1_000).await;
    let replies = together((0..100).map(|_| {
        let owner = owner.clone();
        async move { owner.post_once(&format!("{CREDITS}/consume"), "the-same", json!({ "amount": 7 })).await }
    }))
    .await;
    let first = replies[0].body.clone();
    assert!(replies.into_iter().all(|reply| reply.expect(201).body == first), "equal answers");
    assert_eq!(owner.get(CREDITS).await.expect(200).body["balance"], 993);
    let other = owner.post_once(&format!("{CREDITS}/consume"), "the-same", json!({ "amount": 8 })).await;
    other.refused(422, "idempotency_key_reused");
    verify(&server).await;
}

/// Spends, reservations, their ends, refunds and grants of several members: what is left is what was given and not spent.
async fn everything_at_once(server: Server) {
    let owner = owner_with(&server, 400).await;
    let id = owner.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let credits = format!("/api/v1/organizations/{id}/credits");
    let mut members = vec![owner.clone()];
    for name in ["Bob", "Carol", "Dave"] {
        let member = server.client().register(name).await;
        let body = json!({ "user_id": member.user_id, "role": "member" });
        owner.post(&format!("/api/v1/organizations/{id}/members"), body).await.expect(201);
        members.push(member);
    }
    let workers = members.into_iter().enumerate().map(|(number, who)| {
        let (owner, credits) = (owner.clone(), credits.clone());
        async move {
            let (mut granted, mut spent) = (0, 0);
            for step in 0..40 {
                let key = format!("{number}-{step}");
                let amount = 1 + (step * 7 + number) as u64 % 9;
                let body = json!({ "amount": amount });
                match (step + number) % 5 {
                    0 | 1 => {
                        let reply = who.post_once(&format!("{credits}/consume"), &key, body).await;
                        spent += if reply.status == 201 { amount } else { 0 };
                    }
                    2 => {
                        let held = who.post_once(&format!("{credits}/reservations"), &key, body).await;
                        if held.status != 201 {
                            held.refused(402, "insufficient_credits");
                            continue;
                        }
                        let path = format!("{credits}/reservations/{}", held.text_at("/reservation_id"));
                        if step % 2 == 0 {
                            let part = json!({ "amount": amount.div_ceil(2) });
                            who.post_once(&format!("{path}/commit"), &key, part).await.expect(200);
                            spent += amount.div_ceil(2);
                        } else {
                            who.post_once(&format!("{path}/release"), &key, json!({})).await.expect(200);
                        }
                    }
                    3 => {
                        let reply = who.post_once(&format!("{credits}/consume"), &key, body).await;
                        if reply.status == 201 {
                            let refund = json!({ "transaction_id": reply.text_at("/transaction_id") });
                            owner.post_once(&format!("{credits}/refunds"), &key, refund).await.expect(201);
                        }
                    }
                    _ => {
                        owner.post_once(&credits, &key, json!({ "amount": 2, "priority": step })).await.expect(201);
                        granted += 2;
                    }
                }
            }
            (granted, spent)
        }
    });
    let mut set = JoinSet::new();
    workers.for_each(|worker| drop(set.spawn(worker)));
    let sums = set.join_all().await;
    let (granted, spent) = sums.iter().fold((400, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let left = owner.get(CREDITS).await.expect(200);
    assert_eq!((&left.body["balance"], &left.body["reserved"]), (&json!(granted - spent), &json!(0)));
    let usage = owner.get(&format!("/api/v1/organizations/{id}/credit-usage")).await.expect(200);
    let used: u64 = usage.items().iter().map(|member| member["month"]["used"].as_u64().unwrap()).sum();
    assert_eq!(used, spent);
    verify(&server).await;
}

/// Two servers on one database: the pool's row is locked, nothing is cached.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_pool() {
    let server = Server::start_as(Database::postgres().await, "default").await;
    let (_second, at_second) = server.another().await;
    let owner = owner_with(&server, 317).await;
    let other = owner.at(&at_second);
    let path = format!("/api/v1/organizations/me/members/{}/quota", owner.user_id);
    owner.put(&path, json!({ "monthly_limit": 300, "daily_limit": 0 })).await.expect(200);
    // Half of them with the same keys at both.
    let all = spends(&owner, 400, "s").map(boxed).chain(spends(&other, 400, "s").map(boxed));
    let all = all.chain(spends(&other, 200, "t").map(boxed));
    let mut transactions: BTreeMap<String, usize> = BTreeMap::new();
    for reply in together(all).await {
        match reply.status.as_u16() {
            201 => *transactions.entry(reply.text_at("/transaction_id")).or_default() += 1,
            _ => drop(reply.refused(429, "quota_exceeded")),
        }
    }
    assert_eq!(transactions.len(), 300);
    assert_eq!(owner.get(CREDITS).await.expect(200).body["balance"], 17);
    assert_eq!(other.get(&path).await.expect(200).body["month"]["used"], 300);
    verify(&server).await;
}

fn boxed(
    request: impl Future<Output = Reply> + Send + 'static,
) -> std::pin::Pin<Box<dyn Future<Output = Reply> + Send>> {
    Box::pin(request)
}

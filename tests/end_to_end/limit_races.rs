//! Limits that no concurrency passes, over HTTP (M-15, N-18, R-MEM-3).

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::client::{Client, Reply};
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(blueprint "strictops":
    fifty_projects_with_room_for_five,
    fifty_acquisitions_with_five_left,
    one_acquisition_sent_fifty_times,
    made_and_deleted_at_random,
    deleted_while_others_come_in,
);

const ORGANIZATION: &str = "/api/v1/organizations/me";

async fn owner_with_limits(server: &Server, limits: Value) -> Client {
    let nobody = server.client();
    let (ann, root) = (nobody.register("Ann").await, nobody.register("Rita Root").await);
    assert!(server.command(&["superadmin", "grant", "--email", &root.email]).await.status.success());
    let id = ann.get(ORGANIZATION).await.expect(200).text_at("/id");
    let path = format!("/api/v1/organizations/{id}/limits");
    root.put(&path, json!({ "limits": limits })).await.expect(200);
    ann
}

async fn together(requests: impl IntoIterator<Item = impl Future<Output = Reply> + Send + 'static>) -> Vec<Reply> {
    let mut set = JoinSet::new();
    for request in requests {
        set.spawn(request);
    }
    set.join_all().await
}

async fn used(who: &Client, limit: &str) -> Value {
    let usage = who.get(&format!("{ORGANIZATION}/usage")).await.expect(200);
    usage.body["limits"].as_array().unwrap().iter().find(|it| it["name"] == limit).unwrap()["used"].clone()
}

/// Counts the successes; every other one is refused with true figures.
fn admitted(replies: Vec<Reply>, limit: &str, max: u64) -> usize {
    let mut admitted = 0;
    for reply in replies {
        if reply.status.is_success() {
            admitted += 1;
        } else {
            let full = reply.refused(409, "limit_reached");
            let figures = (&full.body["limit"], &full.body["used"], &full.body["max"]);
            assert_eq!(figures, (&json!(limit), &json!(max), &json!(max)));
        }
    }
    admitted
}

/// Under the limit of the kind, and under that of all kinds.
async fn fifty_projects_with_room_for_five(server: Server) {
    let ann = owner_with_limits(&server, json!({ "projects": 7, "workspaces": 0 })).await;
    for name in ["One", "Two"] {
        ann.post("/api/v1/projects", json!({ "name": name })).await.expect(201);
    }
    let create = |who: &Client| {
        let who = who.clone();
        async move { who.post("/api/v1/projects", json!({ "name": "Project" })).await }
    };
    assert_eq!(admitted(together((0..50).map(|_| create(&ann))).await, "projects", 7), 5);
    assert_eq!(used(&ann, "projects").await, 7);
    assert_eq!(ann.get(ORGANIZATION).await.expect(200).body["workspaces_count"], 7);
    assert_eq!(ann.get("/api/v1/projects?limit=100").await.expect(200).items().len(), 7);

    let bob = server.client().register("Bob").await;
    let root = server.client().login("rita.root@example.com", crate::client::PASSWORD).await;
    let id = bob.get(ORGANIZATION).await.expect(200).text_at("/id");
    let limits = json!({ "limits": { "workspaces": 5, "projects": 0 } });
    root.put(&format!("/api/v1/organizations/{id}/limits"), limits).await.expect(200);
    assert_eq!(admitted(together((0..50).map(|_| create(&bob))).await, "workspaces", 5), 5);
    assert_eq!(bob.get("/api/v1/projects?limit=100").await.expect(200).items().len(), 5);
}

async fn fifty_acquisitions_with_five_left(server: Server) {
    let ann = owner_with_limits(&server, json!({ "cpu": 8 })).await;
    let acquire = format!("{ORGANIZATION}/usage/cpu/acquire");
    ann.post_once(&acquire, "before", json!({ "amount": 3 })).await.expect(200);
    let replies = together((0..50).map(|n| {
        let (ann, acquire) = (ann.clone(), acquire.clone());
        async move { ann.post_once(&acquire, &format!("key-{n}"), json!({ "amount": 1 })).await }
    }))
    .await;
    assert_eq!(admitted(replies, "cpu", 8), 5);
    assert_eq!(used(&ann, "cpu").await, 8);
}

/// R-IDEM-1, R-IDEM-3: one effect, fifty equal answers.
async fn one_acquisition_sent_fifty_times(server: Server) {
    let ann = owner_with_limits(&server, json!({ "memory": 100 })).await;
    let replies = together((0..50).map(|_| {
        let ann = ann.clone();
        let acquire = format!("{ORGANIZATION}/usage/memory/acquire");
        async move { ann.post_once(&acquire, "the-same", json!({ "amount": 60 })).await }
    }))
    .await;
    for reply in replies {
        assert_eq!(reply.expect(200).body["used"], 60);
    }
    assert_eq!(used(&ann, "memory").await, 60);
}

/// Counters are what there is, after any run.
async fn made_and_deleted_at_random(server: Server) {
    let ann = owner_with_limits(&server, json!({ "projects": 20, "workspaces": 0 })).await;
    let workers = (0..8_u64).map(|worker| {
        let ann = ann.clone();
        async move {
            let mut mine: Vec<String> = Vec::new();
            let mut state = worker + 1;
            for _ in 0..15 {
                // xorshift: a different, repeatable order for each worker.
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                if state % 3 == 0 && !mine.is_empty() {
                    let id = mine.swap_remove(usize::try_from(state % 7).unwrap() % mine.len());
                    ann.delete(&format!("/api/v1/projects/{id}")).await.expect(204);
                } else {
                    let made = ann.post("/api/v1/projects", json!({ "name": "Project" })).await;
                    match made.status.as_u16() {
                        201 => mine.push(made.text_at("/id")),
                        _ => drop(made.refused(409, "limit_reached")),
                    }
                }
            }
            ann.get(ORGANIZATION).await
        }
    });
    for reply in together(workers).await {
        reply.expect(200);
    }
    let there = ann.get("/api/v1/projects?limit=100").await.expect(200).items().len();
    assert!(there <= 20);
    assert_eq!(used(&ann, "projects").await, there);
    assert_eq!(ann.get(ORGANIZATION).await.expect(200).body["workspaces_count"], there);
}

/// A workspace that is deleted while others write to it: they are in it, or it was not there.
async fn deleted_while_others_come_in(server: Server) {
    let nobody = server.client();
    let ann = nobody.register("Ann").await;
    let mut people = Vec::new();
    for n in 0..4 {
        let who = nobody.sign_up(&format!("Person {n}")).await;
        ann.post(&format!("{ORGANIZATION}/members"), json!({ "user_id": who.user_id })).await.expect(201);
        people.push(who.user_id);
    }
    for trial in 0..3 {
        let project = ann.post("/api/v1/projects", json!({ "name": format!("P{trial}") })).await.expect(201);
        let at = format!("{ORGANIZATION}/workspaces/{}", project.text_at("/id"));
        let mut set = JoinSet::new();
        for user in people.clone() {
            let (ann, members) = (ann.clone(), format!("{at}/members"));
            set.spawn(async move { ann.post(&members, json!({ "member_id": user })).await });
        }
        let (who, path) = (ann.clone(), at.clone());
        set.spawn(async move { who.delete(&path).await });
        for reply in set.join_all().await {
            match reply.status.as_u16() {
                201 | 204 => {}
                _ => drop(reply.refused(404, "workspace_not_found")),
            }
        }
        ann.get(&at).await.refused(404, "workspace_not_found");
    }
}

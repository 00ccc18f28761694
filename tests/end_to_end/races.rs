//! Races over HTTP, with real concurrency (R-MEM).

use serde_json::json;
use tokio::task::JoinSet;

use crate::client::{Client, PASSWORD, Reply};
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(
    two_owners_go_at_once,
    twenty_first_requests,
    twenty_adds_of_one_user,
    twenty_organizations_of_one_name,
    a_removed_member_is_out_with_the_next_request,
);

async fn at_once(requests: impl IntoIterator<Item = impl Future<Output = Reply> + Send + 'static>) -> Vec<u16> {
    let mut set = JoinSet::new();
    for request in requests {
        set.spawn(request);
    }
    set.join_all().await.into_iter().map(|reply| reply.status.as_u16()).collect()
}

/// R-MEM-1: two owners leave, or demote each other, or remove each other, at
/// once: one stays. 200 tries.
async fn two_owners_go_at_once(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    let path =
        format!("/api/v1/organizations/{}", ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id"));
    let second_owner = json!({ "user_id": bob.user_id, "role": "owner" });
    ann.post(&format!("{path}/members"), second_owner.clone()).await.expect(201);
    for trial in 0..200 {
        let (first, second) = (ann.clone(), bob.clone());
        let (one, other) = (path.clone(), path.clone());
        let (anns, bobs) = (ann.user_id.clone(), bob.user_id.clone());
        let replies = tokio::join!(
            tokio::spawn(async move { go(first, &one, trial % 4, &bobs).await }),
            tokio::spawn(async move { go(second, &other, (trial / 4) % 4, &anns).await }),
        );
        let statuses = [replies.0.unwrap(), replies.1.unwrap()];
        let owners: Vec<_> = owners(&ann, &bob, &path).await;
        assert_eq!(owners.len(), 1, "trial {trial}: {statuses:?} left {} owners", owners.len());
        // Back to two owners, by the one who is left.
        let (left, gone) = if owners[0] == ann.user_id { (&ann, &bob) } else { (&bob, &ann) };
        let of_gone = format!("{path}/members/{}", gone.user_id);
        let again = left.patch(&of_gone, json!({ "role": "owner" })).await;
        if again.status.as_u16() == 404 {
            let back = json!({ "user_id": gone.user_id, "role": "owner" });
            left.post(&format!("{path}/members"), back).await.expect(201);
        } else {
            again.expect(200);
        }
    }
}

/// One way for an owner to stop being one, or to stop the other.
async fn go(who: Client, path: &str, way: u32, other: &str) -> u16 {
    let own = format!("{path}/members/{}", who.user_id);
    let reply = match way {
        0 => who.post(&format!("{path}/leave"), json!({})).await,
        1 => who.patch(&own, json!({ "role": "member" })).await,
        2 => who.patch(&format!("{path}/members/{other}"), json!({ "role": "admin" })).await,
        _ => who.delete(&format!("{path}/members/{other}")).await,
    };
    reply.status.as_u16()
}

async fn owners(ann: &Client, bob: &Client, path: &str) -> Vec<String> {
    for who in [ann, bob] {
        let list = who.get(&format!("{path}/members?role=owner")).await;
        if list.status.is_success() {
            return list.items().iter().map(|owner| owner["user"]["id"].as_str().unwrap().to_owned()).collect();
        }
    }
    Vec::new()
}

/// S-04, C-120: one organization, however many ask first.
async fn twenty_first_requests(server: Server) {
    let nobody = server.client();
    let ann = nobody.register("Ann").await;
    let name = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/name");
    ann.delete_with("/api/v1/organizations/me", json!({ "name": name })).await.expect(204);
    let statuses = at_once((0..20).map(|_| {
        let ann = ann.clone();
        async move { ann.get("/auth/me").await }
    }))
    .await;
    assert_eq!(statuses, [200; 20]);
    assert_eq!(ann.get("/api/v1/organizations").await.expect(200).items().len(), 1);
}

/// R-MEM-2: one membership, one 201, nineteen 409, and a true counter.
async fn twenty_adds_of_one_user(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    let mut statuses = at_once((0..20).map(|_| {
        let (ann, user_id) = (ann.clone(), bob.user_id.clone());
        async move { ann.post("/api/v1/organizations/me/members", json!({ "user_id": user_id })).await }
    }))
    .await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert_eq!(statuses[1..], [409; 19]);
    assert_eq!(ann.get("/api/v1/organizations/me").await.expect(200).body["users_count"], 2);
    assert_eq!(ann.get("/api/v1/organizations/me/members").await.expect(200).items().len(), 2);
}

/// Slugs are unique, names are not: twenty at once make twenty, with twenty slugs;
/// but one slug is given once.
async fn twenty_organizations_of_one_name(server: Server) {
    let ann = server.client().register("Ann").await;
    let create = async |body: serde_json::Value| {
        at_once((0..20).map(|_| {
            let (ann, body) = (ann.clone(), body.clone());
            async move { ann.post("/api/v1/organizations", body).await }
        }))
        .await
    };
    assert_eq!(create(json!({ "name": "Twin" })).await, [201; 20]);
    let mut statuses = create(json!({ "name": "Single", "slug": "single" })).await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (201, [409; 19].as_slice()));
    let mine = ann.get("/api/v1/organizations?limit=100").await.expect(200);
    let slugs: std::collections::HashSet<_> = mine.items().iter().map(|mine| mine["slug"].to_string()).collect();
    assert_eq!((mine.items().len(), slugs.len()), (22, 22));
}

/// R-CONS-1, ASVS 8.3.2: after the answer, no process lets the member in.
async fn a_removed_member_is_out_with_the_next_request(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    let path =
        format!("/api/v1/organizations/{}", ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id"));
    // One SQLite file is for one process; several share a PostgreSQL.
    let second = if server.database().sqlite_file().is_none() { Some(server.another().await) } else { None };
    let elsewhere = second.as_ref().map_or_else(|| bob.clone(), |(_, other)| bob.at(other));
    for _ in 0..20 {
        ann.post(&format!("{path}/members"), json!({ "user_id": bob.user_id })).await.expect(201);
        elsewhere.get(&path).await.expect(200);
        ann.delete(&format!("{path}/members/{}", bob.user_id)).await.expect(204);
        elsewhere.get(&path).await.refused(404, "organization_not_found");
    }
    let session = nobody.login(&bob.email, PASSWORD).await;
    let session = second.as_ref().map_or_else(|| session.clone(), |(_, other)| session.at(other));
    session.get("/auth/me").await.expect(200);
    bob.delete("/api/v1/users/me/sessions").await.expect(200);
    session.get("/auth/me").await.refused(401, "unauthenticated");
}

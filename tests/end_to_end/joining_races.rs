//! Races of the ways into an organization, over HTTP (R-INV, R-MEM).

use serde_json::json;
use tokio::task::JoinSet;

use crate::client::{Client, PASSWORD, Reply};
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(
    one_invitation_accepted_twenty_times,
    twenty_invitations_of_one_address,
    accepted_while_it_is_taken_back,
    accepted_while_the_organization_goes,
    registered_twenty_times_with_one_token,
    fifty_at_a_limit_with_five_left,
);

const INVITES: &str = "/api/v1/organizations/me/invites";
const ACCEPT: &str = "/api/v1/organizations/invites/accept";

async fn at_once(requests: impl IntoIterator<Item = impl Future<Output = Reply> + Send + 'static>) -> Vec<u16> {
    let mut set = JoinSet::new();
    for request in requests {
        set.spawn(request);
    }
    let mut statuses: Vec<u16> = set.join_all().await.into_iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    statuses
}

async fn invite(who: &Client, email: &str) -> (String, String) {
    let invited = who.post(INVITES, json!({ "email": email })).await.expect(201);
    (invited.text_at("/invitation/id"), invited.text_at("/token"))
}

/// R-INV-1: one membership, one 200.
async fn one_invitation_accepted_twenty_times(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    let (_, token) = invite(&ann, &bob.email).await;
    let statuses = at_once((0..20).map(|_| {
        let (bob, token) = (bob.clone(), token.clone());
        async move { bob.post(ACCEPT, json!({ "token": token })).await }
    }))
    .await;
    assert_eq!((statuses[0], &statuses[1..]), (200, [404; 19].as_slice()));
    assert_eq!(ann.get("/api/v1/organizations/me").await.expect(200).body["users_count"], 2);
    assert_eq!(ann.get("/api/v1/organizations/me/members").await.expect(200).items().len(), 2);
}

/// R-INV-3: one pending.
async fn twenty_invitations_of_one_address(server: Server) {
    let ann = server.client().register("Ann").await;
    let statuses = at_once((0..20).map(|_| {
        let ann = ann.clone();
        async move { ann.post(INVITES, json!({ "email": "bob@example.com" })).await }
    }))
    .await;
    assert_eq!((statuses[0], &statuses[1..]), (201, [409; 19].as_slice()));
    assert_eq!(ann.get(INVITES).await.expect(200).items().len(), 1);
}

/// R-INV-2: one of the two wins, and the membership says which.
async fn accepted_while_it_is_taken_back(server: Server) {
    let nobody = server.client();
    let ann = nobody.register("Ann").await;
    for round in 0..20 {
        let bob = nobody.register(&format!("Bob {round}")).await;
        let (id, token) = invite(&ann, &bob.email).await;
        let (accepting, revoking) = (bob.clone(), ann.clone());
        let accept =
            tokio::spawn(async move { accepting.post(ACCEPT, json!({ "token": token })).await.status.as_u16() });
        let revoke = tokio::spawn(async move { revoking.delete(&format!("{INVITES}/{id}")).await.status.as_u16() });
        let statuses = (accept.await.unwrap(), revoke.await.unwrap());
        let is_member = ann.get(&format!("/api/v1/organizations/me/members/{}", bob.user_id)).await.status.is_success();
        assert!(matches!((statuses, is_member), ((200, 404), true) | ((404, 204), false)), "{round}: {statuses:?}");
    }
}

/// R-MEM-5: nothing is left of it, whoever wins.
async fn accepted_while_the_organization_goes(server: Server) {
    let nobody = server.client();
    let ann = nobody.register("Ann").await;
    for round in 0..10 {
        let bob = nobody.register(&format!("Bob {round}")).await;
        ann.post("/api/v1/organizations", json!({ "name": "Short" })).await.expect(201);
        let (_, token) = invite(&ann, &bob.email).await;
        let (accepting, deleting) = (bob.clone(), ann.clone());
        let accept =
            tokio::spawn(async move { accepting.post(ACCEPT, json!({ "token": token })).await.status.as_u16() });
        let delete = tokio::spawn(async move {
            deleting.delete_with("/api/v1/organizations/me", json!({ "name": "Short" })).await.status.as_u16()
        });
        let statuses = (accept.await.unwrap(), delete.await.unwrap());
        assert!(matches!(statuses, (200 | 404, 204)), "round {round}: {statuses:?}");
        assert_eq!(bob.get("/api/v1/organizations").await.expect(200).items().len(), 1, "round {round}");
    }
}

/// One account and one membership, whatever else is tried at once.
async fn registered_twenty_times_with_one_token(server: Server) {
    let nobody = server.client();
    let ann = nobody.register("Ann").await;
    let (_, token) = invite(&ann, "bob@example.com").await;
    let body = json!({ "email": "bob@example.com", "password": PASSWORD, "name": "Bob", "invitation_token": token });
    let statuses = at_once((0..20).map(|_| {
        let (nobody, body) = (nobody.clone(), body.clone());
        async move { nobody.post("/api/v1/auth/register", body).await }
    }))
    .await;
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| matches!(status, 404 | 409)), "{statuses:?}");
    assert_eq!(ann.get("/api/v1/organizations/me").await.expect(200).body["users_count"], 2);
}

/// M-16, R-MEM-3: additions and acceptances at once admit exactly as many as there is room for.
async fn fifty_at_a_limit_with_five_left(server: Server) {
    let nobody = server.client();
    let (ann, root) = (nobody.register("Ann").await, nobody.register("Rita Root").await);
    assert!(server.command(&["superadmin", "grant", "--email", &root.email]).await.status.success());
    let id = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let limits = format!("/api/v1/organizations/{id}/limits");
    root.put(&limits, json!({ "limits": { "members": 6 } })).await.expect(200);
    let mut people = Vec::new();
    for n in 0..50 {
        let who = nobody.sign_up(&format!("Person {n}")).await;
        let token = if n % 2 == 0 { Some(invite(&ann, &who.email).await.1) } else { None };
        people.push((who, token));
    }
    let mut set = JoinSet::new();
    for (who, token) in people {
        let ann = ann.clone();
        set.spawn(async move {
            match token {
                Some(token) => who.post(ACCEPT, json!({ "token": token })).await,
                None => ann.post("/api/v1/organizations/me/members", json!({ "user_id": who.user_id })).await,
            }
        });
    }
    let (mut admitted, mut refused) = (0, 0);
    for reply in set.join_all().await {
        match reply.status.as_u16() {
            200 | 201 => admitted += 1,
            _ => {
                let full = reply.refused(409, "limit_reached");
                assert_eq!((&full.body["used"], &full.body["max"]), (&json!(6), &json!(6)), "true figures");
                refused += 1;
            }
        }
    }
    assert_eq!((admitted, refused), (5, 45));
    assert_eq!(ann.get("/api/v1/organizations/me").await.expect(200).body["users_count"], 6);
    assert_eq!(ann.get("/api/v1/organizations/me/members?limit=100").await.expect(200).items().len(), 6);
}

//! One organization per user (M-02, N-09): however somebody comes in, and
//! however many ways at once.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::client::Client;
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(blueprint "mipiti":
    only_what_signing_up_brought_gives_way,
    two_invitations_accepted_at_once,
    an_addition_beside_an_invitation,
);

const ACCEPT: &str = "/api/v1/organizations/invites/accept";

async fn organizations(who: &Client) -> Vec<Value> {
    who.get("/api/v1/organizations").await.expect(200).items().clone()
}

async fn invite(who: &Client, email: &str) -> String {
    let body = json!({ "email": email, "mode": "link" });
    who.post("/api/v1/organizations/me/invites", body).await.expect(201).text_at("/token")
}

async fn only_what_signing_up_brought_gives_way(server: Server) {
    let nobody = server.client();
    let (ann, dan) = (nobody.register("Ann").await, nobody.register("Dan").await);
    // An organization that somebody named is theirs to keep.
    let token = invite(&dan, &ann.email).await;
    ann.post(ACCEPT, json!({ "token": token })).await.refused(409, "already_in_organization");
    let add = json!({ "user_id": dan.user_id });
    ann.post("/api/v1/organizations/me/members", add).await.refused(409, "already_in_organization");
    ann.post("/api/v1/organizations", json!({ "name": "Second" })).await.refused(409, "already_in_organization");
    assert_eq!((organizations(&ann).await.len(), organizations(&dan).await.len()), (1, 1));

    // What signing up brought is replaced, and gone.
    let bob = nobody.sign_up("Bob").await;
    let personal = organizations(&bob).await[0]["id"].as_str().unwrap().to_owned();
    let token = invite(&ann, &bob.email).await;
    bob.post(ACCEPT, json!({ "token": token })).await.expect(200);
    let mine = organizations(&bob).await;
    assert_eq!((mine.len(), &mine[0]["name"]), (1, &json!("Ann Incorporated")));
    bob.get(&format!("/api/v1/organizations/{personal}")).await.refused(404, "organization_not_found");
    // And there it ends: the second one is refused.
    dan.post("/api/v1/organizations/me/members", json!({ "user_id": bob.user_id }))
        .await
        .refused(409, "already_in_organization");
    bob.post("/api/v1/organizations", json!({ "name": "Third" })).await.refused(409, "already_in_organization");

    // Not vacant: something is in it, so it stays.
    let cid = nobody.sign_up("Cid").await;
    let role = json!({ "name": "Auditor", "permissions": ["audit.read"] });
    cid.post("/api/v1/organizations/me/roles", role).await.expect(201);
    let token = invite(&ann, &cid.email).await;
    cid.post(ACCEPT, json!({ "token": token })).await.refused(409, "already_in_organization");
    // A placeholder gives way to an organization of one's own, too.
    let eve = nobody.sign_up("Eve").await;
    eve.post("/api/v1/organizations", json!({ "name": "Eve's" })).await.expect(201);
    assert_eq!(organizations(&eve).await.len(), 1);
    // Leaving makes room.
    let id = mine[0]["id"].as_str().unwrap();
    bob.post(&format!("/api/v1/organizations/{id}/leave"), json!({})).await.expect(204);
    dan.post("/api/v1/organizations/me/members", json!({ "user_id": bob.user_id })).await.expect(201);
}

async fn two_invitations_accepted_at_once(server: Server) {
    let nobody = server.client();
    let (ann, dan) = (nobody.register("Ann").await, nobody.register("Dan").await);
    for round in 0..20 {
        let bob = nobody.sign_up(&format!("Bob {round}")).await;
        let mut set = JoinSet::new();
        for token in [invite(&ann, &bob.email).await, invite(&dan, &bob.email).await] {
            let bob = bob.clone();
            set.spawn(async move { bob.post(ACCEPT, json!({ "token": token })).await.status.as_u16() });
        }
        let mut statuses = set.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "round {round}");
        assert_eq!(organizations(&bob).await.len(), 1, "round {round}");
    }
}

async fn an_addition_beside_an_invitation(server: Server) {
    let nobody = server.client();
    let (ann, dan) = (nobody.register("Ann").await, nobody.register("Dan").await);
    for round in 0..20 {
        let bob = nobody.sign_up(&format!("Bob {round}")).await;
        let token = invite(&ann, &bob.email).await;
        let accepting = bob.clone();
        let accept =
            tokio::spawn(async move { accepting.post(ACCEPT, json!({ "token": token })).await.status.as_u16() });
        let (adding, user_id) = (dan.clone(), bob.user_id.clone());
        let add = tokio::spawn(async move {
            adding.post("/api/v1/organizations/me/members", json!({ "user_id": user_id })).await.status.as_u16()
        });
        let statuses = (accept.await.unwrap(), add.await.unwrap());
        assert!(matches!(statuses, (200, 409) | (409, 201)), "round {round}: {statuses:?}");
        assert_eq!(organizations(&bob).await.len(), 1, "round {round}");
    }
}

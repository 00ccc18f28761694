//! The walk of NeoSC's document: registration with an organization, the bare
//! list, counters, the audit trail.

use serde_json::json;

use crate::client::Client;
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(registering_and_listing, counters_are_current, the_audit_trail);

/// The document's own request body (N-06).
async fn john(nobody: &Client) -> Client {
    let body = json!({
        "email": "user@neogenesys.com", "password": "secure_password", "name": "John Doe", "organization": "Neogenesys",
    });
    nobody.post("/api/auth/register", body).await.expect(201);
    nobody.login("user@neogenesys.com", "secure_password").await
}

async fn registering_and_listing(server: Server) {
    let nobody = server.client();
    let john = john(&nobody).await;
    // N-04: a bare array of N-02's objects, newest conventions or not.
    let list = john.get("/api/organizations").await.expect(200);
    let organizations = list.body.as_array().expect("a bare array");
    assert_eq!(organizations.len(), 1);
    let neogenesys = &organizations[0];
    assert_eq!(neogenesys["name"], "Neogenesys");
    assert_eq!((&neogenesys["users_count"], &neogenesys["workspaces_count"]), (&json!(1), &json!(0)));
    assert!(neogenesys["created_at"].as_str().unwrap().ends_with('Z'));
    let domain = john.patch("/api/organizations/me", json!({ "domain": "Neogenesys.com" })).await.expect(200);
    assert_eq!(domain.body["domain"], "neogenesys.com");

    // N-06 as decided: naming somebody's organization does not let anybody in.
    let body = json!({
        "email": "mallory@example.com", "password": crate::client::PASSWORD, "name": "Mallory", "organization": "Neogenesys",
    });
    let mallory = nobody.post("/api/auth/register", body).await.expect(201);
    assert_ne!(mallory.body["organization"]["id"], neogenesys["id"]);
    assert_ne!(mallory.body["organization"]["slug"], neogenesys["slug"]);
    assert_eq!(mallory.body["organization"]["name"], "Neogenesys", "names are not unique");

    // N-44: one account an e-mail, whatever its case; one answer for every failed login.
    let again = json!({ "email": "USER@neogenesys.com", "password": crate::client::PASSWORD, "name": "J" });
    nobody.post("/api/auth/register", again).await.refused(409, "email_already_registered");
    let wrong = json!({ "email": "user@neogenesys.com", "password": "wrong" });
    let unknown = json!({ "email": "nobody@neogenesys.com", "password": "wrong" });
    let wrong = nobody.post("/api/auth/login", wrong).await.refused(401, "invalid_credentials");
    let unknown = nobody.post("/api/auth/login", unknown).await.refused(401, "invalid_credentials");
    assert_eq!(wrong.body["detail"], unknown.body["detail"]);
    nobody.get("/api/organizations").await.refused(401, "unauthenticated");
}

/// N-16: always the current count.
async fn counters_are_current(server: Server) {
    let nobody = server.client();
    let john = john(&nobody).await;
    let count = async || john.get("/api/organizations/me").await.expect(200).body["users_count"].as_u64().unwrap();
    let mut members = Vec::new();
    for name in ["Ann", "Bob", "Cid"] {
        let member = nobody.register(name).await;
        john.post("/api/organizations/me/members", json!({ "email": member.email })).await.expect(201);
        members.push(member);
    }
    assert_eq!(count().await, 4);
    john.delete(&format!("/api/organizations/me/members/{}", members[0].user_id)).await.expect(204);
    assert_eq!(count().await, 3);
    members[1].delete("/api/users/me").await.expect(204);
    assert_eq!(count().await, 2);
    let organization = john.get("/api/organizations/me").await.expect(200).text_at("/id");
    members[2].post(&format!("/api/organizations/{organization}/leave"), json!({})).await.expect(204);
    assert_eq!(count().await, 1);
}

/// N-12, N-41: all activities, newest first, in a chain that verifies.
async fn the_audit_trail(server: Server) {
    let nobody = server.client();
    let john = john(&nobody).await;
    let ann = nobody.register("Ann").await;
    john.post("/api/organizations/me/members", json!({ "email": ann.email })).await.expect(201);
    john.patch("/api/organizations/me", json!({ "name": "Neogenesys SA" })).await.expect(200);
    john.delete(&format!("/api/organizations/me/members/{}", ann.user_id)).await.expect(204);
    let log = john.get("/api/organizations/me/audit-events").await.expect(200);
    let actions: Vec<_> = log.items().iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        ["remove_user_from_org", "update_organization", "add_user_to_org", "add_user_to_org", "create_organization"]
    );
    assert_eq!(log.items()[0]["user_email"], "user@neogenesys.com");
    assert!(log.items().iter().all(|event| event["request_id"].is_string() && event["ip_address"] == "127.0.0.1"));
    let export = john.get("/api/organizations/me/audit-events?format=ndjson").await.expect(200);
    assert_eq!(export.text.lines().count(), 5);
    let verified = server.command(&["audit", "verify"]).await;
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

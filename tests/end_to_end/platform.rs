//! Superadmins: made at the command line, with power over the installation (M-55, M-57).

use serde_json::json;

use crate::client::{Client, PASSWORD};
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(organizations_of_others, stopping_an_organization, disabling_a_user, only_superadmins);

async fn superadmin(server: &Server) -> Client {
    let nobody = server.client();
    let root = nobody.register("Rita Root").await;
    let granted = server.command(&["superadmin", "grant", "--email", &root.email]).await;
    assert!(granted.status.success(), "{}", String::from_utf8_lossy(&granted.stderr));
    root
}

/// M-55, N-32, N-33, N-11.
async fn organizations_of_others(server: Server) {
    let root = superadmin(&server).await;
    let ann = server.client().register("Ann").await;
    let body = json!({ "name": "Partner Corp", "domain": "partnercorp.com", "owner": { "email": ann.email } });
    // N-13: an address that nobody has shown to be theirs names nobody.
    let unshown = root.post("/api/v1/platform/organizations", body.clone()).await;
    unshown.refused(409, "account_email_not_verified");
    server.mailbox().verify(&ann).await;
    let made = root.post("/api/v1/platform/organizations", body).await.expect(201);
    assert_eq!(made.body["slug"], "partner-corp");
    let path = format!("/api/v1/organizations/{}", made.text_at("/id"));
    assert_eq!(ann.get(&format!("{path}/member")).await.expect(200).body["role"], "owner");
    let all = root.get("/api/v1/platform/organizations").await.expect(200);
    assert_eq!(all.items()[0]["id"], made.body["id"], "newest first");
    assert_eq!(all.items().len(), 3);
    let taken = json!({ "name": "Another", "slug": "partner-corp", "owner": { "user_id": ann.user_id } });
    root.post("/api/v1/platform/organizations", taken).await.refused(409, "slug_taken");
    // A superadmin works in every organization without being a member, and is audited there.
    root.patch(&path, json!({ "description": "by the operator" })).await.expect(200);
    let events = ann.get(&format!("{path}/audit-events?actor={}", root.user_id)).await.expect(200);
    assert_eq!(events.items()[0]["action"], "update_organization");
    root.get(&format!("{path}/member")).await.refused(404, "member_not_found");
    root.delete_with(&path, json!({ "name": "Partner Corp" })).await.expect(204);
}

/// N-35, N-36: suspended can be read, locked down cannot be used, restored is as before.
async fn stopping_an_organization(server: Server) {
    let root = superadmin(&server).await;
    let ann = server.client().register("Ann").await;
    let id = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let stop = async |how: &str| root.post(&format!("/api/v1/platform/organizations/{id}/{how}"), json!({})).await;
    stop("suspend").await.expect(200);
    stop("suspend").await.refused(409, "status_unchanged");
    assert_eq!(ann.get("/api/v1/organizations/me").await.expect(200).body["status"], "suspended");
    ann.patch("/api/v1/organizations/me", json!({ "name": "X" })).await.refused(403, "organization_suspended");
    let check = ann.post("/api/v1/organizations/me/check", json!({ "permission": "member.add" })).await.expect(200);
    assert_eq!(check.body["allowed"], false);
    // N-35: whoever had something open is out, and it is said how many; others are not.
    let (second, other) = (server.client().login(&ann.email, PASSWORD).await, server.client().register("Bob").await);
    let locked = stop("lockdown").await.expect(200);
    assert_eq!((&locked.body["status"], &locked.body["killed_sessions"]), (&json!("lockdown"), &json!(2)));
    for out in [&ann, &second] {
        out.get("/auth/me").await.refused(401, "unauthenticated");
    }
    other.get("/auth/me").await.expect(200);
    let ann = server.client().login(&ann.email, PASSWORD).await;
    ann.get("/api/v1/organizations/me").await.refused(403, "organization_locked_down");
    stop("restore").await.expect(200);
    ann.patch("/api/v1/organizations/me", json!({ "name": "X" })).await.expect(200);
}

/// M-57: a disabled user cannot log in, and their sessions end at once (R-CONS-1).
async fn disabling_a_user(server: Server) {
    let root = superadmin(&server).await;
    let nobody = server.client();
    let ann = nobody.register("Ann").await;
    let found = root.get("/api/v1/platform/users?search=ann@").await.expect(200);
    assert_eq!(found.items()[0]["id"], ann.user_id.as_str());
    root.post(&format!("/api/v1/platform/users/{}/disable", ann.user_id), json!({})).await.expect(200);
    ann.get("/auth/me").await.refused(401, "unauthenticated");
    let login = json!({ "email": ann.email, "password": PASSWORD });
    nobody.post("/api/v1/auth/login", login.clone()).await.refused(401, "invalid_credentials");
    let add = json!({ "user_id": ann.user_id });
    root.post("/api/v1/organizations/me/members", add).await.refused(409, "account_disabled");
    root.post(&format!("/api/v1/platform/users/{}/enable", ann.user_id), json!({})).await.expect(200);
    nobody.post("/api/v1/auth/login", login).await.expect(200);
}

async fn only_superadmins(server: Server) {
    let ann = server.client().register("Ann").await;
    for path in ["/api/v1/platform/organizations", "/api/v1/platform/users"] {
        ann.get(path).await.refused(403, "superadmin_required");
    }
    let id = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    ann.post(&format!("/api/v1/platform/organizations/{id}/suspend"), json!({}))
        .await
        .refused(403, "superadmin_required");
    let denied = ann.get("/api/v1/organizations/me/audit-events?action=access_denied").await.expect(200);
    assert_eq!(denied.items().len(), 3);
    // The power can be taken back, and is gone with the next request.
    let root = superadmin(&server).await;
    root.get("/api/v1/platform/users").await.expect(200);
    assert!(server.command(&["superadmin", "revoke", "--email", &root.email]).await.status.success());
    root.get("/api/v1/platform/users").await.refused(403, "superadmin_required");
}

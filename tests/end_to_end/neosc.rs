//! The walk of NeoSC's document: registration with an organization, the bare
//! list, counters, the audit trail.

use serde_json::json;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(blueprint "neosc":
    registering_and_listing,
    the_default_organization,
    invited_in_bulk,
    counters_are_current,
    departments_customers_and_partners,
    the_tenant_of_newer_code,
    the_list_of_workspaces,
    capacity,
    the_audit_trail,
);

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

/// N-05, N-06, N-09: who names no organization is in the one that all share.
async fn the_default_organization(server: Server) {
    let nobody = server.client();
    let first = nobody.sign_up("Fay First").await;
    let shared = first.get("/api/organizations").await.expect(200).body[0].clone();
    assert_eq!((&shared["name"], &shared["domain"]), (&json!("Default Organization"), &json!("neogenesys.com")));
    let mut set = JoinSet::new();
    for n in 0..20 {
        let nobody = nobody.clone();
        set.spawn(async move { nobody.sign_up(&format!("User {n}")).await });
    }
    let others = set.join_all().await;
    // Naming it is naming none.
    let named = nobody.register_in("named@example.com", "Nora", "Default Organization").await;
    for who in others.iter().chain([&named]) {
        let mine = who.get("/api/organizations").await.expect(200);
        assert_eq!((mine.body.as_array().unwrap().len(), &mine.body[0]["id"]), (1, &shared["id"]));
    }
    assert_eq!(first.get("/api/organizations/me").await.expect(200).body["users_count"], 22);
    let member = others[0].get("/api/organizations/me/member").await.expect(200);
    assert_eq!((&member.body["role"], &member.body["source"]), (&json!("member"), &json!("sign_up")));

    // Who is removed is not put back by asking who they are.
    first.delete(&format!("/api/organizations/me/members/{}", others[0].user_id)).await.expect(204);
    assert!(others[0].get("/auth/me").await.expect(200).body["organization"].is_null());
    assert_eq!(others[0].get("/api/organizations").await.expect(200).body, json!([]));
    // N-09: an organization of one's own takes the shared one's place.
    let made = others[1].post("/api/organizations", json!({ "name": "Partner Corp" })).await.expect(201);
    let mine = others[1].get("/api/organizations").await.expect(200);
    assert_eq!((mine.body.as_array().unwrap().len(), &mine.body[0]["id"]), (1, &made.body["id"]));
    assert_eq!(first.get("/api/organizations/me").await.expect(200).body["users_count"], 20);
}

/// N-38, N-39: the e-mail says seven days; the invited leave the shared organization for the inviter's.
async fn invited_in_bulk(server: Server) {
    let nobody = server.client();
    let john = john(&nobody).await;
    let (_, ann) = (nobody.sign_up("Fay First").await, nobody.sign_up("Ann").await);
    let body = json!({ "emails": [ann.email, "new@example.com", "bad"], "role": "user", "welcome_message": "Hola" });
    let reply = john.post("/api/organizations/me/invites/bulk", body).await.expect(200);
    let statuses: Vec<_> =
        reply.body["results"].as_array().unwrap().iter().map(|it| it["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["invited", "invited", "invalid"]);
    let invitation = &reply.body["results"][0]["invitation"];
    let days = |field: &str| {
        let format = &time::format_description::well_known::Rfc3339;
        time::OffsetDateTime::parse(invitation[field].as_str().unwrap(), format).unwrap()
    };
    assert_eq!(days("expires_at") - days("created_at"), time::Duration::days(7));
    let mail = server.mailbox().newest(&ann.email, "Neogenesys").await;
    assert!(mail.text.contains("Hola"));
    let joined = ann.post("/api/organizations/invites/accept", json!({ "token": mail.token() })).await.expect(200);
    assert_eq!(joined.body["name"], "Neogenesys");
    assert_eq!(ann.get("/api/organizations").await.expect(200).body.as_array().unwrap().len(), 1);
}

/// N-16: always the current count.
async fn counters_are_current(server: Server) {
    let nobody = server.client();
    let john = john(&nobody).await;
    let count = async || john.get("/api/organizations/me").await.expect(200).body["users_count"].as_u64().unwrap();
    let mut members = Vec::new();
    for name in ["Ann", "Bob", "Cid"] {
        let member = nobody.sign_up(name).await;
        john.post("/api/organizations/me/members", json!({ "user_id": member.user_id })).await.expect(201);
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
    let ann = nobody.sign_up("Ann").await;
    john.post("/api/organizations/me/members", json!({ "user_id": ann.user_id })).await.expect(201);
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

/// N-03: customers apart from each other, and a partner in only where they are let in.
async fn departments_customers_and_partners(server: Server) {
    let nobody = server.client();
    let (it, hr) = (nobody.register("Ines IT").await, nobody.register("Hugo HR").await);
    let partner = nobody.sign_up_as("pat@partner.test", "Pat Partner").await;
    let access = json!({ "user_id": partner.user_id, "all_read": false });
    it.post("/api/organizations/me/members", access).await.expect(201);
    let place = partner.get("/api/organizations/me/member").await.expect(200);
    assert_eq!((&place.body["role"], &place.body["all_read"]), (&json!("member"), &json!(false)));
    let other = hr.get("/api/organizations/me").await.expect(200).text_at("/id");
    for who in [&it, &partner] {
        who.get(&format!("/api/organizations/{other}")).await.refused(404, "organization_not_found");
    }
}

/// N-34: an administrator changes name, plan and status, and nothing that is not on the list.
async fn the_tenant_of_newer_code(server: Server) {
    let nobody = server.client();
    let john = john(&nobody).await;
    let root = nobody.register("Rita Root").await;
    assert!(server.command(&["superadmin", "grant", "--email", &root.email]).await.status.success());
    let id = john.get("/api/organizations/me").await.expect(200).text_at("/id");
    let path = format!("/api/organizations/{id}");
    assert_eq!(john.get(&path).await.expect(200).body["plan"], "STARTER", "N-30");
    root.patch(&path, json!({ "name": "Neogenesys SA" })).await.expect(200);
    root.put(&format!("{path}/plan"), json!({ "plan": "business" })).await.expect(200);
    root.post(&format!("/api/platform/organizations/{id}/suspend"), json!({})).await.expect(200);
    let now = john.get(&path).await.expect(200);
    assert_eq!(
        (&now.body["name"], &now.body["plan"], &now.body["status"]),
        (&json!("Neogenesys SA"), &json!("BUSINESS"), &json!("suspended"))
    );
    root.put(&format!("{path}/plan"), json!({ "plan": "gold" })).await.refused(422, "invalid_request");
    root.patch(&path, json!({ "users_count": 7 })).await.refused(422, "invalid_request");
    root.patch("/api/organizations/00000000-0000-7000-8000-000000000000", json!({ "name": "X" }))
        .await
        .refused(404, "organization_not_found");
}

/// N-10, M-63: only those of the caller's organization, in the documented shape.
async fn the_list_of_workspaces(server: Server) {
    let nobody = server.client();
    let john = john(&nobody).await;
    let other = nobody.register("Olga Other").await;
    other.post("/api/workspaces", json!({ "name": "Theirs" })).await.expect(201);
    let body = json!({ "name": "Research", "description": "Papers" });
    let made = john.post("/api/workspaces", body).await.expect(201);
    let list = john.get("/api/workspaces").await.expect(200);
    let expected =
        json!([{ "id": made.body["id"], "name": "Research", "description": "Papers", "is_personal": false }]);
    assert_eq!(list.body, expected, "a bare array");
    // N-16: and the count is current.
    assert_eq!(john.get("/api/organizations").await.expect(200).body[0]["workspaces_count"], 1);
    for n in 0..3 {
        john.post("/api/workspaces", json!({ "name": format!("Lab {n}") })).await.expect(201);
    }
    let page = john.get("/api/workspaces?limit=2").await.expect(200);
    assert_eq!(page.body.as_array().unwrap().len(), 2);
    assert!(page.headers["link"].to_str().unwrap().contains("rel=\"next\""));
    nobody.get("/api/workspaces").await.refused(401, "unauthenticated");
}

/// N-14: "reserve workspace capacity for growth", "monitor workspace_count for capacity"; N-18, N-20.
async fn capacity(server: Server) {
    let nobody = server.client();
    let john = john(&nobody).await;
    let usage = john.get("/api/organizations/me/usage").await.expect(200);
    let names: Vec<_> =
        usage.body["limits"].as_array().unwrap().iter().map(|limit| limit["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["members", "workspaces", "cpu", "memory", "storage"]);
    // N-20: a role of its own that manages, and need not own.
    let ada = nobody.sign_up("Ada Admin").await;
    let admin = json!({ "user_id": ada.user_id, "role": "admin" });
    let organization = john.post("/api/organizations/me/members", admin).await.expect(201).text_at("/organization_id");
    let path = format!("/api/organizations/{organization}");
    ada.get(&format!("{path}/usage")).await.expect(200);
    let team = ada.post(&format!("{path}/workspaces"), json!({ "name": "Growth" })).await.expect(201);
    assert_eq!(team.body["access"], "manage");
    let storage = format!("{path}/usage/storage/acquire");
    assert_eq!(ada.post_once(&storage, "disk-1", json!({ "amount": 1024 })).await.expect(200).body["used"], 1024);
}

//! Mipiti's workspaces: a personal one for everybody, team workspaces with
//! owners and members, and the organization's limit of them.

use serde_json::{Value, json};

use crate::client::Client;
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(blueprint "mipiti":
    a_personal_workspace_for_everybody,
    a_team_workspace,
    handing_over_and_deleting,
    archived_and_restored,
    the_limit_of_workspaces,
    resource_boundaries,
);

const ORGANIZATION: &str = "/api/v1/organizations/me";
const WORKSPACES: &str = "/api/v1/organizations/me/workspaces";

/// An owner, and two people who came into their organization.
async fn company(nobody: &Client) -> (Client, Client, Client) {
    let owner = nobody.register("Olivia Owner").await;
    let (ugo, uma) = (nobody.sign_up("Ugo User").await, nobody.sign_up("Uma User").await);
    for who in [&ugo, &uma] {
        owner.post(&format!("{ORGANIZATION}/members"), json!({ "user_id": who.user_id })).await.expect(201);
    }
    (owner, ugo, uma)
}

async fn superadmin(server: &Server) -> Client {
    let root = server.client().sign_up("Rita Root").await;
    assert!(server.command(&["superadmin", "grant", "--email", &root.email]).await.status.success());
    root
}

async fn personal(who: &Client) -> Value {
    let list = who.get(WORKSPACES).await.expect(200);
    let own: Vec<_> = list.items().iter().filter(|it| it["is_personal"] == true).cloned().collect();
    assert_eq!(own.len(), 1, "M-50: everybody has one, and sees nobody else's: {}", list.text);
    own[0].clone()
}

/// M-50, M-15, M-46: single-user by design, not shareable, undeletable, not counted.
async fn a_personal_workspace_for_everybody(server: Server) {
    let (owner, ugo, uma) = company(&server.client()).await;
    let own = personal(&ugo).await;
    assert_ne!(personal(&owner).await["id"], own["id"]);
    let id = own["id"].as_str().unwrap();
    let at = format!("{WORKSPACES}/{id}");
    assert_eq!(ugo.get(ORGANIZATION).await.expect(200).body["workspaces_count"], 0, "M-15");
    assert_eq!(ugo.get(&at).await.expect(200).body["access"], "manage");
    // Not for the owner of the organization either.
    owner.get(&at).await.refused(403, "workspace_access_denied");
    owner.delete(&at).await.refused(403, "workspace_access_denied");
    ugo.delete(&at).await.refused(409, "personal_workspace");
    ugo.post(&format!("{at}/archive"), json!({})).await.refused(409, "personal_workspace");
    ugo.post(&format!("{at}/members"), json!({ "member_id": uma.user_id })).await.refused(409, "personal_workspace");
    ugo.post(&format!("{at}/transfer"), json!({ "member_id": uma.user_id })).await.refused(409, "personal_workspace");
    ugo.patch(&at, json!({ "default_access": "read" })).await.refused(409, "personal_workspace");
    let grant = json!({ "grants": [{ "workspace_id": id }] });
    owner.put(&format!("{ORGANIZATION}/members/{}/access", uma.user_id), grant).await.refused(422, "invalid_request");
    // Its name is its user's to choose.
    assert_eq!(ugo.patch(&at, json!({ "name": "Ugo's" })).await.expect(200).body["name"], "Ugo's");

    // Who leaves and comes back finds it again; meanwhile it is nobody's to see.
    owner.delete(&format!("{ORGANIZATION}/members/{}", ugo.user_id)).await.expect(204);
    assert!(owner.get(WORKSPACES).await.expect(200).items().iter().all(|it| it["id"] != id));
    let other = ugo.get("/auth/me").await.expect(200);
    assert_ne!(other.body["organization"]["id"], own["organization_id"]);
    owner.post(&format!("{ORGANIZATION}/members"), json!({ "user_id": ugo.user_id })).await.expect(201);
    assert_eq!(personal(&ugo).await["id"], own["id"]);
}

/// M-51, M-52: made by anybody; its owners say who is in it; members write.
async fn a_team_workspace(server: Server) {
    let (owner, ugo, uma) = company(&server.client()).await;
    // Members of this product may use every shared workspace (M-09); here, only those that they are in.
    for who in [&ugo, &uma] {
        owner.put(&format!("{ORGANIZATION}/members/{}/access", who.user_id), json!({})).await.expect(200);
    }
    let body = json!({ "name": "Payments", "description": "The checkout" });
    let team = ugo.post(WORKSPACES, body).await.expect(201);
    assert_eq!((&team.body["is_personal"], &team.body["description"]), (&json!(false), &json!("The checkout")));
    let at = format!("{WORKSPACES}/{}", team.text_at("/id"));
    uma.get(&at).await.refused(403, "workspace_access_denied");
    let members = format!("{at}/members");
    let added = ugo.post(&members, json!({ "member_id": uma.user_id })).await.expect(201);
    assert_eq!((&added.body["role"], &added.body["email"]), (&json!("member"), &json!(uma.email)));
    ugo.post(&members, json!({ "member_id": uma.user_id })).await.refused(409, "already_in_workspace");
    // "Only owners invite; the invitee must have an account", and be in the organization.
    let stranger = server.client().register("Sid Stranger").await;
    for unknown in [stranger.user_id.as_str(), "00000000-0000-7000-8000-000000000000"] {
        ugo.post(&members, json!({ "member_id": unknown })).await.refused(422, "invalid_request");
    }
    let check = async |who: &Client, permission: &str| {
        let question = json!({ "permission": permission, "workspace_id": team.body["id"] });
        who.post(&format!("{ORGANIZATION}/check"), question).await.expect(200).body["allowed"].clone()
    };
    assert_eq!(check(&uma, "workspace.write").await, true);
    assert_eq!(check(&uma, "workspace.manage").await, false);
    assert_eq!(uma.get(&members).await.expect(200).items().len(), 2, "members view");
    uma.post(&members, json!({ "member_id": owner.user_id })).await.refused(403, "workspace_access_denied");
    uma.patch(&at, json!({ "name": "Mine" })).await.refused(403, "workspace_access_denied");
    ugo.delete(&format!("{members}/{}", uma.user_id)).await.expect(204);
    assert_eq!(check(&uma, "workspace.read").await, false);
    ugo.delete(&format!("{members}/{}", ugo.user_id)).await.refused(409, "last_workspace_owner");
    // If-Match, as everywhere.
    let current = ugo.get(&at).await.expect(200);
    assert!(current.headers.contains_key("etag"));
}

/// M-53, M-54.
async fn handing_over_and_deleting(server: Server) {
    let (owner, ugo, uma) = company(&server.client()).await;
    let team = ugo.post(WORKSPACES, json!({ "name": "Payments" })).await.expect(201).text_at("/id");
    let at = format!("{WORKSPACES}/{team}");
    let to_uma = json!({ "member_id": uma.user_id });
    ugo.post(&format!("{at}/transfer"), to_uma.clone()).await.refused(409, "not_in_workspace");
    ugo.post(&format!("{at}/members"), to_uma.clone()).await.expect(201);
    uma.post(&format!("{at}/transfer"), to_uma.clone()).await.refused(403, "workspace_access_denied");
    assert_eq!(ugo.post(&format!("{at}/transfer"), to_uma).await.expect(200).body["role"], "owner");
    let roles = uma.get(&format!("{at}/members")).await.expect(200);
    let roles: Vec<_> =
        roles.items().iter().map(|it| (it["name"].as_str().unwrap(), it["role"].as_str().unwrap())).collect();
    assert_eq!(roles, [("Ugo User", "member"), ("Uma User", "owner")], "the previous owner is a member");
    ugo.delete(&at).await.refused(403, "workspace_access_denied");
    assert_eq!(owner.get(ORGANIZATION).await.expect(200).body["workspaces_count"], 1);
    uma.delete(&at).await.expect(204);
    for who in [&owner, &ugo, &uma] {
        who.get(&at).await.refused(404, "workspace_not_found");
    }
    assert_eq!(owner.get(ORGANIZATION).await.expect(200).body["workspaces_count"], 0);
    let log = owner.get(&format!("{ORGANIZATION}/audit-events?limit=100")).await.expect(200);
    let actions: Vec<_> = log.items().iter().map(|event| event["action"].as_str().unwrap()).collect();
    for action in ["create_workspace", "add_workspace_member", "transfer_workspace", "delete_workspace"] {
        assert!(actions.contains(&action), "{action} in {actions:?}");
    }
    assert!(server.command(&["audit", "verify"]).await.status.success());
}

async fn archived_and_restored(server: Server) {
    let (owner, ugo, _) = company(&server.client()).await;
    let team = ugo.post(WORKSPACES, json!({ "name": "Payments" })).await.expect(201).text_at("/id");
    let at = format!("{WORKSPACES}/{team}");
    assert!(ugo.post(&format!("{at}/archive"), json!({})).await.expect(200).body["archived_at"].is_string());
    ugo.post(&format!("{at}/archive"), json!({})).await.refused(409, "archive_unchanged");
    ugo.patch(&at, json!({ "name": "X" })).await.refused(409, "workspace_archived");
    ugo.get(&at).await.expect(200);
    let question = json!({ "permission": "workspace.write", "workspace_id": team });
    let may_write = ugo.post(&format!("{ORGANIZATION}/check"), question).await.expect(200);
    assert_eq!(may_write.body["allowed"], false, "what is put away is not written");
    let shown = async |query: &str| {
        let list = owner.get(&format!("{WORKSPACES}{query}")).await.expect(200);
        list.items().iter().any(|it| it["id"] == team.as_str())
    };
    assert!(!shown("").await && shown("?archived=true").await);
    assert_eq!(ugo.post(&format!("{at}/restore"), json!({})).await.expect(200).body["archived_at"], Value::Null);
    assert!(shown("").await);
}

/// M-05, M-14, M-15, M-19: at the limit nothing is made; personal workspaces do not count.
async fn the_limit_of_workspaces(server: Server) {
    let (owner, ugo, _) = company(&server.client()).await;
    // M-47: workspaces for teams and projects, three of them on the free plan.
    for name in ["One", "Two", "Three"] {
        ugo.post(WORKSPACES, json!({ "name": name })).await.expect(201);
    }
    let full = ugo.post(WORKSPACES, json!({ "name": "Four" })).await.refused(409, "limit_reached");
    assert_eq!(
        (&full.body["limit"], &full.body["used"], &full.body["max"]),
        (&json!("workspaces"), &json!(3), &json!(3))
    );
    let usage = owner.get(&format!("{ORGANIZATION}/usage")).await.expect(200);
    assert_eq!((&usage.body["workspace_count"], &usage.body["max_workspaces"]), (&json!(3), &json!(3)));
    let of_workspaces = usage.body["limits"].as_array().unwrap().iter().find(|it| it["name"] == "workspaces").unwrap();
    assert_eq!((&of_workspaces["percent"], &of_workspaces["level"]), (&json!(100), &json!("red")), "M-18");
    let crossed = owner.get(&format!("{ORGANIZATION}/audit-events?action=limit_threshold")).await.expect(200);
    assert_eq!(crossed.items()[0]["details"]["limit"], "workspaces");
    // A limit below what there is: nothing goes, nothing comes.
    let root = superadmin(&server).await;
    let id = owner.get(ORGANIZATION).await.expect(200).text_at("/id");
    let limits = format!("/api/v1/organizations/{id}/limits");
    root.put(&limits, json!({ "limits": { "workspaces": 2 } })).await.expect(200);
    let one = owner.get(WORKSPACES).await.expect(200).items().iter().find(|it| it["name"] == "One").unwrap().clone();
    owner.delete(&format!("{WORKSPACES}/{}", one["id"].as_str().unwrap())).await.expect(204);
    ugo.post(WORKSPACES, json!({ "name": "Four" })).await.refused(409, "limit_reached");
    root.put(&limits, json!({ "limits": { "workspaces": 0 } })).await.expect(200);
    ugo.post(WORKSPACES, json!({ "name": "Four" })).await.expect(201);
    // A downgrade names what is over.
    root.put(&limits, json!({ "limits": { "workspaces": null } })).await.expect(200);
    let plan = format!("/api/v1/organizations/{id}/plan");
    root.put(&plan, json!({ "plan": "ENTERPRISE" })).await.expect(200);
    ugo.post(WORKSPACES, json!({ "name": "Five" })).await.expect(201);
    let preview = root.put(&format!("{plan}?dry_run=true"), json!({ "plan": "FREE" })).await.expect(200);
    assert_eq!(preview.body["exceeded"][0]["name"], "workspaces", "{}", preview.text);
}

/// M-05, N-18: what a product reports, within the organization's own bounds.
async fn resource_boundaries(server: Server) {
    let (owner, ugo, _) = company(&server.client()).await;
    let root = superadmin(&server).await;
    let id = owner.get(ORGANIZATION).await.expect(200).text_at("/id");
    let limits = json!({ "limits": { "storage": 100 } });
    root.put(&format!("/api/v1/organizations/{id}/limits"), limits).await.expect(200);
    let usage = format!("{ORGANIZATION}/usage");
    let acquire = format!("{usage}/storage/acquire");
    owner.post(&acquire, json!({ "amount": 70 })).await.refused(400, "idempotency_key_required");
    ugo.post_once(&acquire, "u", json!({ "amount": 70 })).await.refused(403, "permission_denied");
    let first = owner.post_once(&acquire, "a", json!({ "amount": 70 })).await.expect(200);
    assert_eq!(
        (&first.body["used"], &first.body["max"], &first.body["level"]),
        (&json!(70), &json!(100), &json!("yellow"))
    );
    let again = owner.post_once(&acquire, "a", json!({ "amount": 70 })).await.expect(200);
    assert_eq!(again.body, first.body, "R-IDEM-1");
    owner.post_once(&acquire, "a", json!({ "amount": 71 })).await.refused(422, "idempotency_key_reused");
    let full = owner.post_once(&acquire, "b", json!({ "amount": 31 })).await.refused(409, "limit_reached");
    assert_eq!((&full.body["used"], &full.body["max"]), (&json!(70), &json!(100)));
    let release = format!("{usage}/storage/release");
    owner.post_once(&release, "c", json!({ "amount": 71 })).await.refused(409, "not_acquired");
    assert_eq!(owner.post_once(&release, "d", json!({ "amount": 70 })).await.expect(200).body["used"], 0);
    owner
        .post_once(&format!("{usage}/luck/acquire"), "e", json!({ "amount": 1 }))
        .await
        .refused(404, "quota_not_found");
    for bad in [json!(0), json!(-1), json!(1.5), json!("1"), json!(9_007_199_254_740_992_u64), Value::Null] {
        owner.post_once(&acquire, "f", json!({ "amount": bad })).await.refused(422, "invalid_request");
    }
    let storage = owner.get(&usage).await.expect(200);
    let storage =
        storage.body["limits"].as_array().unwrap().iter().find(|it| it["name"] == "storage").cloned().unwrap();
    assert_eq!((&storage["used"], &storage["max"]), (&json!(0), &json!(100)));
}

//! Workspaces: made, listed, changed, put away, handed over, deleted, and who is in them.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use guildhall_domain::blueprint::Blueprint;
use serde_json::{Value, json};
use support::{Organization, Person, Server, snapshot};

fn base(organization: &Organization) -> String {
    format!("/api/v1/organizations/{}", organization.id)
}

fn with_personal() -> Blueprint {
    let mut blueprint = Blueprint::default();
    blueprint.workspace_kinds.0[0].can_be_personal = true;
    blueprint
}

async fn make(server: &Server, by: &Person, path: &str, body: Value) -> Value {
    by.call(server, "POST", path, Some(body)).await.expect(201)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn names(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| text(&item["name"])).collect()
}

/// M-46, M-51, M-52, R-CONC: what is made is read, changed and deleted, with entity tags.
#[actix_web::test]
async fn the_life_of_a_workspace() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let path = format!("{}/workspaces", base(&acme));
    // M-51: every member makes one, and owns it.
    let wish = json!({"name": " Difference Engine ", "description": "No. 2.", "group_id": acme.group});
    let answer = acme.member.call(&server, "POST", &path, Some(wish)).await;
    let made = answer.expect(201);
    let one = format!("{path}/{}", text(&made["id"]));
    assert_eq!(answer.header("location"), Some(one.as_str()));
    for (field, value) in [
        ("organization_id", json!(acme.id)),
        ("kind", json!("workspace")),
        ("name", json!("Difference Engine")),
        ("slug", json!("difference-engine")),
        ("description", json!("No. 2.")),
        ("group_id", json!(acme.group)),
        ("is_personal", json!(false)),
        ("default_access", json!("none")),
        ("limits", json!({})),
        ("fields", json!({})),
        ("created_by", json!(acme.member.id)),
        ("archived_at", Value::Null),
        ("access", json!("manage")),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    assert_eq!(made.as_object().unwrap().len(), 16, "{made}");
    assert!(text(&made["created_at"]).ends_with('Z') && made["created_at"] == made["updated_at"]);

    let read = acme.member.get(&server, &one).await;
    assert_eq!(read.expect(200), made);
    let tag = read.header("etag").unwrap().to_owned();
    let known = acme.member.request("GET", &one, None).insert_header(("if-none-match", tag.clone()));
    assert_eq!(server.send(known).await.status.as_u16(), 304);
    let change = |tag: &str, body: Value| {
        acme.member.request("PATCH", &one, Some(body)).insert_header(("if-match", tag.to_owned()))
    };
    server.send(change("\"old\"", json!({"name": "Other"}))).await.problem(412, "precondition_failed");
    let same = server.send(change(&tag, json!({"name": "Difference Engine", "limits": {}}))).await;
    assert_eq!((same.expect(200), same.header("etag")), (made.clone(), Some(tag.as_str())), "nothing changed");
    let body =
        json!({"name": "Engine", "slug": "engine", "description": null, "group_id": null, "default_access": "read"});
    let answer = server.send(change(&tag, body)).await;
    let changed = answer.expect(200);
    for (field, value) in [
        ("name", json!("Engine")),
        ("slug", json!("engine")),
        ("description", Value::Null),
        ("group_id", Value::Null),
        ("default_access", json!("read")),
        ("created_at", made["created_at"].clone()),
    ] {
        assert_eq!(changed[field], value, "{field}");
    }
    assert_ne!(answer.header("etag"), Some(tag.as_str()));
    // The organization itself stays as it is when a workspace comes and goes.
    let organization = acme.owner.get(&server, &base(&acme)).await;
    let before = organization.header("etag").unwrap().to_owned();
    assert_eq!(organization.expect(200)["workspaces_count"], 2);
    // What every member may read, a member reads; C-122: and no more than that.
    let seen = acme.guest.get(&server, &one).await;
    assert_eq!(seen.expect(200)["access"], "read");
    let refused = acme.guest.call(&server, "DELETE", &one, None).await;
    assert_eq!(refused.problem(403, "workspace_access_denied")["permission"], "workspace.manage");
    let stale = acme.member.request("DELETE", &one, None).insert_header(("if-match", tag));
    server.send(stale).await.problem(412, "precondition_failed");
    acme.member.call(&server, "DELETE", &one, None).await.expect(204);
    acme.member.get(&server, &one).await.problem(404, "workspace_not_found");
    acme.member.call(&server, "DELETE", &one, None).await.problem(404, "workspace_not_found");
    let organization = acme.owner.get(&server, &base(&acme)).await;
    assert_eq!(organization.expect(200)["workspaces_count"], 1);
    // N-16: what is counted is current, and so is the tag.
    assert_ne!(organization.header("etag"), Some(before.as_str()));
    for action in ["create_workspace", "update_workspace", "delete_workspace"] {
        let path = format!("{}/audit-events?action={action}&target={}", base(&acme), text(&made["id"]));
        let events = acme.owner.get(&server, &path).await.expect(200);
        assert_eq!(events["items"].as_array().unwrap().len(), 1, "{action}");
    }
}

/// Slugs are unique in the organization, archived ones included, and found where none is asked for.
#[actix_web::test]
async fn the_same_slug_twice() {
    let server = Server::start().await;
    let (acme, other) = (server.organization("Acme").await, server.organization("Other").await);
    let path = format!("{}/workspaces", base(&acme));
    let first = make(&server, &acme.owner, &path, json!({"name": "Mill"})).await;
    assert_eq!(first["slug"], "mill");
    acme.owner.call(&server, "POST", &format!("{path}/{}/archive", text(&first["id"])), None).await.expect(200);
    let second = make(&server, &acme.owner, &path, json!({"name": "Mill"})).await;
    assert!(text(&second["slug"]).starts_with("mill-"), "{second}");
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    let taken = json!({"name": "Another", "slug": "mill"});
    acme.owner.call(&server, "POST", &path, Some(taken.clone())).await.problem(409, "slug_taken");
    let one = format!("{path}/{}", text(&second["id"]));
    acme.owner.call(&server, "PATCH", &one, Some(taken.clone())).await.problem(409, "slug_taken");
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
    // One organization's slug is no other's.
    make(&server, &other.owner, &format!("{}/workspaces", base(&other)), taken).await;
}

/// What is put away is read, not changed, listed apart, and still counts.
#[actix_web::test]
async fn archive_and_restore() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let path = format!("{}/workspaces", base(&acme));
    let one = format!("{path}/{}", acme.workspace);
    let post = async |action: &str| acme.owner.call(&server, "POST", &format!("{one}/{action}"), None).await;
    post("restore").await.problem(409, "archive_unchanged");
    let tag = acme.owner.get(&server, &one).await.header("etag").unwrap().to_owned();
    let stale = acme.owner.request("POST", &format!("{one}/archive"), None).insert_header(("if-match", "\"old\""));
    server.send(stale).await.problem(412, "precondition_failed");
    let answer = post("archive").await;
    assert!(answer.expect(200)["archived_at"].is_string());
    assert_ne!(answer.header("etag"), Some(tag.as_str()));
    post("archive").await.problem(409, "archive_unchanged");
    assert_eq!(names(&acme.owner.get(&server, &path).await.expect(200)), Vec::<String>::new());
    let away = acme.owner.get(&server, &format!("{path}?archived=true")).await.expect(200);
    assert_eq!(names(&away), ["Acme Engines"]);
    acme.owner.get(&server, &one).await.expect(200);
    assert_eq!(acme.owner.get(&server, &base(&acme)).await.expect(200)["workspaces_count"], 1);
    for (method, behind, body) in [
        ("PATCH", "", json!({"name": "Other"})),
        ("POST", "/members", json!({"member_id": acme.members[2]})),
        ("POST", "/transfer", json!({"member_id": acme.members[2]})),
    ] {
        let answer = acme.owner.call(&server, method, &format!("{one}{behind}"), Some(body)).await;
        answer.problem(409, "workspace_archived");
    }
    let check = |permission: &str| json!({"permission": permission, "workspace_id": acme.workspace});
    for (permission, allowed) in [("workspace.read", true), ("workspace.write", false), ("workspace.manage", true)] {
        let path = format!("{}/check", base(&acme));
        let answer = acme.owner.call(&server, "POST", &path, Some(check(permission))).await.expect(200);
        assert_eq!(answer, json!({"allowed": allowed}), "{permission}");
    }
    assert_eq!(post("restore").await.expect(200)["archived_at"], Value::Null);
    assert_eq!(names(&acme.owner.get(&server, &path).await.expect(200)), ["Acme Engines"]);
    post("archive").await.expect(200);
    acme.owner.call(&server, "DELETE", &one, None).await.expect(204);
}

/// M-52, M-53: owners invite and remove, members write; a transfer leaves one owner.
#[actix_web::test]
async fn members_of_a_workspace() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let one = format!("{}/workspaces/{}", base(&acme), acme.workspace);
    let members = format!("{one}/members");
    let list = async |by: &Person| {
        let page = by.get(&server, &members).await.expect(200);
        let rows = page["items"].as_array().unwrap().clone();
        rows.iter().map(|row| (text(&row["user_id"]), text(&row["role"]))).collect::<Vec<_>>()
    };
    let own = |person: &Person, role: &str| (person.id.clone(), role.to_owned());
    assert_eq!(list(&acme.owner).await, [own(&acme.owner, "owner")]);
    acme.member.get(&server, &members).await.problem(403, "workspace_access_denied");
    // By the id of the user, and by that of the membership.
    let answer = acme.owner.call(&server, "POST", &members, Some(json!({"member_id": acme.member.id}))).await;
    let added = answer.expect(201);
    let location = format!("{members}/{}", acme.members[2]);
    assert_eq!(answer.header("location"), Some(location.as_str()));
    for (field, value) in [
        ("workspace_id", &acme.workspace),
        ("member_id", &acme.members[2]),
        ("user_id", &acme.member.id),
        ("email", &acme.member.email),
        ("name", &"AcmeMember".to_owned()),
        ("role", &"member".to_owned()),
    ] {
        assert_eq!(added[field], json!(value), "{field}");
    }
    assert_eq!(added.as_object().unwrap().len(), 7, "{added}");
    let again = json!({"member_id": acme.members[2], "role": "owner"});
    acme.owner.call(&server, "POST", &members, Some(again)).await.problem(409, "already_in_workspace");
    // A member writes, sees who is there, and does not say who comes in.
    assert_eq!(acme.member.get(&server, &one).await.expect(200)["access"], "write");
    assert_eq!(list(&acme.member).await, [own(&acme.member, "member"), own(&acme.owner, "owner")]);
    let guest = json!({"member_id": acme.guest.id, "role": "member"});
    acme.member.call(&server, "POST", &members, Some(guest.clone())).await.problem(403, "workspace_access_denied");
    acme.member
        .call(&server, "PATCH", &one, Some(json!({"name": "Mine"})))
        .await
        .problem(403, "workspace_access_denied");
    // The last owner stays one.
    let first = format!("{members}/{}", acme.owner.id);
    let demote = Some(json!({"role": "member"}));
    acme.owner.call(&server, "PATCH", &first, demote.clone()).await.problem(409, "last_workspace_owner");
    acme.owner.call(&server, "DELETE", &first, None).await.problem(409, "last_workspace_owner");
    let promoted = acme.owner.call(&server, "PATCH", &location, Some(json!({"role": "owner"}))).await.expect(200);
    assert_eq!(promoted["role"], "owner");
    acme.member.call(&server, "POST", &members, Some(guest)).await.expect(201);
    assert_eq!(acme.member.call(&server, "PATCH", &first, demote).await.expect(200)["role"], "member");
    // M-53: to somebody in it, and whoever owned it is a member.
    let transfer = format!("{one}/transfer");
    let to = |id: &str| Some(json!({"member_id": id}));
    acme.member.call(&server, "POST", &transfer, to(&acme.admin.id)).await.problem(409, "not_in_workspace");
    let owner = acme.member.call(&server, "POST", &transfer, to(&acme.guest.id)).await.expect(200);
    assert_eq!((&owner["user_id"], &owner["role"]), (&json!(acme.guest.id), &json!("owner")));
    assert_eq!(
        list(&acme.guest).await,
        [own(&acme.guest, "owner"), own(&acme.member, "member"), own(&acme.owner, "member")]
    );
    acme.member.call(&server, "POST", &transfer, to(&acme.member.id)).await.problem(403, "workspace_access_denied");
    // Everybody leaves by themself; an admin of the organization manages it all the same.
    acme.member.call(&server, "DELETE", &location, None).await.expect(204);
    acme.member.get(&server, &one).await.problem(403, "workspace_access_denied");
    acme.admin.call(&server, "DELETE", &location, None).await.problem(404, "member_not_found");
    acme.admin.call(&server, "DELETE", &first, None).await.expect(204);
    // Who leaves the organization leaves its workspaces.
    let path = format!("{}/members/{}", base(&acme), acme.guest.id);
    acme.owner.call(&server, "DELETE", &path, None).await.expect(204);
    assert_eq!(list(&acme.owner).await, []);
}

/// M-15, M-50: everybody has one of their own, which is not shared, archived, deleted or counted.
#[actix_web::test]
async fn personal_workspaces() {
    let server = Server::ruled(with_personal()).await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let path = format!("{}/workspaces", base(&acme));
    let mine = acme.member.get(&server, &path).await.expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1, "{mine}");
    let own = &mine["items"][0];
    assert_eq!((&own["is_personal"], &own["access"]), (&json!(true), &json!("manage")));
    assert_eq!(own["created_by"], json!(acme.member.id));
    let one = format!("{path}/{}", text(&own["id"]));
    let usage = acme.owner.get(&server, &format!("{}/usage", base(&acme))).await.expect(200);
    assert_eq!(usage["workspace_count"], 1, "M-15: the shared one alone");
    for (method, behind, body) in [
        ("DELETE", "", None),
        ("POST", "/archive", None),
        ("POST", "/members", Some(json!({"member_id": acme.members[1]}))),
        ("POST", "/transfer", Some(json!({"member_id": acme.members[1]}))),
        ("PATCH", "", Some(json!({"default_access": "read"}))),
    ] {
        for person in [&acme.member, &root] {
            let answer = person.call(&server, method, &format!("{one}{behind}"), body.clone()).await;
            answer.problem(409, "personal_workspace");
        }
    }
    let renamed = acme.member.call(&server, "PATCH", &one, Some(json!({"name": "Mine"}))).await.expect(200);
    assert_eq!((&renamed["name"], &renamed["is_personal"]), (&json!("Mine"), &json!(true)));
    // Neither a role nor a grant reaches into it.
    for person in [&acme.owner, &acme.admin, &acme.guest] {
        person.get(&server, &one).await.problem(403, "workspace_access_denied");
        let shown = person.get(&server, &format!("{path}?limit=100")).await.expect(200);
        assert!(shown["items"].as_array().unwrap().iter().all(|item| item["id"] != own["id"]));
    }
    let grants = json!({"grants": [{"workspace_id": own["id"]}]});
    let access = format!("{}/members/{}/access", base(&acme), acme.members[3]);
    let answer = acme.owner.call(&server, "PUT", &access, Some(grants)).await;
    answer.problem(422, "invalid_request");
    assert_eq!(answer.faults(), [("/grants/0/workspace_id".to_owned(), "personal_workspace".to_owned())]);
    root.get(&server, &one).await.expect(200);
    // M-63: and the short form says so.
    let switch = json!({"organization_id": acme.id});
    acme.member.call(&server, "PATCH", "/api/v1/organizations/me/active", Some(switch)).await.expect(200);
    let short = acme.member.get(&server, "/api/workspaces").await.expect(200);
    assert_eq!(short, json!([{"id": own["id"], "name": "Mine", "description": null, "is_personal": true}]));
}

/// N-35: what is suspended is read and not changed, also by who owns the workspace.
#[actix_web::test]
async fn a_suspended_organization() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let suspend = format!("/api/v1/platform/organizations/{}/suspend", acme.id);
    root.call(&server, "POST", &suspend, None).await.expect(200);
    let one = format!("{}/workspaces/{}", base(&acme), acme.workspace);
    acme.owner.get(&server, &one).await.expect(200);
    for (method, path, body) in [
        ("PATCH", one.clone(), Some(json!({"name": "Other"}))),
        ("DELETE", one.clone(), None),
        ("POST", format!("{one}/archive"), None),
        ("POST", format!("{one}/members"), Some(json!({"member_id": acme.members[2]}))),
        ("POST", format!("{}/workspaces", base(&acme)), Some(json!({"name": "New"}))),
        ("POST", format!("{}/workspace-groups", base(&acme)), Some(json!({"name": "New"}))),
    ] {
        acme.owner.call(&server, method, &path, body).await.problem(403, "organization_suspended");
    }
}

/// M-63, N-10: exactly the documented four fields, of the caller's organization alone, and only what may be read.
#[actix_web::test]
async fn the_bare_array() {
    let server = Server::start().await;
    let (acme, other) = (server.organization("Acme").await, server.organization("Other").await);
    let path = format!("{}/workspaces", base(&acme));
    for name in ["B", "C", "D"] {
        make(&server, &acme.owner, &path, json!({"name": name, "description": format!("It is {name}.")})).await;
    }
    let all = acme.owner.get(&server, "/api/workspaces").await;
    assert_eq!(all.header("link"), None);
    let all = all.expect(200);
    let rows = all.as_array().unwrap();
    assert_eq!(rows.iter().map(|row| text(&row["name"])).collect::<Vec<_>>(), ["Acme Engines", "B", "C", "D"]);
    assert_eq!(
        rows[0],
        json!({"id": acme.workspace, "name": "Acme Engines", "description": null, "is_personal": false})
    );
    assert_eq!(rows[1]["description"], "It is B.");
    assert!(rows.iter().all(|row| row.as_object().unwrap().len() == 4), "{all}");
    // Page by page.
    let mut next = "/api/workspaces?limit=3".to_owned();
    let mut walked = Vec::new();
    loop {
        let page = acme.owner.get(&server, &next).await;
        walked.extend(page.expect(200).as_array().unwrap().clone());
        let Some(link) = page.header("link") else { break };
        assert!(link.ends_with(">; rel=\"next\""), "{link}");
        next = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(json!(walked), all);
    // N-10.
    let theirs = other.owner.get(&server, "/api/workspaces").await.expect(200);
    assert_eq!(theirs.as_array().unwrap().len(), 1);
    assert_eq!(theirs[0]["id"], json!(other.workspace));
    let switch = json!({"organization_id": acme.id});
    acme.member.call(&server, "PATCH", "/api/v1/organizations/me/active", Some(switch)).await.expect(200);
    assert_eq!(acme.member.get(&server, "/api/workspaces").await.expect(200), json!([]));
    // Everything else there is as with a version; and without an organization there is nothing.
    let made = make(&server, &acme.member, "/api/workspaces", json!({"name": "Mine"})).await;
    assert_eq!((&made["organization_id"], &made["access"]), (&json!(acme.id), &json!("manage")));
    let one = format!("/api/workspaces/{}", text(&made["id"]));
    assert_eq!(acme.member.get(&server, &one).await.expect(200), made);
    acme.member.call(&server, "DELETE", &one, None).await.expect(204);
    let root = server.superadmin().await;
    for path in ["/api/workspaces", "/api/v1/workspaces", "/api/v1/workspaces/x"] {
        root.get(&server, path).await.problem(404, "organization_not_found");
    }
    root.call(&server, "POST", "/api/workspaces", Some(json!({"name": "A"})))
        .await
        .problem(404, "organization_not_found");
}

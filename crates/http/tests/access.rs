//! Who may use which workspace, and why.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use serde_json::{Value, json};
use support::{Answer, Organization, Person, Server, snapshot};

fn base(organization: &Organization) -> String {
    format!("/api/v1/organizations/{}", organization.id)
}

fn access_of(organization: &Organization, member: usize) -> String {
    format!("{}/members/{}/access", base(organization), organization.members[member])
}

async fn put(server: &Server, by: &Person, path: &str, body: Value) -> Answer {
    by.call(server, "PUT", path, Some(body)).await
}

async fn make(server: &Server, organization: &Organization, body: Value) -> String {
    let path = format!("{}/workspaces", base(organization));
    let made = organization.owner.call(server, "POST", &path, Some(body)).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn visible(server: &Server, organization: &Organization, person: &Person) -> Vec<String> {
    let page = person.get(server, &format!("{}/workspaces?limit=100", base(organization))).await.expect(200);
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

async fn may(server: &Server, organization: &Organization, person: &Person, permission: &str, workspace: &str) -> bool {
    let body = json!({"permission": permission, "workspace_id": workspace});
    let path = format!("{}/check", base(organization));
    person.call(server, "POST", &path, Some(body)).await.expect(200)["allowed"].as_bool().unwrap()
}

/// C-109, C-121: what is sent replaces what was there; writing includes reading; a flag drops the grants.
#[actix_web::test]
async fn access_is_replaced() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let second = make(&server, &acme, json!({"name": "Second"})).await;
    let path = access_of(&acme, 3);
    let member = format!("{}/members/{}", base(&acme), acme.members[3]);
    let before = acme.owner.get(&server, &member).await;
    let plain = acme.owner.get(&server, &path).await;
    assert_eq!(plain.header("etag"), before.header("etag"), "the member's");
    let mut expected = before.expect(200);
    expected["grants"] = json!([]);
    assert_eq!(plain.expect(200), expected, "every field of the member, and the grants");
    assert!(!may(&server, &acme, &acme.guest, "workspace.read", &acme.workspace).await);

    let tag = plain.header("etag").unwrap().to_owned();
    let body = json!({"grants": [{"workspace_id": second, "can_read": false, "can_write": true}, {"workspace_id": acme.workspace}]});
    let stale = acme.admin.request("PUT", &path, Some(body.clone())).insert_header(("if-match", "\"old\""));
    server.send(stale).await.problem(412, "precondition_failed");
    let request = acme.admin.request("PUT", &path, Some(body.clone())).insert_header(("if-match", tag.clone()));
    let answer = server.send(request).await;
    let given = answer.expect(200);
    assert_ne!(answer.header("etag"), Some(tag.as_str()));
    let mut grants = vec![
        json!({"workspace_id": acme.workspace, "can_read": true, "can_write": false}),
        json!({"workspace_id": second, "can_read": true, "can_write": true}),
    ];
    grants.sort_by_key(|grant| grant["workspace_id"].as_str().unwrap().to_owned());
    assert_eq!(given["grants"], json!(grants));
    assert_eq!((&given["all_read"], &given["id"]), (&json!(false), &json!(acme.members[3])));
    let own = acme.guest.get(&server, &path).await.expect(200);
    assert_eq!(own["grants"], given["grants"], "everybody reads their own");
    for (permission, workspace, allowed) in [
        ("workspace.read", &acme.workspace, true),
        ("workspace.write", &acme.workspace, false),
        ("workspace.read", &second, true),
        ("workspace.write", &second, true),
        ("workspace.manage", &second, false),
    ] {
        assert_eq!(may(&server, &acme, &acme.guest, permission, workspace).await, allowed, "{permission} {workspace}");
    }
    // The same again changes and writes nothing.
    let now = acme.owner.get(&server, &path).await;
    let same = put(&server, &acme.admin, &path, body).await;
    assert_eq!((same.expect(200), same.header("etag")), (now.expect(200), now.header("etag")));
    let events = format!("{}/audit-events?action=set_member_access&target={}", base(&acme), acme.members[3]);
    assert_eq!(acme.owner.get(&server, &events).await.expect(200)["items"].as_array().unwrap().len(), 1);

    // C-109 in the documents' words; with a flag, the grants are left out.
    let body = json!({"all_boards_read": true, "board_access": [{"board_id": second, "can_write": true}]});
    let given = put(&server, &acme.owner, &path, body).await.expect(200);
    assert_eq!((&given["all_read"], &given["all_write"], &given["grants"]), (&json!(true), &json!(false), &json!([])));
    assert!(!may(&server, &acme, &acme.guest, "workspace.write", &second).await);
    assert!(may(&server, &acme, &acme.guest, "workspace.read", &second).await);
    let given = put(&server, &acme.owner, &path, json!({"board_access": [{"board_id": second}]})).await.expect(200);
    assert_eq!(given["grants"], json!([{"workspace_id": second, "can_read": true, "can_write": false}]));
    assert_eq!(given["all_read"], json!(false));
    // C-109: {} strips all.
    let given = put(&server, &acme.owner, &path, json!({})).await.expect(200);
    assert_eq!((&given["all_read"], &given["grants"]), (&json!(false), &json!([])));
    assert_eq!(visible(&server, &acme, &acme.guest).await, Vec::<String>::new());
    // A grant goes with its workspace.
    put(&server, &acme.owner, &path, json!({"grants": [{"workspace_id": second}]})).await.expect(200);
    acme.owner.call(&server, "DELETE", &format!("{}/workspaces/{second}", base(&acme)), None).await.expect(204);
    assert_eq!(acme.owner.get(&server, &path).await.expect(200)["grants"], json!([]));
}

/// Owners and admins have all by their role, and cannot be stripped.
#[actix_web::test]
async fn owners_and_admins_keep_their_access() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    for member in [0, 1] {
        for body in [json!({}), json!({"all_read": true}), json!({"grants": [{"workspace_id": acme.workspace}]})] {
            put(&server, &acme.owner, &access_of(&acme, member), body).await.problem(409, "access_by_role");
        }
    }
    put(&server, &acme.admin, &access_of(&acme, 0), json!({})).await.problem(403, "only_owners_manage_owners");
    put(&server, &acme.member, &access_of(&acme, 2), json!({"all_read": true})).await.problem(403, "permission_denied");
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
    for member in [0, 1] {
        put(&server, &acme.owner, &access_of(&acme, member), json!({"all_write": true})).await.expect(200);
    }
    assert!(may(&server, &acme, &acme.admin, "workspace.manage", &acme.workspace).await);
}

/// Nobody gives access that they lack.
#[actix_web::test]
async fn nobody_gives_what_they_lack() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let roles = format!("{}/roles", base(&acme));
    let role = json!({"name": "gatekeeper", "permissions": ["member.set_access", "member.read", "invitation.manage"]});
    let role = acme.owner.call(&server, "POST", &roles, Some(role)).await.expect(201);
    let keeper = format!("{}/members/{}", base(&acme), acme.members[2]);
    acme.owner.call(&server, "PATCH", &keeper, Some(json!({"role": role["id"]}))).await.expect(200);
    let own = json!({"grants": [{"workspace_id": acme.workspace}]});
    put(&server, &acme.owner, &access_of(&acme, 2), own.clone()).await.expect(200);
    let write = json!({"grants": [{"workspace_id": acme.workspace, "can_write": true}]});
    for body in [write, json!({"all_read": true})] {
        put(&server, &acme.member, &access_of(&acme, 3), body.clone()).await.problem(403, "permission_not_held");
        let mut invite = body.clone();
        invite["email"] = json!("new@example.com");
        invite["role"] = role["id"].clone();
        let answer = acme.member.call(&server, "POST", &format!("{}/invites", base(&acme)), Some(invite)).await;
        answer.problem(403, "permission_not_held");
    }
    put(&server, &acme.member, &access_of(&acme, 3), own).await.expect(200);
}

/// C-112, C-114: access comes with an invitation, an addition and an approval, and is only raised.
#[actix_web::test]
async fn access_comes_with_the_door() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let (grace, alan) = (server.register("Grace").await, server.register("Alan").await);
    server.verify_email(&grace).await;
    let grants = |write: bool| json!([{"workspace_id": acme.workspace, "can_read": true, "can_write": write}]);
    let wish = json!({"email": grace.email, "board_access": [{"board_id": acme.workspace}]});
    let (id, token) = server.invite(&acme.owner, &acme.id, wish).await;
    let path = format!("{}/invites/{id}", base(&acme));
    assert_eq!(acme.owner.get(&server, &path).await.expect(200)["grants"], grants(false));
    let received = grace.get(&server, "/api/v1/users/me/invites").await.expect(200);
    assert_eq!(received["items"][0]["grants"], grants(false));
    let token = json!({"token": token});
    grace.call(&server, "POST", "/api/v1/organizations/invites/accept", Some(token)).await.expect(200);
    let member = server.member_id(&acme.owner, &acme.id, &grace.id).await;
    let access = async |member: &str| {
        let path = format!("{}/members/{member}/access", base(&acme));
        acme.owner.get(&server, &path).await.expect(200)["grants"].clone()
    };
    assert_eq!(access(&member).await, grants(false));
    // C-114: raised by another, and never lowered.
    for (write, expected) in [(true, true), (false, true)] {
        let wish = json!({"emails": [grace.email], "grants": grants(write), "mode": "link"});
        let invited = acme.owner.call(&server, "POST", &format!("{}/invites/bulk", base(&acme)), Some(wish)).await;
        let result = invited.expect(200)["results"][0].clone();
        if result["status"] == "already_member" {
            continue;
        }
        let token = json!({"token": result["token"]});
        grace.call(&server, "POST", "/api/v1/organizations/invites/accept", Some(token)).await.expect(200);
        assert_eq!(access(&member).await, grants(expected));
    }
    let add = json!({"user_id": alan.id, "grants": grants(true)});
    let added = acme.owner.call(&server, "POST", &format!("{}/members", base(&acme)), Some(add)).await.expect(201);
    assert_eq!(access(added["id"].as_str().unwrap()).await, grants(true));
    let approve = format!("{}/join-requests/{}/approve", base(&acme), acme.join_request);
    let body = json!({"role": "member", "grants": grants(false)});
    let member = acme.owner.call(&server, "POST", &approve, Some(body)).await.expect(201);
    assert_eq!(access(member["id"].as_str().unwrap()).await, grants(false));
    // What is gone when the invitation is accepted is not given.
    let gone = make(&server, &acme, json!({"name": "Gone"})).await;
    let kay = server.register("Kay").await;
    server.verify_email(&kay).await;
    let wish = json!({"email": kay.email, "grants": [{"workspace_id": gone}, {"workspace_id": acme.workspace}]});
    let (_, token) = server.invite(&acme.owner, &acme.id, wish).await;
    acme.owner.call(&server, "DELETE", &format!("{}/workspaces/{gone}", base(&acme)), None).await.expect(204);
    let token = json!({"token": token});
    kay.call(&server, "POST", "/api/v1/organizations/invites/accept", Some(token)).await.expect(200);
    let member = server.member_id(&acme.owner, &acme.id, &kay.id).await;
    assert_eq!(access(&member).await, grants(false));
}

/// C-18, C-20: every workspace that somebody may use, with where that comes from.
#[actix_web::test]
async fn access_is_explained() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let open = make(&server, &acme, json!({"name": "B open", "default_access": "read"})).await;
    let hidden = make(&server, &acme, json!({"name": "C hidden"})).await;
    let grant = json!({"grants": [{"workspace_id": acme.workspace, "can_write": true}, {"workspace_id": open}]});
    put(&server, &acme.owner, &access_of(&acme, 2), grant).await.expect(200);
    let inside = format!("{}/workspaces/{}/members", base(&acme), acme.workspace);
    let body = json!({"member_id": acme.members[2], "role": "owner"});
    acme.owner.call(&server, "POST", &inside, Some(body)).await.expect(201);
    let path = format!("{}?explain=true", access_of(&acme, 2));
    let explained = acme.member.get(&server, &path).await.expect(200);
    assert_eq!(
        explained["workspaces"],
        json!({
            "items": [
                {
                    "workspace_id": acme.workspace, "name": "Acme Engines", "kind": "workspace", "access": "manage",
                    "sources": [
                        {"source": "grant", "access": "write"},
                        {"source": "workspace_member", "access": "manage", "role": "owner"}
                    ]
                },
                {
                    "workspace_id": open, "name": "B open", "kind": "workspace", "access": "read",
                    "sources": [
                        {"source": "grant", "access": "read"},
                        {"source": "default_access", "access": "read"}
                    ]
                }
            ],
            "next": null
        })
    );
    assert_eq!(acme.admin.get(&server, &path).await.expect(200), explained);
    let quiet = acme.member.get(&server, &access_of(&acme, 2)).await.expect(200);
    assert!(quiet.get("workspaces").is_none());
    // About others, only who sees the members, and all workspaces.
    let refused = acme.guest.get(&server, &path).await.problem(403, "permission_denied");
    assert_eq!(refused["permission"], "member.read");
    let sources = async |by: &Person, member: usize, name: &str| {
        let mut after = String::new();
        let mut found = Value::Null;
        loop {
            let path = format!("{}?explain=true&limit=1{after}", access_of(&acme, member));
            let page = by.get(&server, &path).await.expect(200)["workspaces"].clone();
            if let Some(item) = page["items"].as_array().unwrap().iter().find(|item| item["name"] == name) {
                found = item.clone();
            }
            let Some(next) = page["next"].as_str() else { return found };
            after = format!("&after={next}");
        }
    };
    let role = json!({"source": "role", "access": "manage", "role": "owner"});
    let flag = json!({"source": "all_workspaces", "access": "write"});
    let inside = json!({"source": "workspace_member", "access": "manage", "role": "owner"});
    assert_eq!(sources(&acme.owner, 0, "C hidden").await["sources"], json!([role, flag, inside]));
    put(&server, &acme.owner, &access_of(&acme, 3), json!({"all_read": true})).await.expect(200);
    let guest = sources(&acme.guest, 3, "C hidden").await;
    assert_eq!(guest["sources"], json!([{"source": "all_workspaces", "access": "read"}]));
    assert_eq!(guest["workspace_id"], json!(hidden));
    // A custom role by its name.
    let role = format!("{}/roles/{}", base(&acme), acme.role);
    let body = json!({"permissions": ["workspace.write"]});
    acme.owner.call(&server, "PATCH", &role, Some(body)).await.expect(200);
    let guest = sources(&acme.owner, 3, "C hidden").await;
    assert_eq!(guest["sources"][0], json!({"source": "role", "access": "write", "role": "guest"}));
}

/// C-20, C-122: a member sees what they may read and nothing else; a refusal says what to do and is written down.
#[actix_web::test]
async fn a_refusal_says_what_to_do() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let one = format!("{}/workspaces/{}", base(&acme), acme.workspace);
    assert_eq!(visible(&server, &acme, &acme.member).await, Vec::<String>::new());
    let request = acme.member.request("GET", &one, None).insert_header(("x-request-id", "looking"));
    let problem = server.send(request).await.problem(403, "workspace_access_denied");
    assert_eq!(problem["permission"], "workspace.read");
    assert!(problem["detail"].as_str().unwrap().contains("ask one of its owners"), "{problem}");
    let denials = server.denials(&acme.owner, &acme.id, "looking").await;
    assert_eq!(denials.len(), 1);
    assert_eq!(denials[0]["target"], json!({"kind": "workspace", "id": acme.workspace}));
    assert_eq!(denials[0]["details"], json!({"permission": "workspace.read", "reason": "no_access_to_workspace"}));
    // A check asks, and is no attempt.
    let request = json!({"permission": "workspace.read", "workspace_id": acme.workspace});
    let request = acme.member.request("POST", &format!("{}/check", base(&acme)), Some(request));
    let answer = server.send(request.insert_header(("x-request-id", "asking"))).await;
    assert_eq!(answer.expect(200), json!({"allowed": false}));
    assert!(server.denials(&acme.owner, &acme.id, "asking").await.is_empty());
    // C-20: what helps.
    put(&server, &acme.owner, &access_of(&acme, 2), json!({"all_boards_read": true})).await.expect(200);
    acme.member.get(&server, &one).await.expect(200);
    assert_eq!(visible(&server, &acme, &acme.member).await, std::slice::from_ref(&acme.workspace));
}

/// No list holds what a check denies, and the other way round (C-20, C-121).
#[actix_web::test]
async fn lists_equal_checks() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let mut all = vec![acme.workspace.clone()];
    for (name, access) in [("A", "none"), ("B", "read"), ("C", "write"), ("D", "none"), ("E", "none")] {
        all.push(make(&server, &acme, json!({"name": name, "default_access": access})).await);
    }
    let archive = format!("{}/workspaces/{}/archive", base(&acme), all[5]);
    acme.owner.call(&server, "POST", &archive, None).await.expect(200);
    let inside = format!("{}/workspaces/{}/members", base(&acme), all[4]);
    acme.owner.call(&server, "POST", &inside, Some(json!({"member_id": acme.members[3]}))).await.expect(201);
    let grants = json!({"grants": [{"workspace_id": all[1]}, {"workspace_id": all[5], "can_write": true}]});
    put(&server, &acme.owner, &access_of(&acme, 2), grants).await.expect(200);
    for stage in [json!({}), json!({"all_read": true}), json!({"all_write": true})] {
        put(&server, &acme.owner, &access_of(&acme, 3), stage).await.expect(200);
        for person in [&acme.owner, &acme.admin, &acme.member, &acme.guest, &root] {
            let mut listed = visible(&server, &acme, person).await;
            let away = format!("{}/workspaces?archived=true", base(&acme));
            let away = person.get(&server, &away).await.expect(200);
            listed.extend(away["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            for id in &all {
                let allowed = may(&server, &acme, person, "workspace.read", id).await;
                assert_eq!(listed.contains(id), allowed, "{} {id}", person.email);
                let read = person.get(&server, &format!("{}/workspaces/{id}", base(&acme))).await;
                assert_eq!(read.status.is_success(), allowed, "{} {id}", person.email);
            }
        }
    }
}

//! What the matrix of operations does not reach: ids of workspaces, groups and
//! members in bodies and queries, and addresses without an organization (R-TEN, R-TEN-2).

mod operations;
mod support;

use operations::operations;
use serde_json::{Value, json};
use support::{Person, Server, snapshot, without_request_id};

/// An id that no store has given out.
const UNKNOWN: &str = "01980000-0000-7000-8000-00000000dead";
const MALFORMED: &str = "not-an-id";

/// Method, path, body with a thing in it, the things, and where and how they are refused.
type Row<'a> = (&'a str, String, Body<'a>, &'a [&'a str], &'a str, &'a str);
type Body<'a> = &'a dyn Fn(&str) -> Option<Value>;

/// N-15: what a body or a query names of another organization is as unknown as what nobody has, and somebody tried.
#[actix_web::test]
async fn foreign_workspaces_groups_and_members_are_unknown_and_audited() {
    let server = Server::start().await;
    let (acme, other) = (server.organization("Acme").await, server.organization("Other").await);
    let before = [snapshot(&server, &acme.owner, &acme.id).await, snapshot(&server, &other.owner, &other.id).await];
    let org = format!("/api/v1/organizations/{}", acme.id);
    let workspace = format!("{org}/workspaces/{}", acme.workspace);
    let (workspaces, groups) = ([other.workspace.as_str(), UNKNOWN], [other.group.as_str(), UNKNOWN]);
    let members = [other.members[2].as_str(), other.member.id.as_str(), UNKNOWN];
    let grants = |rest: Value| {
        move |thing: &str| {
            let mut body = rest.clone();
            body["grants"] = json!([{"workspace_id": thing}]);
            Some(body)
        }
    };
    let add = grants(json!({"user_id": other.owner.id}));
    let invite = grants(json!({"email": "new@example.com"}));
    let bulk = grants(json!({"emails": ["new@example.com"]}));
    let bulk_direct = grants(json!({"emails": ["otherowner@example.com"], "mode": "direct"}));
    let (access, approve) = (grants(json!({})), grants(json!({})));
    let group = |thing: &str| Some(json!({"name": "New", "group_id": thing}));
    let member = |thing: &str| Some(json!({"member_id": thing}));
    let nothing = |_: &str| None;
    let (at_grant, unknown_workspace) = ("/grants/0/workspace_id", "unknown_workspace");
    let rows: [Row<'_>; 14] = [
        ("PUT", format!("{org}/members/{}/access", acme.members[2]), &access, &workspaces, at_grant, unknown_workspace),
        ("POST", format!("{org}/members"), &add, &workspaces, at_grant, unknown_workspace),
        ("POST", format!("{org}/invites"), &invite, &workspaces, at_grant, unknown_workspace),
        ("POST", format!("{org}/invites/bulk"), &bulk, &workspaces, at_grant, unknown_workspace),
        ("POST", format!("{org}/invites/bulk"), &bulk_direct, &workspaces, at_grant, unknown_workspace),
        (
            "POST",
            format!("{org}/join-requests/{}/approve", acme.join_request),
            &approve,
            &workspaces,
            at_grant,
            unknown_workspace,
        ),
        ("POST", format!("{org}/workspaces"), &group, &groups, "/group_id", "unknown_workspace_group"),
        ("POST", "/api/v1/workspaces".to_owned(), &group, &groups, "/group_id", "unknown_workspace_group"),
        ("PATCH", workspace.clone(), &group, &groups, "/group_id", "unknown_workspace_group"),
        (
            "GET",
            format!("{org}/workspaces?group_id={{thing}}"),
            &nothing,
            &groups,
            "group_id",
            "unknown_workspace_group",
        ),
        (
            "GET",
            "/api/v1/workspaces?group_id={thing}".to_owned(),
            &nothing,
            &groups,
            "group_id",
            "unknown_workspace_group",
        ),
        ("POST", format!("{workspace}/members"), &member, &members, "/member_id", "unknown_member"),
        ("POST", format!("{workspace}/transfer"), &member, &members, "/member_id", "unknown_member"),
        (
            "PATCH",
            format!("/api/v1/workspaces/{}", acme.workspace),
            &group,
            &groups,
            "/group_id",
            "unknown_workspace_group",
        ),
    ];
    for (row, (method, path, body, things, pointer, code)) in rows.iter().enumerate() {
        let mut bodies = Vec::new();
        for thing in *things {
            let id = format!("{row}-{thing}");
            let request = acme.owner.request(method, &path.replace("{thing}", thing), body(thing));
            let answer = server.send(request.insert_header(("x-request-id", id.as_str()))).await;
            bodies.push(without_request_id(answer.problem(422, "invalid_request")));
            assert_eq!(answer.faults(), [((*pointer).to_owned(), (*code).to_owned())], "{method} {path}");
            let denials = server.denials(&acme.owner, &acme.id, &id).await;
            assert_eq!(denials.len(), 1, "{method} {path} {thing}");
            assert_eq!(denials[0]["target"]["id"], *thing, "{method} {path}");
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{method} {path}: {bodies:?}");
    }
    // A check answers that nothing is allowed there, to superadmins too, and says no more.
    let root = server.superadmin().await;
    for person in [&acme.owner, &root] {
        for thing in workspaces {
            let check = json!({"permission": "workspace.read", "workspace_id": thing});
            let batch = json!({"checks": [check, {"permission": "organization.read"}, check]});
            let requests = [("check", check), ("check/batch", batch)];
            for (path, body) in requests {
                let id = format!("{}-{thing}-{}", path.len(), person.id);
                let request = person.request("POST", &format!("{org}/{path}"), Some(body));
                let answer = server.send(request.insert_header(("x-request-id", id.as_str()))).await.expect(200);
                let expected = match path {
                    "check" => json!({"allowed": false}),
                    _ => json!({"results": [{"allowed": false}, {"allowed": true}, {"allowed": false}]}),
                };
                assert_eq!(answer, expected, "{path}");
                assert_eq!(server.denials(&acme.owner, &acme.id, &id).await.len(), 1, "{path} {thing}");
            }
        }
    }
    let after = [snapshot(&server, &acme.owner, &acme.id).await, snapshot(&server, &other.owner, &other.id).await];
    assert_eq!(after, before);
}

/// N-10, N-15: what is addressed without an organization is in the caller's own, and nowhere else.
#[actix_web::test]
async fn the_shorthand_reaches_no_other_organization() {
    let server = Server::start().await;
    let (acme, other) = (server.organization("Acme").await, server.organization("Other").await);
    let before = [snapshot(&server, &acme.owner, &acme.id).await, snapshot(&server, &other.owner, &other.id).await];
    let send = async |person: &Person, method: &str, (path, body): (String, Option<Value>), id: &str| {
        server.send(person.request(method, &path, body).insert_header(("x-request-id", id))).await
    };
    for operation in operations().iter().filter(|operation| operation.id.ends_with("_my_workspace")) {
        if !operation.path().contains("{workspace}") {
            continue;
        }
        let mut bodies = Vec::new();
        for thing in [&other.workspace, UNKNOWN, MALFORMED] {
            let id = format!("{}-{thing}", operation.id);
            let sample = operation.filled(&[("{workspace}", thing)]);
            let answer = send(&acme.owner, operation.method(), sample, &id).await;
            bodies.push(without_request_id(answer.problem(404, "workspace_not_found")));
            assert_eq!(server.denials(&acme.owner, &acme.id, &id).await.len(), 1, "{id}");
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{}", operation.id);
        // In one's own, what a role does not allow is refused; and whoever was removed has no way back.
        let own = operation.filled(&[("{workspace}", &acme.workspace)]);
        let switch = json!({"organization_id": acme.id});
        acme.guest.call(&server, "PATCH", "/api/v1/organizations/me/active", Some(switch)).await.expect(200);
        let answer = send(&acme.guest, operation.method(), own.clone(), operation.id).await;
        answer.problem(403, "workspace_access_denied");
        assert_eq!(server.denials(&acme.owner, &acme.id, operation.id).await.len(), 1, "{}", operation.id);
        let removed = send(&acme.removed, operation.method(), own, operation.id).await;
        removed.problem(404, "workspace_not_found");
    }
    let after = [snapshot(&server, &acme.owner, &acme.id).await, snapshot(&server, &other.owner, &other.id).await];
    assert_eq!(after, before);
}

//! Every operation of the OpenAPI document, for everybody who must not use it
//! (R-TEN, R-TEN-2, OWASP API1 and API5, ASVS 8.2.2, 8.4.1, 16.3.2).

mod operations;
mod support;

use operations::{Kind, Operation, documented, operations};
use serde_json::{Value, json};
use support::{Answer, Organization, Person, Server, request, snapshot, without_request_id};
use uuid::Uuid;

/// An id that no store has given out.
const UNKNOWN: &str = "01980000-0000-7000-8000-00000000dead";
const MALFORMED: &str = "not-an-id";

/// A new operation without a row fails the suite.
#[test]
fn every_operation_of_the_document_has_a_row() {
    let documented: Vec<String> = documented().into_iter().map(|(_, _, id)| id).collect();
    let rows: Vec<String> = operations().iter().map(|operation| operation.id.to_owned()).collect();
    let missing: Vec<_> = documented.iter().filter(|id| !rows.contains(id)).collect();
    let surplus: Vec<_> = rows.iter().filter(|id| !documented.contains(id)).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "without a row: {missing:?}; without an operation: {surplus:?}");
}

/// The sample of `operation` with the ids of an organization's own things.
fn sample(operation: &Operation, organization: &Organization) -> (String, Option<Value>) {
    let mut ids = organization.ids();
    ids.push(("{session}", UNKNOWN));
    operation.filled(&ids)
}

async fn send(
    server: &Server,
    person: &Person,
    operation: &Operation,
    sample: (String, Option<Value>),
    id: &str,
) -> Answer {
    let (path, body) = sample;
    let request = person.request(operation.method(), &path, body).insert_header(("x-request-id", id));
    // Needed by some, and nothing to the others.
    server.send(request.insert_header(("idempotency-key", id))).await
}

#[actix_web::test]
async fn without_a_good_credential_nothing_is_answered() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let root = server.superadmin().await;
    let disabled = acme.member.clone();
    let path = format!("/api/v1/platform/users/{}/disable", disabled.id);
    root.call(&server, "POST", &path, None).await.expect(200);
    let ended = server.login(&acme.admin).await;
    ended.call(&server, "POST", "/api/v1/auth/logout", None).await.expect(204);
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    for operation in operations().iter().filter(|operation| operation.kind != Kind::Public) {
        let (path, body) = sample(operation, &acme);
        let ask = || request(operation.method(), &path, body.as_ref()).insert_header(("idempotency-key", "1"));
        let credentials = [
            None,
            Some(("authorization", "Bearer".to_owned())),
            Some(("authorization", "Bearer ".to_owned())),
            Some(("authorization", format!("Basic {}", acme.owner.token))),
            Some(("authorization", "Bearer ghs_forged".to_owned())),
            Some(("authorization", format!("Bearer {}x", acme.owner.token))),
            Some(("authorization", format!("Bearer {}", disabled.token))),
            Some(("authorization", format!("Bearer {}", ended.token))),
            Some(("x-api-key", "ghs_forged".to_owned())),
        ];
        for credential in credentials {
            let answer = match &credential {
                Some((name, value)) => server.send(ask().insert_header((*name, value.as_str()))).await,
                None => server.send(ask()).await,
            };
            let problem = answer.problem(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{}", operation.id);
            assert_eq!(problem["detail"], "a valid credential is needed", "{}", operation.id);
        }
    }
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
}

/// A foreign, an unknown and a malformed id get one answer, and the attempt is
/// in the victim's log and in the stranger's own (N-15, C-20).
#[actix_web::test]
async fn a_stranger_learns_nothing() {
    let server = Server::start().await;
    let (acme, evil) = (server.organization("Acme").await, server.register("Mallory").await);
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    for operation in operations().iter().filter(|operation| operation.kind == Kind::Scoped) {
        let mut bodies = Vec::new();
        for (name, organization) in [("foreign", acme.id.as_str()), ("unknown", UNKNOWN), ("malformed", MALFORMED)] {
            let sample = sample_at(operation, &acme, organization);
            let id = format!("{}-{name}", operation.id);
            let answer = send(&server, &evil, operation, sample, &id).await;
            bodies.push(without_request_id(answer.problem(404, "organization_not_found")));
            let own = server.denials(&evil, &evil.organization, &id).await;
            assert_eq!(own.len(), 1, "{id}: in the stranger's own log");
            let theirs = server.denials(&acme.owner, &acme.id, &id).await;
            assert_eq!(theirs.len(), usize::from(name == "foreign"), "{id}: in the victim's log");
            for event in own.iter().chain(&theirs) {
                assert_eq!(event["user_id"], evil.id, "{id}");
                assert_eq!(event["success"], false, "{id}");
                assert_eq!(event["target"]["kind"], "organization", "{id}");
            }
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{}: {bodies:?}", operation.id);
    }
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
}

fn sample_at(operation: &Operation, organization: &Organization, id: &str) -> (String, Option<Value>) {
    let mut ids = organization.ids();
    ids[0] = ("{org}", id);
    operation.filled(&ids)
}

/// A member without the permission gets 403, and the attempt is audited (C-07, C-17, C-20).
#[actix_web::test]
async fn a_member_without_the_permission_is_refused() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    for operation in operations().iter().filter(|operation| operation.kind == Kind::Scoped) {
        let Some(permission) = operation.permission else { continue };
        let answer = send(&server, &acme.guest, operation, sample(operation, &acme), operation.id).await;
        let problem = answer.problem(403, operation.refusal());
        assert_eq!(problem["permission"], permission, "{}", operation.id);
        assert!(problem["detail"].as_str().unwrap().contains("ask"), "C-20: with what to do: {}", operation.id);
        let denials = server.denials(&acme.owner, &acme.id, operation.id).await;
        assert_eq!(denials.len(), 1, "{}", operation.id);
        assert_eq!(denials[0]["user_id"], acme.guest.id, "{}", operation.id);
        assert_eq!(denials[0]["success"], false, "{}", operation.id);
    }
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
}

/// What members may see and admins may not do (C-04, C-05, M-08, M-09, S-10).
#[actix_web::test]
async fn built_in_roles_end_where_they_should() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    for operation in operations().iter().filter(|operation| operation.kind == Kind::Scoped) {
        let Some(permission) = operation.permission else { continue };
        let may = ["member.read", "role.read", "workspace.create", "credits.spend"].contains(&permission);
        // The sample is their own access and quota, which everybody reads.
        if !may && !["read_member_access", "read_member_quota"].contains(&operation.id) {
            let answer = send(&server, &acme.member, operation, sample(operation, &acme), operation.id).await;
            answer.problem(403, operation.refusal());
        }
        if ["organization.delete", "ownership.transfer"].contains(&permission) {
            let answer = send(&server, &acme.admin, operation, sample(operation, &acme), operation.id).await;
            answer.problem(403, "permission_denied");
        }
    }
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
}

/// Whoever was removed is a stranger from the next request on (R-CONS-1, C-110).
#[actix_web::test]
async fn a_removed_member_is_a_stranger() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    for operation in operations().iter().filter(|operation| operation.kind == Kind::Scoped) {
        let foreign = send(&server, &acme.removed, operation, sample(operation, &acme), operation.id).await;
        let unknown = send(&server, &acme.removed, operation, sample_at(operation, &acme, UNKNOWN), "unknown").await;
        let foreign = without_request_id(foreign.problem(404, "organization_not_found"));
        assert_eq!(foreign, without_request_id(unknown.json()), "{}", operation.id);
        assert_eq!(server.denials(&acme.owner, &acme.id, operation.id).await.len(), 1, "{}", operation.id);
    }
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
}

/// Operating the installation is for superadmins, and the attempt is in the log of whoever tried (M-55, N-32).
#[actix_web::test]
async fn the_platform_is_for_superadmins() {
    let server = Server::start().await;
    let (acme, other) = (server.organization("Acme").await, server.organization("Other").await);
    let before = snapshot(&server, &other.owner, &other.id).await;
    for operation in operations().iter().filter(|operation| operation.kind == Kind::Platform) {
        for target in [&acme, &other] {
            let id = format!("{}-{}", operation.id, target.id);
            let answer = send(&server, &acme.owner, operation, sample(operation, target), &id).await;
            answer.problem(403, "superadmin_required");
            assert_eq!(server.denials(&acme.owner, &acme.id, &id).await.len(), 1, "{id}");
        }
    }
    assert_eq!(snapshot(&server, &other.owner, &other.id).await, before);
}

/// One organization in the path, a thing of another behind it (R-TEN-2): as unknown, and audited.
#[actix_web::test]
async fn foreign_things_are_unknown() {
    let server = Server::start().await;
    let (acme, other) = (server.organization("Acme").await, server.organization("Other").await);
    let before = [snapshot(&server, &acme.owner, &acme.id).await, snapshot(&server, &other.owner, &other.id).await];
    let things: [(&str, Vec<&str>, &str); 9] = [
        ("{member}", vec![&other.members[2], &other.member.id], "member_not_found"),
        ("{role}", vec![&other.role], "role_not_found"),
        ("{invite}", vec![&other.invitation], "invitation_not_found"),
        ("{domain_id}", vec![&other.domain_id], "domain_not_found"),
        ("{request}", vec![&other.join_request], "join_request_not_found"),
        ("{workspace}", vec![&other.workspace], "workspace_not_found"),
        ("{group}", vec![&other.group], "workspace_group_not_found"),
        ("{grant}", vec![&other.grant], "credit_grant_not_found"),
        ("{reservation}", vec![&other.reservation], "reservation_not_found"),
    ];
    for operation in operations().iter().filter(|operation| operation.kind == Kind::Scoped) {
        for (placeholder, foreign, code) in &things {
            if !operation.path().contains(placeholder) {
                continue;
            }
            let mut bodies = Vec::new();
            for thing in foreign.iter().copied().chain([UNKNOWN, MALFORMED]) {
                // Everything else is the organization's own.
                let (path, body) = (operation.path().replace(placeholder, thing), sample(operation, &acme).1);
                let ids = acme.ids();
                let path = ids.iter().fold(path, |path, (name, id)| path.replace(name, id));
                let id = format!("{}-{code}-{thing}", operation.id);
                let answer = send(&server, &acme.owner, operation, (path, body), &id).await;
                bodies.push(without_request_id(answer.problem(404, code)));
                let denials = server.denials(&acme.owner, &acme.id, &id).await;
                assert_eq!(denials.len(), 1, "{id}");
                if Uuid::try_parse(thing).is_ok() {
                    assert_eq!(denials[0]["target"]["id"], thing, "{id}");
                }
            }
            assert!(bodies.iter().all(|body| *body == bodies[0]), "{}: {bodies:?}", operation.id);
        }
    }
    let after = [snapshot(&server, &acme.owner, &acme.id).await, snapshot(&server, &other.owner, &other.id).await];
    assert_eq!(after, before);
}

/// The same for ids in bodies and queries (R-TEN-2, R-TEN-3).
#[actix_web::test]
async fn foreign_things_in_bodies_and_queries_are_unknown() {
    let server = Server::start().await;
    let (acme, other) = (server.organization("Acme").await, server.organization("Other").await);
    let before = [snapshot(&server, &acme.owner, &acme.id).await, snapshot(&server, &other.owner, &other.id).await];
    let org = format!("/api/v1/organizations/{}", acme.id);
    let member = format!("{org}/members/{}", acme.members[2]);
    let role = format!("{org}/roles/{}", acme.role);
    let same =
        async |method: &str, path: &str, body: &dyn Fn(&str) -> Option<Value>, foreign: &str, status, code: &str| {
            let mut bodies = Vec::new();
            for thing in [foreign, UNKNOWN] {
                let path = path.replace("{thing}", thing);
                let answer = acme.owner.call(&server, method, &path, body(thing)).await;
                bodies.push(without_request_id(answer.problem(status, code)));
            }
            assert_eq!(bodies[0], bodies[1], "{method} {path}");
        };
    let nothing: &dyn Fn(&str) -> Option<Value> = &|_| None;
    let role_body: &dyn Fn(&str) -> Option<Value> = &|thing| Some(json!({"role": thing}));
    let add = |thing: &str| Some(json!({"email": "otherowner@example.com", "role": thing}));
    let transfer = format!("{org}/transfer-ownership");
    same("POST", &transfer, &|thing| Some(json!({"user_id": thing})), &other.member.id, 404, "member_not_found").await;
    same("PATCH", &member, role_body, &other.role, 422, "invalid_request").await;
    same("POST", &format!("{org}/members"), &add, &other.role, 422, "invalid_request").await;
    let invite = |thing: &str| Some(json!({"email": "new@example.com", "role": thing}));
    same("POST", &format!("{org}/invites"), &invite, &other.role, 422, "invalid_request").await;
    let bulk = |thing: &str| Some(json!({"emails": ["new@example.com"], "role": thing}));
    same("POST", &format!("{org}/invites/bulk"), &bulk, &other.role, 422, "invalid_request").await;
    let approve = format!("{org}/join-requests/{}/approve", acme.join_request);
    same("POST", &approve, role_body, &other.role, 422, "invalid_request").await;
    same("DELETE", &format!("{role}?replacement={{thing}}"), nothing, &other.role, 422, "invalid_request").await;
    same("GET", &format!("{org}/members?role={{thing}}"), nothing, &other.role, 422, "invalid_request").await;
    for (number, (what, field, thing)) in [
        ("consume", "workspace_id", &other.workspace),
        ("consume", "member", &other.members[2]),
        ("consume", "member", &other.member.id),
        ("reservations", "workspace_id", &other.workspace),
        ("reservations", "member", &other.member.id),
        ("refunds", "transaction_id", &other.transaction),
    ]
    .into_iter()
    .enumerate()
    {
        let mut bodies = Vec::new();
        for thing in [thing.as_str(), UNKNOWN] {
            let mut body = if what == "refunds" { json!({}) } else { json!({"amount": 1}) };
            body[field] = json!(thing);
            let id = format!("{number}-{what}-{field}-{thing}");
            let request = acme.owner.request("POST", &format!("{org}/credits/{what}"), Some(body));
            let request = request.insert_header(("idempotency-key", "1")).insert_header(("x-request-id", id.as_str()));
            let answer = server.send(request).await;
            assert_eq!(answer.faults()[0].0, format!("/{field}"), "{id}");
            bodies.push(without_request_id(answer.problem(422, "invalid_request")));
            // N-15: naming what is another's is written down.
            assert_eq!(server.denials(&acme.owner, &acme.id, &id).await.len(), 1, "{id}");
        }
        assert_eq!(bodies[0], bodies[1], "{what} {field}");
    }
    for filter in [format!("user_id={}", other.owner.id), format!("workspace_id={}", other.workspace)] {
        let page = acme.owner.get(&server, &format!("{org}/credits/transactions?{filter}")).await.expect(200);
        assert_eq!(page["items"], json!([]), "{filter}");
    }
    let usage = acme.owner.get(&server, &format!("{org}/credit-usage?workspace_id={}", other.workspace)).await;
    assert!(usage.expect(200)["items"].as_array().unwrap().iter().all(|member| member["month"]["used"] == 0));
    let mine = |id: &str| format!("/api/v1/users/me/credit-usage?organization_id={id}");
    same("GET", &mine("{thing}"), nothing, &other.id, 404, "organization_not_found").await;
    let switch = "/api/v1/organizations/me/active";
    same("PATCH", switch, &|thing| Some(json!({"organization_id": thing})), &other.id, 404, "organization_not_found")
        .await;
    for answer in ["accept", "decline"] {
        // Somebody else's invitation: told only to who has shown that the address is theirs, and then as unknown.
        let path = format!("/api/v1/users/me/invites/{{thing}}/{answer}");
        same("POST", &path, nothing, &other.invitation, 403, "email_not_verified").await;
        let [one, two] = [&other.invitation, UNKNOWN].map(|thing| path.replace("{thing}", thing));
        let one = acme.applicant.call(&server, "POST", &one, None).await.problem(404, "invitation_not_found");
        let two = acme.applicant.call(&server, "POST", &two, None).await.problem(404, "invitation_not_found");
        assert_eq!(without_request_id(one), without_request_id(two));
    }
    let mut bodies = Vec::new();
    for thing in [&other.id, UNKNOWN] {
        let wish = json!({"organization_id": thing});
        let answer = acme.applicant.call(&server, "POST", "/api/v1/users/me/join-requests", Some(wish)).await;
        bodies.push(without_request_id(answer.problem(404, "organization_not_found")));
    }
    assert_eq!(bodies[0], bodies[1]);
    let sessions = other.owner.get(&server, "/api/v1/users/me/sessions").await.expect(200);
    let session = sessions["items"][0]["id"].as_str().unwrap();
    same("DELETE", "/api/v1/users/me/sessions/{thing}", nothing, session, 404, "session_not_found").await;
    for (filter, thing) in [("target", other.id.as_str()), ("target", &other.members[0]), ("actor", &other.owner.id)] {
        let path = format!("{org}/audit-events?{filter}={thing}");
        let events = acme.owner.get(&server, &path).await.expect(200);
        // What stands there of others is what the caller tried oneself.
        for event in events["items"].as_array().unwrap() {
            assert_eq!((&event["user_id"], &event["success"]), (&json!(acme.owner.id), &json!(false)), "{path}");
        }
    }
    let check = json!({"permission": "member.read", "user_id": other.owner.id});
    let checked = acme.owner.call(&server, "POST", &format!("{org}/check"), Some(check)).await.expect(200);
    assert_eq!(checked, json!({"allowed": false}));
    let after = [snapshot(&server, &acme.owner, &acme.id).await, snapshot(&server, &other.owner, &other.id).await];
    assert_eq!(after, before);
}

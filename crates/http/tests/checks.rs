//! Permission checks, one by one and many at once.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use serde_json::{Value, json};
use support::{Person, Server, request};

/// R-CHECK: each answer of a batch is the one that the question gets alone.
#[actix_web::test]
async fn a_batch_answers_as_single_checks_do() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let base = format!("/api/v1/organizations/{}", acme.id);
    let open = json!({"name": "Open", "default_access": "read"});
    let open = acme.owner.call(&server, "POST", &format!("{base}/workspaces"), Some(open)).await.expect(201);
    let grants = json!({"grants": [{"workspace_id": acme.workspace, "can_write": true}]});
    let access = format!("{base}/members/{}/access", acme.members[2]);
    acme.owner.call(&server, "PUT", &access, Some(grants)).await.expect(200);
    let people = [&acme.owner, &acme.admin, &acme.member, &acme.guest, &acme.removed];
    let unknown = json!("01980000-0000-7000-8000-00000000dead");
    for person in [&acme.owner, &acme.admin, &acme.member, &root] {
        let mut checks = Vec::new();
        for subject in people.iter().map(|subject| Some(json!(subject.id))).chain([None, Some(unknown.clone())]) {
            for permission in
                ["workspace.read", "workspace.write", "workspace.manage", "member.add", "organization.read"]
            {
                let mut check = json!({"permission": permission});
                if let Some(subject) = &subject {
                    check["user_id"] = subject.clone();
                }
                checks.push(check.clone());
                if permission.starts_with("workspace") {
                    for workspace in [&json!(acme.workspace), &open["id"], &unknown] {
                        check["workspace_id"] = workspace.clone();
                        checks.push(check.clone());
                    }
                }
            }
        }
        assert_eq!(checks.len(), 98);
        let batch = json!({"checks": checks});
        let batch = person.call(&server, "POST", &format!("{base}/check/batch"), Some(batch)).await.expect(200);
        assert_eq!(batch.as_object().unwrap().len(), 1);
        let mut single = Vec::new();
        for check in checks {
            single.push(person.call(&server, "POST", &format!("{base}/check"), Some(check)).await.expect(200));
        }
        assert_eq!(batch["results"], Value::Array(single), "{}", person.email);
    }
}

/// What a permission for workspaces means without a workspace: every one that is shared.
#[actix_web::test]
async fn without_a_workspace_all_of_them_are_meant() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let base = format!("/api/v1/organizations/{}", acme.id);
    let ask = async |person: &Person, permission: &str| {
        let body = json!({"permission": permission});
        person.call(&server, "POST", &format!("{base}/check"), Some(body)).await.expect(200)["allowed"].clone()
    };
    let set = async |body: Value| {
        let path = format!("{base}/members/{}/access", acme.members[2]);
        acme.owner.call(&server, "PUT", &path, Some(body)).await.expect(200)
    };
    set(json!({"grants": [{"workspace_id": acme.workspace, "can_write": true}]})).await;
    assert_eq!(ask(&acme.member, "workspace.read").await, json!(false), "one is not all");
    set(json!({"all_read": true})).await;
    assert_eq!(ask(&acme.member, "workspace.read").await, json!(true), "C-121");
    assert_eq!(ask(&acme.member, "workspace.write").await, json!(false));
    set(json!({"all_write": true})).await;
    assert_eq!(ask(&acme.member, "workspace.write").await, json!(true));
    assert_eq!(ask(&acme.member, "workspace.manage").await, json!(false));
    assert_eq!(ask(&acme.admin, "workspace.manage").await, json!(true));
}

/// Who may not ask, and what is too much: 1 to 100 questions, within the size of a body.
#[actix_web::test]
async fn batches_that_are_refused() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let path = format!("/api/v1/organizations/{}/check/batch", acme.id);
    let question = json!({"permission": "workspace.read", "workspace_id": acme.workspace});
    let many = |count: usize| Some(json!({"checks": vec![question.clone(); count]}));
    for count in [1, 100] {
        let answer = acme.guest.call(&server, "POST", &path, many(count)).await.expect(200);
        assert_eq!(answer["results"], Value::Array(vec![json!({"allowed": false}); count]));
    }
    for (count, code) in [(0, "empty"), (101, "too_many"), (5_000, "too_many")] {
        let answer = acme.owner.call(&server, "POST", &path, many(count)).await;
        answer.problem(422, "invalid_request");
        assert_eq!(answer.faults(), [("/checks".to_owned(), code.to_owned())]);
        // Who is a stranger is told that first.
        acme.removed.call(&server, "POST", &path, many(count)).await.problem(404, "organization_not_found");
    }
    acme.owner.call(&server, "POST", &path, many(20_000)).await.problem(413, "body_too_large");
    // One question about somebody else needs what that needs alone.
    let about = json!({"checks": [question, {"permission": "organization.read", "user_id": acme.owner.id}]});
    let refused = acme.guest.call(&server, "POST", &path, Some(about)).await.problem(403, "permission_denied");
    assert_eq!(refused["permission"], "member.read");
    server.send(request("POST", &path, many(1).as_ref())).await.problem(401, "unauthenticated");
    let me = json!({"checks": [{"permission": "organization.read"}]});
    let answer = acme.owner.call(&server, "POST", "/api/organizations/me/check/batch", Some(me)).await.expect(200);
    assert_eq!(answer, json!({"results": [{"allowed": true}]}));
}

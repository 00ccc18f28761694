//! Kinds of workspaces: what they have, where they are, and how many there may be.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use guildhall_domain::blueprint::{Blueprint, FieldRule, WorkspaceKind, WorkspaceKinds};
use guildhall_domain::{FieldName, FieldType, LimitName, WorkspaceKindName};
use serde_json::{Value, json};
use support::{Answer, Organization, Person, Server, snapshot};

fn base(organization: &Organization) -> String {
    format!("/api/v1/organizations/{}", organization.id)
}

fn kind(name: &str, plural: &str) -> WorkspaceKind {
    WorkspaceKind::new(WorkspaceKindName::parse(name).unwrap(), LimitName::parse(plural).unwrap())
}

/// Boards with agents and an objective, and projects, as C-14 and S-14 have them.
fn boards_and_projects() -> Blueprint {
    let mut board = kind("board", "boards");
    board.limits.insert(LimitName::parse("max_agents").unwrap(), 1);
    let rule = |field_type, choices: &[&str]| FieldRule {
        field_type,
        required: false,
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
    };
    board.fields.insert(FieldName::parse("objective").unwrap(), rule(FieldType::Text, &[]));
    board.fields.insert(FieldName::parse("stage").unwrap(), rule(FieldType::Text, &["delivery", "research"]));
    board.fields.insert(FieldName::parse("points").unwrap(), rule(FieldType::Integer, &[]));
    board.fields.insert(FieldName::parse("public").unwrap(), rule(FieldType::Boolean, &[]));
    Blueprint { workspace_kinds: WorkspaceKinds(vec![board, kind("project", "projects")]), ..Blueprint::default() }
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

/// Lists: by kind, group, words, and page by page.
#[actix_web::test]
async fn lists() {
    let server = Server::ruled(boards_and_projects()).await;
    let acme = server.organization("Acme").await;
    let path = format!("{}/workspaces", base(&acme));
    for (name, kind, group) in [("Beta", "board", true), ("alpha", "project", true), ("Gamma 50%", "project", false)] {
        let group = if group { json!(acme.group) } else { Value::Null };
        make(&server, &acme.owner, &path, json!({"name": name, "kind": kind, "group_id": group})).await;
    }
    let found = async |query: &str| names(&acme.owner.get(&server, &format!("{path}?{query}")).await.expect(200));
    assert_eq!(found("").await, ["Acme Engines", "alpha", "Beta", "Gamma 50%"]);
    assert_eq!(found("kind=project").await, ["alpha", "Gamma 50%"]);
    assert_eq!(found(&format!("group_id={}", acme.group)).await, ["Acme Engines", "alpha", "Beta"]);
    assert_eq!(found(&format!("group_id={}&kind=project", acme.group)).await, ["alpha"]);
    assert_eq!(found("search=ALPHA").await, ["alpha"]);
    assert_eq!(found("search=%25").await, ["Gamma 50%"]);
    assert_eq!(found("search=%20").await.len(), 4);
    assert_eq!(found("archived=false").await.len(), 4);
    let mut walked = Vec::new();
    let mut after = String::new();
    loop {
        let page = acme.owner.get(&server, &format!("{path}?limit=3{after}")).await.expect(200);
        walked.extend(names(&page));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(walked, ["Acme Engines", "alpha", "Beta", "Gamma 50%"]);
}

/// C-14: what a kind declares: limits of its own, of which 0 is none, and fields.
#[actix_web::test]
async fn limits_and_fields_of_a_kind() {
    let server = Server::ruled(boards_and_projects()).await;
    let acme = server.organization("Acme").await;
    let path = format!("{}/workspaces", base(&acme));
    let board = make(&server, &acme.owner, &path, json!({"name": "Board"})).await;
    assert_eq!(
        (&board["kind"], &board["limits"], &board["fields"]),
        (&json!("board"), &json!({"max_agents": 1}), &json!({}))
    );
    let fields = json!({"objective": " Ship ", "stage": "delivery", "points": -3, "public": true});
    let wish = json!({"name": "Second", "kind": "board", "limits": {"max_agents": 0}, "fields": fields});
    let board = make(&server, &acme.owner, &path, wish).await;
    assert_eq!(board["limits"], json!({"max_agents": 0}));
    assert_eq!(board["fields"], json!({"objective": "Ship", "stage": "delivery", "points": -3, "public": true}));
    let one = format!("{path}/{}", text(&board["id"]));
    let patch = async |body: Value| acme.owner.call(&server, "PATCH", &one, Some(body)).await;
    let changed = patch(json!({"limits": {"max_agents": 7}, "fields": {"points": null, "stage": "research"}})).await;
    let changed = changed.expect(200);
    assert_eq!(changed["limits"], json!({"max_agents": 7}));
    assert_eq!(changed["fields"], json!({"objective": "Ship", "stage": "research", "public": true}));
    let changed = patch(json!({"limits": {"max_agents": null}})).await.expect(200);
    assert_eq!(changed["limits"], json!({"max_agents": 1}), "as its kind says");
    for (body, pointer, code) in [
        (json!({"fields": {"stage": "idle"}}), "/fields/stage", "unknown_value"),
        (json!({"fields": {"points": "3"}}), "/fields/points", "wrong_type"),
        (json!({"fields": {"public": 1}}), "/fields/public", "wrong_type"),
        (json!({"fields": {"colour": "red"}}), "/fields/colour", "unknown_field"),
        (json!({"limits": {"max_gateways": 1}}), "/limits/max_gateways", "unknown_limit"),
    ] {
        let answer = patch(body.clone()).await;
        assert_eq!(answer.faults(), [(pointer.to_owned(), code.to_owned())], "{body}");
        let mut wish = body.clone();
        wish["name"] = json!("Third");
        let answer = acme.owner.call(&server, "POST", &path, Some(wish)).await;
        assert_eq!(answer.faults(), [(pointer.to_owned(), code.to_owned())], "{body}");
    }
    let project = json!({"name": "P", "kind": "project", "limits": {"max_agents": 1}});
    let answer = acme.owner.call(&server, "POST", &path, Some(project)).await;
    assert_eq!(answer.faults(), [("/limits/max_agents".to_owned(), "unknown_limit".to_owned())]);
}

/// C-15, C-21, S-14: each kind under its plural, in the active organization.
#[actix_web::test]
async fn kinds_under_their_plurals() {
    let server = Server::ruled(boards_and_projects()).await;
    let acme = server.organization("Acme").await;
    let kinds = acme.guest.get(&server, "/api/v1/workspace-kinds").await.expect(200);
    assert_eq!(
        kinds["items"],
        json!([
            {
                "name": "board", "plural": "boards", "label": "board", "default_access": "none",
                "can_be_personal": false, "limits": {"max_agents": 1},
                "fields": {
                    "objective": {"type": "text", "required": false},
                    "points": {"type": "integer", "required": false},
                    "public": {"type": "boolean", "required": false},
                    "stage": {"type": "text", "required": false, "choices": ["delivery", "research"]}
                }
            },
            {
                "name": "project", "plural": "projects", "label": "project", "default_access": "none",
                "can_be_personal": false, "limits": {}, "fields": {}
            }
        ])
    );
    let (owner, wish) = (&acme.owner, json!({"name": "One", "limits": {"max_agents": 2}}));
    let answer = owner.call(&server, "POST", "/api/v1/boards", Some(wish)).await;
    let board = answer.expect(201);
    assert_eq!((&board["kind"], &board["organization_id"]), (&json!("board"), &json!(acme.id)));
    let id = text(&board["id"]);
    assert_eq!(answer.header("location"), Some(format!("{}/workspaces/{id}", base(&acme)).as_str()));
    let project = make(&server, owner, "/api/projects", json!({"name": "Two", "kind": "project"})).await;
    assert_eq!(project["kind"], "project");
    let wrong = owner.call(&server, "POST", "/api/v1/boards", Some(json!({"name": "A", "kind": "project"}))).await;
    assert_eq!(wrong.faults(), [("/kind".to_owned(), "wrong_kind".to_owned())]);
    let wrong = owner.get(&server, "/api/v1/boards?kind=project").await;
    assert_eq!(wrong.faults(), [("kind".to_owned(), "wrong_kind".to_owned())]);
    for (path, expected) in [
        ("/api/v1/boards", vec!["Acme Engines", "One"]),
        ("/api/boards?kind=board", vec!["Acme Engines", "One"]),
        ("/api/v1/projects", vec!["Two"]),
        ("/api/v1/workspaces", vec!["Acme Engines", "One", "Two"]),
    ] {
        assert_eq!(names(&owner.get(&server, path).await.expect(200)), expected, "{path}");
    }
    let one = format!("/api/v1/boards/{id}");
    let read = owner.get(&server, &one).await;
    assert_eq!(read.expect(200), board);
    let tag = read.header("etag").unwrap().to_owned();
    let known = owner.request("GET", &one, None).insert_header(("if-none-match", tag));
    assert_eq!(server.send(known).await.status.as_u16(), 304);
    assert_eq!(owner.call(&server, "HEAD", &one, None).await.status.as_u16(), 200);
    let changed = owner.call(&server, "PATCH", &one, Some(json!({"name": "Eins"}))).await.expect(200);
    assert_eq!(changed["name"], "Eins");
    let before = snapshot(&server, owner, &acme.id).await;
    let elsewhere = format!("/api/v1/projects/{id}");
    for (method, body) in [("GET", None), ("PATCH", Some(json!({"name": "B"}))), ("DELETE", None)] {
        owner.call(&server, method, &elsewhere, body).await.problem(404, "workspace_not_found");
    }
    let stale = owner.request("DELETE", &one, None).insert_header(("if-match", "\"old\""));
    server.send(stale).await.problem(412, "precondition_failed");
    let put = owner.call(&server, "PUT", &one, None).await;
    put.problem(405, "method_not_allowed");
    assert_eq!(put.header("allow"), Some("DELETE, GET, HEAD, PATCH"));
    server.call("GET", "/api/v1/boards", None).await.problem(401, "unauthenticated");
    assert_eq!(snapshot(&server, owner, &acme.id).await, before);
    owner.call(&server, "DELETE", &one, None).await.expect(204);
    // A kind of another deployment has no address here.
    let plain = Server::start().await;
    let ada = plain.register("Ada").await;
    ada.get(&plain, "/api/v1/boards").await.problem(404, "route_not_found");
}

/// The served description shows the kinds of the deployment, each operation with an id of its own.
#[actix_web::test]
async fn kinds_are_described() {
    let server = Server::ruled(boards_and_projects()).await;
    let document = server.call("GET", "/api/openapi.json", None).await.expect(200);
    let mut ids = Vec::new();
    for item in document["paths"].as_object().unwrap().values() {
        ids.extend(item.as_object().unwrap().values().filter_map(|operation| operation["operationId"].as_str()));
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    for id in ["boards_list", "boards_create", "boards_read", "boards_update", "boards_delete", "projects_list"] {
        assert!(ids.contains(&id), "{id}");
    }
    let create = &document["paths"]["/api/v1/boards"]["post"];
    assert_eq!(create["requestBody"], document["paths"]["/api/v1/workspaces"]["post"]["requestBody"]);
    assert!(text(&create["description"]).contains("`board`"), "{create}");
    let plain = serde_json::to_value(guildhall_http::openapi()).unwrap();
    assert!(plain["paths"]["/api/v1/boards"].is_null());
}

#[track_caller]
fn is_full(answer: &Answer, limit: &str, used: u64, max: u64) {
    let problem = answer.problem(409, "limit_reached");
    let expected = (json!(limit), json!(used), json!(max));
    assert_eq!((problem["limit"].clone(), problem["used"].clone(), problem["max"].clone()), expected);
}

/// M-14, M-15, M-54: as many as the plan allows, of all kinds and of each; what is deleted makes room.
#[actix_web::test]
async fn at_the_limit_of_workspaces() {
    let server = Server::ruled(boards_and_projects()).await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let path = format!("{}/workspaces", base(&acme));
    let limits = async |limits: Value| {
        let path = format!("{}/limits", base(&acme));
        root.call(&server, "PUT", &path, Some(json!({"limits": limits}))).await.expect(200)
    };
    limits(json!({"boards": 2, "workspaces": 3})).await;
    let post =
        async |kind: &str| acme.owner.call(&server, "POST", &path, Some(json!({"name": "More", "kind": kind}))).await;
    // One board is there.
    let board = post("board").await.expect(201);
    is_full(&post("board").await, "boards", 2, 2);
    post("project").await.expect(201);
    is_full(&post("project").await, "workspaces", 3, 3);
    // M-14: a limit below what there is takes nothing away, and nothing more is made.
    limits(json!({"boards": 1, "workspaces": 2})).await;
    assert_eq!(names(&acme.owner.get(&server, &path).await.expect(200)).len(), 3);
    is_full(&post("project").await, "workspaces", 3, 2);
    let usage = acme.owner.get(&server, &format!("{}/usage", base(&acme))).await.expect(200);
    assert_eq!(usage["limits"][1], json!({"name": "workspaces", "used": 3, "max": 2, "percent": 150, "level": "red"}));
    assert_eq!(usage["limits"][2], json!({"name": "boards", "used": 2, "max": 1, "percent": 200, "level": "red"}));
    assert_eq!(usage["limits"][3], json!({"name": "projects", "used": 1, "max": 0, "percent": null, "level": "blue"}));
    limits(json!({"boards": 2, "workspaces": 0})).await;
    is_full(&post("board").await, "boards", 2, 2);
    acme.owner.call(&server, "DELETE", &format!("{path}/{}", text(&board["id"])), None).await.expect(204);
    post("board").await.expect(201);
}

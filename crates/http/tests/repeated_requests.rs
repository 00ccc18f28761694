//! Every POST can be sent again (R-IDEM, M-62).
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod operations;
mod samples;
mod support;

use std::sync::Arc;

use futures_util::future::join_all;
use guildhall_domain::blueprint::{Blueprint, WorkspaceKind, WorkspaceKinds};
use guildhall_domain::{LimitName, OrganizationId, UserId, WorkspaceKindName};
use guildhall_http::HttpSettings;
use guildhall_ports::Clock;
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, Mode, Store};
use guildhall_security::SystemClock;
use guildhall_store_memory::MemoryStore;
use operations::documented;
use samples::{World, comparable, counts, remembering};
use serde_json::{Value, json};
use support::{PASSWORD, Person, Server, ports, request};
use time::Duration;
use uuid::Uuid;

/// R-IDEM-1, R-IDEM-2: the second of two equal requests gets the first's answer
/// and does nothing, under either prefix; a third that says something else is refused.
#[actix_web::test]
async fn the_same_request_again_gets_the_same_answer() {
    for operation in remembering() {
        let id = operation.id;
        let world = World::new().await;
        let sample = world.sample(&operation).await;
        let before = world.state(&sample.by).await;
        let first = sample.send(&world.server, "order-7").await;
        assert!(first.status.is_success(), "{id}: {first:?}");
        assert_eq!(first.header("idempotent-replayed"), None, "{id}");
        let after = world.state(&sample.by).await;
        assert!(before != after, "{id} does something");
        let again = sample.send(&world.server, "order-7").await;
        let elsewhere = samples::Sample { path: sample.path.replace("/api/v1/", "/api/"), ..sample };
        let third = elsewhere.send(&world.server, "order-7").await;
        for again in [again, third] {
            assert_eq!(comparable(&again), comparable(&first), "{id}");
            assert_eq!(again.header("idempotent-replayed"), Some("true"), "{id}");
        }
        let other = world.server.send(elsewhere.changed("order-7")).await;
        other.problem(422, "idempotency_key_reused");
        assert!(world.state(&elsewhere.by).await == after, "{id} does it once");
    }
}

/// R-IDEM-3: of twenty at once one is carried out; each of the others gets its answer, or is told to come back.
#[actix_web::test]
async fn of_many_at_once_one_is_carried_out() {
    for operation in remembering() {
        let id = operation.id;
        let (world, other) = (World::new().await, World::new().await);
        let alone = other.sample(&operation).await;
        assert!(alone.send(&other.server, "order-7").await.status.is_success(), "{id}");
        let sample = world.sample(&operation).await;
        let answers = join_all((0..20).map(|_| sample.send(&world.server, "order-7"))).await;
        let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.is_success());
        let first = comparable(done.first().unwrap_or_else(|| panic!("{id}: {answers:?}")));
        for answer in &done {
            assert_eq!(comparable(answer), first, "{id}");
        }
        let replayed = done.iter().filter(|answer| answer.header("idempotent-replayed").is_some()).count();
        assert_eq!(replayed + 1, done.len(), "{id}");
        for answer in refused {
            answer.problem(409, "request_in_flight");
            assert_eq!(answer.header("retry-after"), Some("1"), "{id}");
        }
        assert_eq!(counts(&world.state(&sample.by).await), counts(&other.state(&alone.by).await), "{id}");
    }
}

/// Every POST of the document is in the table, or says that it needs a key or ignores it; and does as it says.
#[actix_web::test]
async fn every_post_does_with_the_key_as_it_says() {
    let world = World::new().await;
    let remembering: Vec<_> = remembering().iter().map(|operation| operation.id).collect();
    let (mut ignoring, mut posts) = (Vec::new(), 0);
    let table = operations::operations();
    for (_, _, id) in documented().into_iter().filter(|(method, ..)| method == "POST") {
        posts += 1;
        let operation = table.iter().find(|operation| operation.id == id).unwrap_or_else(|| panic!("{id} is new"));
        let (path, body) = operation.filled(&world.acme.ids());
        // Anew each time, since one of them logs out.
        let by = world.server.login(&world.root).await;
        let malformed = by.request("POST", &path, body).insert_header(("idempotency-key", "two words"));
        let answer = world.server.send(malformed).await;
        let described = serde_json::to_value(guildhall_http::openapi()).unwrap();
        let parameters = described["paths"][operation.path()]["post"]["parameters"].as_array().unwrap().clone();
        let key = parameters.iter().find(|parameter| parameter["name"] == "Idempotency-Key").unwrap();
        let ignores = key["description"].as_str().unwrap().starts_with("Ignored");
        assert_eq!(answer.status.as_u16() == 400, !ignores, "{id}: {answer:?}");
        if ignores {
            ignoring.push(id);
            continue;
        }
        answer.problem(400, "invalid_idempotency_key");
        let required = key["required"] == true;
        assert!(required || remembering.contains(&operation.id), "{id}");
        let answers = &described["paths"][operation.path()]["post"]["responses"];
        assert!(answers["422"].is_object() && answers["400"].is_object(), "{id}");
        assert!(required || answers["409"]["headers"]["Retry-After"].is_object(), "{id}");
    }
    ignoring.sort();
    let known = ["check_permission", "check_permissions", "create_user", "login", "logout", "register", "set_up"];
    assert_eq!(ignoring, known);
    assert!(remembering.len() >= 33 && posts >= remembering.len() + ignoring.len() + 2, "{posts}");
}

/// Keys are their user's own (R-TEN).
#[actix_web::test]
async fn another_users_key_is_another_key() {
    let world = World::new().await;
    let (server, acme) = (&world.server, &world.acme);
    let workspaces = format!("/api/v1/organizations/{}/workspaces", acme.id);
    for path in [&workspaces, "/api/v1/organizations"] {
        let by = async |person: &Person| {
            let request = person.request("POST", path, Some(json!({"name": "The same"})));
            server.send(request.insert_header(("idempotency-key", "order-7"))).await
        };
        let (owner, admin) = (by(&acme.owner).await.expect(201), by(&acme.admin).await.expect(201));
        assert_ne!(owner["id"], admin["id"], "{path}");
        for (person, first) in [(&acme.owner, &owner), (&acme.admin, &admin)] {
            let again = by(person).await;
            assert_eq!((&again.expect(201), again.header("idempotent-replayed")), (first, Some("true")));
        }
    }
    // And each organization's: what is answered in one says nothing of another.
    let other = server.organization("Other").await;
    let wish = Some(json!({"name": "The same"}));
    for id in [&acme.id, &other.id] {
        let path = format!("/api/v1/organizations/{id}/workspace-groups");
        let request = world.root.request("POST", &path, wish.clone()).insert_header(("idempotency-key", "order-8"));
        let answer = server.send(request).await;
        assert_eq!(answer.header("idempotent-replayed"), None);
        answer.expect(201);
    }
}

/// The addresses that a deployment's kinds of workspaces have are operations like any other.
#[actix_web::test]
async fn kinds_of_workspaces_too() {
    let board = WorkspaceKind::new(WorkspaceKindName::parse("board").unwrap(), LimitName::parse("boards").unwrap());
    let blueprint = Blueprint { workspace_kinds: WorkspaceKinds(vec![board]), ..Blueprint::default() };
    let server = Server::ruled(blueprint.clone()).await;
    let ada = server.register("Ada").await;
    let create = async |path: &str| {
        let request = ada.request("POST", path, Some(json!({"name": "Plans"})));
        server.send(request.insert_header(("idempotency-key", "order-7"))).await
    };
    let (first, again) = (create("/api/v1/boards").await, create("/api/boards").await);
    assert_eq!((comparable(&again), again.header("idempotent-replayed")), (comparable(&first), Some("true")));
    let other = create("/api/v1/workspaces").await;
    assert_ne!(other.expect(201)["id"], first.expect(201)["id"]);
    let document = serde_json::to_value(guildhall_http::openapi_of(&blueprint)).unwrap();
    let parameters = document["paths"]["/api/v1/boards"]["post"]["parameters"].as_array().unwrap();
    assert!(parameters.iter().any(|parameter| parameter["name"] == "Idempotency-Key"));
}

/// What failed can be tried again by the same key, once it can work.
#[actix_web::test]
async fn errors_are_not_kept() {
    let world = World::new().await;
    let (server, owner) = (&world.server, &world.acme.owner);
    let path = format!("/api/v1/organizations/{}/roles", world.acme.id);
    let create = async |body: Value| {
        server.send(owner.request("POST", &path, Some(body)).insert_header(("idempotency-key", "order-7"))).await
    };
    let wish = json!({"name": "Guest", "permissions": ["member.read"]});
    for _ in 0..2 {
        create(wish.clone()).await.problem(409, "role_name_taken");
    }
    create(json!({"name": "Guest", "permissions": ["nothing"]})).await.problem(422, "invalid_request");
    let rename = format!("{path}/{}", world.acme.role);
    owner.call(server, "PATCH", &rename, Some(json!({"name": "visitor"}))).await.expect(200);
    let made = create(wish.clone()).await;
    assert_eq!(made.header("idempotent-replayed"), None);
    assert_eq!(create(wish).await.expect(201), made.expect(201));
}

/// Whoever has lost a session gets no answer of it; nor does anybody before they authenticate.
#[actix_web::test]
async fn only_who_authenticates_is_answered() {
    let world = World::new().await;
    let (server, owner) = (&world.server, &world.acme.owner);
    let path = "/api/v1/organizations";
    let create = |person: &Person| {
        person.request("POST", path, Some(json!({"name": "The same"}))).insert_header(("idempotency-key", "order-7"))
    };
    let made = server.send(create(owner)).await.expect(201);
    let anonymous = request("POST", path, Some(&json!({"name": "The same"})));
    server.send(anonymous.insert_header(("idempotency-key", "order-7"))).await.problem(401, "unauthenticated");
    // Another session of the same user is as good.
    let later = server.login(owner).await;
    assert_eq!(server.send(create(&later)).await.expect(201), made);
    let logout = later.request("POST", "/api/v1/auth/logout", None).insert_header(("idempotency-key", "order-7"));
    server.send(logout).await.expect(204);
    server.send(create(&later)).await.problem(401, "unauthenticated");
    // Nothing is remembered of those who have no session yet.
    let login = json!({"email": owner.email, "password": PASSWORD});
    let login = || request("POST", "/api/v1/auth/login", Some(&login)).insert_header(("idempotency-key", "order-7"));
    let (first, second) = (server.send(login()).await.expect(200), server.send(login()).await.expect(200));
    assert_ne!(first["token"], second["token"]);
}

/// The body's limit stays what it was, and what was read of it is there for the handler.
#[actix_web::test]
async fn bodies_that_are_too_large() {
    let server = Server::with(HttpSettings { body_limit: 131, ..HttpSettings::default() }).await;
    let ada = server.register_at("a@b.example", "A").await;
    let path = "/api/v1/organizations";
    let send = async |key: bool, name: &str, announced: Option<usize>| {
        let body = json!({"name": name}).to_string();
        let mut request = ada.request("POST", path, None).insert_header(("content-type", "application/json"));
        if let Some(length) = announced {
            request = request.insert_header(("content-length", length.to_string()));
        }
        if key {
            request = request.insert_header(("idempotency-key", "order-7"));
        }
        server.send(request.set_payload(body)).await
    };
    for key in [false, true] {
        let long = "x".repeat(121);
        for announced in [None, Some(132), Some(usize::MAX)] {
            send(key, &long, announced).await.problem(413, "body_too_large");
        }
        send(key, &"x".repeat(120), None).await.expect(201);
    }
}

/// A server on a store that can be looked into, with one who invites.
struct Looked {
    store: Arc<MemoryStore>,
    server: Server,
    ada: Person,
}

impl Looked {
    async fn new() -> Self {
        let store = Arc::new(MemoryStore::new());
        let server = Server::over(ports(Arc::clone(&store) as _), HttpSettings::default()).await;
        let ada = server.register("Ada").await;
        Self { store, server, ada }
    }

    async fn invite(&self, server: &Server) -> support::Answer {
        let path = format!("/api/v1/organizations/{}/invites", self.ada.organization);
        let request = self.ada.request("POST", &path, Some(json!({"email": "grace@example.com"})));
        server.send(request.insert_header(("idempotency-key", "order-7"))).await
    }

    fn named(&self, fingerprint: &str) -> IdempotentRequest {
        IdempotentRequest {
            user_id: UserId::from(Uuid::parse_str(&self.ada.id).unwrap()),
            operation: "POST /organizations/{org}/invites".into(),
            key: "order-7".to_owned(),
            fingerprint: fingerprint.to_owned(),
        }
    }

    fn organization(&self) -> OrganizationId {
        OrganizationId::from(Uuid::parse_str(&self.ada.organization).unwrap())
    }

    async fn kept(&self) -> IdempotentAnswer {
        let mut tx = self.store.begin_org(self.organization(), Mode::Read).await.unwrap();
        let kept = tx.idempotent_answer(&self.named("")).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        kept
    }

    /// As if the server had gone before it kept the answer, this long ago.
    async fn lose(&self, ago: Duration) {
        let (kept, at) = (self.kept().await, SystemClock.now() - ago);
        let mut tx = self.store.begin_org(self.organization(), Mode::Write).await.unwrap();
        let day = at - Duration::hours(24);
        tx.keep_idempotent_answer(&self.named(&kept.fingerprint), "-", at, day).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// R-INV-5: an answer with a token is sealed in storage, and opens with the same secret only.
#[actix_web::test]
async fn tokens_are_not_kept_in_plain() {
    let looked = Looked::new().await;
    let first = looked.invite(&looked.server).await;
    let token = first.expect(201)["token"].as_str().unwrap().to_owned();
    let kept = looked.kept().await;
    assert!(kept.answer.len() > first.body.len() && kept.fingerprint.len() == 64, "{kept:?}");
    let again = looked.invite(&looked.server).await;
    assert_eq!(again.expect(201)["token"], token.as_str());
    let kept = format!("{kept:?}");
    for secret in [&token[..], &token[4..20], "grace", "token"] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
    let other = Server::over(ports(Arc::clone(&looked.store) as _), HttpSettings::default()).await;
    looked.invite(&other).await.problem(409, "answer_lost");
}

/// R-IDEM-4: what was carried out is never carried out again, though its answer is gone.
#[actix_web::test]
async fn an_answer_that_is_not_there() {
    let looked = Looked::new().await;
    looked.invite(&looked.server).await.expect(201);
    looked.lose(Duration::seconds(1)).await;
    let early = looked.invite(&looked.server).await;
    early.problem(409, "request_in_flight");
    assert_eq!(early.header("retry-after"), Some("1"));
    looked.lose(Duration::minutes(3)).await;
    looked.invite(&looked.server).await.problem(409, "answer_lost");
}

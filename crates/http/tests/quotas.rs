//! What a product reports of resources (N-18).
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use serde_json::{Value, json};
use support::{Answer, Organization, Person, Server, snapshot};
use time::Duration;

fn base(organization: &Organization) -> String {
    format!("/api/v1/organizations/{}", organization.id)
}

struct Reports<'a> {
    server: &'a Server,
    acme: &'a Organization,
}

impl Reports<'_> {
    async fn send(&self, by: &Person, what: &str, key: &str, amount: Value) -> Answer {
        let path = format!("{}/usage/{what}", base(self.acme));
        let request = by.request("POST", &path, Some(json!({"amount": amount})));
        self.server.send(request.insert_header(("idempotency-key", key))).await
    }

    async fn report(&self, what: &str, key: &str, amount: u64) -> Answer {
        self.send(&self.acme.owner, what, key, json!(amount)).await
    }

    async fn used(&self, quota: &str) -> Value {
        let usage = self.acme.owner.get(self.server, &format!("{}/usage", base(self.acme))).await.expect(200);
        let limits = usage["limits"].as_array().unwrap();
        limits.iter().find(|limit| limit["name"] == quota).unwrap().clone()
    }
}

async fn limit(server: &Server, root: &Person, acme: &Organization, limits: Value) {
    let path = format!("{}/limits", base(acme));
    root.call(server, "PUT", &path, Some(json!({"limits": limits}))).await.expect(200);
}

/// N-18, M-18: acquired up to the limit, and given back.
#[actix_web::test]
async fn acquire_and_release() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    limit(&server, &root, &acme, json!({"storage": 100})).await;
    let reports = Reports { server: &server, acme: &acme };
    let answer = reports.report("storage/acquire", "1", 60).await.expect(200);
    assert_eq!(answer, json!({"name": "storage", "used": 60, "max": 100, "percent": 60, "level": "blue"}));
    assert_eq!(reports.used("storage").await, answer);
    let full = reports.report("storage/acquire", "2", 41).await.problem(409, "limit_reached");
    assert_eq!((&full["limit"], &full["used"], &full["max"]), (&json!("storage"), &json!(60), &json!(100)));
    // What was refused can be asked for again by the same key.
    let answer = reports.report("storage/acquire", "2", 40).await.expect(200);
    assert_eq!((&answer["used"], &answer["level"]), (&json!(100), &json!("red")));
    let events = format!("{}/audit-events?action=limit_threshold", base(&acme));
    let events = acme.owner.get(&server, &events).await.expect(200);
    assert_eq!(events["items"][0]["details"]["limit"], "storage");
    assert_eq!(events["items"][0]["details"]["percent"], "100", "the highest that was reached");
    // M-14: cut below what is used: it stays, and no more is acquired.
    limit(&server, &root, &acme, json!({"storage": 50})).await;
    assert_eq!(reports.used("storage").await["percent"], 200);
    reports.report("storage/acquire", "3", 1).await.problem(409, "limit_reached");
    let answer = reports.report("storage/release", "4", 70).await.expect(200);
    assert_eq!((&answer["used"], &answer["max"]), (&json!(30), &json!(50)));
    // Releasing more than was acquired releases nothing.
    reports.report("storage/release", "5", 31).await.problem(409, "not_acquired");
    reports.report("memory/release", "6", 1).await.problem(409, "not_acquired");
    assert_eq!(reports.used("storage").await["used"], 30);
    assert_eq!(reports.report("storage/release", "7", 30).await.expect(200)["used"], 0);
    // M-17: without a limit, up to what every JSON reader keeps exactly.
    let most = 9_007_199_254_740_991_u64;
    let answer = reports.report("cpu/acquire", "8", most).await.expect(200);
    assert_eq!(answer, json!({"name": "cpu", "used": most, "max": 0, "percent": null, "level": "blue"}));
    let full = reports.report("cpu/acquire", "9", 1).await.problem(409, "limit_reached");
    assert_eq!((&full["used"], &full["max"]), (&json!(most), &json!(most)));
    for (action, count) in [("acquire_quota", 3), ("release_quota", 2)] {
        let events =
            acme.owner.get(&server, &format!("{}/audit-events?action={action}", base(&acme))).await.expect(200);
        assert_eq!(events["items"].as_array().unwrap().len(), count, "{action}");
    }
}

/// R-IDEM: the same request again is answered alike and carried out once.
#[actix_web::test]
async fn the_same_key_again() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    limit(&server, &root, &acme, json!({"storage": 100, "cpu": 100})).await;
    let reports = Reports { server: &server, acme: &acme };
    let first = reports.report("storage/acquire", "order-7", 60).await;
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    for _ in 0..3 {
        let again = reports.report("storage/acquire", "order-7", 60).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
    }
    // Another request by the same key is a mistake.
    reports.report("storage/acquire", "order-7", 61).await.problem(422, "idempotency_key_reused");
    reports.report("cpu/acquire", "order-7", 60).await.problem(422, "idempotency_key_reused");
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
    // Another operation's keys, and another person's, are their own.
    assert_eq!(reports.report("storage/release", "order-7", 60).await.expect(200)["used"], 0);
    let admin = reports.send(&acme.admin, "storage/acquire", "order-7", json!(5)).await;
    assert_eq!(admin.expect(200)["used"], 5);
    // The first answer stands, though the state went on.
    assert_eq!(reports.report("storage/acquire", "order-7", 60).await.expect(200)["used"], 60);
    assert_eq!(reports.used("storage").await["used"], 5);
    server.outside.clock.advance(Duration::hours(23));
    let acme = Organization { owner: server.login(&acme.owner).await, ..acme };
    let reports = Reports { server: &server, acme: &acme };
    assert_eq!(reports.report("storage/acquire", "order-7", 60).await.expect(200)["used"], 60);
    assert_eq!(reports.used("storage").await["used"], 5);
    server.outside.clock.advance(Duration::hours(2));
    assert_eq!(reports.report("storage/acquire", "order-7", 61).await.expect(200)["used"], 66, "a day is over");
}

/// A key is needed, and must be one.
#[actix_web::test]
async fn keys_that_are_none() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    for action in ["acquire", "release"] {
        let path = format!("{}/usage/storage/{action}", base(&acme));
        let body = Some(json!({"amount": 1}));
        acme.owner.call(&server, "POST", &path, body.clone()).await.problem(400, "idempotency_key_required");
        let long = "x".repeat(256);
        for key in ["", " ", "two words", "\t", "sm\u{f8}rrebr\u{f8}d", &long] {
            let request = acme.owner.request("POST", &path, body.clone()).insert_header(("idempotency-key", key));
            server.send(request).await.problem(400, "invalid_idempotency_key");
        }
        let two = acme.owner.request("POST", &path, body).append_header(("idempotency-key", "1"));
        server.send(two.append_header(("idempotency-key", "2"))).await.problem(400, "invalid_idempotency_key");
    }
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
}

/// Amounts are whole numbers from 1 on, of resources that there are.
#[actix_web::test]
async fn amounts_and_quotas_that_are_none() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    let reports = Reports { server: &server, acme: &acme };
    for what in ["storage/acquire", "storage/release"] {
        for (amount, code) in [
            (json!(0), "out_of_range"),
            (json!(-1), "out_of_range"),
            (json!(9_007_199_254_740_992_u64), "out_of_range"),
            (json!(u64::MAX), "invalid_value"),
            (json!(1.5), "invalid_type"),
            (json!(1.0), "invalid_type"),
            (json!("1"), "invalid_type"),
            (json!(null), "invalid_type"),
            (json!([1]), "invalid_type"),
        ] {
            let answer = reports.send(&acme.owner, what, "k", amount.clone()).await;
            answer.problem(422, "invalid_request");
            assert_eq!(answer.faults(), [("/amount".to_owned(), code.to_owned())], "{what} {amount}");
        }
    }
    for quota in ["gpu", "members", "workspaces", "Storage", "%00", "storage%20"] {
        reports.report(&format!("{quota}/acquire"), "k", 1).await.problem(404, "quota_not_found");
    }
    let path = format!("{}/usage/storage/acquire", base(&acme));
    for (body, fault) in
        [(json!({}), ("/amount", "missing_field")), (json!({"amount": 1, "quota": "cpu"}), ("/quota", "unknown_field"))]
    {
        let request = acme.owner.request("POST", &path, Some(body)).insert_header(("idempotency-key", "k"));
        let answer = server.send(request).await;
        assert_eq!(answer.faults(), [(fault.0.to_owned(), fault.1.to_owned())]);
    }
    // Members do not report; admins and superadmins do.
    let refused = reports.send(&acme.member, "storage/acquire", "k", json!(1)).await;
    assert_eq!(refused.problem(403, "permission_denied")["permission"], "usage.report");
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
    assert_eq!(reports.send(&acme.admin, "storage/acquire", "k", json!(1)).await.expect(200)["used"], 1);
    let root = server.superadmin().await;
    assert_eq!(reports.send(&root, "storage/acquire", "k", json!(1)).await.expect(200)["used"], 2);
}

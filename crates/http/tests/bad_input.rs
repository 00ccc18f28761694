//! Whatever is wrong with a request, the answer says what, and nothing changes (R-API).

mod bad_fields;
mod support;

use serde_json::{Value, json};
use support::{Answer, Organization, Server, request, snapshot};

async fn ask(server: &Server, acme: &Organization, method: &str, path: &str, body: Option<Value>) -> Answer {
    acme.owner.call(server, method, &filled(path, acme), body).await
}

fn filled(path: &str, acme: &Organization) -> String {
    let base = format!("/api/v1/organizations/{}", acme.id);
    let ids = acme.ids();
    ids.iter().skip(1).fold(path.replace("{org}", &base), |path, (name, id)| path.replace(name, id))
}

#[actix_web::test]
async fn wrong_fields_are_named_and_nothing_changes() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    for (method, path, body, expected) in bad_fields::all() {
        let request = acme.owner.request(method, &filled(path, &acme), Some(body.clone()));
        let answer = server.send(request.insert_header(("idempotency-key", "bad"))).await;
        answer.problem(422, "invalid_request");
        let expected: Vec<_> =
            expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect();
        assert_eq!(answer.faults(), expected, "{method} {path} {body}");
    }
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);
}

#[actix_web::test]
async fn wrong_parameters_are_named() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    server.verify_email(&acme.owner).await;
    let lists = [
        "/api/v1/organizations",
        "/api/organizations",
        "/api/v1/organizations/me/list",
        "/api/v1/users/me/sessions",
        "/api/v1/users/me/invites",
        "/api/v1/workspaces",
        "/api/workspaces",
    ];
    let scoped = [
        "{org}/members",
        "{org}/roles",
        "{org}/audit-events",
        "{org}/invites",
        "{org}/domains",
        "{org}/join-requests",
        "{org}/workspaces",
        "{org}/workspaces/{workspace}/members",
        "{org}/workspace-groups",
        "{org}/credit-usage",
        "{org}/credits/transactions",
    ];
    for list in lists.into_iter().chain(scoped) {
        for (query, fault) in [
            ("limit=0", ("limit", "out_of_range")),
            ("limit=101", ("limit", "out_of_range")),
            ("limit=99999999999999999999999", ("limit", "out_of_range")),
            ("limit=-1", ("limit", "invalid_type")),
            ("limit=abc", ("limit", "invalid_type")),
            ("limit=", ("limit", "invalid_type")),
            ("limit=1.5", ("limit", "invalid_type")),
            ("limit=1&limit=2", ("limit", "duplicate_field")),
            ("offset=3", ("offset", "unknown_field")),
            ("after=forged", ("after", "invalid_cursor")),
            ("after=", ("after", "invalid_cursor")),
            ("after=%00%ff", ("after", "invalid_cursor")),
        ] {
            let answer = ask(&server, &acme, "GET", &format!("{list}?{query}"), None).await;
            answer.problem(422, "invalid_request");
            assert_eq!(answer.faults(), [(fault.0.to_owned(), fault.1.to_owned())], "{list}?{query}");
        }
    }
    for (path, fault) in [
        ("{org}/members?role=emperor", ("role", "unknown_role")),
        ("{org}/members?search=%00", ("search", "control_character")),
        ("{org}/audit-events?action=explode", ("action", "unknown_action")),
        ("{org}/audit-events?actor=me", ("actor", "invalid_id")),
        ("{org}/audit-events?target=1", ("target", "invalid_id")),
        ("{org}/audit-events?from=yesterday", ("from", "invalid_timestamp")),
        ("{org}/audit-events?until=2026-13-01T00:00:00Z", ("until", "invalid_timestamp")),
        ("{org}/audit-events?format=xml", ("format", "unknown_format")),
        ("{org}/members/{member}/permissions?explain=yes", ("explain", "invalid_flag")),
        ("{org}/invites?status=open", ("status", "unknown_status")),
        ("{org}/invites?status=", ("status", "unknown_status")),
        ("{org}/invites?email=nobody", ("email", "invalid_email")),
        ("{org}/workspaces?kind=castle", ("kind", "unknown_kind")),
        ("{org}/workspaces?kind=A%20Kind", ("kind", "invalid_name")),
        ("{org}/workspaces?group_id=1", ("group_id", "invalid_id")),
        ("{org}/workspaces?archived=yes", ("archived", "invalid_flag")),
        ("{org}/workspaces?search=%00", ("search", "control_character")),
        ("{org}/workspaces?owner=me", ("owner", "unknown_field")),
        ("/api/workspaces?kind=workspace", ("kind", "unknown_field")),
        ("{org}/members/{member}/access?explain=1", ("explain", "invalid_flag")),
        ("{org}/members/{member}/access?explain=true&limit=0", ("limit", "out_of_range")),
        ("{org}/members/{member}/access?explain=true&after=forged", ("after", "invalid_cursor")),
        ("{org}/invites?token=ghi_x", ("token", "unknown_field")),
        ("{org}/credit-usage?period=2026-13", ("period", "invalid_period")),
        ("{org}/credit-usage?period=2026-02-29", ("period", "invalid_period")),
        ("{org}/credit-usage?period=yesterday", ("period", "invalid_period")),
        ("{org}/credit-usage?period=", ("period", "invalid_period")),
        ("{org}/credit-usage?workspace_id=me", ("workspace_id", "invalid_id")),
        ("{org}/credit-usage?format=xlsx", ("format", "unknown_format")),
        ("{org}/credit-usage?format=csv&limit=0", ("limit", "out_of_range")),
        ("{org}/credit-usage?format=csv&after=forged", ("after", "invalid_cursor")),
        ("{org}/credits/transactions?kind=theft", ("kind", "unknown_kind")),
        ("{org}/credits/transactions?user_id=me", ("user_id", "invalid_id")),
        ("{org}/credits/transactions?workspace_id=1", ("workspace_id", "invalid_id")),
        ("{org}/credits/transactions?format=", ("format", "unknown_format")),
        ("/api/v1/users/me/credit-usage?organization_id=me", ("organization_id", "invalid_id")),
        ("/api/v1/users/me/credit-usage?period=2026-01", ("period", "unknown_field")),
    ] {
        let answer = ask(&server, &acme, "GET", path, None).await;
        answer.problem(422, "invalid_request");
        assert_eq!(answer.faults(), [(fault.0.to_owned(), fault.1.to_owned())], "{path}");
    }
    let both = ask(&server, &acme, "GET", "{org}/audit-events?action=x&actor=y&limit=z", None).await;
    assert_eq!(both.faults().len(), 3);
    let answer = ask(&server, &acme, "DELETE", "{org}/roles/{role}?replacement=emperor", None).await;
    answer.problem(422, "invalid_request");
}

/// What is no JSON, or no JSON of ours.
#[actix_web::test]
async fn bodies_that_cannot_be_read() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    let deep = format!(r#"{{"name":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let deep_unknown = format!(r#"{{"x":{}1{}}}"#, "{\"y\":".repeat(10_000), "}".repeat(10_000));
    let big = format!(r#"{{"name":"{}"}}"#, "x".repeat(1 << 20));
    let rows: [(&[u8], &str, u16, &str); 19] = [
        (b"", "application/json", 400, "malformed_json"),
        (b"{", "application/json", 400, "malformed_json"),
        (b"{\"name\":\"A\"", "application/json", 400, "malformed_json"),
        (b"{\"name\":\"A\"} x", "application/json", 400, "malformed_json"),
        (b"{\"name\":\"A\"}{\"name\":\"B\"}", "application/json", 400, "malformed_json"),
        (b"{'name':'A'}", "application/json", 400, "malformed_json"),
        (b"{\"name\":\"\xff\xfe\"}", "application/json", 400, "malformed_json"),
        (b"{\"name\":\"\x00\"}", "application/json", 400, "malformed_json"),
        (b"{\"name\":\"\\ud800\"}", "application/json", 400, "malformed_json"),
        (b"{\"name\":1e999}", "application/json", 400, "malformed_json"),
        (deep_unknown.as_bytes(), "application/json", 422, "invalid_request"),
        (b"{\"name\":\"A\",\"name\":\"B\"}", "application/json", 422, "invalid_request"),
        (b"{\"name\":123456789012345678901234567890}", "application/json", 422, "invalid_request"),
        (b"{\"name\":\"A\"}", "text/plain", 415, "unsupported_media_type"),
        (b"{\"name\":\"A\"}", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"{\"name\":\"A\"}", "application/jsonp", 415, "unsupported_media_type"),
        (b"<name>A</name>", "application/xml", 415, "unsupported_media_type"),
        (deep.as_bytes(), "application/json", 422, "invalid_request"),
        (big.as_bytes(), "application/json", 413, "body_too_large"),
    ];
    for (body, content_type, status, code) in rows {
        let start = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let request = acme.owner.request("POST", "/api/v1/organizations", None);
        let request = request.insert_header(("content-type", content_type)).set_payload(body.to_vec());
        let answer = server.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str().unwrap()), (status, code), "{start}");
    }
    let twice =
        acme.owner.request("POST", "/api/v1/organizations", None).insert_header(("content-type", "application/json"));
    let answer = server.send(twice.set_payload("{\"name\":\"A\",\"name\":\"B\"}")).await;
    assert_eq!(answer.faults(), [("/name".to_owned(), "duplicate_field".to_owned())]);
    let long = json!({"n".repeat(5_000): 1});
    let answer = acme.owner.call(&server, "POST", "/api/v1/organizations", Some(long)).await;
    assert_eq!(answer.faults(), [(format!("/{}", "n".repeat(64)), "unknown_field".to_owned())]);
    let untyped = acme.owner.request("POST", "/api/v1/organizations", None).set_payload("{\"name\":\"A\"}");
    server.send(untyped).await.problem(415, "unsupported_media_type");
    // A length that is announced is refused before anything is read.
    let announced = acme.owner.request("POST", "/api/v1/organizations", None);
    let announced =
        announced.insert_header(("content-type", "application/json")).insert_header(("content-length", "1048577"));
    server.send(announced).await.problem(413, "body_too_large");
    let charset = acme.owner.request("PATCH", "/api/v1/users/me", None);
    let charset = charset.insert_header(("content-type", "application/json; charset=utf-8")).set_payload("{}");
    server.send(charset).await.expect(200);
    let mut after = snapshot(&server, &acme.owner, &acme.id).await;
    let mut before = before;
    for state in [&mut before, &mut after] {
        // The last request was a good one.
        state["owner"] = Value::Null;
    }
    assert_eq!(after, before);
}

/// Cursors are good for one list and one person (R-TEN-3).
#[actix_web::test]
async fn cursors_cannot_be_carried_elsewhere() {
    let server = Server::start().await;
    let (acme, other) = (server.organization("Acme").await, server.organization("Other").await);
    let members = format!("/api/v1/organizations/{}/members", acme.id);
    let page = acme.owner.get(&server, &format!("{members}?limit=1")).await.expect(200);
    let cursor = page["next"].as_str().unwrap();
    acme.owner.get(&server, &format!("{members}?after={cursor}")).await.expect(200);
    let elsewhere = [
        (&acme.admin, members.clone()),
        (&acme.owner, format!("/api/v1/organizations/{}/roles", acme.id)),
        (&acme.owner, format!("/api/v1/organizations/{}/audit-events", acme.id)),
        (&acme.owner, format!("/api/v1/organizations/{}/invites", acme.id)),
        (&acme.owner, format!("/api/v1/organizations/{}/domains", acme.id)),
        (&acme.owner, format!("/api/v1/organizations/{}/join-requests", acme.id)),
        (&acme.owner, format!("/api/v1/organizations/{}/workspaces", acme.id)),
        (&acme.owner, format!("/api/v1/organizations/{}/workspaces/{}/members", acme.id, acme.workspace)),
        (&acme.owner, format!("/api/v1/organizations/{}/workspace-groups", acme.id)),
        (&acme.owner, format!("/api/v1/organizations/{}/credit-usage", acme.id)),
        (&acme.owner, format!("/api/v1/organizations/{}/credits/transactions", acme.id)),
        (&acme.owner, "/api/v1/organizations".to_owned()),
        (&acme.owner, "/api/v1/users/me/sessions".to_owned()),
        (&other.owner, format!("/api/v1/organizations/{}/members", other.id)),
    ];
    for (person, list) in elsewhere {
        let answer = person.get(&server, &format!("{list}?after={cursor}")).await;
        assert_eq!(answer.faults(), [("after".to_owned(), "invalid_cursor".to_owned())], "{list}");
    }
    let mut forged = cursor.to_owned();
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'B' } else { 'A' });
    let answer = acme.owner.get(&server, &format!("{members}?after={forged}")).await;
    answer.problem(422, "invalid_request");
}

/// Ids in paths are ids or nothing.
#[actix_web::test]
async fn odd_ids_are_unknown() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let id = &acme.id;
    let simple = id.replace('-', "");
    let odd =
        ["0", "ME", "%20", "null", "-1", "00000000-0000-0000-0000-000000000000", &simple, "%7Bme%7D", "%00", "a%2Fb"];
    for id in odd.into_iter().chain([format!("urn:uuid:{id}").as_str()]) {
        let answer = acme.owner.get(&server, &format!("/api/v1/organizations/{id}/members")).await;
        answer.problem(404, "organization_not_found");
    }
    let upper = format!("/api/v1/organizations/{}", id.to_uppercase());
    acme.owner.get(&server, &upper).await.expect(200);
}

/// Nobody without a credential learns what a body should look like only by luck of order: 401 comes first.
#[actix_web::test]
async fn the_credential_comes_before_the_body() {
    let server = Server::start().await;
    for body in [json!({}), json!({"name": 1}), json!([])] {
        server.send(request("POST", "/api/v1/organizations", Some(&body))).await.problem(401, "unauthenticated");
    }
}

//! Entity tags, partial updates, lists and exports.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use serde_json::{Value, json};
use support::{Person, Server};

/// `If-None-Match` → 304, `If-Match` → 412, on every single resource.
#[actix_web::test]
async fn entity_tags() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let base = format!("/api/v1/organizations/{}", acme.id);
    let member = format!("{base}/members/{}", acme.members[2]);
    let role = format!("{base}/roles/{}", acme.role);
    let changes = [
        (base.clone(), json!({"description": "Changed"})),
        (member, json!({"role": "admin"})),
        (role, json!({"description": "Changed"})),
        ("/api/v1/users/me".to_owned(), json!({"pronouns": "they/them"})),
    ];
    for (path, change) in changes {
        let read = async |header: Option<(&str, &str)>| {
            let request = acme.owner.request("GET", &path, None);
            server.send(header.into_iter().fold(request, |request, header| request.insert_header(header))).await
        };
        let patch = async |tag: &str| {
            server.send(acme.owner.request("PATCH", &path, Some(change.clone())).insert_header(("if-match", tag))).await
        };
        let first = read(None).await;
        let tag = first.header("etag").unwrap().to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}: strong");
        for known in [tag.as_str(), &format!("\"other\", {tag}"), &format!("W/{tag}"), "*"] {
            let answer = read(Some(("if-none-match", known))).await;
            assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0), "{path} {known}");
            assert_eq!(answer.header("etag"), Some(tag.as_str()));
        }
        for unknown in ["\"other\"", "other", ""] {
            read(Some(("if-none-match", unknown))).await.expect(200);
        }
        for stale in ["\"other\"", &format!("W/{tag}")] {
            patch(stale).await.problem(412, "precondition_failed");
        }
        for malformed in ["other", "\"a", "\"a\" \"b\"", ""] {
            patch(malformed).await.problem(400, "malformed_header");
        }
        assert_eq!(read(None).await.header("etag"), Some(tag.as_str()), "{path}: nothing changed");
        let changed = patch(&tag).await;
        changed.expect(200);
        let now = changed.header("etag").unwrap().to_owned();
        assert_ne!(now, tag, "{path}");
        assert_eq!(read(None).await.header("etag"), Some(now.as_str()), "{path}");
        read(Some(("if-none-match", &tag))).await.expect(200);
        patch(&tag).await.problem(412, "precondition_failed");
        patch("*").await.expect(200);
    }
    let gone = acme.owner.request("DELETE", &format!("{base}/members/{}", acme.members[1]), None);
    server.send(gone.insert_header(("if-match", "\"other\""))).await.problem(412, "precondition_failed");
    let gone = acme.owner.request("DELETE", &format!("{base}/roles/{}?replacement=member", acme.role), None);
    server.send(gone.insert_header(("if-match", "\"other\""))).await.problem(412, "precondition_failed");
}

/// PATCH: absent = keep, value = set, `null` = clear (M-13, C-136).
#[actix_web::test]
async fn partial_updates() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let profile = json!({
        "name": " Ada King ", "preferred_name": "Ada", "pronouns": "she/her", "timezone": "europe/london",
        "notes": "Line one\nline two", "context": "Countess"
    });
    let user = ada.call(&server, "PATCH", "/api/v1/users/me", Some(profile)).await.expect(200);
    assert_eq!(
        (&user["name"], &user["timezone"], &user["onboarded"]),
        (&json!("Ada King"), &json!("Europe/London"), &json!(true))
    );
    let kept = ada.call(&server, "PATCH", "/api/v1/users/me", Some(json!({"notes": null}))).await.expect(200);
    assert_eq!(kept["notes"], Value::Null);
    for field in ["name", "preferred_name", "pronouns", "timezone", "context", "email", "id", "created_at"] {
        assert_eq!(kept[field], user[field], "{field}");
    }
    let clear = json!({"preferred_name": null, "pronouns": null, "timezone": null, "context": null});
    let cleared = ada.call(&server, "PATCH", "/api/v1/users/me", Some(clear)).await.expect(200);
    for field in ["preferred_name", "pronouns", "timezone", "notes", "context"] {
        assert_eq!(cleared[field], Value::Null, "{field}");
    }

    let path = "/api/v1/organizations/me";
    let set = json!({"name": "Engines", "slug": "engines", "description": "We compute.", "domain": "Example.COM"});
    let organization = ada.call(&server, "PATCH", path, Some(set)).await.expect(200);
    assert_eq!((&organization["domain"], &organization["slug"]), (&json!("example.com"), &json!("engines")));
    let cleared =
        ada.call(&server, "PATCH", path, Some(json!({"description": null, "domain": null}))).await.expect(200);
    assert_eq!((&cleared["description"], &cleared["domain"]), (&Value::Null, &Value::Null));
    assert_eq!((&cleared["name"], &cleared["slug"]), (&json!("Engines"), &json!("engines")));
    let nothing = ada.call(&server, "PATCH", path, Some(json!({}))).await.expect(200);
    assert_eq!(nothing, cleared, "changing nothing changes nothing");
    let events = ada.get(&server, &format!("{path}/audit-events?action=update_organization")).await.expect(200);
    assert_eq!(events["items"].as_array().unwrap().len(), 2, "and writes nothing");
}

async fn walk(server: &Server, person: &Person, path: &str, limit: usize) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let page = person.get(server, &format!("{path}?limit={limit}{after}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        all.extend(items.iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

/// Pages are whole whatever their size, and stable under inserts (C-101, C-106).
#[actix_web::test]
async fn pages() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let members = format!("/api/v1/organizations/{}/members", acme.id);
    let whole = walk(&server, &acme.owner, &members, 100).await;
    assert_eq!(whole.len(), 4);
    for limit in 1..=5 {
        assert_eq!(walk(&server, &acme.owner, &members, limit).await.len(), 4, "limit {limit}");
    }
    let emails: Vec<_> = whole.iter().map(|member| member["user"]["email"].as_str().unwrap().to_owned()).collect();
    assert!(emails.is_sorted(), "{emails:?}");
    let first = acme.owner.get(&server, &format!("{members}?limit=2")).await.expect(200);
    let newcomer = server.register("Aaaa").await;
    server.add(&acme.owner, &acme.id, &newcomer, "member").await;
    let next = first["next"].as_str().unwrap();
    let second = acme.owner.get(&server, &format!("{members}?limit=2&after={next}")).await.expect(200);
    assert_eq!(second["items"][0]["user"]["email"], emails[2].as_str(), "an insert before the page moves nothing");

    let search = acme.owner.get(&server, &format!("{members}?search=GUEST")).await.expect(200);
    assert_eq!(search["items"].as_array().unwrap().len(), 1);
    assert_eq!((&search["items"][0]["role"], &search["items"][0]["role_id"]), (&json!("guest"), &json!(acme.role)));
    let wild = acme.owner.get(&server, &format!("{members}?search=%25")).await.expect(200);
    assert_eq!(wild["items"], json!([]));
    for role in ["admin", "strictops_admin", "guest", &acme.role] {
        let found = acme.owner.get(&server, &format!("{members}?role={role}")).await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{role}");
    }
}

/// N-04: the unversioned list is a bare array, with a link to the next page.
#[actix_web::test]
async fn the_bare_array() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    for name in ["Beta", "Gamma"] {
        let made = ada.call(&server, "POST", "/api/organizations", Some(json!({"name": name}))).await;
        let id = made.expect(201)["id"].as_str().unwrap().to_owned();
        assert_eq!(made.header("location"), Some(format!("/api/v1/organizations/{id}").as_str()));
    }
    let whole = ada.get(&server, "/api/organizations").await;
    assert_eq!(whole.header("link"), None);
    let whole = whole.expect(200);
    let names: Vec<_> = whole.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada Inc.", "Beta", "Gamma"]);
    for field in [
        "id",
        "name",
        "slug",
        "description",
        "domain",
        "status",
        "plan",
        "users_count",
        "workspaces_count",
        "created_at",
        "updated_at",
        "role",
        "is_active",
    ] {
        assert!(whole[0].get(field).is_some(), "{field}");
    }
    let mut path = "/api/organizations?limit=1".to_owned();
    let mut walked = Vec::new();
    loop {
        let page = ada.get(&server, &path).await;
        walked.extend(page.expect(200).as_array().unwrap().clone());
        let Some(link) = page.header("link") else { break };
        let (address, relation) = link.split_once(';').unwrap();
        assert_eq!(relation.trim(), "rel=\"next\"");
        path = address.trim_matches(['<', '>']).to_owned();
    }
    assert_eq!(json!(walked), whole);
    for path in ["/api/v1/organizations", "/api/v1/organizations/me/list", "/api/organizations/me/list"] {
        let page = ada.get(&server, path).await.expect(200);
        assert_eq!((&page["items"], &page["next"]), (&whole, &Value::Null), "{path}");
    }
    let active: Vec<_> = walked.iter().filter(|item| item["is_active"] == true).map(|item| &item["name"]).collect();
    assert_eq!(active, ["Gamma"], "the last one made");
}

/// N-12, N-41: the log, filtered, and as a whole in one stream.
#[actix_web::test]
async fn the_audit_log() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let path = "/api/v1/organizations/me";
    for number in 0..205 {
        let change = json!({"description": format!("Number {number}")});
        ada.call(&server, "PATCH", path, Some(change)).await.expect(200);
    }
    let log = format!("{path}/audit-events");
    let page = ada.get(&server, &log).await.expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 50);
    let newest = &page["items"][0];
    assert_eq!(newest["sequence"], 207, "create, add, and 205 updates");
    for (field, value) in [
        ("action", json!("update_organization")),
        ("user_id", json!(ada.id)),
        ("user_email", json!("ada@example.com")),
        ("target", json!({"kind": "organization", "id": ada.organization})),
        ("success", json!(true)),
        ("details", json!({"changed": "description"})),
        ("ip_address", json!("192.0.2.1")),
    ] {
        assert_eq!(newest[field], value, "{field}");
    }
    assert!(newest["timestamp"].as_str().unwrap().ends_with('Z'));
    assert_eq!(newest["hash"].as_str().unwrap().len(), 64);
    let paged = walk(&server, &ada, &log, 100).await;
    let plain = ada.get(&server, &format!("{log}?format=ndjson")).await;
    let accepted = ada.request("GET", &log, None).insert_header(("accept", "application/x-ndjson"));
    for export in [plain, server.send(accepted).await] {
        assert_eq!(export.header("content-type"), Some("application/x-ndjson"));
        let lines: Vec<Value> = export.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines, paged);
        assert_eq!(lines.len(), 207);
    }
    let json_wins =
        ada.request("GET", &format!("{log}?format=json"), None).insert_header(("accept", "application/x-ndjson"));
    assert!(server.send(json_wins).await.expect(200)["items"].is_array());
    let filtered = ada.get(&server, &format!("{log}?action=create_organization&format=ndjson")).await;
    assert_eq!(filtered.text().lines().count(), 1);
    let from = paged[9]["timestamp"].as_str().unwrap();
    let recent = ada.get(&server, &format!("{log}?from={from}&limit=100")).await.expect(200);
    assert_eq!(recent["items"].as_array().unwrap().len(), 10);
    let earlier = ada.get(&server, &format!("{log}?until={from}&format=ndjson")).await;
    assert_eq!(earlier.text().lines().count(), 197);
    let nobody = ada.get(&server, &format!("{log}?actor=01980000-0000-7000-8000-00000000dead&format=ndjson")).await;
    assert_eq!((nobody.status.as_u16(), nobody.text()), (200, ""));
    let stranger = server.register("Mallory").await;
    let foreign = format!("/api/v1/organizations/{}/audit-events?format=ndjson", ada.organization);
    stranger.get(&server, &foreign).await.problem(404, "organization_not_found");
}

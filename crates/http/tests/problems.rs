//! Errors, request ids and headers of every answer (R-API).

mod support;

use serde_json::json;
use support::{Server, request};

#[actix_web::test]
async fn unknown_addresses_and_methods() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    for path in [
        "/",
        "/api",
        "/api/v1",
        "/api/v2/organizations",
        "/api/v1/nothing",
        "/auth/nothing",
        "/api/v1/organizations/",
        "/.env",
        "/api/v1/organizations/me/members/1/2/3",
    ] {
        server.call("GET", path, None).await.problem(404, "route_not_found");
        ada.get(&server, path).await.problem(404, "route_not_found");
    }
    let rows = [
        ("PUT", "/api/v1/organizations", "GET, HEAD, POST"),
        ("PUT", "/api/organizations", "GET, HEAD, POST"),
        ("POST", "/api/v1/organizations/me", "DELETE, GET, HEAD, PATCH"),
        ("DELETE", "/api/organizations/me/members", "GET, HEAD, POST"),
        ("GET", "/api/v1/organizations/me/check", "POST"),
        ("GET", "/api/v1/auth/login", "POST"),
        ("GET", "/api/v1/organizations/invites/accept", "POST"),
        ("DELETE", "/api/organizations/invites/decline", "POST"),
        ("PUT", "/api/v1/organizations/by-domain/acme.example", "GET, HEAD"),
        ("PATCH", "/api/v1/organizations/me/invites/1", "DELETE, GET, HEAD"),
        ("PUT", "/api/v1/organizations/me/domains/1", "DELETE, GET, HEAD, PATCH"),
        ("POST", "/api/v1/users/me/invites", "GET, HEAD"),
        ("POST", "/api/v1/plans", "GET, HEAD"),
        ("PUT", "/api/organizations/me/usage", "GET, HEAD"),
        ("GET", "/api/v1/organizations/me/plan", "PUT"),
        ("DELETE", "/api/v1/organizations/me/limits", "PUT"),
        ("DELETE", "/api/v1/auth/setup", "GET, HEAD, POST"),
        ("HEAD", "/api/v1/auth/login", "POST"),
        ("POST", "/auth/me", "GET, HEAD"),
        ("POST", "/healthz", "GET, HEAD"),
        ("POST", "/health", "GET, HEAD"),
        ("DELETE", "/readyz", "GET, HEAD"),
        ("POST", "/metrics", "GET, HEAD"),
        ("PUT", "/openapi.json", "GET, HEAD"),
        ("POST", "/docs", "GET, HEAD"),
        ("POST", "/docs/swagger-ui.css", "GET, HEAD"),
        ("DELETE", "/api/openapi.json", "GET, HEAD"),
        ("POST", "/docs/", "GET, HEAD"),
        ("TRACE", "/api/v1/users/me", "DELETE, GET, HEAD, PATCH"),
        ("BREW", "/api/v1/users/me/password", "PUT"),
        ("OPTIONS", "/api/v1/users/me/password", "PUT"),
    ];
    for (method, path, allow) in rows {
        let answer = server.call(method, path, None).await;
        assert_eq!(answer.status.as_u16(), 405, "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
}

#[actix_web::test]
async fn request_ids_are_echoed_or_made() {
    let server = Server::start().await;
    let long = "x".repeat(128);
    let too_long = "x".repeat(129);
    for id in ["abc", "a-b_c.d:e/f", "!~", long.as_str()] {
        let answer = server.send(request("GET", "/healthz", None).insert_header(("x-request-id", id))).await;
        assert_eq!(answer.header("x-request-id"), Some(id));
        let answer = server.send(request("GET", "/nothing", None).insert_header(("x-request-id", id))).await;
        assert_eq!(answer.problem(404, "route_not_found")["request_id"], id);
    }
    for id in ["", "a b", "a\tb", "ä", too_long.as_str()] {
        let answer = server.send(request("GET", "/healthz", None).insert_header(("x-request-id", id))).await;
        let made = answer.header("x-request-id").unwrap();
        assert_ne!(made, id);
        assert!(uuid::Uuid::try_parse(made).is_ok(), "{made}");
    }
    let [one, other] = [server.call("GET", "/healthz", None).await, server.call("GET", "/healthz", None).await];
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

/// C-20: the id in the answer is the id in the audit log, with the address.
#[actix_web::test]
async fn the_audit_log_knows_the_request() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let path = format!("/api/v1/organizations/{}", ada.organization);
    let request =
        ada.request("PATCH", &path, Some(json!({"description": "New"}))).insert_header(("x-request-id", "my-request"));
    server.send(request.insert_header(("x-forwarded-for", "6.6.6.6"))).await.expect(200);
    let events = ada.get(&server, &format!("{path}/audit-events?action=update_organization")).await.expect(200);
    assert_eq!(events["items"][0]["request_id"], "my-request");
    assert_eq!(events["items"][0]["ip_address"], "192.0.2.1");
}

/// R-LOGIN-5.
#[actix_web::test]
async fn configured_proxies_are_believed() {
    let settings = guildhall_http::HttpSettings {
        trusted_proxies: guildhall_http::TrustedProxies::Peers(vec!["192.0.2.1".parse().unwrap()]),
        ..Default::default()
    };
    let server = Server::with(settings).await;
    let ada = server.register("Ada").await;
    let path = format!("/api/v1/organizations/{}", ada.organization);
    let request = ada.request("PATCH", &path, Some(json!({"description": "New"})));
    server.send(request.insert_header(("x-forwarded-for", "6.6.6.6, 203.0.113.9"))).await.expect(200);
    let events = ada.get(&server, &format!("{path}/audit-events?action=update_organization")).await.expect(200);
    assert_eq!(events["items"][0]["ip_address"], "203.0.113.9");
}

#[actix_web::test]
async fn answers_are_not_kept_by_caches() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    for path in ["/api/v1/auth/me", "/api/v1/organizations", "/api/v1/organizations/me/members", "/healthz"] {
        assert_eq!(ada.get(&server, path).await.header("cache-control"), Some("no-store"), "{path}");
    }
    for path in ["/api/v1/organizations/me", "/api/v1/organizations/me/member", "/api/v1/users/me"] {
        assert_eq!(ada.get(&server, path).await.header("cache-control"), Some("private, no-cache"), "{path}");
    }
    assert_eq!(server.call("GET", "/api/v1/users/me", None).await.header("cache-control"), Some("no-store"));
}

/// CORS is closed unless origins are configured.
#[actix_web::test]
async fn cors() {
    let origin = "https://console.example.com";
    let preflight = |origin: &str| {
        request("OPTIONS", "/api/v1/organizations", None)
            .insert_header(("origin", origin))
            .insert_header(("access-control-request-method", "POST"))
            .insert_header(("access-control-request-headers", "authorization, content-type"))
    };
    let closed = Server::start().await;
    let answer = closed.send(preflight(origin)).await;
    answer.problem(405, "method_not_allowed");
    assert_eq!(answer.header("access-control-allow-origin"), None);
    let answer = closed.send(request("GET", "/api/v1/users/me", None).insert_header(("origin", origin))).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);

    let settings = guildhall_http::HttpSettings { cors_origins: vec![origin.to_owned()], ..Default::default() };
    let open = Server::with(settings).await;
    let answer = open.send(preflight(origin)).await;
    answer.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
    let allowed = answer.header("access-control-allow-headers").unwrap().to_lowercase();
    assert!(allowed.contains("authorization") && allowed.contains("idempotency-key"), "{allowed}");
    let answer = open.send(request("GET", "/api/v1/users/me", None).insert_header(("origin", origin))).await;
    answer.problem(401, "unauthenticated");
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert!(answer.header("access-control-expose-headers").unwrap().to_lowercase().contains("x-request-id"));
    for other in
        ["https://evil.example.com", "https://console.example.com.evil.com", "null", "http://console.example.com"]
    {
        open.send(preflight(other)).await.problem(400, "cors_refused");
        let answer = open.send(request("GET", "/auth/me", None).insert_header(("origin", other))).await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{other}");
    }
}

/// Swagger UI comes out of the binary and loads nothing from elsewhere.
#[actix_web::test]
async fn documentation() {
    let server = Server::start().await;
    let document = server.call("GET", "/api/openapi.json", None).await.expect(200);
    assert_eq!(document, serde_json::to_value(guildhall_http::openapi()).unwrap());
    assert_eq!(server.call("GET", "/openapi.json", None).await.expect(200), document);
    let moved = server.call("GET", "/docs", None).await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (308, Some("/docs/")));
    let page = server.call("GET", "/docs/", None).await;
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
    let html = page.text();
    assert!(!html.contains("http://") && !html.contains("https://"), "{html}");
    assert!(!html.contains("<script>"), "the policy forbids inline scripts: {html}");
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-initializer.js", "favicon-32x32.png"] {
        assert!(html.contains(file) || file.ends_with("js"), "{file}");
        assert_eq!(server.call("GET", &format!("/docs/{file}"), None).await.status.as_u16(), 200, "{file}");
    }
    let start = server.call("GET", "/docs/swagger-initializer.js", None).await;
    assert!(start.text().contains("/api/openapi.json"), "{}", start.text());
    server.call("GET", "/docs/nothing.js", None).await.problem(404, "route_not_found");
    server.call("GET", "/docs/..%2f..%2fCargo.toml", None).await.problem(404, "route_not_found");
}

/// C-141.
#[actix_web::test]
async fn health_and_metrics() {
    let server = Server::start().await;
    for path in ["/healthz", "/health", "/readyz"] {
        assert_eq!(server.call("GET", path, None).await.expect(200), json!({"ok": true}));
    }
    let metrics = server.call("GET", "/metrics", None).await;
    assert_eq!(metrics.text(), "guildhall_up 1\n");
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
}

//! HEAD is GET without the body (RFC 9110, 9.3.2).

mod operations;
mod support;

use operations::operations;
use support::{Server, request};

#[actix_web::test]
async fn every_get_answers_to_head() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let root = server.superadmin().await;
    let inside = format!("/api/v1/organizations/{}/workspaces/{}/members", acme.id, acme.workspace);
    let whom = serde_json::json!({ "member_id": acme.members[2] });
    acme.owner.call(&server, "POST", &inside, Some(whom)).await.expect(201);
    let described = operations().into_iter().filter(|operation| operation.method() == "GET");
    let mut paths: Vec<String> = described.map(|operation| operation.filled(&acme.ids()).0).collect();
    paths.extend(["/auth/me", "/metrics", "/openapi.json", "/api/openapi.json", "/docs/", "/docs"].map(str::to_owned));
    paths.push("/api/organizations/me/roles".to_owned());
    assert!(paths.len() > 20);
    for path in paths {
        let person =
            if ["/platform/", "/by-domain/"].iter().any(|part| path.contains(part)) { &root } else { &acme.owner };
        let get = person.get(&server, &path).await;
        let head = person.call(&server, "HEAD", &path, None).await;
        assert!(get.status.is_success() || path == "/docs", "{path}: {}", get.status);
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        assert_eq!(head.announced, get.announced, "{path}");
        for header in ["content-type", "etag", "cache-control", "location"] {
            assert_eq!(head.header(header), get.header(header), "{header} of {path}");
        }
    }
}

#[actix_web::test]
async fn head_is_refused_like_get() {
    let server = Server::start().await;
    let [acme, other] = [server.organization("Acme").await, server.organization("Other").await];
    let members = format!("/api/v1/organizations/{}/members", acme.id);
    for (person, status) in [(&acme.guest, 403), (&other.owner, 404), (&acme.removed, 404)] {
        assert_eq!(person.call(&server, "HEAD", &members, None).await.status.as_u16(), status);
    }
    assert_eq!(server.call("HEAD", &members, None).await.status.as_u16(), 401);
    assert_eq!(server.call("HEAD", "/nothing", None).await.status.as_u16(), 404);
    let me = format!("/api/v1/organizations/{}", acme.id);
    let tag = acme.owner.get(&server, &me).await.header("etag").unwrap().to_owned();
    let known = acme.owner.request("HEAD", &me, None).insert_header(("if-none-match", tag));
    assert_eq!(server.send(known).await.status.as_u16(), 304);
    let ndjson = format!("/api/v1/organizations/{}/audit-events?format=ndjson", acme.id);
    let export = acme.owner.call(&server, "HEAD", &ndjson, None).await;
    assert_eq!((export.status.as_u16(), export.header("content-type")), (200, Some("application/x-ndjson")));
    assert!(export.body.is_empty());
    server.send(request("HEAD", "/healthz", None)).await.expect(200);
}

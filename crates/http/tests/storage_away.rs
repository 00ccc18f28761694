//! Storage that does not answer, or answers nonsense: 503 and 500, without its words.

mod support;

use std::sync::Arc;

use guildhall_http::HttpSettings;
use guildhall_ports::store::{MockStore, StoreError};
use guildhall_ports::{ExposeSecret, TokenKind, TokenMint};
use guildhall_security::RandomTokenMint;
use serde_json::json;
use support::{Server, ports, request};

const SECRET: &str = "postgres://guildhall:hunter2@10.0.0.7/guildhall";

async fn server(error: StoreError) -> Server {
    let mut store = MockStore::new();
    let away = error.clone();
    store.expect_ready().returning(move || Err(away.clone()));
    let away = error.clone();
    store.expect_authenticate().returning(move |_| Err(away.clone()));
    store.expect_check().returning(move |_| Err(error.clone()));
    Server::over(ports(Arc::new(store)), HttpSettings::default()).await
}

#[actix_web::test]
async fn storage_away_is_503() {
    let server = server(StoreError::Unavailable(format!("cannot reach {SECRET}"))).await;
    let token = RandomTokenMint.mint(TokenKind::Session).secret;
    let bearer = ("authorization", format!("Bearer {}", token.expose_secret()));
    let check = json!({"permission": "member.read"});
    let asked = [
        request("GET", "/readyz", None),
        request("GET", "/api/v1/users/me", None).insert_header(bearer.clone()),
        request("POST", "/api/v1/organizations/me/check", Some(&check)).insert_header(bearer),
    ];
    for request in asked {
        let answer = server.send(request).await;
        answer.problem(503, "storage_unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert!(!answer.text().contains("postgres") && !answer.text().contains("10.0.0.7"));
    }
    server.call("GET", "/healthz", None).await.expect(200);
}

#[actix_web::test]
async fn faults_are_500() {
    let server = server(StoreError::Corrupt(format!("a bad row at {SECRET}"))).await;
    let answer = server.call("GET", "/readyz", None).await;
    let problem = answer.problem(500, "internal_error");
    assert_eq!(problem["detail"], "internal error");
    assert!(!answer.text().contains("postgres"));
}

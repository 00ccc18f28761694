//! The mode with one local user (C-19, C-139).

use serde_json::json;

use crate::client::PASSWORD;
use crate::database::Database;
use crate::server::{Server, guildhall};

const TOKEN: &str = "q7Yd0vB3nW5xK9mR2tL8sJ4hG6fD1cZ0aP5uE7iO3yN9wQ2kXb";

async fn one_local_user(database: Database) {
    let mut server =
        Server::start_with(database, &[("GUILDHALL_AUTH", "local-token"), ("GUILDHALL_LOCAL_AUTH_TOKEN", TOKEN)]).await;
    let nobody = server.client();
    let local = nobody.with_token(Some(TOKEN));
    let me = local.get("/auth/me").await.expect(200);
    assert!(me.body["organization"]["id"].is_string());
    local.post("/api/v1/organizations/me/check", json!({ "permission": "member.add" })).await.expect(200);
    for wrong in [format!("{TOKEN}x"), TOKEN[..49].to_owned(), TOKEN.to_lowercase(), String::new()] {
        nobody.with_token(Some(&wrong)).get("/auth/me").await.refused(401, "unauthenticated");
    }
    let body = json!({ "email": "ann@example.com", "password": PASSWORD, "name": "Ann" });
    nobody.post("/api/v1/auth/register", body.clone()).await.refused(403, "local_user_only");
    let login = json!({ "email": "ann@example.com", "password": PASSWORD });
    nobody.post("/api/v1/auth/login", login).await.refused(403, "local_user_only");
    local.post("/api/v1/auth/logout", json!({})).await.refused(403, "local_user_only");
    local.delete("/api/v1/users/me").await.refused(403, "local_user_only");

    // The same user after a restart.
    server.terminate().await;
    server.restart().await;
    let again = local.at(&server.client()).get("/auth/me").await.expect(200);
    assert_eq!(again.body["user"]["id"], me.body["user"]["id"]);
    assert_eq!(again.body["organization"]["id"], me.body["organization"]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_local_user_on_sqlite() {
    one_local_user(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_local_user_on_postgres() {
    one_local_user(Database::postgres().await).await;
}

/// C-139: too short, and what people forget to replace.
#[tokio::test(flavor = "multi_thread")]
async fn weak_tokens_refuse_to_start() {
    let long = "x".repeat(60);
    let placeholder = "your-local-auth-token-goes-here-replace-it-with-a-secret-one";
    for token in ["short", &long, placeholder, ""] {
        let output = guildhall(&["serve", "--listen", "127.0.0.1:0", "--database-url", "memory:"])
            .env("GUILDHALL_AUTH", "local-token")
            .env("GUILDHALL_LOCAL_AUTH_TOKEN", token)
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{token:?} was taken");
        assert!(said.contains("local_auth_token") || said.contains("LOCAL_AUTH_TOKEN"), "{said}");
        assert!(token.is_empty() || !said.contains(token), "the token is in the message: {said}");
    }
}

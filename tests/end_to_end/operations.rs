//! Running Guildhall: starting, stopping, configuring, looking after it.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use guildhall_testkit::postgres::TestDatabase;
use serde_json::json;

use crate::client::PASSWORD;
use crate::database::Database;
use crate::on_both_databases;
use crate::server::{SECRET_KEY, Server, guildhall};

on_both_databases!(
    health_metrics_and_documentation,
    stopping_finishes_requests,
    the_audit_log_shows_tampering,
    sessions_end
);

/// C-141, C-140, S-17.
async fn health_metrics_and_documentation(server: Server) {
    let nobody = server.client();
    for path in ["/healthz", "/health", "/readyz"] {
        nobody.get(path).await.expect(200);
    }
    let unknown = nobody.get("/nowhere").await.refused(404, "route_not_found");
    assert_eq!(unknown.headers["x-content-type-options"], "nosniff");
    assert_eq!(unknown.headers["x-frame-options"], "DENY");
    assert_eq!(unknown.headers["referrer-policy"], "strict-origin-when-cross-origin");
    assert_eq!(unknown.headers["x-request-id"], unknown.text_at("/request_id").as_str());
    nobody.register("Ann").await.get("/auth/me").await.expect(200);
    let metrics = nobody.get("/metrics").await.expect(200).text;
    assert!(metrics.contains("http_requests_total"), "{metrics}");
    let openapi = nobody.get("/api/openapi.json").await.expect(200);
    assert!(openapi.text_at("/openapi").starts_with("3.1"));
    let page = nobody.get("/docs/").await.expect(200);
    assert!(page.text.contains("swagger-ui") && !page.text.contains("https://"), "the page must not need the network");
}

/// SIGTERM: no new requests, those in flight are answered, exit status 0.
async fn stopping_finishes_requests(mut server: Server) {
    let ann = server.client().register("Ann").await;
    let running = tokio::spawn(async move {
        let mut answered = 0;
        loop {
            match ann.try_send(reqwest::Method::POST, "/api/v1/organizations", Some(json!({ "name": "Last" }))).await {
                Ok(reply) => {
                    reply.expect(201);
                    answered += 1;
                }
                // Refused: the server takes no more. Everything else would be a request broken off.
                Err(error) => {
                    assert!(error.is_connect() || error.is_request(), "{error:?}");
                    return answered;
                }
            }
        }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let status = server.terminate().await;
    assert!(status.success(), "{status}");
    assert!(running.await.unwrap() > 0);
}

/// R-AUD-2: `guildhall audit verify` says which row was changed.
async fn the_audit_log_shows_tampering(server: Server) {
    let ann = server.client().register("Ann").await;
    ann.patch("/api/v1/organizations/me", json!({ "name": "Changed" })).await.expect(200);
    assert!(server.command(&["audit", "verify"]).await.status.success());
    let id = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let row = format!("organization_id = {} AND sequence = 2", literal(&server, &id));
    tamper(&server, &format!("UPDATE audit_events SET action = 'nonsense' WHERE {row};")).await;
    let verified = server.command(&["audit", "verify"]).await;
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(!verified.status.success() && said.contains("record 2"), "{said}");
    tamper(&server, &format!("UPDATE audit_events SET action = 'create_role' WHERE {row};")).await;
    let verified = server.command(&["audit", "verify"]).await;
    assert!(!verified.status.success());
    let said = String::from_utf8_lossy(&verified.stdout) + String::from_utf8_lossy(&verified.stderr);
    assert!(said.contains(&id) && said.contains("record 2 was changed"), "{said}");
    let one = server.command(&["audit", "verify", "--organization", &id]).await;
    assert!(!one.status.success());
    // A log that is gone altogether is no log that is whole.
    tamper(&server, &format!("DELETE FROM audit_events WHERE organization_id = {id}; DELETE FROM audit_heads WHERE organization_id = {id};", id = literal(&server, &id))).await;
    let wiped = server.command(&["audit", "verify"]).await;
    let said = String::from_utf8_lossy(&wiped.stdout).into_owned();
    assert!(!wiped.status.success() && said.contains(&id) && said.contains("head"), "{said}");
}

/// An identifier as each database writes it.
fn literal(server: &Server, id: &str) -> String {
    match server.database() {
        Database::Sqlite(_) => format!("x'{}'", id.replace('-', "")),
        Database::Postgres(_) => format!("'{id}'"),
    }
}

/// As somebody with the database's own tools would.
async fn tamper(server: &Server, statements: &str) {
    match server.database() {
        Database::Sqlite(_) => {
            let file = server.database().sqlite_file().unwrap();
            let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
            let triggers = "DROP TRIGGER IF EXISTS audit_events_refuse_update; \
                DROP TRIGGER IF EXISTS audit_events_refuse_delete;";
            connection.batch_execute(&format!("{triggers} {statements}")).unwrap();
        }
        Database::Postgres(database) => {
            // Even the owner sees no rows while row-level security is forced.
            let tables = ["audit_events", "audit_heads"];
            let forced =
                |how: &str| tables.map(|table| format!("ALTER TABLE {table} {how} ROW LEVEL SECURITY;")).concat();
            let sql = format!("{} {statements} {}", forced("NO FORCE"), forced("FORCE"));
            database.client().await.batch_execute(&sql).await.unwrap();
        }
    }
}

/// What is not there cannot be verified, and is not made on the way.
#[tokio::test]
async fn nothing_is_not_whole() {
    let Database::Sqlite(folder) = Database::sqlite() else { unreachable!() };
    let file = folder.path().join("none.db");
    for url in [format!("sqlite:{}", file.display()), "memory:".to_owned()] {
        let output = guildhall(&["audit", "verify", "--database-url", &url]).output().await.unwrap();
        assert!(!output.status.success(), "{url}");
    }
    assert!(!file.exists());
}

/// Sessions are listed, revoked, and end with the password (ASVS 7.4.3, 7.5.2).
async fn sessions_end(server: Server) {
    let nobody = server.client();
    let ann = nobody.register("Ann").await;
    let phone = nobody.login(&ann.email, PASSWORD).await;
    let listed = ann.get("/api/v1/users/me/sessions").await.expect(200);
    assert_eq!(listed.items().len(), 2);
    let other = listed.items().iter().find(|session| session["current"] == false).unwrap();
    let other = other["id"].as_str().unwrap().to_owned();
    assert!(!listed.text.contains(phone.token.as_ref().unwrap()), "tokens are shown once");
    // Somebody else's session is not there.
    let bob = nobody.register("Bob").await;
    bob.delete(&format!("/api/v1/users/me/sessions/{other}")).await.refused(404, "session_not_found");
    ann.delete(&format!("/api/v1/users/me/sessions/{other}")).await.expect(204);
    phone.get("/auth/me").await.refused(401, "unauthenticated");
    let phone = nobody.login(&ann.email, PASSWORD).await;
    let new = "a wholly different secret sentence";
    let change = json!({ "current_password": PASSWORD, "new_password": new });
    ann.put("/api/v1/users/me/password", change.clone()).await.expect(204);
    ann.put("/api/v1/users/me/password", change).await.refused(401, "invalid_credentials");
    phone.get("/auth/me").await.refused(401, "unauthenticated");
    ann.get("/auth/me").await.expect(200);
    nobody.login(&ann.email, new).await.post("/api/v1/auth/logout", json!({})).await.expect(204);
}

/// A refused start says what to do.
#[tokio::test]
async fn a_refused_start_says_what_to_do() {
    for (environment, arguments, expected) in [
        (vec![("GUILDHALL_LISTNE", "x")], vec!["serve"], "listne"),
        (vec![("GUILDHALL_LISTEN", "nowhere")], vec!["serve"], "listen"),
        (vec![("GUILDHALL_DATABASE_URL", "mysql://x")], vec!["serve"], "postgres://"),
        (vec![("GUILDHALL_DATABASE_URL", "postgres://127.0.0.1:1/none")], vec!["serve"], "guildhall_secret_key"),
        (
            vec![("GUILDHALL_DATABASE_URL", "postgres://127.0.0.1:1/none"), ("GUILDHALL_SECRET_KEY", SECRET_KEY)],
            vec!["serve"],
            "127.0.0.1",
        ),
        (vec![], vec!["serve", "--config", "/nonexistent.toml"], "/nonexistent.toml"),
    ] {
        let output = guildhall(&arguments).envs(environment).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
        assert!(!output.status.success() && said.contains(expected), "{expected}: {said}");
    }
    // A schema that is behind is refused, unless serve may migrate it.
    let empty = TestDatabase::empty().await;
    let output = guildhall(&["serve"])
        .env("GUILDHALL_DATABASE_URL", empty.url())
        .env("GUILDHALL_SECRET_KEY", SECRET_KEY)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("guildhall migrate"), "{said}");
}

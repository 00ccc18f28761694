//! What must not be logged is not. In a file of its own: the subscriber is the process's.

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use support::{PASSWORD, Server};

/// No password and no token is in any answer but the one that gives it, nor in any log line.
#[actix_web::test]
async fn secrets_are_not_logged() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);
    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let session = server.login(&ada).await;
    let wrong = json!({"email": ada.email, "password": "a wrong password"});
    server.call("POST", "/api/v1/auth/login", Some(&wrong)).await.problem(401, "invalid_credentials");
    let malformed = json!({"email": ada.email, "password": {"value": PASSWORD}});
    server.call("POST", "/api/v1/auth/login", Some(&malformed)).await.problem(422, "invalid_request");
    let path = format!("/api/v1/organizations/{}/members?search=confidential", ada.organization);
    let marked = session.request("GET", &path, None).insert_header(("x-request-id", "the-marked-one"));
    let answer = server.send(marked).await;
    answer.expect(200);
    assert!(!answer.text().contains(&session.token));
    let (id, link) = server.invite(&ada, &ada.organization, json!({"email": "grace@example.com"})).await;
    let invites = format!("/api/v1/organizations/{}/invites", ada.organization);
    let resent = ada.call(&server, "POST", &format!("{invites}/{id}/resend"), None).await.expect(200);
    let second = resent["token"].as_str().unwrap().to_owned();
    let accept = "/api/v1/organizations/invites/accept";
    ada.call(&server, "POST", accept, Some(json!({"token": link}))).await.problem(404, "invitation_not_found");
    let foreign = ada.call(&server, "POST", accept, Some(json!({"token": second}))).await;
    foreign.problem(403, "invitation_for_another");
    let misplaced = ada.call(&server, "POST", accept, Some(json!({"token": [second]}))).await;
    misplaced.problem(422, "invalid_request");
    let mailed = server.mailed_token(&ada.email).await;
    let late = ada.call(&server, "POST", accept, Some(json!({"token": mailed}))).await;
    late.problem(404, "invitation_not_found");
    server.verify_email(&ada).await;
    let body = json!({"email": "grace@example.com", "password": PASSWORD, "name": "G", "invitation_token": second});
    server.call("POST", "/api/v1/auth/register", Some(&body)).await.expect(201);
    let log_of = format!("/api/v1/organizations/{}/audit-events?format=ndjson", ada.organization);
    let audit = ada.get(&server, &log_of).await;
    for secret in [&link[4..], &second[4..], &mailed[4..]] {
        for answer in [&foreign, &misplaced, &late, &audit] {
            assert!(!answer.text().contains(secret), "{}", answer.question);
        }
    }
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let tokens = [&ada.token[4..], &session.token[4..], &link[4..], &second[4..], &mailed[4..], "ghs_", "ghi_", "ghe_"];
    for secret in tokens.into_iter().chain([PASSWORD, "a wrong password", "confidential", "$argon2"]) {
        assert!(!log.contains(secret), "{secret} in the log:\n{log}");
    }
    let line = log.lines().find(|line| line.contains("the-marked-one")).unwrap();
    let route = "route=\"/api/v1/organizations/{org}/members\"";
    for part in ["method=GET", route, "status=200", "latency_us=", &format!("user_id={}", ada.id)] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
}

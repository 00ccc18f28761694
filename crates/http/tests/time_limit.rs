//! What takes too long is given up.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::future::pending;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use guildhall_http::HttpSettings;
use guildhall_ports::{HashError, PasswordHash, PasswordHasher, PasswordVerdict, SecretString};
use guildhall_store_memory::MemoryStore;
use serde_json::json;
use support::{PASSWORD, Server, ports};

/// Answers when asked for a hash, and never again.
struct Hanging(Arc<dyn PasswordHasher>);

#[async_trait]
impl PasswordHasher for Hanging {
    async fn hash(&self, password: SecretString) -> Result<PasswordHash, HashError> {
        self.0.hash(password).await
    }

    async fn verify(&self, _: SecretString, _: Option<PasswordHash>) -> Result<PasswordVerdict, HashError> {
        pending().await
    }
}

async fn server(limit: Duration) -> Server {
    let ports = ports(Arc::new(MemoryStore::new()));
    let hanging = Arc::new(Hanging(Arc::clone(&ports.password_hasher)));
    let settings = HttpSettings { request_timeout: limit, ..HttpSettings::default() };
    Server::over(guildhall_app::Ports { password_hasher: hanging, ..ports }, settings).await
}

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

#[actix_web::test]
async fn what_never_answers_is_503() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let server = server(Duration::from_millis(200)).await;
    let ada = server.register("Ada").await;
    let change = json!({"current_password": PASSWORD, "new_password": "seven quiet lanterns over water"});
    let started = Instant::now();
    let request = ada.request("PUT", "/api/v1/users/me/password", Some(change)).insert_header(("x-request-id", "slow"));
    let answer = server.send(request).await;
    assert!(started.elapsed() < Duration::from_secs(5));
    let problem = answer.problem(503, "timeout");
    assert_eq!((&problem["title"], &problem["request_id"]), (&json!("Timeout"), &json!("slow")));
    assert_eq!((answer.header("retry-after"), answer.header("x-request-id")), (Some("1"), Some("slow")));
    // The server goes on.
    let login = json!({"email": ada.email, "password": PASSWORD});
    server.call("POST", "/api/v1/auth/login", Some(&login)).await.problem(503, "timeout");
    ada.get(&server, "/api/v1/auth/me").await.expect(200);
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let route = "route=\"/api/v1/users/me/password\"";
    let line = log.lines().find(|line| line.contains("request_id=\"slow\"") && line.contains(route)).unwrap();
    for part in ["method=PUT", "status=503", &format!("user_id={}", ada.id)] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert!(log.contains("no answer within 200ms"), "{log}");
}

//! What only a socket shows: where an answer ends, and what becomes of one that is given up.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::rt::{spawn, task::spawn_blocking};
use actix_web::{App, HttpServer, web};
use guildhall_app::{Guildhall, Settings};
use guildhall_http::{HttpSettings, HttpState, configure, request_context};
use guildhall_store_memory::MemoryStore;

/// Sends `requests` through one connection and reads until it is closed.
async fn exchange(address: SocketAddr, requests: String) -> String {
    let read = move || {
        let mut connection = TcpStream::connect(address).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        connection.write_all(requests.as_bytes()).unwrap();
        let mut text = String::new();
        connection.read_to_string(&mut text).unwrap();
        text
    };
    spawn_blocking(read).await.unwrap()
}

#[actix_web::test]
async fn head_and_time_limits() {
    let guildhall = Guildhall::new(support::ports(Arc::new(MemoryStore::new())), Settings::default());
    let settings = HttpSettings { request_timeout: Duration::from_millis(200), ..HttpSettings::default() };
    let state = HttpState::new(guildhall, settings);
    let app = move || {
        App::new()
            .wrap(from_fn(request_context))
            .route("/hanging", web::get().to(std::future::pending::<String>))
            .configure(configure(state.clone()))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    let running = spawn(server);

    // All in one packet.
    let head = "HEAD /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
    let get = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let text = exchange(address, format!("{head}{head}{get}")).await;
    assert_eq!(text.matches("HTTP/1.1 200 OK\r\n").count(), 3, "{text}");
    assert_eq!(text.matches("content-length: 11\r\n").count(), 3, "{text}");
    assert_eq!(text.matches(r#"{"ok":true}"#).count(), 1, "{text}");

    let given_up = exchange(address, "GET /hanging HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned()).await;
    assert!(given_up.starts_with("HTTP/1.1 503 "), "{given_up}");
    let headers =
        ["retry-after: 1\r\n", "x-request-id: ", "x-content-type-options: nosniff", "application/problem+json"];
    for part in headers.into_iter().chain([r#""code":"timeout""#, r#""request_id":""#]) {
        assert!(given_up.contains(part), "{part} is not in {given_up}");
    }
    // A body that never comes is given up too.
    let upload = "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
        content-length: 100\r\nconnection: close\r\n\r\n{";
    let given_up = exchange(address, upload.to_owned()).await;
    assert!(given_up.starts_with("HTTP/1.1 503 "), "{given_up}");

    handle.stop(false).await;
    running.await.unwrap().unwrap();
}

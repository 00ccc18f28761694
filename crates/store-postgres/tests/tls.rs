//! TLS on the way to PostgreSQL, as `sslmode` says. The throw-away cluster has
//! a certificate for 127.0.0.1 that only its own file vouches for.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is test code")]

mod support;

use std::process::Command;

use guildhall_ports::store::Store;
use guildhall_store_postgres::{ConnectError, PostgresOptions, PostgresStore};
use support::database;

/// Names the file that vouches for the cluster's certificate.
const CERTIFICATE: &str = "GUILDHALL_TEST_POSTGRES_CERTIFICATE";

/// The file, and a migrated database; none where the cluster has no TLS.
async fn encrypted() -> Option<(String, guildhall_testkit::postgres::TestDatabase)> {
    match std::env::var(CERTIFICATE) {
        Ok(certificate) => Some((certificate, database().await)),
        Err(_) => {
            eprintln!("skipped: the cluster has no TLS ({CERTIFICATE} is not set)");
            None
        }
    }
}

fn with_mode(url: &str, mode: &str) -> String {
    format!("{}?sslmode={mode}", url.split('?').next().unwrap())
}

/// How many connections of the service to this database are encrypted, and how many are not.
async fn connections(database: &guildhall_testkit::postgres::TestDatabase) -> (i64, i64) {
    let count = "SELECT count(*) FILTER (WHERE s.ssl), count(*) FILTER (WHERE NOT s.ssl) \
        FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) \
        WHERE a.datname = current_database() AND a.application_name = 'guildhall' AND a.state = 'idle'";
    let row = database.client().await.query_one(count, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn disable_is_plain_text_and_prefer_encrypts() {
    let Some((_, database)) = encrypted().await else { return };
    for (mode, encrypted) in [("disable", false), ("prefer", true)] {
        let options = PostgresOptions { pool_size: 1, ..PostgresOptions::default() };
        let store = PostgresStore::connect(&with_mode(database.url(), mode), options).await.unwrap();
        store.ready().await.unwrap();
        let (with, without) = connections(&database).await;
        assert_eq!((with > 0, without > 0), (encrypted, !encrypted), "{mode}");
        drop(store);
        while connections(&database).await != (0, 0) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
}

/// A certificate that no known root vouches for is refused.
#[tokio::test]
async fn a_stranger_is_refused() {
    let Some((_, database)) = encrypted().await else { return };
    for mode in ["require", "verify-ca", "verify-full"] {
        let result = PostgresStore::connect(&with_mode(database.url(), mode), PostgresOptions::default()).await;
        match result {
            Err(ConnectError::Unreachable(text)) => assert!(text.contains("certificate"), "{mode}: {text}"),
            // A machine without any root certificates can trust nobody either.
            Err(ConnectError::Tls(_)) => {}
            other => panic!("{mode}: {other:?}"),
        }
    }
}

/// With `SSL_CERT_FILE` it is trusted. In a process of its own, since the variable is the whole process's.
#[tokio::test]
async fn a_known_server_is_trusted() {
    let Some((certificate, database)) = encrypted().await else { return };
    let url = with_mode(database.url(), "verify-full");
    for (url, trusted) in [(url.clone(), true), (url.replace("127.0.0.1", "localhost"), false)] {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "connects", "--ignored"])
            .env("SSL_CERT_FILE", &certificate)
            .env("GUILDHALL_TEST_TLS_URL", &url)
            .output()
            .unwrap()
            .status;
        assert_eq!(status.success(), trusted, "the certificate names 127.0.0.1 only: {url}");
    }
}

#[tokio::test]
#[ignore = "run by a_known_server_is_trusted in a process of its own"]
async fn connects() {
    let url = std::env::var("GUILDHALL_TEST_TLS_URL").unwrap();
    let store = PostgresStore::connect(&url, PostgresOptions::default()).await.unwrap();
    store.ready().await.unwrap();
}

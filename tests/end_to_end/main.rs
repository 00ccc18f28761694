//! End-to-end tests on the real binary: every test runs on SQLite and on
//! PostgreSQL, over HTTP, as a user of Guildhall would.
//!
//! `make test` starts the throw-away PostgreSQL that half of them need.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod blueprints;
mod boards;
mod client;
mod crash;
mod credit_crash;
mod credit_races;
mod credits;
mod database;
#[path = "../support/dns_server.rs"]
mod dns_server;
mod domains;
mod exclusive;
mod invitations;
mod joining_races;
mod limit_races;
mod local_token;
mod mail_delivery;
mod mailbox;
mod mipiti;
mod mission_control;
mod neosc;
mod operations;
mod personal_and_team;
mod platform;
mod races;
mod registration;
mod server;
#[path = "../support/smtp_server.rs"]
mod smtp_server;
mod storage_away;
mod strictops;

/// Runs each test on a server on SQLite and on one on PostgreSQL, with the
/// default blueprint or a named one.
macro_rules! on_both_databases {
    (blueprint $blueprint:literal: $($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    let database = crate::database::Database::sqlite();
                    super::$test(crate::server::Server::start_as(database, $blueprint).await).await;
                }
            )+
        }

        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    let database = crate::database::Database::postgres().await;
                    super::$test(crate::server::Server::start_as(database, $blueprint).await).await;
                }
            )+
        }
    };
    ($($test:ident),+ $(,)?) => {
        $crate::on_both_databases!(blueprint "default": $($test),+);
    };
}
pub(crate) use on_both_databases;

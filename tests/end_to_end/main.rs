//! End-to-end tests on the real binary: every test runs on SQLite and on
//! PostgreSQL, over HTTP, as a user of Guildhall would.
//!
//! `make test` starts the throw-away PostgreSQL that half of them need.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod client;
mod crash;
mod database;
mod mipiti;
mod mission_control;
mod neosc;
mod operations;
mod platform;
mod races;
mod server;
mod storage_away;
mod strictops;

/// Runs each test on a server on SQLite and on one on PostgreSQL.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    super::$test(crate::server::Server::start(crate::database::Database::sqlite()).await).await;
                }
            )+
        }

        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    super::$test(crate::server::Server::start(crate::database::Database::postgres().await).await).await;
                }
            )+
        }
    };
}
pub(crate) use on_both_databases;

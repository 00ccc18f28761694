//! The use cases on the in-memory store: what an embedder's unit tests look like.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod access;
mod accounts;
mod credits;
mod denials;
mod doors;
mod limits;
mod mails;
mod password_changes;
mod repeated;
mod retries;
mod send;
mod sessions;
mod ways_in;
mod withdrawals;
mod workspaces;
mod world;

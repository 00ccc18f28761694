//! The mailers against a real mail server on loopback, and real files.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../../../../tests/support/smtp_server.rs"]
mod smtp_server;

mod authority;
mod faults;
mod files;
mod letters;
mod samples;
mod security;

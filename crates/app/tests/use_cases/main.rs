//! The use cases on the in-memory store: what an embedder's unit tests look like.

mod accounts;
mod denials;
mod password_changes;
mod retries;
mod send;
mod sessions;
mod world;

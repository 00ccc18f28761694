//! Builds the crate anew when a migration is added, changed or removed.

#![allow(clippy::print_stdout, reason = "this is how a build script talks to cargo")]

fn main() {
    println!("cargo::rerun-if-changed=../../migrations/sqlite");
}

//! How many credits can be spent on one pool, and on many: Guildhall's way
//! (what waits is carried out together) and the usual one (a transaction a
//! spend, with a row lock, in several statements or in one), on the same database, under the same load.
//!
//! `credits DATABASE_URL (group|transaction|statement) CLIENTS POOLS SECONDS` prints spends a
//! second, p50 and p99 in milliseconds. The database is migrated, and durable.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a tool for benches only")]

mod group;
mod load;
mod usual_postgres;
mod usual_sqlite;

use std::path::Path;
use std::time::Duration;

use usual_postgres::Design;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, design, clients, pools, seconds] = arguments.as_slice() else {
        panic!("usage: credits DATABASE_URL (group|usual) CLIENTS POOLS SECONDS")
    };
    let (clients, pools): (usize, usize) = (clients.parse().unwrap(), pools.parse().unwrap());
    let lasts = Duration::from_secs(seconds.parse().unwrap());
    let measured = match (design.as_str(), url.strip_prefix("sqlite:")) {
        ("group", path) => group::measure(url, path.map(Path::new), clients, pools, lasts).await,
        ("transaction" | "statement", Some(path)) => usual_sqlite::measure(path, clients, pools, lasts).await,
        ("transaction", None) => usual_postgres::measure(url, Design::Transaction, clients, pools, lasts).await,
        ("statement", None) => usual_postgres::measure(url, Design::Statement, clients, pools, lasts).await,
        _ => panic!("group, transaction or statement"),
    };
    println!("RESULT {} {:.2} {:.2}", measured.rate, measured.p50, measured.p99);
}

//! Guildhall storage in one SQLite file: the embedded default, with no server.
//!
//! [`SqliteStore`] implements [`guildhall_ports::store::Store`]. It brings a
//! new or older file up to date by itself.
//!
//! Reads run on a small pool of read-only connections, in the caller's task.
//! Writes run on one thread that owns the one writing connection: units of
//! work go one after another, each in a savepoint of a shared transaction, and
//! a commit is answered only when that transaction is on the disk
//! (`synchronous=FULL`), so that many commits share one flush.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use guildhall_store_sqlite::{OpenError, SqliteOptions, SqliteStore};
//!
//! let store = SqliteStore::open(Path::new("guildhall-data/guildhall.db"), SqliteOptions::default())?;
//! # Ok::<(), OpenError>(())
//! ```

mod connection;
mod credit_tx;
mod credit_work;
mod file;
mod hot;
mod migration;
mod open_error;
mod options;
mod org_tx;
mod platform_tx;
mod prepared;
mod reader;
mod schema;
mod store;
mod store_error;
mod table;
mod unit;
mod user_tx;
mod value;
mod workspace_tx;
mod writer;

pub use migration::{migrate, pending_migrations, revert_migrations};
pub use open_error::OpenError;
pub use options::SqliteOptions;
pub use store::SqliteStore;

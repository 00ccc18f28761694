//! Guildhall storage in PostgreSQL with forced row-level security.
//!
//! [`migrate`] brings the schema up to date as the role of the URL, which owns
//! the tables. [`PostgresStore`] then works as a role that owns nothing
//! (`guildhall_app`), so that the policies of the schema hold for every
//! statement: each transaction states, local to itself, which organization or
//! account it is for, and sees nothing else.
//!
//! ```no_run
//! use guildhall_store_postgres::{PostgresOptions, PostgresStore, migrate};
//!
//! # async fn example() -> Result<(), guildhall_store_postgres::ConnectError> {
//! let url = "postgres://guildhall:secret@db.example.com/guildhall?sslmode=verify-full";
//! migrate(url).await?;
//! let store = PostgresStore::connect(url, PostgresOptions::default()).await?;
//! # let _ = store;
//! # Ok(())
//! # }
//! ```

mod check_batch;
mod connect_error;
mod connector;
mod credit_tx;
mod error;
mod gathering;
mod hot;
mod migrations;
mod options;
mod org_tx;
mod platform_tx;
mod pool;
mod preflight;
mod raw_statement;
mod row;
mod schema;
mod store;
mod tables;
mod tls;
mod unit;
mod user_tx;
mod workspace_tx;

pub use connect_error::ConnectError;
pub use migrations::{migrate, pending_migrations, revert_migrations};
pub use options::PostgresOptions;
pub use store::PostgresStore;

//! Guildhall storage in memory, for unit tests and embedders.
//!
//! [`MemoryStore`] keeps everything in persistent maps: a unit of work is a
//! working copy, which costs nothing to make, and a commit puts it in the
//! place of the state before. Writing units of work run one after the other;
//! reading ones see the state at their beginning and wait for nobody. Nothing
//! is kept when the store is dropped.
//!
//! It passes the same conformance suite as the databases, and is as strict as
//! they are: a unit of work in which something failed can only be rolled back.
//!
//! ```
//! use guildhall_ports::store::{Mode, Store, StoreError};
//! use guildhall_store_memory::MemoryStore;
//!
//! # async fn example() -> Result<(), StoreError> {
//! let store = MemoryStore::new();
//! let mut unit = store.begin_org(uuid::Uuid::nil().into(), Mode::Read).await?;
//! assert_eq!(unit.organization().await?, None);
//! # Ok(())
//! # }
//! ```

mod credit_tx;
mod org_tx;
mod platform_tx;
mod state;
mod store;
mod unit;
mod user_tx;
mod workspace_tx;

pub use store::MemoryStore;

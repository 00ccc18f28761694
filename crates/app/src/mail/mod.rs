//! Mails: queued in the transaction that causes them, sent after its commit.

mod deliver;
mod queue;

pub use deliver::Delivery;

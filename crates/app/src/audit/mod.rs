//! The audit log: read by those who may, verified by the operator.

mod list;
mod verify;

pub use verify::ChainReport;

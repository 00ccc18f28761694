//! The hottest reads, each one prepared statement.

mod asked;
mod caller;
mod check;
mod check_in;

pub(crate) use caller::authenticate;
pub(crate) use check::check;
pub(crate) use check_in::{check_batch, check_in};

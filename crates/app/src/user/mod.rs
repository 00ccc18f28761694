//! Accounts as the operator sees them: listed, disabled, given power.

mod disable;
mod list;
mod superadmin;

pub use superadmin::CreateSuperadmin;

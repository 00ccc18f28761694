//! Accounts as the operator sees them: made, listed, disabled, given passwords and power.

mod create;
mod disable;
mod list;
mod reset_password;
mod superadmin;

pub use create::CreateUser;
pub use superadmin::CreateSuperadmin;

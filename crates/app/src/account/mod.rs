//! Accounts and sessions: registering, logging in, who am I, the profile.

mod authenticate;
mod change_password;
mod delete_account;
mod email_verification;
mod first_organization;
mod local_user;
mod login;
mod me;
mod profile;
mod register;
mod sessions;
mod set_up;
mod start_session;

pub(crate) use first_organization::Founding;
pub use login::Login;
pub use me::Me;
pub(crate) use me::is_suggested;
pub use profile::ProfileChanges;
pub use register::Register;
pub use set_up::SetUp;
pub use start_session::LoggedIn;

//! Accounts and sessions: registering, logging in, who am I, the profile.

mod authenticate;
mod change_password;
mod delete_account;
mod first_organization;
mod login;
mod me;
mod profile;
mod register;
mod sessions;
mod start_session;

pub(crate) use first_organization::Founding;
pub use login::Login;
pub use me::Me;
pub use profile::{Change, ProfileChanges};
pub use register::Register;
pub use start_session::LoggedIn;

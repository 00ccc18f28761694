//! The rules that every way into an organization shares: creating one,
//! accepting an invitation, being added, belonging by domain.

mod exclusive;
mod power;

pub use exclusive::{AlreadyInOrganization, GivesWay, Place, makes_room};
pub use power::Power;

//! Organizations: made, listed, read, changed, deleted, chosen, and stopped by the operator.

mod active;
mod create;
mod delete;
mod list;
mod platform;
mod read;
mod status;
mod update;
mod walk;

pub use create::CreateOrganization;
pub use list::MyOrganizations;
pub(crate) use list::my_organizations_scope;
pub use platform::CreateOrganizationFor;
pub use status::StatusChanged;
pub use update::OrganizationChanges;

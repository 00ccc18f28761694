//! One module per table: the only places that name its columns. Those of
//! tenant tables are reached only through a query that is scoped to one
//! organization, which every function there takes.

mod audit_columns;
pub(crate) mod audit_events;
pub(crate) mod departures;
pub(crate) mod email_verifications;
pub(crate) mod installation;
pub(crate) mod invitations;
pub(crate) mod join_requests;
pub(crate) mod mail_queue;
pub(crate) mod membership_changes;
pub(crate) mod memberships;
mod my_organizations;
pub(crate) mod organization_domains;
pub(crate) mod organizations;
mod paging;
#[cfg(test)]
mod plans;
pub(crate) mod platform_audit_events;
pub(crate) mod received_invitations;
pub(crate) mod roles;
pub(crate) mod sessions;
pub(crate) mod user_passwords;
pub(crate) mod users;
mod vacancy;
pub(crate) mod verified_domains;

pub(crate) use my_organizations::{active_organization, find as my_organization, list as my_organizations};
pub(crate) use vacancy::is_vacant;

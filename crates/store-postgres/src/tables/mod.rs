//! A file per table: its rows and its statements. Every statement on a
//! tenant's table names the organization, beside what row-level security does.

pub(crate) mod audit_events;
pub(crate) mod member_profiles;
pub(crate) mod memberships;
pub(crate) mod organizations;
pub(crate) mod platform_audit_events;
pub(crate) mod roles;
pub(crate) mod sessions;
pub(crate) mod user_organizations;
pub(crate) mod user_passwords;
pub(crate) mod users;

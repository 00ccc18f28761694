//! A file per table: its rows and its statements. Every statement on a
//! tenant's table names the organization, beside what row-level security does.

pub(crate) mod audit_events;
pub(crate) mod credit_grants;
#[cfg(test)]
mod credit_reads;
pub(crate) mod credit_reservations;
pub(crate) mod credit_state;
pub(crate) mod credit_transactions;
pub(crate) mod credit_usage;
pub(crate) mod credit_writes;
pub(crate) mod departures;
pub(crate) mod email_verifications;
pub(crate) mod idempotent_answers;
pub(crate) mod installation;
pub(crate) mod invitations;
pub(crate) mod join_requests;
pub(crate) mod kept_credits;
pub(crate) mod mail_queue;
pub(crate) mod member_profiles;
pub(crate) mod member_quotas;
pub(crate) mod memberships;
pub(crate) mod organization_domains;
pub(crate) mod organizations;
pub(crate) mod platform_audit_events;
pub(crate) mod quota_usage;
pub(crate) mod received_invitations;
pub(crate) mod roles;
pub(crate) mod sessions;
pub(crate) mod user_idempotent_answers;
pub(crate) mod user_organizations;
pub(crate) mod user_passwords;
pub(crate) mod users;
pub(crate) mod workspace_budgets;
pub(crate) mod workspace_grants;
pub(crate) mod workspace_groups;
pub(crate) mod workspace_list;
pub(crate) mod workspace_members;
#[cfg(test)]
mod workspace_reads;
pub(crate) mod workspaces;

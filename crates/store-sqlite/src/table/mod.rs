//! One module per table: the only places that name its columns. Those of
//! tenant tables are reached only through a query that is scoped to one
//! organization, which every function there takes.

mod audit_columns;
pub(crate) mod audit_events;
mod credit_answers;
mod credit_counts;
mod credit_grants;
pub(crate) mod credit_members;
mod credit_reservations;
mod credit_transaction_lists;
pub(crate) mod credit_transactions;
mod credit_usage;
mod credit_workspace_totals;
mod credit_workspace_usage;
mod credit_workspaces;
pub(crate) mod credits;
pub(crate) mod departures;
pub(crate) mod email_verifications;
pub(crate) mod idempotent_answers;
pub(crate) mod installation;
pub(crate) mod invitations;
pub(crate) mod join_requests;
pub(crate) mod mail_queue;
pub(crate) mod member_quotas;
pub(crate) mod membership_changes;
pub(crate) mod memberships;
mod my_organizations;
mod new_credit_transactions;
pub(crate) mod organization_domains;
pub(crate) mod organizations;
mod paging;
#[cfg(test)]
mod plans;
pub(crate) mod platform_audit_events;
pub(crate) mod quota_usage;
pub(crate) mod received_invitations;
pub(crate) mod roles;
pub(crate) mod sessions;
mod spent_credits;
pub(crate) mod tied_workspaces;
pub(crate) mod user_idempotent_answers;
pub(crate) mod user_passwords;
pub(crate) mod users;
mod vacancy;
pub(crate) mod verified_domains;
pub(crate) mod workspace_budgets;
pub(crate) mod workspace_counts;
pub(crate) mod workspace_grants;
pub(crate) mod workspace_groups;
pub(crate) mod workspace_list;
pub(crate) mod workspace_members;
pub(crate) mod workspaces;

pub(crate) use my_organizations::{active_organization, find as my_organization, list as my_organizations};
pub(crate) use vacancy::is_vacant;

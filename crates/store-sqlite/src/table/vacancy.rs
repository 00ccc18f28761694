use diesel::dsl::{exists, not};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection, select};
use guildhall_domain::{InvitationStatus, OrganizationId, Version};
use guildhall_ports::store::StoreError;

use super::invitations::constant;
use crate::schema::{
    credit_transactions, departures, invitations, join_requests, organization_domains, quota_usage, roles,
    workspace_groups, workspaces,
};
use crate::store_error::failure;
use crate::value::Id;

/// Whether nothing is in an organization but members and workspaces of their
/// own, in one statement.
pub(crate) fn is_vacant(connection: &mut SqliteConnection, organization: OrganizationId) -> Result<bool, StoreError> {
    let organization = Id(organization.uuid());
    let roles = roles::table.filter(roles::organization_id.eq(organization)).select(roles::id);
    let domains = organization_domains::table
        .filter(organization_domains::organization_id.eq(organization))
        .select(organization_domains::id);
    let pending = invitations::table
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::status.eq(constant(InvitationStatus::Pending)))
        .select(invitations::id);
    let requests =
        join_requests::table.filter(join_requests::organization_id.eq(organization)).select(join_requests::id);
    let departed = departures::table.filter(departures::organization_id.eq(organization)).select(departures::email);
    // One's own is something once it was changed.
    let made = workspaces::table
        .filter(workspaces::organization_id.eq(organization))
        .filter(workspaces::personal_of.is_null().or(workspaces::version.gt(Version::FIRST.0)))
        .select(workspaces::id);
    let groups =
        workspace_groups::table.filter(workspace_groups::organization_id.eq(organization)).select(workspace_groups::id);
    let used = quota_usage::table
        .filter(quota_usage::organization_id.eq(organization))
        .filter(quota_usage::used.gt(0))
        .select(quota_usage::quota);
    let credits = credit_transactions::table
        .filter(credit_transactions::organization_id.eq(organization))
        .filter(credit_transactions::actor_id.is_not_null())
        .select(credit_transactions::id);
    let nothing = not(exists(roles))
        .and(not(exists(domains)))
        .and(not(exists(pending)))
        .and(not(exists(requests)))
        .and(not(exists(departed)))
        .and(not(exists(made)))
        .and(not(exists(groups)))
        .and(not(exists(used)))
        .and(not(exists(credits)));
    select(nothing).get_result(connection).map_err(failure)
}

//! How many workspaces there are, of all kinds and of each: kept by the
//! statements that check the limits. Personal ones are not counted.

use std::collections::BTreeMap;

use diesel::dsl::{auto_type, exists};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection, select};
use guildhall_domain::{Limit, OrganizationId, WorkspaceKindName};
use guildhall_ports::store::{Constraint, StoreError, WorkspaceLimits};

use super::organizations::most;
use crate::prepared;
use crate::schema::{organizations, workspace_counts};
use crate::store_error::failure;
use crate::value::{Count, Id, Word};

/// The counts of one organization: every query of a kind's starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    workspace_counts::table.filter(workspace_counts::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

/// Counts a new workspace, where there is room for one.
pub(super) fn count(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    kind: &WorkspaceKindName,
    limits: WorkspaceLimits,
) -> Result<(), StoreError> {
    let id = Id(organization.uuid());
    let has_room = organizations::workspaces_count.lt(most(limits.all));
    let counted = prepared::update(organizations::table.find(id).filter(has_room))
        .set(organizations::workspaces_count.eq(organizations::workspaces_count + 1))
        .execute(connection)
        .map_err(failure)?;
    if counted == 0 {
        let found = select(exists(organizations::table.find(id).select(organizations::id)));
        let found: bool = found.get_result(connection).map_err(failure)?;
        return Err(if found { StoreError::Conflict(Constraint::LimitReached) } else { StoreError::NotFound });
    }
    count_of_kind(connection, organization, kind, limits.of_kind)
}

fn count_of_kind(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    kind: &WorkspaceKindName,
    limit: Limit,
) -> Result<(), StoreError> {
    let reached = StoreError::Conflict(Constraint::KindLimitReached);
    let its = of(organization).filter(workspace_counts::kind.eq(kind.as_str()));
    let counted = prepared::update(its.filter(workspace_counts::used.lt(most(limit))))
        .set(workspace_counts::used.eq(workspace_counts::used + 1))
        .execute(connection)
        .map_err(failure)?;
    if counted > 0 {
        return Ok(());
    }
    // There is one writer, so that nobody counts the first of a kind in between.
    let found = select(exists(its.select(workspace_counts::kind)));
    if found.get_result(connection).map_err(failure)? || !limit.allows(1) {
        return Err(reached);
    }
    let first = (
        workspace_counts::organization_id.eq(Id(organization.uuid())),
        workspace_counts::kind.eq(kind.as_str()),
        workspace_counts::used.eq(1),
    );
    diesel::insert_into(workspace_counts::table).values(first).execute(connection).map_err(failure)?;
    Ok(())
}

/// Counts a workspace no more.
pub(super) fn uncount(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    kind: &WorkspaceKindName,
) -> Result<(), StoreError> {
    prepared::update(organizations::table.find(Id(organization.uuid())))
        .set(organizations::workspaces_count.eq(organizations::workspaces_count - 1))
        .execute(connection)
        .map_err(failure)?;
    prepared::update(of(organization).filter(workspace_counts::kind.eq(kind.as_str())))
        .set(workspace_counts::used.eq(workspace_counts::used - 1))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}

/// How many there are of each kind; of one that is not named there is none.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<BTreeMap<WorkspaceKindName, u64>, StoreError> {
    let rows: Vec<(Word<WorkspaceKindName>, Count)> = of(organization)
        .filter(workspace_counts::used.gt(0))
        .select((workspace_counts::kind, workspace_counts::used))
        .load(connection)
        .map_err(failure)?;
    Ok(rows.into_iter().map(|(kind, used)| (kind.0, used.0)).collect())
}

use diesel::{ExpressionMethods, RunQueryDsl, SqliteConnection};
use guildhall_domain::credits::CreditQuota;
use guildhall_domain::{OrganizationId, Timestamp, WorkspaceId};
use guildhall_ports::store::StoreError;

use crate::prepared;
use crate::schema::workspace_budgets;
use crate::store_error::unless_absent;
use crate::value::{Count, Id, Time};

const INSTEAD: &str = "\
(organization_id, workspace_id) DO UPDATE SET monthly = excluded.monthly, daily = excluded.daily, \
updated_at = excluded.updated_at";

/// Sets a workspace's budget.
pub(crate) fn put(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    budget: CreditQuota,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        workspace_budgets::organization_id.eq(Id(organization.uuid())),
        workspace_budgets::workspace_id.eq(Id(workspace.uuid())),
        workspace_budgets::monthly.eq(Count(budget.monthly.to_wire())),
        workspace_budgets::daily.eq(Count(budget.daily.to_wire())),
        workspace_budgets::updated_at.eq(Time(at)),
    );
    let insert = diesel::insert_into(workspace_budgets::table).values(row);
    prepared::upsert(insert, INSTEAD).execute(connection).map_err(unless_absent)?;
    Ok(())
}

use diesel::result::OptionalExtension;
use diesel::sql_types::{BigInt, Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::Timestamp;
use guildhall_domain::credits::CreditQuota;
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::signed;
use crate::unit::Unit;

raw_statement! {
    /// Sets how much may be spent for a workspace; nothing where there is no such workspace.
    struct Set {
        organization: Uuid as SqlUuid,
        workspace: Uuid as SqlUuid,
        monthly: i64 as BigInt,
        daily: i64 as BigInt,
        at: Timestamp as Timestamptz,
    } -> Bool =
        "INSERT INTO workspace_budgets (organization_id, workspace_id, monthly, daily, updated_at) \
         SELECT w.organization_id, w.id, $3, $4, $5 FROM workspaces w WHERE w.organization_id = $1 AND w.id = $2 \
         ON CONFLICT (organization_id, workspace_id) DO UPDATE \
            SET monthly = excluded.monthly, daily = excluded.daily, updated_at = excluded.updated_at \
         RETURNING true"
}

pub(crate) async fn set(
    unit: &mut Unit,
    organization: Uuid,
    workspace: Uuid,
    budget: CreditQuota,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (monthly, daily) = (signed(budget.monthly.to_wire()), signed(budget.daily.to_wire()));
    let statement = Set { organization, workspace, monthly, daily, at };
    let set = statement.get_result::<bool>(unit.connection().await?).await.optional();
    unit.note(set)?.map(|_| ()).ok_or(StoreError::NotFound)
}

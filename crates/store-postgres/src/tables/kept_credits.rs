//! Everything of credits that is kept beside the ledger.

use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::{UserId, WorkspaceId};
use guildhall_ports::store::{KeptCredits, StoreError};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{stored, unsigned};
use crate::tables::credit_grants::{GrantColumns, GrantRow, into_grant};
use crate::tables::credit_reservations::{ReservationColumns, ReservationRow, into_reservation};
use crate::unit::Unit;

raw_statement! {
    /// Every grant, and the reservations that are open.
    struct Held { organization: Uuid as SqlUuid } -> (Array<GrantColumns>, Array<ReservationColumns>) =
        "SELECT ARRAY(SELECT ROW(g.id, g.amount, g.priority, g.expires_at, g.available, g.reserved) \
                FROM credit_grants g WHERE g.organization_id = $1), \
            ARRAY(SELECT ROW(r.id, r.user_id, r.workspace_id, r.operation, r.held, r.state, r.expires_at, r.day, \
                r.month) FROM credit_reservations r WHERE r.organization_id = $1 AND r.state = 'open')"
}
raw_statement! {
    /// What is counted.
    struct Usage { organization: Uuid as SqlUuid } -> (SqlUuid, Text, BigInt) =
        "SELECT u.user_id, u.period, u.used FROM credit_usage u WHERE u.organization_id = $1 AND u.used > 0"
}
raw_statement! {
    /// What is counted for workspaces.
    struct WorkspaceUsage { organization: Uuid as SqlUuid } -> (SqlUuid, SqlUuid, Text, BigInt) =
        "SELECT u.workspace_id, u.user_id, u.period, u.used FROM credit_workspace_usage u \
         WHERE u.organization_id = $1 AND u.used > 0"
}
raw_statement! {
    /// What is counted for workspaces, by all members together.
    struct WorkspaceTotals { organization: Uuid as SqlUuid } -> (SqlUuid, Text, BigInt) =
        "SELECT u.workspace_id, u.period, u.used FROM credit_workspace_totals u \
         WHERE u.organization_id = $1 AND u.used > 0"
}

pub(crate) async fn read(unit: &mut Unit, organization: Uuid) -> Result<KeptCredits, StoreError> {
    let held = Held { organization }.get_result::<(Vec<GrantRow>, Vec<ReservationRow>)>(unit.connection().await?).await;
    let (grants, open) = unit.note(held)?;
    let usage = Usage { organization }.load::<(Uuid, String, i64)>(unit.connection().await?).await;
    let usage = unit.note(usage)?.into_iter().map(|(user, period, used)| {
        Ok(((UserId::from(user), period_of(&period)?), unsigned("credit_usage.used", used)?))
    });
    let usage = usage.collect::<Result<_, StoreError>>()?;
    let of_workspaces =
        WorkspaceUsage { organization }.load::<(Uuid, Uuid, String, i64)>(unit.connection().await?).await;
    let of_workspaces = unit.note(of_workspaces)?.into_iter().map(|(workspace, user, period, used)| {
        let place = (WorkspaceId::from(workspace), UserId::from(user), period_of(&period)?);
        Ok((place, unsigned("credit_workspace_usage.used", used)?))
    });
    let totals = WorkspaceTotals { organization }.load::<(Uuid, String, i64)>(unit.connection().await?).await;
    let totals = unit.note(totals)?.into_iter().map(|(workspace, period, used)| {
        Ok(((WorkspaceId::from(workspace), period_of(&period)?), unsigned("credit_workspace_totals.used", used)?))
    });
    Ok(KeptCredits {
        grants: grants.into_iter().map(into_grant).collect::<Result<_, _>>()?,
        open: open.into_iter().map(into_reservation).collect::<Result<_, _>>()?,
        usage,
        workspace_usage: of_workspaces.collect::<Result<_, StoreError>>()?,
        workspace_totals: totals.collect::<Result<_, StoreError>>()?,
    })
}

fn period_of(period: &str) -> Result<PeriodKey, StoreError> {
    stored("credit_usage.period", PeriodKey::parse(period))
}

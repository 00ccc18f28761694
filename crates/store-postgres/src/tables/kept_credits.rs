//! Everything of credits that is kept beside the ledger.

use diesel::sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::{UserId, WorkspaceId};
use guildhall_ports::store::{KeptCredits, StoreError};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{signed, stored, unsigned};
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

raw_statement! {
    /// Writes what is left of grants that there are.
    struct WriteGrants {
        organization: Uuid as SqlUuid,
        ids: Vec<Uuid> as Array<SqlUuid>,
        available: Vec<i64> as Array<BigInt>,
        reserved: Vec<i64> as Array<BigInt>,
    } -> Bool =
        "UPDATE credit_grants g SET available = n.available, reserved = n.reserved \
         FROM unnest($2, $3, $4) n (id, available, reserved) WHERE g.organization_id = $1 AND g.id = n.id RETURNING true"
}
raw_statement! {
    /// Zeros in the place of all counts, of which the service may delete none; the counts follow in statements of their
    /// own, since parts of one statement do not see each other's rows.
    struct ClearUsage { organization: Uuid as SqlUuid } -> Bool =
        "UPDATE credit_usage SET used = 0 WHERE organization_id = $1 AND used <> 0 RETURNING true"
}
raw_statement! {
    /// The same for workspaces, by members.
    struct ClearWorkspaceUsage { organization: Uuid as SqlUuid } -> Bool =
        "UPDATE credit_workspace_usage SET used = 0 WHERE organization_id = $1 AND used <> 0 RETURNING true"
}
raw_statement! {
    /// The same for workspaces, altogether.
    struct ClearWorkspaceTotals { organization: Uuid as SqlUuid } -> Bool =
        "UPDATE credit_workspace_totals SET used = 0 WHERE organization_id = $1 AND used <> 0 RETURNING true"
}
raw_statement! {
    /// What should be counted.
    struct WriteUsage<'a> {
        organization: Uuid as SqlUuid,
        users: Vec<Uuid> as Array<SqlUuid>,
        periods: Vec<&'a str> as Array<Text>,
        used: Vec<i64> as Array<BigInt>,
    } -> Bool =
        "INSERT INTO credit_usage (organization_id, user_id, period, used) SELECT $1, n.* FROM unnest($2, $3, $4) n \
         ON CONFLICT (organization_id, user_id, period) DO UPDATE SET used = excluded.used RETURNING true"
}
raw_statement! {
    /// What should be counted for workspaces, by members.
    struct WriteWorkspaceUsage<'a> {
        organization: Uuid as SqlUuid,
        workspaces: Vec<Uuid> as Array<SqlUuid>,
        users: Vec<Uuid> as Array<SqlUuid>,
        periods: Vec<&'a str> as Array<Text>,
        used: Vec<i64> as Array<BigInt>,
    } -> Bool =
        "INSERT INTO credit_workspace_usage (organization_id, workspace_id, user_id, period, used) \
         SELECT $1, n.* FROM unnest($2, $3, $4, $5) n \
         ON CONFLICT (organization_id, workspace_id, user_id, period) DO UPDATE SET used = excluded.used \
         RETURNING true"
}
raw_statement! {
    /// What should be counted for workspaces, altogether.
    struct WriteWorkspaceTotals<'a> {
        organization: Uuid as SqlUuid,
        workspaces: Vec<Uuid> as Array<SqlUuid>,
        periods: Vec<&'a str> as Array<Text>,
        used: Vec<i64> as Array<BigInt>,
    } -> Bool =
        "INSERT INTO credit_workspace_totals (organization_id, workspace_id, period, used) \
         SELECT $1, n.* FROM unnest($2, $3, $4) n \
         ON CONFLICT (organization_id, workspace_id, period) DO UPDATE SET used = excluded.used RETURNING true"
}

/// Runs statements one after the other.
macro_rules! run {
    ($unit:ident, $($statement:expr),* $(,)?) => {
        $(
            let changed = $statement.load::<bool>($unit.connection().await?).await;
            $unit.note(changed)?;
        )*
    };
}

/// Writes what should be kept of grants and counts instead.
pub(crate) async fn write(unit: &mut Unit, organization: Uuid, kept: &KeptCredits) -> Result<(), StoreError> {
    let grants = WriteGrants {
        organization,
        ids: kept.grants.iter().map(|grant| grant.id.uuid()).collect(),
        available: kept.grants.iter().map(|grant| signed(grant.available)).collect(),
        reserved: kept.grants.iter().map(|grant| signed(grant.reserved)).collect(),
    };
    let usage = WriteUsage {
        organization,
        users: kept.usage.keys().map(|(user, _)| user.uuid()).collect(),
        periods: kept.usage.keys().map(|(_, period)| period.as_str()).collect(),
        used: kept.usage.values().map(|used| signed(*used)).collect(),
    };
    let of_workspaces = WriteWorkspaceUsage {
        organization,
        workspaces: kept.workspace_usage.keys().map(|(workspace, _, _)| workspace.uuid()).collect(),
        users: kept.workspace_usage.keys().map(|(_, user, _)| user.uuid()).collect(),
        periods: kept.workspace_usage.keys().map(|(_, _, period)| period.as_str()).collect(),
        used: kept.workspace_usage.values().map(|used| signed(*used)).collect(),
    };
    let totals = WriteWorkspaceTotals {
        organization,
        workspaces: kept.workspace_totals.keys().map(|(workspace, _)| workspace.uuid()).collect(),
        periods: kept.workspace_totals.keys().map(|(_, period)| period.as_str()).collect(),
        used: kept.workspace_totals.values().map(|used| signed(*used)).collect(),
    };
    run!(
        unit,
        grants,
        ClearUsage { organization },
        ClearWorkspaceUsage { organization },
        ClearWorkspaceTotals { organization },
        usage,
        of_workspaces,
        totals,
    );
    Ok(())
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

use diesel::result::OptionalExtension;
use diesel::sql_types::{BigInt, Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::credits::CreditQuota;
use guildhall_domain::{Limit, Timestamp};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{signed, stored, unsigned};
use crate::unit::Unit;

raw_statement! {
    /// Sets how much a member may spend; nothing where there is no such member.
    struct Set {
        organization: Uuid as SqlUuid,
        member: Uuid as SqlUuid,
        monthly: i64 as BigInt,
        daily: i64 as BigInt,
        at: Timestamp as Timestamptz,
    } -> Bool =
        "INSERT INTO member_quotas (organization_id, member_id, monthly, daily, updated_at) \
         SELECT m.organization_id, m.id, $3, $4, $5 FROM memberships m WHERE m.organization_id = $1 AND m.id = $2 \
         ON CONFLICT (organization_id, member_id) DO UPDATE \
            SET monthly = excluded.monthly, daily = excluded.daily, updated_at = excluded.updated_at \
         RETURNING true"
}

pub(crate) async fn set(
    unit: &mut Unit,
    organization: Uuid,
    member: Uuid,
    quota: CreditQuota,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (monthly, daily) = (signed(quota.monthly.to_wire()), signed(quota.daily.to_wire()));
    let statement = Set { organization, member, monthly, daily, at };
    let set = statement.get_result::<bool>(unit.connection().await?).await.optional();
    unit.note(set)?.map(|_| ()).ok_or(StoreError::NotFound)
}

/// A quota out of its two columns of a table; none where nobody has said.
pub(crate) fn into_quota(
    table: &'static str,
    monthly: Option<i64>,
    daily: Option<i64>,
) -> Result<Option<CreditQuota>, StoreError> {
    let (Some(monthly), Some(daily)) = (monthly, daily) else { return Ok(None) };
    let limit = |number| stored(table, Limit::from_wire(unsigned(table, number)?));
    Ok(Some(CreditQuota { monthly: limit(monthly)?, daily: limit(daily)? }))
}

use diesel::{ExpressionMethods, RunQueryDsl, SqliteConnection};
use guildhall_domain::credits::CreditQuota;
use guildhall_domain::{Limit, MemberId, OrganizationId, Timestamp};
use guildhall_ports::store::StoreError;

use crate::prepared;
use crate::schema::member_quotas;
use crate::store_error::unless_absent;
use crate::value::{Count, Id, Time};

const INSTEAD: &str = "\
(organization_id, member_id) DO UPDATE SET monthly = excluded.monthly, daily = excluded.daily, \
updated_at = excluded.updated_at";

/// Sets a member's quota.
pub(crate) fn put(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    member: MemberId,
    quota: CreditQuota,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        member_quotas::organization_id.eq(Id(organization.uuid())),
        member_quotas::member_id.eq(Id(member.uuid())),
        member_quotas::monthly.eq(Count(quota.monthly.to_wire())),
        member_quotas::daily.eq(Count(quota.daily.to_wire())),
        member_quotas::updated_at.eq(Time(at)),
    );
    let insert = diesel::insert_into(member_quotas::table).values(row);
    prepared::upsert(insert, INSTEAD).execute(connection).map_err(unless_absent)?;
    Ok(())
}

/// A quota out of its two columns; none where nobody has said.
pub(super) fn quota(monthly: Option<Count>, daily: Option<Count>) -> Result<Option<CreditQuota>, StoreError> {
    let Some((monthly, daily)) = monthly.zip(daily) else { return Ok(None) };
    let limit = |count: Count| Limit::from_wire(count.0).map_err(|error| StoreError::Corrupt(error.to_string()));
    Ok(Some(CreditQuota { monthly: limit(monthly)?, daily: limit(daily)? }))
}

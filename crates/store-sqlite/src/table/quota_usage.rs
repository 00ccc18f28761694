use std::collections::BTreeMap;

use diesel::dsl::auto_type;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::{Limit, LimitName, OrganizationId};
use guildhall_ports::store::{Constraint, StoreError};

use crate::prepared;
use crate::schema::quota_usage;
use crate::store_error::{failure, unless_absent};
use crate::value::{Count, Id, Word};

/// What one organization uses: every query starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    quota_usage::table.filter(quota_usage::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

fn used(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    quota: &LimitName,
) -> Result<Option<u64>, StoreError> {
    let found: Option<Count> = of(organization)
        .filter(quota_usage::quota.eq(quota.as_str()))
        .select(quota_usage::used)
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(found.map(|count| count.0))
}

/// Counts more as used, where that is not too much, and gives what is used then.
pub(crate) fn acquire(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    quota: &LimitName,
    amount: u64,
    limit: Limit,
) -> Result<u64, StoreError> {
    let reached = StoreError::Conflict(Constraint::LimitReached);
    let most = match limit {
        Limit::Unlimited => Limit::MAX,
        Limit::AtMost(most) => most.min(Limit::MAX),
    };
    // What is not more than that fits the column.
    let Some(room) = most.checked_sub(amount) else { return Err(reached) };
    let (added, room) = (amount.cast_signed(), room.cast_signed());
    let its = of(organization).filter(quota_usage::quota.eq(quota.as_str()));
    let counted: Option<Count> = prepared::update(its.filter(quota_usage::used.le(room)))
        .set(quota_usage::used.eq(quota_usage::used + added))
        .returning(quota_usage::used)
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    if let Some(Count(used)) = counted {
        return Ok(used);
    }
    // There is one writer, so that nobody acquires the first of it in between.
    if used(connection, organization, quota)?.is_some() {
        return Err(reached);
    }
    let first = (
        quota_usage::organization_id.eq(Id(organization.uuid())),
        quota_usage::quota.eq(quota.as_str()),
        quota_usage::used.eq(added),
    );
    diesel::insert_into(quota_usage::table).values(first).execute(connection).map_err(unless_absent)?;
    Ok(amount)
}

/// Counts some as given back, where so much is used, and gives what is used then.
pub(crate) fn release(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    quota: &LimitName,
    amount: u64,
) -> Result<u64, StoreError> {
    let not_acquired = StoreError::Conflict(Constraint::NotAcquired);
    let Ok(removed) = i64::try_from(amount) else { return Err(not_acquired) };
    let its = of(organization).filter(quota_usage::quota.eq(quota.as_str()));
    let counted: Option<Count> = prepared::update(its.filter(quota_usage::used.ge(removed)))
        .set(quota_usage::used.eq(quota_usage::used - removed))
        .returning(quota_usage::used)
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    match counted {
        Some(Count(used)) => Ok(used),
        // Of what was never used, nothing can be given back.
        None if amount == 0 => Ok(0),
        None => Err(not_acquired),
    }
}

/// How much is used of each resource; one that is not named is not used.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<BTreeMap<LimitName, u64>, StoreError> {
    let rows: Vec<(Word<LimitName>, Count)> = of(organization)
        .filter(quota_usage::used.gt(0))
        .select((quota_usage::quota, quota_usage::used))
        .load(connection)
        .map_err(failure)?;
    Ok(rows.into_iter().map(|(quota, used)| (quota.0, used.0)).collect())
}

//! What is counted of an organization beside its own row: workspaces of each kind, and use of resources.

use diesel::result::OptionalExtension;
use diesel::sql_types::{BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::{Counts, Limit, LimitName, WorkspaceKindName};
use guildhall_ports::store::{Constraint, StoreError};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{most, stored, unsigned};
use crate::unit::Unit;

raw_statement! {
    /// Whether it is a kind of workspaces, its name, and how much there is.
    struct All { organization: Uuid as SqlUuid } -> (Bool, Text, BigInt) =
        "SELECT true, c.kind, c.used FROM workspace_counts c WHERE c.organization_id = $1 AND c.used > 0 \
         UNION ALL SELECT false, q.quota, q.used FROM quota_usage q WHERE q.organization_id = $1 AND q.used > 0"
}

pub(crate) async fn all(unit: &mut Unit, organization: Uuid) -> Result<Counts, StoreError> {
    let rows = All { organization }.load::<(bool, String, i64)>(unit.connection().await?).await;
    let mut counts = Counts::default();
    for (of_kind, name, used) in unit.note(rows)? {
        if of_kind {
            let kind = stored("workspace_counts.kind", WorkspaceKindName::parse(&name))?;
            counts.workspaces.insert(kind, unsigned("workspace_counts.used", used)?);
        } else {
            let quota = stored("quota_usage.quota", LimitName::parse(&name))?;
            counts.quotas.insert(quota, unsigned("quota_usage.used", used)?);
        }
    }
    Ok(counts)
}

raw_statement! {
    /// Counts so much more as used; nothing where that would be more than there may be.
    struct Acquire<'a> {
        organization: Uuid as SqlUuid,
        quota: &'a str as Text,
        amount: i64 as BigInt,
        most: i64 as BigInt,
    } -> BigInt =
        "INSERT INTO quota_usage AS q (organization_id, quota, used) SELECT $1, $2, $3 WHERE $3 <= $4 \
         ON CONFLICT (organization_id, quota) DO UPDATE SET used = q.used + $3 WHERE q.used <= $4 - $3 \
         RETURNING q.used"
}

pub(crate) async fn acquire(
    unit: &mut Unit,
    organization: Uuid,
    quota: &LimitName,
    amount: u64,
    limit: Limit,
) -> Result<u64, StoreError> {
    let reached = StoreError::Conflict(Constraint::LimitReached);
    let greatest = most(Limit::AtMost(Limit::MAX));
    let Ok(amount) = i64::try_from(amount) else { return Err(reached) };
    let statement = Acquire { organization, quota: quota.as_str(), amount, most: most(limit).min(greatest) };
    let used = statement.get_result::<i64>(unit.connection().await?).await.optional();
    unsigned("quota_usage.used", unit.note(used)?.ok_or(reached)?)
}

raw_statement! {
    /// Counts so much as given back; nothing where less is used. What is not named is not used.
    struct Release<'a> {
        organization: Uuid as SqlUuid,
        quota: &'a str as Text,
        amount: i64 as BigInt,
    } -> BigInt =
        "INSERT INTO quota_usage AS q (organization_id, quota, used) \
         SELECT $1, $2, 0 WHERE $3 = 0 OR EXISTS ( \
            SELECT FROM quota_usage u WHERE u.organization_id = $1 AND u.quota = $2) \
         ON CONFLICT (organization_id, quota) DO UPDATE SET used = q.used - $3 WHERE q.used >= $3 \
         RETURNING q.used"
}

pub(crate) async fn release(
    unit: &mut Unit,
    organization: Uuid,
    quota: &LimitName,
    amount: u64,
) -> Result<u64, StoreError> {
    let missing = StoreError::Conflict(Constraint::NotAcquired);
    let Ok(amount) = i64::try_from(amount) else { return Err(missing) };
    let released = Release { organization, quota: quota.as_str(), amount };
    let used = released.get_result::<i64>(unit.connection().await?).await.optional();
    unsigned("quota_usage.used", unit.note(used)?.ok_or(missing)?)
}

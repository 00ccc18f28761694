use std::collections::BTreeMap;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::{OrganizationId, UserId};
use guildhall_ports::store::StoreError;

use super::credit_counts::Counts;
use crate::schema::credit_usage;
use crate::store_error::failure;
use crate::value::{Count, Id, Word};

/// What members have spent or hold.
pub(super) struct Usage;

impl Counts for Usage {
    const TABLE: &'static str = "credit_usage";
    const IDS: &'static [&'static str] = &["user_id"];
    type Place = (UserId, PeriodKey);

    fn key((user, period): &Self::Place) -> (Vec<Id>, &PeriodKey) {
        (vec![Id(user.uuid())], period)
    }
}

/// All that is counted.
pub(crate) fn all(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<BTreeMap<(UserId, PeriodKey), u64>, StoreError> {
    let rows: Vec<(Id, Word<PeriodKey>, Count)> = credit_usage::table
        .filter(credit_usage::organization_id.eq(Id(organization.uuid())))
        .select((credit_usage::user_id, credit_usage::period, credit_usage::used))
        .load(connection)
        .map_err(failure)?;
    Ok(rows.into_iter().map(|(user, period, used)| ((user.0.into(), period.0), used.0)).collect())
}

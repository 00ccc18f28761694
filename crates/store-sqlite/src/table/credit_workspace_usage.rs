use std::collections::BTreeMap;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::{OrganizationId, UserId, WorkspaceId};
use guildhall_ports::store::StoreError;

use super::credit_counts::Counts;
use crate::schema::credit_workspace_usage;
use crate::store_error::failure;
use crate::value::{Count, Id, Word};

/// The part of it that was for a workspace.
pub(super) struct WorkspaceUsage;

impl Counts for WorkspaceUsage {
    const TABLE: &'static str = "credit_workspace_usage";
    const IDS: &'static [&'static str] = &["workspace_id", "user_id"];
    type Place = (WorkspaceId, UserId, PeriodKey);

    fn key((workspace, user, period): &Self::Place) -> (Vec<Id>, &PeriodKey) {
        (vec![Id(workspace.uuid()), Id(user.uuid())], period)
    }
}

/// All that is counted.
pub(crate) fn all(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<BTreeMap<(WorkspaceId, UserId, PeriodKey), u64>, StoreError> {
    let rows: Vec<(Id, Id, Word<PeriodKey>, Count)> = credit_workspace_usage::table
        .filter(credit_workspace_usage::organization_id.eq(Id(organization.uuid())))
        .select((
            credit_workspace_usage::workspace_id,
            credit_workspace_usage::user_id,
            credit_workspace_usage::period,
            credit_workspace_usage::used,
        ))
        .load(connection)
        .map_err(failure)?;
    Ok(rows
        .into_iter()
        .map(|(workspace, user, period, used)| ((workspace.0.into(), user.0.into(), period.0), used.0))
        .collect())
}

use std::collections::BTreeMap;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::{OrganizationId, WorkspaceId};
use guildhall_ports::store::StoreError;

use super::credit_counts::Counts;
use crate::schema::credit_workspace_totals;
use crate::store_error::failure;
use crate::value::{Count, Id, Word};

/// What all members together have spent or hold for a workspace.
pub(super) struct WorkspaceTotals;

impl Counts for WorkspaceTotals {
    const TABLE: &'static str = "credit_workspace_totals";
    const IDS: &'static [&'static str] = &["workspace_id"];
    type Place = (WorkspaceId, PeriodKey);

    fn key((workspace, period): &Self::Place) -> (Vec<Id>, &PeriodKey) {
        (vec![Id(workspace.uuid())], period)
    }
}

/// All that is counted.
pub(crate) fn all(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<BTreeMap<(WorkspaceId, PeriodKey), u64>, StoreError> {
    let rows: Vec<(Id, Word<PeriodKey>, Count)> = credit_workspace_totals::table
        .filter(credit_workspace_totals::organization_id.eq(Id(organization.uuid())))
        .select((credit_workspace_totals::workspace_id, credit_workspace_totals::period, credit_workspace_totals::used))
        .load(connection)
        .map_err(failure)?;
    Ok(rows.into_iter().map(|(workspace, period, used)| ((workspace.0.into(), period.0), used.0)).collect())
}

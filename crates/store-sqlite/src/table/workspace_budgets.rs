use std::collections::{BTreeMap, BTreeSet};

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods, QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::credits::{CreditQuota, PeriodKey};
use guildhall_domain::{OrganizationId, Timestamp, WorkspaceId};
use guildhall_ports::store::{StoreError, WorkspaceCredits};

use super::member_quotas::quota;
use crate::prepared::{self, id_list};
use crate::schema::workspace_budgets;
use crate::store_error::{failure, unless_absent};
use crate::value::{Count, Id, Time};

const INSTEAD: &str = "\
(organization_id, workspace_id) DO UPDATE SET monthly = excluded.monthly, daily = excluded.daily, \
updated_at = excluded.updated_at";

/// Sets a workspace's budget.
pub(crate) fn put(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    budget: CreditQuota,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        workspace_budgets::organization_id.eq(Id(organization.uuid())),
        workspace_budgets::workspace_id.eq(Id(workspace.uuid())),
        workspace_budgets::monthly.eq(Count(budget.monthly.to_wire())),
        workspace_budgets::daily.eq(Count(budget.daily.to_wire())),
        workspace_budgets::updated_at.eq(Time(at)),
    );
    let insert = diesel::insert_into(workspace_budgets::table).values(row);
    prepared::upsert(insert, INSTEAD).execute(connection).map_err(unless_absent)?;
    Ok(())
}

/// The budgets of these workspaces, with what is spent in a day and a month for each.
pub(super) fn find_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspaces: &BTreeSet<WorkspaceId>,
    (day, month): (&PeriodKey, &PeriodKey),
) -> Result<BTreeMap<WorkspaceId, WorkspaceCredits>, StoreError> {
    let statement = Budgets {
        organization: Id(organization.uuid()),
        workspaces: id_list(workspaces.iter().map(|workspace| workspace.uuid())),
        periods: [("d", day.as_str()), ("n", month.as_str())],
    };
    let rows: Vec<BudgetRow> = statement.load(connection).map_err(failure)?;
    let used = |counted: Option<Count>| counted.map_or(0, |count| count.0);
    let budgets = rows.into_iter().map(|(workspace, monthly, daily, day, month)| {
        let credits = WorkspaceCredits { quota: quota(monthly, daily)?, day: used(day), month: used(month) };
        Ok((workspace.0.into(), credits))
    });
    budgets.collect()
}

struct Budgets<'a> {
    organization: Id,
    workspaces: String,
    /// The day and the month, each with the name of its count.
    periods: [(&'static str, &'a str); 2],
}

type BudgetSql = (Binary, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>);
type BudgetRow = (Id, Option<Count>, Option<Count>, Option<Count>, Option<Count>);

impl Query for Budgets<'_> {
    type SqlType = BudgetSql;
}

impl QueryId for Budgets<'_> {
    type QueryId = Budgets<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for Budgets<'_> {}

impl QueryFragment<Sqlite> for Budgets<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("SELECT unhex(u.value), b.monthly, b.daily, d.used, n.used FROM json_each(");
        out.push_bind_param::<Text, _>(&self.workspaces)?;
        out.push_sql(") u LEFT JOIN workspace_budgets b ON b.workspace_id = unhex(u.value) AND b.organization_id = ");
        out.push_bind_param::<Binary, _>(&self.organization)?;
        for (alias, period) in &self.periods {
            out.push_sql(&format!(
                " LEFT JOIN credit_workspace_totals {alias} ON {alias}.workspace_id = unhex(u.value) \
                 AND {alias}.period = "
            ));
            out.push_bind_param::<Text, _>(period)?;
            out.push_sql(&format!(" AND {alias}.organization_id = "));
            out.push_bind_param::<Binary, _>(&self.organization)?;
        }
        Ok(())
    }
}

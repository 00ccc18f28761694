//! Workspaces with what ties somebody to each, who may be another for each, and
//! with their budgets and what was spent for them.

use std::collections::BTreeMap;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::policy::{WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{AccessLevel, OrganizationId, UserId, WorkspaceId, WorkspaceRole};
use guildhall_ports::store::{StoreError, WorkspaceCredits};

use super::member_quotas::quota;
use crate::store_error::failure;
use crate::value::{Count, Id, Word};

type BudgetSql = (Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>);
type BudgetRow = (Option<Count>, Option<Count>, Option<Count>, Option<Count>);
type NamedSql = (Binary, Binary, Nullable<Binary>, Bool, Nullable<Text>, Nullable<Text>, Nullable<Text>, BudgetSql);
type NamedRow = (
    Id,
    Id,
    Option<Id>,
    bool,
    Option<Word<AccessLevel>>,
    Option<Word<WorkspaceRole>>,
    Option<Word<AccessLevel>>,
    BudgetRow,
);

/// What is told of workspaces: of each with each user, and of each alone.
type Told = (BTreeMap<(WorkspaceId, UserId), (WorkspaceFacts, WorkspaceTies)>, BTreeMap<WorkspaceId, WorkspaceCredits>);

/// Those of these workspaces that are in the organization, each with the ties
/// of the user that it is named with.
pub(crate) fn find_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    named: &[(WorkspaceId, UserId)],
    (day, month): (&PeriodKey, &PeriodKey),
) -> Result<Told, StoreError> {
    let pairs = named
        .iter()
        .map(|(workspace, user)| format!("[\"{}\",\"{}\"]", workspace.uuid().simple(), user.uuid().simple()));
    let pairs = format!("[{}]", pairs.collect::<Vec<_>>().join(","));
    let periods = [("d", day.as_str()), ("n", month.as_str())];
    let statement = Named { organization: Id(organization.uuid()), pairs, periods };
    let rows: Vec<NamedRow> = statement.load(connection).map_err(failure)?;
    let mut told = Told::default();
    for (user, id, personal_of, archived, default_access, role, grant, budget) in rows {
        let facts = WorkspaceFacts {
            id: id.0.into(),
            personal_of: personal_of.map(|user| user.0.into()),
            archived,
            default_access: default_access.map(|word| word.0),
        };
        let ties = WorkspaceTies { role: role.map(|word| word.0), grant: grant.map(|word| word.0) };
        told.0.insert((facts.id, user.0.into()), (facts, ties));
        told.1.insert(facts.id, credits(budget)?);
    }
    Ok(told)
}

fn credits((monthly, daily, day, month): BudgetRow) -> Result<WorkspaceCredits, StoreError> {
    let used = |counted: Option<Count>| counted.map_or(0, |count| count.0);
    Ok(WorkspaceCredits { quota: quota(monthly, daily)?, day: used(day), month: used(month) })
}

/// The pairs are in one value, so that the statement is the same however many
/// there are: a JSON array of pairs of a workspace's and a user's hexadecimal digits.
struct Named<'a> {
    organization: Id,
    pairs: String,
    /// The day and the month, each with the name of its count.
    periods: [(&'static str, &'a str); 2],
}

impl Query for Named<'_> {
    type SqlType = NamedSql;
}

impl QueryId for Named<'_> {
    type QueryId = Named<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for Named<'_> {}

impl QueryFragment<Sqlite> for Named<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "SELECT unhex(u.value ->> 1), w.id, w.personal_of, w.archived, w.default_access, wm.role, wg.access, \
             b.monthly, b.daily, d.used, n.used FROM json_each(",
        );
        out.push_bind_param::<Text, _>(&self.pairs)?;
        out.push_sql(") u JOIN workspaces w ON w.id = unhex(u.value ->> 0) AND w.organization_id = ");
        out.push_bind_param::<Binary, _>(&self.organization)?;
        out.push_sql(
            " LEFT JOIN memberships m ON m.organization_id = w.organization_id AND m.user_id = unhex(u.value ->> 1)",
        );
        for (table, alias) in [("workspace_members", "wm"), ("workspace_grants", "wg")] {
            out.push_sql(&format!(
                " LEFT JOIN {table} {alias} ON {alias}.organization_id = w.organization_id \
                 AND {alias}.workspace_id = w.id AND {alias}.member_id = m.id"
            ));
        }
        out.push_sql(
            " LEFT JOIN workspace_budgets b ON b.organization_id = w.organization_id AND b.workspace_id = w.id",
        );
        for (alias, period) in &self.periods {
            out.push_sql(&format!(
                " LEFT JOIN credit_workspace_totals {alias} ON {alias}.organization_id = w.organization_id \
                 AND {alias}.workspace_id = w.id AND {alias}.period = "
            ));
            out.push_bind_param::<Text, _>(period)?;
        }
        Ok(())
    }
}

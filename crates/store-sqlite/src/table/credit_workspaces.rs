//! Workspaces with what ties somebody to each, who may be another for each.

use std::collections::BTreeMap;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Binary, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::policy::{WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{AccessLevel, OrganizationId, UserId, WorkspaceId, WorkspaceRole};
use guildhall_ports::store::StoreError;

use crate::store_error::failure;
use crate::value::{Id, Word};

type NamedSql = (Binary, Binary, Nullable<Binary>, Bool, Nullable<Text>, Nullable<Text>, Nullable<Text>);
type NamedRow =
    (Id, Id, Option<Id>, bool, Option<Word<AccessLevel>>, Option<Word<WorkspaceRole>>, Option<Word<AccessLevel>>);

/// What is told of each.
type Told = (WorkspaceFacts, WorkspaceTies);

/// Those of these workspaces that are in the organization, each with the ties
/// of the user that it is named with.
pub(crate) fn find_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    named: &[(WorkspaceId, UserId)],
) -> Result<BTreeMap<(WorkspaceId, UserId), Told>, StoreError> {
    let pairs = named
        .iter()
        .map(|(workspace, user)| format!("[\"{}\",\"{}\"]", workspace.uuid().simple(), user.uuid().simple()));
    let pairs = format!("[{}]", pairs.collect::<Vec<_>>().join(","));
    let statement = Named { organization: Id(organization.uuid()), pairs };
    let rows: Vec<NamedRow> = statement.load(connection).map_err(failure)?;
    let found = rows.into_iter().map(|(user, id, personal_of, archived, default_access, role, grant)| {
        let facts = WorkspaceFacts {
            id: id.0.into(),
            personal_of: personal_of.map(|user| user.0.into()),
            archived,
            default_access: default_access.map(|word| word.0),
        };
        let ties = WorkspaceTies { role: role.map(|word| word.0), grant: grant.map(|word| word.0) };
        ((facts.id, user.0.into()), (facts, ties))
    });
    Ok(found.collect())
}

/// The pairs are in one value, so that the statement is the same however many
/// there are: a JSON array of pairs of a workspace's and a user's hexadecimal digits.
struct Named {
    organization: Id,
    pairs: String,
}

impl Query for Named {
    type SqlType = NamedSql;
}

impl QueryId for Named {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for Named {}

impl QueryFragment<Sqlite> for Named {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "SELECT unhex(u.value ->> 1), w.id, w.personal_of, w.archived, w.default_access, wm.role, wg.access \
             FROM json_each(",
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
        Ok(())
    }
}

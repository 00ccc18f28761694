//! Workspaces with what ties a member to each, always in one statement.

use diesel::dsl::{AsSelect, SqlTypeOf};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Binary, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{OptionalExtension, QueryResult, RunQueryDsl, SelectableHelper, SqliteConnection};
use guildhall_domain::policy::WorkspaceTies;
use guildhall_domain::{AccessLevel, MemberId, OrganizationId, WorkspaceId, WorkspaceRole};
use guildhall_ports::store::{StoreError, WorkspaceTied};

use super::workspaces::Row;
use crate::store_error::failure;
use crate::value::{Id, Word};

type TiedRow = (Row, Option<Word<WorkspaceRole>>, Option<Word<AccessLevel>>);

fn tied((row, role, grant): TiedRow) -> WorkspaceTied {
    let ties = WorkspaceTies { role: role.map(|word| word.0), grant: grant.map(|word| word.0) };
    WorkspaceTied { workspace: row.into(), ties }
}

/// Those that are chosen, with what ties a member to each.
pub(super) fn load<C: Chosen>(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    member: Option<MemberId>,
    chosen: C,
) -> Result<Vec<WorkspaceTied>, StoreError> {
    let rows: Vec<TiedRow> = Tied::new(organization, member, chosen).load(connection).map_err(failure)?;
    Ok(rows.into_iter().map(tied).collect())
}

pub(crate) fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    member: Option<MemberId>,
) -> Result<Option<WorkspaceTied>, StoreError> {
    let statement = Tied::new(organization, member, OneOf(Id(workspace.uuid())));
    let row: Option<TiedRow> = statement.get_result(connection).optional().map_err(failure)?;
    Ok(row.map(tied))
}

/// Those of these ids that there are, by id.
pub(crate) fn find_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspaces: &[WorkspaceId],
    member: Option<MemberId>,
) -> Result<Vec<WorkspaceTied>, StoreError> {
    let digits: Vec<String> = workspaces.iter().map(|id| id.uuid().simple().to_string()).collect();
    let digits = serde_json::to_string(&digits).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    load(connection, organization, member, SomeOf(digits))
}

/// Which workspaces of the organization.
pub(super) trait Chosen {
    /// What `FROM` names, which joins `workspaces` last.
    fn from<'b>(&'b self, organization: &'b Id, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
    /// What goes on the condition on the organization, and the order.
    fn narrowed<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
}

struct OneOf(Id);

impl Chosen for OneOf {
    fn from<'b>(&'b self, _: &'b Id, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("workspaces");
        Ok(())
    }

    fn narrowed<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(" AND workspaces.id = ");
        out.push_bind_param::<Binary, _>(&self.0)
    }
}

/// A JSON array of identifiers in hexadecimal digits, so that the statement is
/// the same however many there are.
struct SomeOf(String);

impl Chosen for SomeOf {
    fn from<'b>(&'b self, _: &'b Id, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("workspaces");
        Ok(())
    }

    fn narrowed<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(" AND workspaces.id IN (SELECT unhex(value) FROM json_each(");
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(")) ORDER BY workspaces.id");
        Ok(())
    }
}

struct Tied<C> {
    columns: AsSelect<Row, Sqlite>,
    organization: Id,
    member: Option<Id>,
    chosen: C,
}

impl<C> Tied<C> {
    fn new(organization: OrganizationId, member: Option<MemberId>, chosen: C) -> Self {
        let member = member.map(|member| Id(member.uuid()));
        Self { columns: Row::as_select(), organization: Id(organization.uuid()), member, chosen }
    }
}

impl<C> Query for Tied<C> {
    type SqlType = (SqlTypeOf<AsSelect<Row, Sqlite>>, Nullable<Text>, Nullable<Text>);
}

impl<C> QueryId for Tied<C> {
    // The text tells one from another.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<SqliteConnection> for Tied<C> {}

impl<C: Chosen> QueryFragment<Sqlite> for Tied<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(", workspace_members.role, workspace_grants.access FROM ");
        self.chosen.from(&self.organization, out.reborrow())?;
        out.push_sql(
            " LEFT JOIN workspace_members ON workspace_members.organization_id = workspaces.organization_id \
             AND workspace_members.workspace_id = workspaces.id AND workspace_members.member_id = ",
        );
        out.push_bind_param::<Nullable<Binary>, _>(&self.member)?;
        out.push_sql(
            " LEFT JOIN workspace_grants ON workspace_grants.organization_id = workspaces.organization_id \
             AND workspace_grants.workspace_id = workspaces.id AND workspace_grants.member_id = ",
        );
        out.push_bind_param::<Nullable<Binary>, _>(&self.member)?;
        out.push_sql(" WHERE workspaces.organization_id = ");
        out.push_bind_param::<Binary, _>(&self.organization)?;
        self.chosen.narrowed(out)
    }
}

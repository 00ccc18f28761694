use diesel::dsl::auto_type;
use diesel::sqlite::Sqlite;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper, SqliteConnection,
};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Description, Name, OrganizationId, Timestamp, Version, WorkspaceGroup, WorkspaceGroupId};
use guildhall_ports::store::{Constraint, StoreError};

use super::paging::rows;
use crate::prepared::{self, Limited};
use crate::schema::{workspace_groups, workspaces};
use crate::store_error::{failure, unless_absent, unless_unique, violates};
use crate::value::{Id, Time, Word};

/// The rule that a name is unique, as SQLite names it.
const NAME_RULE: &str = "workspace_groups.organization_id, workspace_groups.name_key";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = workspace_groups, check_for_backend(Sqlite), treat_none_as_default_value = false)]
struct Row {
    organization_id: Id,
    id: Id,
    name: Word<Name>,
    description: Option<Word<Description>>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

impl From<&WorkspaceGroup> for Row {
    fn from(group: &WorkspaceGroup) -> Self {
        let group = group.clone();
        Self {
            organization_id: Id(group.organization_id.uuid()),
            id: Id(group.id.uuid()),
            name: Word(group.name),
            description: group.description.map(Word),
            created_at: Time(group.created_at),
            updated_at: Time(group.updated_at),
            version: group.version.0,
        }
    }
}

impl From<Row> for WorkspaceGroup {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0.into(),
            organization_id: row.organization_id.0.into(),
            name: row.name.0,
            description: row.description.map(|word| word.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: Version(row.version),
        }
    }
}

/// The groups of one organization: every query starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    workspace_groups::table.filter(workspace_groups::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

pub(crate) fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    group: WorkspaceGroupId,
) -> Result<Option<WorkspaceGroup>, StoreError> {
    let row: Option<Row> = of(organization)
        .filter(workspace_groups::id.eq(Id(group.uuid())))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(WorkspaceGroup::from))
}

/// Groups in the order of their lower-case names, then id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<WorkspaceGroup, KeyPosition>, StoreError> {
    let mut query = of(organization).select(Row::as_select()).into_boxed();
    if let Some(after) = &page.after {
        let behind = workspace_groups::name_key.gt(&after.key).or(workspace_groups::id.gt(Id(after.id)));
        query = query.filter(workspace_groups::name_key.ge(&after.key).and(behind));
    }
    let found: Vec<Row> = query
        .order((workspace_groups::name_key, workspace_groups::id))
        .at_most(rows(page))
        .load(connection)
        .map_err(failure)?;
    let found = found.into_iter().map(WorkspaceGroup::from).collect();
    Ok(Page::from_surplus(found, page.size, |group: &WorkspaceGroup| KeyPosition {
        key: group.name.sort_key(),
        id: group.id.uuid(),
    }))
}

pub(crate) fn insert(connection: &mut SqliteConnection, group: &WorkspaceGroup) -> Result<(), StoreError> {
    diesel::insert_into(workspace_groups::table)
        .values((Row::from(group), workspace_groups::name_key.eq(group.name.sort_key())))
        .execute(connection)
        .map_err(|error| {
            if violates(&error, NAME_RULE) {
                StoreError::Conflict(Constraint::WorkspaceGroupName)
            } else {
                unless_absent(error)
            }
        })?;
    Ok(())
}

/// Writes name, description and `updated_at`; the version goes up.
pub(crate) fn update(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    group: &WorkspaceGroup,
) -> Result<WorkspaceGroup, StoreError> {
    let row = Row::from(group);
    let updated: Option<Row> = prepared::update(of(organization).filter(workspace_groups::id.eq(row.id)))
        .set((
            workspace_groups::name.eq(row.name),
            workspace_groups::name_key.eq(group.name.sort_key()),
            workspace_groups::description.eq(row.description),
            workspace_groups::updated_at.eq(row.updated_at),
            workspace_groups::version.eq(workspace_groups::version + 1),
        ))
        .returning(Row::as_returning())
        .get_result(connection)
        .optional()
        .map_err(unless_unique(Constraint::WorkspaceGroupName))?;
    updated.map(WorkspaceGroup::from).ok_or(StoreError::NotFound)
}

/// Deletes a group; its workspaces are in none then.
pub(crate) fn delete(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    group: WorkspaceGroupId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (organization_id, id) = (Id(organization.uuid()), Id(group.uuid()));
    let in_it =
        workspaces::table.filter(workspaces::organization_id.eq(organization_id)).filter(workspaces::group_id.eq(id));
    prepared::update(in_it)
        .set((
            workspaces::group_id.eq(None::<Id>),
            workspaces::updated_at.eq(Time(at)),
            workspaces::version.eq(workspaces::version + 1),
        ))
        .execute(connection)
        .map_err(failure)?;
    let deleted =
        diesel::delete(of(organization).filter(workspace_groups::id.eq(id))).execute(connection).map_err(failure)?;
    if deleted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

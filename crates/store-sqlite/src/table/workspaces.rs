use diesel::dsl::auto_type;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sqlite::Sqlite;
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    SqliteConnection,
};
use guildhall_domain::{
    AccessLevel, Description, Name, OrganizationId, Slug, UserId, Version, Workspace, WorkspaceId, WorkspaceKindName,
};
use guildhall_ports::store::{Constraint, StoreError, WorkspaceLimits};

use super::workspace_counts::{count, uncount};
use super::{organizations, workspace_groups};
use crate::prepared;
use crate::schema::workspaces;
use crate::store_error::{failure, violates};
use crate::value::{Fields, Id, Limits, Time, Word};

/// The rules that the table keeps, as SQLite names them.
const SLUG_RULE: &str = "workspaces.organization_id, workspaces.slug";
const PERSONAL_RULE: &str = "workspaces.organization_id, workspaces.personal_of";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = workspaces, check_for_backend(Sqlite), treat_none_as_default_value = false)]
pub(super) struct Row {
    organization_id: Id,
    id: Id,
    kind: Word<WorkspaceKindName>,
    name: Word<Name>,
    slug: Word<Slug>,
    description: Option<Word<Description>>,
    group_id: Option<Id>,
    personal_of: Option<Id>,
    default_access: Option<Word<AccessLevel>>,
    limits: Limits,
    fields: Fields,
    created_by: Option<Id>,
    archived_at: Option<Time>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

impl From<&Workspace> for Row {
    fn from(workspace: &Workspace) -> Self {
        let workspace = workspace.clone();
        Self {
            organization_id: Id(workspace.organization_id.uuid()),
            id: Id(workspace.id.uuid()),
            kind: Word(workspace.kind),
            name: Word(workspace.name),
            slug: Word(workspace.slug),
            description: workspace.description.map(Word),
            group_id: workspace.group_id.map(|group| Id(group.uuid())),
            personal_of: workspace.personal_of.map(|user| Id(user.uuid())),
            default_access: workspace.default_access.map(Word),
            limits: Limits(workspace.limits),
            fields: Fields(workspace.fields),
            created_by: workspace.created_by.map(|user| Id(user.uuid())),
            archived_at: workspace.archived_at.map(Time),
            created_at: Time(workspace.created_at),
            updated_at: Time(workspace.updated_at),
            version: workspace.version.0,
        }
    }
}

impl From<Row> for Workspace {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0.into(),
            organization_id: row.organization_id.0.into(),
            kind: row.kind.0,
            name: row.name.0,
            slug: row.slug.0,
            description: row.description.map(|word| word.0),
            group_id: row.group_id.map(|id| id.0.into()),
            personal_of: row.personal_of.map(|id| id.0.into()),
            default_access: row.default_access.map(|word| word.0),
            limits: row.limits.0,
            fields: row.fields.0,
            created_by: row.created_by.map(|id| id.0.into()),
            archived_at: row.archived_at.map(|time| time.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: Version(row.version),
        }
    }
}

/// The workspaces of one organization: every query of this module starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    workspaces::table.filter(workspaces::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

/// What searches look in.
fn search_key(workspace: &Workspace) -> String {
    format!("{}\n{}", workspace.name.sort_key(), workspace.slug)
}

pub(crate) fn personal_of(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Workspace>, StoreError> {
    let row: Option<Row> = of(organization)
        .filter(workspaces::personal_of.eq(Id(user.uuid())))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(Workspace::from))
}

/// Makes a workspace and counts it, where there is room for one more.
pub(crate) fn insert(
    connection: &mut SqliteConnection,
    workspace: &Workspace,
    limits: WorkspaceLimits,
) -> Result<(), StoreError> {
    let counted = !workspace.is_personal();
    if counted {
        count(connection, workspace.organization_id, &workspace.kind, limits)?;
    }
    let inserted = diesel::insert_into(workspaces::table)
        .values((
            Row::from(workspace),
            workspaces::name_key.eq(workspace.name.sort_key()),
            workspaces::search_key.eq(search_key(workspace)),
        ))
        .execute(connection);
    let Err(error) = inserted else { return Ok(()) };
    let error = broken(connection, workspace.organization_id, workspace, error);
    if counted && error == StoreError::Conflict(Constraint::WorkspaceSlug) {
        // Another slug may be tried, for which it is counted again.
        uncount(connection, workspace.organization_id, &workspace.kind)?;
    }
    Err(error)
}

/// Which rule a row would have broken.
fn broken(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: &Workspace,
    error: Error,
) -> StoreError {
    if violates(&error, SLUG_RULE) {
        return StoreError::Conflict(Constraint::WorkspaceSlug);
    }
    if violates(&error, PERSONAL_RULE) {
        return StoreError::Conflict(Constraint::PersonalWorkspaceExists);
    }
    if !matches!(error, Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) {
        return failure(error);
    }
    // SQLite does not say what is absent.
    match organizations::find(connection, organization) {
        Err(error) => return error,
        Ok(None) => return StoreError::NotFound,
        Ok(Some(_)) => {}
    }
    let Some(group) = workspace.group_id else { return failure(error) };
    match workspace_groups::find(connection, organization, group) {
        Err(error) => error,
        Ok(None) => StoreError::Conflict(Constraint::UnknownWorkspaceGroup),
        Ok(Some(_)) => failure(error),
    }
}

/// Writes what can be changed; the version goes up.
pub(crate) fn update(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: &Workspace,
) -> Result<Workspace, StoreError> {
    let row = Row::from(workspace);
    let updated: Result<Row, Error> = prepared::update(of(organization).filter(workspaces::id.eq(row.id)))
        .set((
            workspaces::name.eq(row.name),
            workspaces::name_key.eq(workspace.name.sort_key()),
            workspaces::slug.eq(row.slug),
            workspaces::search_key.eq(search_key(workspace)),
            workspaces::description.eq(row.description),
            workspaces::group_id.eq(row.group_id),
            workspaces::default_access.eq(row.default_access),
            workspaces::limits.eq(row.limits),
            workspaces::fields.eq(row.fields),
            workspaces::archived_at.eq(row.archived_at),
            workspaces::updated_at.eq(row.updated_at),
            workspaces::version.eq(workspaces::version + 1),
        ))
        .returning(Row::as_returning())
        .get_result(connection);
    updated.map(Workspace::from).map_err(|error| broken(connection, organization, workspace, error))
}

/// Deletes a workspace with who is in it and what was granted, and counts it no more.
pub(crate) fn delete(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
) -> Result<(), StoreError> {
    let it = of(organization).filter(workspaces::id.eq(Id(workspace.uuid())));
    let (kind, personal_of): (Word<WorkspaceKindName>, Option<Id>) =
        it.select((workspaces::kind, workspaces::personal_of)).get_result(connection).map_err(failure)?;
    diesel::delete(it).execute(connection).map_err(failure)?;
    match personal_of {
        Some(_) => Ok(()),
        None => uncount(connection, organization, &kind.0),
    }
}

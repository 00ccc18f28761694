use diesel::dsl::auto_type;
use diesel::sqlite::Sqlite;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper, SqliteConnection,
};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{CustomRole, Description, Name, OrganizationId, RoleId, Version};
use guildhall_ports::store::{Constraint, StoreError};

use super::paging::rows;
use crate::prepared::{self, Limited};
use crate::schema::roles;
use crate::store_error::{failure, unless_referenced, unless_unique};
use crate::value::{Id, Permissions, Time, Word};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = roles, check_for_backend(Sqlite), treat_none_as_default_value = false)]
pub(super) struct Row {
    organization_id: Id,
    id: Id,
    name: Word<Name>,
    description: Option<Word<Description>>,
    permissions: Permissions,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

impl From<&CustomRole> for Row {
    fn from(role: &CustomRole) -> Self {
        let role = role.clone();
        Self {
            organization_id: Id(role.organization_id.uuid()),
            id: Id(role.id.uuid()),
            name: Word(role.name),
            description: role.description.map(Word),
            permissions: Permissions(role.permissions),
            created_at: Time(role.created_at),
            updated_at: Time(role.updated_at),
            version: role.version.0,
        }
    }
}

impl From<Row> for CustomRole {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0.into(),
            organization_id: row.organization_id.0.into(),
            name: row.name.0,
            description: row.description.map(|word| word.0),
            permissions: row.permissions.0,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: Version(row.version),
        }
    }
}

/// The roles of one organization: every query starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    roles::table.filter(roles::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

pub(crate) fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    role: RoleId,
) -> Result<Option<CustomRole>, StoreError> {
    let row: Option<Row> = of(organization)
        .filter(roles::id.eq(Id(role.uuid())))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(CustomRole::from))
}

pub(crate) fn find_by_name(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    name: &Name,
) -> Result<Option<CustomRole>, StoreError> {
    let row: Option<Row> = of(organization)
        .filter(roles::name_key.eq(name.sort_key()))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(CustomRole::from))
}

/// Roles in the order of their lower-case names, then id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<CustomRole, KeyPosition>, StoreError> {
    let mut query = of(organization).select(Row::as_select()).into_boxed();
    if let Some(after) = &page.after {
        query = query
            .filter(roles::name_key.ge(&after.key).and(roles::name_key.gt(&after.key).or(roles::id.gt(Id(after.id)))));
    }
    let found: Vec<Row> =
        query.order((roles::name_key, roles::id)).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(CustomRole::from).collect();
    Ok(Page::from_surplus(found, page.size, |role: &CustomRole| KeyPosition {
        key: role.name.sort_key(),
        id: role.id.uuid(),
    }))
}

pub(crate) fn count(connection: &mut SqliteConnection, organization: OrganizationId) -> Result<u64, StoreError> {
    let count: i64 = of(organization).count().get_result(connection).map_err(failure)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

pub(crate) fn insert(connection: &mut SqliteConnection, role: &CustomRole) -> Result<(), StoreError> {
    diesel::insert_into(roles::table)
        .values((Row::from(role), roles::name_key.eq(role.name.sort_key())))
        .execute(connection)
        .map_err(unless_unique(Constraint::RoleName))?;
    Ok(())
}

/// Writes name, description, permissions and `updated_at`; the version goes up.
pub(crate) fn update(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    role: &CustomRole,
) -> Result<CustomRole, StoreError> {
    let row = Row::from(role);
    let updated: Option<Row> = prepared::update(of(organization).filter(roles::id.eq(row.id)))
        .set((
            roles::name.eq(row.name),
            roles::name_key.eq(role.name.sort_key()),
            roles::description.eq(row.description),
            roles::permissions.eq(row.permissions),
            roles::updated_at.eq(row.updated_at),
            roles::version.eq(roles::version + 1),
        ))
        .returning(Row::as_returning())
        .get_result(connection)
        .optional()
        .map_err(unless_unique(Constraint::RoleName))?;
    updated.map(CustomRole::from).ok_or(StoreError::NotFound)
}

pub(crate) fn delete(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    role: RoleId,
) -> Result<(), StoreError> {
    let deleted = diesel::delete(of(organization).filter(roles::id.eq(Id(role.uuid()))))
        .execute(connection)
        .map_err(unless_referenced(Constraint::RoleInUse))?;
    if deleted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

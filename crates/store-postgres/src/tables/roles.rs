use diesel::prelude::{Queryable, Selectable};
use diesel::result::OptionalExtension;
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{CustomRole, Description, Name, OrganizationId, RoleId, Timestamp, Version};
use guildhall_ports::store::{Constraint, StoreError};
use uuid::Uuid;

use crate::row::{permission_set, stored, stored_option, surplus, unsigned};
use crate::schema::roles;
use crate::unit::Unit;

#[derive(Queryable, Selectable)]
#[diesel(table_name = roles, check_for_backend(diesel::pg::Pg))]
pub(crate) struct RoleRow {
    organization_id: Uuid,
    id: Uuid,
    name: String,
    description: Option<String>,
    permissions: Vec<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

impl RoleRow {
    pub(crate) fn into_role(self) -> Result<CustomRole, StoreError> {
        Ok(CustomRole {
            id: RoleId::from(self.id),
            organization_id: OrganizationId::from(self.organization_id),
            name: stored("roles.name", Name::parse(&self.name))?,
            description: stored_option("roles.description", self.description, Description::parse)?,
            permissions: permission_set(&self.permissions),
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: Version(self.version),
        })
    }
}

/// The roles of one organization: what every other query narrows down.
#[diesel::dsl::auto_type]
fn scoped(organization: Uuid) -> _ {
    roles::table.filter(roles::organization_id.eq(organization))
}

pub(crate) async fn insert(unit: &mut Unit, organization: Uuid, role: &CustomRole) -> Result<(), StoreError> {
    let statement = diesel::insert_into(roles::table).values((
        roles::organization_id.eq(organization),
        roles::id.eq(role.id.uuid()),
        roles::name.eq(role.name.as_str()),
        roles::name_key.eq(role.name.sort_key()),
        roles::description.eq(role.description.as_ref().map(Description::as_str)),
        roles::permissions.eq(role.permissions.names()),
        roles::created_at.eq(role.created_at),
        roles::updated_at.eq(role.updated_at),
        roles::version.eq(role.version.0),
    ));
    let inserted = statement.execute(unit.connection().await?).await;
    unit.note(inserted).map(|_| ())
}

pub(crate) async fn find(unit: &mut Unit, organization: Uuid, id: Uuid) -> Result<Option<CustomRole>, StoreError> {
    let statement = scoped(organization).filter(roles::id.eq(id)).select(RoleRow::as_select());
    let found = statement.get_result(unit.connection().await?).await.optional();
    unit.note(found)?.map(RoleRow::into_role).transpose()
}

pub(crate) async fn find_by_name(
    unit: &mut Unit,
    organization: Uuid,
    name: &Name,
) -> Result<Option<CustomRole>, StoreError> {
    let statement = scoped(organization).filter(roles::name_key.eq(name.sort_key())).select(RoleRow::as_select());
    let found = statement.get_result(unit.connection().await?).await.optional();
    unit.note(found)?.map(RoleRow::into_role).transpose()
}

/// In the order of lower-case names; they are unique, the id is for the contract.
pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<CustomRole, KeyPosition>, StoreError> {
    let mut statement = scoped(organization).select(RoleRow::as_select()).into_boxed();
    if let Some(after) = &page.after {
        statement = statement
            .filter(roles::name_key.ge(after.key.clone()))
            .filter(roles::name_key.gt(after.key.clone()).or(roles::id.gt(after.id)));
    }
    let statement = statement.order((roles::name_key, roles::id)).limit(surplus(page.size));
    let rows: Result<Vec<RoleRow>, _> = statement.load(unit.connection().await?).await;
    let roles = unit.note(rows)?.into_iter().map(RoleRow::into_role).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(roles, page.size, |role| KeyPosition { key: role.name.sort_key(), id: role.id.uuid() }))
}

pub(crate) async fn count(unit: &mut Unit, organization: Uuid) -> Result<u64, StoreError> {
    let counted = scoped(organization).count().get_result::<i64>(unit.connection().await?).await;
    unsigned("roles", unit.note(counted)?)
}

pub(crate) async fn update(unit: &mut Unit, organization: Uuid, role: &CustomRole) -> Result<CustomRole, StoreError> {
    let statement = diesel::update(roles::table.find((organization, role.id.uuid())))
        .set((
            roles::name.eq(role.name.as_str()),
            roles::name_key.eq(role.name.sort_key()),
            roles::description.eq(role.description.as_ref().map(Description::as_str)),
            roles::permissions.eq(role.permissions.names()),
            roles::updated_at.eq(role.updated_at),
            roles::version.eq(roles::version + 1),
        ))
        .returning(RoleRow::as_returning());
    let updated = statement.get_result(unit.connection().await?).await;
    unit.note(updated)?.into_role()
}

pub(crate) async fn delete(unit: &mut Unit, organization: Uuid, id: Uuid) -> Result<(), StoreError> {
    let deleted = diesel::delete(roles::table.find((organization, id))).execute(unit.connection().await?).await;
    match unit.note(deleted) {
        Ok(0) => Err(StoreError::NotFound),
        // The one foreign key, seen from the role's side.
        Err(StoreError::Conflict(Constraint::UnknownRole)) => Err(StoreError::Conflict(Constraint::RoleInUse)),
        other => other.map(|_| ()),
    }
}

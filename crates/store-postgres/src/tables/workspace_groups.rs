use diesel::prelude::{Queryable, Selectable};
use diesel::result::OptionalExtension;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Description, Name, OrganizationId, Timestamp, Version, WorkspaceGroup, WorkspaceGroupId};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{stored, stored_option, surplus};
use crate::schema::workspace_groups;
use crate::unit::Unit;

#[derive(Queryable, Selectable)]
#[diesel(table_name = workspace_groups, check_for_backend(diesel::pg::Pg))]
pub(crate) struct GroupRow {
    organization_id: Uuid,
    id: Uuid,
    name: String,
    description: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

impl GroupRow {
    fn into_group(self) -> Result<WorkspaceGroup, StoreError> {
        Ok(WorkspaceGroup {
            id: WorkspaceGroupId::from(self.id),
            organization_id: OrganizationId::from(self.organization_id),
            name: stored("workspace_groups.name", Name::parse(&self.name))?,
            description: stored_option("workspace_groups.description", self.description, Description::parse)?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: Version(self.version),
        })
    }
}

pub(crate) async fn insert(unit: &mut Unit, organization: Uuid, group: &WorkspaceGroup) -> Result<(), StoreError> {
    if group.organization_id.uuid() != organization {
        return Err(StoreError::Corrupt("the group is another organization's".to_owned()));
    }
    let statement = diesel::insert_into(workspace_groups::table).values((
        workspace_groups::organization_id.eq(organization),
        workspace_groups::id.eq(group.id.uuid()),
        workspace_groups::name.eq(group.name.as_str()),
        workspace_groups::name_key.eq(group.name.sort_key()),
        workspace_groups::description.eq(group.description.as_ref().map(Description::as_str)),
        workspace_groups::created_at.eq(group.created_at),
        workspace_groups::updated_at.eq(group.updated_at),
        workspace_groups::version.eq(group.version.0),
    ));
    let inserted = statement.execute(unit.connection().await?).await;
    unit.note(inserted).map(|_| ())
}

pub(crate) async fn find(unit: &mut Unit, organization: Uuid, id: Uuid) -> Result<Option<WorkspaceGroup>, StoreError> {
    let statement = workspace_groups::table.find((organization, id)).select(GroupRow::as_select());
    let found = statement.get_result(unit.connection().await?).await.optional();
    unit.note(found)?.map(GroupRow::into_group).transpose()
}

/// In the order of lower-case names, which are unique.
pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<WorkspaceGroup, KeyPosition>, StoreError> {
    let mut statement = workspace_groups::table
        .filter(workspace_groups::organization_id.eq(organization))
        .select(GroupRow::as_select())
        .into_boxed();
    if let Some(after) = &page.after {
        statement = statement.filter(workspace_groups::name_key.gt(after.key.clone()));
    }
    let statement = statement.order(workspace_groups::name_key).limit(surplus(page.size));
    let rows: Result<Vec<GroupRow>, _> = statement.load(unit.connection().await?).await;
    let groups = unit.note(rows)?.into_iter().map(GroupRow::into_group).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(groups, page.size, |group| KeyPosition { key: group.name.sort_key(), id: group.id.uuid() }))
}

pub(crate) async fn update(
    unit: &mut Unit,
    organization: Uuid,
    group: &WorkspaceGroup,
) -> Result<WorkspaceGroup, StoreError> {
    let statement = diesel::update(workspace_groups::table.find((organization, group.id.uuid())))
        .set((
            workspace_groups::name.eq(group.name.as_str()),
            workspace_groups::name_key.eq(group.name.sort_key()),
            workspace_groups::description.eq(group.description.as_ref().map(Description::as_str)),
            workspace_groups::updated_at.eq(group.updated_at),
            workspace_groups::version.eq(workspace_groups::version + 1),
        ))
        .returning(GroupRow::as_returning());
    let updated = statement.get_result(unit.connection().await?).await;
    unit.note(updated)?.into_group()
}

raw_statement! {
    /// Deletes a group, whose workspaces are in none then. The foreign key is looked at when both is done.
    struct Delete {
        organization: Uuid as SqlUuid,
        id: Uuid as SqlUuid,
        at: Timestamp as Timestamptz,
    } -> Bool =
        "WITH emptied AS ( \
            UPDATE workspaces w SET group_id = NULL, updated_at = $3, version = w.version + 1 \
            WHERE w.organization_id = $1 AND w.group_id = $2), \
         deleted AS ( \
            DELETE FROM workspace_groups g WHERE g.organization_id = $1 AND g.id = $2 RETURNING g.id) \
         SELECT EXISTS (SELECT FROM deleted)"
}

pub(crate) async fn delete(unit: &mut Unit, organization: Uuid, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
    let deleted = Delete { organization, id, at }.get_result::<bool>(unit.connection().await?).await;
    if unit.note(deleted)? { Ok(()) } else { Err(StoreError::NotFound) }
}

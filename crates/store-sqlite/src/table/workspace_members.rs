use diesel::dsl::{auto_type, exists};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sqlite::Sqlite;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper, SqliteConnection, select,
};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Email, MemberId, Name, OrganizationId, Timestamp, WorkspaceId, WorkspaceMember, WorkspaceRole};
use guildhall_ports::store::{Constraint, StoreError};
use uuid::Uuid;

use super::memberships as membership_table;
use super::paging::rows;
use crate::prepared::{self, Constant, Limited};
use crate::schema::{memberships, users, workspace_members};
use crate::store_error::{failure, unless_referenced};
use crate::value::{Id, Time, Word};

#[derive(Queryable, Selectable)]
#[diesel(table_name = workspace_members, check_for_backend(Sqlite))]
struct Row {
    workspace_id: Id,
    member_id: Id,
    email: Word<Email>,
    role: Word<WorkspaceRole>,
    created_at: Time,
}

fn member((row, user, name): (Row, Id, Word<Name>)) -> WorkspaceMember {
    WorkspaceMember {
        workspace_id: row.workspace_id.0.into(),
        member_id: row.member_id.0.into(),
        user_id: user.0.into(),
        email: row.email.0,
        name: name.0,
        role: row.role.0,
        created_at: row.created_at.0,
    }
}

/// Who is in one workspace of an organization: every query starts here.
#[auto_type]
fn scoped(organization: Id, workspace: Id) -> _ {
    workspace_members::table
        .filter(workspace_members::organization_id.eq(organization))
        .filter(workspace_members::workspace_id.eq(workspace))
}

fn of(organization: OrganizationId, workspace: WorkspaceId) -> scoped {
    scoped(Id(organization.uuid()), Id(workspace.uuid()))
}

/// The same with each one's account.
#[auto_type]
fn profiles(organization: Id, workspace: Id) -> _ {
    let its_membership = memberships::organization_id
        .eq(workspace_members::organization_id)
        .and(memberships::id.eq(workspace_members::member_id));
    workspace_members::table
        .inner_join(memberships::table.on(its_membership))
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(workspace_members::organization_id.eq(organization))
        .filter(workspace_members::workspace_id.eq(workspace))
}

/// Somebody in a workspace, by membership id or by user id.
pub(crate) fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    member_or_user: Uuid,
) -> Result<Option<WorkspaceMember>, StoreError> {
    let id = Id(member_or_user);
    let row: Option<(Row, Id, Word<Name>)> = profiles(Id(organization.uuid()), Id(workspace.uuid()))
        .filter(memberships::organization_id.eq(Id(organization.uuid())))
        .filter(memberships::id.eq(id).or(memberships::user_id.eq(id)))
        .select((Row::as_select(), memberships::user_id, users::name))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(member))
}

/// Those in a workspace, in the order of e-mail, then membership id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<WorkspaceMember, KeyPosition>, StoreError> {
    let mut query = profiles(Id(organization.uuid()), Id(workspace.uuid()))
        .select((Row::as_select(), memberships::user_id, users::name))
        .into_boxed();
    if let Some(after) = &page.after {
        let behind = workspace_members::email.gt(&after.key).or(workspace_members::member_id.gt(Id(after.id)));
        query = query.filter(workspace_members::email.ge(&after.key).and(behind));
    }
    let found: Vec<(Row, Id, Word<Name>)> = query
        .order((workspace_members::email, workspace_members::member_id))
        .at_most(rows(page))
        .load(connection)
        .map_err(failure)?;
    let found = found.into_iter().map(member).collect();
    Ok(Page::from_surplus(found, page.size, |member: &WorkspaceMember| KeyPosition {
        key: member.email.as_str().to_owned(),
        id: member.member_id.uuid(),
    }))
}

/// Takes a member of the organization into a workspace.
pub(crate) fn insert(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    member: MemberId,
    role: WorkspaceRole,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(email) = membership_table::email(connection, organization, member)? else {
        return Err(StoreError::Conflict(Constraint::UnknownMember));
    };
    let row = (
        workspace_members::organization_id.eq(Id(organization.uuid())),
        workspace_members::workspace_id.eq(Id(workspace.uuid())),
        workspace_members::member_id.eq(Id(member.uuid())),
        workspace_members::email.eq(Word(email)),
        workspace_members::role.eq(role.as_str()),
        workspace_members::created_at.eq(Time(at)),
    );
    diesel::insert_into(workspace_members::table).values(row).execute(connection).map_err(|error| match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            StoreError::Conflict(Constraint::WorkspaceMemberExists)
        }
        // The member is there, so it is the workspace.
        other => unless_referenced(Constraint::UnknownWorkspace)(other),
    })?;
    Ok(())
}

/// Gives somebody another role, unless nobody would own the workspace then.
pub(crate) fn change_role(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    member: MemberId,
    role: WorkspaceRole,
) -> Result<(), StoreError> {
    let was = role_of(connection, organization, workspace, member)?;
    if was == WorkspaceRole::Owner && role != WorkspaceRole::Owner {
        another_owner(connection, organization, workspace, member)?;
    }
    set_role(connection, organization, workspace, member, role)
}

/// Makes somebody the only owner.
pub(crate) fn transfer(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    to: MemberId,
) -> Result<(), StoreError> {
    role_of(connection, organization, workspace, to)?;
    prepared::update(of(organization, workspace).filter(workspace_members::role.eq(owner())))
        .set(workspace_members::role.eq(WorkspaceRole::Member.as_str()))
        .execute(connection)
        .map_err(failure)?;
    set_role(connection, organization, workspace, to, WorkspaceRole::Owner)
}

/// Takes somebody out, unless nobody would own the workspace then.
pub(crate) fn delete(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<(), StoreError> {
    if role_of(connection, organization, workspace, member)? == WorkspaceRole::Owner {
        another_owner(connection, organization, workspace, member)?;
    }
    diesel::delete(of(organization, workspace).filter(workspace_members::member_id.eq(Id(member.uuid()))))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}

/// The word as the index of owners has it.
fn owner() -> Constant {
    Constant(WorkspaceRole::Owner.as_str())
}

/// What somebody is. There is one writer, so it stays true.
fn role_of(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<WorkspaceRole, StoreError> {
    let role: Word<WorkspaceRole> = of(organization, workspace)
        .filter(workspace_members::member_id.eq(Id(member.uuid())))
        .select(workspace_members::role)
        .get_result(connection)
        .map_err(failure)?;
    Ok(role.0)
}

/// Checks that somebody else is an owner.
fn another_owner(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<(), StoreError> {
    let others = of(organization, workspace)
        .filter(workspace_members::role.eq(owner()))
        .filter(workspace_members::member_id.ne(Id(member.uuid())))
        .select(workspace_members::member_id);
    let found: bool = select(exists(others)).get_result(connection).map_err(failure)?;
    if found { Ok(()) } else { Err(StoreError::Conflict(Constraint::LastWorkspaceOwner)) }
}

fn set_role(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    workspace: WorkspaceId,
    member: MemberId,
    role: WorkspaceRole,
) -> Result<(), StoreError> {
    prepared::update(of(organization, workspace).filter(workspace_members::member_id.eq(Id(member.uuid()))))
        .set(workspace_members::role.eq(role.as_str()))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}

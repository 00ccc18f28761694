//! Who is in which workspace.

use diesel::result::OptionalExtension;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Email, MemberId, Name, Timestamp, UserId, WorkspaceId, WorkspaceMember, WorkspaceRole};
use guildhall_ports::store::{Constraint, StoreError};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{stored, surplus};
use crate::schema::{memberships, users, workspace_members};
use crate::unit::Unit;

/// Workspace, member, role, time; user, e-mail and name of the account.
type MemberRow = (Uuid, Uuid, String, Timestamp, Uuid, String, String);

/// The query that everything here narrows down.
macro_rules! scoped {
    ($organization:expr, $workspace:expr) => {
        workspace_members::table
            .inner_join(
                memberships::table.on(memberships::organization_id
                    .eq(workspace_members::organization_id)
                    .and(memberships::id.eq(workspace_members::member_id))),
            )
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .filter(workspace_members::organization_id.eq($organization))
            .filter(workspace_members::workspace_id.eq($workspace))
            .select((
                workspace_members::workspace_id,
                workspace_members::member_id,
                workspace_members::role,
                workspace_members::created_at,
                memberships::user_id,
                memberships::email,
                users::name,
            ))
    };
}

fn into_member(row: MemberRow) -> Result<WorkspaceMember, StoreError> {
    let (workspace_id, member_id, role, created_at, user_id, email, name) = row;
    Ok(WorkspaceMember {
        workspace_id: WorkspaceId::from(workspace_id),
        member_id: MemberId::from(member_id),
        user_id: UserId::from(user_id),
        email: stored("memberships.email", Email::parse(&email))?,
        name: stored("users.name", Name::parse(&name))?,
        role: stored("workspace_members.role", WorkspaceRole::parse(&role))?,
        created_at,
    })
}

/// By membership id or user id.
pub(crate) async fn find(
    unit: &mut Unit,
    organization: Uuid,
    workspace: Uuid,
    member_or_user: Uuid,
) -> Result<Option<WorkspaceMember>, StoreError> {
    let statement = scoped!(organization, workspace)
        .filter(memberships::organization_id.eq(organization))
        .filter(memberships::id.eq(member_or_user).or(memberships::user_id.eq(member_or_user)))
        .limit(1);
    let found = statement.get_result::<MemberRow>(unit.connection().await?).await.optional();
    unit.note(found)?.map(into_member).transpose()
}

/// In the order of e-mail, then membership id.
pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    workspace: Uuid,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<WorkspaceMember, KeyPosition>, StoreError> {
    let mut statement = scoped!(organization, workspace).into_boxed();
    if let Some(after) = &page.after {
        statement = statement
            .filter(memberships::email.ge(after.key.clone()))
            .filter(memberships::email.gt(after.key.clone()).or(memberships::id.gt(after.id)));
    }
    let statement = statement.order((memberships::email, memberships::id)).limit(surplus(page.size));
    let rows: Result<Vec<MemberRow>, _> = statement.load(unit.connection().await?).await;
    let members = unit.note(rows)?.into_iter().map(into_member).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(members, page.size, |member| KeyPosition {
        key: member.email.as_str().to_owned(),
        id: member.member_id.uuid(),
    }))
}

pub(crate) async fn add(
    unit: &mut Unit,
    organization: Uuid,
    workspace: Uuid,
    member: Uuid,
    role: WorkspaceRole,
    at: Timestamp,
) -> Result<(), StoreError> {
    let statement = diesel::insert_into(workspace_members::table).values((
        workspace_members::organization_id.eq(organization),
        workspace_members::workspace_id.eq(workspace),
        workspace_members::member_id.eq(member),
        workspace_members::role.eq(role.as_str()),
        workspace_members::created_at.eq(at),
    ));
    let added = statement.execute(unit.connection().await?).await;
    unit.note(added).map(|_| ())
}

raw_statement! {
    /// Gives somebody another role; nothing where no owner would be left. Tells whether they were found and changed.
    struct ChangeRole {
        organization: Uuid as SqlUuid,
        workspace: Uuid as SqlUuid,
        member: Uuid as SqlUuid,
        role: &'static str as Text,
    } -> (Bool, Bool) =
        "WITH found AS ( \
            SELECT p.role = 'owner' AND $4 <> 'owner' AND NOT EXISTS ( \
                SELECT FROM workspace_members o WHERE o.organization_id = $1 AND o.workspace_id = $2 \
                    AND o.role = 'owner' AND o.member_id <> $3) AS is_last \
            FROM workspace_members p \
            WHERE p.organization_id = $1 AND p.workspace_id = $2 AND p.member_id = $3), \
         changed AS ( \
            UPDATE workspace_members p SET role = $4 FROM found \
            WHERE p.organization_id = $1 AND p.workspace_id = $2 AND p.member_id = $3 AND NOT found.is_last \
            RETURNING p.member_id) \
         SELECT EXISTS (SELECT FROM found), EXISTS (SELECT FROM changed)"
}

pub(crate) async fn change_role(
    unit: &mut Unit,
    organization: Uuid,
    workspace: Uuid,
    member: Uuid,
    role: WorkspaceRole,
) -> Result<(), StoreError> {
    let statement = ChangeRole { organization, workspace, member, role: role.as_str() };
    let changed = statement.get_result::<(bool, bool)>(unit.connection().await?).await;
    unless_last_owner(unit.note(changed)?)
}

raw_statement! {
    /// Makes somebody the only owner; nothing where they are not in the workspace.
    struct Transfer {
        organization: Uuid as SqlUuid,
        workspace: Uuid as SqlUuid,
        to: Uuid as SqlUuid,
    } -> Bool =
        "WITH changed AS ( \
            UPDATE workspace_members p SET role = CASE WHEN p.member_id = $3 THEN 'owner' ELSE 'member' END \
            WHERE p.organization_id = $1 AND p.workspace_id = $2 AND (p.member_id = $3 OR p.role = 'owner') \
                AND EXISTS ( \
                    SELECT FROM workspace_members o \
                    WHERE o.organization_id = $1 AND o.workspace_id = $2 AND o.member_id = $3) \
            RETURNING p.member_id) \
         SELECT EXISTS (SELECT FROM changed)"
}

pub(crate) async fn transfer(unit: &mut Unit, organization: Uuid, workspace: Uuid, to: Uuid) -> Result<(), StoreError> {
    let changed = Transfer { organization, workspace, to }.get_result::<bool>(unit.connection().await?).await;
    if unit.note(changed)? { Ok(()) } else { Err(StoreError::NotFound) }
}

raw_statement! {
    /// Takes somebody out; nothing where no owner would be left.
    struct Remove {
        organization: Uuid as SqlUuid,
        workspace: Uuid as SqlUuid,
        member: Uuid as SqlUuid,
    } -> (Bool, Bool) =
        "WITH found AS ( \
            SELECT p.role = 'owner' AND NOT EXISTS ( \
                SELECT FROM workspace_members o WHERE o.organization_id = $1 AND o.workspace_id = $2 \
                    AND o.role = 'owner' AND o.member_id <> $3) AS is_last \
            FROM workspace_members p \
            WHERE p.organization_id = $1 AND p.workspace_id = $2 AND p.member_id = $3), \
         removed AS ( \
            DELETE FROM workspace_members p USING found \
            WHERE p.organization_id = $1 AND p.workspace_id = $2 AND p.member_id = $3 AND NOT found.is_last \
            RETURNING p.member_id) \
         SELECT EXISTS (SELECT FROM found), EXISTS (SELECT FROM removed)"
}

pub(crate) async fn remove(
    unit: &mut Unit,
    organization: Uuid,
    workspace: Uuid,
    member: Uuid,
) -> Result<(), StoreError> {
    let removed = Remove { organization, workspace, member }.get_result::<(bool, bool)>(unit.connection().await?).await;
    unless_last_owner(unit.note(removed)?)
}

fn unless_last_owner((found, changed): (bool, bool)) -> Result<(), StoreError> {
    match (found, changed) {
        (false, _) => Err(StoreError::NotFound),
        (true, false) => Err(StoreError::Conflict(Constraint::LastWorkspaceOwner)),
        (true, true) => Ok(()),
    }
}

//! Changes to memberships, with the counters that their organization keeps.

use diesel::result::{DatabaseErrorKind, Error};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::{
    Limit, MemberId, MemberRole, Membership, OrganizationId, RoleId, Timestamp, UserId, WorkspaceAccess,
    WorkspaceGrants,
};
use guildhall_ports::store::{Constraint, StoreError};

use super::memberships::{of, role_id};
use super::{departures, join_requests, organizations, users, workspace_grants};
use crate::prepared;
use crate::schema::memberships;
use crate::store_error::{failure, unless_referenced};
use crate::value::{Id, Time, Word};

/// Adds a member and counts them, where there is room for one more. That they
/// left before, and that they asked to join, is over with it.
pub(crate) fn insert(
    connection: &mut SqliteConnection,
    membership: &Membership,
    limit: Limit,
) -> Result<(), StoreError> {
    let organization = membership.organization_id;
    let Some(email) = users::email(connection, membership.user_id)? else {
        return Err(StoreError::Conflict(Constraint::UnknownUser));
    };
    let as_owner = membership.role.is_owner();
    match organizations::count_joined(connection, organization, as_owner, limit, membership.updated_at) {
        // Who is a member takes no seat, so that they are not refused for want of one.
        Err(StoreError::Conflict(Constraint::LimitReached))
            if is_member(connection, organization, membership.user_id)? =>
        {
            return Err(StoreError::Conflict(Constraint::MembershipExists));
        }
        counted => counted?,
    }
    let row = (
        memberships::organization_id.eq(Id(organization.uuid())),
        memberships::id.eq(Id(membership.id.uuid())),
        memberships::user_id.eq(Id(membership.user_id.uuid())),
        memberships::email.eq(Word(email.clone())),
        memberships::role.eq(membership.role.as_str()),
        memberships::role_id.eq(role_id(membership.role)),
        memberships::all_read.eq(membership.all_read),
        memberships::all_write.eq(membership.all_write),
        memberships::source.eq(Word(membership.source)),
        memberships::created_at.eq(Time(membership.created_at)),
        memberships::updated_at.eq(Time(membership.updated_at)),
        memberships::last_active_at.eq(membership.last_active_at.map(Time)),
        memberships::version.eq(membership.version.0),
    );
    diesel::insert_into(memberships::table).values(row).execute(connection).map_err(|error| {
        match error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                StoreError::Conflict(Constraint::MembershipExists)
            }
            // Organization and account are there, so it is the role.
            other => unless_referenced(Constraint::UnknownRole)(other),
        }
    })?;
    departures::forget(connection, organization, &email)?;
    join_requests::delete_of_user(connection, organization, membership.user_id)
}

fn is_member(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<bool, StoreError> {
    let found = of(organization).filter(memberships::user_id.eq(Id(user.uuid()))).select(memberships::id);
    let found: Option<Id> = found.get_result(connection).optional().map_err(failure)?;
    Ok(found.is_some())
}

/// Gives a member another role and keeps the count of owners.
pub(crate) fn change_role(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    member: MemberId,
    role: MemberRole,
    at: Timestamp,
) -> Result<(), StoreError> {
    let was_owner = is_owner(connection, organization, member)?;
    match i64::from(role.is_owner()) - i64::from(was_owner) {
        0 => {}
        change => organizations::count_owners(connection, organization, change, at)?,
    }
    prepared::update(of(organization).filter(memberships::id.eq(Id(member.uuid()))))
        .set((
            memberships::role.eq(role.as_str()),
            memberships::role_id.eq(role_id(role)),
            memberships::updated_at.eq(Time(at)),
            memberships::version.eq(memberships::version + 1),
        ))
        .execute(connection)
        .map_err(unless_referenced(Constraint::UnknownRole))?;
    Ok(())
}

/// Whether a member owns the organization. There is one writer, so it stays true.
fn is_owner(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    member: MemberId,
) -> Result<bool, StoreError> {
    let role: String = of(organization)
        .filter(memberships::id.eq(Id(member.uuid())))
        .select(memberships::role)
        .get_result(connection)
        .map_err(failure)?;
    Ok(role == MemberRole::Owner.as_str())
}

/// Replaces a member's flags and grants.
pub(crate) fn set_access(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    member: MemberId,
    access: WorkspaceAccess,
    grants: &WorkspaceGrants,
    at: Timestamp,
) -> Result<(), StoreError> {
    let changed = prepared::update(of(organization).filter(memberships::id.eq(Id(member.uuid()))))
        .set((
            memberships::all_read.eq(access.all_read),
            memberships::all_write.eq(access.all_write),
            memberships::updated_at.eq(Time(at)),
            memberships::version.eq(memberships::version + 1),
        ))
        .execute(connection)
        .map_err(failure)?;
    if changed == 0 {
        return Err(StoreError::NotFound);
    }
    workspace_grants::replace(connection, organization, member, grants)
}

/// Removes a member and keeps the counts.
pub(crate) fn delete(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    member: MemberId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let owner = is_owner(connection, organization, member)?;
    organizations::count_left(connection, organization, owner, at)?;
    diesel::delete(of(organization).filter(memberships::id.eq(Id(member.uuid()))))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}

/// Gives everybody who holds `from` the role `to`, and says how many.
pub(crate) fn reassign_role(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    from: RoleId,
    to: MemberRole,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let changed = prepared::update(of(organization).filter(memberships::role_id.eq(Id(from.uuid()))))
        .set((
            memberships::role.eq(to.as_str()),
            memberships::role_id.eq(role_id(to)),
            memberships::updated_at.eq(Time(at)),
            memberships::version.eq(memberships::version + 1),
        ))
        .execute(connection)
        .map_err(unless_referenced(Constraint::UnknownRole))?;
    let changed = i64::try_from(changed).unwrap_or(i64::MAX);
    if to.is_owner() && changed > 0 {
        organizations::count_owners(connection, organization, changed, at)?;
    }
    Ok(changed.unsigned_abs())
}

/// Notes that a member used the organization, never before the last use noted.
pub(crate) fn touch(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    user: UserId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let earlier = memberships::last_active_at.is_null().or(memberships::last_active_at.lt(Time(at)));
    prepared::update(of(organization).filter(memberships::user_id.eq(Id(user.uuid()))).filter(earlier))
        .set(memberships::last_active_at.eq(Time(at)))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}

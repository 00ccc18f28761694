//! Members: added, listed, read, given roles and access, removed, leaving, and what they may do.

mod access;
mod add;
mod change_role;
mod check;
mod check_batch;
mod given_access;
mod giver;
mod leave;
mod list;
mod permissions;
mod read;
mod remove;
mod set_access;
mod transfer_ownership;

pub use access::ExplainedWorkspace;
pub use add::AddMember;
pub(crate) use add::admissible;
pub use check::CheckPermission;
pub use given_access::{AccessAsked, MemberAccess, access_level};
pub(crate) use given_access::{given_access, require_to_give, still_there};
pub(crate) use giver::Giver;
pub use guildhall_ports::store::AccountRef;
pub use list::MemberQuery;
pub use permissions::MemberPermissions;
pub(crate) use remove::close_doors;
pub use set_access::AccessOfMember;

use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::policy::{Actor, Denied, Facts, MemberFacts, WorkspaceFacts, WorkspaceTies, decide_in};
use guildhall_domain::{MemberId, MemberProfile, MemberRole, Permission, Timestamp, UserId};
use uuid::Uuid;

use crate::access::Access;
use crate::{AppError, Conflict, Missing};

/// A member that a path names, by membership id or user id.
async fn named_member(access: &mut Access, member_or_user: Uuid) -> Result<MemberProfile, AppError> {
    access.tx().member(member_or_user).await?.ok_or(Missing::Member.with(member_or_user))
}

/// Whether a path names the caller.
fn is_self(access: &Access, member_or_user: Uuid) -> bool {
    let own = access.member().map(|member| member.facts.member_id.uuid());
    member_or_user == access.actor().user_id.uuid() || Some(member_or_user) == own
}

fn facts_of(profile: &MemberProfile) -> MemberFacts {
    MemberFacts {
        member_id: profile.membership.id,
        role: profile.membership.role,
        permissions: profile.permissions(),
        access: profile.membership.access(),
    }
}

/// Whether the caller may know what access others have: who sees the members,
/// and manages their access or sees all workspaces themself.
fn require_sight_of_access(access: &Access) -> Result<(), AppError> {
    access.require(Permission::MemberRead)?;
    let (actor, facts) = (access.actor(), access.facts());
    // Seeing is no write: it is possible where the organization is suspended.
    if facts.member.is_some_and(|member| member.permissions.contains(Permission::MemberSetAccess)) {
        return Ok(());
    }
    let everywhere =
        decide_in(&actor, &facts, &WorkspaceFacts::ANY, WorkspaceTies::default(), Permission::WorkspaceRead);
    match everywhere {
        Ok(()) => Ok(()),
        // Not of the workspace that stands for all, which is none.
        Err(Denied::WorkspaceDenied { permission, .. }) => Err(Denied::Forbidden(permission).into()),
        Err(denied) => Err(denied.into()),
    }
}

/// A member that a path names, with what decides about them. Whether they are
/// a superadmin is known, and told, only to themselves.
async fn named_subject(access: &mut Access, member_or_user: Uuid) -> Result<(MemberProfile, Actor, Facts), AppError> {
    let superadmin = is_self(access, member_or_user) && access.actor().superadmin;
    let member = named_member(access, member_or_user).await?;
    let actor = Actor { user_id: member.membership.user_id, superadmin };
    let facts = Facts { member: Some(facts_of(&member)), ..access.facts() };
    Ok((member, actor, facts))
}

pub(crate) fn target(member: MemberId) -> AuditTarget {
    AuditTarget { kind: TargetKind::Member, id: member.uuid() }
}

/// The flags for all workspaces that came with the role of an owner (C-100) go
/// with it: what is left is what a new member has, and what was granted.
async fn end_owners_access(
    access: &mut Access,
    before: &MemberProfile,
    role: MemberRole,
    at: Timestamp,
) -> Result<(), AppError> {
    if !before.membership.role.is_owner() || role.is_owner() {
        return Ok(());
    }
    let id = before.membership.id;
    let grants = access.tx().access_grants(id).await?;
    let had = before.membership.access();
    let left = MemberAccess { flags: access.blueprint().default_member_access.access().intersection(had), grants };
    if left.flags == had {
        return Ok(());
    }
    access.tx().set_access(id, left.flags, &left.grants, at).await?;
    let details = left.details();
    let details: Vec<_> = details.iter().map(|(name, value)| (*name, value.as_str())).collect();
    access.audit(AuditAction::SetMemberAccess, target(id), &details).await
}

/// Power is not given to an account that cannot be used: an organization whose
/// owners cannot log in is unmanageable.
pub(crate) async fn refuse_disabled(access: &mut Access, user: UserId) -> Result<(), AppError> {
    match access.tx().find_account(&AccountRef::Id(user)).await? {
        Some(account) if account.disabled => Err(Conflict::AccountDisabled.into()),
        _ => Ok(()),
    }
}

//! Members: added, listed, read, given roles and access, removed, leaving, and what they may do.

mod access_flags;
mod add;
mod change_role;
mod check;
mod leave;
mod list;
mod permissions;
mod read;
mod remove;
mod transfer_ownership;

pub(crate) use access_flags::{access_details, own_access};
pub use add::AddMember;
pub(crate) use add::admissible;
pub use check::CheckPermission;
pub use guildhall_ports::store::AccountRef;
pub use list::MemberQuery;
pub use permissions::MemberPermissions;
pub(crate) use remove::close_doors;

use guildhall_domain::audit::{AuditTarget, TargetKind};
use guildhall_domain::policy::MemberFacts;
use guildhall_domain::{MemberId, MemberProfile, UserId};
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
    MemberFacts { member_id: profile.membership.id, role: profile.membership.role, permissions: profile.permissions() }
}

pub(crate) fn target(member: MemberId) -> AuditTarget {
    AuditTarget { kind: TargetKind::Member, id: member.uuid() }
}

/// Power is not given to an account that cannot be used: an organization whose
/// owners cannot log in is unmanageable.
async fn refuse_disabled(access: &mut Access, user: UserId) -> Result<(), AppError> {
    match access.tx().find_account(&AccountRef::Id(user)).await? {
        Some(account) if account.disabled => Err(Conflict::AccountDisabled.into()),
        _ => Ok(()),
    }
}

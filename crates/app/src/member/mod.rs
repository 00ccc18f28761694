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

pub use access_flags::AccessFlags;
pub use add::AddMember;
pub use check::CheckPermission;
pub use guildhall_ports::store::AccountRef;
pub use list::MemberQuery;
pub use permissions::MemberPermissions;

use guildhall_domain::audit::{AuditTarget, TargetKind};
use guildhall_domain::policy::MemberFacts;
use guildhall_domain::{MemberId, MemberProfile};
use uuid::Uuid;

use crate::access::Access;
use crate::{AppError, Missing};

/// A member that a path names, by membership id or user id.
async fn named_member(access: &mut Access, member_or_user: Uuid) -> Result<MemberProfile, AppError> {
    access.tx().member(member_or_user).await?.ok_or(Missing::Member.with(member_or_user))
}

fn facts_of(profile: &MemberProfile) -> MemberFacts {
    MemberFacts { member_id: profile.membership.id, role: profile.membership.role, permissions: profile.permissions() }
}

fn target(member: MemberId) -> AuditTarget {
    AuditTarget { kind: TargetKind::Member, id: member.uuid() }
}

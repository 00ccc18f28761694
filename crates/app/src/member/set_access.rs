use guildhall_domain::audit::AuditAction;
use guildhall_domain::{MemberProfile, Permission, WorkspaceAccess};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::given_access::{AccessAsked, MemberAccess, given_access, require_to_give};
use super::{facts_of, named_member, refuse_disabled, target};
use crate::access::Access;
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall, Precondition};

/// A member, and all the access that was given to them.
#[derive(Debug, Clone)]
pub struct AccessOfMember {
    /// The member.
    pub member: MemberProfile,
    /// What was given.
    pub access: MemberAccess,
}

impl Guildhall {
    /// Replaces a member's access (C-109): what is not given is taken away,
    /// and with it what was offered to them, or by them, and not accepted yet.
    /// Nobody gives, or takes away, access that they lack. Owners and admins have all by their
    /// role, and cannot be stripped. The same access again changes and writes
    /// nothing.
    ///
    /// # Errors
    /// `member_not_found`, `access_by_role`, `account_disabled`; `duplicate`, `unknown_workspace`
    /// or `personal_workspace` (`/grants/…`); [`AppError::Refused`],
    /// [`AppError::PreconditionFailed`], denials.
    pub async fn set_member_access(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
        asked: &AccessAsked,
        precondition: &Precondition,
    ) -> Result<AccessOfMember, AppError> {
        // What is not said is taken away here, and not as the default has it.
        let asked = &AccessAsked { flags: Some(asked.flags.unwrap_or_default()), ..asked.clone() };
        self.change_in(
            caller,
            organization,
            Permission::MemberSetAccess,
            work!(|access| {
                let member = named_member(access, member_or_user).await?;
                precondition.check(&member)?;
                access.grant().may_manage(&facts_of(&member))?;
                let given = given_access(access, asked).await?;
                if member.membership.role.is_admin() && given.flags != WorkspaceAccess::ALL {
                    return Err(Conflict::AccessByRole.into());
                }
                let before = access_of(access, member).await?;
                if before.access == given {
                    return Ok(before);
                }
                // Nobody takes away what they lack either.
                require_to_give(access, before.access.flags, &before.access.grants).await?;
                if !given.is_within(&before.access) {
                    refuse_disabled(access, before.member.membership.user_id).await?;
                }
                let (id, at) = (before.member.membership.id, access.now());
                access.tx().set_access(id, given.flags, &given.grants, at).await?;
                // What was offered to them, or by them, may be more than they are to have now.
                let mut revoked = 0;
                if !before.access.is_within(&given) {
                    let (email, user) = (before.member.email.clone(), before.member.membership.user_id);
                    revoked = access.tx().revoke_invitations(&email, user, at).await?;
                }
                let mut details = given.details();
                details.push(("revoked_invitations", revoked.to_string()));
                let details: Vec<_> = details.iter().map(|(name, value)| (*name, value.as_str())).collect();
                access.audit(AuditAction::SetMemberAccess, target(id), &details).await?;
                Ok(AccessOfMember { member: named_member(access, id.uuid()).await?, access: given })
            }),
        )
        .await
    }
}

/// A member with all that was given to them.
pub(super) async fn access_of(access: &mut Access, member: MemberProfile) -> Result<AccessOfMember, AppError> {
    let grants = access.tx().access_grants(member.membership.id).await?;
    let flags = member.membership.access();
    Ok(AccessOfMember { member, access: MemberAccess { flags, grants } })
}

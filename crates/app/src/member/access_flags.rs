use guildhall_domain::audit::AuditAction;
use guildhall_domain::{MemberProfile, Permission};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{facts_of, named_member, target};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Precondition};

/// A member's access to all workspaces at once (C-109, C-121).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccessFlags {
    /// May read every workspace.
    pub all_read: bool,
    /// May write every workspace; writing includes reading.
    pub all_write: bool,
}

impl Guildhall {
    /// Replaces a member's access (C-109): what is not given is taken away.
    ///
    /// # Errors
    /// `member_not_found`, [`AppError::Refused`],
    /// [`AppError::PreconditionFailed`], denials.
    pub async fn set_member_access(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
        flags: AccessFlags,
        precondition: &Precondition,
    ) -> Result<MemberProfile, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::MemberSetAccess,
            work!(|access| {
                let current = named_member(access, member_or_user).await?;
                precondition.check(&current)?;
                access.grant().may_manage(&facts_of(&current))?;
                let id = current.membership.id;
                let at = access.now();
                access.tx().set_access(id, flags.all_read || flags.all_write, flags.all_write, at).await?;
                let details = [
                    ("all_read", if flags.all_read || flags.all_write { "true" } else { "false" }),
                    ("all_write", if flags.all_write { "true" } else { "false" }),
                ];
                access.audit(AuditAction::SetMemberAccess, target(id), &details).await?;
                named_member(access, id.uuid()).await
            }),
        )
        .await
    }
}

use guildhall_domain::audit::AuditAction;
use guildhall_domain::policy::{Authority, Refused};
use guildhall_domain::{MemberProfile, Permission, WorkspaceAccess};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{facts_of, named_member, target};
use crate::access::Access;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Precondition};

impl Guildhall {
    /// Replaces a member's access (C-109): what is not given is taken away.
    /// Nobody gives access that they lack; owners and admins have all. The same
    /// access again changes and writes nothing.
    ///
    /// # Errors
    /// `member_not_found`, [`AppError::Refused`],
    /// [`AppError::PreconditionFailed`], denials.
    pub async fn set_member_access(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
        flags: WorkspaceAccess,
        precondition: &Precondition,
    ) -> Result<MemberProfile, AppError> {
        let flags = flags.complete();
        self.change_in(
            caller,
            organization,
            Permission::MemberSetAccess,
            work!(|access| {
                let current = named_member(access, member_or_user).await?;
                precondition.check(&current)?;
                access.grant().may_manage(&facts_of(&current))?;
                let own = own_access(access).await?;
                if !flags.is_within(own) {
                    return Err(Refused::PermissionNotHeld.into());
                }
                let (id, at) = (current.membership.id, access.now());
                if (current.membership.all_read, current.membership.all_write) == (flags.all_read, flags.all_write) {
                    return Ok(current);
                }
                access.tx().set_access(id, flags.all_read, flags.all_write, at).await?;
                let details = access_details(flags);
                let details: Vec<_> = details.iter().map(|(name, value)| (*name, value.as_str())).collect();
                access.audit(AuditAction::SetMemberAccess, target(id), &details).await?;
                named_member(access, id.uuid()).await
            }),
        )
        .await
    }
}

/// What the caller may read and write themself: all by role, or as their own flags say.
pub(crate) async fn own_access(access: &mut Access) -> Result<WorkspaceAccess, AppError> {
    let all = WorkspaceAccess::ALL;
    match access.grant().authority() {
        Authority::Superadmin => return Ok(all),
        Authority::Role(role) if role.is_admin() => return Ok(all),
        Authority::Role(_) => {}
    }
    let own = named_member(access, access.actor().user_id.uuid()).await?.membership;
    Ok(WorkspaceAccess { all_read: own.all_read, all_write: own.all_write }.complete())
}

/// What the log says about access.
pub(crate) fn access_details(access: WorkspaceAccess) -> Vec<(&'static str, String)> {
    vec![("all_read", access.all_read.to_string()), ("all_write", access.all_write.to_string())]
}

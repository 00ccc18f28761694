use guildhall_domain::audit::AuditAction;
use guildhall_domain::{MemberId, MemberProfile, Membership, MembershipSource, Permission};
use guildhall_ports::store::{AccountRef, OrganizationRef};

use super::{named_member, target};
use crate::role::RoleRef;
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall, Missing};

/// A wish to have somebody as a member, at once and without their consent (M-06).
#[derive(Debug, Clone)]
pub struct AddMember {
    /// Who; must have an account already.
    pub account: AccountRef,
    /// With which role; member where none is given (M-09, C-12).
    pub role: RoleRef,
}

impl Guildhall {
    /// Adds an existing account (M-06, C-08).
    ///
    /// # Errors
    /// `account_not_found` (M-07), `account_disabled`, `already_member`,
    /// `unknown_role` (`/role`), denials.
    pub async fn add_member(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: AddMember,
    ) -> Result<MemberProfile, AppError> {
        let command = &command;
        self.change_in(
            caller,
            organization,
            Permission::MemberAdd,
            work!(|access| {
                let role = command.role.resolve(access, "/role").await?;
                access.grant().may_give(role.role, role.permissions)?;
                let account = access.tx().find_account(&command.account).await?;
                let account = account.ok_or(AppError::NotFound { what: Missing::Account, id: None })?;
                if account.disabled {
                    return Err(Conflict::AccountDisabled.into());
                }
                let membership = Membership::new(
                    MemberId::from(self.ports.ids.next()),
                    access.organization().id,
                    account.id,
                    role.role,
                    MembershipSource::DirectAdd,
                    access.now(),
                );
                access.tx().add_member(&membership).await?;
                let user_id = account.id.to_string();
                let details = [("user_id", user_id.as_str()), ("role", &role.name), ("source", "direct_add")];
                access.audit(AuditAction::AddUserToOrg, target(membership.id), &details).await?;
                named_member(access, membership.id.uuid()).await
            }),
        )
        .await
    }
}

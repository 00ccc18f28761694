use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::policy::Denied;
use guildhall_domain::{OrganizationId, OrganizationMembership, Permission};

use crate::transact::hide_stranger;
use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// Chooses what `me` stands for (C-102).
    ///
    /// # Errors
    /// `organization_not_found` where the caller is not a member.
    pub async fn switch_organization(
        &self,
        caller: &Caller,
        organization: OrganizationId,
    ) -> Result<OrganizationMembership, AppError> {
        let switched = self
            .change_user(caller.actor.user_id, |mut tx: UserUow| async move {
                let mine = tx.organization(organization).await?.ok_or(Denied::NotVisible)?;
                let mut user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
                if user.active_organization_id != Some(organization) {
                    user.active_organization_id = Some(organization);
                    tx.update_user(&user).await?;
                    let target = AuditTarget { kind: TargetKind::Organization, id: organization.uuid() };
                    let action = AuditAction::SwitchOrganization;
                    let event = self.user_event(caller.audit_actor(), &caller.request, action, target, &[]);
                    tx.append_audit(&event).await?;
                }
                Ok((tx, mine))
            })
            .await;
        if let Err(error) = &switched {
            self.audit_denial(caller, organization, Permission::OrganizationRead, error).await?;
        }
        switched.map_err(|error| hide_stranger(error, organization))
    }
}

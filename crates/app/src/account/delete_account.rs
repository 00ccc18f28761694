use guildhall_domain::audit::{AuditAction, AuditActor, AuditEvent, AuditTarget, TargetKind};
use guildhall_domain::policy::{Facts, decide};
use guildhall_domain::{Organization, OrganizationId, Permission};
use guildhall_ports::store::OrgTx;

use crate::joining::organizations_of;
use crate::member::{close_doors, target as member_target};
use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Conflict, Guildhall, RequestContext};

impl Guildhall {
    /// Deletes the caller's account in one transaction (C-136): organizations
    /// that nobody else belongs to go with it, the others are left.
    ///
    /// # Errors
    /// `last_owner` while the caller is the only owner of an organization that
    /// has other members; a denial while one of them is suspended or locked down.
    pub async fn delete_account(&self, caller: &Caller) -> Result<(), AppError> {
        self.refuse_for_local_user()?;
        let user_id = caller.actor.user_id;
        self.change_user(user_id, |mut tx: UserUow| async move {
            let user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
            // The installation's log is one row: it is written last, to be held for the shortest time.
            let mut platform_events = Vec::new();
            for mine in organizations_of(&mut *tx).await? {
                let organization = mine.organization.id;
                let mut org = tx.into_org(organization).await?;
                if let Some(deleted) = self.leave_for_good(&mut *org.0, caller, organization).await? {
                    let reason = "account_deleted";
                    platform_events.push(self.organization_deleted(
                        caller.audit_actor(),
                        &caller.request,
                        &deleted,
                        reason,
                    ));
                }
                tx = org.into_user(user_id).await?;
            }
            tx.delete_user().await?;
            platform_events.push(self.own_event(&user, &caller.request, AuditAction::DeleteUser, &[]));
            for event in &platform_events {
                tx.append_audit(event).await?;
            }
            Ok((tx, ()))
        })
        .await
    }

    /// Leaves an organization, or deletes it where nobody else is in it; gives
    /// the organization in that case.
    async fn leave_for_good(
        &self,
        tx: &mut dyn OrgTx,
        caller: &Caller,
        id: OrganizationId,
    ) -> Result<Option<Organization>, AppError> {
        let Some(opened) = tx.open(caller.actor.user_id).await? else { return Ok(None) };
        let Some(member) = opened.member else { return Ok(None) };
        let organization = opened.organization;
        // A stopped organization is not left by the back door, with its log or without.
        let facts = Facts { organization: id, status: organization.status, member: Some(member.facts) };
        decide(&caller.actor, &facts, Permission::OrganizationLeave)?;
        if organization.users_count == 1 {
            tx.delete_organization().await?;
            return Ok(Some(organization));
        }
        if member.facts.role.is_owner() && organization.owners_count == 1 {
            return Err(Conflict::LastOwner.into());
        }
        let (user_id, at) = (caller.actor.user_id, self.now());
        tx.remove_member(member.facts.member_id, at).await?;
        let revoked = close_doors(tx, &caller.email, user_id, at).await?.to_string();
        let user_id = user_id.to_string();
        let details =
            [("user_id", user_id.as_str()), ("reason", "account_deleted"), ("revoked_invitations", revoked.as_str())];
        let (actor, action) = (caller.audit_actor(), AuditAction::RemoveUserFromOrg);
        let target = member_target(member.facts.member_id);
        let event = self.organization_event(id, actor, &caller.request, action, target, &details);
        tx.append_audit(&event).await?;
        Ok(None)
    }

    /// What remains of a deleted organization, whose own log went with it.
    pub(crate) fn organization_deleted(
        &self,
        actor: AuditActor,
        request: &RequestContext,
        organization: &Organization,
        reason: &str,
    ) -> AuditEvent {
        let target = AuditTarget { kind: TargetKind::Organization, id: organization.id.uuid() };
        let details = [("name", organization.name.as_str()), ("reason", reason)];
        self.user_event(actor, request, AuditAction::DeleteOrganization, target, &details)
    }
}

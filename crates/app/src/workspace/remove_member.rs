use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::{Invitation, InvitationStatus, Permission, WorkspaceGrants, WorkspaceId};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{managed_workspace, named_workspace, target, workspace_member};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// Takes somebody out of a workspace: by who manages it, or by themself (M-52).
    ///
    /// # Errors
    /// `workspace_not_found`, `workspace_archived` (not for leaving),
    /// `member_not_found`, `last_workspace_owner`, denials.
    pub async fn remove_workspace_member(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: WorkspaceId,
        member_or_user: Uuid,
    ) -> Result<(), AppError> {
        self.change_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                let own = access.facts().member.map(|member| member.member_id.uuid());
                if member_or_user == access.actor().user_id.uuid() || Some(member_or_user) == own {
                    // Leaving is a write, also where the organization is suspended.
                    access.require(Permission::OrganizationLeave)?;
                    named_workspace(access, id, Permission::WorkspaceRead).await?;
                } else {
                    managed_workspace(access, id).await?;
                }
                let member = workspace_member(access, id, member_or_user).await?;
                access.tx().workspaces().remove_member(id, member.member_id).await?;
                // What was offered to them before does not bring them back.
                let offered = access.tx().pending_invitation(&member.email).await?;
                let back = |grants: &WorkspaceGrants| grants.as_slice().iter().any(|grant| grant.workspace_id == id);
                if let Some(offered) = offered.filter(|offered| back(&offered.grants)) {
                    let updated_at = access.now();
                    let revoked = Invitation { status: InvitationStatus::Revoked, updated_at, ..offered };
                    access.tx().update_invitation(&revoked).await?;
                    let target = AuditTarget { kind: TargetKind::Invitation, id: revoked.id.uuid() };
                    access.audit(AuditAction::RevokeInvitation, target, &[("email", revoked.email.as_str())]).await?;
                }
                let member_id = member.member_id.to_string();
                let details = [("member_id", member_id.as_str()), ("role", member.role.as_str())];
                access.audit(AuditAction::RemoveWorkspaceMember, target(id), &details).await
            }),
        )
        .await
    }
}

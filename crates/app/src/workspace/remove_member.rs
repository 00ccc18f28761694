use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Permission, WorkspaceId};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{managed_workspace, named_workspace, target, workspace_member};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// Takes somebody out of a workspace: by who manages it, or by themself (M-52).
    ///
    /// # Errors
    /// `workspace_not_found`, `workspace_archived`, `member_not_found`,
    /// `last_workspace_owner`, denials.
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
                // What was offered to them, or by them, may be more than they are to have now.
                let at = access.now();
                access.tx().revoke_invitations(&member.email, member.user_id, at).await?;
                let member_id = member.member_id.to_string();
                let details = [("member_id", member_id.as_str()), ("role", member.role.as_str())];
                access.audit(AuditAction::RemoveWorkspaceMember, target(id), &details).await
            }),
        )
        .await
    }
}

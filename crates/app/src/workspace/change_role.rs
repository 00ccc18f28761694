use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Permission, WorkspaceId, WorkspaceMember, WorkspaceRole};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{managed_workspace, target, workspace_member};
use crate::member::refuse_disabled;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// Gives somebody in a workspace another role there, for who manages it
    /// (M-52). The same role again changes nothing.
    ///
    /// # Errors
    /// `workspace_not_found`, `workspace_archived`, `member_not_found`,
    /// `last_workspace_owner`, `account_disabled`, denials.
    pub async fn change_workspace_role(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: WorkspaceId,
        member_or_user: Uuid,
        role: WorkspaceRole,
    ) -> Result<WorkspaceMember, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                managed_workspace(access, id).await?;
                let before = workspace_member(access, id, member_or_user).await?;
                if before.role == role {
                    return Ok(before);
                }
                if role == WorkspaceRole::Owner {
                    refuse_disabled(access, before.user_id).await?;
                }
                access.tx().workspaces().change_role(id, before.member_id, role).await?;
                let member = before.member_id.to_string();
                let details = [("member_id", member.as_str()), ("from", before.role.as_str()), ("to", role.as_str())];
                access.audit(AuditAction::ChangeWorkspaceRole, target(id), &details).await?;
                Ok(WorkspaceMember { role, ..before })
            }),
        )
        .await
    }
}

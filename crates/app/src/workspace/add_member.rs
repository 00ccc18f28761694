use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Permission, WorkspaceId, WorkspaceMember, WorkspaceRole};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{managed_workspace, member_of_organization, refuse_personal, target, workspace_member};
use crate::member::refuse_disabled;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// Takes a member of the organization into a workspace, for who manages it (M-52).
    ///
    /// # Errors
    /// `workspace_not_found`, `workspace_archived`, `personal_workspace`
    /// (M-50), `already_in_workspace`, `account_disabled`, `unknown_member` (`/member_id`), denials.
    pub async fn add_workspace_member(
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
                let seen = managed_workspace(access, id).await?;
                refuse_personal(&seen.workspace)?;
                let member = member_of_organization(access, member_or_user).await?;
                refuse_disabled(access, member.membership.user_id).await?;
                let (member_id, now) = (member.membership.id, access.now());
                access.tx().workspaces().add_member(id, member_id, role, now).await?;
                let member_text = member_id.to_string();
                let details = [("member_id", member_text.as_str()), ("role", role.as_str())];
                access.audit(AuditAction::AddWorkspaceMember, target(id), &details).await?;
                workspace_member(access, id, member_id.uuid()).await
            }),
        )
        .await
    }
}

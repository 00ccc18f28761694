use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Permission, WorkspaceId, WorkspaceMember};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{managed_workspace, member_of_organization, refuse_personal, target, workspace_member};
use crate::member::refuse_disabled;
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall};

impl Guildhall {
    /// Hands a workspace to somebody in it, for who manages it: they are its
    /// only owner then, and whoever was one before is a member (M-53).
    ///
    /// # Errors
    /// `workspace_not_found`, `workspace_archived`, `personal_workspace`,
    /// `unknown_member` (`/member_id`), `not_in_workspace`, `account_disabled`, denials.
    pub async fn transfer_workspace(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: WorkspaceId,
        to: Uuid,
    ) -> Result<WorkspaceMember, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                let seen = managed_workspace(access, id).await?;
                refuse_personal(&seen.workspace)?;
                let heir = member_of_organization(access, to).await?.membership;
                refuse_disabled(access, heir.user_id).await?;
                let member = heir.id;
                let found = access.tx().workspaces().member(id, member.uuid()).await?;
                found.ok_or(Conflict::NotInWorkspace)?;
                access.tx().workspaces().transfer(id, member).await?;
                let member_id = member.to_string();
                access.audit(AuditAction::TransferWorkspace, target(id), &[("to", member_id.as_str())]).await?;
                workspace_member(access, id, member.uuid()).await
            }),
        )
        .await
    }
}

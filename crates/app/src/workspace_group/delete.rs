use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Permission, WorkspaceGroupId};
use guildhall_ports::store::OrganizationRef;

use super::{named_group, target};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Precondition};

impl Guildhall {
    /// Deletes a group; its workspaces stay, in none.
    ///
    /// # Errors
    /// `workspace_group_not_found`, [`AppError::PreconditionFailed`], denials.
    pub async fn delete_workspace_group(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: WorkspaceGroupId,
        precondition: &Precondition,
    ) -> Result<(), AppError> {
        self.change_in(
            caller,
            organization,
            Permission::WorkspaceGroupManage,
            work!(|access| {
                let group = named_group(access, id).await?;
                precondition.check(&group)?;
                let now = access.now();
                access.tx().workspaces().delete_group(id, now).await?;
                let details = [("name", group.name.as_str())];
                access.audit(AuditAction::DeleteWorkspaceGroup, target(id), &details).await
            }),
        )
        .await
    }
}

use guildhall_domain::Permission;
use guildhall_domain::audit::AuditAction;
use guildhall_ports::store::OrganizationRef;

use super::{WorkspaceRef, named_workspace, refuse_personal, target};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Precondition};

impl Guildhall {
    /// Deletes a workspace with everything in it, for who manages it (M-54).
    /// It makes room under the limit.
    ///
    /// # Errors
    /// `workspace_not_found`, `personal_workspace` (M-50),
    /// [`AppError::PreconditionFailed`], denials.
    pub async fn delete_workspace(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        which: impl Into<WorkspaceRef>,
        precondition: &Precondition,
    ) -> Result<(), AppError> {
        let which = &which.into();
        self.change_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                let seen = named_workspace(access, which.clone(), Permission::WorkspaceManage).await?;
                let id = which.id;
                precondition.check(&seen)?;
                refuse_personal(&seen.workspace)?;
                access.tx().workspaces().delete(id).await?;
                let details = [("name", seen.workspace.name.as_str()), ("kind", seen.workspace.kind.as_str())];
                access.audit(AuditAction::DeleteWorkspace, target(id), &details).await
            }),
        )
        .await
    }
}

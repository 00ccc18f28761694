use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Permission, WorkspaceId};
use guildhall_ports::store::OrganizationRef;

use super::{SeenWorkspace, named_workspace, refuse_personal, target};
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall, Precondition};

impl Guildhall {
    /// Puts a workspace away, or takes it back into use. What is put away can
    /// be read and not written, is not in lists of those in use, and still
    /// counts against the limit: it is still there.
    ///
    /// # Errors
    /// `workspace_not_found`, `archive_unchanged`, `personal_workspace`,
    /// [`AppError::PreconditionFailed`], denials.
    pub async fn set_workspace_archived(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: WorkspaceId,
        archived: bool,
        precondition: &Precondition,
    ) -> Result<SeenWorkspace, AppError> {
        let action = if archived { AuditAction::ArchiveWorkspace } else { AuditAction::RestoreWorkspace };
        self.change_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                let mut seen = named_workspace(access, id, Permission::WorkspaceManage).await?;
                precondition.check(&seen)?;
                refuse_personal(&seen.workspace)?;
                if seen.workspace.is_archived() == archived {
                    return Err(Conflict::SameArchived.into());
                }
                let now = access.now();
                seen.workspace.archived_at = archived.then_some(now);
                seen.workspace.updated_at = now;
                let workspace = access.tx().workspaces().update(&seen.workspace).await?;
                access.audit(action, target(id), &[("name", workspace.name.as_str())]).await?;
                Ok(SeenWorkspace { workspace, ..seen })
            }),
        )
        .await
    }
}

use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Description, Name, Permission, WorkspaceGroup, WorkspaceGroupId};
use guildhall_ports::store::OrganizationRef;

use super::{named_group, target};
use crate::transact::work;
use crate::{AppError, Caller, Change, Guildhall, Precondition};

/// Changes to a group.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceGroupChanges {
    /// What people call it.
    pub name: Option<Name>,
    /// What it is for.
    pub description: Change<Description>,
}

impl Guildhall {
    /// Changes a group. Changing nothing writes nothing.
    ///
    /// # Errors
    /// `workspace_group_not_found`, `workspace_group_name_taken`,
    /// [`AppError::PreconditionFailed`], denials.
    pub async fn update_workspace_group(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: WorkspaceGroupId,
        changes: WorkspaceGroupChanges,
        precondition: &Precondition,
    ) -> Result<WorkspaceGroup, AppError> {
        let changes = &changes;
        self.change_in(
            caller,
            organization,
            Permission::WorkspaceGroupManage,
            work!(|access| {
                let before = named_group(access, id).await?;
                precondition.check(&before)?;
                let mut after = before.clone();
                if let Some(name) = &changes.name {
                    after.name = name.clone();
                }
                changes.description.clone().apply(&mut after.description);
                if after == before {
                    return Ok(before);
                }
                after.updated_at = access.now();
                let after = access.tx().workspaces().update_group(&after).await?;
                let details = [("name", after.name.as_str())];
                access.audit(AuditAction::UpdateWorkspaceGroup, target(id), &details).await?;
                Ok(after)
            }),
        )
        .await
    }
}

use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Description, Name, Permission, Version, WorkspaceGroup, WorkspaceGroupId};
use guildhall_ports::store::OrganizationRef;

use super::target;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

/// A wish to have a group.
#[derive(Debug, Clone)]
pub struct CreateWorkspaceGroup {
    /// What people call it.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
}

impl Guildhall {
    /// Makes a group of workspaces (C-14).
    ///
    /// # Errors
    /// `workspace_group_name_taken`, denials.
    pub async fn create_workspace_group(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: &CreateWorkspaceGroup,
    ) -> Result<WorkspaceGroup, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::WorkspaceGroupManage,
            work!(|access| {
                let now = access.now();
                let group = WorkspaceGroup {
                    id: WorkspaceGroupId::from(self.ports.ids.next()),
                    organization_id: access.organization().id,
                    name: command.name.clone(),
                    description: command.description.clone(),
                    created_at: now,
                    updated_at: now,
                    version: Version::FIRST,
                };
                access.tx().workspaces().insert_group(&group).await?;
                let details = [("name", group.name.as_str())];
                access.audit(AuditAction::CreateWorkspaceGroup, target(group.id), &details).await?;
                Ok(group)
            }),
        )
        .await
    }
}

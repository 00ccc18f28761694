use guildhall_domain::{Permission, WorkspaceId};
use guildhall_ports::store::OrganizationRef;

use super::{SeenWorkspace, named_workspace};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// One workspace, for who may read it (C-122).
    ///
    /// # Errors
    /// `workspace_not_found`, for those of other organizations too; denials.
    pub async fn workspace(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: WorkspaceId,
    ) -> Result<SeenWorkspace, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| { named_workspace(access, id, Permission::WorkspaceRead).await }),
        )
        .await
    }
}

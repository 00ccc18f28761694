use guildhall_domain::Permission;
use guildhall_ports::store::OrganizationRef;

use super::{SeenWorkspace, WorkspaceRef, named_workspace};
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
        which: impl Into<WorkspaceRef>,
    ) -> Result<SeenWorkspace, AppError> {
        let which = &which.into();
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| { named_workspace(access, which.clone(), Permission::WorkspaceRead).await }),
        )
        .await
    }
}

use guildhall_domain::{Permission, WorkspaceGroup, WorkspaceGroupId};
use guildhall_ports::store::OrganizationRef;

use super::named_group;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// One group; every member may.
    ///
    /// # Errors
    /// `workspace_group_not_found`, denials.
    pub async fn workspace_group(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: WorkspaceGroupId,
    ) -> Result<WorkspaceGroup, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| { named_group(access, id).await }),
        )
        .await
    }
}

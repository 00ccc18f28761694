use guildhall_domain::audit::AuditAction;
use guildhall_domain::{JoinRequestId, JoinRequestStatus, Permission};
use guildhall_ports::store::OrganizationRef;

use super::{pending_request, target};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// Declines a request to join. The user cannot ask again; who wants them
    /// after all invites them.
    ///
    /// # Errors
    /// `join_request_not_found`, denials.
    pub async fn decline_join_request(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: JoinRequestId,
    ) -> Result<(), AppError> {
        self.change_in(
            caller,
            organization,
            Permission::MemberAdd,
            work!(|access| {
                let mut request = pending_request(access, id).await?;
                request.status = JoinRequestStatus::Declined;
                access.tx().update_join_request(&request).await?;
                let user_id = request.user_id.to_string();
                access.audit(AuditAction::DeclineJoinRequest, target(id), &[("user_id", user_id.as_str())]).await
            }),
        )
        .await
    }
}

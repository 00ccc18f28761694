use guildhall_domain::{Invitation, InvitationId, Permission};
use guildhall_ports::store::OrganizationRef;

use super::named_invitation;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// An invitation, without its token.
    ///
    /// # Errors
    /// `invitation_not_found`, denials.
    pub async fn invitation(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: InvitationId,
    ) -> Result<Invitation, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::InvitationRead,
            work!(|access| { named_invitation(access, id).await }),
        )
        .await
    }
}

use guildhall_domain::{Email, Invitation, InvitationStatus, Permission};
use guildhall_ports::store::{InvitationFilter, OrganizationRef};

use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

/// Which invitations are asked for; all where nothing is set.
#[derive(Debug, Clone, Default)]
pub struct InvitationQuery {
    /// Only those that stand so now.
    pub status: Option<InvitationStatus>,
    /// Only those to this address.
    pub email: Option<Email>,
}

impl Guildhall {
    /// Lists invitations, newest first, without their tokens (C-111, N-39).
    ///
    /// # Errors
    /// `invalid_cursor`, denials.
    pub async fn list_invitations(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        query: &InvitationQuery,
        request: &ListRequest,
    ) -> Result<CursorPage<Invitation>, AppError> {
        let scope = format!("invitations:{}:{}", self.resolve(caller, organization)?, caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let (page, now) = (&page, self.now());
        let filter = InvitationFilter { status: query.status.map(|status| (status, now)), email: query.email.clone() };
        let filter = &filter;
        let invitations = self
            .read_in(
                caller,
                organization,
                Permission::InvitationRead,
                work!(|access| { Ok(access.tx().list_invitations(filter, page).await?) }),
            )
            .await?;
        Ok(self.seal_page(&scope, invitations))
    }
}

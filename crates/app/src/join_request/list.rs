use guildhall_domain::{JoinRequest, Permission};
use guildhall_ports::store::OrganizationRef;

use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

impl Guildhall {
    /// Lists the requests to join that wait for a decision, newest first.
    ///
    /// # Errors
    /// `invalid_cursor`, denials.
    pub async fn list_join_requests(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        request: &ListRequest,
    ) -> Result<CursorPage<JoinRequest>, AppError> {
        let scope = format!("join-requests:{}:{}", self.resolve(caller, organization)?, caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let page = &page;
        let requests = self
            .read_in(
                caller,
                organization,
                Permission::InvitationRead,
                work!(|access| { Ok(access.tx().list_join_requests(page).await?) }),
            )
            .await?;
        Ok(self.seal_page(&scope, requests))
    }
}

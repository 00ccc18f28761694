use guildhall_domain::{DomainClaim, Permission};
use guildhall_ports::store::OrganizationRef;

use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

impl Guildhall {
    /// Lists an organization's claims, newest first.
    ///
    /// # Errors
    /// `invalid_cursor`, denials.
    pub async fn list_domains(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        request: &ListRequest,
    ) -> Result<CursorPage<DomainClaim>, AppError> {
        let scope = format!("domains:{}:{}", self.resolve(caller, organization)?, caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let page = &page;
        let domains = self
            .read_in(
                caller,
                organization,
                Permission::DomainRead,
                work!(|access| { Ok(access.tx().list_domains(page).await?) }),
            )
            .await?;
        Ok(self.seal_page(&scope, domains))
    }
}

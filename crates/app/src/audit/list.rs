use guildhall_domain::Permission;
use guildhall_domain::audit::{AuditFilter, AuditRecord};
use guildhall_ports::store::OrganizationRef;

use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

impl Guildhall {
    /// Lists the organization's audit log, newest first (N-12, N-41).
    ///
    /// # Errors
    /// `invalid_cursor`, denials.
    pub async fn list_audit_events(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        filter: &AuditFilter,
        request: &ListRequest,
    ) -> Result<CursorPage<AuditRecord>, AppError> {
        let scope = format!("audit:{}:{}", self.resolve(caller, organization)?, caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let page = &page;
        let records = self
            .read_in(
                caller,
                organization,
                Permission::AuditRead,
                work!(|access| { Ok(access.tx().list_audit(filter, page).await?) }),
            )
            .await?;
        Ok(self.seal_page(&scope, records))
    }
}

use guildhall_domain::Permission;
use guildhall_domain::credits::CreditTransaction;
use guildhall_ports::store::{CreditTransactionFilter, OrganizationRef};

use super::batch::Concerned;
use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

impl Guildhall {
    /// Lists the ledger's transactions, newest first: one's own, or all for
    /// those who may read credits (N-19).
    ///
    /// # Errors
    /// `invalid_cursor`, denials.
    pub async fn list_credit_transactions(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        filter: &CreditTransactionFilter,
        request: &ListRequest,
    ) -> Result<CursorPage<CreditTransaction>, AppError> {
        let scope = format!("credit-transactions:{}:{}", self.resolve(caller, organization)?, caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let page = &page;
        let read = self.read_settled(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                if filter.user_id != Some(access.actor().user_id) {
                    access.require(Permission::CreditRead)?;
                }
                if self.settled(access, Concerned::default()).await?.is_none() {
                    return Ok(None);
                }
                Ok(Some(access.tx().credits().list(filter, page).await?))
            }),
        );
        Ok(self.seal_page(&scope, read.await?))
    }
}

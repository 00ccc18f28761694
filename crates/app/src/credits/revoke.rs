use guildhall_domain::{CreditGrantId, Description};
use guildhall_ports::store::OrganizationRef;

use super::CreditReceipt;
use super::order::{Action, Order, or_none};
use crate::{AppError, Caller, Guildhall, IdempotencyKey};

impl Guildhall {
    /// Takes back what can still be spent of a grant: a correction, as another
    /// transaction. What is held stays held, and what was spent stays spent.
    ///
    /// # Errors
    /// `credit_grant_not_found`, `credit_grant_empty`,
    /// [`AppError::IdempotencyKeyReused`], denials.
    pub async fn revoke_grant(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        grant: CreditGrantId,
        reason: Option<Description>,
        key: &IdempotencyKey,
    ) -> Result<CreditReceipt, AppError> {
        let id = self.resolve(caller, organization)?;
        let request = key.of(caller, "revoke_grant", format!("{grant} {}", or_none(reason.as_ref())));
        let action = Action::Revoke { grant, reason };
        self.submit(id, Order::new(caller, action, request)).await
    }
}

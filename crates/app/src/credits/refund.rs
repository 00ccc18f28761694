use guildhall_domain::{CreditTransactionId, Description};
use guildhall_ports::store::OrganizationRef;

use super::CreditReceipt;
use super::order::{Action, Order, or_none};
use crate::{AppError, Caller, Guildhall, IdempotencyKey};

impl Guildhall {
    /// Gives back what a transaction spent, to the grants that it came out of
    /// and to the member's quota and the workspace's budget of the day and month
    /// that it was counted in.
    /// What comes back to a grant that has expired is gone with it.
    ///
    /// # Errors
    /// `unknown_transaction`, `already_refunded`, `credit_pool_full`,
    /// [`AppError::IdempotencyKeyReused`], denials.
    pub async fn refund_credits(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        transaction: CreditTransactionId,
        reason: Option<Description>,
        key: &IdempotencyKey,
    ) -> Result<CreditReceipt, AppError> {
        let id = self.resolve(caller, organization)?;
        let request = key.of(caller, "refund_credits", format!("{transaction} {}", or_none(reason.as_ref())));
        let action = Action::Refund { transaction, reason };
        self.submit(id, Order::new(caller, action, request)).await
    }
}

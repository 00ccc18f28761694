use guildhall_domain::credits::GrantTerms;
use guildhall_domain::{Description, Invalid};
use guildhall_ports::store::OrganizationRef;

use super::CreditReceipt;
use super::order::{Action, Order, or_none};
use crate::{AppError, Caller, Guildhall, IdempotencyKey};

/// Credits to be given to an organization's pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// How many, until when, and when they are spent.
    pub terms: GrantTerms,
    /// Why.
    pub reason: Option<Description>,
}

impl Guildhall {
    /// Gives credits to the pool (M-29).
    ///
    /// # Errors
    /// `in_the_past` (`/expires_at`), `credit_pool_full`,
    /// [`AppError::IdempotencyKeyReused`], denials.
    pub async fn grant_credits(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        grant: &NewGrant,
        key: &IdempotencyKey,
    ) -> Result<CreditReceipt, AppError> {
        let (terms, reason) = (grant.terms, grant.reason.clone());
        let id = self.resolve(caller, organization)?;
        let until = or_none(terms.expires_at.map(|at| at.unix_timestamp_nanos()));
        let (amount, priority, why) = (terms.amount.get(), terms.priority, or_none(reason.as_ref()));
        let fingerprint = format!("{amount} until {until} priority {priority} {why}");
        let request = key.of(caller, "grant_credits", fingerprint);
        let action = Action::Grant { terms, reason };
        self.submit(id, Order::new(caller, action, request)).await
    }
}

/// Credits that are gone already are not given.
pub(super) fn require_future(terms: &GrantTerms, now: guildhall_domain::Timestamp) -> Result<(), AppError> {
    match terms.expires_at {
        Some(at) if at <= now => {
            Err(AppError::invalid("/expires_at", Invalid::new("in_the_past", "must be in the future")))
        }
        _ => Ok(()),
    }
}

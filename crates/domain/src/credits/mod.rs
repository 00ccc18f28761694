//! Credits: a pool that an organization shares, with quotas for its members,
//! kept by an append-only, double-entry ledger (M-20 to M-32).
//!
//! [`CreditPool::decide`] is pure: it takes what is asked for, in order, and
//! says for each what it does to the ledger, or every scope that refuses it.
//!
//! ```
//! use guildhall_domain::credits::{Amount, CreditPool, CreditRequest, GrantTerms, Refusal, SpendBy};
//! use guildhall_domain::{CreditGrantId, TimeZone, UserId};
//! use time::OffsetDateTime;
//! use uuid::Uuid;
//!
//! let now = OffsetDateTime::UNIX_EPOCH;
//! let (ada, grant) = (UserId::from(Uuid::from_u128(1)), CreditGrantId::from(Uuid::from_u128(2)));
//! let mut pool = CreditPool::new(now, &TimeZone::parse("Europe/Lisbon")?);
//! let hundred = CreditRequest::Grant { id: grant, terms: GrantTerms::of(Amount::new(100)?) };
//! let sixty = || CreditRequest::Spend { by: SpendBy::member(ada), amount: Amount::new(60).unwrap() };
//! let outcomes = pool.decide(vec![hundred, sixty(), sixty()]);
//! assert!(outcomes[0].is_ok() && outcomes[1].is_ok());
//! assert_eq!(outcomes[2], Err(Refusal::NotCovered { requested: 60, balance: Some(40), quotas: vec![] }));
//! assert_eq!(pool.balance(), 40);
//! # Ok::<(), guildhall_domain::Invalid>(())
//! ```

mod amount;
mod grant;
mod kept;
mod ledger;
mod period;
mod pool;
mod quota;
mod request;
mod reservation;
mod sums;
mod transaction;

pub use amount::Amount;
pub use grant::{CreditGrant, GrantTerms};
pub use kept::KeptCredits;
pub use ledger::{Entry, LedgerAccount, Movement, MovementKind};
pub use period::{PeriodKey, Periods};
pub use pool::{CreditPool, Due, PoolChanges};
pub use quota::{CreditQuota, QuotaScope, QuotaSpending, QuotaUse};
pub use request::{CreditRequest, Refusal, SpendBy};
pub use reservation::{Reservation, ReservationState};
pub use sums::{LedgerFault, LedgerSums};
pub use transaction::CreditTransaction;

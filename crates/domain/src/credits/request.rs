use super::{Amount, GrantTerms, PeriodKey, QuotaUse};
use crate::{CreditGrantId, Name, ReservationId, Timestamp, UserId, WorkspaceId};

/// Who spends, where and on what (M-22, M-30).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendBy {
    /// The member whose quota counts.
    pub user_id: UserId,
    /// The workspace that it is for, if any.
    pub workspace_id: Option<WorkspaceId>,
    /// What the blueprint calls it, if it is priced there.
    pub operation: Option<Name>,
}

impl SpendBy {
    /// A member, for no workspace and operation in particular.
    pub fn member(user_id: UserId) -> Self {
        Self { user_id, workspace_id: None, operation: None }
    }
}

/// What is asked of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreditRequest {
    /// Give credits (M-29).
    Grant {
        /// The new grant.
        id: CreditGrantId,
        /// How many, until when.
        terms: GrantTerms,
    },
    /// Take back what is left of a grant.
    Revoke {
        /// Which.
        grant: CreditGrantId,
    },
    /// Spend at once (M-22).
    Spend {
        /// Who.
        by: SpendBy,
        /// How many.
        amount: Amount,
    },
    /// Hold for later.
    Reserve {
        /// The new reservation.
        id: ReservationId,
        /// Who.
        by: SpendBy,
        /// How many.
        amount: Amount,
        /// From when on it holds nothing.
        expires_at: Timestamp,
    },
    /// Spend what is held, or a part of it.
    Commit {
        /// Which.
        reservation: ReservationId,
        /// How many of those held.
        amount: Amount,
    },
    /// Give up what is held.
    Release {
        /// Which.
        reservation: ReservationId,
    },
    /// Give back what was spent.
    Refund {
        /// Whose quota it counted in, and the workspace that it was for.
        by: (UserId, Option<WorkspaceId>),
        /// The day that it was spent in.
        day: PeriodKey,
        /// The month.
        month: PeriodKey,
        /// How many of each grant were spent, and were not given back yet.
        spent: Vec<(CreditGrantId, u64)>,
    },
}

/// Why a pool does not do what it is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The pool, or quotas, do not allow it; each that binds is named (M-25).
    #[error("{}", if balance.is_some() { "the pool has not enough credits" } else { "a quota does not allow it" })]
    NotCovered {
        /// How many were asked for.
        requested: u64,
        /// What can be spent, where that is too little.
        balance: Option<u64>,
        /// Every quota that would be passed.
        quotas: Vec<QuotaUse>,
    },
    /// More than 2^53 - 1 credits would be in the pool.
    #[error("the pool cannot hold so many credits")]
    TooMany,
    /// Something is left of as many grants as a pool holds.
    #[error("the pool holds as many grants as it can")]
    TooManyGrants,
    /// There is no such grant.
    #[error("there is no such grant")]
    UnknownGrant,
    /// There is no such reservation.
    #[error("there is no such reservation")]
    UnknownReservation,
    /// The reservation was spent, given up, or not used in time.
    #[error("the reservation holds nothing any more")]
    ReservationClosed,
    /// More than is held was to be spent.
    #[error("the reservation holds {held} credits")]
    MoreThanHeld {
        /// How many it holds.
        held: u64,
    },
    /// Everything was given back already.
    #[error("it was given back already")]
    NothingToRefund,
}

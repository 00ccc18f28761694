//! Why a pool of credits does not do what it is asked, in the words of the use cases.

use guildhall_domain::Invalid;
use guildhall_domain::credits::{QuotaScope, QuotaUse, Refusal};

use super::{AppError, Conflict, Missing};

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotCovered { requested, balance, quotas } => {
                Self::CreditsNotCovered { requested, balance, quotas }
            }
            Refusal::TooMany => Conflict::CreditPoolFull.into(),
            Refusal::TooManyGrants => Conflict::TooManyCreditGrants.into(),
            Refusal::UnknownGrant => Missing::CreditGrant.unnamed(),
            Refusal::UnknownReservation => Missing::Reservation.unnamed(),
            Refusal::ReservationClosed => Conflict::ReservationClosed.into(),
            Refusal::MoreThanHeld { held } => {
                let detail = format!("must be at most {held}, which the reservation holds");
                Self::invalid("/amount", Invalid::new("more_than_reserved", detail))
            }
            Refusal::NothingToRefund => Conflict::AlreadyRefunded.into(),
        }
    }
}

pub(super) fn not_covered(requested: u64, balance: Option<u64>, quotas: &[QuotaUse]) -> String {
    let pool = balance.map(|balance| format!("the pool has {balance} credits left"));
    let quotas = quotas.iter().map(|quota| {
        let (whose, period) = match quota.scope {
            QuotaScope::Day => ("member", "day"),
            QuotaScope::Month => ("member", "month"),
            QuotaScope::WorkspaceDay => ("workspace", "day"),
            QuotaScope::WorkspaceMonth => ("workspace", "month"),
        };
        format!("{} of the {whose}'s {} for the {period} are used", quota.used, quota.limit)
    });
    let why = pool.into_iter().chain(quotas).collect::<Vec<_>>().join("; ");
    format!("{requested} credits were asked for; {why}")
}

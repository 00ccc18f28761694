use guildhall_domain::{CreditGrantId, CreditTransactionId, ReservationId, Timestamp};
use uuid::Uuid;

use super::order::or_none;
use crate::AppError;

/// What a request for credits is answered: the transaction that it made. The
/// same request sent again gets the same receipt, marked so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditReceipt {
    /// The transaction.
    pub transaction_id: CreditTransactionId,
    /// How many credits it is about: those given, spent, held, freed or taken back.
    pub amount: u64,
    /// What could be spent after it.
    pub balance: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// The grant that it made or took back.
    pub grant_id: Option<CreditGrantId>,
    /// The reservation that it opened or ended.
    pub reservation_id: Option<ReservationId>,
    /// From when on a new grant or reservation is worth nothing.
    pub expires_at: Option<Timestamp>,
    /// Whether this was done before, when the same request was sent for the first time.
    pub is_repeated: bool,
}

impl CreditReceipt {
    /// As it is kept with its request: fields apart by spaces, `-` for none.
    pub(super) fn written(&self) -> String {
        format!(
            "{} {} {} {} {} {} {}",
            self.transaction_id,
            self.amount,
            self.balance,
            micros(self.created_at),
            or_none(self.grant_id),
            or_none(self.reservation_id),
            or_none(self.expires_at.map(micros)),
        )
    }

    /// Reads a kept receipt, as what it is then: a repeated one.
    pub(super) fn read(written: &str) -> Result<Self, AppError> {
        Self::parse(written).ok_or_else(|| AppError::Internal("a kept receipt cannot be read".to_owned()))
    }

    fn parse(written: &str) -> Option<Self> {
        let fields: Vec<_> = written.split(' ').collect();
        let [transaction, amount, balance, created, grant, reservation, expires] = fields.try_into().ok()?;
        let optional = |field| if field == "-" { Some(None) } else { uuid(field).map(Some) };
        Some(Self {
            transaction_id: uuid(transaction)?.into(),
            amount: amount.parse().ok()?,
            balance: balance.parse().ok()?,
            created_at: time(created)?,
            grant_id: optional(grant)?.map(CreditGrantId::from),
            reservation_id: optional(reservation)?.map(ReservationId::from),
            expires_at: if expires == "-" { None } else { Some(time(expires)?) },
            is_repeated: true,
        })
    }
}

fn uuid(field: &str) -> Option<Uuid> {
    field.parse().ok()
}

fn micros(at: Timestamp) -> i128 {
    at.unix_timestamp_nanos() / 1_000
}

fn time(field: &str) -> Option<Timestamp> {
    let micros: i128 = field.parse().ok()?;
    Timestamp::from_unix_timestamp_nanos(micros.checked_mul(1_000)?).ok()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    // R-IDEM-1: what is kept is what was answered.
    #[test]
    fn is_read_as_it_was_written() {
        let spent = CreditReceipt {
            transaction_id: Uuid::from_u128(1).into(),
            amount: 3,
            balance: 9_007_199_254_740_991,
            created_at: datetime!(2026-11-22 10:00:00.123456 UTC),
            grant_id: None,
            reservation_id: None,
            expires_at: None,
            is_repeated: true,
        };
        let held = CreditReceipt {
            reservation_id: Some(Uuid::from_u128(2).into()),
            expires_at: Some(datetime!(2026-11-22 10:05 UTC)),
            ..spent.clone()
        };
        let given = CreditReceipt { grant_id: Some(Uuid::from_u128(3).into()), ..spent.clone() };
        for receipt in [spent, held, given] {
            assert_eq!(CreditReceipt::read(&receipt.written()), Ok(receipt));
        }
        assert!(matches!(CreditReceipt::read("1 2 3"), Err(AppError::Internal(_))));
    }
}

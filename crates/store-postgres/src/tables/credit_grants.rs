use diesel::sql_types::{BigInt, Nullable, Record, SmallInt, Timestamptz, Uuid as SqlUuid};
use guildhall_domain::credits::{Amount, CreditGrant, GrantTerms};
use guildhall_domain::{CreditGrantId, Timestamp};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::row::{stored, unsigned};

/// A `credit_state_grant`: id, amount, priority, expiry, what is available and what is reserved.
pub(crate) type GrantColumns = Record<(SqlUuid, BigInt, SmallInt, Nullable<Timestamptz>, BigInt, BigInt)>;
pub(crate) type GrantRow = (Uuid, i64, i16, Option<Timestamp>, i64, i64);

pub(crate) fn into_grant(row: GrantRow) -> Result<CreditGrant, StoreError> {
    let (id, amount, priority, expires_at, available, reserved) = row;
    let amount = stored("credit_grants.amount", Amount::new(unsigned("credit_grants.amount", amount)?))?;
    let priority = u8::try_from(priority)
        .map_err(|_| StoreError::Corrupt("credit_grants.priority: not from 0 to 255".to_owned()))?;
    Ok(CreditGrant {
        id: CreditGrantId::from(id),
        terms: GrantTerms { amount, expires_at, priority },
        available: unsigned("credit_grants.available", available)?,
        reserved: unsigned("credit_grants.reserved", reserved)?,
    })
}

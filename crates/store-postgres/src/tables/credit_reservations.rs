use diesel::sql_types::{Jsonb, Nullable, Record, Text, Timestamptz, Uuid as SqlUuid};
use guildhall_domain::credits::{PeriodKey, Reservation, ReservationState, SpendBy};
use guildhall_domain::{CreditGrantId, Name, ReservationId, Timestamp, UserId, WorkspaceId};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::row::{stored, stored_option};

/// A `credit_state_reservation`: id, user, workspace, operation, what is held, state, expiry, day and month.
pub(crate) type ReservationColumns =
    Record<(SqlUuid, SqlUuid, Nullable<SqlUuid>, Nullable<Text>, Jsonb, Text, Timestamptz, Text, Text)>;
pub(crate) type ReservationRow =
    (Uuid, Uuid, Option<Uuid>, Option<String>, serde_json::Value, String, Timestamp, String, String);

pub(crate) fn into_reservation(row: ReservationRow) -> Result<Reservation, StoreError> {
    let (id, user, workspace, operation, held, state, expires_at, day, month) = row;
    let by = SpendBy {
        user_id: UserId::from(user),
        workspace_id: workspace.map(WorkspaceId::from),
        operation: stored_option("credit_reservations.operation", operation, Name::parse)?,
    };
    Ok(Reservation {
        id: ReservationId::from(id),
        by,
        held: from_json(&held)?,
        state: stored("credit_reservations.state", ReservationState::parse(&state))?,
        expires_at,
        day: stored("credit_reservations.day", PeriodKey::parse(&day))?,
        month: stored("credit_reservations.month", PeriodKey::parse(&month))?,
    })
}

/// What is held, as pairs of a grant and an amount.
pub(crate) fn to_json(held: &[(CreditGrantId, u64)]) -> serde_json::Value {
    held.iter().map(|(grant, amount)| serde_json::json!([grant.to_string(), amount])).collect()
}

fn from_json(held: &serde_json::Value) -> Result<Vec<(CreditGrantId, u64)>, StoreError> {
    let pairs = held.as_array().map(|pairs| pairs.iter().map(pair).collect());
    pairs.flatten().ok_or_else(|| StoreError::Corrupt("credit_reservations.held: no pairs".to_owned()))
}

fn pair(pair: &serde_json::Value) -> Option<(CreditGrantId, u64)> {
    let grant = Uuid::parse_str(pair.get(0)?.as_str()?).ok()?;
    Some((CreditGrantId::from(grant), pair.get(1)?.as_u64()?))
}

//! The installation's own log.

use diesel::sql_types::{BigInt, Binary, Bool, Json, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use guildhall_domain::audit::{AuditEvent, AuditRecord, ChainHead};
use guildhall_domain::{Email, Timestamp, UserId};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::signed;
use crate::schema::{platform_audit_events, platform_audit_head};
use crate::tables::audit_events::{RecordRow, chain_head, details, into_records};
use crate::unit::Unit;

raw_statement! {
    /// As the organizations' statement, with the one head that there is.
    struct Append<'a> {
        digest: &'a [u8] as Binary,
        id: Uuid as SqlUuid,
        action: &'static str as Text,
        actor_user_id: Option<Uuid> as Nullable<SqlUuid>,
        actor_email: Option<&'a str> as Nullable<Text>,
        target_kind: Option<&'static str> as Nullable<Text>,
        target_id: Option<Uuid> as Nullable<SqlUuid>,
        success: bool as Bool,
        details: serde_json::Value as Json,
        request_id: Option<&'a str> as Nullable<Text>,
        ip_address: Option<&'a str> as Nullable<Text>,
        occurred_at: Timestamp as Timestamptz,
    } -> BigInt =
        "WITH linked AS ( \
            UPDATE platform_audit_head h SET sequence = h.sequence + 1, \
                hash = sha256(h.hash || int8send(h.sequence + 1) || $1) \
            WHERE h.id RETURNING h.sequence, h.hash) \
         INSERT INTO platform_audit_events (sequence, id, action, actor_user_id, actor_email, target_kind, \
            target_id, success, details, request_id, ip_address, occurred_at, hash) \
         SELECT linked.sequence, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, linked.hash FROM linked \
         RETURNING sequence"
}

pub(crate) async fn append(unit: &mut Unit, event: &AuditEvent) -> Result<(), StoreError> {
    if event.organization_id.is_some() {
        return Err(StoreError::Corrupt("the event belongs into an organization's log".to_owned()));
    }
    let digest = event.digest();
    let statement = Append {
        digest: digest.as_bytes(),
        id: event.id.uuid(),
        action: event.action.as_str(),
        actor_user_id: event.actor.user_id.map(UserId::uuid),
        actor_email: event.actor.email.as_ref().map(Email::as_str),
        target_kind: event.target.map(|target| target.kind.as_str()),
        target_id: event.target.map(|target| target.id),
        success: event.success,
        details: details(event),
        request_id: event.request_id.as_deref(),
        ip_address: event.ip_address.as_deref(),
        occurred_at: event.occurred_at,
    };
    let appended = statement.get_result::<i64>(unit.connection().await?).await;
    unit.note(appended).map(|_| ())
}

/// Oldest first, from behind `after`.
pub(crate) async fn chain(unit: &mut Unit, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
    let statement = platform_audit_events::table
        .filter(platform_audit_events::sequence.gt(signed(after)))
        .order(platform_audit_events::sequence)
        .limit(i64::from(limit));
    let rows = statement.load::<RecordRow>(unit.connection().await?).await;
    into_records(unit.note(rows)?, None)
}

pub(crate) async fn head(unit: &mut Unit) -> Result<ChainHead, StoreError> {
    let statement = platform_audit_head::table.select((platform_audit_head::sequence, platform_audit_head::hash));
    let found = statement.get_result(unit.connection().await?).await;
    chain_head(unit.note(found)?)
}

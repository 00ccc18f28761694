use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::audit::{AuditEvent, AuditRecord, ChainHead};
use guildhall_ports::store::StoreError;

use super::audit_columns::{self, Columns};
use super::audit_events::bounded;
use crate::prepared::{self, Limited};
use crate::schema::{platform_audit_events, platform_audit_head};
use crate::store_error::failure;
use crate::value::{Count, Details, Hash, Id, Time, Word};

/// Where the installation's own chain ends.
pub(crate) fn head(connection: &mut SqliteConnection) -> Result<ChainHead, StoreError> {
    let row: (Count, Hash) = platform_audit_head::table
        .select((platform_audit_head::sequence, platform_audit_head::hash))
        .get_result(connection)
        .map_err(|error| match failure(error) {
            StoreError::NotFound => StoreError::Corrupt("the audit log has no head".to_owned()),
            other => other,
        })?;
    Ok(audit_columns::head(row))
}

/// Appends an event to the installation's own chain.
pub(crate) fn append(connection: &mut SqliteConnection, event: &AuditEvent) -> Result<(), StoreError> {
    let after = audit_columns::extended(head(connection)?, event);
    prepared::update(platform_audit_head::table)
        .set((
            platform_audit_head::sequence.eq(Count(after.sequence)),
            platform_audit_head::hash.eq(Hash(*after.hash.as_bytes())),
        ))
        .execute(connection)
        .map_err(failure)?;
    diesel::insert_into(platform_audit_events::table)
        .values((
            platform_audit_events::sequence.eq(Count(after.sequence)),
            platform_audit_events::id.eq(Id(event.id.uuid())),
            platform_audit_events::action.eq(Word(event.action)),
            platform_audit_events::actor_user_id.eq(event.actor.user_id.map(|id| Id(id.uuid()))),
            platform_audit_events::actor_email.eq(event.actor.email.as_ref().map(|email| email.as_str())),
            platform_audit_events::target_kind.eq(event.target.map(|target| Word(target.kind))),
            platform_audit_events::target_id.eq(event.target.map(|target| Id(target.id))),
            platform_audit_events::success.eq(event.success),
            platform_audit_events::details.eq(Details(event.details.clone())),
            platform_audit_events::request_id.eq(event.request_id.as_deref()),
            platform_audit_events::ip_address.eq(event.ip_address.as_deref()),
            platform_audit_events::occurred_at.eq(Time(event.occurred_at)),
            platform_audit_events::hash.eq(Hash(*after.hash.as_bytes())),
        ))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}

/// Records, oldest first, from behind `after`.
pub(crate) fn chain(connection: &mut SqliteConnection, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
    let found: Vec<Columns> = platform_audit_events::table
        .filter(platform_audit_events::sequence.gt(bounded(after)))
        .order(platform_audit_events::sequence)
        .at_most(i64::from(limit))
        .load(connection)
        .map_err(failure)?;
    Ok(found.into_iter().map(|columns| columns.record(None)).collect())
}

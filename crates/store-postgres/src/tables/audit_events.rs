use std::collections::BTreeMap;

use diesel::prelude::{Queryable, Selectable};
use diesel::result::OptionalExtension;
use diesel::sql_types::{BigInt, Binary, Bool, Json, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use guildhall_domain::audit::{
    AuditAction, AuditActor, AuditEvent, AuditFilter, AuditRecord, AuditTarget, ChainHash, ChainHead, TargetKind,
};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{AuditEventId, Email, OrganizationId, Timestamp, UserId};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{bytes32, signed, stored, stored_option, surplus, unsigned};
use crate::schema::{audit_events, audit_heads};
use crate::unit::Unit;

/// A record of either log.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_events, check_for_backend(diesel::pg::Pg))]
pub(crate) struct RecordRow {
    sequence: i64,
    id: Uuid,
    action: String,
    actor_user_id: Option<Uuid>,
    actor_email: Option<String>,
    target_kind: Option<String>,
    target_id: Option<Uuid>,
    success: bool,
    details: serde_json::Value,
    request_id: Option<String>,
    ip_address: Option<String>,
    occurred_at: Timestamp,
    hash: Vec<u8>,
}

impl RecordRow {
    pub(crate) fn into_record(self, organization: Option<Uuid>) -> Result<AuditRecord, StoreError> {
        let target = match (self.target_kind, self.target_id) {
            (Some(kind), Some(id)) => {
                Some(AuditTarget { kind: stored("audit_events.target_kind", TargetKind::parse(&kind))?, id })
            }
            _ => None,
        };
        let details: BTreeMap<String, String> = serde_json::from_value(self.details)
            .map_err(|error| StoreError::Corrupt(format!("audit_events.details: {error}")))?;
        let event = AuditEvent {
            id: AuditEventId::from(self.id),
            organization_id: organization.map(OrganizationId::from),
            action: stored("audit_events.action", AuditAction::parse(&self.action))?,
            actor: AuditActor {
                user_id: self.actor_user_id.map(UserId::from),
                email: stored_option("audit_events.actor_email", self.actor_email, Email::parse)?,
            },
            target,
            success: self.success,
            details,
            request_id: self.request_id,
            ip_address: self.ip_address,
            occurred_at: self.occurred_at,
        };
        Ok(AuditRecord {
            sequence: unsigned("audit_events.sequence", self.sequence)?,
            event,
            hash: ChainHash::new(bytes32("audit_events.hash", self.hash)?),
        })
    }
}

/// Where a chain ends, out of its head's columns.
pub(crate) fn chain_head((sequence, hash): (i64, Vec<u8>)) -> Result<ChainHead, StoreError> {
    Ok(ChainHead {
        sequence: unsigned("audit_heads.sequence", sequence)?,
        hash: ChainHash::new(bytes32("audit_heads.hash", hash)?),
    })
}

raw_statement! {
    /// Moves the head on by the domain's rule (`ChainHash::link`) and writes
    /// the event at its new place. No row where there is no such organization.
    struct Append<'a> {
        organization: Uuid as SqlUuid,
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
    } -> (BigInt, Binary) =
        "WITH linked AS ( \
            UPDATE audit_heads h SET sequence = h.sequence + 1, \
                hash = sha256(h.hash || int8send(h.sequence + 1) || $2) \
            WHERE h.organization_id = $1 RETURNING h.sequence, h.hash) \
         INSERT INTO audit_events (organization_id, sequence, id, action, actor_user_id, actor_email, target_kind, \
            target_id, success, details, request_id, ip_address, occurred_at, hash) \
         SELECT $1, linked.sequence, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, linked.hash FROM linked \
         RETURNING sequence, hash"
}

pub(crate) async fn append(unit: &mut Unit, organization: Uuid, event: &AuditEvent) -> Result<AuditRecord, StoreError> {
    if event.organization_id.map(OrganizationId::uuid) != Some(organization) {
        return Err(StoreError::Corrupt("the event belongs into another log".to_owned()));
    }
    let digest = event.digest();
    let statement = Append {
        organization,
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
    let appended = statement.get_result::<(i64, Vec<u8>)>(unit.connection().await?).await;
    let head = chain_head(unit.note(appended)?)?;
    Ok(AuditRecord { sequence: head.sequence, event: event.clone(), hash: head.hash })
}

/// An event's details as JSON.
pub(crate) fn details(event: &AuditEvent) -> serde_json::Value {
    event.details.iter().map(|(name, value)| (name.clone(), serde_json::Value::from(value.as_str()))).collect()
}

/// The log of one organization: what every other query narrows down.
#[diesel::dsl::auto_type]
fn scoped(organization: Uuid) -> _ {
    audit_events::table.filter(audit_events::organization_id.eq(organization))
}

/// Newest first.
pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    filter: &AuditFilter,
    page: &PageRequest<u64>,
) -> Result<Page<AuditRecord, u64>, StoreError> {
    let mut statement = scoped(organization).select(RecordRow::as_select()).into_boxed();
    if let Some(action) = filter.action {
        statement = statement.filter(audit_events::action.eq(action.as_str()));
    }
    if let Some(actor) = filter.actor {
        statement = statement.filter(audit_events::actor_user_id.eq(actor.uuid()));
    }
    if let Some(target) = filter.target {
        statement = statement.filter(audit_events::target_id.eq(target));
    }
    if let Some(from) = filter.from {
        statement = statement.filter(audit_events::occurred_at.ge(from));
    }
    if let Some(until) = filter.until {
        statement = statement.filter(audit_events::occurred_at.lt(until));
    }
    if let Some(after) = page.after {
        statement = statement.filter(audit_events::sequence.lt(signed(after)));
    }
    let statement = statement.order(audit_events::sequence.desc()).limit(surplus(page.size));
    let rows: Result<Vec<RecordRow>, _> = statement.load(unit.connection().await?).await;
    let records = into_records(unit.note(rows)?, Some(organization))?;
    Ok(Page::from_surplus(records, page.size, |record| record.sequence))
}

/// Oldest first, from behind `after`.
pub(crate) async fn chain(
    unit: &mut Unit,
    organization: Uuid,
    after: u64,
    limit: u16,
) -> Result<Vec<AuditRecord>, StoreError> {
    let statement = scoped(organization)
        .filter(audit_events::sequence.gt(signed(after)))
        .order(audit_events::sequence)
        .limit(i64::from(limit))
        .select(RecordRow::as_select());
    let rows = statement.load(unit.connection().await?).await;
    into_records(unit.note(rows)?, Some(organization))
}

pub(crate) fn into_records(rows: Vec<RecordRow>, organization: Option<Uuid>) -> Result<Vec<AuditRecord>, StoreError> {
    rows.into_iter().map(|row| row.into_record(organization)).collect()
}

pub(crate) async fn head(unit: &mut Unit, organization: Uuid) -> Result<Option<ChainHead>, StoreError> {
    let statement = audit_heads::table.find(organization).select((audit_heads::sequence, audit_heads::hash));
    let found = statement.get_result(unit.connection().await?).await.optional();
    unit.note(found)?.map(chain_head).transpose()
}

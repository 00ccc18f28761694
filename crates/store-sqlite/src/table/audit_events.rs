use diesel::dsl::auto_type;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::OrganizationId;
use guildhall_domain::audit::{AuditEvent, AuditFilter, AuditRecord, ChainHead};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_ports::store::StoreError;

use super::audit_columns::{self, Columns};
use super::paging::rows;
use crate::prepared::{self, Limited};
use crate::schema::{audit_events, audit_heads};
use crate::store_error::failure;
use crate::value::{Count, Details, Hash, Id, Time, Word};

/// The log of one organization: every query starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    audit_events::table.filter(audit_events::organization_id.eq(organization)).select((
        audit_events::sequence,
        audit_events::id,
        audit_events::action,
        audit_events::actor_user_id,
        audit_events::actor_email,
        audit_events::target_kind,
        audit_events::target_id,
        audit_events::success,
        audit_events::details,
        audit_events::request_id,
        audit_events::ip_address,
        audit_events::occurred_at,
        audit_events::hash,
    ))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

/// Begins the chain of a new organization.
pub(crate) fn begin_chain(connection: &mut SqliteConnection, organization: OrganizationId) -> Result<(), StoreError> {
    diesel::insert_into(audit_heads::table)
        .values((
            audit_heads::organization_id.eq(Id(organization.uuid())),
            audit_heads::sequence.eq(Count(ChainHead::EMPTY.sequence)),
            audit_heads::hash.eq(Hash(*ChainHead::EMPTY.hash.as_bytes())),
        ))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}

/// Where the chain ends; none where there is no such organization.
pub(crate) fn head(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<Option<ChainHead>, StoreError> {
    let row: Option<(Count, Hash)> = audit_heads::table
        .find(Id(organization.uuid()))
        .select((audit_heads::sequence, audit_heads::hash))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(audit_columns::head))
}

/// Appends an event to the organization's chain.
pub(crate) fn append(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    event: &AuditEvent,
) -> Result<AuditRecord, StoreError> {
    if event.organization_id != Some(organization) {
        return Err(StoreError::Corrupt("an event of another log than the organization's".to_owned()));
    }
    let before = head(connection, organization)?.ok_or(StoreError::NotFound)?;
    let after = audit_columns::extended(before, event);
    prepared::update(audit_heads::table.find(Id(organization.uuid())))
        .set((audit_heads::sequence.eq(Count(after.sequence)), audit_heads::hash.eq(Hash(*after.hash.as_bytes()))))
        .execute(connection)
        .map_err(failure)?;
    diesel::insert_into(audit_events::table)
        .values((
            audit_events::organization_id.eq(Id(organization.uuid())),
            audit_events::sequence.eq(Count(after.sequence)),
            audit_events::id.eq(Id(event.id.uuid())),
            audit_events::action.eq(Word(event.action)),
            audit_events::actor_user_id.eq(event.actor.user_id.map(|id| Id(id.uuid()))),
            audit_events::actor_email.eq(event.actor.email.as_ref().map(|email| email.as_str())),
            audit_events::target_kind.eq(event.target.map(|target| Word(target.kind))),
            audit_events::target_id.eq(event.target.map(|target| Id(target.id))),
            audit_events::success.eq(event.success),
            audit_events::details.eq(Details(event.details.clone())),
            audit_events::request_id.eq(event.request_id.as_deref()),
            audit_events::ip_address.eq(event.ip_address.as_deref()),
            audit_events::occurred_at.eq(Time(event.occurred_at)),
            audit_events::hash.eq(Hash(*after.hash.as_bytes())),
        ))
        .execute(connection)
        .map_err(failure)?;
    Ok(AuditRecord { sequence: after.sequence, event: event.clone(), hash: after.hash })
}

/// Records, newest first; `after` is exclusive.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    filter: &AuditFilter,
    page: &PageRequest<u64>,
) -> Result<Page<AuditRecord, u64>, StoreError> {
    let mut query = of(organization).into_boxed();
    if let Some(action) = filter.action {
        query = query.filter(audit_events::action.eq(Word(action)));
    }
    if let Some(actor) = filter.actor {
        query = query.filter(audit_events::actor_user_id.eq(Id(actor.uuid())));
    }
    if let Some(target) = filter.target {
        query = query.filter(audit_events::target_id.eq(Id(target)));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_events::occurred_at.ge(Time(from)));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_events::occurred_at.lt(Time(until)));
    }
    if let Some(after) = page.after {
        query = query.filter(audit_events::sequence.lt(bounded(after)));
    }
    let found: Vec<Columns> =
        query.order(audit_events::sequence.desc()).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(|columns| columns.record(Some(organization))).collect();
    Ok(Page::from_surplus(found, page.size, |record: &AuditRecord| record.sequence))
}

/// Records, oldest first, from behind `after`.
pub(crate) fn chain(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    after: u64,
    limit: u16,
) -> Result<Vec<AuditRecord>, StoreError> {
    let found: Vec<Columns> = of(organization)
        .filter(audit_events::sequence.gt(bounded(after)))
        .order(audit_events::sequence)
        .at_most(i64::from(limit))
        .load(connection)
        .map_err(failure)?;
    Ok(found.into_iter().map(|columns| columns.record(Some(organization))).collect())
}

/// A place may come from outside and be larger than any that is stored.
pub(super) fn bounded(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

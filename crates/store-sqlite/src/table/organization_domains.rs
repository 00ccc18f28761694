use diesel::dsl::auto_type;
use diesel::sqlite::Sqlite;
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    SqliteConnection,
};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{DomainClaim, DomainClaimId, DomainName, DomainStatus, Enrolment, OrganizationId, Version};
use guildhall_ports::store::{Constraint, StoreError};
use uuid::Uuid;

use super::paging::rows;
use crate::prepared::{self, Limited};
use crate::schema::organization_domains;
use crate::store_error::{failure, unless_absent, unless_unique_in, violates};
use crate::value::{Id, Time, Word};

/// The rules of the table, as SQLite names them.
const CLAIMED_RULE: &str = "organization_domains.organization_id, organization_domains.domain";
const TAKEN_RULE: &str = "organization_domains.domain";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = organization_domains, check_for_backend(Sqlite), treat_none_as_default_value = false)]
struct Row {
    organization_id: Id,
    id: Id,
    domain: Word<DomainName>,
    status: Word<DomainStatus>,
    challenge: String,
    enrolment: Word<Enrolment>,
    created_at: Time,
    updated_at: Time,
    checked_at: Option<Time>,
    verified_at: Option<Time>,
    version: i64,
}

impl From<&DomainClaim> for Row {
    fn from(claim: &DomainClaim) -> Self {
        let claim = claim.clone();
        Self {
            organization_id: Id(claim.organization_id.uuid()),
            id: Id(claim.id.uuid()),
            domain: Word(claim.domain),
            status: Word(claim.status),
            challenge: claim.challenge,
            enrolment: Word(claim.enrolment),
            created_at: Time(claim.created_at),
            updated_at: Time(claim.updated_at),
            checked_at: claim.checked_at.map(Time),
            verified_at: claim.verified_at.map(Time),
            version: claim.version.0,
        }
    }
}

impl From<Row> for DomainClaim {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0.into(),
            organization_id: row.organization_id.0.into(),
            domain: row.domain.0,
            status: row.status.0,
            challenge: row.challenge,
            enrolment: row.enrolment.0,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            checked_at: row.checked_at.map(|time| time.0),
            verified_at: row.verified_at.map(|time| time.0),
            version: Version(row.version),
        }
    }
}

/// The claims of one organization: every query starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    organization_domains::table.filter(organization_domains::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

pub(crate) fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    claim: DomainClaimId,
) -> Result<Option<DomainClaim>, StoreError> {
    let row: Option<Row> = of(organization)
        .filter(organization_domains::id.eq(Id(claim.uuid())))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(DomainClaim::from))
}

/// Claims, newest first by id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    page: &PageRequest<Uuid>,
) -> Result<Page<DomainClaim, Uuid>, StoreError> {
    let mut query = of(organization).select(Row::as_select()).into_boxed();
    if let Some(after) = page.after {
        query = query.filter(organization_domains::id.lt(Id(after)));
    }
    let found: Vec<Row> =
        query.order(organization_domains::id.desc()).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(DomainClaim::from).collect();
    Ok(Page::from_surplus(found, page.size, |claim: &DomainClaim| claim.id.uuid()))
}

pub(crate) fn insert(connection: &mut SqliteConnection, claim: &DomainClaim) -> Result<(), StoreError> {
    diesel::insert_into(organization_domains::table).values(Row::from(claim)).execute(connection).map_err(|error| {
        if violates(&error, CLAIMED_RULE) {
            StoreError::Conflict(Constraint::DomainClaimed)
        } else if violates(&error, TAKEN_RULE) {
            StoreError::Conflict(Constraint::DomainTaken)
        } else {
            unless_absent(error)
        }
    })?;
    Ok(())
}

/// Writes status, enrolment and times; the version goes up.
pub(crate) fn update(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    claim: &DomainClaim,
) -> Result<DomainClaim, StoreError> {
    let row = Row::from(claim);
    let updated: Option<Row> = prepared::update(of(organization).filter(organization_domains::id.eq(row.id)))
        .set((
            organization_domains::status.eq(row.status),
            organization_domains::enrolment.eq(row.enrolment),
            organization_domains::updated_at.eq(row.updated_at),
            organization_domains::checked_at.eq(row.checked_at),
            organization_domains::verified_at.eq(row.verified_at),
            organization_domains::version.eq(organization_domains::version + 1),
        ))
        .returning(Row::as_returning())
        .get_result(connection)
        .optional()
        .map_err(unless_unique_in(TAKEN_RULE, Constraint::DomainTaken))?;
    updated.map(DomainClaim::from).ok_or(StoreError::NotFound)
}

pub(crate) fn delete(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    claim: DomainClaimId,
) -> Result<(), StoreError> {
    let deleted = diesel::delete(of(organization).filter(organization_domains::id.eq(Id(claim.uuid()))))
        .execute(connection)
        .map_err(failure)?;
    if deleted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

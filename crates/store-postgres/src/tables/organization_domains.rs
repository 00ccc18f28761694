use diesel::dsl::sql;
use diesel::prelude::{Queryable, Selectable};
use diesel::result::OptionalExtension;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};
use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{
    DomainClaim, DomainClaimId, DomainName, DomainOffer, DomainStatus, Enrolment, Name, Organization, OrganizationId,
    OrganizationStatus, Timestamp, Version,
};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{stored, surplus};
use crate::schema::{organization_domains, organizations};
use crate::tables::organizations::OrganizationRow;
use crate::unit::Unit;

#[derive(Queryable, Selectable)]
#[diesel(table_name = organization_domains, check_for_backend(diesel::pg::Pg))]
struct DomainRow {
    organization_id: Uuid,
    id: Uuid,
    domain: String,
    status: String,
    challenge: String,
    enrolment: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    checked_at: Option<Timestamp>,
    verified_at: Option<Timestamp>,
    version: i64,
}

impl DomainRow {
    fn into_claim(self) -> Result<DomainClaim, StoreError> {
        Ok(DomainClaim {
            id: DomainClaimId::from(self.id),
            organization_id: OrganizationId::from(self.organization_id),
            domain: stored("organization_domains.domain", DomainName::parse(&self.domain))?,
            status: stored("organization_domains.status", DomainStatus::parse(&self.status))?,
            challenge: self.challenge,
            enrolment: stored("organization_domains.enrolment", Enrolment::parse(&self.enrolment))?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            checked_at: self.checked_at,
            verified_at: self.verified_at,
            version: Version(self.version),
        })
    }
}

/// The claims of one organization: what every other query narrows down.
#[diesel::dsl::auto_type]
fn scoped(organization: Uuid) -> _ {
    organization_domains::table.filter(organization_domains::organization_id.eq(organization))
}

pub(crate) async fn insert(unit: &mut Unit, organization: Uuid, claim: &DomainClaim) -> Result<(), StoreError> {
    let statement = diesel::insert_into(organization_domains::table).values((
        organization_domains::organization_id.eq(organization),
        organization_domains::id.eq(claim.id.uuid()),
        organization_domains::domain.eq(claim.domain.as_str()),
        organization_domains::status.eq(claim.status.as_str()),
        organization_domains::challenge.eq(claim.challenge.as_str()),
        organization_domains::enrolment.eq(claim.enrolment.as_str()),
        organization_domains::created_at.eq(claim.created_at),
        organization_domains::updated_at.eq(claim.updated_at),
        organization_domains::checked_at.eq(claim.checked_at),
        organization_domains::verified_at.eq(claim.verified_at),
        organization_domains::version.eq(claim.version.0),
    ));
    let inserted = statement.execute(unit.connection().await?).await;
    unit.note(inserted).map(|_| ())
}

pub(crate) async fn find(unit: &mut Unit, organization: Uuid, id: Uuid) -> Result<Option<DomainClaim>, StoreError> {
    let statement = scoped(organization).filter(organization_domains::id.eq(id)).select(DomainRow::as_select());
    let found = statement.get_result(unit.connection().await?).await.optional();
    unit.note(found)?.map(DomainRow::into_claim).transpose()
}

/// Newest first: identifiers rise with time.
pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    page: &PageRequest<Uuid>,
) -> Result<Page<DomainClaim, Uuid>, StoreError> {
    let mut statement = scoped(organization).select(DomainRow::as_select()).into_boxed();
    if let Some(after) = page.after {
        statement = statement.filter(organization_domains::id.lt(after));
    }
    let statement = statement.order(organization_domains::id.desc()).limit(surplus(page.size));
    let rows: Result<Vec<DomainRow>, _> = statement.load(unit.connection().await?).await;
    let claims = unit.note(rows)?.into_iter().map(DomainRow::into_claim).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(claims, page.size, |claim| claim.id.uuid()))
}

pub(crate) async fn update(
    unit: &mut Unit,
    organization: Uuid,
    claim: &DomainClaim,
) -> Result<DomainClaim, StoreError> {
    let statement = diesel::update(organization_domains::table.find((organization, claim.id.uuid())))
        .set((
            organization_domains::status.eq(claim.status.as_str()),
            organization_domains::enrolment.eq(claim.enrolment.as_str()),
            organization_domains::updated_at.eq(claim.updated_at),
            organization_domains::checked_at.eq(claim.checked_at),
            organization_domains::verified_at.eq(claim.verified_at),
            organization_domains::version.eq(organization_domains::version + 1),
        ))
        .returning(DomainRow::as_returning());
    let updated = statement.get_result(unit.connection().await?).await;
    unit.note(updated)?.into_claim()
}

pub(crate) async fn delete(unit: &mut Unit, organization: Uuid, id: Uuid) -> Result<(), StoreError> {
    let deleted =
        diesel::delete(organization_domains::table.find((organization, id))).execute(unit.connection().await?).await;
    match unit.note(deleted)? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// The organization for which a domain is verified, for the operator's unit of work.
pub(crate) async fn verified_for(unit: &mut Unit, domain: &DomainName) -> Result<Option<Organization>, StoreError> {
    let statement = organization_domains::table
        .inner_join(organizations::table.on(organizations::id.eq(organization_domains::organization_id)))
        .filter(organization_domains::domain.eq(domain.as_str()))
        // Written out, so that every plan can use the index of verified domains.
        .filter(sql::<Bool>("organization_domains.status = 'verified'"))
        .select(OrganizationRow::as_select());
    let found = statement.get_result::<OrganizationRow>(unit.connection().await?).await.optional();
    unit.note(found)?.map(OrganizationRow::into_organization).transpose()
}

raw_statement! {
    /// The organization for which the domain of the user's address is verified.
    struct Offer { user: Uuid as SqlUuid } -> (SqlUuid, Text, Text, Text) =
        "SELECT o.id, o.name, o.status, d.enrolment \
         FROM organization_domains d JOIN organizations o ON o.id = d.organization_id \
         WHERE d.domain = (SELECT substring(u.email FROM '[^@]*$') FROM users u WHERE u.id = $1) \
            AND d.status = 'verified'"
}

pub(crate) async fn offer(unit: &mut Unit, user: Uuid) -> Result<Option<DomainOffer>, StoreError> {
    type Columns = (Uuid, String, String, String);
    let found = Offer { user }.get_result::<Columns>(unit.connection().await?).await.optional();
    let Some((id, name, status, enrolment)) = unit.note(found)? else { return Ok(None) };
    Ok(Some(DomainOffer {
        organization_id: OrganizationId::from(id),
        organization_name: stored("organizations.name", Name::parse(&name))?,
        organization_status: stored("organizations.status", OrganizationStatus::parse(&status))?,
        enrolment: stored("organization_domains.enrolment", Enrolment::parse(&enrolment))?,
    }))
}

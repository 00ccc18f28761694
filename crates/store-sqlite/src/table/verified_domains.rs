//! Domains from the outside: whose one is, over all organizations.

use diesel::dsl::auto_type;
use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper, SqliteConnection,
};
use guildhall_domain::{
    DomainName, DomainOffer, DomainStatus, Enrolment, Name, Organization, OrganizationStatus, UserId,
};
use guildhall_ports::store::StoreError;

use super::organizations::Row as OrganizationRow;
use super::users;
use crate::prepared::Constant;
use crate::schema::{organization_domains, organizations};
use crate::store_error::failure;
use crate::value::{Id, Word};

/// The one verified claim to a domain, with its organization: every query starts here.
#[auto_type]
fn scoped(domain: Word<DomainName>, verified: Constant) -> _ {
    organization_domains::table
        .inner_join(organizations::table.on(organizations::id.eq(organization_domains::organization_id)))
        .filter(organization_domains::domain.eq(domain))
        .filter(organization_domains::status.eq(verified))
}

fn of(domain: DomainName) -> scoped {
    scoped(Word(domain), Constant(DomainStatus::Verified.as_str()))
}

/// The organization for which a domain is verified.
pub(crate) fn organization(
    connection: &mut SqliteConnection,
    domain: DomainName,
) -> Result<Option<Organization>, StoreError> {
    let row: Option<OrganizationRow> =
        of(domain).select(OrganizationRow::as_select()).get_result(connection).optional().map_err(failure)?;
    Ok(row.map(Organization::from))
}

/// The organization for which the domain of a user's address is verified.
pub(crate) fn offer(connection: &mut SqliteConnection, user: UserId) -> Result<Option<DomainOffer>, StoreError> {
    let Some(domain) = users::email(connection, user)?.and_then(|email| email.domain()) else {
        return Ok(None);
    };
    type Row = (Id, Word<Name>, Word<OrganizationStatus>, Word<Enrolment>);
    let row: Option<Row> = of(domain)
        .select((organizations::id, organizations::name, organizations::status, organization_domains::enrolment))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(|(id, name, status, enrolment)| DomainOffer {
        organization_id: id.0.into(),
        organization_name: name.0,
        organization_status: status.0,
        enrolment: enrolment.0,
    }))
}

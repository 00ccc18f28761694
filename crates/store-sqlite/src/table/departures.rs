use diesel::dsl::{auto_type, exists};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection, select};
use guildhall_domain::{Email, OrganizationId, Timestamp};
use guildhall_ports::store::StoreError;

use crate::schema::departures;
use crate::store_error::{failure, unless_absent};
use crate::value::{Id, Time};

/// The departures from one organization: every query starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    departures::table.filter(departures::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

/// Notes that the holder of an address was removed or left, be it again.
pub(crate) fn note(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    email: &Email,
    at: Timestamp,
) -> Result<(), StoreError> {
    // An upsert would be prepared anew at every run.
    forget(connection, organization, email)?;
    let row = (
        departures::organization_id.eq(Id(organization.uuid())),
        departures::email.eq(email.as_str()),
        departures::departed_at.eq(Time(at)),
    );
    diesel::insert_into(departures::table).values(row).execute(connection).map_err(unless_absent)?;
    Ok(())
}

pub(crate) fn has(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    email: &Email,
) -> Result<bool, StoreError> {
    let noted = of(organization).filter(departures::email.eq(email.as_str())).select(departures::departed_at);
    select(exists(noted)).get_result(connection).map_err(failure)
}

/// Forgets that the holder of an address ever left.
pub(super) fn forget(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    email: &Email,
) -> Result<(), StoreError> {
    diesel::delete(of(organization).filter(departures::email.eq(email.as_str())))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}

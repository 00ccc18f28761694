use diesel::dsl::{auto_type, exists};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection, select};
use guildhall_domain::{OrganizationId, Timestamp, UserId};
use guildhall_ports::store::StoreError;

use crate::schema::departures;
use crate::store_error::{failure, unless_absent};
use crate::value::{Id, Time};

/// A user's departure from one organization: every query starts here.
#[auto_type]
fn scoped(organization: Id, user: Id) -> _ {
    departures::table.filter(departures::organization_id.eq(organization).and(departures::user_id.eq(user)))
}

fn of(organization: OrganizationId, user: UserId) -> scoped {
    scoped(Id(organization.uuid()), Id(user.uuid()))
}

/// Notes that a user was removed or left, be it again.
pub(crate) fn note(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    user: UserId,
    at: Timestamp,
) -> Result<(), StoreError> {
    // An upsert would be prepared anew at every run.
    forget(connection, organization, user)?;
    let row = (
        departures::organization_id.eq(Id(organization.uuid())),
        departures::user_id.eq(Id(user.uuid())),
        departures::departed_at.eq(Time(at)),
    );
    diesel::insert_into(departures::table).values(row).execute(connection).map_err(unless_absent)?;
    Ok(())
}

pub(crate) fn has(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<bool, StoreError> {
    select(exists(of(organization, user).select(departures::departed_at))).get_result(connection).map_err(failure)
}

/// Forgets that a user ever left.
pub(super) fn forget(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), StoreError> {
    diesel::delete(of(organization, user)).execute(connection).map_err(failure)?;
    Ok(())
}

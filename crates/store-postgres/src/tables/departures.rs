//! Addresses whose holder departed. They outlive accounts.

use diesel::dsl::exists;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use guildhall_domain::{Email, Timestamp};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::schema::departures;
use crate::unit::Unit;

/// Notes that the holder of an address was removed, or left; the last time counts.
pub(crate) async fn note(unit: &mut Unit, organization: Uuid, email: &Email, at: Timestamp) -> Result<(), StoreError> {
    let statement = diesel::insert_into(departures::table)
        .values((
            departures::organization_id.eq(organization),
            departures::email.eq(email.as_str()),
            departures::departed_at.eq(at),
        ))
        .on_conflict((departures::organization_id, departures::email))
        .do_update()
        .set(departures::departed_at.eq(at));
    let noted = statement.execute(unit.connection().await?).await;
    unit.note(noted).map(|_| ())
}

pub(crate) async fn exist(unit: &mut Unit, organization: Uuid, email: &Email) -> Result<bool, StoreError> {
    let statement = diesel::select(exists(departures::table.find((organization, email.as_str()))));
    let found = statement.get_result(unit.connection().await?).await;
    unit.note(found)
}

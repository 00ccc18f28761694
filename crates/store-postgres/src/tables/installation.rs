//! What the installation as a whole remembers, in one row.

use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use guildhall_domain::OrganizationId;
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::schema::installation;
use crate::unit::Unit;

/// The organization that users without one share. With `taking`, others who
/// take it wait from here on.
pub(crate) async fn default_organization(unit: &mut Unit, taking: bool) -> Result<Option<OrganizationId>, StoreError> {
    let statement = installation::table.find(true).select(installation::default_organization_id);
    let found = if taking {
        statement.for_update().get_result::<Option<Uuid>>(unit.connection().await?).await
    } else {
        statement.get_result::<Option<Uuid>>(unit.connection().await?).await
    };
    Ok(unit.note(found)?.map(OrganizationId::from))
}

pub(crate) async fn set_default_organization(unit: &mut Unit, organization: OrganizationId) -> Result<(), StoreError> {
    let statement = diesel::update(installation::table.find(true))
        .set(installation::default_organization_id.eq(organization.uuid()));
    let set = statement.execute(unit.connection().await?).await;
    unit.note(set).map(|_| ())
}

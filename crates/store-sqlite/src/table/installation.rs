use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::OrganizationId;
use guildhall_ports::store::StoreError;

use crate::prepared;
use crate::schema::installation;
use crate::store_error::{failure, unless_absent};
use crate::value::Id;

/// The key of the one row.
const SINGLETON: i64 = 1;

/// The organization that users without one share.
pub(crate) fn default_organization(connection: &mut SqliteConnection) -> Result<Option<OrganizationId>, StoreError> {
    let shared: Option<Option<Id>> = installation::table
        .find(SINGLETON)
        .select(installation::default_organization_id)
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    match shared {
        Some(shared) => Ok(shared.map(|id| id.0.into())),
        None => Err(no_row()),
    }
}

pub(crate) fn set_default_organization(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<(), StoreError> {
    let changed = prepared::update(installation::table.find(SINGLETON))
        .set(installation::default_organization_id.eq(Id(organization.uuid())))
        .execute(connection)
        .map_err(unless_absent)?;
    if changed == 0 { Err(no_row()) } else { Ok(()) }
}

fn no_row() -> StoreError {
    StoreError::Corrupt("the installation's row is not there".to_owned())
}

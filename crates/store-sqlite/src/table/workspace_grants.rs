use diesel::dsl::auto_type;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::{AccessLevel, MemberId, OrganizationId, WorkspaceGrant, WorkspaceGrants};
use guildhall_ports::store::{Constraint, StoreError};

use crate::schema::workspace_grants;
use crate::store_error::{failure, unless_referenced};
use crate::value::{Id, Word};

/// The grants to one member of an organization: every query starts here.
#[auto_type]
fn scoped(organization: Id, member: Id) -> _ {
    workspace_grants::table
        .filter(workspace_grants::organization_id.eq(organization))
        .filter(workspace_grants::member_id.eq(member))
}

fn of(organization: OrganizationId, member: MemberId) -> scoped {
    scoped(Id(organization.uuid()), Id(member.uuid()))
}

pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    member: MemberId,
) -> Result<WorkspaceGrants, StoreError> {
    let rows: Vec<(Id, Word<AccessLevel>)> = of(organization, member)
        .select((workspace_grants::workspace_id, workspace_grants::access))
        .load(connection)
        .map_err(failure)?;
    let grants = rows.into_iter().map(|(id, access)| WorkspaceGrant { workspace_id: id.0.into(), access: access.0 });
    Ok(WorkspaceGrants::from_stored(grants))
}

/// Gives a member, who is there, these grants and no others.
pub(super) fn replace(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    member: MemberId,
    grants: &WorkspaceGrants,
) -> Result<(), StoreError> {
    diesel::delete(of(organization, member)).execute(connection).map_err(failure)?;
    for grant in grants.as_slice() {
        // One by one: a statement for several would be another for every number.
        let row = (
            workspace_grants::organization_id.eq(Id(organization.uuid())),
            workspace_grants::workspace_id.eq(Id(grant.workspace_id.uuid())),
            workspace_grants::member_id.eq(Id(member.uuid())),
            workspace_grants::access.eq(grant.access.as_str()),
        );
        diesel::insert_into(workspace_grants::table)
            .values(row)
            .execute(connection)
            .map_err(unless_referenced(Constraint::UnknownWorkspace))?;
    }
    Ok(())
}

//! Access to single workspaces, given to members one by one (C-109).

use diesel::sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use guildhall_domain::{AccessLevel, Timestamp, WorkspaceAccess, WorkspaceGrant, WorkspaceGrants, WorkspaceId};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::stored;
use crate::schema::workspace_grants;
use crate::unit::Unit;

raw_statement! {
    /// Replaces a member's access. No row is both removed and given, which one statement must not do.
    struct Replace {
        organization: Uuid as SqlUuid,
        member: Uuid as SqlUuid,
        all_read: bool as Bool,
        all_write: bool as Bool,
        at: Timestamp as Timestamptz,
        workspaces: Vec<Uuid> as Array<SqlUuid>,
        levels: Vec<&'static str> as Array<Text>,
    } -> Bool =
        "WITH changed AS ( \
            UPDATE memberships m SET all_read = $3, all_write = $4, updated_at = $5, version = m.version + 1 \
            WHERE m.organization_id = $1 AND m.id = $2 RETURNING m.id), \
         removed AS ( \
            DELETE FROM workspace_grants g USING changed \
            WHERE g.organization_id = $1 AND g.member_id = changed.id AND g.workspace_id <> ALL ($6)), \
         given AS ( \
            INSERT INTO workspace_grants (organization_id, member_id, workspace_id, access) \
            SELECT $1, changed.id, given.workspace_id, given.access \
            FROM changed CROSS JOIN unnest($6, $7) AS given (workspace_id, access) \
            ON CONFLICT (organization_id, member_id, workspace_id) DO UPDATE SET access = excluded.access) \
         SELECT EXISTS (SELECT FROM changed)"
}

pub(crate) async fn replace(
    unit: &mut Unit,
    organization: Uuid,
    member: Uuid,
    access: WorkspaceAccess,
    grants: &WorkspaceGrants,
    at: Timestamp,
) -> Result<(), StoreError> {
    let statement = Replace {
        organization,
        member,
        all_read: access.all_read,
        all_write: access.all_write,
        at,
        workspaces: grants.as_slice().iter().map(|grant| grant.workspace_id.uuid()).collect(),
        levels: grants.as_slice().iter().map(|grant| grant.access.as_str()).collect(),
    };
    let changed = statement.get_result::<bool>(unit.connection().await?).await;
    if unit.note(changed)? { Ok(()) } else { Err(StoreError::NotFound) }
}

pub(crate) async fn of_member(
    unit: &mut Unit,
    organization: Uuid,
    member: Uuid,
) -> Result<WorkspaceGrants, StoreError> {
    let statement = workspace_grants::table
        .filter(workspace_grants::organization_id.eq(organization))
        .filter(workspace_grants::member_id.eq(member))
        .select((workspace_grants::workspace_id, workspace_grants::access));
    let rows = statement.load::<(Uuid, String)>(unit.connection().await?).await;
    let grants = unit.note(rows)?.into_iter().map(|(workspace, access)| {
        let access = stored("workspace_grants.access", AccessLevel::parse(&access))?;
        Ok(WorkspaceGrant { workspace_id: WorkspaceId::from(workspace), access })
    });
    Ok(WorkspaceGrants::from_stored(grants.collect::<Result<Vec<_>, StoreError>>()?))
}

//! Many permission checks of one caller: one prepared call of a database function, whatever their number.

use diesel::prelude::Queryable;
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::{UserId, WorkspaceId};
use guildhall_ports::store::{CheckBatchFacts, CheckBatchQuery, CheckedSubject, OrganizationRef, StoreError};
use uuid::Uuid;

use crate::hot::{
    AuthenticatedColumns, AuthenticatedRow, FoundMember, FoundOrganization, FoundWorkspace, MemberColumns,
    OrganizationColumns, WorkspaceColumns,
};
use crate::pool::ConnectionPool;
use crate::raw_statement::raw_statement;
use crate::unit::Lease;

raw_statement! {
    /// What the checks need: the caller at place 0, then the checks at theirs.
    struct CheckBatch<'a> {
        digest: &'a [u8] as Binary,
        organization: Option<Uuid> as Nullable<SqlUuid>,
        subjects: Vec<Option<Uuid>> as Array<Nullable<SqlUuid>>,
        workspaces: Vec<Option<Uuid>> as Array<Nullable<SqlUuid>>,
    } -> (BigInt, Nullable<AuthenticatedColumns>, OrganizationColumns, MemberColumns, WorkspaceColumns) =
        "SELECT place, session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at, \
            active_organization_id, organization_id, organization_status, \
            member_id, member_role, member_role_id, member_permissions, member_all_read, member_all_write, \
            workspace_id, workspace_personal_of, workspace_archived, workspace_default_access, workspace_role, \
            workspace_grant \
         FROM check_batch($1, $2, $3, $4)"
}

#[derive(Queryable)]
struct CheckBatchRow {
    place: i64,
    caller: Option<AuthenticatedRow>,
    organization: FoundOrganization,
    member: FoundMember,
    workspace: FoundWorkspace,
}

pub(crate) async fn ask(pool: &ConnectionPool, query: &CheckBatchQuery) -> Result<Option<CheckBatchFacts>, StoreError> {
    let statement = CheckBatch {
        digest: query.digest.as_bytes(),
        organization: match query.organization {
            OrganizationRef::Id(id) => Some(id.uuid()),
            OrganizationRef::Active => None,
        },
        subjects: query.checks.iter().map(|(subject, _)| subject.map(UserId::uuid)).collect(),
        workspaces: query.checks.iter().map(|(_, workspace)| workspace.map(WorkspaceId::uuid)).collect(),
    };
    let mut lease = Lease::acquire(pool).await?;
    let rows = statement.load::<CheckBatchRow>(lease.connection()?).await;
    read(query.checks.len(), lease.note(rows)?)
}

fn read(checks: usize, rows: Vec<CheckBatchRow>) -> Result<Option<CheckBatchFacts>, StoreError> {
    let mut checked = vec![CheckedSubject::default(); checks];
    let mut asker = None;
    for row in rows {
        let member = row.member.facts()?;
        if let Some(caller) = row.caller {
            asker = Some((caller.into_authenticated()?, row.organization.facts()?, member));
        } else if let Some(check) =
            usize::try_from(row.place).ok().and_then(|place| place.checked_sub(1)).and_then(|at| checked.get_mut(at))
        {
            *check = CheckedSubject { member, workspace: row.workspace.into_facts()? };
        }
    }
    Ok(asker.map(|(caller, organization, caller_member)| CheckBatchFacts {
        caller,
        organization,
        caller_member,
        checks: checked,
    }))
}

//! Checks in workspaces: of one, and of many at once.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{OptionalExtension, QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::policy::{WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{AccessLevel, WorkspaceRole};
use guildhall_ports::store::{CheckBatchFacts, CheckBatchQuery, CheckFacts, CheckQuery, CheckedSubject, StoreError};

use super::asked::{Asked, Many, One};
use super::caller::{CALLER, CallerRow, CallerSql, authenticated};
use super::check::{OF_PLACE, OF_SUBJECT, OrganizationRow, OrganizationSql, PLACE, SUBJECT, named, organization};
use crate::store_error::failure;
use crate::table::memberships::{MemberRow, MemberSql, facts};
use crate::value::{Hash, Id, Word};

type WorkspaceSql =
    (Nullable<Binary>, Nullable<Binary>, Nullable<Bool>, Nullable<Text>, Nullable<Text>, Nullable<Text>);
type WorkspaceRow = (
    Option<Id>,
    Option<Id>,
    Option<bool>,
    Option<Word<AccessLevel>>,
    Option<Word<WorkspaceRole>>,
    Option<Word<AccessLevel>>,
);
type RowSql = (CallerSql, OrganizationSql, MemberSql, MemberSql, WorkspaceSql, Nullable<BigInt>);
type Row = (CallerRow, OrganizationRow, MemberRow, MemberRow, WorkspaceRow, Option<i64>);

/// Everything that a check of a permission in a workspace needs.
pub(crate) fn check_in(
    connection: &mut SqliteConnection,
    query: &CheckQuery,
) -> Result<Option<CheckFacts>, StoreError> {
    let asked = One {
        subject: query.subject.map(|user| Id(user.uuid())),
        workspace: query.workspace.map(|workspace| Id(workspace.uuid())),
    };
    let statement = Checks { digest: Hash(*query.digest.as_bytes()), organization: named(query.organization), asked };
    let row: Option<Row> = statement.get_result(connection).optional().map_err(failure)?;
    let Some((caller, found, caller_member, subject_member, in_workspace, _)) = row else {
        return Ok(None);
    };
    Ok(Some(CheckFacts {
        caller: authenticated(caller),
        organization: organization(found),
        caller_member: facts(caller_member)?,
        subject_member: facts(subject_member)?,
        workspace: workspace(in_workspace),
    }))
}

/// The same for many questions, in one statement however many there are.
pub(crate) fn check_batch(
    connection: &mut SqliteConnection,
    query: &CheckBatchQuery,
) -> Result<Option<CheckBatchFacts>, StoreError> {
    let asked = Many::new(&query.checks);
    let statement = Checks { digest: Hash(*query.digest.as_bytes()), organization: named(query.organization), asked };
    let rows: Vec<Row> = statement.load(connection).map_err(failure)?;
    let mut checks = vec![CheckedSubject::default(); query.checks.len()];
    let mut first = None;
    for (caller, found, caller_member, subject_member, in_workspace, place) in rows {
        let check = place.and_then(|place| usize::try_from(place).ok()).and_then(|place| checks.get_mut(place));
        if let Some(check) = check {
            *check = CheckedSubject { member: facts(subject_member)?, workspace: workspace(in_workspace) };
        }
        // The same in all.
        first.get_or_insert((caller, found, caller_member));
    }
    let Some((caller, found, caller_member)) = first else { return Ok(None) };
    Ok(Some(CheckBatchFacts {
        caller: authenticated(caller),
        organization: organization(found),
        caller_member: facts(caller_member)?,
        checks,
    }))
}

fn workspace(row: WorkspaceRow) -> Option<(WorkspaceFacts, WorkspaceTies)> {
    let (id, personal_of, archived, default_access, role, grant) = row;
    let facts = WorkspaceFacts {
        id: id?.0.into(),
        personal_of: personal_of.map(|id| id.0.into()),
        archived: archived?,
        default_access: default_access.map(|word| word.0),
    };
    Some((facts, WorkspaceTies { role: role.map(|word| word.0), grant: grant.map(|word| word.0) }))
}

struct Checks<A> {
    digest: Hash,
    organization: Option<Id>,
    asked: A,
}

impl<A> Query for Checks<A> {
    type SqlType = RowSql;
}

impl<A: 'static> QueryId for Checks<A> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<A> RunQueryDsl<SqliteConnection> for Checks<A> {}

impl<A: Asked> QueryFragment<Sqlite> for Checks<A> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("WITH caller AS (");
        out.push_sql(CALLER);
        out.push_bind_param::<Binary, _>(&self.digest)?;
        out.push_sql(") SELECT ");
        out.push_sql(PLACE);
        out.push_sql(", ");
        out.push_sql(SUBJECT);
        out.push_sql(", w.id, w.personal_of, w.archived, w.default_access, wm.role, wg.access, ");
        out.push_sql(A::PLACE);
        out.push_sql(" FROM caller c LEFT JOIN organizations o ON o.id = coalesce(");
        out.push_bind_param::<Nullable<Binary>, _>(&self.organization)?;
        out.push_sql(", c.active_organization_id)");
        out.push_sql(OF_PLACE);
        self.asked.table(out.reborrow())?;
        out.push_sql(" LEFT JOIN users su ON su.disabled_at IS NULL AND su.id = ");
        self.asked.subject(out.reborrow())?;
        out.push_sql(OF_SUBJECT);
        out.push_sql(" LEFT JOIN workspaces w ON w.organization_id = o.id AND w.id = ");
        self.asked.workspace(out.reborrow())?;
        for (table, alias) in [("workspace_members", "wm"), ("workspace_grants", "wg")] {
            out.push_sql(&format!(
                " LEFT JOIN {table} {alias} ON {alias}.organization_id = w.organization_id \
                 AND {alias}.workspace_id = w.id AND {alias}.member_id = CASE WHEN "
            ));
            self.asked.subject(out.reborrow())?;
            out.push_sql(" IS NULL THEN cm.id ELSE sm.id END");
        }
        Ok(())
    }
}

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Binary, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{OptionalExtension, QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::{OrganizationId, OrganizationStatus};
use guildhall_ports::store::{CheckFacts, CheckQuery, OrganizationRef, StoreError};

use super::caller::{CALLER, CallerRow, CallerSql, authenticated};
use crate::store_error::failure;
use crate::table::memberships::{MemberRow, MemberSql, facts};
use crate::value::{Hash, Id, Word};

/// The columns of the caller, the organization, and the caller's place in it.
pub(super) const PLACE: &str = "\
c.session_id, c.user_id, c.email, c.name, c.superadmin, c.disabled, c.last_seen_at, c.expires_at, \
c.active_organization_id, o.id, o.status, cm.id, cm.role, cm.role_id, cr.permissions, cm.all_read, cm.all_write";
/// Where they come from, behind the condition that says which organization.
pub(super) const OF_PLACE: &str = "\
 LEFT JOIN memberships cm ON cm.organization_id = o.id AND cm.user_id = c.user_id \
LEFT JOIN roles cr ON cr.organization_id = cm.organization_id AND cr.id = cm.role_id";
/// The columns of the one asked about.
pub(super) const SUBJECT: &str = "sm.id, sm.role, sm.role_id, sr.permissions, sm.all_read, sm.all_write";
/// Where they come from, behind the condition that says who it is.
pub(super) const OF_SUBJECT: &str = "\
 LEFT JOIN memberships sm ON sm.organization_id = o.id AND sm.user_id = su.id \
LEFT JOIN roles sr ON sr.organization_id = sm.organization_id AND sr.id = sm.role_id";

pub(super) type OrganizationSql = (Nullable<Binary>, Nullable<Text>);
pub(super) type OrganizationRow = (Option<Id>, Option<Word<OrganizationStatus>>);

/// Everything that a check of a permission in an organization needs.
pub(crate) fn check(connection: &mut SqliteConnection, query: &CheckQuery) -> Result<Option<CheckFacts>, StoreError> {
    let statement = CheckByDigest {
        digest: Hash(*query.digest.as_bytes()),
        organization: named(query.organization),
        subject: query.subject.map(|user| Id(user.uuid())),
    };
    let row: Option<(CallerRow, OrganizationRow, MemberRow, MemberRow)> =
        statement.get_result(connection).optional().map_err(failure)?;
    let Some((caller, found, caller_member, subject_member)) = row else {
        return Ok(None);
    };
    Ok(Some(CheckFacts {
        caller: authenticated(caller),
        organization: organization(found),
        caller_member: facts(caller_member)?,
        subject_member: facts(subject_member)?,
        workspace: None,
    }))
}

/// The organization that a question names; none for the active one.
pub(super) fn named(organization: OrganizationRef) -> Option<Id> {
    match organization {
        OrganizationRef::Id(id) => Some(Id(id.uuid())),
        OrganizationRef::Active => None,
    }
}

pub(super) fn organization((id, status): OrganizationRow) -> Option<(OrganizationId, OrganizationStatus)> {
    id.zip(status).map(|(id, Word(status))| (id.0.into(), status))
}

struct CheckByDigest {
    digest: Hash,
    organization: Option<Id>,
    subject: Option<Id>,
}

impl Query for CheckByDigest {
    type SqlType = (CallerSql, OrganizationSql, MemberSql, MemberSql);
}

impl QueryId for CheckByDigest {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for CheckByDigest {}

impl QueryFragment<Sqlite> for CheckByDigest {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("WITH caller AS (");
        out.push_sql(CALLER);
        out.push_bind_param::<Binary, _>(&self.digest)?;
        out.push_sql(") SELECT ");
        out.push_sql(PLACE);
        out.push_sql(", ");
        out.push_sql(SUBJECT);
        out.push_sql(" FROM caller c LEFT JOIN organizations o ON o.id = coalesce(");
        out.push_bind_param::<Nullable<Binary>, _>(&self.organization)?;
        out.push_sql(", c.active_organization_id)");
        out.push_sql(OF_PLACE);
        out.push_sql(" LEFT JOIN users su ON su.disabled_at IS NULL AND su.id = ");
        out.push_bind_param::<Nullable<Binary>, _>(&self.subject)?;
        out.push_sql(OF_SUBJECT);
        Ok(())
    }
}

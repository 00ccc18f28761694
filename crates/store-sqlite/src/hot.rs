//! The two hottest reads, each one prepared statement.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{OptionalExtension, QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::policy::MemberFacts;
use guildhall_domain::{Email, Name, OrganizationStatus, TokenDigest};
use guildhall_ports::store::{Authenticated, CheckFacts, CheckQuery, OrganizationRef, StoreError};

use crate::store_error::failure;
use crate::table::memberships::member_facts;
use crate::value::{Hash, Id, Permissions, Time, Word};

/// The caller's columns, up to the digest that finds them. The active
/// organization is the chosen one if still a member of it, else the one joined
/// first; both are answered by an index alone.
const CALLER: &str = "\
SELECT s.id AS session_id, u.id AS user_id, u.email AS email, u.name AS name, u.superadmin AS superadmin, \
u.disabled_at IS NOT NULL AS disabled, s.last_seen_at AS last_seen_at, s.expires_at AS expires_at, \
coalesce(\
(SELECT m.organization_id FROM memberships m WHERE m.organization_id = u.active_organization_id AND m.user_id = u.id), \
(SELECT m.organization_id FROM memberships m WHERE m.user_id = u.id ORDER BY m.created_at, m.id LIMIT 1)\
) AS active_organization_id \
FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_digest = ";

type CallerSql = (Binary, Binary, Text, Text, Bool, Bool, BigInt, BigInt, Nullable<Binary>);
type CallerRow = (Id, Id, Word<Email>, Word<Name>, bool, bool, Time, Time, Option<Id>);
type OrganizationSql = (Nullable<Binary>, Nullable<Text>);
type OrganizationRow = (Option<Id>, Option<Word<OrganizationStatus>>);
type MemberSql = (Nullable<Binary>, Nullable<Text>, Nullable<Binary>, Nullable<Text>);
type MemberRow = (Option<Id>, Option<String>, Option<Id>, Option<Permissions>);

/// Who holds a session token.
pub(crate) fn authenticate(
    connection: &mut SqliteConnection,
    digest: TokenDigest,
) -> Result<Option<Authenticated>, StoreError> {
    let row: Option<CallerRow> =
        CallerByDigest { digest: Hash(*digest.as_bytes()) }.get_result(connection).optional().map_err(failure)?;
    Ok(row.map(authenticated))
}

/// Everything that a permission check needs.
pub(crate) fn check(connection: &mut SqliteConnection, query: &CheckQuery) -> Result<Option<CheckFacts>, StoreError> {
    let statement = CheckByDigest {
        digest: Hash(*query.digest.as_bytes()),
        organization: match query.organization {
            OrganizationRef::Id(id) => Some(Id(id.uuid())),
            OrganizationRef::Active => None,
        },
        subject: query.subject.map(|user| Id(user.uuid())),
    };
    let row: Option<(CallerRow, OrganizationRow, MemberRow, MemberRow)> =
        statement.get_result(connection).optional().map_err(failure)?;
    let Some((caller, organization, caller_member, subject_member)) = row else {
        return Ok(None);
    };
    Ok(Some(CheckFacts {
        caller: authenticated(caller),
        organization: organization.0.zip(organization.1).map(|(id, Word(status))| (id.0.into(), status)),
        caller_member: facts(caller_member)?,
        subject_member: facts(subject_member)?,
    }))
}

fn authenticated(row: CallerRow) -> Authenticated {
    let (session, user, Word(email), Word(name), superadmin, disabled, last_seen_at, expires_at, active) = row;
    Authenticated {
        session_id: session.0.into(),
        user_id: user.0.into(),
        email,
        name,
        superadmin,
        disabled,
        last_seen_at: last_seen_at.0,
        expires_at: expires_at.0,
        active_organization: active.map(|id| id.0.into()),
    }
}

fn facts((member, role, role_id, permissions): MemberRow) -> Result<Option<MemberFacts>, StoreError> {
    member.zip(role).map(|(member, role)| member_facts(member, &role, role_id, permissions)).transpose()
}

struct CallerByDigest {
    digest: Hash,
}

impl Query for CallerByDigest {
    type SqlType = CallerSql;
}

impl QueryId for CallerByDigest {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for CallerByDigest {}

impl QueryFragment<Sqlite> for CallerByDigest {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(CALLER);
        out.push_bind_param::<Binary, _>(&self.digest)
    }
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
        out.push_sql(
            ") SELECT c.session_id, c.user_id, c.email, c.name, c.superadmin, c.disabled, c.last_seen_at, \
             c.expires_at, c.active_organization_id, o.id, o.status, \
             cm.id, cm.role, cm.role_id, cr.permissions, sm.id, sm.role, sm.role_id, sr.permissions \
             FROM caller c LEFT JOIN organizations o ON o.id = coalesce(",
        );
        out.push_bind_param::<Nullable<Binary>, _>(&self.organization)?;
        out.push_sql(
            ", c.active_organization_id) \
             LEFT JOIN memberships cm ON cm.organization_id = o.id AND cm.user_id = c.user_id \
             LEFT JOIN roles cr ON cr.organization_id = cm.organization_id AND cr.id = cm.role_id \
             LEFT JOIN users su ON su.disabled_at IS NULL AND su.id = ",
        );
        out.push_bind_param::<Nullable<Binary>, _>(&self.subject)?;
        out.push_sql(
            " LEFT JOIN memberships sm ON sm.organization_id = o.id AND sm.user_id = su.id \
             LEFT JOIN roles sr ON sr.organization_id = sm.organization_id AND sr.id = sm.role_id",
        );
        Ok(())
    }
}

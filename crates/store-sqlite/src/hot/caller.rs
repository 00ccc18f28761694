use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{OptionalExtension, QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::{Email, Name, TokenDigest};
use guildhall_ports::store::{Authenticated, StoreError};

use crate::store_error::failure;
use crate::value::{Hash, Id, Time, Word};

/// The caller's columns, up to the digest that finds them. The active
/// organization is the chosen one if still a member of it, else the one joined
/// first; both are answered by an index alone.
pub(super) const CALLER: &str = "\
SELECT s.id AS session_id, u.id AS user_id, u.email AS email, u.name AS name, u.superadmin AS superadmin, \
u.disabled_at IS NOT NULL AS disabled, s.last_seen_at AS last_seen_at, s.expires_at AS expires_at, \
coalesce(\
(SELECT m.organization_id FROM memberships m WHERE m.organization_id = u.active_organization_id AND m.user_id = u.id), \
(SELECT m.organization_id FROM memberships m WHERE m.user_id = u.id ORDER BY m.created_at, m.id LIMIT 1)\
) AS active_organization_id \
FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_digest = ";

pub(super) type CallerSql = (Binary, Binary, Text, Text, Bool, Bool, BigInt, BigInt, Nullable<Binary>);
pub(super) type CallerRow = (Id, Id, Word<Email>, Word<Name>, bool, bool, Time, Time, Option<Id>);

/// Who holds a session token.
pub(crate) fn authenticate(
    connection: &mut SqliteConnection,
    digest: TokenDigest,
) -> Result<Option<Authenticated>, StoreError> {
    let row: Option<CallerRow> =
        CallerByDigest { digest: Hash(*digest.as_bytes()) }.get_result(connection).optional().map_err(failure)?;
    Ok(row.map(authenticated))
}

pub(super) fn authenticated(row: CallerRow) -> Authenticated {
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

//! What requests on accounts were answered that are not ones inside an organization.

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary};
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::{Timestamp, UserId};
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, StoreError};

use super::idempotent_answers::FORGOTTEN;
use crate::prepared;
use crate::schema::user_idempotent_answers;
use crate::store_error::{failure, unless_absent};
use crate::value::{Id, Time};

pub(crate) fn find(
    connection: &mut SqliteConnection,
    request: &IdempotentRequest,
) -> Result<Option<IdempotentAnswer>, StoreError> {
    let its = (Id(request.user_id.uuid()), request.operation.as_ref(), request.key.as_str());
    let row: Option<(String, String, Time)> = user_idempotent_answers::table
        .find(its)
        .select((
            user_idempotent_answers::fingerprint,
            user_idempotent_answers::answer,
            user_idempotent_answers::created_at,
        ))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(|(fingerprint, answer, Time(created_at))| IdempotentAnswer { fingerprint, answer, created_at }))
}

const INSTEAD: &str = "\
(user_id, operation, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, \
created_at = excluded.created_at";

/// Keeps an answer in place of one before it.
pub(crate) fn put(
    connection: &mut SqliteConnection,
    request: &IdempotentRequest,
    answer: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        user_idempotent_answers::user_id.eq(Id(request.user_id.uuid())),
        user_idempotent_answers::operation.eq(request.operation.as_ref()),
        user_idempotent_answers::key.eq(&request.key),
        user_idempotent_answers::fingerprint.eq(&request.fingerprint),
        user_idempotent_answers::answer.eq(answer),
        user_idempotent_answers::created_at.eq(Time(at)),
    );
    prepared::upsert(diesel::insert_into(user_idempotent_answers::table).values(row), INSTEAD)
        .execute(connection)
        .map_err(unless_absent)?;
    Ok(())
}

/// Forgets the oldest of an account that were given before a time.
pub(crate) fn forget(connection: &mut SqliteConnection, user: UserId, before: Timestamp) -> Result<(), StoreError> {
    let oldest = Oldest { user: Id(user.uuid()), before: Time(before) };
    oldest.execute(connection).map_err(failure)?;
    Ok(())
}

/// The statement that deletes the oldest.
struct Oldest {
    user: Id,
    before: Time,
}

impl QueryId for Oldest {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for Oldest {}

impl QueryFragment<Sqlite> for Oldest {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("DELETE FROM user_idempotent_answers WHERE user_id = ");
        out.push_bind_param::<Binary, _>(&self.user)?;
        out.push_sql(" AND (operation, key) IN (SELECT operation, key FROM user_idempotent_answers WHERE user_id = ");
        out.push_bind_param::<Binary, _>(&self.user)?;
        out.push_sql(" AND created_at < ");
        out.push_bind_param::<BigInt, _>(&self.before)?;
        out.push_sql(" ORDER BY created_at LIMIT 0 + ");
        out.push_bind_param::<BigInt, _>(&FORGOTTEN)?;
        out.push_sql(")");
        Ok(())
    }
}

use diesel::dsl::auto_type;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary};
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::{OrganizationId, Timestamp};
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, StoreError};

use crate::prepared;
use crate::schema::idempotent_answers;
use crate::store_error::{failure, unless_absent};
use crate::value::{Id, Time};

/// How many are forgotten at once: more than are kept at once, so that none
/// stays for long, and few enough for the request that has to wait for it.
pub(super) const FORGOTTEN: i64 = 200;

/// The answer to one request in an organization: every query but by age starts here.
#[auto_type]
fn scoped<'a>(organization: Id, user: Id, operation: &'a str, key: &'a str) -> _ {
    idempotent_answers::table
        .filter(idempotent_answers::organization_id.eq(organization))
        .filter(idempotent_answers::user_id.eq(user))
        .filter(idempotent_answers::operation.eq(operation))
        .filter(idempotent_answers::key.eq(key))
}

fn of(organization: OrganizationId, request: &IdempotentRequest) -> scoped<'_> {
    scoped(Id(organization.uuid()), Id(request.user_id.uuid()), &request.operation, &request.key)
}

pub(crate) fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    request: &IdempotentRequest,
) -> Result<Option<IdempotentAnswer>, StoreError> {
    let row: Option<(String, String, Time)> = of(organization, request)
        .select((idempotent_answers::fingerprint, idempotent_answers::answer, idempotent_answers::created_at))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(|(fingerprint, answer, Time(created_at))| IdempotentAnswer { fingerprint, answer, created_at }))
}

const INSTEAD: &str = "\
(organization_id, user_id, operation, key) DO UPDATE SET fingerprint = excluded.fingerprint, \
answer = excluded.answer, created_at = excluded.created_at";

/// Keeps an answer in place of one before it.
pub(crate) fn put(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    request: &IdempotentRequest,
    answer: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        idempotent_answers::organization_id.eq(Id(organization.uuid())),
        idempotent_answers::user_id.eq(Id(request.user_id.uuid())),
        idempotent_answers::operation.eq(request.operation.as_ref()),
        idempotent_answers::key.eq(&request.key),
        idempotent_answers::fingerprint.eq(&request.fingerprint),
        idempotent_answers::answer.eq(answer),
        idempotent_answers::created_at.eq(Time(at)),
    );
    prepared::upsert(diesel::insert_into(idempotent_answers::table).values(row), INSTEAD)
        .execute(connection)
        .map_err(unless_absent)?;
    Ok(())
}

/// Forgets the oldest of an organization that were given before a time.
pub(crate) fn forget(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    before: Timestamp,
) -> Result<(), StoreError> {
    let oldest = Oldest { organization: Id(organization.uuid()), before: Time(before) };
    oldest.execute(connection).map_err(failure)?;
    Ok(())
}

/// The statement that deletes the oldest.
struct Oldest {
    organization: Id,
    before: Time,
}

impl QueryId for Oldest {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for Oldest {}

impl QueryFragment<Sqlite> for Oldest {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("DELETE FROM idempotent_answers WHERE organization_id = ");
        out.push_bind_param::<Binary, _>(&self.organization)?;
        out.push_sql(
            " AND (user_id, operation, key) IN \
             (SELECT user_id, operation, key FROM idempotent_answers WHERE organization_id = ",
        );
        out.push_bind_param::<Binary, _>(&self.organization)?;
        out.push_sql(" AND created_at < ");
        out.push_bind_param::<BigInt, _>(&self.before)?;
        out.push_sql(" ORDER BY created_at LIMIT 0 + ");
        out.push_bind_param::<BigInt, _>(&FORGOTTEN)?;
        out.push_sql(")");
        Ok(())
    }
}

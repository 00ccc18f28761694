use diesel::dsl::auto_type;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::{OrganizationId, Timestamp, UserId};
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, StoreError};

use crate::schema::idempotent_answers;
use crate::store_error::{failure, unless_absent};
use crate::value::{Id, Time};

/// How many are forgotten at once: more than are kept at once, so that none
/// stays for long, and few enough for the request that has to wait for it.
pub(super) const FORGOTTEN: i64 = 200;

/// How long an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// Until it is old.
    ForATime,
    /// As long as the organization is there.
    ForGood,
}

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

/// What each of these requests was answered, in their order.
pub(crate) fn find_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    requests: &[IdempotentRequest],
) -> Result<Vec<Option<IdempotentAnswer>>, StoreError> {
    let asked: Vec<_> =
        requests.iter().map(|it| (it.user_id.uuid().simple().to_string(), &it.operation, &it.key)).collect();
    let asked = serde_json::to_string(&asked).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let statement = Asked { organization: Id(organization.uuid()), asked };
    let rows: Vec<(i64, String, String, Time)> = statement.load(connection).map_err(failure)?;
    let mut answers = vec![None; requests.len()];
    for (place, fingerprint, answer, Time(created_at)) in rows {
        if let Some(found) = usize::try_from(place).ok().and_then(|place| answers.get_mut(place)) {
            *found = Some(IdempotentAnswer { fingerprint, answer, created_at });
        }
    }
    Ok(answers)
}

/// The statement that finds several: a JSON array of hexadecimal digits,
/// operation and key of each.
struct Asked {
    organization: Id,
    asked: String,
}

impl Query for Asked {
    type SqlType = (BigInt, Text, Text, BigInt);
}

impl QueryId for Asked {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for Asked {}

impl QueryFragment<Sqlite> for Asked {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("SELECT u.key, a.fingerprint, a.answer, a.created_at FROM json_each(");
        out.push_bind_param::<Text, _>(&self.asked)?;
        out.push_sql(
            ") u JOIN idempotent_answers a ON a.user_id = unhex(u.value ->> 0) \
             AND a.operation = u.value ->> 1 AND a.key = u.value ->> 2 AND a.organization_id = ",
        );
        out.push_bind_param::<Binary, _>(&self.organization)
    }
}

/// Keeps an answer in place of one before it.
pub(crate) fn put(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    request: &IdempotentRequest,
    answer: &str,
    at: Timestamp,
    keeping: Keeping,
) -> Result<(), StoreError> {
    keep(connection, organization, &[(request, answer)], at, keeping)
}

/// Keeps answers for good, many to a statement: whatever the number, only a
/// few statements are ever prepared.
pub(crate) fn put_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    answers: &[(IdempotentRequest, String)],
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut rest: &[_] = &answers.iter().map(|(request, answer)| (request, answer.as_str())).collect::<Vec<_>>();
    for size in [32, 8, 2, 1] {
        while let Some((some, others)) = rest.split_at_checked(size) {
            keep(connection, organization, some, at, Keeping::ForGood)?;
            rest = others;
        }
    }
    Ok(())
}

fn keep(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    rows: &[(&IdempotentRequest, &str)],
    at: Timestamp,
    keeping: Keeping,
) -> Result<(), StoreError> {
    let rows = rows.iter().map(|(request, answer)| (Id(request.user_id.uuid()), *request, *answer)).collect();
    let kept_for_good = keeping == Keeping::ForGood;
    let statement = Kept { organization: Id(organization.uuid()), rows, at: Time(at), kept_for_good };
    statement.execute(connection).map_err(unless_absent)?;
    Ok(())
}

/// The statement that keeps some answers in place of those before them.
struct Kept<'a> {
    organization: Id,
    rows: Vec<(Id, &'a IdempotentRequest, &'a str)>,
    at: Time,
    kept_for_good: bool,
}

impl QueryId for Kept<'_> {
    // The text tells one number of rows from another.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Kept<'_> {}

impl QueryFragment<Sqlite> for Kept<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO idempotent_answers (organization_id, user_id, operation, key, fingerprint, answer, \
             created_at, kept_for_good) VALUES ",
        );
        for (number, (user, request, answer)) in self.rows.iter().enumerate() {
            out.push_sql(if number == 0 { "(" } else { ", (" });
            out.push_bind_param::<Binary, _>(&self.organization)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, _>(user)?;
            for text in [request.operation.as_ref(), &request.key, &request.fingerprint, *answer] {
                out.push_sql(", ");
                out.push_bind_param::<Text, str>(text)?;
            }
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&self.at)?;
            out.push_sql(", ");
            out.push_bind_param::<Bool, _>(&self.kept_for_good)?;
            out.push_sql(")");
        }
        out.push_sql(
            " ON CONFLICT (organization_id, user_id, operation, key) DO UPDATE SET \
             fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at, \
             kept_for_good = excluded.kept_for_good",
        );
        Ok(())
    }
}

/// Forgets the oldest of an organization that were given before a time, but
/// those that are kept for good.
pub(crate) fn forget(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    before: Timestamp,
) -> Result<(), StoreError> {
    let oldest = Oldest { organization: Id(organization.uuid()), before: Time(before) };
    oldest.execute(connection).map_err(failure)?;
    Ok(())
}

/// Forgets those of an account in all organizations, but those that are kept for good.
pub(super) fn forget_account(connection: &mut SqliteConnection, user: UserId) -> Result<(), StoreError> {
    OfAccount(Id(user.uuid())).execute(connection).map_err(failure)?;
    Ok(())
}

struct OfAccount(Id);

impl QueryId for OfAccount {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for OfAccount {}

impl QueryFragment<Sqlite> for OfAccount {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("DELETE FROM idempotent_answers WHERE kept_for_good = 0 AND user_id = ");
        out.push_bind_param::<Binary, _>(&self.0)
    }
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
        out.push_sql(" AND kept_for_good = 0 AND created_at < ");
        out.push_bind_param::<BigInt, _>(&self.before)?;
        out.push_sql(" ORDER BY created_at LIMIT 0 + ");
        out.push_bind_param::<BigInt, _>(&FORGOTTEN)?;
        out.push_sql(")");
        Ok(())
    }
}

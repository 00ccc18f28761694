//! What requests for credits were answered: the ledger keeps it with the
//! transaction that each made (R-IDEM).

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::OrganizationId;
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, StoreError};

use crate::store_error::failure;
use crate::value::{Id, Time};

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
        out.push_sql("SELECT u.key, t.request_fingerprint, t.answer, t.created_at FROM json_each(");
        out.push_bind_param::<Text, _>(&self.asked)?;
        out.push_sql(
            ") u CROSS JOIN credit_transactions t ON t.actor_id = unhex(u.value ->> 0) \
             AND t.request_operation = u.value ->> 1 AND t.request_key = u.value ->> 2 AND t.organization_id = ",
        );
        out.push_bind_param::<Binary, _>(&self.organization)
    }
}

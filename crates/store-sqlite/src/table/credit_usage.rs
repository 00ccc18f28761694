use std::collections::BTreeMap;

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Binary, Text};
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::{OrganizationId, UserId};
use guildhall_ports::store::{Constraint, StoreError};

use crate::prepared;
use crate::schema::credit_usage;
use crate::store_error::{failure, unless_absent};
use crate::value::{Count, Id, Word};

type Place = (UserId, PeriodKey);

/// Counts so much more as spent or held in periods, or less where that much is counted.
pub(crate) fn count(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    changes: &BTreeMap<Place, i64>,
) -> Result<(), StoreError> {
    let more = changes.iter().filter(|(_, change)| **change >= 0);
    let more = more.map(|((user, period), change)| format!("[\"{}\",\"{period}\",{change}]", user.uuid().simple()));
    let more = More { organization: Id(organization.uuid()), counts: more.collect::<Vec<_>>().join(",") };
    if !more.counts.is_empty() {
        more.execute(connection).map_err(unless_absent)?;
    }
    changes
        .iter()
        .filter(|(_, change)| **change < 0)
        .try_for_each(|(place, change)| less(connection, organization, place, *change))
}

/// Nothing is given back of what was never counted, so this inserts nothing.
fn less(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    (user, period): &Place,
    change: i64,
) -> Result<(), StoreError> {
    let its = credit_usage::table.find((Id(organization.uuid()), Id(user.uuid()), period.as_str()));
    let enough = credit_usage::used.ge(change.saturating_neg());
    let counted = prepared::update(its.filter(enough))
        .set(credit_usage::used.eq(credit_usage::used + change))
        .execute(connection)
        .map_err(failure)?;
    if counted == 0 { Err(StoreError::Conflict(Constraint::LimitReached)) } else { Ok(()) }
}

/// Counts, as a list of JSON arrays of hexadecimal digits, period and number:
/// every spend counts twice, and one statement is half as long as one for each.
struct More {
    organization: Id,
    counts: String,
}

impl QueryId for More {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for More {}

impl QueryFragment<Sqlite> for More {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("INSERT INTO credit_usage (organization_id, user_id, period, used) SELECT ");
        out.push_bind_param::<Binary, _>(&self.organization)?;
        out.push_sql(", unhex(u.value ->> 0), u.value ->> 1, u.value ->> 2 FROM json_each('[' || ");
        out.push_bind_param::<Text, _>(&self.counts)?;
        out.push_sql(
            " || ']') u WHERE true \
             ON CONFLICT (organization_id, user_id, period) DO UPDATE SET used = used + excluded.used",
        );
        Ok(())
    }
}

/// All that is counted.
pub(crate) fn all(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<BTreeMap<Place, u64>, StoreError> {
    let rows: Vec<(Id, Word<PeriodKey>, Count)> = credit_usage::table
        .filter(credit_usage::organization_id.eq(Id(organization.uuid())))
        .select((credit_usage::user_id, credit_usage::period, credit_usage::used))
        .load(connection)
        .map_err(failure)?;
    Ok(rows.into_iter().map(|(user, period, used)| ((user.0.into(), period.0), used.0)).collect())
}

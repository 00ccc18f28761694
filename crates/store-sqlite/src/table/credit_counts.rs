//! Tables that count credits that are spent or held, by whom or for what, and when.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::OrganizationId;
use guildhall_domain::credits::PeriodKey;
use guildhall_ports::store::{Constraint, StoreError};

use crate::store_error::{failure, unless_absent};
use crate::value::Id;

/// One of these tables. Its key is the organization, some identifiers and the period.
pub(super) trait Counts: 'static {
    const TABLE: &'static str;
    /// The columns of the identifiers.
    const IDS: &'static [&'static str];
    /// What something is counted for.
    type Place: Ord;

    /// As many identifiers as there are columns, and the period.
    fn key(place: &Self::Place) -> (Vec<Id>, &PeriodKey);
}

/// Counts so much more as spent or held in periods, or less where that much is counted.
pub(super) fn count<T: Counts>(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    changes: &BTreeMap<T::Place, i64>,
) -> Result<(), StoreError> {
    let organization = Id(organization.uuid());
    let more = changes.iter().filter(|(_, change)| **change >= 0).map(|(place, change)| {
        let (ids, period) = T::key(place);
        let ids: String = ids.iter().map(|id| format!(",\"{}\"", id.0.simple())).collect();
        format!("[\"{period}\",{change}{ids}]")
    });
    let more = More { organization, counts: more.collect::<Vec<_>>().join(","), table: PhantomData::<T> };
    if !more.counts.is_empty() {
        more.execute(connection).map_err(unless_absent)?;
    }
    changes.iter().filter(|(_, change)| **change < 0).try_for_each(|(place, change)| {
        let (ids, period) = T::key(place);
        let less = Less { organization, ids, period, change: *change, table: PhantomData::<T> };
        // Nothing is given back of what was never counted, so this inserts nothing.
        match less.execute(connection).map_err(failure)? {
            0 => Err(StoreError::Conflict(Constraint::LimitReached)),
            _ => Ok(()),
        }
    })
}

/// Forgets what is counted, and counts this instead.
pub(super) fn replace<T: Counts>(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    counts: &BTreeMap<T::Place, u64>,
) -> Result<(), StoreError>
where
    T::Place: Clone,
{
    let all = All { organization: Id(organization.uuid()), table: PhantomData::<T> };
    all.execute(connection).map_err(failure)?;
    let counts = counts.iter().map(|(place, used)| {
        let used = i64::try_from(*used).map_err(|_| StoreError::Corrupt("a count is too large".to_owned()))?;
        Ok((place.clone(), used))
    });
    count::<T>(connection, organization, &counts.collect::<Result<_, StoreError>>()?)
}

/// Deletes all counts of an organization.
struct All<T> {
    organization: Id,
    table: PhantomData<T>,
}

impl<T: 'static> QueryId for All<T> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T> RunQueryDsl<SqliteConnection> for All<T> {}

impl<T: Counts> QueryFragment<Sqlite> for All<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        out.push_sql(T::TABLE);
        out.push_sql(" WHERE organization_id = ");
        out.push_bind_param::<Binary, _>(&self.organization)
    }
}

/// Where the identifiers stand in what is said of a count.
const PLACES: [&str; 2] = ["2", "3"];

/// Counts, as a list of JSON arrays of period, number and hexadecimal digits:
/// every spend counts several times, and one statement is half as long as one
/// for each. Its text is not put together anew at every run.
struct More<T> {
    organization: Id,
    counts: String,
    table: PhantomData<T>,
}

impl<T: 'static> QueryId for More<T> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T> RunQueryDsl<SqliteConnection> for More<T> {}

impl<T: Counts> QueryFragment<Sqlite> for More<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let ids = || T::IDS.iter().flat_map(|column| [*column, ", "]);
        ["INSERT INTO ", T::TABLE, " (organization_id, "].into_iter().for_each(|piece| out.push_sql(piece));
        ids().chain(["period, used) SELECT "]).for_each(|piece| out.push_sql(piece));
        out.push_bind_param::<Binary, _>(&self.organization)?;
        for place in PLACES.iter().take(T::IDS.len()) {
            out.push_sql(", unhex(u.value ->> ");
            out.push_sql(place);
            out.push_sql(")");
        }
        out.push_sql(", u.value ->> 0, u.value ->> 1 FROM json_each('[' || ");
        out.push_bind_param::<Text, _>(&self.counts)?;
        out.push_sql(" || ']') u WHERE true ON CONFLICT (organization_id, ");
        ids().for_each(|piece| out.push_sql(piece));
        out.push_sql("period) DO UPDATE SET used = used + excluded.used");
        Ok(())
    }
}

/// One count that falls, though not below zero.
struct Less<'a, T> {
    organization: Id,
    ids: Vec<Id>,
    period: &'a PeriodKey,
    change: i64,
    table: PhantomData<T>,
}

impl<T: 'static> QueryId for Less<'_, T> {
    type QueryId = Less<'static, T>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<T> RunQueryDsl<SqliteConnection> for Less<'_, T> {}

impl<T: Counts> QueryFragment<Sqlite> for Less<'_, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        out.push_sql(T::TABLE);
        out.push_sql(" SET used = used + ");
        out.push_bind_param::<BigInt, _>(&self.change)?;
        out.push_sql(" WHERE organization_id = ");
        out.push_bind_param::<Binary, _>(&self.organization)?;
        for (column, id) in T::IDS.iter().zip(&self.ids) {
            out.push_sql(" AND ");
            out.push_sql(column);
            out.push_sql(" = ");
            out.push_bind_param::<Binary, _>(id)?;
        }
        out.push_sql(" AND period = ");
        out.push_bind_param::<Text, _>(self.period.as_str())?;
        out.push_sql(" AND used + ");
        out.push_bind_param::<BigInt, _>(&self.change)?;
        out.push_sql(" >= 0");
        Ok(())
    }
}

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
        let ids: String = ids.iter().map(|id| format!("\"{}\",", id.0.simple())).collect();
        format!("[{ids}\"{period}\",{change}]")
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
        out.push_sql(&format!("DELETE FROM {} WHERE organization_id = ", T::TABLE));
        out.push_bind_param::<Binary, _>(&self.organization)
    }
}

/// Counts, as a list of JSON arrays of hexadecimal digits, period and number:
/// every spend counts several times, and one statement is half as long as one
/// for each.
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
        let ids: String = T::IDS.iter().map(|column| format!("{column}, ")).collect();
        out.push_sql(&format!("INSERT INTO {} (organization_id, {ids}period, used) SELECT ", T::TABLE));
        out.push_bind_param::<Binary, _>(&self.organization)?;
        for place in 0..T::IDS.len() {
            out.push_sql(&format!(", unhex(u.value ->> {place})"));
        }
        out.push_sql(&format!(
            ", u.value ->> {}, u.value ->> {} FROM json_each('[' || ",
            T::IDS.len(),
            T::IDS.len() + 1
        ));
        out.push_bind_param::<Text, _>(&self.counts)?;
        out.push_sql(&format!(
            " || ']') u WHERE true \
             ON CONFLICT (organization_id, {ids}period) DO UPDATE SET used = used + excluded.used"
        ));
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
        out.push_sql(&format!("UPDATE {} SET used = used + ", T::TABLE));
        out.push_bind_param::<BigInt, _>(&self.change)?;
        out.push_sql(" WHERE organization_id = ");
        out.push_bind_param::<Binary, _>(&self.organization)?;
        for (column, id) in T::IDS.iter().zip(&self.ids) {
            out.push_sql(&format!(" AND {column} = "));
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

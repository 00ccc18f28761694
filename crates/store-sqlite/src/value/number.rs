use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::BigInt;
use diesel::sqlite::{Sqlite, SqliteValue};
use guildhall_domain::Timestamp;

/// A point in time: microseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub(crate) struct Time(pub(crate) Timestamp);

impl FromSql<BigInt, Sqlite> for Time {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(Timestamp::from_unix_timestamp_nanos(i128::from(value.read_long()) * 1_000)?))
    }
}

impl ToSql<BigInt, Sqlite> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(i64::try_from(self.0.unix_timestamp_nanos() / 1_000)?);
        Ok(IsNull::No)
    }
}

/// A number that is never negative: a counter or a place in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub(crate) struct Count(pub(crate) u64);

impl FromSql<BigInt, Sqlite> for Count {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(u64::try_from(value.read_long())?))
    }
}

impl ToSql<BigInt, Sqlite> for Count {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(i64::try_from(self.0)?);
        Ok(IsNull::No)
    }
}

use std::collections::BTreeMap;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteValue};
use guildhall_domain::{Overrides, PermissionSet};

/// The permissions of a role: a JSON array of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(crate) struct Permissions(pub(crate) PermissionSet);

impl FromSql<Text, Sqlite> for Permissions {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let names: Vec<String> = serde_json::from_str(value.read_text())?;
        Ok(Self(PermissionSet::from_stored_names(names.iter().map(String::as_str))))
    }
}

impl ToSql<Text, Sqlite> for Permissions {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0.names())?);
        Ok(IsNull::No)
    }
}

/// The details of an audit event: a JSON object of texts.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(crate) struct Details(pub(crate) BTreeMap<String, String>);

impl FromSql<Text, Sqlite> for Details {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}

impl ToSql<Text, Sqlite> for Details {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

/// What was decided for one organization alone: a JSON object of limits and features.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(crate) struct Decided(pub(crate) Overrides);

impl FromSql<Text, Sqlite> for Decided {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}

impl ToSql<Text, Sqlite> for Decided {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

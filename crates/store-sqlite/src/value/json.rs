use std::collections::BTreeMap;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteValue};
use guildhall_domain::{CreditGrantId, FieldName, FieldValue, LimitName, Overrides, PermissionSet, WorkspaceGrants};

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

macro_rules! json {
    ($($(#[$doc:meta])* $name:ident($type:ty),)+) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
        #[diesel(sql_type = Text)]
        pub(crate) struct $name(pub(crate) $type);

        impl FromSql<Text, Sqlite> for $name {
            fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                Ok(Self(serde_json::from_str(value.read_text())?))
            }
        }

        impl ToSql<Text, Sqlite> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(serde_json::to_string(&self.0)?);
                Ok(IsNull::No)
            }
        })+
    };
}

json! {
    /// The details of an audit event: a JSON object of texts.
    Details(BTreeMap<String, String>),
    /// What was decided for one organization alone: a JSON object of limits and features.
    Decided(Overrides),
    /// A workspace's own limits: a JSON object of numbers.
    Limits(BTreeMap<LimitName, u64>),
    /// What a kind of workspace declares beside: a JSON object.
    Fields(BTreeMap<FieldName, FieldValue>),
    /// The grants of an invitation: a JSON array of objects.
    Grants(WorkspaceGrants),
    /// What a reservation holds of each grant: a JSON array of pairs.
    Held(Vec<(CreditGrantId, u64)>),
}

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteValue};
use guildhall_domain::CreditGrantId;
use guildhall_domain::credits::{Entry, LedgerAccount};

/// What a transaction of the ledger moves: a JSON array of triples of an
/// account, a grant, and how much more is there.
#[derive(Debug, Clone, PartialEq, Eq, FromSqlRow)]
pub(crate) struct Entries(pub(crate) Vec<Entry>);

impl FromSql<Text, Sqlite> for Entries {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let triples: Vec<(&str, CreditGrantId, i64)> = serde_json::from_str(value.read_text())?;
        let entries = triples.into_iter().map(|(account, grant, amount)| {
            let account = LedgerAccount::parse(account)?;
            Ok(Entry { account, grant, amount })
        });
        entries.collect::<deserialize::Result<_>>().map(Self)
    }
}

/// The same, to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moved<'a>(pub(crate) &'a [Entry]);

impl ToSql<Text, Sqlite> for Moved<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let triples: Vec<_> = self.0.iter().map(|entry| (entry.account.as_str(), entry.grant, entry.amount)).collect();
        out.set_value(serde_json::to_string(&triples)?);
        Ok(IsNull::No)
    }
}

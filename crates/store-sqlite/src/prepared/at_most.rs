use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

/// What `limit` and `first` are elsewhere. Their `LIMIT ?` makes SQLite prepare
/// the statement anew at every run, in order to plan for the number; here a sum
/// hides it. A read of one row has no need of either: `get_result` reads no second.
pub(crate) trait Limited: Query + Sized {
    /// The first `rows` rows.
    fn at_most(self, rows: i64) -> AtMost<Self> {
        AtMost { query: self, rows }
    }
}

impl<Q: Query> Limited for Q {}

/// A query without a limit of its own, and how many rows it may give.
pub(crate) struct AtMost<Q> {
    query: Q,
    rows: i64,
}

impl<Q: Query> Query for AtMost<Q> {
    type SqlType = Q::SqlType;
}

impl<Q: QueryId> QueryId for AtMost<Q> {
    type QueryId = AtMost<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q> RunQueryDsl<SqliteConnection> for AtMost<Q> {}

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for AtMost<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT 0 + ");
        out.push_bind_param::<BigInt, _>(&self.rows)
    }
}

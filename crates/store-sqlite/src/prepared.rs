//! Statements that a connection prepares once and then only runs again.
//! Preparing one of the joins here costs several times its run.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

/// The ways to a statement that stays prepared.
pub(crate) trait Preparable: Sized {
    /// Keeps the statement prepared, where the library would not: of an
    /// `UPDATE` it cannot know that its text is always the same.
    fn prepared(self) -> Prepared<Self> {
        Prepared(self)
    }

    /// The first `rows` rows. The library's own `LIMIT ?`, which its `first`
    /// adds, too, makes SQLite prepare the statement anew at every run, in
    /// order to plan for the number; so a sum hides the number. A read of one
    /// row has no need of it: `get_result` reads no second one.
    fn at_most(self, rows: i64) -> AtMost<Self> {
        AtMost { query: self, rows }
    }
}

impl<S> Preparable for S {}

/// A statement whose text depends on nothing that comes from outside.
pub(crate) struct Prepared<S>(S);

impl<S: Query> Query for Prepared<S> {
    type SqlType = S::SqlType;
}

impl<S: QueryId> QueryId for Prepared<S> {
    type QueryId = Prepared<S::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<S> RunQueryDsl<SqliteConnection> for Prepared<S> {}

impl<S: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Prepared<S> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &Sqlite) -> QueryResult<bool> {
        Ok(true)
    }
}

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

/// Begins or ends a transaction or a savepoint.
pub(crate) struct Command(pub(crate) &'static str);

impl Command {
    pub(crate) fn run(self, connection: &mut SqliteConnection) -> QueryResult<()> {
        self.execute(connection).map(drop)
    }
}

impl QueryId for Command {
    // The text tells one from another.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Command {}

impl QueryFragment<Sqlite> for Command {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

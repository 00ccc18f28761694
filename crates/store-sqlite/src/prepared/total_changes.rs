use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

/// How many rows were changed on a connection since it was opened.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct TotalChanges;

impl Query for TotalChanges {
    type SqlType = BigInt;
}

impl RunQueryDsl<SqliteConnection> for TotalChanges {}

impl QueryFragment<Sqlite> for TotalChanges {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("SELECT total_changes()");
        Ok(())
    }
}

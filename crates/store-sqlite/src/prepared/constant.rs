use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;

/// A word that stands in the statement itself. Only so does SQLite see that a
/// partial index, which is about that word, serves the statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Constant(pub(crate) &'static str);

impl Expression for Constant {
    type SqlType = Text;
}

impl<T> AppearsOnTable<T> for Constant {}

impl<T> SelectableExpression<T> for Constant {}

impl<G> ValidGrouping<G> for Constant {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for Constant {
    // The text tells one from another.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Sqlite> for Constant {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("'");
        out.push_sql(self.0);
        out.push_sql("'");
        Ok(())
    }
}

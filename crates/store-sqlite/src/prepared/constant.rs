use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};
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

/// A number that stands in the statement itself, for the same reason.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConstantNumber(pub(crate) i64);

impl Expression for ConstantNumber {
    type SqlType = BigInt;
}

impl<T> AppearsOnTable<T> for ConstantNumber {}

impl<T> SelectableExpression<T> for ConstantNumber {}

impl<G> ValidGrouping<G> for ConstantNumber {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for ConstantNumber {
    // The text tells one from another.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Sqlite> for ConstantNumber {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(&self.0.to_string());
        Ok(())
    }
}

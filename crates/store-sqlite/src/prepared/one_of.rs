use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{Column, QueryResult};
use uuid::Uuid;

/// What `eq_any` is elsewhere, which is another statement for every number of
/// identifiers. Here they are in one value.
#[derive(Debug, Clone)]
pub(crate) struct OneOf<C> {
    column: C,
    ids: String,
}

/// Whether a column is one of some identifiers.
pub(crate) fn one_of<C: Column>(column: C, ids: impl IntoIterator<Item = Uuid>) -> OneOf<C> {
    OneOf { column, ids: id_list(ids) }
}

/// A JSON array of identifiers in hexadecimal digits.
pub(crate) fn id_list(ids: impl IntoIterator<Item = Uuid>) -> String {
    let digits = ids.into_iter().map(|id| format!("\"{}\"", id.simple()));
    format!("[{}]", digits.collect::<Vec<_>>().join(","))
}

impl<C> Expression for OneOf<C> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<T>, T> AppearsOnTable<T> for OneOf<C> {}

impl<C: SelectableExpression<T>, T> SelectableExpression<T> for OneOf<C> {}

impl<C, G> ValidGrouping<G> for OneOf<C> {
    type IsAggregate = is_aggregate::Never;
}

impl<C: QueryId> QueryId for OneOf<C> {
    type QueryId = OneOf<C::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for OneOf<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT unhex(value) FROM json_each(");
        out.push_bind_param::<Text, _>(&self.ids)?;
        out.push_sql("))");
        Ok(())
    }
}

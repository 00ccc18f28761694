use diesel::query_builder::{AsChangeset, AstPass, IntoUpdateTarget, Query, QueryFragment, QueryId, UpdateTarget};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, QuerySource, RunQueryDsl, SelectableExpression, SqliteConnection, Table};

/// What `diesel::update` is elsewhere, which prepares its statement at every
/// run: it cannot know that there are only a few, as here.
pub(crate) fn update<T: IntoUpdateTarget>(target: T) -> Target<T::Table, T::WhereClause> {
    Target(target.into_update_target())
}

/// Which rows.
pub(crate) struct Target<T, W>(UpdateTarget<T, W>);

impl<T: Table, W> Target<T, W> {
    pub(crate) fn set<V: AsChangeset<Target = T>>(self, values: V) -> Update<T, W, V::Changeset> {
        let UpdateTarget { table, where_clause } = self.0;
        Update { table: table.from_clause(), values: values.as_changeset(), where_clause }
    }
}

/// An `UPDATE` that stays prepared.
pub(crate) struct Update<T: QuerySource, W, V> {
    table: T::FromClause,
    values: V,
    where_clause: W,
}

impl<T: Table, W, V> Update<T, W, V> {
    /// Gives the changed rows back.
    pub(crate) fn returning<R: SelectableExpression<T>>(self, row: R) -> Returning<Self, R> {
        Returning { update: self, row }
    }
}

impl<T: QuerySource, W, V> QueryId for Update<T, W, V> {
    // The text tells one from another.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: QuerySource, W, V> RunQueryDsl<SqliteConnection> for Update<T, W, V> {}

impl<T, W, V> QueryFragment<Sqlite> for Update<T, W, V>
where
    T: QuerySource<FromClause: QueryFragment<Sqlite>>,
    W: QueryFragment<Sqlite>,
    V: QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.values.walk_ast(out.reborrow())?;
        self.where_clause.walk_ast(out)
    }
}

/// An update, and what it gives of each row.
pub(crate) struct Returning<U, R> {
    update: U,
    row: R,
}

impl<U, R: diesel::Expression> Query for Returning<U, R> {
    type SqlType = R::SqlType;
}

impl<U, R> QueryId for Returning<U, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<U, R> RunQueryDsl<SqliteConnection> for Returning<U, R> {}

impl<U: QueryFragment<Sqlite>, R: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Returning<U, R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.update.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING ");
        self.row.walk_ast(out)
    }
}

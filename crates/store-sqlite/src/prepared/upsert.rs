use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

/// What `on_conflict` and `do_update` are elsewhere, which prepare their
/// statement at every run: they cannot know that there are only a few, as here.
/// `otherwise` is what stands behind `ON CONFLICT`.
pub(crate) fn upsert<I>(insert: I, otherwise: &'static str) -> Upsert<I> {
    Upsert { insert, otherwise }
}

/// An `INSERT` that changes the row that is there already, and stays prepared.
pub(crate) struct Upsert<I> {
    insert: I,
    otherwise: &'static str,
}

impl<I> QueryId for Upsert<I> {
    // The text tells one from another.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<I> RunQueryDsl<SqliteConnection> for Upsert<I> {}

impl<I: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Upsert<I> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.insert.walk_ast(out.reborrow())?;
        out.push_sql(" ON CONFLICT ");
        out.push_sql(self.otherwise);
        Ok(())
    }
}

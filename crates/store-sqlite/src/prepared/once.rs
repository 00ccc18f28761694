use std::marker::PhantomData;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

/// A statement that is the same at every run, under a name of its own: it is
/// found by that, where diesel would first make its text to find it by.
///
/// The name is a type that nothing else is named with.
pub(crate) fn once<N: 'static, Q: QueryFragment<Sqlite>>(query: Q) -> Once<N, Q> {
    #[cfg(debug_assertions)]
    text::is_the_same::<N, Q>(&query);
    Once { query, name: PhantomData }
}

pub(crate) struct Once<N, Q> {
    query: Q,
    name: PhantomData<N>,
}

impl<N, Q: Query> Query for Once<N, Q> {
    type SqlType = Q::SqlType;
}

impl<N: 'static, Q> QueryId for Once<N, Q> {
    type QueryId = N;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<N, Q> RunQueryDsl<SqliteConnection> for Once<N, Q> {}

impl<N, Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Once<N, Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.query.walk_ast(out)
    }
}

/// Every test tells whether a name stands for one text only.
#[cfg(debug_assertions)]
mod text {
    use std::any::{TypeId, type_name};
    use std::collections::BTreeMap;
    use std::sync::{Mutex, PoisonError};

    use diesel::query_builder::{QueryBuilder, QueryFragment};
    use diesel::sqlite::{Sqlite, SqliteQueryBuilder};

    static TEXTS: Mutex<BTreeMap<TypeId, String>> = Mutex::new(BTreeMap::new());

    pub(super) fn is_the_same<N: 'static, Q: QueryFragment<Sqlite>>(query: &Q) {
        let mut builder = SqliteQueryBuilder::new();
        if query.to_sql(&mut builder, &Sqlite).is_ok() {
            let text = builder.finish();
            let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
            let first = texts.entry(TypeId::of::<N>()).or_insert_with(|| text.clone());
            assert_eq!(*first, text, "{} is the name of another statement", type_name::<N>());
        }
    }
}

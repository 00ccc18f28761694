use std::time::Duration;

use diesel::result::{OptionalExtension, QueryResult};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use guildhall_ports::store::{Mode, StoreError};
use uuid::Uuid;

use crate::error::store_error;
use crate::pool::{self, ConnectionPool, PooledConnection};
use crate::raw_statement::raw_statement;
use crate::schema::{organizations, users};

/// Whom a transaction is for: what row-level security lets it see.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    Organization(Uuid),
    User(Uuid),
    Platform,
}

/// A borrowed connection that goes back to the pool only when it is known to
/// be clean, and is closed otherwise.
pub(crate) struct Lease {
    connection: Option<PooledConnection>,
    clean: bool,
}

impl Lease {
    /// Borrows a connection for statements that are their own transactions.
    pub(crate) async fn acquire(pool: &ConnectionPool) -> Result<Self, StoreError> {
        Ok(Self { connection: Some(pool::acquire(pool).await?), clean: true })
    }

    /// The connection, for a statement whose result is [noted](Self::note):
    /// until then it is not clean, since whoever gives up half-way leaves an
    /// answer on the way that would be taken for the next one's.
    pub(crate) fn connection(&mut self) -> Result<&mut AsyncPgConnection, StoreError> {
        self.clean = false;
        let open =
            self.connection.as_mut().ok_or_else(|| StoreError::Corrupt("the unit of work is over".to_owned()))?;
        Ok(&mut open.connection)
    }

    pub(crate) fn set_clean(&mut self, clean: bool) {
        self.clean = clean;
    }

    /// The meaning of a statement's result; a connection that failed is not used again.
    pub(crate) fn note<T>(&mut self, result: QueryResult<T>) -> Result<T, StoreError> {
        self.clean = result.is_ok();
        result.map_err(store_error)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && !self.clean
        {
            pool::discard(connection);
        }
    }
}

/// One transaction on one connection.
pub(crate) struct Unit {
    lease: Option<Lease>,
    mode: Mode,
    failed: bool,
    organization_taken: Option<Uuid>,
    user_taken: Option<Uuid>,
}

raw_statement! {
    /// States anew whom the transaction is for.
    struct EnterScope<'a> { organization: &'a str as diesel::sql_types::Text, user: &'a str as diesel::sql_types::Text }
    -> (diesel::sql_types::Text, diesel::sql_types::Text) =
        "SELECT set_config('app.organization_id', $1, true), set_config('app.user_id', $2, true)"
}

impl Unit {
    /// Begins a transaction and states whom it is for, in one round trip.
    pub(crate) async fn begin(pool: &ConnectionPool, mode: Mode, scope: Scope) -> Result<Self, StoreError> {
        // A reading unit sees one state throughout. A writing one takes its
        // lock first and must then see what others have committed.
        let begin = match mode {
            Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Mode::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        };
        let setting = match scope {
            Scope::Organization(id) => format!("SET LOCAL app.organization_id = '{id}'"),
            Scope::User(id) => format!("SET LOCAL app.user_id = '{id}'"),
            Scope::Platform => "SET LOCAL app.platform = 'on'".to_owned(),
        };
        let mut lease = Lease::acquire(pool).await?;
        let begun = lease.connection()?.batch_execute(&format!("{begin}; {setting}")).await;
        lease.note(begun)?;
        lease.set_clean(false);
        Ok(Self { lease: Some(lease), mode, failed: false, organization_taken: None, user_taken: None })
    }

    pub(crate) fn connection(&mut self) -> Result<&mut AsyncPgConnection, StoreError> {
        self.lease.as_mut().ok_or_else(|| StoreError::Corrupt("the unit of work is over".to_owned()))?.connection()
    }

    /// The meaning of a statement's result. After a failed one PostgreSQL
    /// refuses everything but the rollback.
    pub(crate) fn note<T>(&mut self, result: QueryResult<T>) -> Result<T, StoreError> {
        result.map_err(|error| {
            self.failed = true;
            store_error(error)
        })
    }

    /// Whether a statement on this organization has to take it first; from
    /// then on it counts as taken.
    pub(crate) fn is_taking_organization(&mut self, organization: Uuid) -> bool {
        let taking = self.mode == Mode::Write && self.organization_taken != Some(organization);
        if taking {
            self.organization_taken = Some(organization);
        }
        taking
    }

    /// As [`Unit::is_taking_organization`], for an account.
    pub(crate) fn is_taking_user(&mut self, user: Uuid) -> bool {
        let taking = self.mode == Mode::Write && self.user_taken != Some(user);
        if taking {
            self.user_taken = Some(user);
        }
        taking
    }

    /// Takes the organization, where a writing unit of work has not yet:
    /// writing units on one organization run one after the other.
    pub(crate) async fn take_organization(&mut self, organization: Uuid) -> Result<(), StoreError> {
        if self.is_taking_organization(organization) {
            let statement = organizations::table
                .filter(organizations::id.eq(organization))
                .select(organizations::id)
                .for_no_key_update();
            let taken = statement.get_result::<Uuid>(self.connection()?).await.optional();
            self.note(taken)?;
        }
        Ok(())
    }

    /// Takes the account, where a writing unit of work has not yet.
    pub(crate) async fn take_user(&mut self, user: Uuid) -> Result<(), StoreError> {
        if self.is_taking_user(user) {
            let statement = users::table.filter(users::id.eq(user)).select(users::id).for_no_key_update();
            let taken = statement.get_result::<Uuid>(self.connection()?).await.optional();
            self.note(taken)?;
        }
        Ok(())
    }

    /// Goes on inside an organization.
    pub(crate) async fn enter_organization(&mut self, organization: Uuid) -> Result<(), StoreError> {
        self.enter(&organization.to_string(), "").await
    }

    /// Goes on on an account.
    pub(crate) async fn enter_user(&mut self, user: Uuid) -> Result<(), StoreError> {
        self.enter("", &user.to_string()).await
    }

    async fn enter(&mut self, organization: &str, user: &str) -> Result<(), StoreError> {
        let statement = EnterScope { organization, user };
        let entered = statement.get_result::<(String, String)>(self.connection()?).await;
        self.note(entered).map(|_| ())
    }

    /// Makes all changes lasting.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        if self.failed {
            // PostgreSQL would answer this COMMIT with a rollback, and no error.
            self.end("ROLLBACK").await?;
            return Err(StoreError::Corrupt("a unit of work was committed after an error".to_owned()));
        }
        self.end("COMMIT").await
    }

    /// Gives all changes up.
    pub(crate) async fn rollback(mut self) -> Result<(), StoreError> {
        self.end("ROLLBACK").await
    }

    async fn end(&mut self, statement: &str) -> Result<(), StoreError> {
        // Taken out first: when this future is dropped half-way, the lease
        // is not clean, and the connection is closed.
        let Some(mut lease) = self.lease.take() else { return Ok(()) };
        let ended = lease.connection()?.batch_execute(statement).await;
        lease.note(ended)?;
        lease.set_clean(true);
        Ok(())
    }
}

/// How long a unit of work that was dropped may take to roll back before its
/// connection is closed instead.
const ROLLBACK_PATIENCE: Duration = Duration::from_secs(1);

impl Drop for Unit {
    /// Rolls back in the background, since drop cannot wait; a new connection
    /// would cost more. Without a runtime the lease closes the connection.
    fn drop(&mut self) {
        let Some(mut lease) = self.lease.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let Ok(connection) = lease.connection() else { return };
            let rollback = tokio::time::timeout(ROLLBACK_PATIENCE, connection.batch_execute("ROLLBACK")).await;
            lease.set_clean(matches!(rollback, Ok(Ok(()))));
        });
    }
}

#[cfg(test)]
mod tests {
    use guildhall_ports::store::{Mode, StoreError};
    use guildhall_testkit::postgres::TestDatabase;
    use uuid::Uuid;

    use super::{Lease, Scope, Unit};
    use crate::connector::Connector;
    use crate::pool::{self, ConnectionPool};
    use crate::raw_statement::raw_statement;
    use crate::{PostgresOptions, migrate};

    raw_statement! {
        /// What the connection's next transaction would be for.
        struct Settings {} -> diesel::sql_types::Text =
            "SELECT concat(current_setting('app.organization_id', true), current_setting('app.user_id', true), \
                current_setting('app.platform', true))"
    }

    async fn single_connection() -> (ConnectionPool, TestDatabase) {
        let database = TestDatabase::create(async |url: &str| {
            migrate(url).await.unwrap();
        })
        .await;
        let options = PostgresOptions { pool_size: 1, ..PostgresOptions::default() };
        (pool::build(Connector::parse(database.url()).unwrap(), &options).unwrap(), database)
    }

    async fn settings(pool: &ConnectionPool) -> String {
        use diesel_async::RunQueryDsl;
        let mut lease = Lease::acquire(pool).await.unwrap();
        let settings = Settings {}.get_result(lease.connection().unwrap()).await;
        lease.note(settings).unwrap()
    }

    /// R-RLS-3: whom a transaction was for is forgotten with it, however it ends.
    #[tokio::test]
    async fn scope_ends_with_the_transaction() {
        let (pool, _database) = single_connection().await;
        let id = Uuid::from_u128(7);
        for scope in [Scope::Organization(id), Scope::User(id), Scope::Platform] {
            for mode in [Mode::Read, Mode::Write] {
                Unit::begin(&pool, mode, scope).await.unwrap().commit().await.unwrap();
                assert_eq!(settings(&pool).await, "", "after commit of {scope:?}");
                Unit::begin(&pool, mode, scope).await.unwrap().rollback().await.unwrap();
                assert_eq!(settings(&pool).await, "", "after rollback of {scope:?}");
                drop(Unit::begin(&pool, mode, scope).await.unwrap());
                assert_eq!(settings(&pool).await, "", "after drop of {scope:?}");
                let panicking = tokio::spawn({
                    let pool = pool.clone();
                    async move {
                        let _unit = Unit::begin(&pool, mode, scope).await.unwrap();
                        panic!("a use case panics");
                    }
                });
                assert!(panicking.await.is_err());
                assert_eq!(settings(&pool).await, "", "after a panic in {scope:?}");
            }
        }
    }

    /// A dropped unit is rolled back and its connection used again: the pool
    /// of one does not grow a second server process.
    #[tokio::test]
    async fn dropped_unit_gives_its_connection_back() {
        let (pool, database) = single_connection().await;
        for _ in 0..20 {
            drop(Unit::begin(&pool, Mode::Write, Scope::Organization(Uuid::from_u128(7))).await.unwrap());
        }
        assert_eq!(settings(&pool).await, "");
        let client = database.client().await;
        let activity = "SELECT count(*), count(*) FILTER (WHERE state <> 'idle'), \
                count(*) FILTER (WHERE backend_start < now() - interval '0 s') \
            FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let row = client.query_one(activity, &[]).await.unwrap();
        assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (1, 0));
        assert_eq!(pool.status().size, 1);
    }

    /// PostgreSQL answers COMMIT of a failed transaction with a silent rollback.
    #[tokio::test]
    async fn commit_after_an_error_is_an_error() {
        use diesel_async::SimpleAsyncConnection;
        let (pool, _database) = single_connection().await;
        let mut unit = Unit::begin(&pool, Mode::Write, Scope::Platform).await.unwrap();
        let failed = unit.connection().unwrap().batch_execute("SELECT 1 / 0").await;
        assert!(unit.note(failed).is_err());
        assert!(matches!(unit.commit().await, Err(StoreError::Corrupt(_))));
        assert_eq!(settings(&pool).await, "");
    }
}

use std::time::Duration;

use diesel::pg::Pg;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::result::{OptionalExtension, QueryResult};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::{AsyncConnectionCore, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::join;
use guildhall_ports::store::{Mode, StoreError};
use tokio::task::unconstrained;
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

    /// Whether a statement was prepared on this connection already.
    fn is_prepared<T: QueryId>(&self) -> bool {
        self.connection.as_ref().is_some_and(|open| open.prepared.is_some() && open.prepared == T::query_id())
    }

    fn set_prepared<T: QueryId>(&mut self, prepared: bool) {
        if let Some(open) = &mut self.connection {
            open.prepared = T::query_id().filter(|_| prepared);
        }
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
    /// What begins it, until that is sent: with the first statement.
    beginning: Option<String>,
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
    /// Borrows a connection for a transaction, which begins and states whom it
    /// is for together with its first statement.
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
        let lease = Some(Lease::acquire(pool).await?);
        let beginning = Some(format!("{begin}; {setting}"));
        Ok(Self { lease, beginning, mode, failed: false, organization_taken: None, user_taken: None })
    }

    /// The connection, with the transaction begun.
    pub(crate) async fn connection(&mut self) -> Result<&mut AsyncPgConnection, StoreError> {
        if let (connection, Some(beginning)) = self.connection_to_begin()? {
            let begun = connection.batch_execute(&beginning).await;
            self.note_beginning(begun)?;
        }
        Ok(self.connection_to_begin()?.0)
    }

    /// The connection, and what must be sent before anything else on it, where
    /// nothing was yet: for a statement that is sent without waiting for the
    /// answer to that.
    pub(crate) fn connection_to_begin(&mut self) -> Result<(&mut AsyncPgConnection, Option<String>), StoreError> {
        let lease = self.lease.as_mut().ok_or_else(|| StoreError::Corrupt("the unit of work is over".to_owned()))?;
        Ok((lease.connection()?, self.beginning.take()))
    }

    /// Whether the transaction has begun. What could not begin is over: nothing
    /// is done outside of a transaction.
    pub(crate) fn note_beginning(&mut self, begun: QueryResult<()>) -> Result<(), StoreError> {
        if begun.is_err() {
            self.lease = None;
            self.failed = true;
        }
        begun.map_err(store_error)
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
            let taken = statement.get_result::<Uuid>(self.connection().await?).await.optional();
            self.note(taken)?;
        }
        Ok(())
    }

    /// Takes the account, where a writing unit of work has not yet.
    pub(crate) async fn take_user(&mut self, user: Uuid) -> Result<(), StoreError> {
        if self.is_taking_user(user) {
            let statement = users::table.filter(users::id.eq(user)).select(users::id).for_no_key_update();
            let taken = statement.get_result::<Uuid>(self.connection().await?).await.optional();
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
        let entered = statement.get_result::<(String, String)>(self.connection().await?).await;
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

    /// Makes all changes lasting, those of a last statement too, in one round
    /// trip: where that statement fails, nothing is.
    pub(crate) async fn commit_with<T>(mut self, statement: T) -> Result<(), StoreError>
    where
        T: QueryFragment<Pg> + QueryId + Send,
    {
        if self.failed {
            return self.commit().await;
        }
        self.connection().await?;
        let over = || StoreError::Corrupt("the unit of work is over".to_owned());
        let lease = self.lease.as_mut().ok_or_else(over)?;
        if !lease.is_prepared::<T>() {
            // To prepare it takes a round trip, which `COMMIT` would overtake.
            let written = lease.connection()?.execute_returning_count(statement).await;
            lease.set_prepared::<T>(written.is_ok());
            self.note(written)?;
            return self.commit().await;
        }
        let mut lease = self.lease.take().ok_or_else(over)?;
        let connection = &*lease.connection()?;
        let (mut first, mut second) = (connection, connection);
        // Sent at once, before `COMMIT`: nobody else has the connection, and it does not yield to other tasks.
        let writing = unconstrained(first.execute_returning_count(statement));
        let (written, ended) = join(writing, second.batch_execute("COMMIT")).await;
        lease.note(ended)?;
        lease.set_clean(true);
        written.map(|_| ()).map_err(store_error)
    }

    async fn end(&mut self, statement: &str) -> Result<(), StoreError> {
        // Taken out first: when this future is dropped half-way, the lease
        // is not clean, and the connection is closed.
        let Some(mut lease) = self.lease.take() else { return Ok(()) };
        if self.beginning.is_some() {
            return Ok(());
        }
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
        if self.beginning.is_some() {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let Ok(connection) = lease.connection() else { return };
            let rollback = tokio::time::timeout(ROLLBACK_PATIENCE, connection.batch_execute("ROLLBACK")).await;
            lease.set_clean(matches!(rollback, Ok(Ok(()))));
        });
    }
}

#[cfg(test)]
mod tests;

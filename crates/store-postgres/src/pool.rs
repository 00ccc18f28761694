use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{self, Metrics, QueueMode, RecycleError, RecycleResult};
use deadpool::{Runtime, managed::Pool};
use diesel_async::SimpleAsyncConnection;
use guildhall_ports::store::StoreError;
use tokio::runtime::Handle;

use crate::connector::{Connector, OpenConnection, chain};
use crate::{ConnectError, PostgresOptions};

pub(crate) type ConnectionPool = Pool<ConnectionManager>;
pub(crate) type PooledConnection = managed::Object<ConnectionManager>;

/// Makes connections that work as the application's role, and drops those
/// that are closed. No ping on checkout: it would cost every request a round trip.
pub(crate) struct ConnectionManager {
    connector: Arc<Connector>,
    options: Arc<PostgresOptions>,
    /// Where connections live. A request may run on a runtime of its own, such
    /// as a worker of a web server, and a connection made there would end with it.
    runtime: Handle,
}

impl ConnectionManager {
    /// A new connection, as the application's role and with its timeouts.
    pub(crate) async fn open(connector: &Connector, options: &PostgresOptions) -> Result<OpenConnection, ConnectError> {
        let mut open = connector.connect().await?;
        open.connection.batch_execute(&options.session_setup()).await.map_err(|error| ConnectError::RoleUnusable {
            role: options.application_role.clone(),
            detail: chain(&error),
        })?;
        Ok(open)
    }
}

impl managed::Manager for ConnectionManager {
    type Type = OpenConnection;
    type Error = ConnectError;

    async fn create(&self) -> Result<OpenConnection, ConnectError> {
        let (connector, options) = (Arc::clone(&self.connector), Arc::clone(&self.options));
        let opening = self.runtime.spawn(async move { Self::open(&connector, &options).await });
        opening.await.unwrap_or_else(|stopped| Err(ConnectError::Unreachable(stopped.to_string())))
    }

    async fn recycle(&self, open: &mut OpenConnection, _: &Metrics) -> RecycleResult<ConnectError> {
        if open.is_closed() {
            return Err(RecycleError::message("the connection is closed"));
        }
        Ok(())
    }
}

/// A pool over `connector`, whose connections live on the present runtime.
/// Opens nothing yet.
pub(crate) fn build(connector: Connector, options: &PostgresOptions) -> Result<ConnectionPool, ConnectError> {
    let manager = ConnectionManager {
        connector: Arc::new(connector),
        options: Arc::new(options.clone()),
        runtime: Handle::current(),
    };
    Pool::builder(manager)
        .max_size(options.pool_size.max(1))
        // The one that was used last: its backend has everything at hand (a third more spends of one hot pool).
        .queue_mode(QueueMode::Lifo)
        .wait_timeout(Some(options.acquire_timeout))
        .create_timeout(Some(options.acquire_timeout))
        .recycle_timeout(Some(Duration::from_secs(1)))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| ConnectError::Unreachable(error.to_string()))
}

/// A connection from the pool, within the time that a request may wait.
pub(crate) async fn acquire(pool: &ConnectionPool) -> Result<PooledConnection, StoreError> {
    pool.get().await.map_err(|error| StoreError::Unavailable(chain(&error)))
}

/// Closes a connection instead of giving it back: whatever was open on it ends.
pub(crate) fn discard(connection: PooledConnection) {
    drop(PooledConnection::take(connection));
}

use async_trait::async_trait;
use diesel::ExpressionMethods;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::{OrganizationId, SessionId, Timestamp, TokenDigest, UserId};
use guildhall_ports::store::{
    Authenticated, CheckBatchFacts, CheckBatchQuery, CheckFacts, CheckQuery, Mode, OrgTx, PlatformTx, Store,
    StoreError, UserTx,
};
use uuid::Uuid;

use crate::check_batch;
use crate::connector::Connector;
use crate::gathering::Gathering;
use crate::org_tx::PostgresOrgTx;
use crate::platform_tx::PostgresPlatformTx;
use crate::pool::{self, ConnectionPool};
use crate::raw_statement::raw_statement;
use crate::schema::sessions;
use crate::unit::{Lease, Scope, Unit};
use crate::user_tx::PostgresUserTx;
use crate::{ConnectError, PostgresOptions, preflight};

/// Everything in PostgreSQL, through a pool of connections. Many servers may
/// share one database. Cheap to clone.
#[derive(Clone)]
pub struct PostgresStore {
    pool: ConnectionPool,
    authentications: Gathering<TokenDigest>,
    checks: Gathering<CheckQuery>,
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = self.pool.status();
        f.debug_struct("PostgresStore").field("connections", &status.size).field("of", &status.max_size).finish()
    }
}

impl PostgresStore {
    /// Connects to the database of `url` and checks that it can be worked
    /// with. Changes nothing; see [`migrate`](crate::migrate).
    ///
    /// # Errors
    /// [`ConnectError`], which says what to do: no connection, a schema that
    /// is behind, or a role for which row-level security would not hold.
    pub async fn connect(url: &str, options: PostgresOptions) -> Result<Self, ConnectError> {
        let connector = Connector::parse(url)?;
        preflight::check(&connector, &options).await?;
        let pool = pool::build(connector, &options)?;
        let patience = options.acquire_timeout;
        let authentications = Gathering::start(&pool, patience);
        Ok(Self { authentications, checks: Gathering::start(&pool, patience), pool })
    }
}

raw_statement! {
    /// Notes that a member used the organization.
    struct TouchMember {
        organization: Uuid as SqlUuid,
        user: Uuid as SqlUuid,
        at: Timestamp as Timestamptz,
    } -> diesel::sql_types::Bool = "SELECT touch_member($1, $2, $3) IS NULL"
}

#[async_trait]
impl Store for PostgresStore {
    async fn begin_org(&self, organization: OrganizationId, mode: Mode) -> Result<Box<dyn OrgTx>, StoreError> {
        let unit = Unit::begin(&self.pool, mode, Scope::Organization(organization.uuid())).await?;
        Ok(Box::new(PostgresOrgTx::new(unit, organization)))
    }

    async fn begin_user(&self, user: UserId, mode: Mode) -> Result<Box<dyn UserTx>, StoreError> {
        let unit = Unit::begin(&self.pool, mode, Scope::User(user.uuid())).await?;
        Ok(Box::new(PostgresUserTx::new(unit, user)))
    }

    async fn begin_platform(&self, mode: Mode) -> Result<Box<dyn PlatformTx>, StoreError> {
        let unit = Unit::begin(&self.pool, mode, Scope::Platform).await?;
        Ok(Box::new(PostgresPlatformTx::new(unit)))
    }

    async fn authenticate(&self, digest: TokenDigest) -> Result<Option<Authenticated>, StoreError> {
        self.authentications.ask(digest).await
    }

    async fn check(&self, query: CheckQuery) -> Result<Option<CheckFacts>, StoreError> {
        self.checks.ask(query).await
    }

    async fn check_batch(&self, query: &CheckBatchQuery) -> Result<Option<CheckBatchFacts>, StoreError> {
        check_batch::ask(&self.pool, query).await
    }

    async fn touch_session(&self, session: SessionId, at: Timestamp) -> Result<(), StoreError> {
        let mut lease = Lease::acquire(&self.pool).await?;
        // Never back in time: requests of one session arrive in any order.
        let statement = diesel::update(sessions::table)
            .filter(sessions::id.eq(session.uuid()))
            .filter(sessions::last_seen_at.lt(at))
            .set(sessions::last_seen_at.eq(at));
        let touched = statement.execute(lease.connection()?).await;
        lease.note(touched).map(|_| ())
    }

    async fn touch_member(&self, organization: OrganizationId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        let mut lease = Lease::acquire(&self.pool).await?;
        let statement = TouchMember { organization: organization.uuid(), user: user.uuid(), at };
        let touched = statement.get_result::<bool>(lease.connection()?).await;
        lease.note(touched).map(|_| ())
    }

    async fn ready(&self) -> Result<(), StoreError> {
        let mut lease = Lease::acquire(&self.pool).await?;
        let statement = diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"));
        let answered = statement.get_result::<i32>(lease.connection()?).await;
        lease.note(answered).map(|_| ())
    }
}

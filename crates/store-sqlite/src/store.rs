use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::{QueryDsl, RunQueryDsl, select};
use guildhall_domain::{OrganizationId, SessionId, Timestamp, TokenDigest, UserId};
use guildhall_ports::store::{
    Authenticated, CheckBatchFacts, CheckBatchQuery, CheckFacts, CheckQuery, Mode, OrgTx, PlatformTx, Store,
    StoreError, UserTx,
};

use crate::org_tx::SqliteOrgTx;
use crate::platform_tx::SqlitePlatformTx;
use crate::reader::Readers;
use crate::schema::platform_audit_head;
use crate::store_error::failure;
use crate::table::{membership_changes, sessions};
use crate::unit::Unit;
use crate::user_tx::SqliteUserTx;
use crate::writer::Writer;
use crate::{OpenError, SqliteOptions, file, hot, migration};

/// Storage in one SQLite file.
///
/// Dropping it (and the units of work that were begun on it) ends the writer
/// thread and folds the write-ahead log into the file.
pub struct SqliteStore {
    // Closed before the writer, which is then the last connection and removes the log.
    readers: Readers,
    writer: Arc<Writer>,
}

impl SqliteStore {
    /// Opens the file, creating it and its folder where they are missing
    /// (readable by the owner only), and runs the migrations that it lacks.
    ///
    /// # Errors
    /// The file cannot be made, opened or migrated, or comes from a newer version.
    pub fn open(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let path = file::absolute(path)?;
        let migrations = migration::migrate(&path)?;
        if !migrations.is_empty() {
            tracing::info!(?migrations, path = %path.display(), "the database was migrated");
        }
        let writer = Writer::start(path.clone(), options)?;
        let readers = Readers::open(&path, options)?;
        Ok(Self { readers, writer })
    }

    async fn begin(&self, mode: Mode) -> Result<Unit, StoreError> {
        match mode {
            Mode::Read => self.readers.begin().await.map(Unit::Reading),
            Mode::Write => Ok(Unit::Writing(self.writer.begin())),
        }
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn begin_org(&self, organization: OrganizationId, mode: Mode) -> Result<Box<dyn OrgTx>, StoreError> {
        Ok(Box::new(SqliteOrgTx::new(organization, self.begin(mode).await?)))
    }

    async fn begin_user(&self, user: UserId, mode: Mode) -> Result<Box<dyn UserTx>, StoreError> {
        Ok(Box::new(SqliteUserTx::new(user, self.begin(mode).await?)))
    }

    async fn begin_platform(&self, mode: Mode) -> Result<Box<dyn PlatformTx>, StoreError> {
        Ok(Box::new(SqlitePlatformTx::new(self.begin(mode).await?)))
    }

    async fn authenticate(&self, digest: TokenDigest) -> Result<Option<Authenticated>, StoreError> {
        self.readers.acquire().await?.run(|connection| hot::authenticate(connection, digest))
    }

    async fn check(&self, query: CheckQuery) -> Result<Option<CheckFacts>, StoreError> {
        // The statement without a workspace is the shorter one, and the one asked most.
        let check = if query.workspace.is_some() { hot::check_in } else { hot::check };
        self.readers.acquire().await?.run(|connection| check(connection, &query))
    }

    async fn check_batch(&self, query: &CheckBatchQuery) -> Result<Option<CheckBatchFacts>, StoreError> {
        self.readers.acquire().await?.run(|connection| hot::check_batch(connection, query))
    }

    async fn touch_session(&self, session: SessionId, at: Timestamp) -> Result<(), StoreError> {
        self.writer.once(move |connection| sessions::touch(connection, session, at)).await
    }

    async fn touch_member(&self, organization: OrganizationId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.writer.once(move |connection| membership_changes::touch(connection, organization, user, at)).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        // A row of the file: a constant would be answered without it.
        let head: bool = self.readers.acquire().await?.run(|connection| {
            select(exists(platform_audit_head::table.select(platform_audit_head::sequence)))
                .get_result(connection)
                .map_err(failure)
        })?;
        if !head {
            return Err(StoreError::Corrupt("the audit log has no head".to_owned()));
        }
        self.writer.ready().await
    }
}

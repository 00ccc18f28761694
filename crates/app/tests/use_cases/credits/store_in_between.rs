use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use async_trait::async_trait;
use guildhall_domain::{OrganizationId, SessionId, Timestamp, TokenDigest, UserId};
use guildhall_ports::store::{
    Authenticated, CheckBatchFacts, CheckBatchQuery, CheckFacts, CheckQuery, Mode, OrgTx, PlatformTx, Store,
    StoreError, UserTx,
};
use guildhall_store_memory::MemoryStore;
use tokio::sync::Semaphore;

/// A store that takes its time to begin, as one behind a network does, and
/// that can stand still or be away.
pub struct StoreInBetween {
    inner: MemoryStore,
    /// How many units of work that write were begun.
    pub begun: AtomicU32,
    pub away: AtomicBool,
    /// Who stands still until there are permits, if anybody does.
    pub stuck: std::sync::Mutex<Option<(OrganizationId, Arc<Semaphore>)>>,
}

impl StoreInBetween {
    pub fn new() -> Arc<Self> {
        let (begun, away) = (AtomicU32::new(0), AtomicBool::new(false));
        Arc::new(Self { inner: MemoryStore::new(), begun, away, stuck: std::sync::Mutex::new(None) })
    }
}

#[async_trait]
impl Store for StoreInBetween {
    async fn begin_org(&self, organization: OrganizationId, mode: Mode) -> Result<Box<dyn OrgTx>, StoreError> {
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
        let stuck = self.stuck.lock().unwrap().clone();
        if let Some((_, permits)) = stuck.filter(|(stuck, _)| *stuck == organization) {
            permits.acquire().await.unwrap().forget();
        }
        if self.away.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable("away".to_owned()));
        }
        if mode == Mode::Write {
            self.begun.fetch_add(1, Ordering::Relaxed);
        }
        self.inner.begin_org(organization, mode).await
    }

    async fn begin_user(&self, user: UserId, mode: Mode) -> Result<Box<dyn UserTx>, StoreError> {
        self.inner.begin_user(user, mode).await
    }

    async fn begin_platform(&self, mode: Mode) -> Result<Box<dyn PlatformTx>, StoreError> {
        self.inner.begin_platform(mode).await
    }

    async fn authenticate(&self, digest: TokenDigest) -> Result<Option<Authenticated>, StoreError> {
        self.inner.authenticate(digest).await
    }

    async fn check(&self, query: CheckQuery) -> Result<Option<CheckFacts>, StoreError> {
        self.inner.check(query).await
    }

    async fn check_batch(&self, query: &CheckBatchQuery) -> Result<Option<CheckBatchFacts>, StoreError> {
        self.inner.check_batch(query).await
    }

    async fn touch_session(&self, session: SessionId, at: Timestamp) -> Result<(), StoreError> {
        self.inner.touch_session(session, at).await
    }

    async fn touch_member(&self, organization: OrganizationId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.inner.touch_member(organization, user, at).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.inner.ready().await
    }
}

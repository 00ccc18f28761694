use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use async_trait::async_trait;
use guildhall_domain::{OrganizationId, SessionId, Timestamp, TokenDigest, UserId};
use guildhall_ports::store::{
    Authenticated, CheckBatchFacts, CheckBatchQuery, CheckFacts, CheckQuery, CreditWork, MockOrgTx, Mode, OrgTx,
    PlatformTx, Store, StoreError, UserTx,
};
use guildhall_store_memory::MemoryStore;
use tokio::sync::Semaphore;

/// A store that takes its time to begin, as one behind a network does, and
/// that can stand still or be away.
pub struct StoreInBetween {
    inner: MemoryStore,
    /// How often a member's activity was noted, or was to be.
    pub touched: AtomicU32,
    /// Whether noting it fails.
    pub untouchable: AtomicBool,
    /// How many units of work that write were begun.
    pub begun: AtomicU32,
    pub away: AtomicBool,
    /// Who stands still until there are permits, if anybody does.
    pub stuck: std::sync::Mutex<Option<(OrganizationId, Arc<Semaphore>)>>,
    /// Whether work on credits is kept, as in a queue, and not done.
    pub keeping: AtomicBool,
    pub kept: Kept,
}

type Kept = Arc<std::sync::Mutex<Vec<Arc<dyn CreditWork>>>>;

impl StoreInBetween {
    pub fn new() -> Arc<Self> {
        let (begun, away, keeping) = (AtomicU32::new(0), AtomicBool::new(false), AtomicBool::new(false));
        let (touched, untouchable) = (AtomicU32::new(0), AtomicBool::new(false));
        let (stuck, kept) = (std::sync::Mutex::new(None), Kept::default());
        Arc::new(Self { inner: MemoryStore::new(), touched, untouchable, begun, away, stuck, keeping, kept })
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
        if self.keeping.load(Ordering::Relaxed) {
            let (mut tx, kept) = (MockOrgTx::new(), Arc::clone(&self.kept));
            tx.expect_carry_out_credits().returning(move |work| {
                kept.lock().unwrap().push(work);
                Err(StoreError::Serialization)
            });
            return Ok(Box::new(tx));
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
        self.touched.fetch_add(1, Ordering::Relaxed);
        if self.untouchable.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable("untouchable".to_owned()));
        }
        self.inner.touch_member(organization, user, at).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.inner.ready().await
    }
}

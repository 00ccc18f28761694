use async_trait::async_trait;
use guildhall_domain::{OrganizationId, SessionId, Timestamp, TokenDigest, UserId};
use guildhall_ports::store::{
    Authenticated, CheckBatchFacts, CheckBatchQuery, CheckFacts, CheckQuery, Mode, OrgTx, PlatformTx, Store,
    StoreError, UserTx,
};

use crate::org_tx::MemoryOrgTx;
use crate::platform_tx::MemoryPlatformTx;
use crate::unit::{Shared, Unit};
use crate::user_tx::MemoryUserTx;

/// A store in memory. Clones share what they keep.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    shared: Shared,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin_org(&self, organization: OrganizationId, mode: Mode) -> Result<Box<dyn OrgTx>, StoreError> {
        Ok(Box::new(MemoryOrgTx::new(Unit::begin(&self.shared, mode).await, organization)))
    }

    async fn begin_user(&self, user: UserId, mode: Mode) -> Result<Box<dyn UserTx>, StoreError> {
        Ok(Box::new(MemoryUserTx::new(Unit::begin(&self.shared, mode).await, user)))
    }

    async fn begin_platform(&self, mode: Mode) -> Result<Box<dyn PlatformTx>, StoreError> {
        Ok(Box::new(MemoryPlatformTx::new(Unit::begin(&self.shared, mode).await)))
    }

    async fn authenticate(&self, digest: TokenDigest) -> Result<Option<Authenticated>, StoreError> {
        Ok(self.shared.snapshot().authenticate(&digest))
    }

    async fn check(&self, query: CheckQuery) -> Result<Option<CheckFacts>, StoreError> {
        Ok(self.shared.snapshot().check(&query))
    }

    async fn check_batch(&self, query: &CheckBatchQuery) -> Result<Option<CheckBatchFacts>, StoreError> {
        Ok(self.shared.snapshot().check_batch(query))
    }

    async fn touch_session(&self, session: SessionId, at: Timestamp) -> Result<(), StoreError> {
        let mut unit = Unit::begin(&self.shared, Mode::Write).await;
        unit.write(|state| {
            state.touch_session(session, at);
            Ok(())
        })?;
        unit.commit()
    }

    async fn touch_member(&self, organization: OrganizationId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        let mut unit = Unit::begin(&self.shared, Mode::Write).await;
        unit.write(|state| {
            state.touch_member(organization, user, at);
            Ok(())
        })?;
        unit.commit()
    }

    async fn ready(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

use async_trait::async_trait;
use guildhall_domain::audit::{AuditRecord, ChainHead};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Email, Organization, User, UserId};
use guildhall_ports::store::{Credentials, OrganizationFilter, PlatformTx, StoreError};
use uuid::Uuid;

use crate::unit::Unit;

pub(crate) struct MemoryPlatformTx {
    unit: Unit,
}

impl MemoryPlatformTx {
    pub(crate) fn new(unit: Unit) -> Self {
        Self { unit }
    }
}

#[async_trait]
impl PlatformTx for MemoryPlatformTx {
    async fn credentials(&mut self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        self.unit.read(|state| state.credentials(email))
    }

    async fn user(&mut self, user: UserId) -> Result<Option<User>, StoreError> {
        self.unit.read(|state| state.user(user))
    }

    async fn list_users<'a>(
        &mut self,
        search: Option<&'a str>,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<User, KeyPosition>, StoreError> {
        self.unit.read(|state| state.list_users(search, page))
    }

    async fn list_organizations(
        &mut self,
        filter: &OrganizationFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<Organization, Uuid>, StoreError> {
        self.unit.read(|state| state.list_organizations(filter, page))
    }

    async fn audit_chain(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
        self.unit.read(|state| state.audit_chain(None, after, limit))
    }

    async fn audit_head(&mut self) -> Result<ChainHead, StoreError> {
        self.unit.read(|state| state.platform_head)
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit()
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}

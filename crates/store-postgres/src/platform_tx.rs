use async_trait::async_trait;
use guildhall_domain::audit::{AuditRecord, ChainHead};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Email, Organization, User, UserId};
use guildhall_ports::store::{Credentials, OrganizationFilter, PlatformTx, StoreError};
use uuid::Uuid;

use crate::tables::{organizations, platform_audit_events, users};
use crate::unit::Unit;

/// A transaction of the operator.
pub(crate) struct PostgresPlatformTx {
    unit: Unit,
}

impl PostgresPlatformTx {
    pub(crate) fn new(unit: Unit) -> Self {
        Self { unit }
    }
}

#[async_trait]
impl PlatformTx for PostgresPlatformTx {
    async fn credentials(&mut self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        users::credentials(&mut self.unit, email).await
    }

    async fn user(&mut self, user: UserId) -> Result<Option<User>, StoreError> {
        users::find(&mut self.unit, user.uuid()).await
    }

    async fn list_users<'a>(
        &mut self,
        search: Option<&'a str>,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<User, KeyPosition>, StoreError> {
        users::list(&mut self.unit, search, page).await
    }

    async fn list_organizations(
        &mut self,
        filter: &OrganizationFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<Organization, Uuid>, StoreError> {
        organizations::list(&mut self.unit, filter, page).await
    }

    async fn audit_chain(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
        platform_audit_events::chain(&mut self.unit, after, limit).await
    }

    async fn audit_head(&mut self) -> Result<ChainHead, StoreError> {
        platform_audit_events::head(&mut self.unit).await
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.commit().await
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.unit.rollback().await
    }
}

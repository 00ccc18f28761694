use async_trait::async_trait;
use guildhall_domain::credits::{CreditQuota, CreditTransaction, PeriodKey};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{MemberId, Timestamp, WorkspaceId};
use guildhall_ports::store::{
    CreditNeeds, CreditState, CreditTransactionFilter, CreditTx, CreditWrites, KeptCredits, MemberCreditUsage,
    StoreError,
};
use uuid::Uuid;

use crate::org_tx::SqliteOrgTx;
use crate::table::{credit_members, credit_transactions, credits, member_quotas, workspace_budgets};

#[async_trait]
impl CreditTx for SqliteOrgTx {
    async fn state(&mut self, needs: &CreditNeeds) -> Result<CreditState, StoreError> {
        let (organization, needs) = (self.organization, needs.clone());
        self.unit.read(move |connection| credits::read(connection, organization, &needs)).await
    }

    async fn write(&mut self, writes: &CreditWrites, at: Timestamp) -> Result<(), StoreError> {
        let (organization, writes) = (self.organization, writes.clone());
        self.unit.change(move |connection| credits::write(connection, organization, &writes, at)).await
    }

    async fn list(
        &mut self,
        filter: &CreditTransactionFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<CreditTransaction, Uuid>, StoreError> {
        let (organization, filter, page) = (self.organization, filter.clone(), page.clone());
        self.unit.read(move |connection| credit_transactions::list(connection, organization, &filter, &page)).await
    }

    async fn list_usage(
        &mut self,
        day: &PeriodKey,
        month: &PeriodKey,
        workspace: Option<WorkspaceId>,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<MemberCreditUsage, KeyPosition>, StoreError> {
        let (organization, day, month, page) = (self.organization, day.clone(), month.clone(), page.clone());
        self.unit
            .read(move |connection| credit_members::list(connection, organization, (&day, &month), workspace, &page))
            .await
    }

    async fn kept(&mut self) -> Result<KeptCredits, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| credits::kept(connection, organization)).await
    }

    async fn rebuild(&mut self, kept: &KeptCredits) -> Result<(), StoreError> {
        let (organization, kept) = (self.organization, kept.clone());
        self.unit.change(move |connection| credits::rebuild(connection, organization, &kept)).await
    }

    async fn set_quota(&mut self, member: MemberId, quota: CreditQuota, at: Timestamp) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| member_quotas::put(connection, organization, member, quota, at)).await
    }

    async fn set_budget(
        &mut self,
        workspace: WorkspaceId,
        budget: CreditQuota,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit
            .change(move |connection| workspace_budgets::put(connection, organization, workspace, budget, at))
            .await
    }
}

use async_trait::async_trait;
use guildhall_domain::credits::{CreditQuota, CreditTransaction, PeriodKey};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{MemberId, Timestamp, WorkspaceId};
use guildhall_ports::store::{
    CreditNeeds, CreditState, CreditTransactionFilter, CreditTx, CreditWrites, KeptCredits, MemberCreditUsage,
    StoreError,
};
use uuid::Uuid;

use crate::org_tx::PostgresOrgTx;
use crate::tables::{
    credit_state, credit_transactions, credit_usage, credit_writes, kept_credits, member_quotas, workspace_budgets,
};

#[async_trait]
impl CreditTx for PostgresOrgTx {
    async fn state(&mut self, needs: &CreditNeeds) -> Result<CreditState, StoreError> {
        let (unit, organization) = self.untaken_organization();
        credit_state::read(unit, organization, needs).await
    }

    async fn write(&mut self, writes: &CreditWrites, at: Timestamp) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        credit_writes::write(unit, organization, writes, at).await
    }

    async fn list(
        &mut self,
        filter: &CreditTransactionFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<CreditTransaction, Uuid>, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        credit_transactions::list(unit, organization, filter, page).await
    }

    async fn list_usage(
        &mut self,
        day: &PeriodKey,
        month: &PeriodKey,
        workspace: Option<WorkspaceId>,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<MemberCreditUsage, KeyPosition>, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        credit_usage::list(unit, organization, (day, month), workspace.map(WorkspaceId::uuid), page).await
    }

    async fn kept(&mut self) -> Result<KeptCredits, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        kept_credits::read(unit, organization).await
    }

    async fn rebuild(&mut self, kept: &KeptCredits) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        kept_credits::write(unit, organization, kept).await
    }

    async fn set_quota(&mut self, member: MemberId, quota: CreditQuota, at: Timestamp) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        member_quotas::set(unit, organization, member.uuid(), quota, at).await
    }

    async fn set_budget(
        &mut self,
        workspace: WorkspaceId,
        budget: CreditQuota,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_budgets::set(unit, organization, workspace.uuid(), budget, at).await
    }
}

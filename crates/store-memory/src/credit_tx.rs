use async_trait::async_trait;
use guildhall_domain::credits::{CreditQuota, CreditTransaction, PeriodKey};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{MemberId, Timestamp, WorkspaceId};
use guildhall_ports::store::{
    CreditNeeds, CreditState, CreditTransactionFilter, CreditTx, CreditWrites, KeptCredits, MemberCreditUsage,
    StoreError,
};
use uuid::Uuid;

use crate::org_tx::MemoryOrgTx;

#[async_trait]
impl CreditTx for MemoryOrgTx {
    async fn state(&mut self, needs: &CreditNeeds) -> Result<CreditState, StoreError> {
        self.unit.read(|state| state.credit_state(self.organization, needs))
    }

    async fn write(&mut self, writes: &CreditWrites, _at: Timestamp) -> Result<(), StoreError> {
        self.unit.write(|state| state.write_credits(self.organization, writes))
    }

    async fn list(
        &mut self,
        filter: &CreditTransactionFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<CreditTransaction, Uuid>, StoreError> {
        self.unit.read(|state| state.list_credit_transactions(self.organization, filter, page))
    }

    async fn list_usage(
        &mut self,
        day: &PeriodKey,
        month: &PeriodKey,
        workspace: Option<WorkspaceId>,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<MemberCreditUsage, KeyPosition>, StoreError> {
        self.unit.read(|state| state.list_credit_usage(self.organization, (day, month), workspace, page))
    }

    async fn kept(&mut self) -> Result<KeptCredits, StoreError> {
        self.unit.read(|state| state.kept_credits(self.organization))
    }

    async fn rebuild(&mut self, kept: &KeptCredits) -> Result<(), StoreError> {
        self.unit.write(|state| state.rebuild_credits(self.organization, kept))
    }

    async fn set_quota(&mut self, member: MemberId, quota: CreditQuota, _at: Timestamp) -> Result<(), StoreError> {
        self.unit.write(|state| state.set_member_quota(self.organization, member, quota))
    }

    async fn set_budget(
        &mut self,
        workspace: WorkspaceId,
        budget: CreditQuota,
        _at: Timestamp,
    ) -> Result<(), StoreError> {
        self.unit.write(|state| state.set_workspace_budget(self.organization, workspace, budget))
    }
}

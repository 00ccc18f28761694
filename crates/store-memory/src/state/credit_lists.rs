//! The ledger and what members spent, as they are listed (M-27, M-30).

use std::ops::Bound;

use guildhall_domain::credits::{CreditTransaction, PeriodKey};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{CreditTransactionId, OrganizationId, WorkspaceId};
use guildhall_ports::store::{CreditTransactionFilter, MemberCreditUsage};
use uuid::Uuid;

use super::{State, pages};

impl State {
    pub(crate) fn list_credit_transactions(
        &self,
        id: OrganizationId,
        filter: &CreditTransactionFilter,
        page: &PageRequest<Uuid>,
    ) -> Page<CreditTransaction, Uuid> {
        let Some(ledger) = self.credits.get(&id) else {
            return Page { items: Vec::new(), next: None };
        };
        let before = page.after.map_or(Bound::Unbounded, |after| Bound::Excluded(CreditTransactionId::from(after)));
        let newest_first = ledger.transactions.range((Bound::Unbounded, before)).rev().map(|(_, it)| it);
        let found = newest_first
            .filter(|it| filter.user_id.is_none() || it.user_id == filter.user_id)
            .filter(|it| filter.workspace_id.is_none() || it.workspace_id == filter.workspace_id)
            .filter(|it| filter.kind.is_none_or(|kind| it.movement.kind == kind));
        pages::page(found.cloned(), page, |transaction| transaction.id.uuid())
    }

    pub(crate) fn list_credit_usage(
        &self,
        id: OrganizationId,
        periods: (&PeriodKey, &PeriodKey),
        workspace: Option<WorkspaceId>,
        page: &PageRequest<KeyPosition>,
    ) -> Page<MemberCreditUsage, KeyPosition> {
        let found = self.members_by_email(id, page).filter_map(|membership| {
            let account = &self.accounts.get(&membership.user_id)?.user;
            Some(MemberCreditUsage {
                member_id: membership.id,
                user_id: account.id,
                email: account.email.clone(),
                name: account.name.clone(),
                credits: self.member_credits(id, account.id, periods, workspace),
            })
        });
        pages::page(found, page, |usage| KeyPosition {
            key: usage.email.as_str().to_owned(),
            id: usage.member_id.uuid(),
        })
    }
}

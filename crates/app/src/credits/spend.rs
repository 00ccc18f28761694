use std::sync::Arc;

use guildhall_domain::credits::Amount;
use guildhall_domain::policy::Denied;
use guildhall_domain::{OrganizationId, Permission, UserId, WorkspaceId};
use guildhall_ports::store::{Mode, OrganizationRef};
use uuid::Uuid;

use super::CreditReceipt;
use super::order::{Action, Order, Spend, or_none};
use crate::{AppError, Caller, Guildhall, IdempotencyKey};

/// How many credits something costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cost {
    /// So many.
    Amount(Amount),
    /// What the blueprint says that it costs (M-22).
    Operation(String),
}

/// Who spends, or holds, credits on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spending {
    /// How many.
    pub cost: Cost,
    /// For which workspace: whoever spends must be able to write in it.
    pub workspace_id: Option<WorkspaceId>,
    /// Another member who spends, by membership id or user id; the caller where nobody is named.
    pub member: Option<Uuid>,
}

impl Spending {
    /// What is said, so that another request is told apart: kept for good, so
    /// it is written the same by every version.
    pub(super) fn fingerprint(&self) -> String {
        let cost = match &self.cost {
            Cost::Amount(amount) => format!("amount {}", amount.get()),
            Cost::Operation(operation) => format!("operation {operation}"),
        };
        format!("{cost} workspace {} member {}", or_none(self.workspace_id), or_none(self.member))
    }

    /// As what is to be done by `user`.
    pub(super) fn by(&self, user: UserId) -> Spend {
        Spend { user, cost: self.cost.clone(), workspace: self.workspace_id }
    }
}

impl Guildhall {
    /// Spends credits of the organization's pool, within the quota of the
    /// member who spends and the budget of the workspace that it is for (M-20,
    /// M-22, M-25): wholly or not at all, once for
    /// each key, and never more than there is, however many spend at once.
    ///
    /// To spend for another member is for those who manage the pool: a
    /// product's server, say. The answer to a key is kept as long as the ledger.
    ///
    /// # Errors
    /// [`AppError::CreditsNotCovered`], `unknown_operation`, `unknown_member`,
    /// `unknown_workspace`, [`AppError::IdempotencyKeyReused`], denials.
    pub async fn consume_credits(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        spending: &Spending,
        key: &IdempotencyKey,
    ) -> Result<CreditReceipt, AppError> {
        self.submit_spending(caller, organization, spending, |user| {
            let action = Action::Spend(spending.by(user));
            let request = key.of(caller, "consume_credits", spending.fingerprint());
            Order::new(caller, action, request)
        })
        .await
    }

    /// Submits the order of whoever spends. Others are mostly named by their
    /// user ids, which need not be looked up; what is none may be the id of
    /// their membership.
    pub(super) async fn submit_spending(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        spending: &Spending,
        order: impl Fn(UserId) -> Order,
    ) -> Result<CreditReceipt, AppError> {
        let id = self.resolve(caller, organization)?;
        let Some(member) = spending.member.filter(|member| *member != caller.actor.user_id.uuid()) else {
            return self.submit(id, order(caller.actor.user_id)).await;
        };
        let named = Arc::new(order(UserId::from(member)));
        let error = match self.try_submit(id, &named).await {
            Ok(receipt) => return Ok(receipt),
            Err(error) => error,
        };
        if is_about_who_spends(&error)
            && let Some(user) = self.user_of_membership(id, member).await?
        {
            return self.submit(id, order(user)).await;
        }
        Err(self.refuse(id, &named, error).await?)
    }

    async fn user_of_membership(&self, organization: OrganizationId, id: Uuid) -> Result<Option<UserId>, AppError> {
        let mut tx = self.ports.store.begin_org(organization, Mode::Read).await?;
        let found = tx.member(id).await?.map(|found| found.membership);
        tx.rollback().await?;
        Ok(found.filter(|membership| membership.id.uuid() == id).map(|membership| membership.user_id))
    }
}

/// Whether the id that was named may be the reason.
fn is_about_who_spends(error: &AppError) -> bool {
    match error {
        AppError::Denied(Denied::Forbidden(Permission::BillingManage)) => true,
        AppError::Invalid(fields) => fields.iter().any(|field| field.code == "unknown_member"),
        _ => false,
    }
}

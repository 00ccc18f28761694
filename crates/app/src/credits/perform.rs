//! What one order is allowed, and what it does.

use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::credits::{Amount, CreditRequest, Refusal, Reservation, SpendBy};
use guildhall_domain::policy::{Actor, Facts, decide, decide_in};
use guildhall_domain::{CreditTransactionId, Description, Invalid, Name, Permission, ReservationId, UserId};

use super::batch::{About, Batch};
use super::grant::require_future;
use super::order::{Action, Order, Spend};
use super::{Cost, CreditReceipt};
use crate::{AppError, Caller, Conflict, Missing};

impl Batch<'_> {
    /// That the caller may ask for such a thing at all.
    pub(super) fn admit(&self, order: &Order) -> Result<(), AppError> {
        let admitted = self.require(&order.caller, order.permission());
        match order.action {
            // Whoever manages the pool ends what others hold, and need not spend themself.
            Action::Commit { .. } | Action::Release { .. } => {
                admitted.or_else(|denied| self.require(&order.caller, Permission::BillingManage).map_err(|_| denied))
            }
            _ => admitted,
        }
    }

    fn require(&self, caller: &Caller, permission: Permission) -> Result<(), AppError> {
        decide(&caller.actor, &self.facts_of(caller.actor.user_id), permission)?;
        Ok(())
    }

    fn facts_of(&self, user: UserId) -> Facts {
        let member = self.state.members.get(&user).and_then(|member| member.facts);
        Facts { organization: self.organization.id, status: self.organization.status, member }
    }

    /// Does what an order asks for.
    pub(super) fn perform(&mut self, order: &Order) -> Result<CreditReceipt, AppError> {
        let caller = &order.caller;
        match &order.action {
            Action::Spend(spend) => {
                let (by, amount) = self.spender(caller, spend)?;
                let about = self.spending(caller, &by);
                self.ask(CreditRequest::Spend { by, amount }, about)
            }
            Action::Reserve { spend, lasts } => {
                let (by, amount) = self.spender(caller, spend)?;
                let id = ReservationId::from(self.guildhall.ports.ids.next());
                let expires_at = self.now + *lasts;
                let about = About { reservation: Some(id), ..self.spending(caller, &by) };
                let receipt = self.ask(CreditRequest::Reserve { id, by, amount, expires_at }, about)?;
                Ok(CreditReceipt { expires_at: Some(expires_at), ..receipt })
            }
            Action::Commit { reservation, amount } => {
                let (held, about) = self.ending(caller, *reservation)?;
                let amount = match amount {
                    Some(amount) => *amount,
                    None => Amount::new(held.amount())?,
                };
                self.ask(CreditRequest::Commit { reservation: *reservation, amount }, about)
            }
            Action::Release { reservation } => {
                let (_, about) = self.ending(caller, *reservation)?;
                self.ask(CreditRequest::Release { reservation: *reservation }, about)
            }
            Action::Grant { terms, reason } => {
                require_future(terms, self.now)?;
                let id = self.guildhall.ports.ids.next().into();
                let about = About { reason: reason.clone(), ..self.by(caller) };
                let receipt = self.ask(CreditRequest::Grant { id, terms: *terms }, about)?;
                self.audit(caller, AuditAction::GrantCredits, &receipt, reason.as_ref());
                Ok(CreditReceipt { grant_id: Some(id), expires_at: terms.expires_at, ..receipt })
            }
            Action::Revoke { grant, reason } => {
                let about = About { reason: reason.clone(), ..self.by(caller) };
                let receipt = match self.ask(CreditRequest::Revoke { grant: *grant }, about) {
                    Err(error) if error == Refusal::UnknownGrant.into() => {
                        return Err(Missing::CreditGrant.with(grant.uuid()));
                    }
                    Err(error) if error == Refusal::NothingToRefund.into() => {
                        return Err(Conflict::CreditGrantEmpty.into());
                    }
                    asked => asked?,
                };
                self.audit(caller, AuditAction::RevokeCredits, &receipt, reason.as_ref());
                Ok(CreditReceipt { grant_id: Some(*grant), ..receipt })
            }
            Action::Refund { transaction, reason } => self.refund(caller, *transaction, reason.clone()),
        }
    }

    fn by(&self, caller: &Caller) -> About {
        About { actor: Some(caller.actor.user_id), ..About::default() }
    }

    fn spending(&self, caller: &Caller, by: &SpendBy) -> About {
        let (user, workspace, operation) = (Some(by.user_id), by.workspace_id, by.operation.clone());
        About { user, workspace, operation, ..self.by(caller) }
    }

    /// Who spends, a member who may write in the workspace that it is for, and how many.
    fn spender(&self, caller: &Caller, spend: &Spend) -> Result<(SpendBy, Amount), AppError> {
        let (amount, operation) = match &spend.cost {
            Cost::Amount(amount) => (*amount, None),
            Cost::Operation(operation) => {
                let price = self.guildhall.blueprint().credits.price(operation);
                let price = price.map_err(|invalid| AppError::invalid("/operation", invalid))?;
                (price, Some(Name::parse(operation)?))
            }
        };
        let facts = self.facts_of(spend.user);
        if facts.member.is_none() {
            let invalid = Invalid::new("unknown_member", "must be a member of the organization, who spends");
            return Err(AppError::invalid("/member", invalid));
        }
        if let Some(id) = spend.workspace {
            let found = self.state.workspaces.get(&(id, spend.user));
            let invalid = || Invalid::new("unknown_workspace", "must be a workspace of the organization");
            let (workspace, ties) = found.ok_or_else(|| AppError::invalid("/workspace_id", invalid()))?;
            let superadmin = caller.actor.superadmin && caller.actor.user_id == spend.user;
            let actor = Actor { user_id: spend.user, superadmin };
            decide_in(&actor, &facts, workspace, *ties, Permission::WorkspaceWrite)?;
        }
        Ok((SpendBy { user_id: spend.user, workspace_id: spend.workspace, operation }, amount))
    }

    /// A reservation, for its member or somebody who manages the pool to end.
    fn ending(&self, caller: &Caller, id: ReservationId) -> Result<(Reservation, About), AppError> {
        let found = self.pool.reservation(id).ok_or(Missing::Reservation.with(id.uuid()))?;
        if found.by.user_id != caller.actor.user_id {
            self.require(caller, Permission::BillingManage)?;
        }
        Ok((found.clone(), About { actor: Some(caller.actor.user_id), ..About::ending(found) }))
    }

    fn refund(
        &mut self,
        caller: &Caller,
        transaction: CreditTransactionId,
        reason: Option<Description>,
    ) -> Result<CreditReceipt, AppError> {
        let spent = self.state.spent.get(&transaction).and_then(|spent| Some((spent.user_id?, spent.clone())));
        let invalid = || Invalid::new("unknown_transaction", "must be a transaction that spent credits");
        let (user, spent) = spent.ok_or_else(|| AppError::invalid("/transaction_id", invalid()))?;
        let about = About {
            user: Some(user),
            workspace: spent.workspace_id,
            reverses: Some(transaction),
            periods: Some([spent.day.clone(), spent.month.clone()]),
            reason: reason.clone(),
            ..self.by(caller)
        };
        let by = (user, spent.workspace_id);
        let request = CreditRequest::Refund { by, day: spent.day, month: spent.month, spent: spent.left };
        let receipt = self.ask(request, about)?;
        // Another request beside this one finds nothing left to give back.
        if let Some(spent) = self.state.spent.get_mut(&transaction) {
            spent.left.clear();
        }
        self.audit(caller, AuditAction::RefundCredits, &receipt, reason.as_ref());
        Ok(receipt)
    }

    fn audit(&mut self, caller: &Caller, action: AuditAction, receipt: &CreditReceipt, reason: Option<&Description>) {
        let target = AuditTarget { kind: TargetKind::CreditTransaction, id: receipt.transaction_id.uuid() };
        let amount = receipt.amount.to_string();
        let mut details = vec![("amount", amount.as_str())];
        details.extend(reason.map(|reason| ("reason", reason.as_str())));
        let (actor, request) = (caller.audit_actor(), &caller.request);
        let event = self.guildhall.organization_event(self.organization.id, actor, request, action, target, &details);
        self.events.push(event);
    }
}

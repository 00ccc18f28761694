use std::sync::OnceLock;

use guildhall_domain::credits::{Amount, GrantTerms};
use guildhall_domain::{
    CreditGrantId, CreditTransactionId, Description, Permission, ReservationId, UserId, WorkspaceId,
};
use guildhall_ports::store::{CreditNeeds, IdempotentRequest};
use time::Duration;

use super::Cost;
use crate::Caller;

/// What one request asks of an organization's credits.
#[derive(Debug)]
pub(super) struct Order {
    /// Who asks.
    pub(super) caller: Caller,
    /// What.
    pub(super) action: Action,
    /// By which it is known when it is sent again.
    pub(super) request: IdempotentRequest,
    /// Whether whoever carried it out saw that the caller has not been here for long (C-12).
    absence: OnceLock<()>,
}

/// What can be asked.
#[derive(Debug, Clone)]
pub(super) enum Action {
    Grant { terms: GrantTerms, reason: Option<Description> },
    Revoke { grant: CreditGrantId, reason: Option<Description> },
    Spend(Spend),
    Reserve { spend: Spend, lasts: Duration },
    Commit { reservation: ReservationId, amount: Option<Amount> },
    Release { reservation: ReservationId },
    Refund { transaction: CreditTransactionId, reason: Option<Description> },
}

/// Who spends how much on what.
#[derive(Debug, Clone)]
pub(super) struct Spend {
    /// Whose quota counts, as far as the request says: the id may be that of a membership.
    pub(super) user: UserId,
    /// How many, or on what.
    pub(super) cost: Cost,
    /// For which workspace.
    pub(super) workspace: Option<WorkspaceId>,
}

impl Order {
    /// A new order.
    pub(super) fn new(caller: &Caller, action: Action, request: IdempotentRequest) -> Self {
        Self { caller: caller.clone(), action, request, absence: OnceLock::new() }
    }

    /// Notes that the caller was last seen long ago.
    pub(super) fn note_long_absence(&self) {
        self.absence.get_or_init(|| ());
    }

    /// Whether that was noted.
    pub(super) fn follows_long_absence(&self) -> bool {
        self.absence.get().is_some()
    }

    /// What must be known to carry it out.
    pub(super) fn add_needs(&self, needs: &mut CreditNeeds) {
        needs.users.push(self.caller.actor.user_id);
        needs.requests.push(self.request.clone());
        match &self.action {
            Action::Grant { .. } => {}
            Action::Revoke { grant, .. } => needs.grants.push(*grant),
            Action::Spend(spend) | Action::Reserve { spend, .. } => {
                needs.users.push(spend.user);
                needs.workspaces.extend(spend.workspace.map(|workspace| (workspace, spend.user)));
            }
            Action::Commit { reservation, .. } | Action::Release { reservation } => {
                needs.reservations.push(*reservation);
            }
            Action::Refund { transaction, .. } => needs.refunds.push(*transaction),
        }
    }

    /// What a caller needs whom nothing else is known of: to spend or hold for
    /// others, or to end what they hold, is for those who manage the pool.
    pub(super) fn permission(&self) -> Permission {
        match &self.action {
            Action::Grant { .. } | Action::Revoke { .. } | Action::Refund { .. } => Permission::BillingManage,
            Action::Spend(spend) | Action::Reserve { spend, .. } if spend.user != self.caller.actor.user_id => {
                Permission::BillingManage
            }
            _ => Permission::CreditSpend,
        }
    }
}

/// Something that may not be said, as fingerprints and receipts have it.
pub(super) fn or_none(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

//! Credits: what is left of grants, what is held and spent, and the ledger (M-20).

use std::collections::BTreeMap;

use guildhall_domain::credits::{
    CreditGrant, CreditQuota, CreditTransaction, LedgerAccount, MovementKind, PeriodKey, Reservation, ReservationState,
};
use guildhall_domain::policy::{WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{
    CreditGrantId, CreditTransactionId, MemberId, OrganizationId, ReservationId, Timestamp, UserId, WorkspaceId,
};
use guildhall_ports::store::{
    CreditNeeds, CreditState, IdempotentAnswer, IdempotentRequest, KeptCredits, MemberCredits, SpentCredits,
    WorkspaceCredits,
};
use imbl::{OrdMap, OrdSet};

use super::State;

/// How many overdue reservations are found at once.
const OVERDUE_AT_ONCE: usize = 100;

/// Who asked for which operation, by which key.
type Asking = (UserId, String, String);

/// By which a request is known.
pub(super) fn asking(request: &IdempotentRequest) -> Asking {
    (request.user_id, request.operation.clone().into_owned(), request.key.clone())
}

/// The credits of one organization.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    pub(super) grants: OrdMap<CreditGrantId, CreditGrant>,
    /// Those of which something is available or held.
    unspent: OrdSet<CreditGrantId>,
    pub(super) reservations: OrdMap<ReservationId, Reservation>,
    /// Those that are open, in the order in which they end.
    open: OrdSet<(Timestamp, ReservationId)>,
    pub(super) transactions: OrdMap<CreditTransactionId, CreditTransaction>,
    /// The transaction that each request made, what it said, and what it was answered.
    pub(super) answers: OrdMap<Asking, (CreditTransactionId, String, String)>,
    /// What is given back, and by what.
    reversals: OrdSet<(CreditTransactionId, CreditTransactionId)>,
    /// What is spent or held. It outlives membership and account: what is held
    /// is given back, whoever is gone.
    pub(super) usage: OrdMap<(UserId, PeriodKey), u64>,
    /// The part of it that was for a workspace.
    pub(super) workspace_usage: OrdMap<(WorkspaceId, UserId, PeriodKey), u64>,
    /// That of all members together.
    pub(super) workspace_totals: OrdMap<(WorkspaceId, PeriodKey), u64>,
    pub(super) quotas: OrdMap<MemberId, CreditQuota>,
    pub(super) budgets: OrdMap<WorkspaceId, CreditQuota>,
}

impl Ledger {
    pub(super) fn put_grant(&mut self, grant: CreditGrant) {
        if grant.available > 0 || grant.reserved > 0 {
            self.unspent.insert(grant.id);
        } else {
            self.unspent.remove(&grant.id);
        }
        self.grants.insert(grant.id, grant);
    }

    pub(super) fn put_reservation(&mut self, reservation: Reservation) {
        let place = (reservation.expires_at, reservation.id);
        if reservation.state == ReservationState::Open {
            self.open.insert(place);
        } else {
            self.open.remove(&place);
        }
        self.reservations.insert(reservation.id, reservation);
    }

    pub(super) fn put_transaction(&mut self, transaction: CreditTransaction) {
        if let Some(reversed) = transaction.reverses {
            self.reversals.insert((reversed, transaction.id));
        }
        self.transactions.insert(transaction.id, transaction);
    }

    /// What a user spent or holds in a period, altogether or for one workspace.
    fn used(&self, user: UserId, period: &PeriodKey, workspace: Option<WorkspaceId>) -> u64 {
        let used = match workspace {
            Some(workspace) => self.workspace_usage.get(&(workspace, user, period.clone())),
            None => self.usage.get(&(user, period.clone())),
        };
        used.copied().unwrap_or_default()
    }

    /// A workspace's budget, and what counts against it.
    fn budget(&self, workspace: WorkspaceId, (day, month): (&PeriodKey, &PeriodKey)) -> WorkspaceCredits {
        let used = |period: &PeriodKey| self.workspace_totals.get(&(workspace, period.clone())).copied();
        WorkspaceCredits {
            quota: self.budgets.get(&workspace).copied(),
            day: used(day).unwrap_or_default(),
            month: used(month).unwrap_or_default(),
        }
    }

    fn kept(&self) -> KeptCredits {
        KeptCredits {
            grants: self.grants.values().cloned().collect(),
            open: self.open.iter().filter_map(|(_, id)| self.reservations.get(id)).cloned().collect(),
            usage: self.usage.iter().map(|(place, used)| (place.clone(), *used)).collect(),
            workspace_usage: self.workspace_usage.iter().map(|(place, used)| (place.clone(), *used)).collect(),
            workspace_totals: self.workspace_totals.iter().map(|(place, used)| (place.clone(), *used)).collect(),
        }
    }

    fn overdue(&self, now: Timestamp) -> impl Iterator<Item = ReservationId> {
        self.open.iter().take_while(move |(at, _)| *at <= now).take(OVERDUE_AT_ONCE).map(|(_, id)| *id)
    }

    /// What a request was answered.
    fn answered(&self, request: &IdempotentRequest) -> Option<IdempotentAnswer> {
        let (transaction, fingerprint, answer) = self.answers.get(&asking(request))?;
        let created_at = self.transactions.get(transaction)?.created_at;
        Some(IdempotentAnswer { fingerprint: fingerprint.clone(), answer: answer.clone(), created_at })
    }

    /// What of a transaction that spent something is not given back yet.
    fn spent(&self, transaction: &CreditTransaction) -> Option<SpentCredits> {
        if ![MovementKind::Consume, MovementKind::Commit].contains(&transaction.movement.kind) {
            return None;
        }
        let mut left: Vec<_> = consumed(transaction).collect();
        let reversals = self.reversals.range((transaction.id, CreditTransactionId::NIL)..);
        let reversals = reversals.take_while(|(reversed, _)| *reversed == transaction.id);
        for (grant, given_back) in reversals.filter_map(|(_, by)| self.transactions.get(by)).flat_map(consumed) {
            for (_, amount) in left.iter_mut().filter(|(spent, _)| *spent == grant) {
                *amount += given_back;
            }
        }
        let left = left.into_iter().filter_map(|(grant, amount)| Some((grant, u64::try_from(amount).ok()?)));
        Some(SpentCredits {
            user_id: transaction.user_id,
            workspace_id: transaction.workspace_id,
            day: transaction.day.clone(),
            month: transaction.month.clone(),
            left: left.filter(|(_, amount)| *amount > 0).collect(),
        })
    }

    fn state(&self, needs: &CreditNeeds) -> CreditState {
        let mut grants = self.unspent.clone();
        grants.extend(needs.grants.iter().copied());
        let answers = needs.requests.iter().map(|request| self.answered(request)).collect();
        let mut state = CreditState { answers, ..CreditState::default() };
        for transaction in needs.refunds.iter().filter_map(|id| self.transactions.get(id)) {
            if let Some(spent) = self.spent(transaction) {
                grants.extend(consumed(transaction).map(|(grant, _)| grant));
                state.spent.insert(transaction.id, spent);
            }
        }
        state.grants = grants.iter().filter_map(|id| self.grants.get(id)).cloned().collect();
        let named: OrdSet<_> = needs.reservations.iter().copied().collect();
        let overdue = self.overdue(needs.now).filter(|id| !named.contains(id));
        let found = named.iter().copied().chain(overdue).filter_map(|id| self.reservations.get(&id));
        state.reservations = found.cloned().collect();
        state
    }
}

/// What a transaction put into the account of what is spent, of each grant.
fn consumed(transaction: &CreditTransaction) -> impl Iterator<Item = (CreditGrantId, i64)> {
    let entries = transaction.movement.entries.iter();
    entries.filter(|entry| entry.account == LedgerAccount::Consumed).map(|entry| (entry.grant, entry.amount))
}

impl State {
    /// Whether somebody gave, spent or held credits there, be they gone by now.
    pub(super) fn has_asked_for_credits(&self, id: OrganizationId) -> bool {
        let ledger = self.credits.get(&id);
        ledger.is_some_and(|ledger| ledger.transactions.values().any(|transaction| transaction.actor_id.is_some()))
    }

    pub(crate) fn credit_state(&self, id: OrganizationId, needs: &CreditNeeds) -> CreditState {
        let member = |user| self.member_credits(id, user, (&needs.day, &needs.month), None);
        let nothing = Ledger::default();
        let ledger = self.credits.get(&id).unwrap_or(&nothing);
        let workspaces = self.named_workspaces(id, &needs.workspaces);
        let budget = |workspace| (workspace, ledger.budget(workspace, (&needs.day, &needs.month)));
        CreditState {
            budgets: workspaces.keys().map(|(workspace, _)| budget(*workspace)).collect(),
            workspaces,
            members: needs.users.iter().map(|user| (*user, member(*user))).collect(),
            ..ledger.state(needs)
        }
    }

    /// Everything that is kept beside the ledger.
    pub(crate) fn kept_credits(&self, id: OrganizationId) -> KeptCredits {
        self.credits.get(&id).map(Ledger::kept).unwrap_or_default()
    }

    /// Those of these workspaces that are in the organization, with the ties of whom each is named with.
    fn named_workspaces(
        &self,
        id: OrganizationId,
        named: &[(WorkspaceId, UserId)],
    ) -> BTreeMap<(WorkspaceId, UserId), (WorkspaceFacts, WorkspaceTies)> {
        let found = named.iter().filter_map(|(workspace, user)| {
            let found = self.workspaces.get(id, *workspace)?;
            let member = self.membership_of(id, *user).map(|membership| membership.id);
            Some(((*workspace, *user), (WorkspaceFacts::from(found), self.ties(id, *workspace, member))))
        });
        found.collect()
    }

    pub(super) fn member_credits(
        &self,
        id: OrganizationId,
        user: UserId,
        (day, month): (&PeriodKey, &PeriodKey),
        workspace: Option<WorkspaceId>,
    ) -> MemberCredits {
        let (ledger, membership) = (self.credits.get(&id), self.membership_of(id, user));
        let used = |period| ledger.map_or(0, |ledger| ledger.used(user, period, workspace));
        MemberCredits {
            facts: membership.map(|membership| self.facts(membership)),
            quota: membership.and_then(|membership| ledger?.quotas.get(&membership.id).copied()),
            day: used(day),
            month: used(month),
            last_active_at: membership.and_then(|membership| membership.last_active_at),
        }
    }
}

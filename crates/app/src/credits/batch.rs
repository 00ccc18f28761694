use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use guildhall_domain::audit::{AuditAction, AuditActor, AuditEvent, AuditTarget, TargetKind};
use guildhall_domain::credits::{
    Amount, CreditGrant, CreditPool, CreditRequest, CreditTransaction, Due, GrantTerms, Movement, PeriodKey,
    QuotaSpending, Reservation, ReservationState,
};
use guildhall_domain::{
    CreditTransactionId, Description, Name, Organization, ReservationId, Timestamp, UserId, WorkspaceId,
};
use guildhall_ports::store::{
    CreditChanges, CreditNeeds, CreditState, CreditWrites, IdempotentRequest, OrgTx, StoreError,
};

use super::CreditReceipt;
use super::gate::Answer;
use super::order::Order;
use crate::{AppError, Guildhall, RequestContext};

/// An organization's credits in one unit of work: what storage knew when it
/// began, and what was done since.
pub(super) struct Batch<'a> {
    pub(super) guildhall: &'a Guildhall,
    pub(super) organization: &'a Organization,
    pub(super) now: Timestamp,
    pub(super) pool: CreditPool,
    pub(super) state: CreditState,
    /// Fingerprints and answers of requests that were carried out, in this batch too.
    answers: HashMap<(UserId, Cow<'static, str>, String), (String, String)>,
    writes: CreditWrites,
    pub(super) events: Vec<AuditEvent>,
}

/// What a transaction is about, beside its movement.
#[derive(Default)]
pub(super) struct About {
    pub(super) user: Option<UserId>,
    pub(super) actor: Option<UserId>,
    pub(super) workspace: Option<WorkspaceId>,
    pub(super) operation: Option<Name>,
    pub(super) reservation: Option<ReservationId>,
    pub(super) reverses: Option<CreditTransactionId>,
    /// The day and the month that it counts in; the present ones where nothing is said.
    pub(super) periods: Option<[PeriodKey; 2]>,
    pub(super) reason: Option<Description>,
}

impl About {
    /// Something that ends a reservation: it counts where that was counted.
    pub(super) fn ending(reservation: &Reservation) -> Self {
        Self {
            user: Some(reservation.by.user_id),
            workspace: reservation.by.workspace_id,
            operation: reservation.by.operation.clone(),
            reservation: Some(reservation.id),
            periods: Some([reservation.day.clone(), reservation.month.clone()]),
            ..Self::default()
        }
    }
}

/// Whose spending is asked for, beside what orders name.
#[derive(Default, Clone, Copy)]
pub(super) struct Concerned<'a> {
    pub(super) users: &'a [UserId],
    /// Each with whoever asks.
    pub(super) workspaces: &'a [(WorkspaceId, UserId)],
}

/// What is asked of storage before anything is decided.
pub(super) struct Prepared {
    now: Timestamp,
    pool: CreditPool,
    pub(super) needs: CreditNeeds,
}

impl Prepared {
    /// What has to be known of who and what is concerned, and of what orders name.
    pub(super) fn new(
        guildhall: &Guildhall,
        organization: &Organization,
        orders: &[Arc<Order>],
        concerned: Concerned<'_>,
    ) -> Self {
        let now = guildhall.now();
        let pool = CreditPool::new(now, &organization.time_zone);
        let mut needs = needs(&pool, now, orders, concerned);
        if guildhall.plan_of(organization).monthly_credits > 0 {
            // That of the next month too: where it was given, clock or time zone were set back.
            let months = [Some(needs.month.clone()), needs.month.next_month()];
            needs.grants.extend(months.iter().flatten().map(CreditGrant::of_plan));
        }
        Self { now, pool, needs }
    }
}

fn needs(pool: &CreditPool, now: Timestamp, orders: &[Arc<Order>], concerned: Concerned<'_>) -> CreditNeeds {
    let (day, month) = (pool.periods().day.clone(), pool.periods().month.clone());
    let (users, workspaces) = (concerned.users.to_vec(), concerned.workspaces.to_vec());
    let (grants, reservations, refunds, requests) = Default::default();
    let mut needs = CreditNeeds { now, day, month, users, workspaces, grants, reservations, refunds, requests };
    for order in orders {
        order.add_needs(&mut needs);
    }
    needs.users.sort_unstable();
    needs.users.dedup();
    needs.workspaces.sort_unstable();
    needs.workspaces.dedup();
    needs
}

impl<'a> Batch<'a> {
    /// Reads what has to be known, and begins.
    pub(super) async fn open(
        guildhall: &'a Guildhall,
        organization: &'a Organization,
        tx: &mut dyn OrgTx,
        concerned: Concerned<'_>,
    ) -> Result<Self, AppError> {
        let prepared = Prepared::new(guildhall, organization, &[], concerned);
        let state = tx.credits().state(&prepared.needs).await?;
        Ok(Self::new(guildhall, organization, prepared, state))
    }

    /// Begins with what is known, and does what is due: returns what is held
    /// too long, takes out what has expired, and gives the plan's credits of
    /// the month (M-21).
    pub(super) fn new(
        guildhall: &'a Guildhall,
        organization: &'a Organization,
        Prepared { now, pool, needs }: Prepared,
        state: CreditState,
    ) -> Self {
        let mut pool = pool.with_grants(state.grants.clone());
        for (user, member) in &state.members {
            let quota = member.quota.unwrap_or_else(|| guildhall.blueprint().credits.default_quota());
            let periods = pool.periods().clone();
            pool = pool.with_member(*user, QuotaSpending { quota, periods, day: member.day, month: member.month });
        }
        for (workspace, credits) in &state.budgets {
            let (quota, periods) = (credits.quota.unwrap_or_default(), pool.periods().clone());
            let spending = QuotaSpending { quota, periods, day: credits.day, month: credits.month };
            pool = pool.with_workspace(*workspace, spending);
        }
        pool = state.reservations.iter().cloned().fold(pool, CreditPool::with_reservation);
        let answers = needs.requests.iter().zip(&state.answers).filter_map(|(request, answer)| {
            answer.as_ref().map(|given| (key_of(request), (given.fingerprint.clone(), given.answer.clone())))
        });
        let (answers, writes, events) = (answers.collect(), CreditWrites::default(), Vec::new());
        let mut batch = Self { guildhall, organization, now, pool, state, answers, writes, events };
        batch.settle();
        batch.give_credits_of_the_plan();
        batch
    }

    /// Whether storage may know of more that is overdue than it told at once.
    pub(super) fn has_more_due(&self) -> bool {
        let overdue = self.state.reservations.iter().filter(|it| it.state == ReservationState::Open);
        overdue.filter(|it| !it.is_open(self.now)).count() >= CreditState::OVERDUE
    }

    /// Whether everything that was due is in the ledger already.
    pub(super) fn is_settled(&self) -> bool {
        self.writes.transactions.is_empty()
    }

    /// Carries out one order on what those before it left.
    pub(super) fn carry_out(&mut self, order: &Order) -> Answer {
        let answer = self.answer(order);
        let (guildhall, now) = (self.guildhall, self.now);
        if let (Ok(_), Some(caller)) = (&answer, self.state.members.get_mut(&order.caller.actor.user_id))
            && caller.facts.is_some()
            && guildhall.is_long_ago(caller.last_active_at)
        {
            order.note_long_absence();
            // One of their orders is enough.
            caller.last_active_at = Some(now);
        }
        answer
    }

    fn answer(&mut self, order: &Order) -> Answer {
        // First: what was answered before is theirs, whatever they may do now.
        if let Some((fingerprint, answer)) = self.answers.get(&key_of(&order.request)) {
            return match *fingerprint == order.request.fingerprint {
                true => CreditReceipt::read(answer),
                false => Err(AppError::IdempotencyKeyReused),
            };
        }
        self.admit(order)?;
        let receipt = self.perform(order)?;
        let written = receipt.written();
        self.writes.answers.insert(receipt.transaction_id, (order.request.clone(), written.clone()));
        self.answers.insert(key_of(&order.request), (order.request.fingerprint.clone(), written));
        Ok(receipt)
    }

    /// Asks the pool for one thing, and enters what it does into the ledger.
    pub(super) fn ask(&mut self, request: CreditRequest, about: About) -> Result<CreditReceipt, AppError> {
        let outcome = self.pool.decide(vec![request]).pop();
        let movement = outcome.ok_or_else(|| AppError::Internal("a request was not decided".to_owned()))??;
        let (amount, reservation_id) = (movement.amount, about.reservation);
        let transaction_id = self.enter(movement, about);
        let (balance, created_at) = (self.pool.balance(), self.now);
        let (grant_id, expires_at) = (None, None);
        let is_repeated = false;
        Ok(CreditReceipt {
            transaction_id,
            amount,
            balance,
            created_at,
            grant_id,
            reservation_id,
            expires_at,
            is_repeated,
        })
    }

    /// Does what is due by itself.
    pub(super) fn settle(&mut self) {
        for due in self.pool.settle() {
            let about = match &due {
                Due::Lapsed(id, _) => self.pool.reservation(*id).map(About::ending).unwrap_or_default(),
                Due::Expired(..) => About::default(),
            };
            self.enter(due.movement().clone(), about);
        }
    }

    /// Gives what the plan has for the month, once: the grant's id is the
    /// month's, and says whether it was given. It is worth something as long
    /// as the month.
    fn give_credits_of_the_plan(&mut self) {
        let month = self.pool.periods().month.clone();
        let id = CreditGrant::of_plan(&month);
        let later = month.next_month().map(|next| CreditGrant::of_plan(&next));
        let given = self.state.grants.iter().any(|grant| grant.id == id || Some(grant.id) == later);
        let amount = Amount::new(self.guildhall.plan_of(self.organization).monthly_credits);
        let (Ok(amount), false) = (amount, given) else { return };
        let expires_at = Some(self.pool.periods().month_ends_at);
        let terms = GrantTerms { expires_at, ..GrantTerms::of(amount) };
        // A pool that is full gets nothing, until there is room.
        if let Ok(movement) = self.pool.decide(vec![CreditRequest::Grant { id, terms }]).remove(0) {
            let transaction = self.enter(movement, About::default());
            let (nobody, request) = (AuditActor { user_id: None, email: None }, RequestContext::default());
            let target = AuditTarget { kind: TargetKind::CreditTransaction, id: transaction.uuid() };
            let (amount, plan) = (amount.get().to_string(), self.organization.plan.to_string());
            let details = [("amount", amount.as_str()), ("plan", plan.as_str()), ("month", month.as_str())];
            let (log, action) = (self.organization.id, AuditAction::GrantCredits);
            let event = self.guildhall.organization_event(log, nobody, &request, action, target, &details);
            self.events.push(event);
        }
    }

    fn enter(&mut self, movement: Movement, about: About) -> CreditTransactionId {
        let id = CreditTransactionId::from(self.guildhall.ports.ids.next());
        let present = || [self.pool.periods().day.clone(), self.pool.periods().month.clone()];
        let [day, month] = about.periods.unwrap_or_else(present);
        self.writes.transactions.push(CreditTransaction {
            id,
            organization_id: self.organization.id,
            movement,
            user_id: about.user,
            actor_id: about.actor,
            workspace_id: about.workspace,
            operation: about.operation,
            reservation_id: about.reservation,
            reverses: about.reverses,
            day,
            month,
            reason: about.reason,
            created_at: self.now,
        });
        id
    }

    /// What was done; none where there is nothing to write.
    pub(super) fn finish(mut self) -> Option<CreditChanges> {
        // What was given back may belong to a grant that has expired.
        self.settle();
        if self.writes.transactions.is_empty() {
            return None;
        }
        self.writes.changes = self.pool.changes().clone();
        Some(CreditChanges { writes: self.writes, events: self.events, at: self.now })
    }
}

/// Why what a batch did could not be written.
pub(super) fn unwritten(error: StoreError) -> AppError {
    match error {
        // Trying again would not help: what is kept is not what the ledger says.
        StoreError::Conflict(constraint) => AppError::Internal(format!("credits cannot be written: {constraint:?}")),
        error => error.into(),
    }
}

fn key_of(request: &IdempotentRequest) -> (UserId, Cow<'static, str>, String) {
    (request.user_id, request.operation.clone(), request.key.clone())
}

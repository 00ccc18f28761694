//! Whoever leads carries out what is asked by all who wait.

use std::sync::Arc;
use std::time::Duration;

use guildhall_domain::OrganizationId;
use guildhall_domain::audit::{AuditTarget, TargetKind};
use guildhall_ports::store::{Mode, OrgTx};

use super::CreditReceipt;
use super::batch::{Batch, Unwritten};
use super::gate::{Answer, Place, Signal, Turn, Waiting};
use super::order::{Action, Order};
use crate::transact::{Patience, hide_stranger};
use crate::unit_of_work::Uow;
use crate::{AppError, Guildhall, Missing};

/// How many orders are carried out in one unit of work.
const MOST: usize = 256;

impl Guildhall {
    /// Carries out an order, together with those for the same organization
    /// that came while others were carried out.
    ///
    /// When it answers, what was done is durable. A refusal changed nothing.
    pub(super) async fn submit(&self, organization: OrganizationId, order: Order) -> Result<CreditReceipt, AppError> {
        let order = Arc::new(order);
        match self.try_submit(organization, &order).await {
            Ok(receipt) => Ok(receipt),
            Err(error) => Err(self.refuse(organization, &order, error).await?),
        }
    }

    /// The same, without a trace of a refusal.
    pub(super) async fn try_submit(&self, organization: OrganizationId, order: &Arc<Order>) -> Answer {
        loop {
            match self.credit_gate.enter(organization, order) {
                Place::Lead(turn) => return self.lead(turn, order).await,
                Place::Full => return Err(AppError::Busy { retry_after: Duration::from_secs(1) }),
                Place::Wait(signal) => match signal.await {
                    Ok(Signal::Answer(answer)) => return answer,
                    Ok(Signal::Lead(turn)) => return self.lead(turn, order).await,
                    // Who led went away half-way: what became of this is known by its key.
                    Err(_) => {}
                },
            }
        }
    }

    /// Leaves a trace of a refusal, where it is a denial, and says what is told.
    pub(super) async fn refuse(
        &self,
        organization: OrganizationId,
        order: &Order,
        error: AppError,
    ) -> Result<AppError, AppError> {
        let permission = order.permission();
        if let Some(target) = unknown_reference(order, &error) {
            self.audit_unknown_reference(&order.caller, organization, permission, target).await?;
        }
        self.audit_denial(&order.caller, organization, permission, &error).await?;
        Ok(hide_stranger(error, organization))
    }

    /// Does what is due by itself.
    pub(super) async fn settle_credits(&self, organization: OrganizationId) -> Result<(), AppError> {
        self.carry_out_patiently(organization, Vec::new).await.map(drop)
    }

    async fn lead(&self, turn: Turn, own: &Arc<Order>) -> Answer {
        let (organization, mut waiting) = (turn.organization(), Vec::new());
        let done = self
            .carry_out_patiently(organization, || {
                waiting.extend(turn.take(MOST - 1 - waiting.len()));
                all(own, &waiting)
            })
            .await;
        let orders = all(own, &waiting);
        let answers = match done {
            Ok(answers) => answers,
            // Storage does not answer: whoever waits would be told so one after the other.
            Err(error @ (AppError::Unavailable(_) | AppError::Contended)) => {
                waiting.extend(turn.take(usize::MAX));
                vec![Err(error); 1 + waiting.len()]
            }
            Err(error) if waiting.is_empty() => vec![Err(error)],
            // One of them cannot be written: the others are not refused for it.
            Err(_) => self.carry_out_one_by_one(organization, &orders).await,
        };
        // The next one is at work already while answers go out.
        drop(turn);
        let mut answers = answers.into_iter();
        let answer = answers.next();
        waiting.into_iter().zip(answers).for_each(|(waiting, answer)| waiting.answer(answer));
        answer.unwrap_or_else(|| Err(AppError::Internal("an order was not answered".to_owned())))
    }

    async fn carry_out_one_by_one(&self, organization: OrganizationId, orders: &[Arc<Order>]) -> Vec<Answer> {
        let mut answers: Vec<Answer> = Vec::new();
        for order in orders {
            // Storage that does not answer one does not answer the next either.
            if let Some(Err(error @ (AppError::Unavailable(_) | AppError::Contended))) = answers.last() {
                answers.push(Err(error.clone()));
                continue;
            }
            let done = self.carry_out_patiently(organization, || vec![Arc::clone(order)]).await;
            answers.push(done.and_then(|mut answers| {
                answers.pop().unwrap_or_else(|| Err(AppError::Internal("an order was not answered".to_owned())))
            }));
        }
        answers
    }

    /// Carries out orders in one unit of work, which is tried again where
    /// other work got in its way. They are asked for as late as can be, so
    /// that those who come meanwhile are among them.
    async fn carry_out_patiently(
        &self,
        organization: OrganizationId,
        mut orders: impl FnMut() -> Vec<Arc<Order>> + Send,
    ) -> Result<Vec<Answer>, AppError> {
        let mut patience = Patience::new();
        loop {
            let mut uow = Uow(self.ports.store.begin_org(organization, Mode::Write).await?);
            let error = match self.carry_out_orders(organization, &mut *uow.0, &mut orders).await {
                Ok((answers, ending)) => match ending.end(uow).await {
                    Ok(()) => return Ok(answers),
                    Err(error) => error,
                },
                Err(error) => match uow.finish::<()>(Err(error)).await {
                    Ok(()) => continue,
                    Err(error) => error,
                },
            };
            if !patience.allows_another_try(&error).await {
                return Err(error);
            }
        }
    }

    async fn carry_out_orders(
        &self,
        organization: OrganizationId,
        tx: &mut dyn OrgTx,
        orders: &mut (impl FnMut() -> Vec<Arc<Order>> + Send),
    ) -> Result<(Vec<Answer>, Ending), AppError> {
        let found = tx.organization().await?;
        let orders = orders();
        let Some(found) = found else {
            let missing = || Err(Missing::Organization.with(organization.uuid()));
            return Ok((orders.iter().map(|_| missing()).collect(), Ending::Rollback));
        };
        let mut ending = Ending::Rollback;
        let mut batch = loop {
            let batch = Batch::open(self, &found, tx, &orders, &[]).await?;
            if !batch.has_more_due() {
                break batch;
            }
            // Nothing is decided before everything that is due is done.
            if batch.write(tx).await? {
                ending = Ending::Commit;
            }
        };
        let answers = orders.iter().map(|order| batch.carry_out(order)).collect();
        if let Some(unwritten) = batch.finish() {
            ending = Ending::Write(unwritten);
        }
        Ok((answers, ending))
    }
}

/// How a unit of work ends.
enum Ending {
    /// What changed nothing needs no commit.
    Rollback,
    Commit,
    Write(Unwritten),
}

impl Ending {
    async fn end(self, uow: Uow) -> Result<(), AppError> {
        match self {
            Self::Rollback => Ok(uow.0.rollback().await?),
            Self::Commit => Ok(uow.0.commit().await?),
            Self::Write(unwritten) => unwritten.commit(uow).await,
        }
    }
}

fn all(own: &Arc<Order>, waiting: &[Waiting]) -> Vec<Arc<Order>> {
    std::iter::once(own).chain(waiting.iter().map(|waiting| &waiting.order)).cloned().collect()
}

/// What a request named, other than in its path, that is not in the organization.
fn unknown_reference(order: &Order, error: &AppError) -> Option<AuditTarget> {
    let AppError::Invalid(fields) = error else { return None };
    let code = fields.first()?.code;
    let (kind, id) = match &order.action {
        Action::Spend(spend) | Action::Reserve { spend, .. } => match code {
            "unknown_workspace" => (TargetKind::Workspace, spend.workspace?.uuid()),
            "unknown_member" => (TargetKind::Member, spend.user.uuid()),
            _ => return None,
        },
        Action::Refund { transaction, .. } if code == "unknown_transaction" => {
            (TargetKind::CreditTransaction, transaction.uuid())
        }
        _ => return None,
    };
    Some(AuditTarget { kind, id })
}

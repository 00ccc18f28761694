//! Whoever leads carries out what is asked by all who wait.

use std::sync::Arc;
use std::time::Duration;

use guildhall_domain::OrganizationId;
use guildhall_domain::audit::{AuditTarget, TargetKind};
use guildhall_ports::store::{CreditWork, Mode};

use super::CreditReceipt;
use super::batch::unwritten;
use super::gate::{Answer, Place, Signal, Turn};
use super::order::{Action, Order};
use super::round::{Led, Round};
use crate::transact::{Patience, hide_stranger};
use crate::{AppError, Guildhall};

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
        let receipt = self.wait_for_turn(organization, order).await?;
        if order.follows_long_absence() {
            self.note_activity(&order.caller, organization).await;
        }
        Ok(receipt)
    }

    async fn wait_for_turn(&self, organization: OrganizationId, order: &Arc<Order>) -> Answer {
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
        self.carry_out_round(organization, &Round::of(self, organization, Vec::new())).await
    }

    async fn lead(&self, turn: Turn, own: &Arc<Order>) -> Answer {
        let organization = turn.organization();
        let round = Round::of_turn(self, own, turn);
        let done = self.carry_out_round(organization, &round).await;
        let Led { turn, mut waiting, orders, answers } = round.end();
        let answers = match done {
            Ok(()) => answers,
            // Storage does not answer: whoever waits would be told so one after the other.
            Err(error @ (AppError::Unavailable(_) | AppError::Contended)) => {
                waiting.extend(turn.iter().flat_map(|turn| turn.take(usize::MAX)));
                vec![Err(error); 1 + waiting.len()]
            }
            Err(error) if waiting.is_empty() => vec![Err(error)],
            // One of them cannot be written: the others are not refused for it.
            Err(_) => self.carry_out_one_by_one(organization, &orders).await,
        };
        // The next one is at work already while answers go out.
        drop(turn);
        let unanswered = || Err(AppError::Internal("an order was not answered".to_owned()));
        let mut answers = answers.into_iter().chain(std::iter::repeat_with(unanswered));
        let answer = answers.next();
        waiting.into_iter().zip(answers).for_each(|(waiting, answer)| waiting.answer(answer));
        answer.unwrap_or_else(unanswered)
    }

    async fn carry_out_one_by_one(&self, organization: OrganizationId, orders: &[Arc<Order>]) -> Vec<Answer> {
        let mut answers: Vec<Answer> = Vec::new();
        for order in orders {
            // Storage that does not answer one does not answer the next either.
            if let Some(Err(error @ (AppError::Unavailable(_) | AppError::Contended))) = answers.last() {
                answers.push(Err(error.clone()));
                continue;
            }
            let round = Round::of(self, organization, vec![Arc::clone(order)]);
            let done = self.carry_out_round(organization, &round).await;
            answers.push(done.and_then(|()| {
                let answer = round.end().answers.pop();
                answer.unwrap_or_else(|| Err(AppError::Internal("an order was not answered".to_owned())))
            }));
        }
        answers
    }

    /// Carries a round out in one unit of work, which is tried again where
    /// other work got in its way.
    async fn carry_out_round(&self, organization: OrganizationId, round: &Arc<Round>) -> Result<(), AppError> {
        let mut patience = Patience::new();
        loop {
            let tx = self.ports.store.begin_org(organization, Mode::Write).await?;
            let work: Arc<dyn CreditWork> = Arc::<Round>::clone(round);
            let Err(error) = tx.carry_out_credits(work).await.map_err(unwritten) else { return Ok(()) };
            if !patience.allows_another_try(&error).await {
                return Err(error);
            }
        }
    }
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

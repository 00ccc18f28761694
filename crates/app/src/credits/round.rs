//! Orders that are carried out in one unit of work, as storage goes through it.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guildhall_domain::{Organization, OrganizationId};
use guildhall_ports::store::{CreditNeeds, CreditState, CreditStep, CreditWork};

use super::batch::{Batch, Concerned, Prepared};
use super::gate::{Answer, Turn, Waiting};
use super::order::Order;
use crate::{Guildhall, Missing};

/// How many orders are carried out in one unit of work.
const MOST: usize = 256;

/// One round of orders for an organization. Storage may go through it on
/// another thread, and what became of it is fetched afterwards.
pub(super) struct Round {
    guildhall: Guildhall,
    organization: OrganizationId,
    state: Mutex<State>,
}

/// Where it is.
struct State {
    /// Orders that nobody has to be taken along for.
    own: Vec<Arc<Order>>,
    /// The turn to take along who waits.
    turn: Option<Turn>,
    waiting: Vec<Waiting>,
    /// What was asked of storage, once it has the organization.
    asked: Option<(Organization, Prepared)>,
    answers: Vec<Answer>,
}

/// Whoever leads a round. When they go away half-way, it is over: their turn
/// does not wait for storage that still has the round in its queue.
pub(super) struct Leading(Arc<Round>);

impl Deref for Leading {
    type Target = Arc<Round>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Leading {
    fn drop(&mut self) {
        drop(self.0.end());
    }
}

/// What became of a round.
pub(super) struct Led {
    /// The turn, which is handed over when this is dropped.
    pub(super) turn: Option<Turn>,
    /// Those who were taken along.
    pub(super) waiting: Vec<Waiting>,
    /// All orders: who led, and then those who were taken along.
    pub(super) orders: Vec<Arc<Order>>,
    /// The answers to them, in their order, where it was carried out.
    pub(super) answers: Vec<Answer>,
}

impl Round {
    /// Orders alone.
    pub(super) fn of(guildhall: &Guildhall, organization: OrganizationId, own: Vec<Arc<Order>>) -> Arc<Self> {
        Self::new(guildhall, organization, own, None)
    }

    /// The order of who leads, with all who wait when storage is ready.
    pub(super) fn of_turn(guildhall: &Guildhall, own: &Arc<Order>, turn: Turn) -> Leading {
        Leading(Self::new(guildhall, turn.organization(), vec![Arc::clone(own)], Some(turn)))
    }

    fn new(guildhall: &Guildhall, organization: OrganizationId, own: Vec<Arc<Order>>, turn: Option<Turn>) -> Arc<Self> {
        let (waiting, answers) = (Vec::new(), Vec::new());
        let state = Mutex::new(State { own, turn, waiting, asked: None, answers });
        Arc::new(Self { guildhall: guildhall.clone(), organization, state })
    }

    /// What became of it. Where storage is still at it, only the order of who
    /// led is carried out: the others ask again with their keys.
    pub(super) fn end(&self) -> Led {
        let mut state = self.lock();
        let orders = state.orders();
        let waiting = std::mem::take(&mut state.waiting);
        Led { turn: state.turn.take(), waiting, orders, answers: std::mem::take(&mut state.answers) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in between fails the unit of work: what it left is not used.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn orders(&self) -> Vec<Arc<Order>> {
        self.own.iter().chain(self.waiting.iter().map(|waiting| &waiting.order)).cloned().collect()
    }

    /// What has to be known to carry orders out.
    fn ask(&mut self, guildhall: &Guildhall, organization: Organization, orders: &[Arc<Order>]) -> CreditNeeds {
        let prepared = Prepared::new(guildhall, &organization, orders, Concerned::default());
        let needs = prepared.needs.clone();
        self.answers.clear();
        self.asked = Some((organization, prepared));
        needs
    }

    /// Takes along who waits by now.
    fn gather(&mut self) {
        if let Some(turn) = &self.turn {
            let more = turn.take(MOST.saturating_sub(self.own.len() + self.waiting.len()));
            self.waiting.extend(more);
        }
    }
}

impl CreditWork for Round {
    /// Orders are gathered as late as can be, so that those who came meanwhile
    /// are among them.
    fn begin(&self, organization: Option<Organization>) -> Option<CreditNeeds> {
        let mut state = self.lock();
        state.gather();
        let orders = state.orders();
        let Some(organization) = organization else {
            state.answers = orders.iter().map(|_| Err(Missing::Organization.with(self.organization.uuid()))).collect();
            return None;
        };
        Some(state.ask(&self.guildhall, organization, &orders))
    }

    fn decide(&self, known: CreditState) -> CreditStep {
        let mut state = self.lock();
        let orders = state.orders();
        // Without answers, everybody is told that there is a fault.
        let Some((organization, prepared)) = state.asked.take() else { return CreditStep::Stop };
        let mut batch = Batch::new(&self.guildhall, &organization, prepared, known);
        if !batch.has_more_due() {
            state.answers = orders.iter().map(|order| batch.carry_out(order)).collect();
            return batch.finish().map_or(CreditStep::Stop, |changes| CreditStep::Finish(Box::new(changes)));
        }
        // Nothing is decided before everything that is due is done.
        let done = batch.finish();
        let needs = state.ask(&self.guildhall, organization, &orders);
        done.map_or(CreditStep::Stop, |changes| CreditStep::GoOn(Box::new(changes), Box::new(needs)))
    }
}

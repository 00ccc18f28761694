//! Requests for one organization's credits that come while others are being
//! carried out wait, and are then carried out together, in one unit of work
//! (group commit): so many requests on one pool cost one commit.
//!
//! Whoever comes when nobody is at work leads, alone and at once. Who leads
//! takes along all who wait by then; afterwards the next one who waits leads.
//! Nothing is kept between two units of work, and organizations have nothing
//! to do with each other, so that one which is stuck delays no other.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guildhall_domain::OrganizationId;
use tokio::sync::oneshot;

use super::CreditReceipt;
use super::order::Order;
use crate::AppError;

/// How many wait for one organization at most, which is a second's work or so.
const QUEUE: usize = 10_000;

/// What became of an order.
pub(super) type Answer = Result<CreditReceipt, AppError>;

/// Where the requests of every organization wait. There is an entry for an
/// organization only while somebody leads there.
#[derive(Default)]
pub(crate) struct Gate(Mutex<HashMap<OrganizationId, VecDeque<Waiting>>>);

/// An order that waits, and the way to whoever gave it.
pub(super) struct Waiting {
    pub(super) order: Arc<Order>,
    sender: oneshot::Sender<Signal>,
}

impl Waiting {
    /// Answers it; who went away gets no answer.
    pub(super) fn answer(self, answer: Answer) {
        let _ = self.sender.send(Signal::Answer(answer));
    }
}

/// What who waits is told.
pub(super) enum Signal {
    /// It was carried out together with others.
    Answer(Answer),
    /// It is their turn.
    Lead(Turn),
}

/// What who comes is told.
pub(super) enum Place {
    /// It is their turn.
    Lead(Turn),
    /// To wait for this.
    Wait(oneshot::Receiver<Signal>),
    /// To come again later.
    Full,
}

impl Gate {
    /// Joins those who wait, or leads where nobody does.
    pub(super) fn enter(self: &Arc<Self>, organization: OrganizationId, order: &Arc<Order>) -> Place {
        match self.queues().entry(organization) {
            Entry::Occupied(queue) if queue.get().len() >= QUEUE => Place::Full,
            Entry::Occupied(mut queue) => {
                let (sender, receiver) = oneshot::channel();
                queue.get_mut().push_back(Waiting { order: Arc::clone(order), sender });
                Place::Wait(receiver)
            }
            Entry::Vacant(place) => {
                place.insert(VecDeque::new());
                Place::Lead(Turn { gate: Arc::clone(self), organization, over: false })
            }
        }
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<OrganizationId, VecDeque<Waiting>>> {
        // Queues are whole between any two statements.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn to carry out what is asked of one organization. When it ends, also
/// by being dropped half-way, the next one who waits has it.
pub(super) struct Turn {
    gate: Arc<Gate>,
    organization: OrganizationId,
    over: bool,
}

impl Turn {
    /// Whose credits.
    pub(super) fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// Takes up to `most` of those who wait and are still there, who came first.
    pub(super) fn take(&self, most: usize) -> Vec<Waiting> {
        let mut queues = self.gate.queues();
        let Some(queue) = queues.get_mut(&self.organization) else { return Vec::new() };
        let taken = queue.drain(..most.min(queue.len()));
        taken.filter(|waiting| !waiting.sender.is_closed()).collect()
    }

    fn hand_over(&mut self) {
        self.over = true;
        loop {
            let next = {
                let mut queues = self.gate.queues();
                let next = queues.get_mut(&self.organization).and_then(VecDeque::pop_front);
                if next.is_none() {
                    queues.remove(&self.organization);
                }
                next
            };
            let Some(next) = next else { return };
            let turn = Self { gate: Arc::clone(&self.gate), organization: self.organization, over: false };
            match next.sender.send(Signal::Lead(turn)) {
                // A turn that nobody fetches is dropped with the channel, and handed over then.
                Ok(()) => return,
                Err(Signal::Lead(mut back)) => back.over = true,
                Err(Signal::Answer(_)) => {}
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.over {
            self.hand_over();
        }
    }
}

#[cfg(test)]
mod tests {
    use guildhall_domain::policy::Actor;
    use guildhall_domain::{Email, ReservationId};
    use guildhall_ports::store::IdempotentRequest;
    use uuid::Uuid;

    use super::super::order::Action;
    use super::*;
    use crate::{Caller, RequestContext};

    const HERE: OrganizationId = OrganizationId::NIL;

    fn order() -> Arc<Order> {
        let user_id = Uuid::from_u128(1).into();
        let caller = Caller {
            actor: Actor { user_id, superadmin: false },
            email: Email::parse("ann@example.com").unwrap(),
            session_id: Uuid::from_u128(2).into(),
            active_organization: None,
            request: RequestContext::default(),
        };
        let action = Action::Release { reservation: ReservationId::NIL };
        let (key, fingerprint) = (String::new(), String::new());
        let request = IdempotentRequest { user_id, operation: "".into(), key, fingerprint };
        Arc::new(Order::new(&caller, action, request))
    }

    fn lead(gate: &Arc<Gate>) -> Turn {
        match gate.enter(HERE, &order()) {
            Place::Lead(turn) => turn,
            Place::Wait(_) | Place::Full => panic!("somebody leads"),
        }
    }

    fn wait(gate: &Arc<Gate>) -> oneshot::Receiver<Signal> {
        match gate.enter(HERE, &order()) {
            Place::Wait(signal) => signal,
            Place::Lead(_) | Place::Full => panic!("nobody leads"),
        }
    }

    fn is_lead(signal: &mut oneshot::Receiver<Signal>) -> Option<Turn> {
        match signal.try_recv() {
            Ok(Signal::Lead(turn)) => Some(turn),
            _ => None,
        }
    }

    #[test]
    fn who_waits_is_taken_along_or_leads_next() {
        let gate = Arc::new(Gate::default());
        let turn = lead(&gate);
        let (mut first, mut second, mut third) = (wait(&gate), wait(&gate), wait(&gate));
        let taken = turn.take(2);
        assert_eq!(taken.len(), 2);
        drop(turn);
        let next = is_lead(&mut third).unwrap();
        taken.into_iter().for_each(|waiting| waiting.answer(Err(AppError::Contended)));
        for signal in [&mut first, &mut second] {
            assert!(matches!(signal.try_recv(), Ok(Signal::Answer(Err(AppError::Contended)))));
        }
        drop(next);
        assert!(gate.queues().is_empty(), "nothing is kept for who is idle");
    }

    #[test]
    fn not_any_number_of_them_wait() {
        let gate = Arc::new(Gate::default());
        let turn = lead(&gate);
        let waiting: Vec<_> = (0..QUEUE).map(|_| wait(&gate)).collect();
        assert!(matches!(gate.enter(HERE, &order()), Place::Full));
        drop(turn.take(1));
        assert!(matches!(gate.enter(HERE, &order()), Place::Wait(_)));
        drop(waiting);
    }

    /// Those whom a leader took along find out that it is gone.
    #[test]
    fn a_leader_that_goes_away() {
        let gate = Arc::new(Gate::default());
        let turn = lead(&gate);
        let (mut first, mut second) = (wait(&gate), wait(&gate));
        drop(turn.take(1));
        drop(turn);
        assert!(matches!(first.try_recv(), Err(oneshot::error::TryRecvError::Closed)));
        assert!(is_lead(&mut second).is_some());
    }

    /// A turn finds somebody, or nobody is left.
    #[test]
    fn those_who_went_away_are_passed_by() {
        let gate = Arc::new(Gate::default());
        let turn = lead(&gate);
        let (first, second, mut third) = (wait(&gate), wait(&gate), wait(&gate));
        drop(first);
        drop(turn);
        // It was told that it leads, and went away without looking.
        drop(second);
        let turn = is_lead(&mut third).unwrap();
        drop(wait(&gate));
        assert!(turn.take(10).is_empty());
        drop(turn);
        drop(lead(&gate));
        assert!(gate.queues().is_empty());
    }
}

//! Work on credits that storage goes through by itself: each step sees what the one before wrote, and all of it is
//! lasting or nothing (M-20, R-LED-2).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use guildhall_domain::audit::{AuditAction, AuditEvent};
use guildhall_domain::credits::{CreditRequest, GrantTerms};
use guildhall_domain::{Organization, OrganizationId};
use guildhall_ports::store::{
    Constraint, CreditChanges, CreditNeeds, CreditState, CreditStep, CreditWork, CreditWrites, Mode, Store, StoreError,
};

use super::expect;
use crate::fixtures::{Fixture, decide_orders};

/// Work whose steps are known before.
struct Script {
    needs: CreditNeeds,
    steps: Mutex<VecDeque<CreditStep>>,
    /// The organization that it began with, and what it was told at each step.
    seen: Mutex<(Option<Organization>, Vec<CreditState>)>,
}

impl Script {
    fn new(needs: &CreditNeeds, steps: impl IntoIterator<Item = CreditStep>) -> Arc<Self> {
        let steps = Mutex::new(steps.into_iter().collect());
        Arc::new(Self { needs: needs.clone(), steps, seen: Mutex::default() })
    }

    /// What was available at each step.
    fn available(&self) -> Vec<u64> {
        let seen = self.seen.lock().expect("nobody panicked");
        seen.1.iter().map(|state| state.grants.iter().map(|grant| grant.available).sum()).collect()
    }

    fn organization(&self) -> Option<Organization> {
        self.seen.lock().expect("nobody panicked").0.clone()
    }
}

impl CreditWork for Script {
    fn begin(&self, organization: Option<Organization>) -> Option<CreditNeeds> {
        let needs = organization.is_some().then(|| self.needs.clone());
        self.seen.lock().expect("nobody panicked").0 = organization;
        needs
    }

    fn decide(&self, state: CreditState) -> CreditStep {
        self.seen.lock().expect("nobody panicked").1.push(state);
        self.steps.lock().expect("nobody panicked").pop_front().expect("a step is left")
    }
}

/// A grant of so many credits, and an event about it.
fn giving(f: &Fixture, id: OrganizationId, event: &AuditEvent, credits: u64) -> Box<CreditChanges> {
    let needs = f.credit_needs(f.now());
    let terms = GrantTerms::of(f.amount(credits));
    let orders = [CreditRequest::Grant { id: f.id(), terms }.into()];
    let writes = decide_orders(id, &f.ids, &needs, &CreditState::default(), &orders).writes;
    Box::new(CreditChanges { writes, events: vec![event.clone()], at: needs.now })
}

async fn carry_out(f: &Fixture, id: OrganizationId, work: &Arc<Script>) -> Result<(), StoreError> {
    let work: Arc<dyn CreditWork> = Arc::<Script>::clone(work);
    f.begin(id).await.carry_out_credits(work).await
}

/// Steps come one after the other, and everything that they wrote stays, however it ends.
pub async fn credit_work_is_lasting(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (needs, records) = (f.credit_needs(f.now()), f.state(id).await.records.len());
    let event = || f.event(Some(id), AuditAction::GrantCredits, &owner);
    let go_on = |credits| CreditStep::GoOn(giving(&f, id, &event(), credits), Box::new(needs.clone()));
    for (last, written) in [(CreditStep::Stop, 3), (CreditStep::Finish(giving(&f, id, &event(), 4)), 10)] {
        let before = f.pool(id).await.0;
        let script = Script::new(&needs, [go_on(1), go_on(2), last]);
        carry_out(&f, id, &script).await.unwrap();
        assert_eq!(script.organization().unwrap().id, id);
        assert_eq!(script.available(), [before, before + 1, before + 3]);
        assert_eq!(f.pool(id).await.0, written);
    }
    assert_eq!((f.ledger(id).await.len(), f.state(id).await.records.len()), (5, records + 5));
    // Without an event, and without a step before.
    let alone = CreditChanges { events: Vec::new(), ..*giving(&f, id, &event(), 5) };
    carry_out(&f, id, &Script::new(&needs, [CreditStep::Finish(Box::new(alone))])).await.unwrap();
    assert_eq!((f.pool(id).await.0, f.state(id).await.records.len()), (15, records + 5));
}

/// Work that stops, that has no organization or that fails has changed nothing.
pub async fn credit_work_changes_nothing_where_it_fails(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, beta) = f.seed_owned("Beta").await;
    let (id, needs) = (organization.id, f.credit_needs(f.now()));
    f.seed_credits(id, 10).await;
    let event = f.event(Some(id), AuditAction::GrantCredits, &owner);
    let before = (f.state(id).await, f.ledger(id).await, f.kept_credits(id).await);
    carry_out(&f, id, &Script::new(&needs, [CreditStep::Stop])).await.unwrap();

    let absent = Script::new(&needs, []);
    carry_out(&f, f.id(), &absent).await.unwrap();
    assert_eq!((absent.organization(), absent.available()), (None, vec![]));

    let go_on = || CreditStep::GoOn(giving(&f, id, &event, 1), Box::new(needs.clone()));
    let mut below_zero = CreditWrites::default();
    below_zero.changes.usage.insert((owner.id, needs.day.clone()), -1);
    let below_zero = CreditChanges { writes: below_zero, events: vec![event.clone()], at: needs.now };
    for last in [
        CreditStep::Finish(Box::new(below_zero.clone())),
        CreditStep::GoOn(Box::new(below_zero.clone()), Box::new(needs.clone())),
        CreditStep::Finish(Box::new(CreditChanges { events: Vec::new(), ..below_zero })),
    ] {
        let failed = carry_out(&f, id, &Script::new(&needs, [go_on(), last])).await;
        expect::conflict(failed, Constraint::LimitReached);
    }
    let theirs = f.event(Some(beta.id), AuditAction::GrantCredits, &owner);
    for foreign in [giving(&f, beta.id, &event, 1), giving(&f, id, &theirs, 1)] {
        let failed = carry_out(&f, id, &Script::new(&needs, [go_on(), CreditStep::Finish(foreign)])).await;
        assert!(matches!(failed, Err(StoreError::Corrupt(_))), "{failed:?}");
    }
    let reading = f.store.begin_org(id, Mode::Read).await.unwrap();
    let script: Arc<dyn CreditWork> = Script::new(&needs, [CreditStep::Finish(giving(&f, id, &event, 1))]);
    assert!(reading.carry_out_credits(script).await.is_err());
    assert_eq!((f.state(id).await, f.ledger(id).await, f.kept_credits(id).await), before);
    assert_eq!(f.ledger(beta.id).await, []);
}

//! The pool against a simple model: random grants, spends, reservations,
//! refunds, expiries and time jumps (M-20 to M-26, R-LED-1, R-LED-2, R-LED-6).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use guildhall_domain::credits::{
    Amount, CreditGrant, CreditPool, CreditQuota, CreditRequest, GrantTerms, LedgerAccount, Movement, QuotaSpending,
    Refusal, Reservation, SpendBy,
};
use guildhall_domain::{CreditGrantId, Limit, ReservationId, TimeZone, Timestamp, UserId, WorkspaceId};
use proptest::prelude::*;
use time::Duration;
use time::macros::datetime;
use uuid::Uuid;

#[derive(Debug, Clone)]
enum Step {
    Grant { amount: u64, expires_in: Option<i64>, priority: u8 },
    Revoke(usize),
    Spend { who: u8, amount: u64 },
    Reserve { who: u8, amount: u64, lasts: i64 },
    Commit { which: usize, amount: u64 },
    Release(usize),
    Refund(usize),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let amount = 1..60_u64;
    prop_oneof![
        3 => (1..200_u64, prop::option::of(1..200_000_i64), 0..3_u8)
            .prop_map(|(amount, expires_in, priority)| Step::Grant { amount, expires_in, priority }),
        1 => (0..6_usize).prop_map(Step::Revoke),
        6 => (0..3_u8, amount.clone()).prop_map(|(who, amount)| Step::Spend { who, amount }),
        4 => (0..3_u8, amount.clone(), 1..7_200_i64).prop_map(|(who, amount, lasts)| Step::Reserve { who, amount, lasts }),
        3 => (0..6_usize, amount).prop_map(|(which, amount)| Step::Commit { which, amount }),
        1 => (0..6_usize).prop_map(Step::Release),
        2 => (0..6_usize).prop_map(Step::Refund),
        3 => (1..120_000_i64).prop_map(Step::Wait),
    ]
}

/// What was spent, as a refund needs to know it.
struct Spent {
    user: UserId,
    workspace: Option<WorkspaceId>,
    day: String,
    month: String,
    of_grants: Vec<(CreditGrantId, u64)>,
}

/// The pool between two requests, as storage would keep it, and a ledger that only grows.
struct World {
    now: Timestamp,
    zone: TimeZone,
    grants: Vec<CreditGrant>,
    reservations: BTreeMap<ReservationId, Reservation>,
    quotas: Vec<CreditQuota>,
    budget: CreditQuota,
    /// Net spent or held by user and period, counted by the model from its own rules.
    usage: BTreeMap<(u8, String), u64>,
    /// The same as storage would keep it, from what the pool says that it changed.
    kept: BTreeMap<(UserId, String), i64>,
    kept_of_workspaces: BTreeMap<(WorkspaceId, UserId, String), i64>,
    kept_totals: BTreeMap<(WorkspaceId, String), i64>,
    ledger: Vec<Movement>,
    spent: Vec<Spent>,
    next_id: u128,
}

fn user(who: u8) -> UserId {
    UserId::from(Uuid::from_u128(1_000 + u128::from(who)))
}

/// What two of them work in together, with a budget.
fn board() -> WorkspaceId {
    WorkspaceId::from(Uuid::from_u128(2_000))
}

/// Who spends, for the board but for the first.
fn by(who: u8) -> SpendBy {
    SpendBy { workspace_id: (who > 0).then_some(board()), ..SpendBy::member(user(who)) }
}

impl World {
    fn new(zone: &str, quotas: Vec<CreditQuota>, budget: CreditQuota) -> Self {
        Self {
            now: datetime!(2026-03-27 20:00 UTC),
            zone: TimeZone::parse(zone).unwrap(),
            grants: Vec::new(),
            reservations: BTreeMap::new(),
            quotas,
            budget,
            usage: BTreeMap::new(),
            kept: BTreeMap::new(),
            kept_of_workspaces: BTreeMap::new(),
            kept_totals: BTreeMap::new(),
            ledger: Vec::new(),
            spent: Vec::new(),
            next_id: 1,
        }
    }

    fn id(&mut self) -> Uuid {
        self.next_id += 1;
        Uuid::from_u128(self.next_id)
    }

    fn used(&self, who: u8, period: &str) -> u64 {
        self.usage.get(&(who, period.to_owned())).copied().unwrap_or(0)
    }

    /// By those who work in the board.
    fn used_for_board(&self, period: &str) -> u64 {
        self.used(1, period) + self.used(2, period)
    }

    fn pool(&self) -> CreditPool {
        let mut pool = CreditPool::new(self.now, &self.zone).with_grants(self.grants.clone());
        let periods = pool.periods().clone();
        for (who, quota) in (0_u8..).zip(&self.quotas) {
            let (day, month) = (self.used(who, periods.day.as_str()), self.used(who, periods.month.as_str()));
            let spending = QuotaSpending { quota: *quota, periods: periods.clone(), day, month };
            pool = pool.with_member(user(who), spending);
        }
        let (day, month) = (self.used_for_board(periods.day.as_str()), self.used_for_board(periods.month.as_str()));
        pool = pool.with_workspace(board(), QuotaSpending { quota: self.budget, periods, day, month });
        self.reservations.values().fold(pool, |pool, it| pool.with_reservation(it.clone()))
    }

    /// Carries one request out as a server would: settle, decide, settle, keep.
    fn ask(&mut self, request: Option<CreditRequest>) -> Option<Result<Movement, Refusal>> {
        let mut pool = self.pool();
        let mut movements: Vec<_> = pool.settle().iter().map(|due| due.movement().clone()).collect();
        self.check_cover(&pool);
        let expected = request.as_ref().map(|request| self.expected(&pool, request));
        let outcome = request.clone().map(|request| pool.decide(vec![request]).remove(0));
        if let (Some(outcome), Some(expected)) = (&outcome, expected) {
            assert_eq!(outcome.is_ok(), expected, "{request:?} {outcome:?}");
        }
        if let Some(Ok(movement)) = &outcome {
            movements.push(movement.clone());
        }
        movements.extend(pool.settle().iter().map(|due| due.movement().clone()));
        self.keep(&pool);
        self.ledger.extend(movements);
        self.check(&pool);
        outcome
    }

    /// Writes what changed, and nothing else: it must be enough.
    fn keep(&mut self, pool: &CreditPool) {
        let changes = pool.changes();
        for (id, grant) in &changes.grants {
            self.grants.retain(|known| known.id != *id);
            self.grants.push(grant.clone());
        }
        self.reservations.extend(changes.reservations.clone());
        for ((user, period), amount) in &changes.usage {
            *self.kept.entry((*user, period.to_string())).or_default() += amount;
        }
        for ((workspace, user, period), amount) in &changes.workspace_usage {
            *self.kept_of_workspaces.entry((*workspace, *user, period.to_string())).or_default() += amount;
        }
        for ((workspace, period), amount) in changes.workspace_totals() {
            *self.kept_totals.entry((workspace, period.to_string())).or_default() += amount;
        }
        let mut grants = pool.grants().to_vec();
        for all in [&mut grants, &mut self.grants] {
            all.sort_by_key(|grant| grant.id);
        }
        assert_eq!(self.grants, grants);
        assert!(self.reservations.iter().all(|(id, known)| pool.reservation(*id) == Some(known)));
    }

    /// What was counted by the pool is what the model counts.
    fn check_usage(&self) {
        let model = self.usage.iter().filter(|(_, used)| **used > 0);
        let model: BTreeMap<_, _> =
            model.map(|((who, period), used)| ((user(*who), period.clone()), i64::try_from(*used).unwrap())).collect();
        let mut kept = self.kept.clone();
        kept.retain(|_, used| *used != 0);
        assert_eq!(kept, model);
        let of_workspaces = kept.iter().filter_map(|((who, period), used)| {
            let by = (0_u8..3).map(by).find(|by| by.user_id == *who)?;
            Some(((by.workspace_id?, *who, period.clone()), *used))
        });
        let mut kept_of_workspaces = self.kept_of_workspaces.clone();
        kept_of_workspaces.retain(|_, used| *used != 0);
        assert_eq!(kept_of_workspaces, of_workspaces.collect());
        let mut totals = BTreeMap::new();
        for ((workspace, _, period), used) in kept_of_workspaces {
            *totals.entry((workspace, period)).or_default() += used;
        }
        let mut kept_totals = self.kept_totals.clone();
        kept_totals.retain(|_, used| *used != 0);
        assert_eq!(kept_totals, totals);
    }

    /// Whether a request can be granted, by rules written a second time.
    fn expected(&self, pool: &CreditPool, request: &CreditRequest) -> bool {
        let there: u64 = self.live_balance(pool);
        let within = |who: UserId, amount: u64| {
            let who = (0_u8..3).find(|n| user(*n) == who).unwrap();
            let quota = self.quotas[usize::from(who)];
            let spending = pool.member(user(who)).unwrap();
            let at_most = |limit: Limit, used: u64| match limit {
                Limit::Unlimited => true,
                Limit::AtMost(most) => used + amount <= most,
            };
            let board = pool.workspace(board()).unwrap();
            let for_board = who > 0;
            at_most(quota.daily, spending.day)
                && at_most(quota.monthly, spending.month)
                && (!for_board || at_most(self.budget.daily, board.day) && at_most(self.budget.monthly, board.month))
        };
        match request {
            CreditRequest::Grant { .. } => true,
            CreditRequest::Revoke { grant } => pool.grants().iter().any(|it| it.id == *grant && it.available > 0),
            CreditRequest::Spend { by, amount } | CreditRequest::Reserve { by, amount, .. } => {
                amount.get() <= there && within(by.user_id, amount.get())
            }
            CreditRequest::Commit { reservation, amount } => {
                pool.reservation(*reservation).is_some_and(|it| it.is_open(self.now) && amount.get() <= it.amount())
            }
            CreditRequest::Release { reservation } => {
                pool.reservation(*reservation).is_some_and(|it| it.is_open(self.now))
            }
            CreditRequest::Refund { spent, .. } => !spent.is_empty(),
        }
    }

    fn live_balance(&self, pool: &CreditPool) -> u64 {
        let live = |grant: &&CreditGrant| grant.terms.expires_at.is_none_or(|at| self.now < at);
        pool.grants().iter().filter(live).map(|grant| grant.available).sum()
    }

    fn check_cover(&self, pool: &CreditPool) {
        assert_eq!(pool.balance(), self.live_balance(pool));
        assert!(
            pool.grants()
                .iter()
                .all(|grant| grant.terms.expires_at.is_none_or(|at| self.now < at) || grant.available == 0)
        );
    }

    /// R-LED-1, R-LED-2: the ledger sums to zero, and its balances are the pool's.
    fn check(&self, pool: &CreditPool) {
        let mut accounts: BTreeMap<(&str, CreditGrantId), i128> = BTreeMap::new();
        for movement in &self.ledger {
            assert!(movement.is_balanced(), "{movement:?}");
            for entry in &movement.entries {
                assert_ne!(entry.amount, 0);
                *accounts.entry((entry.account.as_str(), entry.grant)).or_default() += i128::from(entry.amount);
            }
        }
        for ((account, grant), total) in &accounts {
            match *account {
                "granted" => assert!(*total <= 0),
                _ => assert!(*total >= 0, "{account} of {grant:?} is {total}"),
            }
        }
        let sum = |account: LedgerAccount| -> i128 {
            accounts.iter().filter(|((name, _), _)| *name == account.as_str()).map(|(_, total)| total).sum()
        };
        assert_eq!(sum(LedgerAccount::Pool), pool.grants().iter().map(|it| i128::from(it.available)).sum());
        assert_eq!(sum(LedgerAccount::Reserved), i128::from(pool.reserved()));
        let held: u64 = self.reservations.values().filter(|it| it.is_open(self.now)).map(Reservation::amount).sum();
        assert_eq!(pool.reserved(), held, "what is held is held by open reservations");
        let all: i128 = accounts.values().sum();
        assert_eq!(all, 0);
    }

    fn take(&mut self, step: Step) {
        let zone = self.zone.clone();
        let periods = guildhall_domain::credits::Periods::at(self.now, &zone);
        let (day, month) = (periods.day.as_str().to_owned(), periods.month.as_str().to_owned());
        match step {
            Step::Grant { amount, expires_in, priority } => {
                let expires_at = expires_in.map(|seconds| self.now + Duration::seconds(seconds));
                let terms = GrantTerms { amount: Amount::new(amount).unwrap(), expires_at, priority };
                let id = CreditGrantId::from(self.id());
                self.ask(Some(CreditRequest::Grant { id, terms }));
            }
            Step::Revoke(nth) => {
                if let Some(grant) = self.grants.get(nth).map(|grant| grant.id) {
                    self.ask(Some(CreditRequest::Revoke { grant }));
                }
            }
            Step::Spend { who, amount } => {
                let by = by(who);
                let workspace = by.workspace_id;
                let outcome = self.ask(Some(CreditRequest::Spend { by, amount: Amount::new(amount).unwrap() }));
                if let Some(Ok(movement)) = outcome {
                    self.burns_in_order(&movement);
                    self.count(who, [&day, &month], amount);
                    let of_grants = consumed(&movement);
                    self.spent.push(Spent { user: user(who), workspace, day, month, of_grants });
                }
            }
            Step::Reserve { who, amount, lasts } => {
                let (id, by) = (ReservationId::from(self.id()), by(who));
                let (amount, expires_at) = (Amount::new(amount).unwrap(), self.now + Duration::seconds(lasts));
                let mut pool = self.pool();
                let mut movements: Vec<_> = pool.settle().iter().map(|due| due.movement().clone()).collect();
                let request = CreditRequest::Reserve { id, by, amount, expires_at };
                let expected = self.expected(&pool, &request);
                let outcome = pool.decide(vec![request]).remove(0);
                assert_eq!(outcome.is_ok(), expected);
                if let Ok(movement) = outcome {
                    movements.push(movement);
                    self.count(who, [&day, &month], amount.get());
                }
                self.keep(&pool);
                self.ledger.extend(movements);
                self.check(&pool);
            }
            Step::Commit { which, amount } => self.end(which, Some(amount)),
            Step::Release(which) => self.end(which, None),
            Step::Refund(which) => {
                if self.spent.is_empty() {
                    return;
                }
                let spent = self.spent.remove(which % self.spent.len());
                let total: u64 = spent.of_grants.iter().map(|(_, amount)| amount).sum();
                let request = CreditRequest::Refund {
                    by: (spent.user, spent.workspace),
                    day: spent.day.parse().unwrap(),
                    month: spent.month.parse().unwrap(),
                    spent: spent.of_grants,
                };
                assert!(self.ask(Some(request)).unwrap().is_ok());
                self.uncount(spent.user, [&spent.day, &spent.month], total);
            }
            Step::Wait(seconds) => {
                self.now += Duration::seconds(seconds);
                let lapsed: Vec<_> = self.reservations.values().filter(|it| self.is_due(it)).cloned().collect();
                for it in lapsed {
                    self.uncount(it.by.user_id, [it.day.as_str(), it.month.as_str()], it.amount());
                }
                // What a server does when the next request comes.
                self.ask(None);
            }
        }
    }

    fn is_due(&self, reservation: &Reservation) -> bool {
        reservation.state == guildhall_domain::credits::ReservationState::Open && reservation.expires_at <= self.now
    }

    fn end(&mut self, which: usize, commit: Option<u64>) {
        let ids: Vec<_> = self.reservations.keys().copied().collect();
        if ids.is_empty() {
            return;
        }
        let reservation = ids[which % ids.len()];
        let before = self.reservations[&reservation].clone();
        let request = match commit {
            Some(amount) => CreditRequest::Commit { reservation, amount: Amount::new(amount).unwrap() },
            None => CreditRequest::Release { reservation },
        };
        if let Some(Ok(movement)) = self.ask(Some(request)) {
            let spent: u64 = consumed(&movement).iter().map(|(_, amount)| amount).sum();
            assert_eq!(spent, commit.unwrap_or(0));
            let periods = [before.day.as_str(), before.month.as_str()];
            self.uncount(before.by.user_id, periods, before.amount() - spent);
        }
    }

    fn count(&mut self, who: u8, periods: [&str; 2], amount: u64) {
        for period in periods {
            *self.usage.entry((who, period.to_owned())).or_default() += amount;
        }
        // M-25: never past a quota.
        let quota = self.quotas[usize::from(who)];
        assert!(quota.daily.allows(self.used(who, periods[0])));
        assert!(quota.monthly.allows(self.used(who, periods[1])));
        // Nor past a budget.
        if who > 0 {
            assert!(self.budget.daily.allows(self.used_for_board(periods[0])));
            assert!(self.budget.monthly.allows(self.used_for_board(periods[1])));
        }
    }

    fn uncount(&mut self, of: UserId, periods: [&str; 2], amount: u64) {
        let who = (0_u8..3).find(|n| user(*n) == of).unwrap();
        for period in periods {
            *self.usage.get_mut(&(who, period.to_owned())).unwrap() -= amount;
        }
    }

    /// By priority, then expiry, then age: what burned left nothing that burns before it.
    fn burns_in_order(&self, movement: &Movement) {
        let order = |grant: &CreditGrant| {
            (grant.terms.priority, grant.terms.expires_at.is_none(), grant.terms.expires_at, grant.id)
        };
        let burned: Vec<_> = consumed(movement).into_iter().map(|(id, _)| id).collect();
        let last = self.grants.iter().filter(|grant| burned.contains(&grant.id)).map(order).max();
        for grant in &self.grants {
            assert!(Some(order(grant)) >= last || grant.available == 0, "{grant:?} should have burned first");
        }
    }
}

fn consumed(movement: &Movement) -> Vec<(CreditGrantId, u64)> {
    let entries = movement.entries.iter().filter(|entry| entry.account == LedgerAccount::Consumed);
    entries.map(|entry| (entry.grant, entry.amount.unsigned_abs())).collect()
}

fn quota() -> impl Strategy<Value = CreditQuota> {
    let limit = || prop_oneof![Just(Limit::Unlimited), (1..150_u64).prop_map(Limit::AtMost)];
    (limit(), limit()).prop_map(|(monthly, daily)| CreditQuota { monthly, daily })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn the_pool_is_as_the_model(
        zone in prop_oneof![Just("UTC"), Just("Europe/Berlin"), Just("America/Havana"), Just("Asia/Kathmandu")],
        quotas in prop::collection::vec(quota(), 3),
        budget in quota(),
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut world = World::new(zone, quotas, budget);
        for step in steps {
            world.take(step);
            world.check_usage();
        }
    }
}

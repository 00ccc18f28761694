//! Random requests, through a pool read from the store and written to it, come
//! out as on what was never stored (M-20 to M-26, R-LED).

use std::sync::Arc;

use guildhall_domain::credits::{CreditQuota, CreditRequest, GrantTerms, MovementKind, QuotaScope, Refusal, SpendBy};
use guildhall_domain::policy::{WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{
    AccessLevel, Limit, MemberRole, Membership, OrganizationId, Timestamp, UserId, WorkspaceId, WorkspaceRole,
};
use guildhall_ports::store::{OrgTx, Store};
use time::Duration;

use crate::fixtures::{CreditModel, CreditOrder, Fixture, Random, assert_kept, decide_orders, needs_of};

struct World {
    f: Fixture,
    random: Random,
    organization: OrganizationId,
    members: Vec<Membership>,
    workspaces: Vec<WorkspaceId>,
    now: Timestamp,
    model: CreditModel,
    /// How many were refused because of a budget.
    by_budget: usize,
}

fn is_by_budget(refusal: &Refusal) -> bool {
    let Refusal::NotCovered { quotas, .. } = refusal else { return false };
    quotas.iter().any(|quota| QuotaScope::OF_WORKSPACE.contains(&quota.scope))
}

impl World {
    async fn new(store: &Arc<dyn Store>, seed: u64) -> Self {
        let f = Fixture::new(Arc::clone(store));
        let organization = f.seed_owned("Acme").await.1.id;
        let mut members = Vec::new();
        for name in ["bob", "carol", "dave"] {
            let email = format!("{name}@acme.example");
            members.push(f.seed_member(organization, &email, MemberRole::Member).await.1);
        }
        let mut model = CreditModel::default();
        let mut workspaces = Vec::new();
        for (name, member) in ["Board", "Desk", "Loft"].into_iter().zip(&members) {
            let workspace = f.seed_workspace(organization, name).await;
            f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Member).await;
            f.seed_grants(member, &[(workspace.id, AccessLevel::Write)]).await;
            for other in &members {
                let is_in = other.id == member.id;
                let ties = WorkspaceTies {
                    role: is_in.then_some(WorkspaceRole::Member),
                    grant: is_in.then_some(AccessLevel::Write),
                };
                model.workspaces.insert((workspace.id, other.user_id), (WorkspaceFacts::from(&workspace), ties));
            }
            workspaces.push(workspace.id);
        }
        // Of one that is not there something may be counted all the same.
        workspaces.push(f.id());
        let now = f.now();
        Self { random: Random::new(seed), organization, members, workspaces, now, model, by_budget: 0, f }
    }

    fn user(&mut self) -> UserId {
        self.random.pick(&self.members).user_id
    }

    fn spend_by(&mut self) -> SpendBy {
        let operation = (self.random.below(3) == 0).then(|| self.f.name("refinement"));
        let workspace_id = (self.random.below(3) > 0).then(|| *self.random.pick(&self.workspaces));
        SpendBy { workspace_id, operation, ..SpendBy::member(self.user()) }
    }

    /// One order, now and then for what is not there or not good any more.
    fn order(&mut self) -> CreditOrder {
        let amount = self.f.amount(1 + self.random.below(60));
        let reservations: Vec<_> = self.model.reservations.keys().copied().collect();
        let reservation = if reservations.is_empty() { self.f.id() } else { *self.random.pick(&reservations) };
        let request = match self.random.below(20) {
            0..2 => {
                let expires = self.random.below(2) == 0;
                let lasts = Duration::seconds(1 + self.random.below(200_000) as i64);
                let priority = self.random.below(3) as u8;
                let amount = self.f.amount(1 + self.random.below(200));
                let terms = GrantTerms { amount, expires_at: expires.then_some(self.now + lasts), priority };
                CreditRequest::Grant { id: self.f.id(), terms }
            }
            2 => {
                let grants: Vec<_> = self.model.grants.keys().copied().collect();
                CreditRequest::Revoke {
                    grant: if grants.is_empty() { self.f.id() } else { *self.random.pick(&grants) },
                }
            }
            3..9 => CreditRequest::Spend { by: self.spend_by(), amount },
            9..14 => {
                let expires_at = self.now + Duration::seconds(1 + self.random.below(7_200) as i64);
                CreditRequest::Reserve { id: self.f.id(), by: self.spend_by(), amount, expires_at }
            }
            14..17 => CreditRequest::Commit { reservation, amount },
            17 => CreditRequest::Release { reservation },
            _ if self.model.ledger.is_empty() => return CreditOrder::Refund(self.f.id()),
            _ => return CreditOrder::Refund(self.random.pick(&self.model.ledger).id),
        };
        request.into()
    }

    fn quota(&mut self) -> CreditQuota {
        let mut limit = |most| match self.random.below(3) {
            0 => Limit::Unlimited,
            _ => Limit::AtMost(1 + self.random.below(most)),
        };
        CreditQuota { monthly: limit(4_000), daily: limit(400) }
    }

    async fn set_budget(&mut self) {
        let (budget, now) = (self.quota(), self.now);
        let workspace = *self.random.pick(&self.workspaces[..3]);
        self.model.budgets.insert(workspace, budget);
        let set = async |unit: &mut dyn OrgTx| unit.credits().set_budget(workspace, budget, now).await;
        self.f.write(self.organization, set).await;
    }

    async fn set_quota(&mut self) {
        let quota = self.quota();
        let (member, now) = (self.random.pick(&self.members).clone(), self.now);
        self.model.quotas.insert(member.user_id, quota);
        self.f.write(self.organization, async |unit| unit.credits().set_quota(member.id, quota, now).await).await;
    }

    /// Some orders in one unit of work: the store knows what the model knows, and keeps what came of them.
    async fn step(&mut self) {
        match self.random.below(12) {
            0..3 => self.now += Duration::seconds(1 + self.random.below(120_000) as i64),
            3 => self.set_quota().await,
            4 => self.set_budget().await,
            _ => {}
        }
        let mut orders: Vec<CreditOrder> = Vec::new();
        for _ in 0..self.random.below(6) {
            let order = self.order();
            // What is refunded twice in one unit of work is for the application to notice.
            if !(matches!(order, CreditOrder::Refund(_)) && orders.contains(&order)) {
                orders.push(order);
            }
        }
        let mut needs = needs_of(&orders, self.now);
        needs.users.extend(self.members.iter().map(|member| member.user_id));
        let mut known = self.f.credit_state(self.organization, &needs).await;
        assert!(known.members.values().all(|member| member.facts.is_some()));
        known.members.values_mut().for_each(|member| (member.facts, member.last_active_at) = (None, None));
        let wanted = self.model.state(&needs);
        // Whether a grant is told that is empty, and gets nothing back, is left to the store.
        known.grants.retain(|grant| grant.available + grant.reserved > 0 || wanted.grants.contains(grant));
        assert_eq!(known.spent, wanted.spent, "{orders:?}");
        assert_eq!(known.members, wanted.members, "{orders:?}");
        assert_eq!(known.workspaces, wanted.workspaces, "{orders:?}");
        assert_eq!(known.budgets, wanted.budgets, "{orders:?}");
        assert_eq!(known.reservations, wanted.reservations, "{orders:?}");
        assert_eq!(known.grants, wanted.grants, "{orders:?}");

        let decision = decide_orders(self.organization, &self.f.ids, &needs, &known, &orders);
        let (now, writes) = (self.now, &decision.writes);
        if self.random.below(10) == 0 {
            // What is rolled back was never there.
            let mut unit = self.f.begin(self.organization).await;
            unit.credits().write(writes, now).await.unwrap();
            unit.rollback().await.unwrap();
        }
        self.f.write(self.organization, async |unit| unit.credits().write(writes, now).await).await;
        self.model.write(writes);
        let refusals = decision.outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        self.by_budget += refusals.filter(|refusal| is_by_budget(refusal)).count();
    }
}

/// Whatever is asked in whatever order, at whatever time.
pub async fn random_orders_come_out_as_on_the_model(store: Arc<dyn Store>) {
    let mut world = World::new(&store, 20_261_122).await;
    for _ in 0..400 {
        world.step().await;
    }
    let mut ledger = world.f.ledger(world.organization).await;
    ledger.reverse();
    assert_eq!(ledger, world.model.ledger);
    let kept = world.f.kept_credits(world.organization).await;
    assert_eq!(kept, world.model.kept());
    assert_kept(&ledger, &kept);
    assert!(kept.workspace_usage.len() > 20, "{} counts for workspaces", kept.workspace_usage.len());
    assert!(world.by_budget > 10, "{} refusals by budgets", world.by_budget);
    for kind in MovementKind::ALL.iter().copied() {
        assert!(ledger.iter().any(|it| it.movement.kind == kind), "{kind:?} was never tried");
    }
}

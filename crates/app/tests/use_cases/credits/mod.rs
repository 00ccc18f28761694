//! Credits (M-20 to M-32).

mod budgets;
mod plan;
mod quotas;
mod reading;
mod rebuilding;
mod reservations;
mod spending;
mod store_in_between;
mod together;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use guildhall_app::credits::{Cost, CreditReceipt, NewGrant, NewReservation, Spending};
use guildhall_app::role::CreateRole;
use guildhall_app::{AppError, Caller, IdempotencyKey, OrganizationRef};
use guildhall_domain::credits::{Amount, CreditQuota, GrantTerms};
use guildhall_domain::{Limit, Name, PermissionSet, ReservationId};
use time::Duration;

use crate::world::{Person, World};

pub fn amount(credits: u64) -> Amount {
    Amount::new(credits).unwrap()
}

pub fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text).unwrap()
}

/// A key that no other request of the test has.
pub fn new_key() -> IdempotencyKey {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    key(&format!("key-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

pub fn spending(credits: u64) -> Spending {
    Spending { cost: Cost::Amount(amount(credits)), workspace_id: None, member: None }
}

pub fn quota(monthly: u64, daily: u64) -> CreditQuota {
    CreditQuota { monthly: Limit::from_wire(monthly).unwrap(), daily: Limit::from_wire(daily).unwrap() }
}

/// What the same request is answered when it is sent again.
pub fn repeated(first: &CreditReceipt) -> CreditReceipt {
    CreditReceipt { is_repeated: true, ..first.clone() }
}

/// An organization whose pool somebody filled.
pub struct Pool {
    pub world: World,
    pub owner: Person,
    pub at: OrganizationRef,
}

impl Pool {
    pub async fn of(credits: u64) -> Self {
        Self::in_world(World::new(), credits).await
    }

    pub async fn in_world(world: World, credits: u64) -> Self {
        let owner = world.register("Olga").await;
        let pool = Self { at: OrganizationRef::Id(owner.organization), world, owner };
        if credits > 0 {
            pool.grant(GrantTerms::of(amount(credits))).await.unwrap();
        }
        pool
    }

    pub async fn grant(&self, terms: GrantTerms) -> Result<CreditReceipt, AppError> {
        let grant = NewGrant { terms, reason: None };
        self.world.guildhall.grant_credits(&self.owner.caller, self.at, &grant, &new_key()).await
    }

    pub async fn member(&self, name: &str) -> Person {
        let member = self.world.register(name).await;
        self.world.add(&self.owner, &member, "member").await;
        member
    }

    /// Takes somebody in with a role of their own.
    pub async fn give_role(&self, who: &Person, name: &str, permissions: PermissionSet) {
        let role = CreateRole { name: Name::parse(name).unwrap(), description: None, permissions };
        let role = self.world.guildhall.create_role(&self.owner.caller, self.at, role).await.unwrap();
        self.world.add(&self.owner, who, &role.id.to_string()).await;
    }

    pub async fn spend(&self, who: &Person, credits: u64) -> Result<CreditReceipt, AppError> {
        self.spend_as(&who.caller, spending(credits), &new_key()).await
    }

    pub async fn spend_as(
        &self,
        who: &Caller,
        spending: Spending,
        key: &IdempotencyKey,
    ) -> Result<CreditReceipt, AppError> {
        self.world.guildhall.consume_credits(who, self.at, &spending, key).await
    }

    pub async fn reserve(&self, who: &Person, credits: u64, lasts: Duration) -> Result<ReservationId, AppError> {
        let reservation = NewReservation { spending: spending(credits), lasts };
        let reserved = self.world.guildhall.reserve_credits(&who.caller, self.at, &reservation, &new_key()).await?;
        Ok(reserved.reservation_id.unwrap())
    }

    pub async fn set_quota(&self, who: &Person, quota: CreditQuota) {
        let user = who.caller.actor.user_id.uuid();
        self.world.guildhall.set_member_quota(&self.owner.caller, self.at, user, quota).await.unwrap();
    }

    /// What can be spent and what is held.
    pub async fn balance(&self) -> (u64, u64) {
        let balance = self.world.guildhall.credit_balance(&self.owner.caller, self.at).await.unwrap();
        (balance.balance, balance.reserved)
    }

    /// What a member has used of the day and of the month.
    pub async fn used(&self, who: &Person) -> (u64, u64) {
        let user = who.caller.actor.user_id.uuid();
        let usage = self.world.guildhall.member_quota(&self.owner.caller, self.at, user).await.unwrap();
        (usage.spending.day, usage.spending.month)
    }

    /// R-LED-1: the ledger says what is kept beside it. How many transactions it has.
    pub async fn verify(&self) -> u64 {
        let report = self.world.guildhall.verify_credits(self.owner.organization).await.unwrap();
        assert_eq!(report.faults, []);
        report.transactions
    }

    pub fn wait(&self, by: Duration) {
        self.world.clock.advance(by);
    }
}

pub fn world_on(store: Arc<dyn guildhall_ports::store::Store>) -> World {
    World::on(store)
}

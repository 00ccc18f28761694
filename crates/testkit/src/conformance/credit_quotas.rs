//! How much of the pool members may spend (M-23, M-31, M-32).

use std::sync::Arc;

use guildhall_domain::credits::{CreditQuota, CreditRequest, QuotaScope, Refusal, SpendBy};
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{Limit, MemberId, MemberRole, OrganizationId, Permission, UserId};
use guildhall_ports::store::{CreditNeeds, MemberCredits, Store, StoreError};
use time::Duration;

use super::expect;
use crate::fixtures::Fixture;

async fn credits(f: &Fixture, organization: OrganizationId, user: UserId) -> MemberCredits {
    let needs = CreditNeeds { users: vec![user], ..f.credit_needs(f.now()) };
    f.credit_state(organization, &needs).await.members[&user]
}

async fn set(f: &Fixture, id: OrganizationId, member: MemberId, quota: CreditQuota) -> Result<(), StoreError> {
    let at = f.now();
    f.try_write(id, async |unit| unit.credits().set_quota(member, quota, at).await).await
}

fn quota(monthly: u64, daily: u64) -> CreditQuota {
    let limit = |number| if number == 0 { Limit::Unlimited } else { Limit::AtMost(number) };
    CreditQuota { monthly: limit(monthly), daily: limit(daily) }
}

/// A quota is kept as it was set, unlimited or not, without a new version of the membership (M-32).
pub async fn quotas_are_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let before = f.state(id).await;
    assert_eq!(credits(&f, id, user.id).await.quota, None);
    for wanted in [quota(30, 5), quota(0, 1), quota(Limit::MAX, 0), quota(1, Limit::MAX), quota(0, 0)] {
        set(&f, id, member.id, wanted).await.unwrap();
        assert_eq!(credits(&f, id, user.id).await.quota, Some(wanted));
        assert_eq!(credits(&f, id, owner.id).await.quota, None, "nobody else's");
    }
    assert_eq!(f.state(id).await, before);
}

/// Only members have a quota, each in their own organization.
pub async fn stranger_gets_no_quota(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let (user, foreign) = f.seed_member(other.id, "bob@beta.example", MemberRole::Member).await;
    set(&f, other.id, foreign.id, quota(7, 3)).await.unwrap();
    for nobody in [foreign.id, f.id(), MemberId::from(owner.id.uuid())] {
        expect::not_found(set(&f, id, nobody, quota(1, 1)).await);
    }
    assert!(set(&f, f.id(), foreign.id, quota(1, 1)).await.is_err());
    assert_eq!(credits(&f, id, user.id).await, MemberCredits::default());
    assert_eq!(credits(&f, other.id, user.id).await.quota, Some(quota(7, 3)));
}

/// The quota goes with the membership; what was spent counts for who comes back.
pub async fn quota_goes_with_the_membership(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    f.seed_credits(id, 10).await;
    f.seed_spend(id, user.id, 4, now).await;
    set(&f, id, member.id, quota(7, 3)).await.unwrap();
    f.write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    let gone = MemberCredits { day: 4, month: 4, ..MemberCredits::default() };
    assert_eq!(credits(&f, id, user.id).await, gone);
    let again = f.seed_membership(id, user.id, MemberRole::Member).await;
    let back = credits(&f, id, user.id).await;
    assert_eq!((back.quota, back.day, back.month), (None, 4, 4));
    assert_eq!(back.facts.map(|facts| facts.member_id), Some(again.id));
    f.write(id, async |unit| unit.remove_member(again.id, f.now()).await).await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
}

/// A member's power is told with what they spend, whatever the role; a stranger has none.
pub async fn power_is_told_with_the_quota(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let role = f.seed_role(id, "Spender", &[Permission::CreditSpend, Permission::AuditRead]).await;
    let (admin, _) = f.seed_member(id, "admin@acme.example", MemberRole::Admin).await;
    let (custom, _) = f.seed_member(id, "custom@acme.example", MemberRole::Custom(role.id)).await;
    let (member, _) = f.seed_member(id, "member@acme.example", MemberRole::Member).await;
    let stranger = f.seed_user("stranger@acme.example").await;
    let users = [owner.id, admin.id, custom.id, member.id, stranger.id];
    let needs = CreditNeeds { users: users.to_vec(), ..f.credit_needs(f.now()) };
    let members = f.credit_state(id, &needs).await.members;
    assert_eq!(members.len(), users.len());
    for user in users {
        let opened = f.read(id, async |unit| unit.open(user).await).await.unwrap();
        assert_eq!(members[&user].facts, opened.member.map(|member| member.facts));
    }
    assert!(members[&custom.id].facts.unwrap().permissions.contains(Permission::CreditSpend));
    assert_eq!(members[&stranger.id].facts, None);
}

/// When a member was last seen is told with what they spend, so that whoever spends is seen (C-12).
pub async fn last_activity_is_told_with_the_quota(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, at) = (organization.id, f.now());
    let (bob, _) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    assert_eq!(credits(&f, id, bob.id).await.last_active_at, None);
    f.store.touch_member(id, bob.id, at).await.unwrap();
    assert_eq!(credits(&f, id, bob.id).await.last_active_at, Some(at));
    assert_eq!(credits(&f, id, owner.id).await.last_active_at, None, "nobody else's");
    let needs = f.credit_needs(at);
    let page = PageRequest::first(PageSize::MAX);
    let listed = f.read(id, async |unit| unit.credits().list_usage(&needs.day, &needs.month, None, &page).await).await;
    let bobs = listed.items.iter().find(|member| member.user_id == bob.id).unwrap();
    assert_eq!(bobs.credits.last_active_at, Some(at));
}

/// A quota binds until its period is over, and then by itself no more (M-25, M-26).
pub async fn quota_binds_until_its_period_is_over(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    f.seed_credits(id, 100).await;
    set(&f, id, member.id, quota(12, 5)).await.unwrap();
    let by = SpendBy::member(user.id);
    let five = CreditRequest::Spend { by, amount: f.amount(5) };
    // BASE_TIME is on the second of a month of 31 days.
    for (day, refused_by) in
        [(0, None), (0, Some(QuotaScope::Day)), (1, None), (2, Some(QuotaScope::Month)), (30, None)]
    {
        let outcome = f.order_credits(id, now + Duration::DAY * day, &[five.clone().into()]).await.remove(0);
        match outcome {
            Ok(_) => assert_eq!(refused_by, None, "day {day}"),
            Err(Refusal::NotCovered { balance, quotas, .. }) => {
                assert_eq!(balance, None);
                assert_eq!(Some(quotas[0].scope), refused_by, "day {day}");
            }
            Err(other) => panic!("day {day}: {other}"),
        }
    }
    assert_eq!(f.pool(id).await, (85, 0));
}

//! Credits are one organization's: no other sees or changes them, they outlive
//! people and workspaces, and go with it (R-TEN, M-05, M-12, M-20).

use std::sync::Arc;

use guildhall_domain::credits::{CreditQuota, CreditRequest, SpendBy};
use guildhall_domain::page::PageRequest;
use guildhall_domain::{Limit, MemberRole, Membership, Organization, OrganizationId, User, WorkspaceId};
use guildhall_ports::store::{CreditNeeds, CreditState, CreditTransactionFilter, MemberCredits, Store};
use time::Duration;
use uuid::Uuid;

use crate::fixtures::{CreditOrder, Fixture, page_size};

struct Tenant {
    id: OrganizationId,
    user: User,
    member: Membership,
    workspace: WorkspaceId,
    needs: CreditNeeds,
}

/// An organization with a pool, a member who spent and holds some of it, and a quota.
async fn seed_tenant(f: &Fixture, name: &str) -> Tenant {
    let (_, organization) = f.seed_owned(name).await;
    let (id, now) = (organization.id, f.now());
    let email = format!("member@{}.example", organization.slug);
    let (user, member) = f.seed_member(id, &email, MemberRole::Member).await;
    let workspace = f.seed_workspace(id, "Board").await.id;
    f.seed_credits(id, 100).await;
    let by = SpendBy { workspace_id: Some(workspace), ..SpendBy::member(user.id) };
    let spent = f.order_one(id, now, CreditRequest::Spend { by, amount: f.amount(10) }).await;
    let reservation = f.seed_reservation(id, user.id, 5, now, Duration::HOUR).await;
    let quota = CreditQuota { monthly: Limit::AtMost(50), daily: Limit::AtMost(20) };
    f.write(id, async |unit| unit.credits().set_quota(member.id, quota, now).await).await;
    let needs = CreditNeeds {
        users: vec![user.id],
        reservations: vec![reservation],
        refunds: vec![spent],
        ..f.credit_needs(now)
    };
    Tenant { id, user, member, workspace, needs }
}

/// No id of another organization's finds, lists or changes anything of it.
pub async fn foreign_credits_are_not_seen(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let before = (f.credit_state(theirs.id, &theirs.needs).await, f.ledger(theirs.id).await);
    let seen = f.credit_state(mine.id, &theirs.needs).await;
    assert_eq!(seen.members, [(theirs.user.id, MemberCredits::default())].into());
    assert!(seen.reservations.is_empty() && seen.spent.is_empty());
    let later = CreditNeeds { now: theirs.needs.now + Duration::DAY, ..theirs.needs.clone() };
    let overdue = f.credit_state(mine.id, &later).await.reservations;
    assert_eq!(overdue.iter().map(|it| it.id).collect::<Vec<_>>(), mine.needs.reservations);
    assert_eq!(seen.grants, f.credit_state(mine.id, &mine.needs).await.grants);
    assert!(f.ledger(mine.id).await.iter().all(|it| it.organization_id == mine.id));
    for filter in [
        CreditTransactionFilter { user_id: Some(theirs.user.id), ..Default::default() },
        CreditTransactionFilter { workspace_id: Some(theirs.workspace), ..Default::default() },
    ] {
        let page = PageRequest { size: page_size(10), after: Some(Uuid::max()) };
        assert_eq!(f.read(mine.id, async |unit| unit.credits().list(&filter, &page).await).await.items, []);
    }
    let page = PageRequest::first(page_size(10));
    let (day, month) = (&mine.needs.day, &mine.needs.month);
    let usage = f.read(mine.id, async |unit| unit.credits().list_usage(day, month, None, &page).await).await.items;
    assert_eq!(usage.len(), 2);
    assert!(usage.iter().all(|it| it.user_id != theirs.user.id));

    let reservation = theirs.needs.reservations[0];
    let orders = [
        CreditRequest::Release { reservation }.into(),
        CreditRequest::Revoke { grant: before.0.grants[0].id }.into(),
        CreditOrder::Refund(theirs.needs.refunds[0]),
    ];
    assert!(f.order_credits(mine.id, mine.needs.now, &orders).await.iter().all(Result::is_err));
    let after = (f.credit_state(theirs.id, &theirs.needs).await, f.ledger(theirs.id).await);
    assert_eq!(after, before);
}

/// The ledger stays as it is when its member, its account and its workspace are gone.
pub async fn ledger_outlives_people_and_workspaces(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let tenant = seed_tenant(&f, "Acme").await;
    let id = tenant.id;
    let before = (f.credit_state(id, &tenant.needs).await, f.ledger(id).await);
    f.write(id, async |unit| unit.workspaces().delete(tenant.workspace).await).await;
    assert_eq!((f.credit_state(id, &tenant.needs).await, f.ledger(id).await), before);
    f.write(id, async |unit| unit.remove_member(tenant.member.id, f.now()).await).await;
    f.write_user(tenant.user.id, async |unit| unit.delete_user().await).await;
    let (state, ledger) = before;
    assert_eq!(f.ledger(id).await, ledger);
    let after = f.credit_state(id, &tenant.needs).await;
    assert_eq!((&after.grants, &after.reservations, &after.spent), (&state.grants, &state.reservations, &state.spent));
    assert_eq!(after.members[&tenant.user.id], MemberCredits { day: 15, month: 15, ..MemberCredits::default() });
    let filter =
        CreditTransactionFilter { user_id: Some(tenant.user.id), workspace_id: Some(tenant.workspace), kind: None };
    let page = PageRequest::first(page_size(10));
    assert_eq!(f.read(id, async |unit| unit.credits().list(&filter, &page).await).await.items.len(), 1);
}

/// Credits go with the organization, and one made in its place finds nothing of them.
pub async fn credits_go_with_the_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (tenant, other) = (seed_tenant(&f, "Acme").await, seed_tenant(&f, "Beta").await);
    let id = tenant.id;
    let others = (f.credit_state(other.id, &other.needs).await, f.ledger(other.id).await);
    f.write(id, async |unit| unit.delete_organization().await).await;
    let nothing =
        CreditState { members: [(tenant.user.id, MemberCredits::default())].into(), ..CreditState::default() };
    for again in [false, true] {
        if again {
            let organization = Organization { id, ..f.organization("Acme") };
            f.write(id, async |unit| unit.insert_organization(&organization).await).await;
        }
        for now in [tenant.needs.now, tenant.needs.now + Duration::DAY] {
            let needs = CreditNeeds { now, ..tenant.needs.clone() };
            assert_eq!(f.credit_state(id, &needs).await, nothing);
        }
        assert_eq!(f.ledger(id).await, []);
    }
    assert_eq!((f.credit_state(other.id, &other.needs).await, f.ledger(other.id).await), others);
    f.write_user(tenant.user.id, async |unit| unit.delete_user().await).await;
}

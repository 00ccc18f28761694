//! There are never more members than there may be (M-16, R-MEM-3).

use std::sync::Arc;

use guildhall_domain::{Limit, MemberRole, OrganizationId};
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::Fixture;

/// An organization of `members`, its owner included.
async fn organization_of(f: &Fixture, members: usize) -> OrganizationId {
    let (_, organization) = f.seed_owned("Acme").await;
    for n in 1..members {
        f.seed_member(organization.id, &format!("user{n}@acme.example"), MemberRole::Member).await;
    }
    organization.id
}

/// The last seat is taken; where all are, nobody comes in, whatever the role, and nothing changes.
pub async fn full_organization_takes_nobody_in(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let id = organization_of(&f, 2).await;
    let limit = Limit::AtMost(3);
    let third = f.seed_user("third@acme.example").await;
    let membership = f.membership(id, third.id, MemberRole::Member);
    f.write(id, async |unit| unit.add_member(&membership, limit).await).await;
    assert_eq!(f.stored_organization(id).await.users_count, 3);

    let fourth = f.seed_user("fourth@acme.example").await;
    // What a new member leaves behind is left to one who is refused.
    f.write(id, async |unit| unit.note_departure(&fourth.email, f.now()).await).await;
    f.seed_join_request(id, &fourth).await;
    let before = f.state(id).await;
    for role in MemberRole::BUILT_IN {
        let membership = f.membership(id, fourth.id, role);
        let result = f.try_write(id, async |unit| unit.add_member(&membership, limit).await).await;
        expect::conflict(result, Constraint::LimitReached);
        assert_eq!(f.state(id).await, before);
    }
    assert!(f.read(id, async |unit| unit.has_departed(&fourth.email).await).await);
    assert!(f.read(id, async |unit| unit.join_request_of(fourth.id).await).await.is_some());
    assert_eq!(f.read_user(fourth.id, async |unit| unit.organization(id).await).await, None);
}

/// Without a limit there is always room, also under limits that no organization reaches.
pub async fn unlimited_organization_takes_everybody_in(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let id = organization_of(&f, 3).await;
    for (n, limit) in [Limit::Unlimited, Limit::AtMost(Limit::MAX), Limit::AtMost(u64::MAX)].into_iter().enumerate() {
        let user = f.seed_user(&format!("more{n}@acme.example")).await;
        let membership = f.membership(id, user.id, MemberRole::Member);
        f.write(id, async |unit| unit.add_member(&membership, limit).await).await;
    }
    let state = f.state(id).await;
    assert_eq!((state.organization.unwrap().users_count, state.members.len()), (6, 6));
}

/// A limit below what is there, as after a downgrade, takes nobody away and lets nobody in.
pub async fn lower_limit_takes_nothing_away(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let id = organization_of(&f, 4).await;
    let user = f.seed_user("late@acme.example").await;
    let before = f.state(id).await;
    for most in [1, 2, 3, 4] {
        let membership = f.membership(id, user.id, MemberRole::Member);
        let result = f.try_write(id, async |unit| unit.add_member(&membership, Limit::AtMost(most)).await).await;
        expect::conflict(result, Constraint::LimitReached);
        assert_eq!(f.state(id).await, before, "at most {most}");
    }
    let membership = f.membership(id, user.id, MemberRole::Member);
    f.write(id, async |unit| unit.add_member(&membership, Limit::AtMost(5)).await).await;
    assert_eq!(f.stored_organization(id).await.users_count, 5);
}

/// Who goes leaves a seat, in the same unit of work as well.
pub async fn removal_makes_room_again(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let id = organization_of(&f, 1).await;
    let limit = Limit::AtMost(2);
    let (_, first) = f.seed_member(id, "first@acme.example", MemberRole::Member).await;
    let second = f.seed_user("second@acme.example").await;
    let second = f.membership(id, second.id, MemberRole::Member);
    let result = f.try_write(id, async |unit| unit.add_member(&second, limit).await).await;
    expect::conflict(result, Constraint::LimitReached);
    f.write(id, async |unit| unit.remove_member(first.id, f.now()).await).await;
    f.write(id, async |unit| unit.add_member(&second, limit).await).await;

    let third = f.seed_user("third@acme.example").await;
    let third = f.membership(id, third.id, MemberRole::Member);
    f.write(id, async |unit| {
        unit.remove_member(second.id, f.now()).await?;
        unit.add_member(&third, limit).await
    })
    .await;
    let state = f.state(id).await;
    assert_eq!((state.organization.unwrap().users_count, state.members.len()), (2, 2));
    assert_eq!(f.stored_membership(&third).await, third);
}

/// Who is in already is told that, not that there is no room; and who does not exist, that they do not.
pub async fn member_of_a_full_organization_is_told_so(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let id = organization_of(&f, 1).await;
    let (user, _) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let before = f.state(id).await;
    for limit in [Limit::AtMost(1), Limit::AtMost(2)] {
        let again = f.membership(id, user.id, MemberRole::Member);
        let result = f.try_write(id, async |unit| unit.add_member(&again, limit).await).await;
        expect::conflict(result, Constraint::MembershipExists);
        let unknown = f.membership(id, f.id(), MemberRole::Member);
        let result = f.try_write(id, async |unit| unit.add_member(&unknown, limit).await).await;
        expect::conflict(result, Constraint::UnknownUser);
    }
    assert_eq!(f.state(id).await, before);
}

/// A founder takes the one seat that there is, and is an owner there too.
pub async fn founder_is_no_exception(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let organization = f.organization("Acme");
    let id = organization.id;
    let (founder, second) = (f.seed_user("a@acme.example").await, f.seed_user("b@acme.example").await);
    f.write(id, async |unit| unit.insert_organization(&organization).await).await;
    let limit = Limit::AtMost(1);
    let member = f.membership(id, founder.id, MemberRole::Member);
    let result = f.try_write(id, async |unit| unit.add_member(&member, limit).await).await;
    expect::conflict(result, Constraint::LastOwner);
    let owner = f.membership(id, founder.id, MemberRole::Owner);
    f.write(id, async |unit| unit.add_member(&owner, limit).await).await;
    let owner = f.membership(id, second.id, MemberRole::Owner);
    let result = f.try_write(id, async |unit| unit.add_member(&owner, limit).await).await;
    expect::conflict(result, Constraint::LimitReached);
    let after = f.stored_organization(id).await;
    assert_eq!((after.users_count, after.owners_count), (1, 1));
}

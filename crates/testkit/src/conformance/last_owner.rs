//! An organization always has an owner (M-10, C-110).

use std::sync::Arc;

use guildhall_domain::{Limit, MemberRole, Permission};
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::Fixture;

/// The last owner cannot be given a lower role, whichever it is.
pub async fn last_owner_cannot_be_demoted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let custom = f.seed_role(id, "Everything", &[Permission::MemberAdd]).await;
    f.seed_member(id, "admin@acme.example", MemberRole::Admin).await;
    let member = f.read(id, async |unit| unit.member(owner.id.uuid()).await).await.unwrap().membership;
    let before = f.state(id).await;
    for role in [MemberRole::Admin, MemberRole::Member, MemberRole::Custom(custom.id)] {
        let result = f.try_write(id, async |unit| unit.change_role(member.id, role, f.now()).await).await;
        expect::conflict(result, Constraint::LastOwner);
    }
    assert_eq!(f.state(id).await, before);
    // Owner to owner takes nothing away.
    f.write(id, async |unit| unit.change_role(member.id, MemberRole::Owner, f.now()).await).await;
    assert_eq!(f.stored_organization(id).await.owners_count, 1);
}

/// The last owner cannot be removed while there are others.
pub async fn last_owner_cannot_be_removed(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_member(id, "admin@acme.example", MemberRole::Admin).await;
    let member = f.read(id, async |unit| unit.member(owner.id.uuid()).await).await.unwrap().membership;
    let before = f.state(id).await;
    let result = f.try_write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    expect::conflict(result, Constraint::LastOwner);
    assert_eq!(f.state(id).await, before);
}

/// Not even the only member can be removed.
pub async fn only_member_cannot_be_removed(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let member = f.read(id, async |unit| unit.member(owner.id.uuid()).await).await.unwrap().membership;
    let result = f.try_write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    expect::conflict(result, Constraint::LastOwner);
    assert_eq!(f.stored_organization(id).await, organization);
}

/// Of two owners one may go, in either way, and then the other may not.
pub async fn one_of_two_owners_may_go(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let first = f.read(id, async |unit| unit.member(owner.id.uuid()).await).await.unwrap().membership;
    let (_, second) = f.seed_member(id, "second@acme.example", MemberRole::Owner).await;

    f.write(id, async |unit| unit.change_role(first.id, MemberRole::Member, f.now()).await).await;
    let result = f.try_write(id, async |unit| unit.remove_member(second.id, f.now()).await).await;
    expect::conflict(result, Constraint::LastOwner);
    f.write(id, async |unit| unit.change_role(first.id, MemberRole::Owner, f.now()).await).await;
    f.write(id, async |unit| unit.remove_member(second.id, f.now()).await).await;
    let result = f.try_write(id, async |unit| unit.change_role(first.id, MemberRole::Admin, f.now()).await).await;
    expect::conflict(result, Constraint::LastOwner);
    let after = f.stored_organization(id).await;
    assert_eq!((after.users_count, after.owners_count), (1, 1));
}

/// Both owners cannot go in one unit of work either: there is an owner at every instant.
pub async fn two_owners_cannot_go_in_one_unit(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let first = f.read(id, async |unit| unit.member(owner.id.uuid()).await).await.unwrap().membership;
    let (_, second) = f.seed_member(id, "second@acme.example", MemberRole::Owner).await;
    let before = f.state(id).await;
    let result = f
        .try_write(id, async |unit| {
            unit.change_role(first.id, MemberRole::Member, f.now()).await?;
            unit.remove_member(second.id, f.now()).await
        })
        .await;
    expect::conflict(result, Constraint::LastOwner);
    assert_eq!(f.state(id).await, before);
}

/// Ownership is handed over in one unit of work: the new owner first, then the old one steps down.
pub async fn ownership_can_be_handed_over(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let old = f.read(id, async |unit| unit.member(owner.id.uuid()).await).await.unwrap().membership;
    let (_, new) = f.seed_member(id, "new@acme.example", MemberRole::Member).await;
    f.write(id, async |unit| {
        unit.change_role(new.id, MemberRole::Owner, f.now()).await?;
        unit.change_role(old.id, MemberRole::Admin, f.now()).await
    })
    .await;
    assert_eq!(f.stored_membership(&new).await.role, MemberRole::Owner);
    assert_eq!(f.stored_membership(&old).await.role, MemberRole::Admin);
    assert_eq!(f.stored_organization(id).await.owners_count, 1);
}

/// The first member of an organization is an owner: there is never a member without one.
pub async fn first_member_is_an_owner(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let organization = f.organization("Acme");
    for role in [MemberRole::Admin, MemberRole::Member] {
        let membership = f.membership(organization.id, user.id, role);
        let result = f
            .try_write(organization.id, async |unit| {
                unit.insert_organization(&organization).await?;
                unit.add_member(&membership, Limit::Unlimited).await
            })
            .await;
        expect::conflict(result, Constraint::LastOwner);
    }
}

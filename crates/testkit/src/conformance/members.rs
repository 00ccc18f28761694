//! Memberships: added, read, changed, removed, counted.

use std::sync::Arc;

use guildhall_domain::{
    Limit, MemberRole, Membership, MembershipSource, Permission, Version, WorkspaceAccess, WorkspaceGrants,
};
use guildhall_ports::store::{AccountRef, AccountSummary, Constraint, Store};

use super::expect;
use crate::fixtures::Fixture;

/// A new membership is kept as it was given, and counted (M-06, N-16).
pub async fn new_member_is_kept_and_counted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, before) = f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    let mut given = f.membership(before.id, user.id, MemberRole::Member);
    given.all_read = true;
    given.source = MembershipSource::DirectAdd;
    given.last_active_at = Some(f.now());
    f.write(before.id, async |unit| unit.add_member(&given, Limit::Unlimited).await).await;

    assert_eq!(f.stored_membership(&given).await, given);
    let after = f.stored_organization(before.id).await;
    assert_eq!((after.users_count, after.owners_count), (2, 1));
    assert!(after.version > before.version, "counting raises the organization's version");
}

/// However somebody became a member is kept (S-05, M-06, C-114, N-05, N-13).
pub async fn source_of_a_membership_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    for (n, source) in MembershipSource::ALL.into_iter().enumerate() {
        let user = f.seed_user(&format!("user{n}@acme.example")).await;
        let given = Membership { source, ..f.membership(organization.id, user.id, MemberRole::Member) };
        f.write(organization.id, async |unit| unit.add_member(&given, Limit::Unlimited).await).await;
        assert_eq!(f.stored_membership(&given).await, given);
        let place = f.read_user(user.id, async |unit| unit.organization(organization.id).await).await;
        assert_eq!(place.unwrap().membership, given);
        // A later change of the membership does not change where it came from.
        f.write(organization.id, async |unit| unit.change_role(given.id, MemberRole::Admin, f.now()).await).await;
        assert_eq!(f.stored_membership(&given).await.source, source);
    }
}

/// Owners are counted apart.
pub async fn owners_are_counted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    assert_eq!((organization.users_count, organization.owners_count), (1, 1));
    f.seed_member(organization.id, "second@acme.example", MemberRole::Owner).await;
    f.seed_member(organization.id, "third@acme.example", MemberRole::Admin).await;
    let after = f.stored_organization(organization.id).await;
    assert_eq!((after.users_count, after.owners_count), (3, 2));
}

/// A user is a member at most once (C-03).
pub async fn user_is_member_once(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (user, _) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    let before = f.state(organization.id).await;
    let again = f.membership(organization.id, user.id, MemberRole::Owner);
    let result = f.try_write(organization.id, async |unit| unit.add_member(&again, Limit::Unlimited).await).await;
    expect::conflict(result, Constraint::MembershipExists);
    assert_eq!(f.state(organization.id).await, before);
}

/// A user may be a member of many organizations, with a role in each (S-09, S-11).
pub async fn user_is_member_of_many_organizations(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, first) = f.seed_owned("Acme").await;
    let (_, second) = f.seed_owned("Beta").await;
    f.seed_membership(second.id, owner.id, MemberRole::Member).await;
    for (organization, role) in [(&first, MemberRole::Owner), (&second, MemberRole::Member)] {
        let opened = f.read(organization.id, async |unit| unit.open(owner.id).await).await.unwrap();
        assert_eq!(opened.member.unwrap().facts.role, role);
    }
}

/// Only an account can become a member.
pub async fn unknown_user_is_refused(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let before = f.state(organization.id).await;
    let membership = f.membership(organization.id, f.id(), MemberRole::Member);
    let result = f.try_write(organization.id, async |unit| unit.add_member(&membership, Limit::Unlimited).await).await;
    expect::conflict(result, Constraint::UnknownUser);
    assert_eq!(f.state(organization.id).await, before);
}

/// Only a role of the organization can be given to a new member.
pub async fn unknown_role_is_refused(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let foreign = f.seed_role(other.id, "Foreign", &[Permission::AuditRead]).await;
    let user = f.seed_user("bob@acme.example").await;
    let before = f.state(organization.id).await;
    for role in [foreign.id, f.id()] {
        let membership = f.membership(organization.id, user.id, MemberRole::Custom(role));
        let result =
            f.try_write(organization.id, async |unit| unit.add_member(&membership, Limit::Unlimited).await).await;
        expect::conflict(result, Constraint::UnknownRole);
    }
    assert_eq!(f.state(organization.id).await, before);
}

/// A member is found by membership id and by user id, with what the account and the role say of them.
pub async fn member_is_found_by_either_id(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let role = f.seed_role(organization.id, "Auditor", &[Permission::AuditRead]).await;
    let (mut user, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Custom(role.id)).await;
    user.name = f.name("Robert");
    user.preferred_name = Some(f.name("Bob"));
    let user = f.write_user(user.id, async |unit| unit.update_user(&user).await).await;

    for id in [membership.id.uuid(), user.id.uuid()] {
        let profile = f.read(organization.id, async |unit| unit.member(id).await).await.unwrap();
        assert_eq!(profile.membership, membership);
        assert_eq!(profile.custom_role.as_ref(), Some(&role));
        assert_eq!(profile.permissions(), role.permissions);
        assert_eq!((profile.email, profile.name), (user.email.clone(), user.name.clone()));
        assert_eq!(profile.preferred_name, user.preferred_name);
        assert_eq!(profile.user_version, user.version);
    }
    assert_eq!(f.read(organization.id, async |unit| unit.member(f.id()).await).await, None);
}

/// A changed role is kept with its time and a new version, and owners stay counted (M-11, C-17).
pub async fn role_change_is_kept_and_counted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let custom = f.seed_role(id, "Auditor", &[Permission::AuditRead]).await;
    let (_, mut wanted) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;

    for (role, owners) in [
        (MemberRole::Admin, 1),
        (MemberRole::Owner, 2),
        (MemberRole::Owner, 2),
        (MemberRole::Custom(custom.id), 1),
        (MemberRole::Member, 1),
    ] {
        let before = f.stored_organization(id).await;
        let at = f.now();
        f.write(id, async |unit| unit.change_role(wanted.id, role, at).await).await;
        let stored = f.stored_membership(&wanted).await;
        assert!(stored.version > wanted.version, "a change of role raises the membership's version");
        wanted = Membership { role, updated_at: at, version: stored.version, ..wanted };
        assert_eq!(stored, wanted);
        let after = f.stored_organization(id).await;
        assert_eq!((after.users_count, after.owners_count), (2, owners));
        if after.owners_count != before.owners_count {
            assert!(after.version > before.version, "counting raises the organization's version");
        }
    }
}

/// A role of another organization, or none at all, cannot be given.
pub async fn role_change_needs_a_known_role(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let foreign = f.seed_role(other.id, "Foreign", &[Permission::AuditRead]).await;
    let (_, member) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    let before = f.state(organization.id).await;
    for role in [foreign.id, f.id()] {
        let role = MemberRole::Custom(role);
        let result = f.try_write(organization.id, async |unit| unit.change_role(member.id, role, f.now()).await).await;
        expect::conflict(result, Constraint::UnknownRole);
    }
    assert_eq!(f.state(organization.id).await, before);
}

/// Access flags are kept, with their time and a new version (C-109).
pub async fn access_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, mut wanted) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    for (all_read, all_write) in [(true, false), (true, true), (false, false)] {
        let at = f.now();
        let (access, grants) = (WorkspaceAccess { all_read, all_write }, WorkspaceGrants::default());
        f.write(organization.id, async |unit| unit.set_access(wanted.id, access, &grants, at).await).await;
        let version = wanted.version.next();
        wanted = Membership { all_read, all_write, updated_at: at, version, ..wanted };
        assert_eq!(f.stored_membership(&wanted).await, wanted);
    }
}

/// A removed member is gone and no longer counted; the account stays (M-12).
pub async fn removed_member_keeps_the_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (user, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Owner).await;
    let before = f.stored_organization(organization.id).await;
    f.write(organization.id, async |unit| unit.remove_member(membership.id, f.now()).await).await;

    for id in [membership.id.uuid(), user.id.uuid()] {
        assert_eq!(f.read(organization.id, async |unit| unit.member(id).await).await, None);
    }
    let after = f.stored_organization(organization.id).await;
    assert_eq!((after.users_count, after.owners_count), (1, 1));
    assert!(after.version > before.version, "counting raises the organization's version");
    assert_eq!(f.stored_user(user.id).await, user);
    let opened = f.read(organization.id, async |unit| unit.open(user.id).await).await.unwrap();
    assert_eq!(opened.member, None);
}

/// Who was removed can be added again, as somebody new.
pub async fn removed_member_can_come_back(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (user, first) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Admin).await;
    f.write(organization.id, async |unit| unit.remove_member(first.id, f.now()).await).await;
    let second = f.seed_membership(organization.id, user.id, MemberRole::Member).await;
    let stored = f.stored_membership(&second).await;
    assert_eq!((stored.role, stored.version), (MemberRole::Member, Version::FIRST));
    assert_eq!(f.read(organization.id, async |unit| unit.member(first.id.uuid()).await).await, None);
    assert_eq!(f.stored_organization(organization.id).await.users_count, 2);
}

/// What is not a member can be neither changed nor removed.
pub async fn absent_member_is_not_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let before = f.state(id).await;
    let absent = f.id();
    let at = f.now();
    expect::not_found(f.try_write(id, async |unit| unit.change_role(absent, MemberRole::Admin, at).await).await);
    expect::not_found(
        f.try_write(id, async |unit| {
            unit.set_access(absent, WorkspaceAccess::ALL, &WorkspaceGrants::default(), at).await
        })
        .await,
    );
    expect::not_found(f.try_write(id, async |unit| unit.remove_member(absent, at).await).await);
    assert_eq!(f.state(id).await, before);
}

/// An account to add is found by address and by id, and says whether it
/// may be used (M-07, C-08) and whether its address is the person's (N-13).
pub async fn account_to_add_is_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let mut user = f.seed_user("bob@acme.example").await;
    for (email_verified, disabled) in [(false, false), (true, false), (false, true), (true, true)] {
        user.email_verified_at = email_verified.then(|| f.now());
        user.disabled_at = disabled.then(|| f.now());
        f.write_user(user.id, async |unit| unit.update_user(&user).await).await;
        let (email, name) = (user.email.clone(), user.name.clone());
        let wanted = AccountSummary { id: user.id, email, name, email_verified, disabled, superadmin: user.superadmin };
        for account in [AccountRef::Email(user.email.clone()), AccountRef::Id(user.id)] {
            let found = f.read(organization.id, async |unit| unit.find_account(&account).await).await;
            assert_eq!(found, Some(wanted.clone()));
        }
    }
    let nobody = f.user("nobody@acme.example");
    for account in [AccountRef::Email(nobody.email.clone()), AccountRef::Id(nobody.id)] {
        assert_eq!(f.read(organization.id, async |unit| unit.find_account(&account).await).await, None);
    }
}

/// Noting that a member used the organization changes nothing else (C-12).
pub async fn touching_a_member_makes_no_new_version(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (stranger, other) = f.seed_owned("Beta").await;
    let mut wanted = f.state(organization.id).await;
    let others = f.state(other.id).await;
    for _ in 0..2 {
        let at = f.now();
        f.store.touch_member(organization.id, owner.id, at).await.unwrap();
        wanted.members[0].membership.last_active_at = Some(at);
        assert_eq!(f.state(organization.id).await, wanted);
        let opened = f.read(organization.id, async |unit| unit.open(owner.id).await).await.unwrap();
        assert_eq!(opened.member.unwrap().last_active_at, Some(at));
    }
    // A stranger's visit leaves no trace, there or elsewhere.
    let _ = f.store.touch_member(organization.id, stranger.id, f.now()).await;
    let _ = f.store.touch_member(f.id(), owner.id, f.now()).await;
    assert_eq!(f.state(organization.id).await, wanted);
    assert_eq!(f.state(other.id).await, others);
}

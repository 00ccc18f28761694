//! Custom roles: made, read, changed, reassigned, deleted.

use std::sync::Arc;

use guildhall_domain::{CustomRole, Description, MemberRole, Permission, PermissionSet, Version};
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::{Fixture, walk};

/// A new role is kept as it was given, with all or no permissions.
pub async fn new_role_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let mut first = f.role(organization.id, "Prüfer", Permission::ALL);
    first.description = Some(Description::parse("Reads\nwrites").unwrap());
    let second = f.role(organization.id, "Nobody", &[]);
    for role in [&first, &second] {
        f.write(organization.id, async |unit| unit.insert_role(role).await).await;
        let stored = f.read(organization.id, async |unit| unit.role(role.id).await).await;
        assert_eq!(stored.as_ref(), Some(role));
    }
    assert_eq!(f.read(organization.id, async |unit| unit.role(f.id()).await).await, None);
    assert_eq!(f.read(organization.id, async |unit| unit.count_roles().await).await, 2);
}

/// A role's name is unique in its organization, without regard to case, also beyond ASCII.
pub async fn role_name_is_unique_in_its_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    f.seed_role(organization.id, "Auditor", &[]).await;
    f.seed_role(organization.id, "Prüfer", &[]).await;
    let before = f.state(organization.id).await;
    for taken in ["Auditor", "AUDITOR", "prÜFER"] {
        let role = f.role(organization.id, taken, &[]);
        let result = f.try_write(organization.id, async |unit| unit.insert_role(&role).await).await;
        expect::conflict(result, Constraint::RoleName);
    }
    assert_eq!(f.state(organization.id).await, before);
    // Another tenant may call its own role the same.
    f.seed_role(other.id, "Auditor", &[]).await;
}

/// A role is found by its name, without regard to case.
pub async fn role_is_found_by_name(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let role = f.seed_role(organization.id, "Prüfer", &[Permission::AuditRead]).await;
    for name in ["Prüfer", "PRÜFER", "prüfer"] {
        let found = f.read(organization.id, async |unit| unit.role_by_name(&f.name(name)).await).await;
        assert_eq!(found.as_ref(), Some(&role));
    }
    for name in ["Pr%", "Pr_fer", "Prüfer2", "Pruefer"] {
        assert_eq!(f.read(organization.id, async |unit| unit.role_by_name(&f.name(name)).await).await, None);
    }
}

/// Roles come in the order of their lower-case names, in pages.
pub async fn roles_come_in_order_of_name(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let names = ["b", "C", "a", "Änderer", "D-1", "d_2", "D 3", "été"];
    for name in names {
        f.seed_role(organization.id, name, &[]).await;
    }
    for size in [1, 3, 8, 100] {
        let listed =
            f.read(organization.id, async |unit| walk(size, async |page| unit.list_roles(&page).await).await).await;
        let keys: Vec<_> = listed.iter().map(|role| role.name.sort_key()).collect();
        assert_eq!(keys.len(), names.len());
        assert!(keys.is_sorted(), "{keys:?}");
    }
    assert_eq!(f.read(organization.id, async |unit| unit.count_roles().await).await, names.len() as u64);
}

/// Update writes name, description, permissions and time, raises the version, and gives the row.
pub async fn role_update_writes_what_is_documented(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let before = f.seed_role(organization.id, "Auditor", &[Permission::AuditRead]).await;
    let (user, _) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Custom(before.id)).await;
    let change = CustomRole {
        name: f.name("Reader"),
        description: Some(Description::parse("Reads everything").unwrap()),
        permissions: [Permission::MemberRead, Permission::RoleRead].into_iter().collect(),
        updated_at: f.now(),
        created_at: f.now(),
        version: Version(77),
        ..before.clone()
    };
    let wanted = CustomRole { created_at: before.created_at, version: before.version.next(), ..change.clone() };
    let given = f.write(organization.id, async |unit| unit.update_role(&change).await).await;
    assert_eq!(given, wanted);
    assert_eq!(f.read(organization.id, async |unit| unit.role(before.id).await).await, Some(wanted.clone()));
    assert_eq!(f.read(organization.id, async |unit| unit.role_by_name(&before.name).await).await, None);
    // Who holds the role can do at once what it now says (R-CONS-1).
    let opened = f.read(organization.id, async |unit| unit.open(user.id).await).await.unwrap();
    assert_eq!(opened.member.unwrap().facts.permissions, wanted.permissions);

    let cleared = CustomRole { description: None, permissions: PermissionSet::EMPTY, ..wanted };
    let given = f.write(organization.id, async |unit| unit.update_role(&cleared).await).await;
    assert_eq!((given.description, given.permissions), (None, PermissionSet::EMPTY));
}

/// Update keeps names unique, and lets a role keep its own in another case.
pub async fn role_update_keeps_names_unique(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    f.seed_role(organization.id, "Auditor", &[]).await;
    let mut reader = f.seed_role(organization.id, "Reader", &[]).await;
    reader.name = f.name("AUDITOR");
    let result = f.try_write(organization.id, async |unit| unit.update_role(&reader).await).await;
    expect::conflict(result, Constraint::RoleName);
    reader.name = f.name("READER");
    let given = f.write(organization.id, async |unit| unit.update_role(&reader).await).await;
    assert_eq!(given.name.as_str(), "READER");
}

/// A role that members hold cannot go.
pub async fn held_role_cannot_be_deleted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let role = f.seed_role(organization.id, "Auditor", &[]).await;
    f.seed_member(organization.id, "bob@acme.example", MemberRole::Custom(role.id)).await;
    let before = f.state(organization.id).await;
    let result = f.try_write(organization.id, async |unit| unit.delete_role(role.id).await).await;
    expect::conflict(result, Constraint::RoleInUse);
    assert_eq!(f.state(organization.id).await, before);
}

/// With a replacement for those who hold it, a role can go.
pub async fn reassigned_role_can_be_deleted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let role = f.seed_role(id, "Auditor", &[Permission::AuditRead]).await;
    let next = f.seed_role(id, "Reader", &[Permission::MemberRead]).await;
    let (_, first) = f.seed_member(id, "bob@acme.example", MemberRole::Custom(role.id)).await;
    let (_, second) = f.seed_member(id, "carol@acme.example", MemberRole::Custom(role.id)).await;
    let (_, untouched) = f.seed_member(id, "dave@acme.example", MemberRole::Member).await;

    let at = f.now();
    let to = MemberRole::Custom(next.id);
    let moved = f.write(id, async |unit| unit.reassign_role(role.id, to, at).await).await;
    assert_eq!(moved, 2);
    for membership in [&first, &second] {
        let stored = f.stored_membership(membership).await;
        assert_eq!((stored.role, stored.updated_at), (to, at));
        assert!(stored.version > membership.version);
    }
    assert_eq!(f.stored_membership(&untouched).await, untouched);
    f.write(id, async |unit| unit.delete_role(role.id).await).await;
    assert_eq!(f.read(id, async |unit| unit.role(role.id).await).await, None);
    assert_eq!(f.read(id, async |unit| unit.count_roles().await).await, 1);
    assert_eq!(f.write(id, async |unit| unit.reassign_role(role.id, to, at).await).await, 0);
    // Its name is free again.
    f.seed_role(id, "auditor", &[]).await;
}

/// Owners made by reassignment are counted like others.
pub async fn reassigning_to_owner_counts_owners(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let role = f.seed_role(id, "Auditor", &[]).await;
    f.seed_member(id, "bob@acme.example", MemberRole::Custom(role.id)).await;
    f.seed_member(id, "carol@acme.example", MemberRole::Custom(role.id)).await;
    let before = f.stored_organization(id).await;
    f.write(id, async |unit| unit.reassign_role(role.id, MemberRole::Owner, f.now()).await).await;
    let after = f.stored_organization(id).await;
    assert_eq!((after.users_count, after.owners_count), (3, 3));
    assert!(after.version > before.version, "counting raises the organization's version");
}

/// Nobody can be given a role that the organization does not have.
pub async fn reassigning_needs_a_known_role(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let foreign = f.seed_role(other.id, "Foreign", Permission::ALL).await;
    let role = f.seed_role(organization.id, "Auditor", &[]).await;
    f.seed_member(organization.id, "bob@acme.example", MemberRole::Custom(role.id)).await;
    let before = f.state(organization.id).await;
    for to in [foreign.id, f.id()] {
        let to = MemberRole::Custom(to);
        let result = f.try_write(organization.id, async |unit| unit.reassign_role(role.id, to, f.now()).await).await;
        expect::conflict(result, Constraint::UnknownRole);
    }
    assert_eq!(f.state(organization.id).await, before);
}

/// What is not there can be neither changed nor deleted.
pub async fn absent_role_is_not_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let absent = f.role(organization.id, "Absent", &[]);
    expect::not_found(f.try_write(organization.id, async |unit| unit.update_role(&absent).await).await);
    expect::not_found(f.try_write(organization.id, async |unit| unit.delete_role(absent.id).await).await);
}

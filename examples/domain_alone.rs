//! The domain crate alone: a service that keeps its own memberships and lets
//! Guildhall's rules decide.
//!
//! `cargo run -p guildhall-examples --example domain_alone`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use guildhall_domain::policy::{Actor, Denied, Facts, MemberFacts, Refused, decide};
use guildhall_domain::{
    MemberId, MemberRole, Name, OrganizationId, OrganizationStatus, Permission, PermissionSet, RoleId, UserId,
};
use uuid::Uuid;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Values cannot hold what they may not: a name is trimmed and bounded, a slug follows from it.
    let name = Name::parse("  Analytical Engines ")?;
    println!("{name} lives at /{}", name.to_slug());

    // What your own storage says about the caller and the organization.
    let organization = OrganizationId::from(Uuid::from_u128(1));
    let ada = Actor { user_id: UserId::from(Uuid::from_u128(2)), superadmin: false };
    let membership = MemberId::from(Uuid::from_u128(3));
    let facts = |role| Facts {
        organization,
        status: OrganizationStatus::Active,
        member: Some(MemberFacts::built_in(membership, role)),
    };

    // The decision is pure, takes nanoseconds, and is the only maker of a grant.
    let grant = decide(&ada, &facts(MemberRole::Admin), Permission::MemberChangeRole)?;
    println!("as admin, Ada holds {}", grant.permission());
    if let Err(denied) = decide(&ada, &facts(MemberRole::Member), Permission::MemberChangeRole) {
        println!("as member: {denied}");
    }

    // Who may touch whom is asked of the grant.
    let owner = MemberFacts::built_in(MemberId::from(Uuid::from_u128(4)), MemberRole::Owner);
    assert_eq!(grant.may_remove(&owner), Err(Refused::OnlyOwnersManageOwners));

    // A custom role is a set of permissions; nobody gives away what they lack.
    let auditor = MemberRole::Custom(RoleId::from(Uuid::from_u128(5)));
    let permissions: PermissionSet = [Permission::AuditRead].into_iter().collect();
    assert_eq!(grant.may_give(auditor, permissions), Ok(()));

    // A stranger learns nothing, and a suspended organization can only be read.
    let stranger = Facts { member: None, ..facts(MemberRole::Owner) };
    assert_eq!(decide(&ada, &stranger, Permission::OrganizationRead), Err(Denied::NotVisible));
    let suspended = Facts { status: OrganizationStatus::Suspended, ..facts(MemberRole::Owner) };
    assert_eq!(decide(&ada, &suspended, Permission::MemberAdd), Err(Denied::Suspended));
    println!("every rule held");
    Ok(())
}

//! How long one decision takes: the work that every request adds to its database round trip.

use divan::{Bencher, black_box};
use guildhall_domain::policy::{Actor, Facts, MemberFacts, decide, explain};
use guildhall_domain::{
    MemberId, MemberRole, OrganizationId, OrganizationStatus, Permission, RoleId, UserId, WorkspaceAccess,
};
use uuid::Uuid;

fn main() {
    divan::main();
}

fn facts(member: Option<MemberFacts>) -> Facts {
    Facts { organization: OrganizationId::from(Uuid::from_u128(1)), status: OrganizationStatus::Active, member }
}

fn actor(superadmin: bool) -> Actor {
    Actor { user_id: UserId::from(Uuid::from_u128(2)), superadmin }
}

fn member(role: MemberRole) -> Option<MemberFacts> {
    Some(MemberFacts::built_in(MemberId::from(Uuid::from_u128(3)), role))
}

fn custom() -> Option<MemberFacts> {
    let role = MemberRole::Custom(RoleId::from(Uuid::from_u128(4)));
    let permissions = [Permission::MemberRead, Permission::AuditRead].into_iter().collect();
    let access = WorkspaceAccess::NONE;
    Some(MemberFacts { member_id: MemberId::from(Uuid::from_u128(3)), role, permissions, access })
}

#[divan::bench]
fn granted_to_admin(bencher: Bencher<'_, '_>) {
    let (actor, facts) = (actor(false), facts(member(MemberRole::Admin)));
    bencher.bench(|| decide(black_box(&actor), black_box(&facts), black_box(Permission::MemberAdd)));
}

#[divan::bench]
fn granted_to_custom_role(bencher: Bencher<'_, '_>) {
    let (actor, facts) = (actor(false), facts(custom()));
    bencher.bench(|| decide(black_box(&actor), black_box(&facts), black_box(Permission::AuditRead)));
}

#[divan::bench]
fn granted_to_superadmin(bencher: Bencher<'_, '_>) {
    let (actor, facts) = (actor(true), facts(None));
    bencher.bench(|| decide(black_box(&actor), black_box(&facts), black_box(Permission::OrganizationDelete)));
}

#[divan::bench]
fn denied_to_member(bencher: Bencher<'_, '_>) {
    let (actor, facts) = (actor(false), facts(member(MemberRole::Member)));
    bencher.bench(|| decide(black_box(&actor), black_box(&facts), black_box(Permission::MemberAdd)));
}

#[divan::bench]
fn denied_to_stranger(bencher: Bencher<'_, '_>) {
    let (actor, facts) = (actor(false), facts(None));
    bencher.bench(|| decide(black_box(&actor), black_box(&facts), black_box(Permission::OrganizationRead)));
}

/// The decision and the rule of who may touch whom: what changing a role asks.
#[divan::bench]
fn decide_and_may_assign(bencher: Bencher<'_, '_>) {
    let (actor, facts) = (actor(false), facts(member(MemberRole::Admin)));
    let target = MemberFacts::built_in(MemberId::from(Uuid::from_u128(5)), MemberRole::Member);
    let role = MemberRole::Admin;
    bencher.bench(|| {
        let grant = decide(black_box(&actor), black_box(&facts), Permission::MemberChangeRole).ok()?;
        Some(grant.may_assign(black_box(&target), role, role.built_in_permissions()))
    });
}

#[divan::bench]
fn explain_everything(bencher: Bencher<'_, '_>) {
    let (actor, facts) = (actor(false), facts(member(MemberRole::Owner)));
    bencher.bench(|| explain(black_box(&actor), black_box(&facts)));
}

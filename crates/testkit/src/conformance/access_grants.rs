//! Access to single workspaces, given to single members (C-109, C-121).

use std::sync::Arc;

use guildhall_domain::{AccessLevel, MemberRole, Membership, OrganizationId, WorkspaceAccess, WorkspaceGrants};
use guildhall_ports::store::{CheckQuery, Constraint, OrganizationRef, Store};

use super::expect;
use crate::fixtures::Fixture;

async fn granted(f: &Fixture, member: &Membership) -> WorkspaceGrants {
    f.read(member.organization_id, async |unit| unit.access_grants(member.id).await).await
}

async fn seed(f: &Fixture) -> (OrganizationId, Membership) {
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, member) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    (organization.id, member)
}

/// Flags and grants are replaced together, with their time and a new version.
pub async fn access_is_replaced(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, mut wanted) = seed(&f).await;
    let (_, bystander) = f.seed_member(id, "carol@acme.example", MemberRole::Member).await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(f.seed_workspace(id, name).await.id);
    }
    f.seed_grants(&bystander, &[(ids[0], AccessLevel::Read)]).await;
    let bystander = f.stored_membership(&bystander).await;
    assert!(granted(&f, &wanted).await.is_empty());
    let (read, write) = (AccessLevel::Read, AccessLevel::Write);
    let steps = [
        (false, false, vec![(ids[0], read), (ids[1], write)]),
        (true, false, vec![(ids[0], write), (ids[2], read)]),
        (true, true, vec![(ids[0], write), (ids[2], read)]),
        (false, false, vec![]),
        (false, false, vec![(ids[1], read)]),
    ];
    for (all_read, all_write, grants) in steps {
        let (grants, at) = (f.grants(&grants), f.now());
        let access = WorkspaceAccess { all_read, all_write };
        f.write(id, async |unit| unit.set_access(wanted.id, access, &grants, at).await).await;
        let version = wanted.version.next();
        wanted = Membership { all_read, all_write, updated_at: at, version, ..wanted };
        assert_eq!(f.stored_membership(&wanted).await, wanted);
        assert_eq!(granted(&f, &wanted).await, grants);
    }
    assert_eq!(granted(&f, &bystander).await, f.grants(&[(ids[0], read)]));
    assert_eq!(f.stored_membership(&bystander).await, bystander);
}

/// As many as one request may give are kept, in the order of their workspaces' ids.
pub async fn many_grants_are_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, member) = seed(&f).await;
    let mut grants = Vec::new();
    let mut unit = f.begin(id).await;
    for n in 0..WorkspaceGrants::MAX {
        let workspace = f.workspace(id, &format!("w{n}"));
        unit.workspaces().insert(&workspace, None, Default::default()).await.unwrap();
        grants.push((workspace.id, if n % 2 == 0 { AccessLevel::Read } else { AccessLevel::Write }));
    }
    unit.commit().await.unwrap();
    f.seed_grants(&member, &grants).await;
    let kept = granted(&f, &member).await;
    assert_eq!(kept, f.grants(&grants));
    assert!(kept.as_slice().is_sorted_by_key(|grant| grant.workspace_id));
}

/// A grant is for a workspace of the organization; a refusal changes nothing.
pub async fn grant_needs_a_known_workspace(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, member) = seed(&f).await;
    let (_, other) = f.seed_owned("Beta").await;
    let foreign = f.seed_workspace(other.id, "Board").await;
    let known = f.seed_workspace(id, "Board").await;
    f.seed_grants(&member, &[(known.id, AccessLevel::Read)]).await;
    let before = f.state(id).await;
    for unknown in [foreign.id, f.id()] {
        let grants = f.grants(&[(known.id, AccessLevel::Write), (unknown, AccessLevel::Read)]);
        let (access, at) = (WorkspaceAccess::ALL, f.now());
        let result = f.try_write(id, async |unit| unit.set_access(member.id, access, &grants, at).await).await;
        expect::conflict(result, Constraint::UnknownWorkspace);
    }
    assert_eq!(f.state(id).await, before);
}

/// Who is no member has no grants, and gets none.
pub async fn stranger_has_no_grants(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, member) = seed(&f).await;
    let (_, other) = f.seed_owned("Beta").await;
    let workspace = f.seed_workspace(id, "Board").await;
    let (_, foreign) = f.seed_member(other.id, "carol@beta.example", MemberRole::Member).await;
    let theirs = f.seed_workspace(other.id, "Board").await;
    f.seed_grants(&foreign, &[(theirs.id, AccessLevel::Read)]).await;
    f.seed_grants(&member, &[(workspace.id, AccessLevel::Read)]).await;
    for nobody in [foreign.id, f.id()] {
        assert!(f.read(id, async |unit| unit.access_grants(nobody).await).await.is_empty());
        for grants in [f.grants(&[(workspace.id, AccessLevel::Write)]), WorkspaceGrants::default()] {
            let (access, at) = (WorkspaceAccess::ALL, f.now());
            let result = f.try_write(id, async |unit| unit.set_access(nobody, access, &grants, at).await).await;
            expect::not_found(result);
        }
    }
    assert_eq!(granted(&f, &foreign).await, f.grants(&[(theirs.id, AccessLevel::Read)]));
}

/// Grants go with the membership: who comes back has none (C-12).
pub async fn grants_go_with_the_membership(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, member) = seed(&f).await;
    let workspace = f.seed_workspace(id, "Board").await;
    f.seed_grants(&member, &[(workspace.id, AccessLevel::Write)]).await;
    f.write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    assert!(granted(&f, &member).await.is_empty());
    assert_eq!(f.find_workspace(&workspace, Some(member.id)).await.unwrap().ties.grant, None);
    let again = f.seed_membership(id, member.user_id, MemberRole::Member).await;
    assert!(granted(&f, &again).await.is_empty());
    f.write(id, async |unit| unit.remove_member(again.id, f.now()).await).await;
    f.write_user(member.user_id, async |unit| unit.delete_user().await).await;
}

/// Grants go with the workspace, and the others stay; the membership is as it was.
pub async fn grants_go_with_the_workspace(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, member) = seed(&f).await;
    let (gone, kept) = (f.seed_workspace(id, "Gone").await, f.seed_workspace(id, "Kept").await);
    f.seed_grants(&member, &[(gone.id, AccessLevel::Read), (kept.id, AccessLevel::Write)]).await;
    let before = f.stored_membership(&member).await;
    f.write(id, async |unit| unit.workspaces().delete(gone.id).await).await;
    assert_eq!(granted(&f, &member).await, f.grants(&[(kept.id, AccessLevel::Write)]));
    assert_eq!(f.stored_membership(&member).await, before);
}

/// The flags are told wherever somebody's power is told.
pub async fn flags_are_told_with_the_power(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, member) = seed(&f).await;
    let session = f.seed_session(member.user_id).await;
    for (all_read, all_write) in [(true, false), (true, true), (false, false)] {
        let access = WorkspaceAccess { all_read, all_write };
        f.write(id, async |unit| unit.set_access(member.id, access, &WorkspaceGrants::default(), f.now()).await).await;
        let opened = f.read(id, async |unit| unit.open(member.user_id).await).await.unwrap();
        assert_eq!(opened.member.unwrap().facts.access, access);
        for organization in [OrganizationRef::Id(id), OrganizationRef::Active] {
            let subject = Some(member.user_id);
            let query = CheckQuery { digest: session.token_digest, organization, subject, workspace: None };
            let facts = f.store.check(query).await.unwrap().unwrap();
            assert_eq!(facts.caller_member.unwrap().access, access);
            assert_eq!(facts.subject_member.unwrap().access, access);
        }
    }
}

//! The facts of a permission check in one workspace.

use std::sync::Arc;

use guildhall_domain::policy::{WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{AccessLevel, MemberRole, Session, User, UserId, Workspace, WorkspaceId, WorkspaceRole};
use guildhall_ports::store::{CheckFacts, CheckQuery, OrganizationRef, Store};

use crate::fixtures::Fixture;

async fn check(
    f: &Fixture,
    session: &Session,
    organization: OrganizationRef,
    subject: Option<UserId>,
    workspace: Option<WorkspaceId>,
) -> CheckFacts {
    let query = CheckQuery { digest: session.token_digest, organization, subject, workspace };
    f.store.check(query).await.unwrap().unwrap()
}

fn told(workspace: &Workspace, ties: WorkspaceTies) -> Option<(WorkspaceFacts, WorkspaceTies)> {
    Some((WorkspaceFacts::from(workspace), ties))
}

/// Everything that may tie somebody to a workspace, and nothing.
fn every_tie() -> Vec<WorkspaceTies> {
    let roles = [None, Some(WorkspaceRole::Owner), Some(WorkspaceRole::Member)];
    let grants = [None, Some(AccessLevel::Read), Some(AccessLevel::Write)];
    roles.into_iter().flat_map(|role| grants.map(|grant| WorkspaceTies { role, grant })).collect()
}

/// Each tie is told, of the caller where nobody is named and of whom is named.
pub async fn every_tie_is_told(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let owners = f.seed_session(owner.id).await;
    let mut workspaces = Vec::new();
    for n in 0..every_tie().len() {
        workspaces.push(f.seed_workspace(id, &format!("w{n}")).await);
    }
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let session = f.seed_session(user.id).await;
    let mut grants = Vec::new();
    for (workspace, ties) in workspaces.iter().zip(every_tie()) {
        if let Some(role) = ties.role {
            f.seed_workspace_member(workspace, member.id, role).await;
        }
        grants.extend(ties.grant.map(|grant| (workspace.id, grant)));
    }
    f.seed_grants(&member, &grants).await;
    for (workspace, ties) in workspaces.iter().zip(every_tie()) {
        for reference in [OrganizationRef::Id(id), OrganizationRef::Active] {
            let place = Some(workspace.id);
            let facts = check(&f, &session, reference, None, place).await;
            assert_eq!(facts.workspace, told(workspace, ties));
            assert_eq!(facts.subject_member, None);
            let facts = check(&f, &owners, reference, Some(user.id), place).await;
            assert_eq!(facts.workspace, told(workspace, ties));
            assert_eq!(facts.subject_member.unwrap().member_id, member.id);
            // Neither is the caller's taken for the subject's, nor the other way round.
            let facts = check(&f, &session, reference, Some(owner.id), place).await;
            assert_eq!(facts.workspace, told(workspace, WorkspaceTies::default()));
            let facts = check(&f, &owners, reference, None, place).await;
            assert_eq!(facts.workspace, told(workspace, WorkspaceTies::default()));
            let facts = check(&f, &session, reference, Some(user.id), place).await;
            assert_eq!(facts.workspace, told(workspace, ties));
        }
    }
}

/// What a decision needs to know of the workspace is told as it is now.
pub async fn workspace_facts_are_told(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let session = f.seed_session(owner.id).await;
    let reference = OrganizationRef::Id(id);
    let mut workspace = f.seed_workspace(id, "Board").await;
    for default_access in [Some(AccessLevel::Read), None, Some(AccessLevel::Write)] {
        for archived_at in [Some(f.now()), None] {
            workspace = Workspace { default_access, archived_at, ..workspace };
            f.write(id, async |unit| unit.workspaces().update(&workspace).await).await;
            let facts = check(&f, &session, reference, None, Some(workspace.id)).await;
            assert_eq!(facts.workspace, told(&workspace, WorkspaceTies::default()));
        }
    }
    let bob = f.seed_user("bob@acme.example").await;
    for user in [&owner, &bob] {
        let personal = f.seed_personal_workspace(id, user.id).await;
        let facts = check(&f, &session, reference, None, Some(personal.id)).await;
        assert_eq!(facts.workspace, told(&personal, WorkspaceTies::default()));
    }
}

/// No workspace is told where none is asked for, or it is another organization's, or nobody's.
pub async fn foreign_workspace_is_none(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let other = f.seed_organization("Beta", &owner).await;
    let session = f.seed_session(owner.id).await;
    f.seed_workspace(organization.id, "Board").await;
    let foreign = f.seed_workspace(other.id, "Board").await;
    for reference in [OrganizationRef::Id(organization.id), OrganizationRef::Active] {
        for subject in [None, Some(owner.id), Some(f.id())] {
            for workspace in [None, Some(foreign.id), Some(f.id())] {
                let facts = check(&f, &session, reference, subject, workspace).await;
                assert_eq!(facts.workspace, None);
                assert!(facts.caller_member.is_some());
            }
        }
    }
    let facts = check(&f, &session, OrganizationRef::Id(f.id()), None, Some(foreign.id)).await;
    assert_eq!((facts.organization, facts.workspace), (None, None));
    let facts = check(&f, &session, OrganizationRef::Id(other.id), None, Some(foreign.id)).await;
    assert_eq!(facts.workspace, told(&foreign, WorkspaceTies::default()));
}

/// Strangers and disabled accounts have no ties, and the workspace is told all the same.
pub async fn who_has_no_place_has_no_ties(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let session = f.seed_session(owner.id).await;
    // The caller's own ties are nobody else's.
    let callers = f.read(id, async |unit| unit.member(owner.id.uuid()).await).await.unwrap().membership;
    let workspace = f.insert_workspace(f.workspace(id, "Board"), Some(callers.id)).await;
    f.seed_grants(&callers, &[(workspace.id, AccessLevel::Write)]).await;
    let stranger = f.seed_user("stranger@acme.example").await;
    let strangers = f.seed_session(stranger.id).await;
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Member).await;
    let disabled = User { disabled_at: Some(f.now()), ..user.clone() };
    f.write_user(user.id, async |unit| unit.update_user(&disabled).await).await;
    let reference = OrganizationRef::Id(id);
    for nobody in [stranger.id, user.id, f.id()] {
        let facts = check(&f, &session, reference, Some(nobody), Some(workspace.id)).await;
        assert_eq!(facts.subject_member, None);
        assert_eq!(facts.workspace, told(&workspace, WorkspaceTies::default()));
    }
    let facts = check(&f, &strangers, reference, None, Some(workspace.id)).await;
    assert_eq!(facts.caller_member, None);
    assert_eq!(facts.workspace, told(&workspace, WorkspaceTies::default()));
}

/// The very next check knows of every change (R-CONS-1, ASVS 8.3.2).
pub async fn changed_ties_are_told_at_once(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let (session, reference) = (f.seed_session(user.id).await, OrganizationRef::Id(id));
    let workspace = f.insert_workspace(f.workspace(id, "Board"), None).await;
    let ties = async || check(&f, &session, reference, None, Some(workspace.id)).await.workspace.unwrap().1;
    f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Owner).await;
    assert_eq!(ties().await, WorkspaceTies { role: Some(WorkspaceRole::Owner), grant: None });
    f.seed_grants(&member, &[(workspace.id, AccessLevel::Read)]).await;
    let role = Some(WorkspaceRole::Owner);
    assert_eq!(ties().await, WorkspaceTies { role, grant: Some(AccessLevel::Read) });
    f.seed_grants(&member, &[]).await;
    assert_eq!(ties().await, WorkspaceTies { role, grant: None });
    f.write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    assert_eq!(ties().await, WorkspaceTies::default());
    f.write(id, async |unit| unit.workspaces().delete(workspace.id).await).await;
    assert_eq!(check(&f, &session, reference, None, Some(workspace.id)).await.workspace, None);
}

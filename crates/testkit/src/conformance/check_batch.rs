//! Many permission checks at once answer as each would alone.

use std::sync::Arc;

use guildhall_domain::{
    AccessLevel, MemberRole, OrganizationId, Permission, Session, TokenDigest, User, UserId, Workspace, WorkspaceId,
    WorkspaceRole,
};
use guildhall_ports::store::{CheckBatchQuery, CheckQuery, CheckedSubject, OrganizationRef, Store};

use crate::fixtures::Fixture;

type Check = (Option<UserId>, Option<WorkspaceId>);

/// Asks all at once and one by one, compares, and gives what was found of each.
async fn agreed(
    f: &Fixture,
    session: &Session,
    organization: OrganizationRef,
    checks: &[Check],
) -> Vec<CheckedSubject> {
    let digest = session.token_digest;
    let query = CheckBatchQuery { digest, organization, checks: checks.to_vec() };
    let batch = f.store.check_batch(&query).await.unwrap().unwrap();
    assert_eq!(batch.checks.len(), checks.len());
    for (found, (subject, workspace)) in batch.checks.iter().zip(checks.iter().copied()) {
        let alone = f.store.check(CheckQuery { digest, organization, subject, workspace }).await.unwrap().unwrap();
        assert_eq!((&batch.caller, batch.organization), (&alone.caller, alone.organization));
        assert_eq!(batch.caller_member, alone.caller_member);
        assert_eq!((found.member, found.workspace), (alone.subject_member, alone.workspace));
    }
    batch.checks
}

/// An organization with users and workspaces of all sorts, and one more of each elsewhere.
struct Sorts {
    organization: OrganizationId,
    owner: User,
    users: Vec<UserId>,
    workspaces: Vec<WorkspaceId>,
}

impl Sorts {
    /// Everybody in every place, nobody and nowhere included.
    fn checks(&self) -> Vec<Check> {
        let users = || self.users.iter().copied().map(Some).chain([None]);
        let workspaces = self.workspaces.iter().copied().map(Some).chain([None]);
        workspaces.flat_map(|workspace| users().map(move |user| (user, workspace))).collect()
    }
}

async fn seed(f: &Fixture) -> Sorts {
    let (owner, organization) = f.seed_owned("Acme").await;
    let (foreigner, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let role = f.seed_role(id, "Reader", &[Permission::WorkspaceRead]).await;
    let (admin, _) = f.seed_member(id, "admin@acme.example", MemberRole::Admin).await;
    let (reader, _) = f.seed_member(id, "reader@acme.example", MemberRole::Custom(role.id)).await;
    let (tied, member) = f.seed_member(id, "tied@acme.example", MemberRole::Member).await;
    let (disabled, away) = f.seed_member(id, "disabled@acme.example", MemberRole::Admin).await;
    let board = f.insert_workspace(f.workspace(id, "Board"), Some(away.id)).await;
    f.seed_workspace_member(&board, member.id, WorkspaceRole::Member).await;
    let open =
        Workspace { default_access: Some(AccessLevel::Write), archived_at: Some(f.now()), ..f.workspace(id, "Open") };
    let open = f.insert_workspace(open, None).await;
    let personal = f.seed_personal_workspace(id, tied.id).await;
    f.seed_grants(&member, &[(board.id, AccessLevel::Read), (open.id, AccessLevel::Write)]).await;
    let foreign = f.seed_workspace(other.id, "Board").await;
    let disabled = User { disabled_at: Some(f.now()), ..disabled };
    f.write_user(disabled.id, async |unit| unit.update_user(&disabled).await).await;
    let users = vec![owner.id, admin.id, reader.id, tied.id, disabled.id, foreigner.id, f.id()];
    let workspaces = vec![board.id, open.id, personal.id, foreign.id, f.id()];
    Sorts { organization: id, owner, users, workspaces }
}

/// Every mixture of users and workspaces, whoever asks and in whatever order.
pub async fn batch_answers_as_each_alone(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let sorts = seed(&f).await;
    let forward = sorts.checks();
    let backward: Vec<_> = forward.iter().rev().copied().collect();
    for user in &sorts.users[..6] {
        let session = f.seed_session(*user).await;
        for reference in [OrganizationRef::Id(sorts.organization), OrganizationRef::Active] {
            let mut found = agreed(&f, &session, reference, &forward).await;
            found.reverse();
            assert_eq!(agreed(&f, &session, reference, &backward).await, found, "the order is kept");
        }
    }
}

/// A hundred checks, some of them the same.
pub async fn hundred_checks_are_answered(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let sorts = seed(&f).await;
    let session = f.seed_session(sorts.owner.id).await;
    let checks: Vec<_> = sorts.checks().into_iter().cycle().take(100).collect();
    let found = agreed(&f, &session, OrganizationRef::Id(sorts.organization), &checks).await;
    let distinct = sorts.checks().len();
    assert_eq!(found[..100 - distinct], found[distinct..]);
    let same = vec![checks[3]; 100];
    let found = agreed(&f, &session, OrganizationRef::Id(sorts.organization), &same).await;
    assert!(found.iter().all(|each| *each == found[0] && each.member.is_some()));
}

/// Where nothing is asked, the caller is told nevertheless.
pub async fn empty_batch_tells_the_caller(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let sorts = seed(&f).await;
    let session = f.seed_session(sorts.owner.id).await;
    let (digest, organization) = (session.token_digest, OrganizationRef::Id(sorts.organization));
    let batch = f.store.check_batch(&CheckBatchQuery { digest, organization, checks: vec![] }).await.unwrap().unwrap();
    let query = CheckQuery { digest, organization, subject: None, workspace: None };
    let alone = f.store.check(query).await.unwrap().unwrap();
    assert_eq!((batch.caller, batch.organization), (alone.caller, alone.organization));
    assert_eq!((batch.caller_member, batch.checks), (alone.caller_member, vec![]));
    assert!(alone.caller_member.is_some());
}

/// An unknown token gets no facts at all, whatever it asks for.
pub async fn unknown_token_gets_no_batch(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let sorts = seed(&f).await;
    for organization in [OrganizationRef::Id(sorts.organization), OrganizationRef::Active] {
        for checks in [vec![], sorts.checks()] {
            let query = CheckBatchQuery { digest: TokenDigest::new([7; 32]), organization, checks };
            assert_eq!(f.store.check_batch(&query).await, Ok(None));
        }
    }
}

/// Where there is no organization, nothing is known in it of anybody.
pub async fn unknown_organization_knows_nobody(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let sorts = seed(&f).await;
    let stranger = f.seed_user("stranger@acme.example").await;
    for (user, reference) in [(sorts.owner.id, OrganizationRef::Id(f.id())), (stranger.id, OrganizationRef::Active)] {
        let session = f.seed_session(user).await;
        let found = agreed(&f, &session, reference, &sorts.checks()).await;
        assert_eq!(found, vec![CheckedSubject::default(); sorts.checks().len()]);
    }
}

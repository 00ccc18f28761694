//! What a spend for a workspace needs to know of it, and what is counted for it (M-22, M-30).

use std::sync::Arc;

use guildhall_domain::credits::{Amount, CreditRequest, PeriodKey, SpendBy};
use guildhall_domain::page::{KeyPosition, PageRequest};
use guildhall_domain::policy::{WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{
    AccessLevel, MemberRole, OrganizationId, Timestamp, UserId, Workspace, WorkspaceId, WorkspaceRole,
};
use guildhall_ports::store::{Constraint, CreditNeeds, CreditWrites, Store};
use time::Duration;

use super::expect;
use crate::fixtures::{CreditOrder, Fixture, assert_kept, walk};

/// Of each workspace named there is told what a decision needs, with the ties of whom it is named
/// with; of another organization's, and of none, nothing.
pub async fn ties_are_told_with_workspaces(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let (bob, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let stranger = f.seed_user("stranger@acme.example").await;
    let made = |change: fn(Workspace) -> Workspace, name: &str| f.insert_workspace(change(f.workspace(id, name)), None);
    let board = made(|it| it, "Board").await;
    let open = made(|it| Workspace { default_access: Some(AccessLevel::Write), ..it }, "Open").await;
    let granted = made(|it| Workspace { default_access: Some(AccessLevel::Read), ..it }, "Granted").await;
    let both = made(|it| it, "Both").await;
    let archived = f.seed_workspace(id, "Archived").await;
    let archived = Workspace { archived_at: Some(f.now()), ..archived };
    f.write(id, async |unit| unit.workspaces().update(&archived).await).await;
    let personal = f.seed_personal_workspace(id, bob.id).await;
    let foreign = f.seed_workspace(other.id, "Board").await;
    for (workspace, role) in
        [(&both, WorkspaceRole::Owner), (&archived, WorkspaceRole::Member), (&open, WorkspaceRole::Member)]
    {
        f.seed_workspace_member(workspace, member.id, role).await;
    }
    f.seed_grants(&member, &[(granted.id, AccessLevel::Write), (both.id, AccessLevel::Read)]).await;

    let (owns, is_in) = (Some(WorkspaceRole::Owner), Some(WorkspaceRole::Member));
    let wanted = [
        (&board, None, None),
        (&open, is_in, None),
        (&granted, None, Some(AccessLevel::Write)),
        (&both, owns, Some(AccessLevel::Read)),
        (&archived, is_in, None),
        (&personal, None, None),
    ];
    let users = [bob.id, owner.id, stranger.id, f.id()];
    let mut named: Vec<(WorkspaceId, UserId)> = Vec::new();
    for user in users {
        named.extend(wanted.iter().map(|(workspace, ..)| (workspace.id, user)));
        named.extend([(foreign.id, user), (f.id(), user), (board.id, user)]);
    }
    let needs = CreditNeeds { workspaces: named, ..f.credit_needs(f.now()) };
    let told = f.credit_state(id, &needs).await.workspaces;
    assert_eq!(told.len(), wanted.len() * users.len());
    for (workspace, role, grant) in wanted {
        for user in users {
            let ties = if user == bob.id { WorkspaceTies { role, grant } } else { WorkspaceTies::default() };
            assert_eq!(told[&(workspace.id, user)], (WorkspaceFacts::from(workspace), ties), "{}", workspace.name);
        }
    }
    let elsewhere = f.credit_state(other.id, &needs).await.workspaces;
    assert_eq!(elsewhere.len(), users.len());
    assert!(
        elsewhere
            .iter()
            .all(|((workspace, _), (_, ties))| { (*workspace, *ties) == (foreign.id, WorkspaceTies::default()) })
    );
    assert!(f.credit_state(f.id(), &needs).await.workspaces.is_empty());
    assert!(f.credit_state(id, &f.credit_needs(f.now())).await.workspaces.is_empty(), "nobody named them");
}

/// The very next spend knows that a member or a workspace is gone (R-CONS-1).
pub async fn ties_go_with_membership_and_workspace(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (bob, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let workspace = f.seed_workspace(id, "Board").await;
    f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Member).await;
    let needs = CreditNeeds { workspaces: vec![(workspace.id, bob.id)], ..f.credit_needs(f.now()) };
    let ties = async || f.credit_state(id, &needs).await.workspaces.into_values().map(|(_, ties)| ties).next();
    assert_eq!(ties().await, Some(WorkspaceTies { role: Some(WorkspaceRole::Member), grant: None }));
    f.write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    assert_eq!(ties().await, Some(WorkspaceTies::default()));
    f.write(id, async |unit| unit.workspaces().delete(workspace.id).await).await;
    assert_eq!(ties().await, None);
}

/// What each member has spent in the day and the month of a time, for a workspace, in the order of the list.
async fn used(f: &Fixture, id: OrganizationId, workspace: WorkspaceId, now: Timestamp) -> Vec<(UserId, u64, u64)> {
    let needs = f.credit_needs(now);
    let (day, month) = (&needs.day, &needs.month);
    let found = f.read(id, async |unit| {
        let page =
            async |page: PageRequest<KeyPosition>| unit.credits().list_usage(day, month, Some(workspace), &page).await;
        walk(2, page).await
    });
    found.await.into_iter().map(|it| (it.user_id, it.credits.day, it.credits.month)).collect()
}

/// What is spent or held for a workspace is counted for it, and what comes back no more: at once,
/// by a reservation that is spent, given up or lapses, and by a refund (M-26, M-30).
pub async fn spends_for_a_workspace_are_counted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let (bob, _) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let (carol, _) = f.seed_member(id, "carol@acme.example", MemberRole::Member).await;
    let (board, desk) = (f.seed_workspace(id, "Board").await.id, f.seed_workspace(id, "Desk").await.id);
    f.seed_credits(id, 1_000).await;
    let order = async |at: Timestamp, order: CreditOrder| f.order_one(id, at, order).await;
    let by = |user: UserId, workspace| SpendBy { workspace_id: Some(workspace), ..SpendBy::member(user) };
    let spend = |user, workspace, credits| {
        CreditOrder::from(CreditRequest::Spend { by: by(user, workspace), amount: f.amount(credits) })
    };
    let reserve = |reservation, credits| {
        let (by, amount, expires_at) = (by(bob.id, board), f.amount(credits), now + Duration::HOUR);
        CreditOrder::from(CreditRequest::Reserve { id: reservation, by, amount, expires_at })
    };
    // Of owner, bob and carol, whose addresses come in this order.
    let is = async |workspace, at: Timestamp, wanted: [(u64, u64); 3]| {
        let mut wanted: Vec<_> = [&owner, &bob, &carol].into_iter().zip(wanted).collect();
        wanted.sort_by(|a, b| a.0.email.as_str().cmp(b.0.email.as_str()));
        let wanted: Vec<_> = wanted.into_iter().map(|(user, (day, month))| (user.id, day, month)).collect();
        assert_eq!(used(&f, id, workspace, at).await, wanted);
    };
    f.seed_spend(id, bob.id, 100, now).await;
    is(board, now, [(0, 0); 3]).await;
    let spent = order(now, spend(bob.id, board, 7)).await;
    order(now, spend(bob.id, desk, 20)).await;
    order(now, spend(owner.id, board, 3)).await;
    order(now + Duration::DAY, spend(bob.id, board, 1)).await;
    is(board, now, [(3, 3), (7, 8), (0, 0)]).await;
    is(board, now + Duration::DAY, [(0, 3), (1, 8), (0, 0)]).await;
    is(desk, now, [(0, 0), (20, 20), (0, 0)]).await;
    is(f.id(), now, [(0, 0); 3]).await;

    let reservations = [(); 3].map(|()| f.id());
    for (reservation, credits) in reservations.into_iter().zip([10, 200, 300]) {
        order(now, reserve(reservation, credits)).await;
    }
    is(board, now, [(3, 3), (517, 518), (0, 0)]).await;
    let [first, second, _] = reservations;
    order(now, CreditRequest::Commit { reservation: first, amount: f.amount(4) }.into()).await;
    order(now, CreditRequest::Release { reservation: second }.into()).await;
    is(board, now, [(3, 3), (311, 312), (0, 0)]).await;
    f.order_credits(id, now + Duration::HOUR, &[]).await;
    is(board, now, [(3, 3), (11, 12), (0, 0)]).await;
    // What is given back counts in the day in which it was spent.
    order(now + Duration::DAY, CreditOrder::Refund(spent)).await;
    is(board, now, [(3, 3), (4, 5), (0, 0)]).await;
    is(desk, now, [(0, 0), (20, 20), (0, 0)]).await;
    assert_eq!(f.used_credits(id, bob.id, now).await, (124, 125), "altogether");
    assert_kept(&f.ledger(id).await, &f.kept_credits(id).await);
}

/// No count for a workspace falls below zero, and none is mistaken for another (R-LED-2).
pub async fn workspace_counts_stay_above_zero(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, beta) = f.seed_owned("Beta").await;
    let (id, needs) = (organization.id, f.credit_needs(f.now()));
    let (user, board, desk): (UserId, WorkspaceId, WorkspaceId) = (f.id(), f.id(), f.id());
    let count = async |organization, changes: &[(WorkspaceId, UserId, &PeriodKey, i64)]| {
        let mut writes = CreditWrites::default();
        let changes = changes.iter().map(|(at, user, period, more)| ((*at, *user, (*period).clone()), *more));
        writes.changes.workspace_usage = changes.collect();
        f.try_write_credits(organization, &writes).await
    };
    let most = Amount::MAX.cast_signed();
    let (day, month) = (&needs.day, &needs.month);
    let more = [(board, user, day, 5), (board, user, month, 7), (desk, user, day, 1), (board, owner.id, day, most)];
    count(id, &more).await.unwrap();
    count(id, &[(board, user, day, -5), (board, user, month, 2), (board, owner.id, month, 1)]).await.unwrap();
    let before = f.kept_credits(id).await;
    assert!(before.usage.is_empty(), "all that was spent is counted elsewhere");
    let wanted = [
        ((board, user, month.clone()), 9),
        ((desk, user, day.clone()), 1),
        ((board, owner.id, day.clone()), Amount::MAX),
        ((board, owner.id, month.clone()), 1),
    ];
    assert_eq!(before.workspace_usage, wanted.into());
    for (organization, below_zero) in [
        (id, (board, user, day, -1)),
        (id, (board, user, month, -10)),
        (id, (desk, user, month, -1)),
        (id, (desk, owner.id, day, -1)),
        (id, (f.id(), user, month, -1)),
        (beta.id, (board, user, month, -1)),
    ] {
        let changes = [(desk, user, day, 1), below_zero];
        expect::conflict(count(organization, &changes).await, Constraint::LimitReached);
    }
    assert_eq!(f.kept_credits(id).await, before);
    assert!(f.kept_credits(beta.id).await.workspace_usage.is_empty());
}

/// What was counted stays when workspace, membership and account are gone, and can be given back.
pub async fn workspace_counts_outlive_workspace_and_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let (bob, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let workspace = f.seed_workspace(id, "Board").await.id;
    f.seed_credits(id, 100).await;
    let by = SpendBy { workspace_id: Some(workspace), ..SpendBy::member(bob.id) };
    let spent = f.order_one(id, now, CreditRequest::Spend { by: by.clone(), amount: f.amount(4) }).await;
    let (amount, expires_at) = (f.amount(9), now + Duration::HOUR);
    f.order_one(id, now, CreditRequest::Reserve { id: f.id(), by, amount, expires_at }).await;
    let before = f.kept_credits(id).await;
    f.write(id, async |unit| unit.workspaces().delete(workspace).await).await;
    f.write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    f.write_user(bob.id, async |unit| unit.delete_user().await).await;
    assert_eq!(f.kept_credits(id).await, before);
    f.order_credits(id, now + Duration::HOUR, &[CreditOrder::Refund(spent)]).await;
    let after = f.kept_credits(id).await;
    assert!(after.workspace_usage.is_empty() && after.usage.is_empty() && after.open.is_empty());
    assert_kept(&f.ledger(id).await, &after);
}

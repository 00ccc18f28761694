//! Many come in at once where few have room (M-16, R-MEM-3).

use std::sync::Arc;

use guildhall_domain::{Limit, MemberId, MemberRole, Membership, OrganizationId, Timestamp};
use guildhall_ports::store::{Constraint, Mode, Store, StoreError};

use super::finish::finish;
use super::together;
use crate::fixtures::Fixture;

const FULL: Result<(), StoreError> = Err(StoreError::Conflict(Constraint::LimitReached));

/// Somebody comes or goes.
#[derive(Clone)]
enum Move {
    Comes(Arc<Membership>, Limit),
    Goes(MemberId, Timestamp),
}

async fn make(store: Arc<dyn Store>, organization: OrganizationId, what: Move) -> Result<(), StoreError> {
    let mut unit = store.begin_org(organization, Mode::Write).await?;
    let done = match what {
        Move::Comes(membership, limit) => unit.add_member(&membership, limit).await,
        Move::Goes(member, at) => unit.remove_member(member, at).await,
    };
    finish(unit, done).await
}

/// Makes all moves at once.
async fn race(store: &Arc<dyn Store>, organization: OrganizationId, moves: Vec<Move>) -> Vec<Result<(), StoreError>> {
    let works: Vec<_> = moves
        .into_iter()
        .map(|what| {
            let store = Arc::clone(store);
            move || make(Arc::clone(&store), organization, what.clone())
        })
        .collect();
    together(works).await
}

/// How many members there are, which is what the counter says.
async fn counted(f: &Fixture, organization: OrganizationId) -> usize {
    let state = f.state(organization).await;
    assert_eq!(state.organization.unwrap().users_count, state.members.len() as u64, "the counter is true");
    state.members.len()
}

/// Fifty different users are added at once where five have room: five are in, and the others were told why.
pub async fn fifty_users_are_added_where_five_have_room(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_member(id, "second@acme.example", MemberRole::Member).await;
    let mut moves = Vec::new();
    for n in 0..50 {
        let user = f.seed_user(&format!("user{n}@acme.example")).await;
        let membership = f.membership(id, user.id, MemberRole::BUILT_IN[n % 3]);
        moves.push(Move::Comes(Arc::new(membership), Limit::AtMost(7)));
    }
    let results = race(&store, id, moves).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 5, "{results:?}");
    assert_eq!(results.iter().filter(|result| **result == FULL).count(), 45, "{results:?}");
    assert_eq!(counted(&f, id).await, 7);
}

/// Twenty are added to a full organization while five leave it: never more
/// than there may be, and a seat for everybody who was let in.
pub async fn twenty_users_are_added_while_others_leave(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let mut moves = Vec::new();
    for n in 0..5 {
        let (_, member) = f.seed_member(id, &format!("leaver{n}@acme.example"), MemberRole::Member).await;
        moves.push(Move::Goes(member.id, f.now()));
    }
    for n in 0..20 {
        let user = f.seed_user(&format!("user{n}@acme.example")).await;
        let membership = f.membership(id, user.id, MemberRole::Member);
        moves.push(Move::Comes(Arc::new(membership), Limit::AtMost(6)));
    }
    let results = race(&store, id, moves).await;
    let (left, came) = results.split_at(5);
    assert!(left.iter().all(Result::is_ok), "{left:?}");
    assert!(came.iter().all(|result| result.is_ok() || *result == FULL), "{came:?}");
    let admitted = came.iter().filter(|result| result.is_ok()).count();
    assert!(admitted <= 5, "{admitted} came in where 5 left");
    assert_eq!(counted(&f, id).await, 1 + admitted);
}

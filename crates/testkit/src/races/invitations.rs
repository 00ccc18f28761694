//! One invitation, or one address, and many at once.

use std::sync::Arc;

use guildhall_domain::{Invitation, InvitationStatus, Limit, MemberRole, Membership, MembershipSource, Timestamp};
use guildhall_ports::store::{Constraint, Mode, OrgTx, Store, StoreError};

use super::together;
use crate::fixtures::Fixture;

/// Commits where the work went well, and rolls back where it did not.
async fn finish<T>(unit: Box<dyn OrgTx>, done: Result<T, StoreError>) -> Result<T, StoreError> {
    match done {
        Ok(done) => unit.commit().await.map(|()| done),
        Err(error) => {
            unit.rollback().await?;
            Err(error)
        }
    }
}

async fn invite(store: Arc<dyn Store>, invitation: Arc<Invitation>) -> Result<(), StoreError> {
    let mut unit = store.begin_org(invitation.organization_id, Mode::Write).await?;
    let done = unit.insert_invitation(&invitation).await;
    finish(unit, done).await
}

/// Twenty invite one address at once: one invitation is pending (R-INV-3).
pub async fn one_address_is_invited_twenty_times(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    for n in 0..10 {
        let email = format!("user{n}@acme.example");
        let works: Vec<_> = (0..20)
            .map(|_| {
                let invitation = Arc::new(f.invitation(organization.id, &email, Some(owner.id)));
                let store = Arc::clone(&store);
                move || invite(Arc::clone(&store), Arc::clone(&invitation))
            })
            .collect();
        let results = together(works).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        let refused = Err(StoreError::Conflict(Constraint::InvitationPending));
        assert_eq!(results.iter().filter(|result| **result == refused).count(), 19, "{results:?}");
        assert_eq!(f.state(organization.id).await.invitations.len(), n + 1);
    }
}

/// An answer to an invitation, decided from what it is inside the unit of work.
async fn answer(
    mut unit: Box<dyn OrgTx>,
    answer: InvitationStatus,
    invitation: Arc<Invitation>,
    membership: Arc<Membership>,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let done = async {
        let Some(found) = unit.invitation(invitation.id).await?.filter(|found| found.is_open(at)) else {
            return Ok(false);
        };
        if answer == InvitationStatus::Accepted {
            unit.add_member(&membership, Limit::Unlimited).await?;
        }
        unit.update_invitation(&Invitation { status: answer, updated_at: at, ..found }).await?;
        Ok(true)
    }
    .await;
    finish(unit, done).await
}

async fn accepted_once(store: Arc<dyn Store>, from_the_account: bool) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    for n in 0..10 {
        let email = format!("user{n}@acme.example");
        let user = f.seed_user(&email).await.id;
        let invitation = Arc::new(f.seed_invitation(id, &email, None).await);
        let at = f.now();
        let works: Vec<_> = (0..20)
            .map(|_| {
                let source = MembershipSource::Invitation;
                let membership = Arc::new(Membership { source, ..f.membership(id, user, MemberRole::Member) });
                let (store, invitation) = (Arc::clone(&store), Arc::clone(&invitation));
                move || {
                    let store = Arc::clone(&store);
                    let (invitation, membership) = (Arc::clone(&invitation), Arc::clone(&membership));
                    async move {
                        let unit = if from_the_account {
                            store.begin_user(user, Mode::Write).await?.into_org(id).await?
                        } else {
                            store.begin_org(id, Mode::Write).await?
                        };
                        answer(unit, InvitationStatus::Accepted, invitation, membership, at).await
                    }
                }
            })
            .collect();
        let results = together(works).await;
        assert_eq!(results.iter().filter(|result| **result == Ok(true)).count(), 1, "{results:?}");
        assert_eq!(results.iter().filter(|result| **result == Ok(false)).count(), 19, "{results:?}");
        let state = f.state(id).await;
        assert_eq!((state.organization.unwrap().users_count, state.members.len()), (2 + n, 2 + n as usize));
        let accepted = &state.invitations[0];
        assert_eq!(accepted.status, InvitationStatus::Accepted);
        assert_eq!(accepted.version, invitation.version.next(), "it was answered once");
    }
}

/// One invitation is accepted twenty times at once: one membership (R-INV-1, C-114).
pub async fn invitation_is_accepted_once(store: Arc<dyn Store>) {
    accepted_once(store, false).await;
}

/// The same from units of work that begin with the account, as in exclusive mode.
pub async fn invitation_is_accepted_once_from_the_account(store: Arc<dyn Store>) {
    accepted_once(store, true).await;
}

/// One accepts while another revokes: one of them is right, and the membership says the same (R-INV-2).
pub async fn accepting_races_revoking(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    for n in 0..50 {
        let email = format!("user{n}@acme.example");
        let user = f.seed_user(&email).await.id;
        let invitation = Arc::new(f.seed_invitation(id, &email, None).await);
        let membership = Arc::new(f.membership(id, user, MemberRole::Member));
        let at = f.now();
        let works: Vec<_> = [InvitationStatus::Accepted, InvitationStatus::Revoked]
            .into_iter()
            .map(|status| {
                let store = Arc::clone(&store);
                let (invitation, membership) = (Arc::clone(&invitation), Arc::clone(&membership));
                move || {
                    let store = Arc::clone(&store);
                    let (invitation, membership) = (Arc::clone(&invitation), Arc::clone(&membership));
                    async move {
                        let unit = store.begin_org(id, Mode::Write).await?;
                        answer(unit, status, invitation, membership, at).await
                    }
                }
            })
            .collect();
        let results = together(works).await;
        let accepted = results[0] == Ok(true);
        assert_eq!(results, [Ok(accepted), Ok(!accepted)], "try {n}");
        let wanted = if accepted { InvitationStatus::Accepted } else { InvitationStatus::Revoked };
        assert_eq!(f.read(id, async |unit| unit.invitation(invitation.id).await).await.unwrap().status, wanted);
        let member = f.read(id, async |unit| unit.member(user.uuid()).await).await;
        assert_eq!(member.is_some(), accepted, "try {n}");
    }
}

/// One accepts while the inviter's invitations are revoked, as when they are
/// removed: who came in first stays, and nobody comes in afterwards (R-INV-2).
pub async fn accepting_races_revocation(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let inviter = f.seed_user("inviter@acme.example").await;
    for n in 0..50 {
        let email = format!("user{n}@acme.example");
        let user = f.seed_user(&email).await.id;
        let invitation = Arc::new(f.seed_invitation(id, &email, Some(inviter.id)).await);
        let membership = Arc::new(f.membership(id, user, MemberRole::Member));
        let at = f.now();
        let works: Vec<_> = [true, false]
            .into_iter()
            .map(|accepts| {
                let (store, to) = (Arc::clone(&store), inviter.email.clone());
                let (invitation, membership) = (Arc::clone(&invitation), Arc::clone(&membership));
                move || {
                    let (store, to) = (Arc::clone(&store), to.clone());
                    let (invitation, membership) = (Arc::clone(&invitation), Arc::clone(&membership));
                    async move {
                        let mut unit = store.begin_org(id, Mode::Write).await?;
                        if accepts {
                            return answer(unit, InvitationStatus::Accepted, invitation, membership, at).await;
                        }
                        let done = unit.revoke_invitations(&to, inviter.id, at).await;
                        finish(unit, done).await.map(|revoked| revoked == 1)
                    }
                }
            })
            .collect();
        let results = together(works).await;
        let accepted = results[0] == Ok(true);
        assert_eq!(results, [Ok(accepted), Ok(!accepted)], "try {n}");
        let member = f.read(id, async |unit| unit.member(user.uuid()).await).await;
        assert_eq!(member.is_some(), accepted, "try {n}");
    }
}

//! The links with which users show whose an address is.

use std::sync::Arc;

use guildhall_domain::{EmailVerification, TokenDigest, User, UserId};
use guildhall_ports::store::Store;

use crate::fixtures::Fixture;

async fn live(f: &Fixture, user: UserId) -> Option<EmailVerification> {
    f.read_user(user, async |unit| unit.email_verification().await).await
}

async fn by_token(f: &Fixture, digest: TokenDigest) -> Option<EmailVerification> {
    f.read_platform(async |unit| unit.email_verification_by_token(digest).await).await
}

async fn send(f: &Fixture, user: UserId) -> EmailVerification {
    let link = f.email_verification(user);
    f.write_user(user, async |unit| unit.set_email_verification(&link).await).await;
    link
}

/// One link is live for each account: a new one takes the place of the one before.
pub async fn new_link_replaces_the_old_one(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let other = f.seed_user("bob@acme.example").await;
    assert_eq!(live(&f, user.id).await, None);
    let others = send(&f, other.id).await;
    let mut before: Option<EmailVerification> = None;
    for _ in 0..3 {
        let link = send(&f, user.id).await;
        assert_eq!(live(&f, user.id).await, Some(link));
        assert_eq!(by_token(&f, link.token_digest).await, Some(link));
        if let Some(before) = before {
            assert_eq!(by_token(&f, before.token_digest).await, None);
        }
        before = Some(link);
    }
    assert_eq!(live(&f, other.id).await, Some(others));
    assert_eq!(by_token(&f, others.token_digest).await, Some(others));
    assert_eq!(by_token(&f, f.digest()).await, None);
    // The account itself is as it was: only its user's click changes that.
    assert_eq!(f.stored_user(user.id).await, user);
}

/// A link is taken back, as often as it is told; others' stay.
pub async fn link_is_taken_back(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let other = f.seed_user("bob@acme.example").await;
    let (link, others) = (send(&f, user.id).await, send(&f, other.id).await);
    for _ in 0..2 {
        f.write_user(user.id, async |unit| unit.clear_email_verification().await).await;
        assert_eq!(live(&f, user.id).await, None);
        assert_eq!(by_token(&f, link.token_digest).await, None);
    }
    assert_eq!(live(&f, other.id).await, Some(others));
    let link = send(&f, user.id).await;
    assert_eq!(live(&f, user.id).await, Some(link));
}

/// The link is used and the address verified in one unit of work.
pub async fn link_is_used_once(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let link = send(&f, user.id).await;
    let verified = User { email_verified_at: Some(f.now()), ..user.clone() };
    for commits in [false, true] {
        let mut unit = f.begin_user(user.id).await;
        assert_eq!(unit.email_verification().await.unwrap(), Some(link));
        unit.clear_email_verification().await.unwrap();
        unit.update_user(&verified).await.unwrap();
        if commits {
            unit.commit().await.unwrap();
        } else {
            unit.rollback().await.unwrap();
            assert_eq!(by_token(&f, link.token_digest).await, Some(link));
            assert_eq!(f.stored_user(user.id).await, user);
        }
    }
    assert_eq!(by_token(&f, link.token_digest).await, None);
    assert_eq!(f.stored_user(user.id).await.email_verified_at, verified.email_verified_at);
}

/// A link goes with its account, and is made for no other.
pub async fn link_belongs_to_its_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let victim = f.seed_user("bob@acme.example").await;
    let foreign = f.email_verification(victim.id);
    let _ = f.try_write_user(user.id, async |unit| unit.set_email_verification(&foreign).await).await;
    assert_eq!(live(&f, victim.id).await, None);
    assert!(by_token(&f, foreign.token_digest).await.is_none_or(|link| link.user_id == user.id));
    let nobodys = f.email_verification(f.id());
    let result = f.try_write_user(nobodys.user_id, async |unit| unit.set_email_verification(&nobodys).await).await;
    assert!(result.is_err(), "a link for nobody was made");

    let link = send(&f, user.id).await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    assert_eq!(live(&f, user.id).await, None);
    assert_eq!(by_token(&f, link.token_digest).await, None);
}

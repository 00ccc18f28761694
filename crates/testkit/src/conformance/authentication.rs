//! Who holds a session token, in one round trip.

use std::sync::Arc;

use guildhall_domain::TokenDigest;
use guildhall_ports::store::{Authenticated, Store};
use time::Duration;

use crate::fixtures::Fixture;

/// An unknown token is nobody's.
pub async fn unknown_token_is_nobody(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    f.seed_session(user.id).await;
    assert_eq!(f.store.authenticate(TokenDigest::new([7; 32])).await, Ok(None));
}

/// The holder is told with session, account and active organization.
pub async fn holder_is_told(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (user, organization) = f.seed_owned("Acme").await;
    f.seed_session(user.id).await;
    let session = f.seed_session(user.id).await;
    let wanted = Authenticated {
        session_id: session.id,
        user_id: user.id,
        email: user.email.clone(),
        name: user.name.clone(),
        superadmin: false,
        disabled: false,
        last_seen_at: session.last_seen_at,
        expires_at: session.expires_at,
        active_organization: Some(organization.id),
    };
    assert_eq!(f.store.authenticate(session.token_digest).await, Ok(Some(wanted)));
}

/// What changes about the account is told at once (ASVS 8.3.2, M-55, M-57).
pub async fn holder_is_told_as_of_now(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let mut user = f.seed_user("alice@acme.example").await;
    let session = f.seed_session(user.id).await;
    user.name = f.name("Alice Renamed");
    user.superadmin = true;
    user.disabled_at = Some(f.now());
    f.write_user(user.id, async |unit| unit.update_user(&user).await).await;
    let holder = f.store.authenticate(session.token_digest).await.unwrap().unwrap();
    assert_eq!((holder.name, holder.superadmin, holder.disabled), (user.name, true, true));
}

/// An expired session is still told: whether it is live is the domain's decision.
pub async fn expired_session_is_told(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let mut session = f.session(user.id);
    session.expires_at = session.created_at - Duration::days(400);
    f.write_user(user.id, async |unit| unit.insert_session(&session).await).await;
    let holder = f.store.authenticate(session.token_digest).await.unwrap().unwrap();
    assert_eq!(holder.expires_at, session.expires_at);
}

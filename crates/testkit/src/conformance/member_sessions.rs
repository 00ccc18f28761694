//! Lockdown ends the members' sessions (N-35, N-36).

use std::sync::Arc;

use guildhall_domain::{MemberRole, Session, User};
use guildhall_ports::store::Store;
use time::Duration;

use crate::fixtures::Fixture;

async fn is_there(f: &Fixture, session: &Session) -> bool {
    f.store.authenticate(session.token_digest).await.unwrap().is_some()
}

/// All sessions of all members go; those of superadmins and of others stay.
pub async fn member_sessions_are_ended(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (stranger, other) = f.seed_owned("Beta").await;
    let (member, _) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    // A member of both is a member here.
    let (both, _) = f.seed_member(other.id, "carol@acme.example", MemberRole::Owner).await;
    f.seed_membership(organization.id, both.id, MemberRole::Admin).await;
    let (root, _) = f.seed_member(organization.id, "root@acme.example", MemberRole::Owner).await;
    f.write_user(root.id, async |unit| unit.update_user(&User { superadmin: true, ..root.clone() }).await).await;
    let (gone, membership) = f.seed_member(organization.id, "gone@acme.example", MemberRole::Member).await;
    f.write(organization.id, async |unit| unit.remove_member(membership.id, f.now()).await).await;

    let mut ended = Vec::new();
    for user in [owner.id, member.id, member.id, both.id] {
        ended.push(f.seed_session(user).await);
    }
    let mut kept = Vec::new();
    for user in [root.id, stranger.id, gone.id] {
        kept.push(f.seed_session(user).await);
    }
    let before = f.state(organization.id).await;
    let count = f.write(organization.id, async |unit| unit.end_member_sessions(f.now()).await).await;
    assert_eq!(count, 4);
    for session in &ended {
        assert!(!is_there(&f, session).await);
    }
    for session in &kept {
        assert!(is_there(&f, session).await);
    }
    assert_eq!(f.state(organization.id).await, before, "the members stay members");
    assert_eq!(f.write(organization.id, async |unit| unit.end_member_sessions(f.now()).await).await, 0);
    let again = f.seed_session(member.id).await;
    assert!(is_there(&f, &again).await, "a new login is a matter of the organization's status");
}

/// Sessions that are over already go too, and are not counted.
pub async fn only_good_sessions_are_counted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let now = f.now();
    let instant = Duration::microseconds(1);
    let mut sessions = Vec::new();
    for expires_at in [now - instant, now, now + instant, now + Duration::days(1)] {
        let session = Session { expires_at, ..f.session(owner.id) };
        f.write_user(owner.id, async |unit| unit.insert_session(&session).await).await;
        sessions.push(session);
    }
    let mut unit = f.begin(organization.id).await;
    assert_eq!(unit.end_member_sessions(now).await.unwrap(), 2);
    unit.rollback().await.unwrap();
    for session in &sessions {
        assert!(is_there(&f, session).await, "a rolled-back unit of work ends no session");
    }
    assert_eq!(f.write(organization.id, async |unit| unit.end_member_sessions(now).await).await, 2);
    for session in &sessions {
        assert!(!is_there(&f, session).await);
    }
}

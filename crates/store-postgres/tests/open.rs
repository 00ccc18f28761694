//! What a writing unit of work reads when it opens an organization is true until its commit.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use guildhall_domain::{MemberRole, Permission};
use guildhall_ports::store::Mode;
use guildhall_testkit::fixtures::Fixture;
use support::new_store;

/// R-MEM-4: whoever waited for the organization sees the role that the unit of
/// work before left them with, not the one from before the wait. (One
/// statement that locks and joins would show the old one.)
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_shows_the_role_after_the_wait() {
    let (store, _database) = new_store().await;
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let role = f.seed_role(id, "Auditor", &[Permission::AuditRead]).await;
    let (user, membership) = f.seed_member(id, "bob@acme.example", MemberRole::Admin).await;

    for to in [MemberRole::Member, MemberRole::Custom(role.id), MemberRole::Owner] {
        let mut first = f.begin(id).await;
        first.change_role(membership.id, to, f.now()).await.unwrap();
        let waiting = tokio::spawn({
            let store = Arc::clone(&store);
            async move {
                let mut second = store.begin_org(id, Mode::Write).await.unwrap();
                let opened = second.open(user.id).await.unwrap().unwrap();
                second.rollback().await.unwrap();
                opened
            }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!waiting.is_finished(), "the second unit of work waits for the first");
        first.commit().await.unwrap();

        let opened = waiting.await.unwrap();
        let facts = opened.member.unwrap().facts;
        let permissions = match to {
            MemberRole::Custom(_) => role.permissions,
            built_in => built_in.built_in_permissions(),
        };
        assert_eq!((facts.role, facts.permissions), (to, permissions));
        assert_eq!(opened.organization, f.stored_organization(id).await);
    }
}

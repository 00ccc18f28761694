//! Several senders take mails at once: none is taken by two.

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_domain::{MailId, Timestamp};
use guildhall_ports::store::{Mode, Store, StoreError};
use time::Duration;

use super::together;
use crate::fixtures::Fixture;

async fn claim(store: Arc<dyn Store>, now: Timestamp, lease: Timestamp) -> Result<Vec<(MailId, u32)>, StoreError> {
    let mut unit = store.begin_platform(Mode::Write).await?;
    let claimed = unit.claim_mail(now, lease, 3).await?;
    unit.commit().await?;
    Ok(claimed.into_iter().map(|claimed| (claimed.mail.id, claimed.attempt)).collect())
}

async fn claimed_once(store: Arc<dyn Store>, senders: usize) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let mut waiting = BTreeMap::new();
    for n in 0..60 {
        waiting.insert(f.seed_mail(organization.id, &format!("user{n}@acme.example")).await.id, 0);
    }
    let mut now = f.now();
    for attempt in 1..=3 {
        let lease = now + Duration::minutes(1);
        // A sender that finds the others at work may find less than there is, so it is done when all are taken.
        let mut rounds = 0;
        while waiting.values().any(|attempts| *attempts < attempt) {
            let works: Vec<_> = (0..senders)
                .map(|_| {
                    let store = Arc::clone(&store);
                    move || claim(Arc::clone(&store), now, lease)
                })
                .collect();
            for result in together(works).await {
                for (mail, tried) in result.expect("no claim fails") {
                    let attempts = waiting.get_mut(&mail).expect("only what was queued is claimed");
                    *attempts += 1;
                    assert_eq!((*attempts, tried), (attempt, attempt), "a mail was taken twice");
                }
            }
            rounds += 1;
            assert!(rounds < 100, "some mails are never taken");
        }
        assert_eq!(claim(Arc::clone(&store), now, lease).await, Ok(vec![]));
        now = lease;
    }
}

/// Two senders at once never get the same mail.
pub async fn two_senders_share_the_mails(store: Arc<dyn Store>) {
    claimed_once(store, 2).await;
}

/// Nor do eight.
pub async fn eight_senders_share_the_mails(store: Arc<dyn Store>) {
    claimed_once(store, 8).await;
}

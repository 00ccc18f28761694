//! Many append to one chain at once: no gap, no fork (R-AUD-1).

use std::sync::Arc;

use guildhall_domain::audit::{AuditAction, ChainVerifier};
use guildhall_ports::store::{Mode, Store};

use super::together;
use crate::fixtures::Fixture;

const ROUNDS: u64 = 10;
const WRITERS: u64 = 16;

/// An organization's chain stays whole.
pub async fn organization_chain_stays_whole(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    for _ in 0..ROUNDS {
        let works: Vec<_> = (0..WRITERS)
            .map(|_| {
                let event = Arc::new(f.event(Some(id), AuditAction::AddUserToOrg, &owner));
                let store = Arc::clone(&store);
                move || {
                    let (store, event) = (Arc::clone(&store), Arc::clone(&event));
                    async move {
                        let mut unit = store.begin_org(id, Mode::Write).await?;
                        let record = unit.append_audit(&event).await?;
                        unit.commit().await?;
                        Ok(record.sequence)
                    }
                }
            })
            .collect();
        for result in together(works).await {
            result.expect("an append succeeds");
        }
    }
    let state = f.state(id).await;
    let mut verifier = ChainVerifier::new(Some(id));
    for record in &state.records {
        verifier.push(record).expect("the chain verifies");
    }
    assert_eq!(verifier.finish(state.head.unwrap()), Ok(ROUNDS * WRITERS));
}

/// The installation's chain stays whole, though units of work on different accounts append to it.
pub async fn platform_chain_stays_whole(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let mut users = Vec::new();
    for n in 0..WRITERS {
        users.push(f.seed_user(&format!("user{n}@acme.example")).await);
    }
    for _ in 0..ROUNDS {
        let works: Vec<_> = users
            .iter()
            .map(|user| {
                let event = Arc::new(f.event(None, AuditAction::LogIn, user));
                let (store, id) = (Arc::clone(&store), user.id);
                move || {
                    let (store, event) = (Arc::clone(&store), Arc::clone(&event));
                    async move {
                        let mut unit = store.begin_user(id, Mode::Write).await?;
                        unit.append_audit(&event).await?;
                        unit.commit().await
                    }
                }
            })
            .collect();
        for result in together(works).await {
            assert_eq!(result, Ok(()));
        }
    }
    let records = f.read_platform(async |unit| unit.audit_chain(0, 1000).await).await;
    let mut verifier = ChainVerifier::new(None);
    for record in &records {
        verifier.push(record).expect("the chain verifies");
    }
    let head = f.read_platform(async |unit| unit.audit_head().await).await;
    assert_eq!(verifier.finish(head), Ok(ROUNDS * WRITERS));
}

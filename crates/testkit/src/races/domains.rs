//! Many verify one domain at once: it is one organization's (N-13).

use std::sync::Arc;

use guildhall_domain::{DomainClaim, DomainStatus};
use guildhall_ports::store::{Constraint, Mode, Store, StoreError};

use super::together;
use crate::fixtures::Fixture;

async fn write(store: Arc<dyn Store>, claim: Arc<DomainClaim>) -> Result<(), StoreError> {
    let mut unit = store.begin_org(claim.organization_id, Mode::Write).await?;
    match unit.update_domain(&claim).await {
        Ok(_) => unit.commit().await,
        Err(error) => {
            unit.rollback().await?;
            Err(error)
        }
    }
}

async fn verified_once(store: Arc<dyn Store>, organizations: usize, tries: usize) {
    let f = Fixture::new(Arc::clone(&store));
    let mut claims = Vec::new();
    for n in 0..organizations {
        let (_, organization) = f.seed_owned(&format!("Organization {n}")).await;
        claims.push(f.seed_claim(organization.id, "acme.com").await);
    }
    let domain = f.domain("acme.com");
    for n in 0..tries {
        let works: Vec<_> = claims
            .iter()
            .map(|claim| {
                let claim = Arc::new(f.verified(claim));
                let store = Arc::clone(&store);
                move || write(Arc::clone(&store), Arc::clone(&claim))
            })
            .collect();
        let results = together(works).await;
        let winner = results.iter().position(Result::is_ok).unwrap_or_else(|| panic!("try {n}: {results:?}"));
        let taken = Err(StoreError::Conflict(Constraint::DomainTaken));
        assert_eq!(results.iter().filter(|result| **result == taken).count(), organizations - 1, "{results:?}");
        let owner = f.read_platform(async |unit| unit.organization_by_domain(&domain).await).await;
        assert_eq!(owner.unwrap().id, claims[winner].organization_id, "try {n}");
        // Back to nobody's for the next try.
        f.change_claim(&f.looked_up(&claims[winner], DomainStatus::Failed)).await;
    }
}

/// Two organizations verify one domain at once, 50 times: one has it.
pub async fn two_organizations_verify_one_domain(store: Arc<dyn Store>) {
    verified_once(store, 2, 50).await;
}

/// Ten organizations verify one domain at once: one has it.
pub async fn ten_organizations_verify_one_domain(store: Arc<dyn Store>) {
    verified_once(store, 10, 5).await;
}

/// An organization claims one domain twenty times at once: one claim.
pub async fn domain_is_claimed_once(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let works: Vec<_> = (0..20)
        .map(|_| {
            let claim = Arc::new(f.claim(organization.id, "acme.com"));
            let store = Arc::clone(&store);
            move || {
                let (store, claim) = (Arc::clone(&store), Arc::clone(&claim));
                async move {
                    let mut unit = store.begin_org(claim.organization_id, Mode::Write).await?;
                    match unit.insert_domain(&claim).await {
                        Ok(()) => unit.commit().await,
                        Err(error) => {
                            unit.rollback().await?;
                            Err(error)
                        }
                    }
                }
            }
        })
        .collect();
    let results = together(works).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    let claimed = Err(StoreError::Conflict(Constraint::DomainClaimed));
    assert_eq!(results.iter().filter(|result| **result == claimed).count(), 19, "{results:?}");
    assert_eq!(f.state(organization.id).await.domains.len(), 1);
}

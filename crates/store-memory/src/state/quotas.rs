//! How much is used of which resource (N-18).

use std::collections::BTreeMap;

use guildhall_domain::{Counts, Limit, LimitName, OrganizationId};
use guildhall_ports::store::{Constraint, StoreError};
use imbl::OrdMap;

use super::State;

/// What all organizations use. What is used no more is not kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Quotas {
    used: OrdMap<OrganizationId, BTreeMap<LimitName, u64>>,
}

impl Quotas {
    pub(super) fn has_any(&self, id: OrganizationId) -> bool {
        self.used.get(&id).is_some_and(|used| !used.is_empty())
    }

    fn used(&self, id: OrganizationId, quota: &LimitName) -> u64 {
        self.used.get(&id).and_then(|used| used.get(quota)).copied().unwrap_or_default()
    }

    fn set(&mut self, id: OrganizationId, quota: &LimitName, amount: u64) {
        let used = self.used.entry(id).or_default();
        if amount == 0 {
            used.remove(quota);
        } else {
            used.insert(quota.clone(), amount);
        }
    }

    pub(super) fn drop_organization(&mut self, id: OrganizationId) {
        self.used.remove(&id);
    }
}

impl State {
    pub(crate) fn counts(&self, id: OrganizationId) -> Counts {
        let quotas = self.quotas.used.get(&id).cloned().unwrap_or_default();
        Counts { workspaces: self.workspaces.counts(id), quotas }
    }

    pub(crate) fn acquire_quota(
        &mut self,
        id: OrganizationId,
        quota: &LimitName,
        amount: u64,
        limit: Limit,
    ) -> Result<u64, StoreError> {
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        let used = self.quotas.used(id, quota).checked_add(amount);
        let used = used.filter(|used| limit.allows(*used) && *used <= Limit::MAX);
        let used = used.ok_or(StoreError::Conflict(Constraint::LimitReached))?;
        self.quotas.set(id, quota, used);
        Ok(used)
    }

    pub(crate) fn release_quota(
        &mut self,
        id: OrganizationId,
        quota: &LimitName,
        amount: u64,
    ) -> Result<u64, StoreError> {
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        let used = self.quotas.used(id, quota).checked_sub(amount);
        let used = used.ok_or(StoreError::Conflict(Constraint::NotAcquired))?;
        self.quotas.set(id, quota, used);
        Ok(used)
    }
}

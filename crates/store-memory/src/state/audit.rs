use guildhall_domain::OrganizationId;
use guildhall_domain::audit::{AuditEvent, AuditFilter, AuditRecord, ChainHead};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_ports::store::StoreError;

use super::State;

impl State {
    /// Appends to an organization's log, or to the installation's.
    pub(crate) fn append_audit(
        &mut self,
        log: Option<OrganizationId>,
        event: &AuditEvent,
    ) -> Result<AuditRecord, StoreError> {
        if event.organization_id != log {
            return Err(StoreError::Corrupt("the event belongs to another log".to_owned()));
        }
        let head = match log {
            Some(id) => &mut self.tenants.get_mut(&id).ok_or(StoreError::NotFound)?.head,
            None => &mut self.platform_head,
        };
        let sequence = head.sequence + 1;
        let hash = head.hash.link(sequence, event.digest());
        *head = ChainHead { sequence, hash };
        let record = AuditRecord { sequence, event: event.clone(), hash };
        self.records.insert((log, sequence), record.clone());
        Ok(record)
    }

    pub(crate) fn audit_head(&self, id: OrganizationId) -> Option<ChainHead> {
        self.tenants.get(&id).map(|tenant| tenant.head)
    }

    pub(crate) fn list_audit(
        &self,
        id: OrganizationId,
        filter: &AuditFilter,
        page: &PageRequest<u64>,
    ) -> Page<AuditRecord, u64> {
        let log = Some(id);
        let found = match page.after {
            Some(after) => self.records.range((log, 0)..(log, after)),
            None => self.records.range((log, 0)..=(log, u64::MAX)),
        };
        let found = found
            .rev()
            .map(|(_, record)| record)
            .filter(|record| filter.matches(&record.event))
            .take(page.size.items() + 1)
            .cloned()
            .collect();
        Page::from_surplus(found, page.size, |record| record.sequence)
    }

    pub(crate) fn audit_chain(&self, log: Option<OrganizationId>, after: u64, limit: u16) -> Vec<AuditRecord> {
        let first = (log, after.saturating_add(1));
        let found = self.records.range(first..=(log, u64::MAX));
        found.take(usize::from(limit)).map(|(_, record)| record.clone()).collect()
    }

    pub(super) fn drop_records(&mut self, id: OrganizationId) {
        let log = Some(id);
        let places: Vec<u64> =
            self.records.range((log, 0)..=(log, u64::MAX)).map(|((_, sequence), _)| *sequence).collect();
        for sequence in places {
            self.records.remove(&(log, sequence));
        }
    }
}

//! The list of an audit log: newest first, filtered, in pages (N-12).

use std::sync::Arc;

use guildhall_domain::audit::{AuditAction, AuditFilter, AuditRecord};
use guildhall_domain::page::PageRequest;
use guildhall_domain::{MemberRole, OrganizationId, Timestamp, User};
use guildhall_ports::store::Store;

use crate::fixtures::{Fixture, page_size, walk};

struct Log {
    organization: OrganizationId,
    users: [User; 2],
    records: Vec<AuditRecord>,
}

/// Twelve events: two actors, two actions, three targets, a second and a bit apart.
async fn seed_log(f: &Fixture) -> Log {
    let (owner, organization) = f.seed_owned("Acme").await;
    let (admin, _) = f.seed_member(organization.id, "admin@acme.example", MemberRole::Admin).await;
    let users = [owner, admin];
    let mut records = Vec::new();
    for n in 0..12 {
        let action = [AuditAction::AddUserToOrg, AuditAction::RemoveUserFromOrg][n % 2];
        let mut event = f.event(Some(organization.id), action, &users[n / 2 % 2]);
        event.target = match n % 3 {
            0 => None,
            other => event
                .target
                .map(|target| guildhall_domain::audit::AuditTarget { id: users[other - 1].id.uuid(), ..target }),
        };
        records.push(f.write(organization.id, async |unit| unit.append_audit(&event).await).await);
    }
    Log { organization: organization.id, users, records }
}

async fn listed(f: &Fixture, organization: OrganizationId, filter: &AuditFilter, size: u64) -> Vec<AuditRecord> {
    f.read(organization, async |unit| walk(size, async |page| unit.list_audit(filter, &page).await).await).await
}

/// Records come newest first, in pages of exact size.
pub async fn records_come_newest_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let log = seed_log(&f).await;
    let mut wanted = log.records;
    wanted.reverse();
    for size in [1, 4, 5, 12, 100] {
        assert_eq!(listed(&f, log.organization, &AuditFilter::default(), size).await, wanted, "pages of {size}");
    }
}

/// A position is a place in the chain, and what it names is not given again.
pub async fn positions_are_exclusive_places(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let log = seed_log(&f).await;
    let everything = AuditFilter::default();
    let page = async |after, items| {
        let request = PageRequest { size: page_size(items), after };
        f.read(log.organization, async |unit| unit.list_audit(&everything, &request).await).await
    };
    let first = page(None, 5).await;
    assert_eq!(first.next, Some(8));
    // What is appended meanwhile does not move the pages behind.
    f.seed_events(log.organization, &log.users[0], 2).await;
    let second = page(first.next, 5).await;
    assert_eq!(second.items.iter().map(|record| record.sequence).collect::<Vec<_>>(), [7, 6, 5, 4, 3]);
    assert_eq!(page(second.next, 5).await.items.len(), 2);
    assert_eq!(page(Some(1), 5).await.items, []);
    assert_eq!(page(Some(0), 5).await.items, []);
    assert_eq!(page(Some(u32::MAX.into()), 5).await.items[0].sequence, 14);
}

/// Every filter, alone and with others, has the meaning that the domain gives it.
pub async fn filters_mean_what_the_domain_says(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let log = seed_log(&f).await;
    let at = |n: usize| -> Option<Timestamp> { Some(log.records[n].event.occurred_at) };
    let actor = Some(log.users[1].id);
    let target = Some(log.users[0].id.uuid());
    let action = Some(AuditAction::AddUserToOrg);
    let none = AuditFilter::default();
    let filters = [
        AuditFilter { action, ..none },
        AuditFilter { action: Some(AuditAction::CreateRole), ..none },
        AuditFilter { actor, ..none },
        AuditFilter { actor: Some(f.id()), ..none },
        AuditFilter { target, ..none },
        AuditFilter { target: Some(f.id()), ..none },
        AuditFilter { from: at(3), ..none },
        AuditFilter { until: at(3), ..none },
        AuditFilter { from: at(3), until: at(9), ..none },
        AuditFilter { from: at(9), until: at(3), ..none },
        AuditFilter { from: at(3).map(|from| from + time::Duration::microseconds(1)), ..none },
        AuditFilter { until: at(3).map(|until| until + time::Duration::microseconds(1)), ..none },
        AuditFilter { action, actor, ..none },
        AuditFilter { action, actor, target, from: at(1), until: at(11) },
    ];
    for filter in &filters {
        let wanted: Vec<_> = log.records.iter().rev().filter(|record| filter.matches(&record.event)).cloned().collect();
        for size in [1, 2, 100] {
            assert_eq!(listed(&f, log.organization, filter, size).await, wanted, "{filter:?}");
        }
    }
}

use diesel::Queryable;
use guildhall_domain::audit::{
    AuditAction, AuditActor, AuditEvent, AuditRecord, AuditTarget, ChainHash, ChainHead, TargetKind,
};
use guildhall_domain::{Email, OrganizationId};

use crate::value::{Count, Details, Hash, Id, Time, Word};

/// The columns that both logs have, in the order of their selection.
#[derive(Debug, Queryable)]
pub(super) struct Columns {
    sequence: Count,
    id: Id,
    action: Word<AuditAction>,
    actor_user_id: Option<Id>,
    actor_email: Option<Word<Email>>,
    target_kind: Option<Word<TargetKind>>,
    target_id: Option<Id>,
    success: bool,
    details: Details,
    request_id: Option<String>,
    ip_address: Option<String>,
    occurred_at: Time,
    hash: Hash,
}

impl Columns {
    pub(super) fn record(self, organization_id: Option<OrganizationId>) -> AuditRecord {
        let target = self.target_kind.zip(self.target_id);
        AuditRecord {
            sequence: self.sequence.0,
            event: AuditEvent {
                id: self.id.0.into(),
                organization_id,
                action: self.action.0,
                actor: AuditActor {
                    user_id: self.actor_user_id.map(|id| id.0.into()),
                    email: self.actor_email.map(|word| word.0),
                },
                target: target.map(|(Word(kind), Id(id))| AuditTarget { kind, id }),
                success: self.success,
                details: self.details.0,
                request_id: self.request_id,
                ip_address: self.ip_address,
                occurred_at: self.occurred_at.0,
            },
            hash: ChainHash::new(self.hash.0),
        }
    }
}

/// The end of a chain, from its two columns.
pub(super) fn head((sequence, hash): (Count, Hash)) -> ChainHead {
    ChainHead { sequence: sequence.0, hash: ChainHash::new(hash.0) }
}

/// The end of the chain with one more event.
pub(super) fn extended(head: ChainHead, event: &AuditEvent) -> ChainHead {
    let sequence = head.sequence + 1;
    ChainHead { sequence, hash: head.hash.link(sequence, event.digest()) }
}

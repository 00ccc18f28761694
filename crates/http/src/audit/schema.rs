use std::collections::BTreeMap;

use guildhall_domain::audit::AuditRecord;
use guildhall_domain::{AuditEventId, Email, UserId};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;
use uuid::Uuid;

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEvent, examples(json!({
    "sequence": 42,
    "id": "0198c1a0-0000-7000-8000-000000000007",
    "action": "change_member_role",
    "user_id": "0198c1a0-0000-7000-8000-000000000001",
    "user_email": "ada@example.com",
    "target": {"kind": "member", "id": "0198c1a0-0000-7000-8000-000000000003"},
    "success": true,
    "details": {"from": "member", "to": "admin"},
    "request_id": "7f8a1c1e-5f0e-4c55-9a52-0b7f4f0a1f11",
    "ip_address": "203.0.113.7",
    "timestamp": "2026-01-31T12:00:00Z",
    "hash": "b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184"
})))]
pub(crate) struct AuditEventBody {
    /// Its place in the organization's log, from 1.
    sequence: u64,
    #[schema(value_type = Uuid)]
    id: AuditEventId,
    /// What happened.
    action: &'static str,
    /// Who did it; `null` for the operator.
    #[schema(value_type = Option<Uuid>, required = true)]
    user_id: Option<UserId>,
    /// Their address at the time.
    #[schema(value_type = Option<String>, format = Email, required = true)]
    user_email: Option<Email>,
    /// What it was done to.
    #[schema(required = true)]
    target: Option<AuditTargetBody>,
    /// Whether it was done: `false` for a denied attempt.
    success: bool,
    details: BTreeMap<String, String>,
    #[schema(required = true)]
    request_id: Option<String>,
    #[schema(required = true)]
    ip_address: Option<String>,
    #[serde(with = "rfc3339")]
    timestamp: OffsetDateTime,
    /// SHA-256 over the event and the hash before it.
    hash: String,
}

/// What something was done to.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditTarget)]
pub(crate) struct AuditTargetBody {
    /// `organization`, `member`, `role`, `user` or `session`.
    kind: &'static str,
    id: Uuid,
}

impl From<AuditRecord> for AuditEventBody {
    fn from(record: AuditRecord) -> Self {
        let event = record.event;
        Self {
            sequence: record.sequence,
            id: event.id,
            action: event.action.as_str(),
            user_id: event.actor.user_id,
            user_email: event.actor.email,
            target: event.target.map(|target| AuditTargetBody { kind: target.kind.as_str(), id: target.id }),
            success: event.success,
            details: event.details,
            request_id: event.request_id,
            ip_address: event.ip_address,
            timestamp: event.occurred_at,
            hash: record.hash.to_string(),
        }
    }
}

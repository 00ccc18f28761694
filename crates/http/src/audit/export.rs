use actix_web::web::Bytes;
use guildhall_app::{AppError, Caller, CursorPage, Guildhall, ListRequest, OrganizationRef};
use guildhall_domain::audit::{AuditFilter, AuditRecord};

use super::schema::AuditEventBody;
use crate::export::{Format, Pages, lines};

/// A log on its way out.
pub(super) struct AuditPages {
    pub(super) guildhall: Guildhall,
    pub(super) caller: Caller,
    pub(super) organization: OrganizationRef,
    pub(super) filter: AuditFilter,
}

impl Pages for AuditPages {
    type Item = AuditRecord;

    async fn read(&mut self, request: &ListRequest) -> Result<CursorPage<AuditRecord>, AppError> {
        self.guildhall.list_audit_events(&self.caller, self.organization, &self.filter, request).await
    }

    fn write(&mut self, items: Vec<AuditRecord>) -> Result<Bytes, AppError> {
        lines(items.into_iter().map(AuditEventBody::from))
    }

    fn format(&self) -> Format {
        Format::Ndjson
    }

    fn file_name(&self) -> String {
        "audit-events".to_owned()
    }

    fn request_id(&self) -> Option<&str> {
        self.caller.request.request_id.as_deref()
    }
}

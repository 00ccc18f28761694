use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use futures_util::stream;
use guildhall_app::{AppError, Caller, CursorPage, Guildhall, ListRequest, OrganizationRef};
use guildhall_domain::audit::{AuditFilter, AuditRecord};
use guildhall_domain::page::PageSize;
use tokio::time::timeout;

use super::schema::AuditEventBody;
use crate::problem::Problem;

/// The media type of one JSON value a line.
pub(super) const NDJSON: &str = "application/x-ndjson";

/// A log on its way out, a page in memory at a time. Each page is authorized
/// anew: who loses the right meanwhile gets no more.
pub(super) struct Export {
    guildhall: Guildhall,
    caller: Caller,
    organization: OrganizationRef,
    filter: AuditFilter,
    /// How long one page may take.
    limit: Duration,
}

impl Export {
    pub(super) fn new(
        guildhall: Guildhall,
        caller: Caller,
        organization: OrganizationRef,
        filter: AuditFilter,
        limit: Duration,
    ) -> Self {
        Self { guildhall, caller, organization, filter, limit }
    }

    /// Answers with the whole log; the first page decides whether at all.
    pub(super) async fn start(self, after: Option<String>) -> Result<HttpResponse, Problem> {
        let first = self.page(after).await?;
        let pages = stream::try_unfold((self, Some(Next::Read(first))), |(export, next)| async move {
            let Some(next) = next else { return Ok::<_, Problem>(None) };
            let page = match next {
                Next::Read(page) => page,
                Next::After(cursor) => export.page(Some(cursor)).await.inspect_err(|error| {
                    let request_id = export.caller.request.request_id.as_deref();
                    tracing::error!(request_id, %error, "an export of the audit log was cut off");
                })?,
            };
            let lines = lines(page.items)?;
            Ok(Some((lines, (export, page.next.map(Next::After)))))
        });
        Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, NDJSON)).streaming(pages))
    }

    /// Has a time limit of its own: that of the request ends where the answer begins.
    async fn page(&self, after: Option<String>) -> Result<CursorPage<AuditRecord>, Problem> {
        let request = ListRequest { size: PageSize::MAX, after };
        let page = self.guildhall.list_audit_events(&self.caller, self.organization, &self.filter, &request);
        Ok(timeout(self.limit, page).await.map_err(|_| Problem::timeout(self.limit))??)
    }
}

/// What comes next in an export.
enum Next {
    /// A page that was read already.
    Read(CursorPage<AuditRecord>),
    /// The page behind a position.
    After(String),
}

fn lines(records: Vec<AuditRecord>) -> Result<Bytes, Problem> {
    let mut lines = Vec::new();
    for record in records {
        serde_json::to_writer(&mut lines, &AuditEventBody::from(record))
            .map_err(|error| AppError::Internal(error.to_string()))?;
        lines.push(b'\n');
    }
    Ok(Bytes::from(lines))
}

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_domain::UserId;
use guildhall_domain::audit::{AuditAction, AuditFilter};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::{Validate, ValidationError};

use super::export::AuditPages;
use super::schema::AuditEventBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::export::{Format, export};
use crate::page::{PageBody, list_request};
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_id, parse_timestamp, refused};

/// Which events are asked for, and in which form.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Only this action, such as `add_user_to_org`.
    #[validate(custom(function = "validation::action"))]
    action: Option<String>,
    /// Only what this account did.
    #[validate(custom(function = "validation::id"))]
    #[param(value_type = Option<Uuid>)]
    actor: Option<String>,
    /// Only what was done to this organization, member, role or account.
    #[validate(custom(function = "validation::id"))]
    #[param(value_type = Option<Uuid>)]
    target: Option<String>,
    /// Only from this time on.
    #[validate(custom(function = "validation::timestamp"))]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<String>,
    /// Only before this time.
    #[validate(custom(function = "validation::timestamp"))]
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<String>,
    /// `json`, or `ndjson` for everything at once, one event a line.
    #[validate(custom(function = "known_format"))]
    #[param(pattern = "^(json|ndjson)$")]
    format: Option<String>,
    /// How many events, 50 where nothing is said.
    #[validate(custom(function = "validation::limit"))]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

fn known_format(text: &str) -> Result<(), ValidationError> {
    match text {
        "json" | "ndjson" => Ok(()),
        _ => Err(refused(guildhall_domain::Invalid::new("unknown_format", "must be json or ndjson"))),
    }
}

impl AuditQuery {
    fn filter(&self) -> Result<AuditFilter, Problem> {
        Ok(AuditFilter {
            action: self.action.as_deref().map(AuditAction::parse).transpose()?,
            actor: self.actor.as_deref().map(parse_id).transpose()?.map(UserId::from),
            target: self.target.as_deref().map(parse_id).transpose()?,
            from: self.from.as_deref().map(parse_timestamp).transpose()?,
            until: self.until.as_deref().map(parse_timestamp).transpose()?,
        })
    }

    fn wants_export(&self, request: &HttpRequest) -> bool {
        Format::wanted(self.format.as_deref(), request) == Format::Ndjson
    }
}

/// Read the audit log, newest first.
///
/// With `Accept: application/x-ndjson` or `format=ndjson`, everything that the
/// filters let through is sent at once, one event a line.
#[utoipa::path(
    tag = "Audit",
    params(OrganizationParam, AuditQuery),
    responses(
        (status = 200, description = "A page of events, or all of them, one a line.", content(
            (PageBody<AuditEventBody> = "application/json"),
            (String = "application/x-ndjson")
        )),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/audit-events")]
pub(super) async fn list_audit_events(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, Problem> {
    let Query(query) = query;
    let (filter, whole) = (query.filter()?, query.wants_export(&request));
    let page = list_request(query.limit.as_deref(), query.after)?;
    if whole {
        let (guildhall, caller) = (state.guildhall().clone(), caller.into_inner());
        let pages = AuditPages { guildhall, caller, organization: organization.0, filter };
        return export(pages, page.after, state.settings().request_timeout).await;
    }
    let events = state.guildhall().list_audit_events(&caller, organization.0, &filter, &page).await?;
    Ok(answer::ok(PageBody::of(events, AuditEventBody::from)))
}

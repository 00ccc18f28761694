//! The one place where errors become answers (RFC 9457).

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_cors::CorsError;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use guildhall_app::{AppError, Conflict, FieldError, Missing};
use guildhall_domain::policy::Denied;
use guildhall_domain::{FeatureName, Invalid, LimitName, Permission, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::credit_scope::CreditScopeBody;
use crate::kept_answer::KeptAnswer;
use crate::request_id::RequestId;

/// The media type of every error.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// How long to wait before asking the domain name system again: it remembers its failures for a while (RFC 2308, 7.1).
const DNS_RETRY: Duration = Duration::from_secs(30);

/// An error on its way to the client.
#[derive(Clone)]
pub(crate) struct Problem(Box<Details>);

#[derive(Clone)]
struct Details {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    permission: Option<Permission>,
    reached: Option<Reached>,
    feature: Option<FeatureName>,
    scopes: Vec<CreditScopeBody>,
    retry_after: Option<u64>,
    allow: Option<HeaderValue>,
    /// No error at all: what the request was answered before.
    answered: Option<KeptAnswer>,
    /// Logged, never sent.
    cause: Option<String>,
}

/// A limit, with what there is and may be.
#[derive(Clone)]
struct Reached {
    limit: LimitName,
    used: u64,
    max: u64,
}

/// What went wrong, as `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem, examples(json!({
    "type": "/problems/permission_denied",
    "title": "Permission denied",
    "status": 403,
    "detail": "the permission member.add is needed; ask an owner or admin of the organization",
    "code": "permission_denied",
    "request_id": "7f8a1c1e-5f0e-4c55-9a52-0b7f4f0a1f11",
    "permission": "member.add"
})))]
pub(crate) struct ProblemDocument {
    /// Names the kind of problem, relative to the server.
    #[serde(rename = "type")]
    r#type: String,
    /// The kind of problem in words.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What went wrong this time, for people.
    detail: String,
    /// The kind of problem, for programs: stable, snake_case.
    code: &'static str,
    /// The request's id, as in the log and the audit log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request_id: Option<String>,
    /// Every wrong field of the request, where that is the problem.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ProblemField>,
    /// The permission that is missing, where that is the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    permission: Option<&'static str>,
    /// What there is no room for, where that is the problem (`limit_reached`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("members"))]
    limit: Option<String>,
    /// How much of it there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    used: Option<u64>,
    /// How much of it there may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max: Option<u64>,
    /// What the organization's plan does not have, where that is the problem (`feature_not_in_plan`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("organization_admins"))]
    feature: Option<String>,
    /// Everything that does not allow so many credits to be spent, where that is the problem.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    scopes: Vec<CreditScopeBody>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProblemField {
    /// Which field: a JSON pointer (RFC 6901) into the body, or the name of a query parameter.
    pointer: String,
    /// The kind of mistake, for programs: stable, snake_case.
    code: &'static str,
    /// What would be accepted, for people.
    detail: String,
}

impl Problem {
    /// An error with its status, stable code and a sentence.
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Details {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            permission: None,
            reached: None,
            feature: None,
            scopes: Vec::new(),
            retry_after: None,
            allow: None,
            answered: None,
            cause: None,
        }))
    }

    /// 422: these fields are wrong.
    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = "the request is invalid; `errors` says where";
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", detail);
        problem.0.errors = errors;
        problem
    }

    /// 405, with the methods that there are.
    pub(crate) fn method_not_allowed(allow: HeaderValue) -> Self {
        let detail = "this address does not answer to this method";
        let mut problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
        problem.0.allow = Some(allow);
        problem
    }

    /// 503: no answer came within `limit`. What was asked may have been done nevertheless.
    pub(crate) fn timeout(limit: Duration) -> Self {
        let detail = "the request took too long and was given up; what it asked for may have been done";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail)
            .retry_after(Duration::from_secs(1))
            .caused_by(format!("no answer within {limit:?}"))
    }

    fn retry_after(mut self, after: Duration) -> Self {
        let rounded_up = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        self.0.retry_after = Some(rounded_up.max(1));
        self
    }

    /// Where quotas refuse: when to come back, by the clock that they are counted by.
    pub(crate) fn until_quotas_reset(self, now: Timestamp) -> Self {
        let latest = self.0.scopes.iter().filter_map(CreditScopeBody::resets_at).max();
        match latest.filter(|_| self.0.status == StatusCode::TOO_MANY_REQUESTS) {
            Some(at) => self.retry_after((at - now).try_into().unwrap_or_default()),
            None => self,
        }
    }

    fn caused_by(mut self, cause: String) -> Self {
        self.0.cause = Some(cause);
        self
    }

    fn document(&self, request_id: Option<&RequestId>) -> ProblemDocument {
        let details = &self.0;
        ProblemDocument {
            r#type: format!("/problems/{}", details.code),
            title: title_of(details.code),
            status: details.status.as_u16(),
            detail: details.detail.to_string(),
            code: details.code,
            request_id: request_id.map(|id| id.as_str().to_owned()),
            errors: details.errors.iter().map(ProblemField::from).collect(),
            permission: details.permission.map(Permission::as_str),
            limit: details.reached.as_ref().map(|reached| reached.limit.to_string()),
            used: details.reached.as_ref().map(|reached| reached.used),
            max: details.reached.as_ref().map(|reached| reached.max),
            feature: details.feature.as_ref().map(FeatureName::to_string),
            scopes: details.scopes.clone(),
        }
    }

    fn body(&self, request_id: Option<&RequestId>) -> BoxBody {
        // A document of texts and numbers always serializes.
        BoxBody::new(serde_json::to_vec(&self.document(request_id)).unwrap_or_default())
    }
}

/// `member_not_found` → `Member not found`.
fn title_of(code: &str) -> String {
    let mut title = code.replace('_', " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

impl From<&FieldError> for ProblemField {
    fn from(error: &FieldError) -> Self {
        Self { pointer: error.pointer.to_string(), code: error.code, detail: error.detail.to_string() }
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        AppError::from(invalid).into()
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        match error {
            AppError::Invalid(errors) => Self::invalid(errors),
            AppError::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail),
            AppError::InvalidCredentials => Self::new(StatusCode::UNAUTHORIZED, "invalid_credentials", detail),
            AppError::NotFound { what, .. } => Self::not_found(what),
            AppError::Denied(denied) => denied.into(),
            AppError::Refused(refused) => Self::new(StatusCode::FORBIDDEN, refused.code(), detail),
            AppError::NotAllowed(rule) => Self::new(StatusCode::FORBIDDEN, rule.code(), detail),
            AppError::Conflict(conflict) => Self::new(StatusCode::CONFLICT, conflict.code(), detail),
            AppError::LimitReached { limit, used, max } => {
                let mut problem = Self::new(StatusCode::CONFLICT, "limit_reached", detail);
                problem.0.reached = Some(Reached { limit, used, max });
                problem
            }
            AppError::CreditsNotCovered { requested, balance, quotas } => {
                let (status, code) = match balance {
                    Some(_) => (StatusCode::PAYMENT_REQUIRED, "insufficient_credits"),
                    None => (StatusCode::TOO_MANY_REQUESTS, "quota_exceeded"),
                };
                let mut problem = Self::new(status, code, detail);
                problem.0.scopes = CreditScopeBody::all(requested, balance, &quotas);
                problem
            }
            AppError::FeatureNotInPlan(feature) => {
                let mut problem = Self::new(StatusCode::CONFLICT, "feature_not_in_plan", detail);
                problem.0.feature = Some(feature);
                problem
            }
            AppError::IdempotencyKeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
            }
            AppError::AnsweredBefore(answer) => Self::answered_before(&answer),
            AppError::InFlight => {
                Self::new(StatusCode::CONFLICT, "request_in_flight", detail).retry_after(Duration::from_secs(1))
            }
            AppError::PreconditionFailed => Self::new(StatusCode::PRECONDITION_FAILED, "precondition_failed", detail),
            AppError::Throttled { retry_after } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", detail).retry_after(retry_after)
            }
            AppError::Busy { retry_after } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry_after(retry_after)
            }
            AppError::Contended => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry_after(Duration::from_secs(1))
            }
            AppError::LookupUnavailable(cause) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "dns_unavailable", detail)
                .retry_after(DNS_RETRY)
                .caused_by(cause),
            AppError::Unavailable(cause) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "storage_unavailable", detail)
                .retry_after(Duration::from_secs(1))
                .caused_by(cause),
            AppError::Internal(cause) => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", detail).caused_by(cause)
            }
        }
    }
}

impl Problem {
    /// The answer that was kept, on the way of errors: past whatever the handler had still to do.
    fn answered_before(written: &[u8]) -> Self {
        let Some(answer) = KeptAnswer::read(written) else { return AppError::from(Conflict::AnswerLost).into() };
        let mut problem = Self::new(answer.status(), "answered_before", "the request was answered before");
        problem.0.answered = Some(answer);
        problem
    }

    fn not_found(what: Missing) -> Self {
        Self::new(StatusCode::NOT_FOUND, what.code(), what.detail())
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let forbidden = |code| Self::new(StatusCode::FORBIDDEN, code, denied.to_string());
        let lacking = |code, permission| {
            let mut problem = forbidden(code);
            problem.0.permission = Some(permission);
            problem
        };
        match denied {
            // Exactly what an unknown id gets (R-TEN).
            Denied::NotVisible => Self::not_found(Missing::Organization),
            Denied::Forbidden(permission) => lacking("permission_denied", permission),
            // With what to do about it (C-20).
            Denied::WorkspaceDenied { permission, .. } => lacking("workspace_access_denied", permission),
            Denied::Archived => Self::new(StatusCode::CONFLICT, "workspace_archived", denied.to_string()),
            Denied::Suspended => forbidden("organization_suspended"),
            Denied::LockedDown => forbidden("organization_locked_down"),
            Denied::NotSuperadmin => forbidden("superadmin_required"),
        }
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({} {})", self.0.status.as_u16(), self.0.code)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    /// The answer without the request's id, which only the middleware knows:
    /// the problem travels along, for [`complete`] to write it anew.
    fn error_response(&self) -> HttpResponse {
        let details = &self.0;
        if let Some(answer) = &details.answered {
            return answer.again();
        }
        let mut response = HttpResponse::with_body(details.status, self.body(None));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if details.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = details.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allow) = &details.allow {
            headers.insert(ALLOW, allow.clone());
        }
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// Puts the request's id into an error that is ours, and logs its cause.
pub(crate) fn complete(mut response: HttpResponse, id: &RequestId) -> HttpResponse {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let refused_by_cors = response.error().and_then(|error| error.as_error::<CorsError>()).map(|error| {
        let detail = error.to_string();
        Problem::new(status, "cors_refused", detail)
    });
    if let Some(problem) = refused_by_cors {
        return complete(problem.error_response(), id);
    }
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    if let Some(cause) = &problem.0.cause {
        tracing::error!(request_id = id.as_str(), code = problem.0.code, cause = cause.as_str(), "request failed");
    }
    response.set_body(problem.body(Some(id)))
}

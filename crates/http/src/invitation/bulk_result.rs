use guildhall_app::invitation::{BulkResult, Invited};
use guildhall_app::{AppError, Conflict, ExposeSecret, Guildhall};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::InvitationBody;
use crate::member::MemberBody;

/// What came of each address, in the order of the request.
#[derive(Serialize, ToSchema)]
#[schema(as = BulkInvited)]
pub(crate) struct BulkInvitedBody {
    pub(super) results: Vec<BulkResultBody>,
}

/// What came of one address.
#[derive(Serialize, ToSchema)]
#[schema(as = BulkInvitationResult, examples(json!({
    "email": "grace@example.com",
    "status": "already_member",
    "detail": "the user is a member of the organization already"
})))]
pub(crate) struct BulkResultBody {
    /// The address as it was written.
    email: String,
    /// `invited` or `added`; or why not: `already_member`, `already_invited`, `account_not_found`, `account_disabled`,
    /// `email_not_verified` (the account's holder must show first that the address is theirs, or be invited by a link),
    /// `already_in_organization`, `cannot_invite_yourself`, `invalid`, `duplicate`, `throttled` (the address got many
    /// mails lately), `limit_reached` (the organization has as many members as it may), `feature_not_in_plan` (its plan
    /// has no such role), or `failed` (a fault of the server: try this address again).
    status: &'static str,
    /// Why not, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<String>,
    /// The invitation of who was invited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    invitation: Option<InvitationBody>,
    /// The token of its link, shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    token: Option<String>,
    /// The member that was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    member: Option<MemberBody>,
}

impl BulkResultBody {
    pub(super) fn of(result: BulkResult, guildhall: &Guildhall, request_id: Option<&str>) -> Self {
        let none = Self { email: result.email, status: "", detail: None, invitation: None, token: None, member: None };
        match result.outcome {
            Ok(Invited::Link { invitation, token }) => Self {
                status: "invited",
                invitation: Some(InvitationBody::of(*invitation, guildhall.now())),
                token: Some(token.expose_secret().to_owned()),
                ..none
            },
            Ok(Invited::Member(member)) => {
                Self { status: "added", member: Some(MemberBody::of(*member, guildhall.blueprint())), ..none }
            }
            Err(error) => {
                if let AppError::Unavailable(cause) | AppError::Internal(cause) = &error {
                    tracing::error!(request_id, cause = cause.as_str(), "one address of a bulk failed");
                }
                let (status, detail) = refusal(error);
                Self { status, detail: Some(detail), ..none }
            }
        }
    }
}

/// Why one address was refused.
fn refusal(error: AppError) -> (&'static str, String) {
    let detail = error.to_string();
    match error {
        AppError::Conflict(Conflict::AccountEmailNotVerified) => ("email_not_verified", detail),
        AppError::Conflict(conflict) => (conflict.code(), detail),
        AppError::NotFound { what, .. } => (what.code(), detail),
        AppError::Invalid(mut faults) => {
            let (code, detail) = faults.pop().map(|fault| (fault.code, fault.detail.into_owned())).unwrap_or_default();
            (if code == "duplicate" { "duplicate" } else { "invalid" }, detail)
        }
        AppError::LimitReached { .. } => ("limit_reached", detail),
        AppError::FeatureNotInPlan(_) => ("feature_not_in_plan", detail),
        AppError::Throttled { .. } => ("throttled", detail),
        AppError::Unavailable(_) | AppError::Contended | AppError::Internal(_) => {
            ("failed", "the server could not do it; try this address again".to_owned())
        }
        // What the caller may do has changed while the bulk was under way.
        _ => ("failed", detail),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use guildhall_app::{AppError, Conflict};
    use guildhall_domain::policy::Denied;
    use guildhall_domain::{FeatureName, LimitName, Permission};

    use super::refusal;

    /// N-38: a result for each, whatever happened to it; and what went wrong inside stays inside.
    #[test]
    fn every_refusal_has_a_status() {
        let admins = FeatureName::parse(FeatureName::ORGANIZATION_ADMINS).unwrap();
        let cause = || "connection to 10.0.0.5 refused".to_owned();
        for (error, status) in [
            (AppError::Conflict(Conflict::AccountEmailNotVerified), "email_not_verified"),
            (AppError::Conflict(Conflict::AlreadyMember), "already_member"),
            (AppError::LimitReached { limit: LimitName::members(), used: 5, max: 5 }, "limit_reached"),
            (AppError::FeatureNotInPlan(admins), "feature_not_in_plan"),
            (AppError::Throttled { retry_after: Duration::from_secs(360) }, "throttled"),
            (AppError::Unavailable(cause()), "failed"),
            (AppError::Internal(cause()), "failed"),
            (AppError::Contended, "failed"),
            (AppError::Denied(Denied::Forbidden(Permission::MemberAdd)), "failed"),
        ] {
            let (answered, detail) = refusal(error);
            assert_eq!(answered, status, "{detail}");
            assert!(!detail.is_empty() && !detail.contains("10.0.0.5"), "{detail}");
        }
    }
}

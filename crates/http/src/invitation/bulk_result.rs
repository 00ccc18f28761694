use guildhall_app::invitation::{BulkResult, Invited};
use guildhall_app::{AppError, ExposeSecret, Guildhall};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::InvitationBody;
use crate::member::MemberBody;
use crate::problem::Problem;

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
    /// `already_in_organization`, `cannot_invite_yourself`, `invalid` or `duplicate`.
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
    pub(super) fn of(result: BulkResult, guildhall: &Guildhall) -> Result<Self, Problem> {
        let none = Self { email: result.email, status: "", detail: None, invitation: None, token: None, member: None };
        Ok(match result.outcome {
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
                let (status, detail) = refusal(error)?;
                Self { status, detail: Some(detail), ..none }
            }
        })
    }
}

/// Why one address was refused. What concerns all of them is a problem.
fn refusal(error: AppError) -> Result<(&'static str, String), Problem> {
    let detail = error.to_string();
    match error {
        AppError::Conflict(conflict) => Ok((conflict.code(), detail)),
        AppError::NotFound { what, .. } => Ok((what.code(), detail)),
        AppError::Invalid(mut faults) => {
            let (code, detail) = faults.pop().map(|fault| (fault.code, fault.detail.into_owned())).unwrap_or_default();
            Ok((if code == "duplicate" { "duplicate" } else { "invalid" }, detail))
        }
        error => Err(error.into()),
    }
}

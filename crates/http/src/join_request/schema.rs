use guildhall_domain::{Email, JoinRequest, JoinRequestId, JoinRequestStatus, Name, OrganizationId, UserId};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

/// A wish to join an organization, as the one who wishes sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = MyJoinRequest, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000008",
    "organization_id": "0198c1a0-0000-7000-8000-000000000002",
    "status": "pending",
    "created_at": "2026-01-31T12:00:00Z"
})))]
pub(crate) struct MyJoinRequestBody {
    #[schema(value_type = Uuid)]
    id: JoinRequestId,
    #[schema(value_type = Uuid)]
    organization_id: OrganizationId,
    /// Waits for a decision, or was declined. What is approved is a membership instead.
    #[schema(value_type = String, pattern = "^(pending|declined)$")]
    status: JoinRequestStatus,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
}

impl From<JoinRequest> for MyJoinRequestBody {
    fn from(request: JoinRequest) -> Self {
        Self {
            id: request.id,
            organization_id: request.organization_id,
            status: request.status,
            created_at: request.created_at,
        }
    }
}

/// A wish to join an organization, as those who decide see it.
#[derive(Serialize, ToSchema)]
#[schema(as = JoinRequest)]
pub(crate) struct JoinRequestBody {
    #[serde(flatten)]
    request: MyJoinRequestBody,
    user: ApplicantBody,
}

/// Who wishes to join.
#[derive(Serialize, ToSchema)]
#[schema(as = Applicant)]
pub(crate) struct ApplicantBody {
    #[schema(value_type = Uuid)]
    id: UserId,
    /// The person showed that it is theirs.
    #[schema(value_type = String, format = Email)]
    email: Email,
    #[schema(value_type = String)]
    name: Name,
}

impl From<JoinRequest> for JoinRequestBody {
    fn from(request: JoinRequest) -> Self {
        let user = ApplicantBody { id: request.user_id, email: request.email.clone(), name: request.name.clone() };
        Self { request: request.into(), user }
    }
}

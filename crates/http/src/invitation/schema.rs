use guildhall_domain::{
    Description, Email, Invitation, InvitationId, InvitationStatus, MemberRole, OrganizationId, ReceivedInvitation,
    RoleId, Timestamp, UserId,
};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

use crate::member::GrantBody;
use crate::organization::NamedOrganizationBody;

/// An invitation into an organization. Its token is never in it.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000007",
    "organization_id": "0198c1a0-0000-7000-8000-000000000002",
    "email": "grace@example.com",
    "role": "member",
    "role_id": null,
    "all_read": false,
    "all_write": false,
    "grants": [{"workspace_id": "0198c1a0-0000-7000-8000-000000000009", "can_read": true, "can_write": false}],
    "message": "Join us!",
    "invited_by": "0198c1a0-0000-7000-8000-000000000001",
    "status": "pending",
    "created_at": "2026-01-31T12:00:00Z",
    "updated_at": "2026-01-31T12:00:00Z",
    "expires_at": "2026-02-07T12:00:00Z"
})))]
pub(crate) struct InvitationBody {
    #[schema(value_type = Uuid)]
    id: InvitationId,
    #[schema(value_type = Uuid)]
    organization_id: OrganizationId,
    /// Whose invitation it is: only the account with this address can accept it.
    #[schema(value_type = String, format = Email)]
    email: Email,
    /// `owner`, `admin`, `member` or `custom`.
    #[schema(pattern = "^(owner|admin|member|custom)$")]
    role: &'static str,
    /// The custom role, where the role is one.
    #[schema(value_type = Option<Uuid>, required = true)]
    role_id: Option<RoleId>,
    /// To read every workspace.
    all_read: bool,
    /// To write every workspace.
    all_write: bool,
    /// To single workspaces, as far as they are there when it is accepted.
    grants: Vec<GrantBody>,
    /// What the inviter says.
    #[schema(value_type = Option<String>, required = true)]
    message: Option<Description>,
    /// The user who invited; `null` where that account is gone.
    #[schema(value_type = Option<Uuid>, required = true)]
    invited_by: Option<UserId>,
    /// How it stands now: one that was not answered in time is `expired`.
    #[schema(value_type = String, pattern = "^(pending|expired|accepted|declined|revoked)$")]
    status: InvitationStatus,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
    /// From when on it cannot be accepted.
    #[serde(with = "rfc3339")]
    expires_at: OffsetDateTime,
}

impl InvitationBody {
    pub(super) fn of(invitation: Invitation, now: Timestamp) -> Self {
        let role_id = match invitation.role {
            MemberRole::Custom(id) => Some(id),
            _ => None,
        };
        Self {
            status: invitation.status_at(now),
            id: invitation.id,
            organization_id: invitation.organization_id,
            email: invitation.email,
            role: invitation.role.as_str(),
            role_id,
            all_read: invitation.access.all_read,
            all_write: invitation.access.all_write,
            grants: GrantBody::all(&invitation.grants),
            message: invitation.message,
            invited_by: invitation.invited_by,
            created_at: invitation.created_at,
            updated_at: invitation.updated_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// An invitation as the invited person sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = ReceivedInvitation)]
pub(crate) struct ReceivedInvitationBody {
    #[serde(flatten)]
    invitation: InvitationBody,
    /// Where to.
    organization: NamedOrganizationBody,
}

impl ReceivedInvitationBody {
    pub(crate) fn of(received: ReceivedInvitation, now: Timestamp) -> Self {
        let id = received.invitation.organization_id;
        Self {
            invitation: InvitationBody::of(received.invitation, now),
            organization: NamedOrganizationBody { id, name: received.organization_name },
        }
    }
}

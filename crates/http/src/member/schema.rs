use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::{
    Email, MemberId, MemberProfile, MemberRole, MembershipSource, Name, OrganizationId, RoleId, UserId,
};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

use super::offer::role_label;

/// A member of an organization.
#[derive(Serialize, ToSchema)]
#[schema(as = Member, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000003",
    "organization_id": "0198c1a0-0000-7000-8000-000000000002",
    "user_id": "0198c1a0-0000-7000-8000-000000000001",
    "role": "owner",
    "role_label": "Owner",
    "role_id": null,
    "all_read": true,
    "all_write": true,
    "source": "creator",
    "user": {
        "id": "0198c1a0-0000-7000-8000-000000000001",
        "email": "ada@example.com",
        "name": "Ada Lovelace",
        "preferred_name": "Ada"
    },
    "created_at": "2026-01-31T12:00:00Z",
    "updated_at": "2026-01-31T12:00:00Z",
    "last_active_at": "2026-01-31T12:30:00Z"
})))]
pub(crate) struct MemberBody {
    #[schema(value_type = Uuid)]
    id: MemberId,
    #[schema(value_type = Uuid)]
    organization_id: OrganizationId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    /// `owner`, `admin`, `member`, or the name of a custom role.
    role: String,
    /// What people call the role: as the deployment says, or the custom role's name.
    role_label: String,
    /// The custom role, where the role is one.
    #[schema(value_type = Option<Uuid>, required = true)]
    role_id: Option<RoleId>,
    /// May read every workspace.
    all_read: bool,
    /// May write every workspace.
    all_write: bool,
    /// How the user came to be a member: `creator`: made the organization; `sign_up`: was put there
    /// by registering; `direct_add`; `invitation`; or `domain`: by an e-mail address at a domain of it.
    #[schema(value_type = String, pattern = "^(creator|sign_up|direct_add|invitation|domain)$")]
    source: MembershipSource,
    user: MemberUserBody,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
    /// When the member last used the organization, to a few minutes.
    #[serde(with = "rfc3339::option")]
    #[schema(required = true)]
    last_active_at: Option<OffsetDateTime>,
}

/// A member's account, as far as other members see it.
#[derive(Serialize, ToSchema)]
#[schema(as = MemberUser)]
pub(crate) struct MemberUserBody {
    #[schema(value_type = Uuid)]
    id: UserId,
    #[schema(value_type = String, format = Email)]
    email: Email,
    #[schema(value_type = String)]
    name: Name,
    #[schema(value_type = Option<String>, required = true)]
    preferred_name: Option<Name>,
}

/// What people call a member's role.
pub(super) fn role_name(member: &MemberProfile) -> &str {
    match &member.custom_role {
        Some(role) => role.name.as_str(),
        None => member.membership.role.as_str(),
    }
}

impl MemberBody {
    pub(crate) fn of(profile: MemberProfile, blueprint: &Blueprint) -> Self {
        let role = role_name(&profile).to_owned();
        let member = profile.membership;
        let role_id = match member.role {
            MemberRole::Custom(id) => Some(id),
            _ => None,
        };
        Self {
            id: member.id,
            organization_id: member.organization_id,
            user_id: member.user_id,
            role_label: role_label(blueprint, member.role, &role),
            role,
            role_id,
            all_read: member.all_read,
            all_write: member.all_write,
            source: member.source,
            user: MemberUserBody {
                id: member.user_id,
                email: profile.email,
                name: profile.name,
                preferred_name: profile.preferred_name,
            },
            created_at: member.created_at,
            updated_at: member.updated_at,
            last_active_at: member.last_active_at,
        }
    }
}

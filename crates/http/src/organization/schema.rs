use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::{
    Description, DomainName, Name, Organization, OrganizationId, OrganizationMembership, OrganizationStatus, PlanName,
    Slug, TimeZone,
};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

use crate::member::role_label;

/// An organization.
#[derive(Serialize, ToSchema)]
#[schema(as = Organization, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000002",
    "name": "Analytical Engines",
    "slug": "analytical-engines",
    "description": "We compute.",
    "domain": "example.com",
    "status": "active",
    "plan": "FREE",
    "time_zone": "Europe/Lisbon",
    "users_count": 3,
    "workspaces_count": 0,
    "created_at": "2026-01-31T12:00:00Z",
    "updated_at": "2026-01-31T12:00:00Z"
})))]
pub(crate) struct OrganizationBody {
    #[schema(value_type = Uuid)]
    id: OrganizationId,
    #[schema(value_type = String)]
    name: Name,
    /// The short name in addresses; unique.
    #[schema(value_type = String)]
    slug: Slug,
    #[schema(value_type = Option<String>, required = true)]
    description: Option<Description>,
    /// The organization's internet domain, as its admins state it.
    #[schema(value_type = Option<String>, required = true)]
    domain: Option<DomainName>,
    /// `active`; `suspended`: can be read; `lockdown`: refused.
    #[schema(value_type = String, pattern = "^(active|suspended|lockdown)$")]
    status: OrganizationStatus,
    #[schema(value_type = String)]
    plan: PlanName,
    /// Where its days and months begin: a name of the IANA time zone database.
    #[schema(value_type = String)]
    time_zone: TimeZone,
    /// How many members it has.
    users_count: u64,
    /// How many workspaces it has.
    workspaces_count: u64,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
}

impl From<Organization> for OrganizationBody {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id,
            name: organization.name,
            slug: organization.slug,
            description: organization.description,
            domain: organization.domain,
            status: organization.status,
            plan: organization.plan,
            time_zone: organization.time_zone,
            users_count: organization.users_count,
            workspaces_count: organization.workspaces_count,
            created_at: organization.created_at,
            updated_at: organization.updated_at,
        }
    }
}

/// One of the caller's organizations, with their place in it.
#[derive(Serialize, ToSchema)]
#[schema(as = MyOrganization, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000002",
    "name": "Analytical Engines",
    "slug": "analytical-engines",
    "description": "We compute.",
    "domain": "example.com",
    "status": "active",
    "plan": "FREE",
    "time_zone": "Europe/Lisbon",
    "users_count": 3,
    "workspaces_count": 0,
    "created_at": "2026-01-31T12:00:00Z",
    "updated_at": "2026-01-31T12:00:00Z",
    "role": "owner",
    "role_label": "Owner",
    "is_active": true
})))]
pub(crate) struct MyOrganizationBody {
    #[serde(flatten)]
    organization: OrganizationBody,
    /// The caller's role in it: `owner`, `admin`, `member`, or the name of a custom role.
    #[schema(examples("owner"))]
    role: String,
    /// What people call the role: as the deployment says, or the custom role's name.
    #[schema(examples("Owner"))]
    role_label: String,
    /// Whether `me` stands for it in paths.
    is_active: bool,
}

impl MyOrganizationBody {
    pub(crate) fn of(mine: OrganizationMembership, is_active: bool, blueprint: &Blueprint) -> Self {
        let role = match &mine.custom_role_name {
            Some(name) => name.as_str(),
            None => mine.membership.role.as_str(),
        };
        Self {
            role: role.to_owned(),
            role_label: role_label(blueprint, mine.membership.role, role),
            is_active,
            organization: mine.organization.into(),
        }
    }
}

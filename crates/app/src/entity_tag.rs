use guildhall_domain::{
    CustomRole, DomainClaim, Invitation, MemberProfile, Organization, Timestamp, User, WorkspaceGroup,
};

use crate::AppError;

/// A strong entity tag (RFC 9110, 8.8.3), without the quotes: changes with the
/// representation of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// Wraps the text between the quotes of a header.
    pub fn new(opaque: impl Into<String>) -> Self {
        Self(opaque.into())
    }

    /// The text between the quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&Organization> for EntityTag {
    /// Workspaces are counted without a new version, and the count is shown.
    fn from(organization: &Organization) -> Self {
        let Organization { id, version, workspaces_count, .. } = organization;
        Self(format!("{}-{}-{workspaces_count}", id.uuid().simple(), version.0))
    }
}

impl From<&CustomRole> for EntityTag {
    fn from(role: &CustomRole) -> Self {
        Self(format!("{}-{}", role.id.uuid().simple(), role.version.0))
    }
}

impl From<&WorkspaceGroup> for EntityTag {
    fn from(group: &WorkspaceGroup) -> Self {
        Self(format!("{}-{}", group.id.uuid().simple(), group.version.0))
    }
}

impl From<&User> for EntityTag {
    fn from(user: &User) -> Self {
        Self(format!("{}-{}", user.id.uuid().simple(), user.version.0))
    }
}

impl From<(&Invitation, Timestamp)> for EntityTag {
    /// An invitation that nobody answers expires without being changed.
    fn from((invitation, now): (&Invitation, Timestamp)) -> Self {
        let status = invitation.status_at(now).as_str();
        Self(format!("{}-{}-{status}", invitation.id.uuid().simple(), invitation.version.0))
    }
}

impl From<&DomainClaim> for EntityTag {
    fn from(claim: &DomainClaim) -> Self {
        Self(format!("{}-{}", claim.id.uuid().simple(), claim.version.0))
    }
}

impl From<&MemberProfile> for EntityTag {
    /// A profile shows parts of the account, of the role, and the last activity.
    fn from(profile: &MemberProfile) -> Self {
        let member = &profile.membership;
        Self(format!(
            "{}-{}-{}-{}-{}",
            member.id.uuid().simple(),
            member.version.0,
            profile.user_version.0,
            profile.custom_role.as_ref().map_or(0, |role| role.version.0),
            member.last_active_at.map_or(0, |at| at.unix_timestamp_nanos() / 1_000),
        ))
    }
}

/// What the caller expects of a resource before changing it (`If-Match`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing.
    #[default]
    None,
    /// That it exists (`*`).
    Exists,
    /// That it is in one of these states.
    OneOf(Vec<EntityTag>),
}

impl Precondition {
    pub(crate) fn check(&self, current: impl Into<EntityTag>) -> Result<(), AppError> {
        match self {
            Self::None | Self::Exists => Ok(()),
            Self::OneOf(tags) if tags.contains(&current.into()) => Ok(()),
            Self::OneOf(_) => Err(AppError::PreconditionFailed),
        }
    }
}

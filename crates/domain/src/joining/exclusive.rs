use crate::blueprint::MembershipMode;
use crate::{MemberRole, MembershipSource, OrganizationId, OrganizationMembership};

/// One of a user's memberships, as far as the rule of exclusive membership
/// needs to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Where.
    pub organization_id: OrganizationId,
    /// With which role.
    pub role: MemberRole,
    /// How it came about.
    pub source: MembershipSource,
    /// How many members the organization has.
    pub users_count: u64,
    /// Whether anything but this one member is in it.
    pub vacant: bool,
}

impl Place {
    /// A membership as it is listed; whether the organization is `vacant` is
    /// known only from inside.
    pub fn new(mine: &OrganizationMembership, vacant: bool) -> Self {
        Self {
            organization_id: mine.organization.id,
            role: mine.membership.role,
            source: mine.membership.source,
            users_count: mine.organization.users_count,
            vacant,
        }
    }

    /// What becomes of it when its user joins another organization where only one is allowed.
    fn gives_way(&self) -> Option<GivesWay> {
        match (self.source, self.users_count, self.role) {
            (MembershipSource::SignUp, 1, _) if self.vacant => Some(GivesWay::Deleted(self.organization_id)),
            (MembershipSource::SignUp, 2.., role) if !role.is_owner() => Some(GivesWay::Left(self.organization_id)),
            _ => None,
        }
    }
}

/// What becomes of a membership that was only given at sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivesWay {
    /// The user's own, empty organization is deleted.
    Deleted(OrganizationId),
    /// The shared organization is left.
    Left(OrganizationId),
}

/// Exclusive membership: the user is in another organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the user belongs to another organization, and may belong to only one")]
pub struct AlreadyInOrganization;

/// Whether a user with these memberships may have one more in `target`, and
/// which of them give way to it (M-02, N-09).
///
/// In exclusive mode only what was given at sign-up gives way: the user's own
/// organization with nobody and nothing else in it, and the shared default one.
///
/// ```
/// use guildhall_domain::blueprint::MembershipMode;
/// use guildhall_domain::joining::{GivesWay, Place, makes_room};
/// use guildhall_domain::{MemberRole, MembershipSource, OrganizationId};
/// use uuid::Uuid;
///
/// let (own, target) = (OrganizationId::from(Uuid::from_u128(1)), OrganizationId::from(Uuid::from_u128(2)));
/// let mut place = Place {
///     organization_id: own,
///     role: MemberRole::Owner,
///     source: MembershipSource::SignUp,
///     users_count: 1,
///     vacant: true,
/// };
/// assert_eq!(makes_room(MembershipMode::Exclusive, target, &[place]), Ok(vec![GivesWay::Deleted(own)]));
///
/// place.vacant = false; // by now there is something in it
/// assert!(makes_room(MembershipMode::Exclusive, target, &[place]).is_err());
/// assert_eq!(makes_room(MembershipMode::Many, target, &[place]), Ok(vec![]));
/// ```
///
/// # Errors
/// [`AlreadyInOrganization`].
pub fn makes_room(
    mode: MembershipMode,
    target: OrganizationId,
    places: &[Place],
) -> Result<Vec<GivesWay>, AlreadyInOrganization> {
    match mode {
        MembershipMode::Many => Ok(Vec::new()),
        MembershipMode::Exclusive => places
            .iter()
            .filter(|place| place.organization_id != target)
            .map(|place| place.gives_way().ok_or(AlreadyInOrganization))
            .collect(),
    }
}

use crate::invitation::named;
use crate::{Invalid, WorkspaceId};

named! {
    /// What may be done in a workspace by who does not manage it.
    AccessLevel {
        /// See what is in it.
        Read = "read",
        /// Change what is in it; includes reading (C-121).
        Write = "write",
    } else "unknown_access", "must be read or write"
}

impl AccessLevel {
    /// What the two flags of the documents mean: writing includes reading
    /// (C-109, C-121); none where neither is set.
    pub fn from_flags(can_read: bool, can_write: bool) -> Option<Self> {
        match (can_read, can_write) {
            (_, true) => Some(Self::Write),
            (true, false) => Some(Self::Read),
            (false, false) => None,
        }
    }
}

/// Access to one workspace, given to one member explicitly (C-109).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct WorkspaceGrant {
    /// Where.
    pub workspace_id: WorkspaceId,
    /// How much.
    pub access: AccessLevel,
}

/// Grants for one member: at most one for each workspace, in the order of
/// their ids; in one request not more than [`WorkspaceGrants::MAX`].
///
/// ```
/// use guildhall_domain::{AccessLevel, WorkspaceGrant, WorkspaceGrants, WorkspaceId};
/// use uuid::Uuid;
///
/// let board = WorkspaceId::from(Uuid::from_u128(1));
/// let read = WorkspaceGrant { workspace_id: board, access: AccessLevel::Read };
/// let write = WorkspaceGrant { workspace_id: board, access: AccessLevel::Write };
/// assert_eq!(WorkspaceGrants::new(vec![read, write]).unwrap_err(), (1, WorkspaceGrants::DUPLICATE)); // C-109
/// assert_eq!(WorkspaceGrants::new(vec![read])?.raised_by(&WorkspaceGrants::new(vec![write])?).as_slice(), [write]);
/// # Ok::<(), (usize, guildhall_domain::Invalid)>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct WorkspaceGrants(Vec<WorkspaceGrant>);

impl WorkspaceGrants {
    /// The most grants that one request gives.
    pub const MAX: usize = 500;
    /// Two grants for one workspace: which of them was meant is not to be guessed (C-109).
    pub const DUPLICATE: Invalid = Invalid::fixed("duplicate", "names a workspace that is named before");
    /// More grants than [`WorkspaceGrants::MAX`].
    pub const TOO_MANY: Invalid = Invalid::fixed("too_many", "must have at most 500 grants");

    /// Checks a list of grants.
    ///
    /// # Errors
    /// [`WorkspaceGrants::DUPLICATE`], [`WorkspaceGrants::TOO_MANY`], with the
    /// place in the list.
    pub fn new(mut grants: Vec<WorkspaceGrant>) -> Result<Self, (usize, Invalid)> {
        if grants.len() > Self::MAX {
            return Err((Self::MAX, Self::TOO_MANY));
        }
        let mut seen = std::collections::BTreeSet::new();
        if let Some(place) = grants.iter().position(|grant| !seen.insert(grant.workspace_id)) {
            return Err((place, Self::DUPLICATE));
        }
        grants.sort_by_key(|grant| grant.workspace_id);
        Ok(Self(grants))
    }

    /// The grants of storage, which has at most one for each workspace.
    pub fn from_stored(grants: impl IntoIterator<Item = WorkspaceGrant>) -> Self {
        let mut grants: Vec<_> = grants.into_iter().collect();
        grants.sort_by_key(|grant| (grant.workspace_id, std::cmp::Reverse(grant.access)));
        grants.dedup_by_key(|grant| grant.workspace_id);
        Self(grants)
    }

    /// The grants, in the order of the workspaces' ids.
    pub fn as_slice(&self) -> &[WorkspaceGrant] {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Which workspaces they are for.
    pub fn workspaces(&self) -> Vec<WorkspaceId> {
        self.0.iter().map(|grant| grant.workspace_id).collect()
    }

    /// These grants and `others`, the higher one of each workspace: never lowered (C-114).
    #[must_use]
    pub fn raised_by(&self, others: &Self) -> Self {
        Self::from_stored(self.0.iter().chain(&others.0).copied())
    }

    /// Only those whose workspace is one of `known`.
    #[must_use]
    pub fn retained(&self, known: impl Fn(WorkspaceId) -> bool) -> Self {
        Self(self.0.iter().filter(|grant| known(grant.workspace_id)).copied().collect())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for WorkspaceGrants {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(deserializer)?).map_err(|(_, invalid)| serde::de::Error::custom(invalid))
    }
}

use guildhall_domain::policy::{Refused, WorkspacePower, power};
use guildhall_domain::{AccessLevel, Invalid, WorkspaceAccess, WorkspaceGrant, WorkspaceGrants};

use super::giver::Giver;
use crate::access::Access;
use crate::{AppError, workspace};

/// A wish to give somebody access (C-109, C-112).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessAsked {
    /// To all workspaces at once; the blueprint's default where nothing is said.
    pub flags: Option<WorkspaceAccess>,
    /// To single ones. Given without flags, there are no flags; with one of
    /// them, they are left out (C-109).
    pub grants: Vec<WorkspaceGrant>,
}

impl From<WorkspaceAccess> for AccessAsked {
    fn from(flags: WorkspaceAccess) -> Self {
        Self { flags: Some(flags), grants: Vec::new() }
    }
}

/// Access that may be given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberAccess {
    /// To all workspaces at once.
    pub flags: WorkspaceAccess,
    /// To single ones.
    pub grants: WorkspaceGrants,
}

impl MemberAccess {
    /// Whether nothing is in this that is not in `other`.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        let flags = AccessLevel::from_flags(other.flags.all_read, other.flags.all_write);
        let covered = |grant: &WorkspaceGrant| {
            let same = other.grants.as_slice().iter().find(|it| it.workspace_id == grant.workspace_id);
            Some(grant.access) <= flags.max(same.map(|it| it.access))
        };
        self.flags.is_within(other.flags) && self.grants.as_slice().iter().all(covered)
    }

    /// What the log says about it.
    pub(crate) fn details(&self) -> Vec<(&'static str, String)> {
        let mut details =
            vec![("all_read", self.flags.all_read.to_string()), ("all_write", self.flags.all_write.to_string())];
        if !self.grants.is_empty() {
            let grants = self.grants.as_slice().iter();
            let grants: Vec<_> = grants.map(|it| format!("{}={}", it.workspace_id, it.access.as_str())).collect();
            details.push(("grants", grants.join(",")));
        }
        details
    }
}

/// The access that is asked for, as far as the caller can give it: nobody
/// gives access that they lack, not by a default either.
///
/// # Errors
/// [`Refused::PermissionNotHeld`]; `duplicate`, `unknown_workspace` or
/// `personal_workspace` (`/grants/…`).
pub(crate) async fn given_access(access: &mut Access, asked: &AccessAsked) -> Result<MemberAccess, AppError> {
    let own = Giver::of(access).everywhere();
    let flags = match asked.flags {
        Some(flags) if !flags.is_within(own) => return Err(Refused::PermissionNotHeld.into()),
        Some(flags) => flags.complete(),
        None if asked.grants.is_empty() => access.blueprint().default_member_access.access().intersection(own),
        None => WorkspaceAccess::NONE,
    };
    let grants = checked_grants(access, &asked.grants).await?;
    let grants = if flags == WorkspaceAccess::NONE { grants } else { WorkspaceGrants::default() };
    Ok(MemberAccess { flags, grants })
}

/// Grants whose workspaces are the organization's, nobody's own, and known to
/// the caller as well as they let somebody else know them.
async fn checked_grants(access: &mut Access, asked: &[WorkspaceGrant]) -> Result<WorkspaceGrants, AppError> {
    let at = |place: usize| format!("/grants/{place}/workspace_id");
    let grants = WorkspaceGrants::new(asked.to_vec()).map_err(|(place, invalid)| match invalid {
        too_many if too_many == WorkspaceGrants::TOO_MANY => AppError::invalid("/grants", too_many),
        invalid => AppError::invalid(at(place), invalid),
    })?;
    if grants.is_empty() {
        return Ok(grants);
    }
    let (actor, facts) = (access.actor(), access.facts());
    let member = facts.member.map(|member| member.member_id);
    let found = access.tx().workspaces().find_many(&grants.workspaces(), member).await?;
    for (place, grant) in asked.iter().enumerate() {
        let Some(tied) = found.iter().find(|tied| tied.workspace.id == grant.workspace_id) else {
            access.note_unknown_reference(workspace::target(grant.workspace_id));
            let invalid = Invalid::new("unknown_workspace", "must be a workspace of the organization");
            return Err(AppError::invalid(at(place), invalid));
        };
        if tied.workspace.is_personal() {
            let invalid = Invalid::new("personal_workspace", "must not be one that is for one user alone");
            return Err(AppError::invalid(at(place), invalid));
        }
        let own = power(&actor, &facts, &(&tied.workspace).into(), tied.ties);
        if own.is_none_or(|own| own < WorkspacePower::from(grant.access)) {
            return Err(Refused::PermissionNotHeld.into());
        }
    }
    Ok(grants)
}

/// That the caller has all of this access themself, and so may give it, or
/// take it away: of the grants, those whose workspaces are still there.
///
/// # Errors
/// [`Refused::PermissionNotHeld`].
pub(crate) async fn require_to_give(
    access: &mut Access,
    flags: WorkspaceAccess,
    grants: &WorkspaceGrants,
) -> Result<(), AppError> {
    match Giver::of(access).covers(access.tx(), flags, grants).await? {
        true => Ok(()),
        false => Err(Refused::PermissionNotHeld.into()),
    }
}

/// Those of an invitation's grants that can still be given (C-114).
pub(crate) async fn still_there(
    tx: &mut dyn guildhall_ports::store::OrgTx,
    grants: &WorkspaceGrants,
) -> Result<WorkspaceGrants, AppError> {
    if grants.is_empty() {
        return Ok(WorkspaceGrants::default());
    }
    let found = tx.workspaces().find_many(&grants.workspaces(), None).await?;
    let shared: Vec<_> =
        found.iter().filter(|tied| !tied.workspace.is_personal()).map(|tied| tied.workspace.id).collect();
    Ok(grants.retained(|workspace| shared.contains(&workspace)))
}

/// What the two flags of a grant mean.
///
/// # Errors
/// `grants_nothing`.
pub fn access_level(can_read: bool, can_write: bool) -> Result<AccessLevel, Invalid> {
    AccessLevel::from_flags(can_read, can_write).ok_or_else(|| {
        Invalid::new("grants_nothing", "must grant reading or writing; leave the workspace out otherwise")
    })
}

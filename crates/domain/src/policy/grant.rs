use super::{Actor, Facts, MemberFacts};
use crate::{MemberId, MemberRole, OrganizationId, Permission, PermissionSet, UserId};

/// Proof that [`decide`](super::decide) said yes, and what the holder may do
/// to others. Cannot be made in any other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    actor: UserId,
    member: Option<MemberId>,
    organization: OrganizationId,
    permission: Permission,
    authority: Authority,
    permissions: PermissionSet,
}

/// Where a grant's power comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// The account's power over the whole installation.
    Superadmin,
    /// The membership's role.
    Role(MemberRole),
}

/// Why somebody with the permission may still not do it to this member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// C-05, C-110: only owners grant, remove or demote owners.
    #[error("only owners can make, change or remove owners")]
    OnlyOwnersManageOwners,
    /// Nobody grants, or takes away, what they lack.
    #[error("this would give, or take away, what you do not have yourself; ask an owner or admin of the organization")]
    PermissionNotHeld,
    /// C-110: removing is for others; leaving is for oneself.
    #[error("you cannot remove yourself from the organization; leave it instead")]
    CannotRemoveYourself,
    /// Some permissions are the owner role's alone.
    #[error("a custom role cannot hold the permissions that belong to owners alone")]
    OwnerOnlyPermission,
}

impl Refused {
    /// The stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::OnlyOwnersManageOwners => "only_owners_manage_owners",
            Self::PermissionNotHeld => "permission_not_held",
            Self::CannotRemoveYourself => "cannot_remove_yourself",
            Self::OwnerOnlyPermission => "owner_only_permission",
        }
    }
}

impl Grant {
    pub(super) fn new(
        actor: &Actor,
        facts: &Facts,
        permission: Permission,
        authority: Authority,
        permissions: PermissionSet,
    ) -> Self {
        Self {
            actor: actor.user_id,
            member: facts.member.map(|member| member.member_id),
            organization: facts.organization,
            permission,
            authority,
            permissions,
        }
    }

    /// Who was granted it.
    pub fn actor(&self) -> UserId {
        self.actor
    }

    /// The actor's own membership; none for a superadmin from outside.
    pub fn member(&self) -> Option<MemberId> {
        self.member
    }

    /// Where it holds.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// What was granted.
    pub fn permission(&self) -> Permission {
        self.permission
    }

    /// Where the power comes from.
    pub fn authority(&self) -> Authority {
        self.authority
    }

    fn is_owner_level(&self) -> bool {
        match self.authority {
            Authority::Superadmin => true,
            Authority::Role(role) => role.is_owner(),
        }
    }

    /// May the actor give `role` (with `permissions`) to somebody new?
    ///
    /// # Errors
    /// [`Refused::OnlyOwnersManageOwners`], [`Refused::PermissionNotHeld`].
    pub fn may_give(&self, role: MemberRole, permissions: PermissionSet) -> Result<(), Refused> {
        if self.is_owner_level() {
            return Ok(());
        }
        if role.is_owner() {
            return Err(Refused::OnlyOwnersManageOwners);
        }
        if !permissions.is_subset(self.permissions) {
            return Err(Refused::PermissionNotHeld);
        }
        Ok(())
    }

    /// May the actor touch a member who holds `current`? Admins manage admins
    /// and members; nobody manages somebody who holds more than they do.
    ///
    /// # Errors
    /// [`Refused::OnlyOwnersManageOwners`], [`Refused::PermissionNotHeld`].
    pub fn may_manage(&self, current: &MemberFacts) -> Result<(), Refused> {
        self.may_give(current.role, current.permissions)
    }

    /// May the actor change the role of `current` into `role`? Since nobody
    /// gives what they lack, nobody raises themself either.
    ///
    /// # Errors
    /// As [`Grant::may_manage`] and [`Grant::may_give`].
    pub fn may_assign(
        &self,
        current: &MemberFacts,
        role: MemberRole,
        permissions: PermissionSet,
    ) -> Result<(), Refused> {
        self.may_manage(current)?;
        self.may_give(role, permissions)
    }

    /// May the actor remove the member `current`?
    ///
    /// # Errors
    /// [`Refused::CannotRemoveYourself`], or as [`Grant::may_manage`].
    pub fn may_remove(&self, current: &MemberFacts) -> Result<(), Refused> {
        if self.member == Some(current.member_id) {
            return Err(Refused::CannotRemoveYourself);
        }
        self.may_manage(current)
    }

    /// May the actor define a custom role with `permissions`?
    ///
    /// # Errors
    /// [`Refused::OwnerOnlyPermission`], [`Refused::PermissionNotHeld`].
    pub fn may_define(&self, permissions: PermissionSet) -> Result<(), Refused> {
        if permissions.iter().any(Permission::is_owner_only) {
            return Err(Refused::OwnerOnlyPermission);
        }
        if !permissions.is_subset(self.permissions) {
            return Err(Refused::PermissionNotHeld);
        }
        Ok(())
    }
}

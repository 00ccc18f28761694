use guildhall_domain::policy::{Actor, Facts, PermissionSource, explain};
use guildhall_domain::{MemberProfile, Permission};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{facts_of, is_self, named_member};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

/// What a member may do now, and why.
#[derive(Debug, Clone)]
pub struct MemberPermissions {
    /// The member.
    pub member: MemberProfile,
    /// Each permission with where it comes from. Empty in lockdown.
    pub permissions: Vec<(Permission, PermissionSource)>,
}

impl Guildhall {
    /// What a member may do, with the source of each permission (C-18, C-20).
    /// Every member may ask about themself.
    ///
    /// # Errors
    /// `member_not_found`, denials.
    pub async fn member_permissions(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
    ) -> Result<MemberPermissions, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                let is_self = is_self(access, member_or_user);
                if !is_self {
                    access.require(Permission::MemberRead)?;
                }
                let member = named_member(access, member_or_user).await?;
                let user_id = member.membership.user_id;
                let actor = Actor { user_id, superadmin: is_self && caller.actor.superadmin };
                let facts = Facts { member: Some(facts_of(&member)), ..access.facts() };
                Ok(MemberPermissions { permissions: explain(&actor, &facts), member })
            }),
        )
        .await
    }
}

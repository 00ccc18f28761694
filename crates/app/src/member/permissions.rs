use guildhall_domain::policy::{PermissionSource, explain};
use guildhall_domain::{MemberProfile, Permission};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{is_self, named_subject};
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
                if !is_self(access, member_or_user) {
                    access.require(Permission::MemberRead)?;
                }
                let (member, actor, facts) = named_subject(access, member_or_user).await?;
                Ok(MemberPermissions { permissions: explain(&actor, &facts), member })
            }),
        )
        .await
    }
}

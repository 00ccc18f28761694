use guildhall_domain::{MemberProfile, Permission};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{is_self, named_member};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// One member, by membership id or user id; oneself without any permission (C-107).
    ///
    /// # Errors
    /// `member_not_found`, for members of other organizations too; denials.
    pub async fn member(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
    ) -> Result<MemberProfile, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                if !is_self(access, member_or_user) {
                    access.require(Permission::MemberRead)?;
                }
                named_member(access, member_or_user).await
            }),
        )
        .await
    }

    /// The caller's own membership (C-105), which every role may see.
    ///
    /// # Errors
    /// `member_not_found` for a superadmin from outside; denials.
    pub async fn my_member(&self, caller: &Caller, organization: OrganizationRef) -> Result<MemberProfile, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| { named_member(access, caller.actor.user_id.uuid()).await }),
        )
        .await
    }
}

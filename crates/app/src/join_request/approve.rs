use guildhall_domain::joining::Power;
use guildhall_domain::{JoinRequestId, MemberProfile, MembershipSource, Permission};
use guildhall_ports::store::{AccountRef, OrganizationRef};

use super::pending_request;
use crate::joining::Entrance;
use crate::member::AccessAsked;
use crate::role::RoleRef;
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall, Missing};

impl Guildhall {
    /// Lets somebody in who asked to join.
    ///
    /// # Errors
    /// `join_request_not_found`, `account_disabled`, `already_in_organization`
    /// in exclusive mode, `unknown_role` (`/role`), [`AppError::Refused`], denials.
    pub async fn approve_join_request(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: JoinRequestId,
        role: &RoleRef,
        access_asked: &AccessAsked,
    ) -> Result<MemberProfile, AppError> {
        let permission = Permission::MemberAdd;
        let room = match self.is_exclusive() {
            true => {
                let read = work!(|access| { pending_request(access, id).await });
                Some(self.read_in(caller, organization, permission, read).await?.user_id)
            }
            false => None,
        };
        self.change_in_making_room(
            caller,
            organization,
            permission,
            room,
            work!(|access| {
                let request = pending_request(access, id).await?;
                let (role, granted) = self.offered(access, role, access_asked).await?;
                let account = access.tx().find_account(&AccountRef::Id(request.user_id)).await?;
                if account.ok_or(Missing::Account.unnamed())?.disabled {
                    return Err(Conflict::AccountDisabled.into());
                }
                let entrance = Entrance {
                    user: request.user_id,
                    power: Power { role: role.role, permissions: role.permissions, access: granted.flags },
                    grants: granted.grants,
                    role_name: role.name,
                    source: MembershipSource::Domain,
                    actor: caller.audit_actor(),
                };
                let organization = access.organization().clone();
                // The request goes with the membership.
                self.enter(access.tx(), &organization, entrance, &caller.request).await?;
                let member = access.tx().member(request.user_id.uuid()).await?;
                member.ok_or(Missing::Member.unnamed())
            }),
        )
        .await
    }
}

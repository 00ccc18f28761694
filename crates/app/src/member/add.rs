use guildhall_domain::joining::Power;
use guildhall_domain::{MemberProfile, MembershipSource, Permission, UserId};
use guildhall_ports::store::{AccountRef, AccountSummary, Mode, OrganizationRef};

use super::given_access::AccessAsked;
use super::named_member;
use crate::joining::Entrance;
use crate::role::RoleRef;
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall, Missing};

/// A wish to have somebody as a member, at once and without their consent (M-06).
#[derive(Debug, Clone)]
pub struct AddMember {
    /// Who; must have an account already.
    pub account: AccountRef,
    /// With which role; the blueprint's default where none is given (M-09, C-12).
    pub role: RoleRef,
    /// With which access; the blueprint's default where none is given.
    pub access: AccessAsked,
}

impl Guildhall {
    /// Adds an existing account (M-06, C-08).
    ///
    /// # Errors
    /// `account_not_found` (M-07), `account_disabled`,
    /// `account_email_not_verified` where it was named by its e-mail, `already_member`,
    /// `already_in_organization` in exclusive mode (M-02), `unknown_role`
    /// (`/role`), denials.
    pub async fn add_member(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: AddMember,
    ) -> Result<MemberProfile, AppError> {
        let command = &command;
        let mut tries = 0;
        loop {
            let room = self.who_needs_room(&command.account).await?;
            let added = self.add_with_room(caller, organization, command, room).await;
            tries += 1;
            // Somebody else may hold the address by now: then they are the one to be looked at.
            match added {
                Err(AppError::Contended) if self.is_exclusive() && tries < 3 => {}
                added => return added,
            }
        }
    }

    async fn add_with_room(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: &AddMember,
        room: Option<UserId>,
    ) -> Result<MemberProfile, AppError> {
        self.change_in_making_room(
            caller,
            organization,
            Permission::MemberAdd,
            room,
            work!(|access| {
                let (role, granted) = self.offered(access, &command.role, &command.access).await?;
                let account = access.tx().find_account(&command.account).await?;
                let account = account.ok_or(Missing::Account.unnamed())?;
                if self.is_exclusive() && room != Some(account.id) {
                    return Err(AppError::Contended);
                }
                admissible(&command.account, &account)?;
                let entrance = Entrance {
                    user: account.id,
                    power: Power { role: role.role, permissions: role.permissions, access: granted.flags },
                    grants: granted.grants,
                    role_name: role.name,
                    source: MembershipSource::DirectAdd,
                    actor: caller.audit_actor(),
                };
                let organization = access.organization().clone();
                self.enter(access.tx(), &organization, entrance, &caller.request).await?;
                named_member(access, account.id.uuid()).await
            }),
        )
        .await
    }

    /// In exclusive mode, whose other memberships an addition has to look at.
    async fn who_needs_room(&self, account: &AccountRef) -> Result<Option<UserId>, AppError> {
        if !self.is_exclusive() {
            return Ok(None);
        }
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let found = tx.find_account(account).await?;
        tx.commit().await?;
        Ok(found.map(|account| account.id))
    }
}

/// Whether an account may be put somewhere by who names it so: an address is a
/// name only once it was shown to be the account's (N-13).
pub(crate) fn admissible(named: &AccountRef, account: &AccountSummary) -> Result<(), Conflict> {
    if account.disabled {
        return Err(Conflict::AccountDisabled);
    }
    match named {
        AccountRef::Email(_) if !account.email_verified => Err(Conflict::AccountEmailNotVerified),
        AccountRef::Email(_) | AccountRef::Id(_) => Ok(()),
    }
}

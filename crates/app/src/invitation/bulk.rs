use std::collections::HashSet;
use std::num::NonZeroU32;

use guildhall_domain::blueprint::{InvitationExpiry, InvitationMode};
use guildhall_domain::{Description, Email, Invalid, Permission};
use guildhall_ports::ThrottleKey;
use guildhall_ports::store::{AccountRef, OrganizationRef};

use super::Invited;
use super::link::{Offer, name_of_inviter};
use crate::member::{AccessAsked, AddMember};
use crate::role::RoleRef;
use crate::transact::work;
use crate::{AppError, Caller, FieldError, Guildhall};

/// A wish to have many people in an organization (N-38).
#[derive(Debug, Clone)]
pub struct BulkInvite {
    /// Whom: as they were written, so that a bad one is answered beside the good ones.
    pub emails: Vec<String>,
    /// By which mode; the blueprint's where none is given.
    pub mode: Option<InvitationMode>,
    /// With which role.
    pub role: RoleRef,
    /// With which access.
    pub access: AccessAsked,
    /// For how long.
    pub expiry: Option<InvitationExpiry>,
    /// What to say to them.
    pub message: Option<Description>,
}

impl BulkInvite {
    /// The most addresses at once.
    pub const MAX: usize = 100;
}

/// What came of one address.
#[derive(Debug, Clone)]
pub struct BulkResult {
    /// The address as it was written.
    pub email: String,
    /// An invitation or a member, or why not.
    pub outcome: Result<Invited, AppError>,
}

impl Guildhall {
    /// Invites up to 100 people, with a result for each: a bad address, or one
    /// that is invited already, does not stop the others (N-38).
    ///
    /// # Errors
    /// `empty` or `too_many` (`/emails`), `unknown_role` (`/role`),
    /// [`AppError::Throttled`], denials; then nobody is invited. By link a
    /// fault of storage is one, too; in the direct mode it is the result of
    /// the address that it hit.
    pub async fn invite_many(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: BulkInvite,
    ) -> Result<Vec<BulkResult>, AppError> {
        if command.emails.is_empty() {
            return Err(AppError::invalid("/emails", Invalid::new("empty", "must name somebody")));
        }
        if command.emails.len() > BulkInvite::MAX {
            return Err(AppError::invalid("/emails", Invalid::new("too_many", "must name at most 100 people")));
        }
        match command.mode.unwrap_or(self.settings.blueprint.invitations.mode) {
            InvitationMode::Direct => self.add_many(caller, organization, &command).await,
            InvitationMode::Link => self.invite_many_by_link(caller, organization, &command).await,
        }
    }

    /// All in one unit of work: what is refused is refused before it writes.
    async fn invite_many_by_link(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: &BulkInvite,
    ) -> Result<Vec<BulkResult>, AppError> {
        let results = self
            .change_in(
                caller,
                organization,
                Permission::InvitationManage,
                work!(|access| {
                    self.charge(caller, command)?;
                    let (role, granted) = self.offered(access, &command.role, &command.access).await?;
                    let offer = Offer {
                        role: &role,
                        access: &granted,
                        expiry: command.expiry.unwrap_or(self.settings.blueprint.invitations.expires_after_days),
                        message: command.message.as_ref(),
                        inviter: name_of_inviter(access).await?,
                    };
                    let mut results = Vec::with_capacity(command.emails.len());
                    for (place, email) in addresses(&command.emails) {
                        let outcome = match email {
                            Ok(email) => self.invite_by_link(access, &caller.email, &email, &offer).await,
                            Err(invalid) => Err(invalid),
                        };
                        let outcome = for_one(outcome)?
                            .map(|(invitation, token)| Invited::Link { invitation: Box::new(invitation), token });
                        results.push(BulkResult { email: place.to_owned(), outcome });
                    }
                    Ok(results)
                }),
            )
            .await?;
        self.mail_was_queued();
        Ok(results)
    }

    /// Each in a unit of work of its own, because each takes another user
    /// first: whatever goes wrong with one is the answer for that one.
    async fn add_many(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: &BulkInvite,
    ) -> Result<Vec<BulkResult>, AppError> {
        let permission = Permission::MemberAdd;
        let roles = work!(|access| { self.offered(access, &command.role, &command.access).await.map(|_| ()) });
        self.read_in(caller, organization, permission, roles).await?;
        self.charge(caller, command)?;
        let mut results = Vec::with_capacity(command.emails.len());
        for (place, email) in addresses(&command.emails) {
            let outcome = match email {
                Ok(email) => {
                    let account = AccountRef::Email(email);
                    let add = AddMember { account, role: command.role.clone(), access: command.access.clone() };
                    let added = self.add_member(caller, organization, add).await;
                    if let Err(error) = &added
                        && error.is_about_repetition()
                    {
                        return Err(error.clone());
                    }
                    added.map(|member| Invited::Member(Box::new(member)))
                }
                Err(invalid) => Err(invalid),
            };
            results.push(BulkResult { email: place.to_owned(), outcome });
        }
        Ok(results)
    }

    /// All at once, or none: a bulk that is too much now burns nothing.
    fn charge(&self, caller: &Caller, command: &BulkInvite) -> Result<(), AppError> {
        let count = u32::try_from(command.emails.len()).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        Ok(self.ports.throttle.attempt_many(&ThrottleKey::Mail(caller.actor.user_id), count)?)
    }
}

/// Each text with the address that it is; one that came before is refused.
fn addresses(texts: &[String]) -> impl Iterator<Item = (&str, Result<Email, AppError>)> {
    let mut seen = HashSet::new();
    texts.iter().enumerate().map(move |(place, text)| {
        let refused = |invalid| AppError::Invalid(vec![FieldError::at(format!("/emails/{place}"), invalid)]);
        let email = Email::parse(text).map_err(refused).and_then(|email| {
            if seen.insert(email.clone()) {
                Ok(email)
            } else {
                Err(refused(Invalid::new("duplicate", "must name each person once")))
            }
        });
        (text.as_str(), email)
    })
}

/// What concerns one address stays with it; everything else concerns all.
fn for_one<T>(outcome: Result<T, AppError>) -> Result<Result<T, AppError>, AppError> {
    match outcome {
        Err(AppError::Invalid(fields)) if fields.iter().any(|field| !field.pointer.starts_with("/emails")) => {
            Err(AppError::Invalid(fields))
        }
        Ok(_)
        | Err(
            AppError::Invalid(_) | AppError::Conflict(_) | AppError::LimitReached { .. } | AppError::Throttled { .. },
        ) => Ok(outcome),
        Err(error) => Err(error),
    }
}

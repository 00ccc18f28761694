use guildhall_domain::audit::AuditAction;
use guildhall_domain::blueprint::{Registration, SignUpOrganization};
use guildhall_domain::{Email, Invalid, Invitation, MembershipSource, Name, OrganizationMembership, User, UserId};
use guildhall_ports::{SecretString, ThrottleKey};

use super::LoggedIn;
use crate::denial::reason_of;
use crate::unit_of_work::UserUow;
use crate::{AppError, Guildhall, NotAllowed, RequestContext};

/// A wish to have an account (N-06).
#[derive(Debug, Clone)]
pub struct Register {
    /// Where to reach the person.
    pub email: Email,
    /// The password.
    pub password: SecretString,
    /// The person's name.
    pub name: Name,
    /// What to call the organization that is made for them.
    pub organization: Option<Name>,
    /// The token of an invitation, which is accepted by registering.
    pub invitation: Option<SecretString>,
}

impl Guildhall {
    /// Makes an account, its place in an organization, and a session, all in
    /// one transaction, and sends the link that shows whose the address is
    /// (S-03, S-05, N-06).
    ///
    /// With an invitation's token the user joins that organization. Otherwise
    /// a named organization is always a new one, even where one of that name
    /// exists: nobody walks into somebody's tenant by naming it. Who names
    /// none is placed as the blueprint says.
    ///
    /// # Errors
    /// `email_already_registered`, a password that is not good enough
    /// (`/password`), `registration_closed`, `invitation_required`,
    /// `invitation_not_found`, `invitation_for_another`,
    /// [`AppError::Throttled`], [`AppError::Busy`].
    pub async fn register(&self, command: Register, request: RequestContext) -> Result<LoggedIn, AppError> {
        self.refuse_for_local_user()?;
        if let Some(address) = &request.ip_address {
            self.ports.throttle.attempt(&ThrottleKey::Address(address.clone()))?;
        }
        let invitation = self.admit_registration(&command, &request).await?;
        self.check_new_password(
            "/password",
            &command.password,
            [
                Some(command.email.as_str()),
                Some(command.name.as_str()),
                command.organization.as_ref().map(Name::as_str),
            ],
        )?;
        let password = self.ports.password_hasher.hash(command.password.clone()).await?;
        let user = User::new(UserId::from(self.ports.ids.next()), command.email, command.name, self.now());
        let (session, token) = self.new_session(&user, &request);
        // Who registers somebody else's address again and again sends them no more mails.
        let verification = match self.ports.throttle.attempt(&ThrottleKey::Recipient(user.email.clone())) {
            Ok(()) => Some(self.new_verification(&user)),
            Err(_) => None,
        };
        let registered = self.own_event(&user, &request, AuditAction::CreateUser, &[]);
        let (user, password, session, request, registered) = (&user, &password, &session, &request, &registered);
        let verification = &verification;
        let place = &WantedPlace { invitation, organization: command.organization };
        let made = self
            .change_user(user.id, |mut tx: UserUow| async move {
                tx.insert_user(user, password).await?;
                tx.insert_session(session).await?;
                if let Some((verification, mail)) = verification {
                    tx.set_email_verification(verification).await?;
                    tx.queue_mail(mail).await?;
                }
                let mut tx = self.place(tx, user, place, request).await?;
                tx.append_audit(registered).await?;
                let user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
                let organization = active_organization(&mut tx).await?;
                Ok((tx, (user, organization)))
            })
            .await;
        if let (Err(AppError::Denied(denied)), Some(invitation)) = (&made, &place.invitation) {
            self.audit_refused_registration(&user.email, request, invitation, reason_of(*denied)).await?;
        }
        let (user, organization) = made?;
        self.mail_was_queued();
        Ok(LoggedIn { token: token.secret, expires_at: session.expires_at, user, organization })
    }

    /// Whether somebody may register, and by which invitation.
    async fn admit_registration(
        &self,
        command: &Register,
        request: &RequestContext,
    ) -> Result<Option<Invitation>, AppError> {
        if self.settings.blueprint.signup.registration == Registration::Closed {
            return Err(NotAllowed::RegistrationClosed.into());
        }
        if command.invitation.is_some() && command.organization.is_some() {
            let detail = "must be absent where an invitation's token is given, which says where to";
            return Err(AppError::invalid("/organization", Invalid::new("not_with_invitation", detail)));
        }
        let Some(token) = &command.invitation else {
            return match self.settings.blueprint.signup.registration {
                Registration::Open => Ok(None),
                Registration::Invited | Registration::Closed => Err(NotAllowed::InvitationRequired.into()),
            };
        };
        let invitation = self.invitation_of_token(token).await?;
        if invitation.email != command.email {
            let reason = "invitation_for_another";
            self.audit_refused_registration(&command.email, request, &invitation, reason).await?;
            return Err(NotAllowed::InvitationForAnother.into());
        }
        Ok(Some(invitation))
    }

    async fn place(
        &self,
        tx: UserUow,
        user: &User,
        place: &WantedPlace,
        request: &RequestContext,
    ) -> Result<UserUow, AppError> {
        if let Some(invitation) = &place.invitation {
            let mut org = tx.into_org(invitation.organization_id).await?;
            let token = Some(invitation.token_digest);
            let checked = self.check_invitation(&mut *org.0, invitation.id, &user.email, token).await?;
            self.take_up_invitation(&mut *org.0, checked, user, request).await?;
            return org.into_user(user.id).await;
        }
        let rules = &self.settings.blueprint.signup;
        // Naming the organization that all share is naming none (N-06).
        let shared = rules.organization == SignUpOrganization::Default;
        let named = place.organization.as_ref().filter(|name| !shared || **name != rules.organization_name);
        match named {
            Some(name) => {
                let organization = self.new_organization(name.clone());
                Ok(self.found_for(tx, user, organization, MembershipSource::Creator, request).await?.0)
            }
            None => self.place_at_sign_up(tx, user, request).await,
        }
    }

    /// Whether a new password is good enough, with the words that it must not be made of.
    pub(crate) fn check_new_password<'a>(
        &self,
        pointer: &'static str,
        password: &SecretString,
        context: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Result<(), AppError> {
        let context: Vec<String> = context.into_iter().flatten().map(str::to_owned).collect();
        self.ports.password_policy.check(password, &context).map_err(|invalid| AppError::invalid(pointer, invalid))
    }
}

/// Where somebody who registers wants to belong.
struct WantedPlace {
    invitation: Option<Invitation>,
    organization: Option<Name>,
}

async fn active_organization(tx: &mut UserUow) -> Result<Option<OrganizationMembership>, AppError> {
    match tx.active_organization().await? {
        Some(active) => Ok(tx.organization(active).await?),
        None => Ok(None),
    }
}

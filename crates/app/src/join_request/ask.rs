use guildhall_domain::audit::AuditAction;
use guildhall_domain::{JoinRequest, JoinRequestId, JoinRequestStatus, OrganizationId, Permission};

use super::target;
use crate::account::is_suggested;
use crate::joining::is_open;
use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Conflict, Guildhall, Missing, NotAllowed};

impl Guildhall {
    /// Asks to join the organization that owns the domain of the caller's
    /// address, where it suggests itself. Asking again while nobody has
    /// decided changes nothing.
    ///
    /// # Errors
    /// `organization_not_found` for every other organization,
    /// `email_not_verified`, `already_member`, `join_request_declined`, denials
    /// while the organization is stopped.
    pub async fn request_to_join(
        &self,
        caller: &Caller,
        organization: OrganizationId,
    ) -> Result<JoinRequest, AppError> {
        let asked = self.ask_to_join(caller, organization).await;
        if let Err(error) = &asked {
            self.audit_denial(caller, organization, Permission::OrganizationRead, error).await?;
        }
        asked
    }

    async fn ask_to_join(&self, caller: &Caller, organization: OrganizationId) -> Result<JoinRequest, AppError> {
        let user = caller.actor.user_id;
        self.change_account(caller, caller.actor.user_id, |mut tx: UserUow| async move {
            let account = tx.user().await?.ok_or(AppError::Unauthenticated)?;
            if !account.has_verified_email() {
                return Err(NotAllowed::EmailNotVerified.into());
            }
            let offer = tx.domain_offer().await?;
            if !offer.is_some_and(|offer| offer.organization_id == organization && is_suggested(&offer)) {
                return Err(Missing::Organization.with(organization.uuid()));
            }
            let mut org = tx.into_org(organization).await?;
            let opened = org.0.open(user).await?.ok_or(Missing::Organization.with(organization.uuid()))?;
            is_open(&opened.organization)?;
            if opened.member.is_some() {
                return Err(Conflict::AlreadyMember.into());
            }
            let request = match org.0.join_request_of(user).await? {
                Some(asked) if asked.status == JoinRequestStatus::Declined => {
                    return Err(Conflict::JoinRequestDeclined.into());
                }
                Some(asked) => asked,
                None => {
                    let request = JoinRequest {
                        id: JoinRequestId::from(self.ports.ids.next()),
                        organization_id: organization,
                        user_id: user,
                        email: account.email,
                        name: account.name,
                        status: JoinRequestStatus::Pending,
                        created_at: self.now(),
                    };
                    org.0.insert_join_request(&request).await?;
                    let action = AuditAction::RequestToJoin;
                    let event = self.organization_event(
                        organization,
                        caller.audit_actor(),
                        &caller.request,
                        action,
                        target(request.id),
                        &[],
                    );
                    org.0.append_audit(&event).await?;
                    request
                }
            };
            Ok((org.into_user(user).await?, request))
        })
        .await
    }
}

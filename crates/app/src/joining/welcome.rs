use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{DomainStatus, Enrolment, MembershipSource, Organization, User};
use guildhall_ports::store::OrgTx;

use super::{is_open, organizations_of};
use crate::unit_of_work::UserUow;
use crate::{AppError, Guildhall, RequestContext};

impl Guildhall {
    /// Lets a user in where their e-mail address alone opens a door: by their
    /// oldest invitation, where the blueprint says so (C-120), and by a domain
    /// that enrols automatically (N-13). An address that was not shown to be
    /// the user's opens none.
    pub(crate) async fn welcome(
        &self,
        tx: UserUow,
        user: &User,
        request: &RequestContext,
    ) -> Result<UserUow, AppError> {
        if !user.has_verified_email() {
            return Ok(tx);
        }
        let tx = self.accept_oldest(tx, user, request).await?;
        self.enrol_by_domain(tx, user, request).await
    }

    async fn accept_oldest(&self, mut tx: UserUow, user: &User, request: &RequestContext) -> Result<UserUow, AppError> {
        if !self.settings.blueprint.invitations.auto_accept {
            return Ok(tx);
        }
        // Only for those who belong nowhere yet but where signing up has put them.
        let mine = organizations_of(&mut *tx).await?;
        if mine.iter().any(|mine| mine.membership.source != MembershipSource::SignUp) {
            return Ok(tx);
        }
        let first = PageRequest::first(PageSize::new(10)?);
        let received = tx.list_received_invitations(self.now(), &first).await?.items;
        for oldest in received {
            let organization = oldest.invitation.organization_id;
            // Looked at before anything gives way to it.
            let mut org = tx.into_org(organization).await?;
            let checked = match self.check_invitation(&mut *org.0, oldest.invitation.id, &user.email, None).await {
                Ok(checked) if self.lets_in(&checked.organization, checked.invitation.role) => checked,
                // Taken back, or answered, since it was listed; its role is gone, or the power of
                // whoever made it; there is no seat. Then it is the next one's turn.
                Ok(_) | Err(AppError::NotFound { .. } | AppError::Conflict(_) | AppError::Denied(_)) => {
                    tx = org.into_user(user.id).await?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let (mut org, free) = self.make_room_if_possible(org, user, organization, request).await?;
            if !free {
                return org.into_user(user.id).await;
            }
            self.take_up_invitation(&mut *org.0, checked, user, request).await?;
            let mut tx = org.into_user(user.id).await?;
            if let Some(mut account) = tx.user().await? {
                account.active_organization_id = Some(organization);
                tx.update_user(&account).await?;
            }
            return Ok(tx);
        }
        Ok(tx)
    }

    async fn enrol_by_domain(
        &self,
        mut tx: UserUow,
        user: &User,
        request: &RequestContext,
    ) -> Result<UserUow, AppError> {
        let Some(offer) = tx.domain_offer().await? else { return Ok(tx) };
        if offer.enrolment != Enrolment::Automatic {
            return Ok(tx);
        }
        let id = offer.organization_id;
        let mut org = tx.into_org(id).await?;
        let Some(organization) = self.enrolling(&mut *org.0, user).await? else {
            return org.into_user(user.id).await;
        };
        let (mut org, free) = self.make_room_if_possible(org, user, id, request).await?;
        if free {
            let entrance = self.by_default(user, MembershipSource::Domain);
            self.enter(&mut *org.0, &organization, entrance, request).await?;
        }
        org.into_user(user.id).await
    }

    /// The organization, where it takes this user in by their domain: read
    /// inside it, so that it stays true until the commit.
    async fn enrolling(&self, tx: &mut dyn OrgTx, user: &User) -> Result<Option<Organization>, AppError> {
        let Some(opened) = tx.open(user.id).await? else { return Ok(None) };
        let barred = opened.member.is_some()
            || is_open(&opened.organization).is_err()
            || !self.lets_in(&opened.organization, self.settings.blueprint.roles.default.role());
        if barred || tx.has_departed(&user.email).await? {
            return Ok(None);
        }
        let claims = tx.list_domains(&PageRequest::first(PageSize::MAX)).await?.items;
        let enrols = claims.iter().any(|claim| {
            claim.status == DomainStatus::Verified
                && claim.enrolment == Enrolment::Automatic
                && user.email.domain().as_ref() == Some(&claim.domain)
        });
        Ok(enrols.then_some(opened.organization))
    }
}

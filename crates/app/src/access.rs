//! Access to one organization: authorized, in one transaction, audited.

use guildhall_domain::audit::{AuditAction, AuditActor, AuditEvent, AuditTarget};
use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::policy::{Actor, Facts, Grant, decide};
use guildhall_domain::{Organization, OrganizationId, Permission, Timestamp, UserId};
use guildhall_ports::store::{Mode, OpenedMember, OrgTx};

use crate::unit_of_work::{Uow, UserUow};
use crate::{AppError, Caller, Guildhall, Missing, RequestContext};

/// An authorized unit of work inside one organization: the transaction, the
/// organization as it is in it, and the [`Grant`] that opened it.
///
/// Facts are read and decided inside the transaction, so a role that changes
/// meanwhile is seen either before or after, never half (R-MEM-4).
pub struct Access {
    uow: Uow,
    organization: Organization,
    member: Option<OpenedMember>,
    grant: Grant,
    actor: Actor,
    audit_actor: AuditActor,
    request: RequestContext,
    guildhall: Guildhall,
    unknown_reference: Option<AuditTarget>,
}

impl Access {
    /// Begins the unit of work, reads the facts in it, decides, and only then
    /// gives access.
    pub(crate) async fn open(
        guildhall: &Guildhall,
        caller: &Caller,
        organization: OrganizationId,
        permission: Permission,
        mode: Mode,
    ) -> Result<Self, AppError> {
        let tx = guildhall.ports.store.begin_org(organization, mode).await?;
        Self::authorize(guildhall, caller, tx, organization, permission).await
    }

    /// The same for a unit of work in which `user`, who need not be the
    /// caller, comes in: with room made for it in exclusive mode. The user is
    /// taken before the organization, as on every other way in.
    pub(crate) async fn open_making_room(
        guildhall: &Guildhall,
        caller: &Caller,
        organization: OrganizationId,
        permission: Permission,
        user: UserId,
    ) -> Result<Self, AppError> {
        let tx = UserUow(guildhall.ports.store.begin_user(user, Mode::Write).await?);
        let tx = tx.into_org(organization).await?;
        // Nothing is done for who may not, and nothing is told.
        let allowed = Self::authorize(guildhall, caller, tx.0, organization, permission).await?;
        let (actor, request) = (caller.audit_actor(), &caller.request);
        let tx = guildhall.make_room_from_inside(allowed.into_uow(), user, organization, &actor, request).await?;
        Self::authorize(guildhall, caller, tx.0, organization, permission).await
    }

    /// Reads the facts in a unit of work that has begun already, decides, and
    /// only then gives access.
    pub(crate) async fn authorize(
        guildhall: &Guildhall,
        caller: &Caller,
        mut tx: Box<dyn OrgTx>,
        organization: OrganizationId,
        permission: Permission,
    ) -> Result<Self, AppError> {
        let user = caller.actor.user_id;
        if let Err(error) = guildhall.refuse_repeated(caller.request.repeatable.as_ref(), user, &mut *tx).await {
            tx.rollback().await?;
            return Err(error);
        }
        let Some(opened) = tx.open(user).await? else {
            tx.rollback().await?;
            return Err(Missing::Organization.with(organization.uuid()));
        };
        let facts = Self::facts_of(&opened.organization, opened.member.as_ref());
        match decide(&caller.actor, &facts, permission) {
            Ok(grant) => Ok(Self {
                uow: Uow(tx),
                organization: opened.organization,
                member: opened.member,
                grant,
                actor: caller.actor,
                audit_actor: caller.audit_actor(),
                request: caller.request.clone(),
                guildhall: guildhall.clone(),
                unknown_reference: None,
            }),
            Err(denied) => {
                tx.rollback().await?;
                Err(denied.into())
            }
        }
    }

    fn facts_of(organization: &Organization, member: Option<&OpenedMember>) -> Facts {
        Facts { organization: organization.id, status: organization.status, member: member.map(|member| member.facts) }
    }

    /// The unit of work.
    pub fn tx(&mut self) -> &mut dyn OrgTx {
        &mut *self.uow.0
    }

    /// The organization as it was when the unit of work began.
    pub fn organization(&self) -> &Organization {
        &self.organization
    }

    /// The caller's membership; none for a superadmin from outside.
    pub fn member(&self) -> Option<&OpenedMember> {
        self.member.as_ref()
    }

    /// What opened the access.
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// Who has the access.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The facts that were decided from.
    pub fn facts(&self) -> Facts {
        Self::facts_of(&self.organization, self.member.as_ref())
    }

    /// Asks for one more permission, from the same facts.
    ///
    /// # Errors
    /// [`AppError::Denied`].
    pub fn require(&self, permission: Permission) -> Result<Grant, AppError> {
        Ok(decide(&self.actor, &self.facts(), permission)?)
    }

    /// The deployment's tenancy rules.
    pub fn blueprint(&self) -> &Blueprint {
        self.guildhall.blueprint()
    }

    /// What is known of the request.
    pub(crate) fn request(&self) -> &RequestContext {
        &self.request
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.guildhall.now()
    }

    /// Writes what was done into the organization's audit log, in this transaction.
    ///
    /// # Errors
    /// As storage.
    pub async fn audit(
        &mut self,
        action: AuditAction,
        target: AuditTarget,
        details: &[(&str, &str)],
    ) -> Result<(), AppError> {
        let event = self.event(action, target, details);
        self.uow.0.append_audit(&event).await?;
        Ok(())
    }

    /// The event that [`Access::audit`] would write.
    pub(crate) fn event(&self, action: AuditAction, target: AuditTarget, details: &[(&str, &str)]) -> AuditEvent {
        let event = self.guildhall.user_event(self.audit_actor.clone(), &self.request, action, target, details);
        AuditEvent { organization_id: Some(self.organization.id), ..event }
    }

    /// Notes that the request named, in its body or query, what is not in the
    /// organization: audited when the request fails (N-15).
    pub(crate) fn note_unknown_reference(&mut self, target: AuditTarget) {
        self.unknown_reference = Some(target);
    }

    pub(crate) fn take_unknown_reference(&mut self) -> Option<AuditTarget> {
        self.unknown_reference.take()
    }

    pub(crate) fn into_uow(self) -> Uow {
        self.uow
    }
}

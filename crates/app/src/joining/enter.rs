use guildhall_domain::audit::{AuditAction, AuditActor, AuditEvent, AuditTarget, TargetKind};
use guildhall_domain::joining::Power;
use guildhall_domain::policy::Denied;
use guildhall_domain::{
    AuditEventId, MemberId, MemberProfile, Membership, MembershipSource, Organization, OrganizationStatus, UserId,
    WorkspaceAccess,
};
use guildhall_ports::store::OrgTx;

use crate::{AppError, Conflict, Guildhall, RequestContext};

/// Somebody on the threshold of an organization.
pub(crate) struct Entrance {
    /// Who.
    pub(crate) user: UserId,
    /// With which role and access.
    pub(crate) power: Power,
    /// What the role is called, for the log.
    pub(crate) role_name: String,
    /// By which door.
    pub(crate) source: MembershipSource,
    /// Who opened it.
    pub(crate) actor: AuditActor,
}

impl Guildhall {
    /// Makes a user a member. Who is one already is only raised, and only by
    /// an invitation (C-114); by any other door it is a conflict.
    ///
    /// The caller has authorized it, and has made room in exclusive mode.
    pub(crate) async fn enter(
        &self,
        tx: &mut dyn OrgTx,
        organization: &Organization,
        entrance: Entrance,
        request: &RequestContext,
    ) -> Result<(), AppError> {
        if let Some(present) = tx.member(entrance.user.uuid()).await? {
            return match entrance.source {
                MembershipSource::Invitation => self.raise(tx, present, entrance, request).await,
                _ => Err(Conflict::AlreadyMember.into()),
            };
        }
        let access = entrance.power.access.for_role(entrance.power.role);
        let membership = Membership {
            all_read: access.all_read,
            all_write: access.all_write,
            ..Membership::new(
                MemberId::from(self.ports.ids.next()),
                organization.id,
                entrance.user,
                entrance.power.role,
                entrance.source,
                self.now(),
            )
        };
        tx.add_member(&membership).await?;
        let user_id = entrance.user.to_string();
        let details =
            [("user_id", user_id.as_str()), ("role", &entrance.role_name), ("source", entrance.source.as_str())];
        let action = AuditAction::AddUserToOrg;
        let event = self.member_event(organization, membership.id, entrance.actor, request, action, &details);
        tx.append_audit(&event).await?;
        Ok(())
    }

    async fn raise(
        &self,
        tx: &mut dyn OrgTx,
        present: MemberProfile,
        entrance: Entrance,
        request: &RequestContext,
    ) -> Result<(), AppError> {
        let member = &present.membership;
        let access = WorkspaceAccess { all_read: member.all_read, all_write: member.all_write };
        let before = Power { role: member.role, permissions: present.permissions(), access };
        let after = before.raised_by(entrance.power);
        let Some(organization) = tx.organization().await? else { return Ok(()) };
        if after.role != before.role {
            tx.change_role(member.id, after.role, self.now()).await?;
            let from = crate::role::name_of(&present);
            let details = [("from", from.as_str()), ("to", &entrance.role_name)];
            let action = AuditAction::ChangeMemberRole;
            let actor = entrance.actor.clone();
            let event = self.member_event(&organization, member.id, actor, request, action, &details);
            tx.append_audit(&event).await?;
        }
        if after.access != before.access {
            tx.set_access(member.id, after.access.all_read, after.access.all_write, self.now()).await?;
            let truth = |value: bool| if value { "true" } else { "false" };
            let details = [("all_read", truth(after.access.all_read)), ("all_write", truth(after.access.all_write))];
            let action = AuditAction::SetMemberAccess;
            let event = self.member_event(&organization, member.id, entrance.actor, request, action, &details);
            tx.append_audit(&event).await?;
        }
        Ok(())
    }

    /// An event about a member, from outside of [`Access`](crate::access::Access).
    pub(crate) fn member_event(
        &self,
        organization: &Organization,
        member: MemberId,
        actor: AuditActor,
        request: &RequestContext,
        action: AuditAction,
        details: &[(&str, &str)],
    ) -> AuditEvent {
        let target = AuditTarget { kind: TargetKind::Member, id: member.uuid() };
        AuditEvent {
            id: AuditEventId::from(self.ports.ids.next()),
            organization_id: Some(organization.id),
            ..self.user_event(actor, request, action, target, details)
        }
    }
}

/// Nobody comes into an organization that is stopped (N-35, N-36).
pub(crate) fn is_open(organization: &Organization) -> Result<(), Denied> {
    match organization.status {
        OrganizationStatus::Active => Ok(()),
        OrganizationStatus::Suspended => Err(Denied::Suspended),
        OrganizationStatus::Lockdown => Err(Denied::LockedDown),
    }
}

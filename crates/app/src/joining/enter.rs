use guildhall_domain::audit::{AuditAction, AuditActor};
use guildhall_domain::joining::Power;
use guildhall_domain::policy::Denied;
use guildhall_domain::{
    MemberId, MemberProfile, Membership, MembershipSource, Organization, OrganizationStatus, UserId, WorkspaceAccess,
};
use guildhall_ports::store::OrgTx;

use crate::member::{access_details, target as member_target};
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
                MembershipSource::Invitation => self.raise(tx, organization, present, entrance, request).await,
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
        let event = self.organization_event(
            organization.id,
            entrance.actor,
            request,
            AuditAction::AddUserToOrg,
            member_target(membership.id),
            &details,
        );
        tx.append_audit(&event).await?;
        Ok(())
    }

    async fn raise(
        &self,
        tx: &mut dyn OrgTx,
        organization: &Organization,
        present: MemberProfile,
        entrance: Entrance,
        request: &RequestContext,
    ) -> Result<(), AppError> {
        let member = &present.membership;
        let access = WorkspaceAccess { all_read: member.all_read, all_write: member.all_write };
        let before = Power { role: member.role, permissions: present.permissions(), access };
        let after = before.raised_by(entrance.power);
        let mut changes = Vec::new();
        if after.role != before.role {
            tx.change_role(member.id, after.role, self.now()).await?;
            let from = crate::role::name_of(&present);
            changes.push((AuditAction::ChangeMemberRole, vec![("from", from), ("to", entrance.role_name.clone())]));
        }
        if after.access != before.access {
            tx.set_access(member.id, after.access.all_read, after.access.all_write, self.now()).await?;
            changes.push((AuditAction::SetMemberAccess, access_details(after.access)));
        }
        for (action, details) in changes {
            let details: Vec<_> = details.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let (actor, target) = (entrance.actor.clone(), member_target(member.id));
            let event = self.organization_event(organization.id, actor, request, action, target, &details);
            tx.append_audit(&event).await?;
        }
        Ok(())
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

//! The hottest reads.

use guildhall_domain::{TokenDigest, UserId};
use guildhall_ports::store::{Authenticated, CheckFacts, CheckQuery, OrganizationRef};

use super::State;

impl State {
    pub(crate) fn authenticate(&self, digest: &TokenDigest) -> Option<Authenticated> {
        let session = self.sessions.get(self.session_by_digest.get(digest)?)?;
        let user = &self.accounts.get(&session.user_id)?.user;
        Some(Authenticated {
            session_id: session.id,
            user_id: user.id,
            email: user.email.clone(),
            name: user.name.clone(),
            superadmin: user.superadmin,
            disabled: user.disabled_at.is_some(),
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            active_organization: self.active_organization(user.id),
        })
    }

    pub(crate) fn check(&self, query: &CheckQuery) -> Option<CheckFacts> {
        let caller = self.authenticate(&query.digest)?;
        let id = match query.organization {
            OrganizationRef::Id(id) => Some(id),
            OrganizationRef::Active => caller.active_organization,
        };
        let tenant = id.and_then(|id| self.tenants.get(&id)).map(|tenant| &tenant.organization);
        let member = |user: UserId| {
            let membership = self.membership_of(tenant?.id, user)?;
            Some(self.facts(membership))
        };
        Some(CheckFacts {
            organization: tenant.map(|organization| (organization.id, organization.status)),
            caller_member: member(caller.user_id),
            subject_member: query.subject.filter(|user| self.is_enabled(*user)).and_then(member),
            caller,
        })
    }

    fn is_enabled(&self, user: UserId) -> bool {
        self.accounts.get(&user).is_some_and(|account| account.user.disabled_at.is_none())
    }
}

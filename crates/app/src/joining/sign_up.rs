use guildhall_domain::audit::AuditActor;
use guildhall_domain::blueprint::SignUpOrganization;
use guildhall_domain::joining::Power;
use guildhall_domain::{
    MembershipSource, Name, Organization, OrganizationId, OrganizationStatus, User, WorkspaceGrants,
};

use super::Entrance;
use crate::account::Founding;
use crate::unit_of_work::UserUow;
use crate::{AppError, Guildhall, RequestContext};

impl Guildhall {
    /// Puts a user who belongs nowhere where the blueprint says: into an
    /// organization of their own, into the shared one, or nowhere.
    pub(crate) async fn place_at_sign_up(
        &self,
        tx: UserUow,
        user: &User,
        request: &RequestContext,
    ) -> Result<UserUow, AppError> {
        let rules = &self.settings.blueprint.signup;
        match rules.organization {
            SignUpOrganization::Personal => {
                let organization = self.new_organization(rules.organization_name.clone());
                Ok(self.found_for(tx, user, organization, MembershipSource::SignUp, request).await?.0)
            }
            SignUpOrganization::Default => self.join_default_organization(tx, user, request).await,
            SignUpOrganization::None => Ok(tx),
        }
    }

    /// Joins the organization that all share; makes it for the first one (N-05).
    async fn join_default_organization(
        &self,
        mut tx: UserUow,
        user: &User,
        request: &RequestContext,
    ) -> Result<UserUow, AppError> {
        let found = match tx.default_organization(false).await? {
            Some(found) => Some(found),
            None => tx.default_organization(true).await?,
        };
        let Some(id) = found else {
            let rules = &self.settings.blueprint.signup;
            let mut organization = self.new_organization(rules.organization_name.clone());
            organization.domain = rules.organization_domain.clone();
            let (mut tx, founded) = self.found_for(tx, user, organization, MembershipSource::SignUp, request).await?;
            tx.set_default_organization(founded.organization.id).await?;
            return Ok(tx);
        };
        let mut org = tx.into_org(id).await?;
        // Who was removed, or left, does not come back by asking who they are.
        let departed = org.0.has_departed(&user.email).await?;
        let organization = org.0.organization().await?;
        let role = self.settings.blueprint.roles.default.role();
        let open = |it: &Organization| it.status == OrganizationStatus::Active && !departed && self.lets_in(it, role);
        if let Some(organization) = organization.filter(open) {
            let entrance = self.by_default(user, MembershipSource::SignUp);
            self.enter(&mut *org.0, &organization, entrance, request).await?;
        }
        org.into_user(user.id).await
    }

    /// A user who comes in with what the blueprint gives to everybody.
    pub(crate) fn by_default(&self, user: &User, source: MembershipSource) -> Entrance {
        let role = self.settings.blueprint.roles.default.role();
        Entrance {
            user: user.id,
            power: Power {
                role,
                permissions: role.built_in_permissions(),
                access: self.settings.blueprint.default_member_access.access(),
            },
            grants: WorkspaceGrants::default(),
            role_name: role.as_str().to_owned(),
            source,
            actor: AuditActor { user_id: Some(user.id), email: Some(user.email.clone()) },
        }
    }

    /// A new organization with nothing but a name.
    pub(crate) fn new_organization(&self, name: Name) -> Organization {
        let slug = name.to_slug();
        let organization = Organization::new(OrganizationId::from(self.ports.ids.next()), name, slug, self.now());
        self.on_first_plan(organization)
    }

    /// Makes `organization` with `owner` as its owner, inside the owner's unit of work.
    pub(crate) async fn found_for(
        &self,
        tx: UserUow,
        owner: &User,
        organization: Organization,
        source: MembershipSource,
        request: &RequestContext,
    ) -> Result<(UserUow, guildhall_domain::OrganizationMembership), AppError> {
        let actor = AuditActor { user_id: Some(owner.id), email: Some(owner.email.clone()) };
        let mut tx = tx.into_org(organization.id).await?;
        let founding = Founding { owner: owner.id, actor, slug_is_chosen: false, source };
        let founded = self.establish(&mut *tx.0, organization, founding, request).await?;
        Ok((tx.into_user(owner.id).await?, founded))
    }
}

use guildhall_domain::audit::{AuditAction, AuditActor, AuditTarget, TargetKind};
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{
    Limit, LimitName, MemberId, MemberRole, Membership, MembershipSource, Organization, OrganizationId,
    OrganizationMembership, Slug, Usage, User, UserId,
};
use guildhall_ports::store::{Constraint, OrgTx, StoreError, UserTx};

use crate::unit_of_work::UserUow;
use crate::{AppError, Conflict, Guildhall, RequestContext};

impl Guildhall {
    /// Gives a user without any organization their place: where their verified
    /// address opens a door, or else where the blueprint puts new users (S-04,
    /// N-05, C-120). Serialized per user: however many first requests run at
    /// once, it happens once.
    pub(crate) async fn ensure_first_organization(
        &self,
        user: UserId,
        request: &RequestContext,
    ) -> Result<(), AppError> {
        self.change_user(user, |mut tx: UserUow| async move {
            let Some(account) = tx.user().await? else { return Err(AppError::Unauthenticated) };
            if belongs_somewhere(&mut *tx).await? {
                return Ok((tx, ()));
            }
            let tx = self.welcome(tx, &account, request).await?;
            Ok((self.place_unless_placed(tx, &account, request).await?, ()))
        })
        .await
    }

    /// Puts a user who belongs nowhere where the blueprint says.
    pub(crate) async fn place_unless_placed(
        &self,
        mut tx: UserUow,
        user: &User,
        request: &RequestContext,
    ) -> Result<UserUow, AppError> {
        match belongs_somewhere(&mut *tx).await? {
            true => Ok(tx),
            false => self.place_at_sign_up(tx, user, request).await,
        }
    }

    /// Writes a new organization, its owner and both audit events.
    pub(crate) async fn establish(
        &self,
        tx: &mut dyn OrgTx,
        mut organization: Organization,
        founding: Founding,
        request: &RequestContext,
    ) -> Result<OrganizationMembership, AppError> {
        self.insert_with_free_slug(tx, &mut organization, founding.slug_is_chosen).await?;
        let membership = Membership::new(
            MemberId::from(self.ports.ids.next()),
            organization.id,
            founding.owner,
            MemberRole::Owner,
            founding.source,
            self.now(),
        );
        tx.add_member(&membership, Limit::Unlimited).await?;
        let organization_itself = AuditTarget { kind: TargetKind::Organization, id: organization.id.uuid() };
        let owner = AuditTarget { kind: TargetKind::Member, id: membership.id.uuid() };
        let user_id = founding.owner.to_string();
        let created = [("name", organization.name.as_str()), ("slug", organization.slug.as_str())];
        for (action, target, details) in [
            (AuditAction::CreateOrganization, organization_itself, created.as_slice()),
            (
                AuditAction::AddUserToOrg,
                owner,
                [("user_id", user_id.as_str()), ("role", "owner"), ("source", founding.source.as_str())].as_slice(),
            ),
        ] {
            let event =
                self.organization_event(organization.id, founding.actor.clone(), request, action, target, details);
            tx.append_audit(&event).await?;
        }
        let members = LimitName::members();
        let usage = Usage { max: self.entitlements_of(&organization).limit(&members), name: members, used: 1 };
        self.note_threshold(tx, organization.id, &usage, 0, request).await?;
        self.give_personal_workspace(tx, (organization.id, founding.owner), request).await?;
        let organization = tx.organization().await?.ok_or(StoreError::NotFound)?;
        Ok(OrganizationMembership { organization, membership, custom_role_name: None })
    }

    /// A slug that was asked for must be free; one made from the name gets the
    /// end of the id behind it when it is not.
    async fn insert_with_free_slug(
        &self,
        tx: &mut dyn OrgTx,
        organization: &mut Organization,
        slug_is_chosen: bool,
    ) -> Result<(), AppError> {
        match tx.insert_organization(organization).await {
            Err(StoreError::Conflict(Constraint::OrganizationSlug)) if slug_is_chosen => {
                Err(Conflict::SlugTaken.into())
            }
            Err(StoreError::Conflict(Constraint::OrganizationSlug)) => {
                organization.slug = distinct(&organization.slug, organization.id);
                Ok(tx.insert_organization(organization).await?)
            }
            result => Ok(result?),
        }
    }
}

/// How an organization comes to be.
pub(crate) struct Founding {
    /// Who will own it.
    pub(crate) owner: UserId,
    /// Who makes it: the owner, or a superadmin for them.
    pub(crate) actor: AuditActor,
    /// Whether the slug was asked for, or follows from the name.
    pub(crate) slug_is_chosen: bool,
    /// Whether somebody wanted it, or signing up brought it.
    pub(crate) source: MembershipSource,
}

async fn belongs_somewhere(tx: &mut dyn UserTx) -> Result<bool, AppError> {
    Ok(!tx.list_organizations(&PageRequest::first(PageSize::new(1)?)).await?.items.is_empty())
}

/// The last 12 of an id's 32 digits are random.
fn distinct(slug: &Slug, id: OrganizationId) -> Slug {
    let digits = id.uuid().simple().to_string();
    slug.with_suffix(digits.get(20..).unwrap_or(&digits))
}

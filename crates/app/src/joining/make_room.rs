use guildhall_domain::audit::{AuditAction, AuditActor};
use guildhall_domain::blueprint::MembershipMode;
use guildhall_domain::joining::{AlreadyInOrganization, GivesWay, Place, makes_room};
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{MembershipSource, OrganizationId, OrganizationMembership, OrganizationStatus, User, UserId};
use guildhall_ports::store::{StoreError, UserTx};

use crate::member::target as member_target;
use crate::unit_of_work::{Uow, UserUow};
use crate::{AppError, Guildhall, RequestContext};

impl Guildhall {
    /// Whether a user may belong to only one organization.
    pub(crate) fn is_exclusive(&self) -> bool {
        self.settings.blueprint.membership == MembershipMode::Exclusive
    }

    /// In exclusive mode, makes a user free to join `target`: what was only
    /// given at sign-up gives way (M-02, N-09). In the user's unit of work,
    /// which serializes all ways in for that user.
    ///
    /// # Errors
    /// `already_in_organization`.
    pub(crate) async fn make_room(
        &self,
        tx: UserUow,
        user: UserId,
        target: OrganizationId,
        actor: &AuditActor,
        request: &RequestContext,
    ) -> Result<UserUow, AppError> {
        let (mut tx, room) = self.room_for(tx, user, target).await?;
        for place in room? {
            tx = self.give_way(tx, user, place, actor, request).await?;
        }
        Ok(tx)
    }

    /// The same for a unit of work that is inside `target` already, and stays
    /// there: where any number of organizations is allowed nothing is done.
    pub(crate) async fn make_room_from_inside(
        &self,
        org: Uow,
        user: UserId,
        target: OrganizationId,
        actor: &AuditActor,
        request: &RequestContext,
    ) -> Result<Uow, AppError> {
        if !self.is_exclusive() {
            return Ok(org);
        }
        let tx = org.into_user(user).await?;
        self.make_room(tx, user, target, actor, request).await?.into_org(target).await
    }

    /// The same, and says whether there was any room: a door that opens by
    /// itself is no error where the user cannot go through.
    pub(crate) async fn make_room_if_possible(
        &self,
        org: Uow,
        user: &User,
        target: OrganizationId,
        request: &RequestContext,
    ) -> Result<(Uow, bool), AppError> {
        if !self.is_exclusive() {
            return Ok((org, true));
        }
        let (mut tx, room) = self.room_for(org.into_user(user.id).await?, user.id, target).await?;
        let free = room.is_ok();
        let actor = AuditActor { user_id: Some(user.id), email: Some(user.email.clone()) };
        for place in room.unwrap_or_default() {
            tx = self.give_way(tx, user.id, place, &actor, request).await?;
        }
        Ok((tx.into_org(target).await?, free))
    }

    /// What would give way to a membership in `target`, or that it cannot be.
    async fn room_for(
        &self,
        mut tx: UserUow,
        user: UserId,
        target: OrganizationId,
    ) -> Result<(UserUow, Result<Vec<GivesWay>, AlreadyInOrganization>), AppError> {
        if !self.is_exclusive() {
            return Ok((tx, Ok(Vec::new())));
        }
        let mut places = Vec::new();
        for mine in organizations_of(&mut *tx).await? {
            let id = mine.organization.id;
            // What is stopped is not left by the back door.
            if mine.organization.status != OrganizationStatus::Active && id != target {
                return Ok((tx, Err(AlreadyInOrganization)));
            }
            let mut vacant = false;
            // What somebody has made their own, if only by a name, is theirs to keep.
            if mine.membership.source == MembershipSource::SignUp && mine.organization.is_as_founded() {
                let mut org = tx.into_org(id).await?;
                vacant = org.0.is_vacant().await?;
                tx = org.into_user(user).await?;
            }
            places.push(Place::new(&mine, vacant));
        }
        Ok((tx, makes_room(MembershipMode::Exclusive, target, &places)))
    }

    async fn give_way(
        &self,
        tx: UserUow,
        user: UserId,
        place: GivesWay,
        actor: &AuditActor,
        request: &RequestContext,
    ) -> Result<UserUow, AppError> {
        let (GivesWay::Deleted(id) | GivesWay::Left(id)) = place;
        let mut org = tx.into_org(id).await?;
        // The unit of work has the organization now; somebody may have come in before.
        let opened = org.0.open(user).await?.ok_or(AppError::Contended)?;
        let member = opened.member.ok_or(AppError::Contended)?;
        if opened.organization.status != OrganizationStatus::Active {
            return Err(AppError::Contended);
        }
        match place {
            GivesWay::Deleted(_) => {
                if !opened.organization.is_as_founded() || !org.0.is_vacant().await? {
                    return Err(AppError::Contended);
                }
                org.0.delete_organization().await?;
                let mut tx = org.into_user(user).await?;
                let event = self.organization_deleted(actor.clone(), request, &opened.organization, "replaced");
                tx.append_audit(&event).await?;
                Ok(tx)
            }
            GivesWay::Left(_) => {
                let profile = org.0.member(user.uuid()).await?.ok_or(AppError::Contended)?;
                if member.facts.role.is_owner() {
                    return Err(AppError::Contended);
                }
                let at = self.now();
                org.0.remove_member(member.facts.member_id, at).await?;
                // Nobody put them out, so nothing keeps them from coming back; but what they offered goes with them.
                org.0.revoke_invitations(&profile.email, user, at).await?;
                let user_id = user.to_string();
                let details = [("user_id", user_id.as_str()), ("reason", "replaced")];
                let event = self.organization_event(
                    id,
                    actor.clone(),
                    request,
                    AuditAction::RemoveUserFromOrg,
                    member_target(member.facts.member_id),
                    &details,
                );
                org.0.append_audit(&event).await?;
                org.into_user(user).await
            }
        }
    }
}

/// All of a user's organizations, by id: everybody takes them in one order, so
/// that two units of work at once wait for each other instead of dead-locking.
pub(crate) async fn organizations_of(tx: &mut dyn UserTx) -> Result<Vec<OrganizationMembership>, StoreError> {
    let mut all = Vec::new();
    let mut request = PageRequest::first(PageSize::MAX);
    loop {
        let page = tx.list_organizations(&request).await?;
        all.extend(page.items);
        match page.next {
            Some(next) => request.after = Some(next),
            None => break,
        }
    }
    all.sort_by_key(|mine: &OrganizationMembership| mine.organization.id);
    Ok(all)
}

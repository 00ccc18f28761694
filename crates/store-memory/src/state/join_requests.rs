//! Requests to join.

use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{JoinRequest, JoinRequestId, JoinRequestStatus, OrganizationId, UserId};
use guildhall_ports::store::{Constraint, StoreError};
use imbl::OrdMap;
use uuid::Uuid;

use super::{State, pages};

/// The requests to join all organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct JoinRequests {
    all: OrdMap<(OrganizationId, JoinRequestId), JoinRequest>,
    /// At most one of a user to an organization.
    by_user: OrdMap<(UserId, OrganizationId), JoinRequestId>,
}

impl JoinRequests {
    pub(super) fn has_any(&self, id: OrganizationId) -> bool {
        pages::of_organization(&self.all, id).next().is_some()
    }

    pub(super) fn drop_of(&mut self, id: OrganizationId, user: UserId) {
        if let Some(request) = self.by_user.remove(&(user, id)) {
            self.all.remove(&(id, request));
        }
    }

    pub(super) fn drop_organization(&mut self, id: OrganizationId) {
        let users: Vec<UserId> = pages::of_organization(&self.all, id).map(|request| request.user_id).collect();
        for user in users {
            self.drop_of(id, user);
        }
    }

    pub(super) fn drop_user(&mut self, user: UserId) {
        let organizations = (user, OrganizationId::from(Uuid::nil()))..=(user, OrganizationId::from(Uuid::max()));
        let gone: Vec<OrganizationId> = self.by_user.range(organizations).map(|((_, id), _)| *id).collect();
        for id in gone {
            self.drop_of(id, user);
        }
    }
}

impl State {
    pub(crate) fn insert_join_request(&mut self, id: OrganizationId, request: &JoinRequest) -> Result<(), StoreError> {
        if request.organization_id != id {
            return Err(StoreError::Corrupt("the request is another organization's".to_owned()));
        }
        if !self.tenants.contains_key(&id) || !self.accounts.contains_key(&request.user_id) {
            return Err(StoreError::NotFound);
        }
        if self.join_requests.all.contains_key(&(id, request.id)) {
            return Err(StoreError::Corrupt("the request's id is taken".to_owned()));
        }
        if self.join_requests.by_user.contains_key(&(request.user_id, id)) {
            return Err(StoreError::Conflict(Constraint::JoinRequestExists));
        }
        self.join_requests.by_user.insert((request.user_id, id), request.id);
        self.join_requests.all.insert((id, request.id), request.clone());
        Ok(())
    }

    pub(crate) fn join_request(&self, id: OrganizationId, request: JoinRequestId) -> Option<JoinRequest> {
        self.with_account(self.join_requests.all.get(&(id, request))?)
    }

    pub(crate) fn join_request_of(&self, id: OrganizationId, user: UserId) -> Option<JoinRequest> {
        self.join_request(id, *self.join_requests.by_user.get(&(user, id))?)
    }

    /// Address and name are the account's, as they are now.
    fn with_account(&self, request: &JoinRequest) -> Option<JoinRequest> {
        let user = &self.accounts.get(&request.user_id)?.user;
        Some(JoinRequest { email: user.email.clone(), name: user.name.clone(), ..request.clone() })
    }

    pub(crate) fn list_join_requests(&self, id: OrganizationId, page: &PageRequest<Uuid>) -> Page<JoinRequest, Uuid> {
        let found = pages::newest_first(&self.join_requests.all, id, page)
            .filter(|request| request.status == JoinRequestStatus::Pending)
            .filter_map(|request| self.with_account(request));
        pages::page(found, page, |request| request.id.uuid())
    }

    pub(crate) fn update_join_request(&mut self, id: OrganizationId, given: &JoinRequest) -> Result<(), StoreError> {
        let request = self.join_requests.all.get_mut(&(id, given.id)).ok_or(StoreError::NotFound)?;
        request.status = given.status;
        Ok(())
    }
}

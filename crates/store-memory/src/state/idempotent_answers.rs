//! What requests that are carried out once were answered (R-IDEM).

use guildhall_domain::{OrganizationId, Timestamp, UserId};
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, StoreError};
use imbl::{OrdMap, OrdSet};
use uuid::Uuid;

use super::State;

/// How many answers are forgotten at once.
pub(super) const FORGOTTEN_AT_ONCE: usize = 100;

type Place = (UserId, OrganizationId, String, String);

/// The answers of all organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct IdempotentAnswers {
    all: OrdMap<Place, IdempotentAnswer>,
    /// An organization's, oldest first.
    by_time: OrdSet<(OrganizationId, Timestamp, Place)>,
}

fn place(id: OrganizationId, request: &IdempotentRequest) -> Place {
    (request.user_id, id, request.operation.clone().into_owned(), request.key.clone())
}

impl IdempotentAnswers {
    fn put(&mut self, place: Place, answer: IdempotentAnswer) {
        self.take(&place);
        self.by_time.insert((place.1, answer.created_at, place.clone()));
        self.all.insert(place, answer);
    }

    fn take(&mut self, place: &Place) {
        if let Some(gone) = self.all.remove(place) {
            self.by_time.remove(&(place.1, gone.created_at, place.clone()));
        }
    }

    /// An organization's answers, oldest first.
    fn of(&self, id: OrganizationId) -> impl Iterator<Item = &(OrganizationId, Timestamp, Place)> {
        let nobody = (UserId::from(Uuid::nil()), id, String::new(), String::new());
        let first = (id, super::memberships::BEGINNING, nobody);
        self.by_time.range(first..).take_while(move |(organization, ..)| *organization == id)
    }

    fn forget(&mut self, id: OrganizationId, before: Timestamp) {
        let old = self.of(id).take_while(|(_, at, _)| *at < before).take(FORGOTTEN_AT_ONCE);
        let gone: Vec<Place> = old.map(|(.., place)| place.clone()).collect();
        for place in gone {
            self.take(&place);
        }
    }

    pub(super) fn drop_organization(&mut self, id: OrganizationId) {
        let gone: Vec<Place> = self.of(id).map(|(.., place)| place.clone()).collect();
        for place in gone {
            self.take(&place);
        }
    }

    pub(super) fn drop_user(&mut self, user: UserId) {
        let first = (user, OrganizationId::from(Uuid::nil()), String::new(), String::new());
        let theirs = self.all.range(first..).take_while(|((asking, ..), _)| *asking == user);
        let gone: Vec<Place> = theirs.map(|(place, _)| place.clone()).collect();
        for place in gone {
            self.take(&place);
        }
    }
}

impl State {
    pub(crate) fn idempotent_answer(
        &self,
        id: OrganizationId,
        request: &IdempotentRequest,
    ) -> Option<IdempotentAnswer> {
        self.idempotent_answers.all.get(&place(id, request)).cloned()
    }

    pub(crate) fn keep_idempotent_answer(
        &mut self,
        id: OrganizationId,
        request: &IdempotentRequest,
        answer: &str,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError> {
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        if !self.accounts.contains_key(&request.user_id) {
            return Err(StoreError::Corrupt("who asks has no account".to_owned()));
        }
        self.idempotent_answers.forget(id, forget_before);
        let (fingerprint, answer) = (request.fingerprint.clone(), answer.to_owned());
        self.idempotent_answers.put(place(id, request), IdempotentAnswer { fingerprint, answer, created_at: at });
        Ok(())
    }
}

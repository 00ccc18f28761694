//! What requests on accounts that are carried out once were answered (R-IDEM).

use guildhall_domain::{Timestamp, UserId};
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, StoreError};
use imbl::{OrdMap, OrdSet};

use super::State;
use super::idempotent_answers::FORGOTTEN_AT_ONCE;

type Place = (UserId, String, String);

/// The answers of all accounts that are not ones inside an organization.
#[derive(Debug, Clone, Default)]
pub(super) struct UserAnswers {
    all: OrdMap<Place, IdempotentAnswer>,
    /// An account's, oldest first.
    by_time: OrdSet<(UserId, Timestamp, Place)>,
}

fn place(request: &IdempotentRequest) -> Place {
    (request.user_id, request.operation.clone().into_owned(), request.key.clone())
}

impl UserAnswers {
    fn put(&mut self, place: Place, answer: IdempotentAnswer) {
        self.take(&place);
        self.by_time.insert((place.0, answer.created_at, place.clone()));
        self.all.insert(place, answer);
    }

    fn take(&mut self, place: &Place) {
        if let Some(gone) = self.all.remove(place) {
            self.by_time.remove(&(place.0, gone.created_at, place.clone()));
        }
    }

    /// An account's, oldest first.
    fn of(&self, user: UserId) -> impl Iterator<Item = (Timestamp, Place)> {
        let first = (user, super::memberships::BEGINNING, (UserId::NIL, String::new(), String::new()));
        let theirs = self.by_time.range(first..).take_while(move |(asking, ..)| *asking == user);
        theirs.map(|(_, at, place)| (*at, place.clone()))
    }

    fn forget(&mut self, user: UserId, before: Timestamp) {
        let old: Vec<_> = self.of(user).take_while(|(at, _)| *at < before).take(FORGOTTEN_AT_ONCE).collect();
        old.iter().for_each(|(_, place)| self.take(place));
    }

    pub(super) fn drop_user(&mut self, user: UserId) {
        let theirs: Vec<_> = self.of(user).collect();
        theirs.iter().for_each(|(_, place)| self.take(place));
    }
}

/// Refuses a request of another account: a fault in the program.
fn own(user: UserId, request: &IdempotentRequest) -> Result<(), StoreError> {
    if request.user_id == user {
        Ok(())
    } else {
        Err(StoreError::Corrupt("a request of another account than the unit of work's".to_owned()))
    }
}

impl State {
    pub(crate) fn user_answer(
        &self,
        user: UserId,
        request: &IdempotentRequest,
    ) -> Result<Option<IdempotentAnswer>, StoreError> {
        own(user, request)?;
        Ok(self.user_answers.all.get(&place(request)).cloned())
    }

    pub(crate) fn keep_user_answer(
        &mut self,
        user: UserId,
        request: &IdempotentRequest,
        answer: &str,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError> {
        own(user, request)?;
        if !self.accounts.contains_key(&user) {
            return Err(StoreError::NotFound);
        }
        self.user_answers.forget(user, forget_before);
        let (fingerprint, answer) = (request.fingerprint.clone(), answer.to_owned());
        self.user_answers.put(place(request), IdempotentAnswer { fingerprint, answer, created_at: at });
        Ok(())
    }
}

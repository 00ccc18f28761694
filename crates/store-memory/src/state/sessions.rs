use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{OrganizationId, Session, SessionId, Timestamp, UserId};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use super::State;

impl State {
    pub(crate) fn insert_session(&mut self, user: UserId, session: &Session) -> Result<(), StoreError> {
        if session.user_id != user {
            return Err(StoreError::Corrupt("the session is another account's".to_owned()));
        }
        if !self.accounts.contains_key(&user) {
            return Err(StoreError::NotFound);
        }
        if self.session_holder.contains_key(&session.id) || self.session_by_digest.contains_key(&session.token_digest) {
            return Err(StoreError::Corrupt("the session's id or token is taken".to_owned()));
        }
        self.session_holder.insert(session.id, user);
        self.session_by_digest.insert(session.token_digest, (user, session.id));
        self.sessions.insert((user, session.id), session.clone());
        Ok(())
    }

    /// Newest first: identifiers rise with time.
    pub(crate) fn list_sessions(&self, user: UserId, page: &PageRequest<Uuid>) -> Page<Session, Uuid> {
        let first = (user, SessionId::from(Uuid::nil()));
        let found = match page.after {
            Some(after) => self.sessions.range(first..(user, SessionId::from(after))),
            None => self.sessions.range(first..=(user, SessionId::from(Uuid::max()))),
        };
        let found = found.rev().map(|(_, session)| session.clone()).take(page.size.items() + 1).collect();
        Page::from_surplus(found, page.size, |session| session.id.uuid())
    }

    pub(crate) fn delete_session(&mut self, user: UserId, session: SessionId) -> bool {
        let Some(gone) = self.sessions.remove(&(user, session)) else {
            return false;
        };
        self.session_holder.remove(&session);
        self.session_by_digest.remove(&gone.token_digest);
        true
    }

    pub(crate) fn delete_sessions(&mut self, user: UserId, except: Option<SessionId>) -> u64 {
        let theirs: Vec<_> =
            self.sessions_of(user).map(|session| session.id).filter(|session| Some(*session) != except).collect();
        theirs.into_iter().map(|session| u64::from(self.delete_session(user, session))).sum()
    }

    /// Ends the sessions of an organization's members but superadmins, and
    /// says how many would have been good after `now`.
    pub(crate) fn end_member_sessions(&mut self, id: OrganizationId, now: Timestamp) -> u64 {
        let members: Vec<UserId> = self.members_of(id).map(|membership| membership.user_id).collect();
        let ordinary = members.into_iter().filter(|user| !self.is_superadmin(*user)).collect::<Vec<_>>();
        let mut good = 0;
        for user in ordinary {
            good += self.sessions_of(user).filter(|session| now < session.expires_at).count() as u64;
            self.delete_sessions(user, None);
        }
        good
    }

    fn is_superadmin(&self, user: UserId) -> bool {
        self.accounts.get(&user).is_some_and(|account| account.user.superadmin)
    }

    fn sessions_of(&self, user: UserId) -> impl Iterator<Item = &Session> {
        let first = (user, SessionId::from(Uuid::nil()));
        self.sessions.range(first..=(user, SessionId::from(Uuid::max()))).map(|(_, session)| session)
    }

    pub(crate) fn touch_session(&mut self, session: SessionId, at: Timestamp) {
        if let Some(user) = self.session_holder.get(&session)
            && let Some(session) = self.sessions.get_mut(&(*user, session))
        {
            session.last_seen_at = at;
        }
    }
}

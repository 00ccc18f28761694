use std::ops::Bound;

use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Email, User, UserId, Version};
use guildhall_ports::PasswordHash;
use guildhall_ports::store::{AccountRef, AccountSummary, Constraint, Credentials, StoreError};

use super::{Account, State, search};

impl State {
    pub(crate) fn user(&self, user: UserId) -> Option<User> {
        self.accounts.get(&user).map(|account| account.user.clone())
    }

    pub(crate) fn password(&self, user: UserId) -> Option<PasswordHash> {
        self.accounts.get(&user).map(|account| account.password.clone())
    }

    pub(crate) fn credentials(&self, email: &Email) -> Option<Credentials> {
        let account = self.accounts.get(self.account_by_email.get(email.as_str())?)?;
        Some(Credentials { user: account.user.clone(), password: Some(account.password.clone()) })
    }

    pub(crate) fn find_account(&self, account: &AccountRef) -> Option<AccountSummary> {
        let id = match account {
            AccountRef::Email(email) => *self.account_by_email.get(email.as_str())?,
            AccountRef::Id(id) => *id,
        };
        let user = &self.accounts.get(&id)?.user;
        Some(AccountSummary {
            id,
            email: user.email.clone(),
            name: user.name.clone(),
            email_verified: user.has_verified_email(),
            disabled: user.disabled_at.is_some(),
            superadmin: user.superadmin,
        })
    }

    pub(crate) fn insert_user(&mut self, id: UserId, user: &User, password: &PasswordHash) -> Result<(), StoreError> {
        if user.id != id {
            return Err(StoreError::Corrupt("the account has another id than its unit of work".to_owned()));
        }
        if self.account_by_email.contains_key(user.email.as_str()) {
            return Err(StoreError::Conflict(Constraint::UserEmail));
        }
        if self.accounts.contains_key(&id) {
            return Err(StoreError::Corrupt("the account's id is taken".to_owned()));
        }
        self.account_by_email.insert(user.email.as_str().to_owned(), id);
        self.accounts.insert(id, Account { user: user.clone(), password: password.clone() });
        Ok(())
    }

    pub(crate) fn insert_first_user(
        &mut self,
        id: UserId,
        user: &User,
        password: &PasswordHash,
    ) -> Result<(), StoreError> {
        if self.has_users() {
            return Err(StoreError::Conflict(Constraint::UsersExist));
        }
        self.insert_user(id, user, password)
    }

    pub(crate) fn has_users(&self) -> bool {
        !self.accounts.is_empty()
    }

    pub(crate) fn update_user(&mut self, id: UserId, user: &User) -> Result<User, StoreError> {
        let account = self.accounts.get_mut(&id).ok_or(StoreError::NotFound)?;
        let version: Version = account.user.version.next();
        let (email, created_at) = (account.user.email.clone(), account.user.created_at);
        account.user = User { id, email, created_at, version, ..user.clone() };
        Ok(account.user.clone())
    }

    pub(crate) fn set_password(&mut self, id: UserId, password: &PasswordHash) -> Result<(), StoreError> {
        self.accounts.get_mut(&id).ok_or(StoreError::NotFound)?.password = password.clone();
        Ok(())
    }

    pub(crate) fn delete_user(&mut self, id: UserId) -> Result<(), StoreError> {
        let account = self.accounts.get(&id).ok_or(StoreError::NotFound)?;
        if self.memberships_of(id).next().is_some() {
            return Err(StoreError::Conflict(Constraint::UserHasMemberships));
        }
        let email = account.user.email.as_str().to_owned();
        self.delete_sessions(id, None);
        self.clear_email_verification(id);
        self.join_requests.drop_user(id);
        self.invitations.drop_inviter(id);
        self.idempotent_answers.drop_user(id);
        self.user_answers.drop_user(id);
        self.drop_workspaces_of(id)?;
        self.account_by_email.remove(&email);
        self.accounts.remove(&id);
        Ok(())
    }

    pub(crate) fn list_users(&self, search: Option<&str>, page: &PageRequest<KeyPosition>) -> Page<User, KeyPosition> {
        // Addresses are unique, so the id never breaks a tie.
        let behind = page.after.as_ref().map_or(Bound::Unbounded, |after| Bound::Excluded(after.key.clone()));
        let found = self
            .account_by_email
            .range((behind, Bound::Unbounded))
            .filter_map(|(_, id)| self.accounts.get(id))
            .map(|account| &account.user)
            .filter(|user| search::matches(search, [user.email.as_str(), user.name.as_str()]))
            .take(page.size.items() + 1)
            .cloned()
            .collect();
        Page::from_surplus(found, page.size, |user| KeyPosition {
            key: user.email.as_str().to_owned(),
            id: user.id.uuid(),
        })
    }
}

//! The links with which users show whose an address is.

use guildhall_domain::{EmailVerification, TokenDigest, UserId};
use guildhall_ports::store::StoreError;
use imbl::OrdMap;

use super::State;

/// The links that are out: at most one for each account.
#[derive(Debug, Clone, Default)]
pub(super) struct EmailVerifications {
    by_user: OrdMap<UserId, EmailVerification>,
    by_digest: OrdMap<TokenDigest, UserId>,
}

impl State {
    pub(crate) fn email_verification(&self, user: UserId) -> Option<EmailVerification> {
        self.email_verifications.by_user.get(&user).copied()
    }

    pub(crate) fn set_email_verification(&mut self, user: UserId, link: &EmailVerification) -> Result<(), StoreError> {
        if link.user_id != user {
            return Err(StoreError::Corrupt("the link is another account's".to_owned()));
        }
        if !self.accounts.contains_key(&user) {
            return Err(StoreError::NotFound);
        }
        self.clear_email_verification(user);
        if self.email_verifications.by_digest.contains_key(&link.token_digest) {
            return Err(StoreError::Corrupt("the link's token is taken".to_owned()));
        }
        self.email_verifications.by_digest.insert(link.token_digest, user);
        self.email_verifications.by_user.insert(user, *link);
        Ok(())
    }

    pub(crate) fn clear_email_verification(&mut self, user: UserId) {
        if let Some(gone) = self.email_verifications.by_user.remove(&user) {
            self.email_verifications.by_digest.remove(&gone.token_digest);
        }
    }

    pub(crate) fn email_verification_by_token(&self, digest: TokenDigest) -> Option<EmailVerification> {
        self.email_verification(*self.email_verifications.by_digest.get(&digest)?)
    }
}

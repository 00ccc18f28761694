use crate::{Timestamp, TokenDigest, UserId};

/// A link on its way to somebody's mailbox. Who can use it has the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailVerification {
    /// Whose address. There is one live link per account: a new one replaces it.
    pub user_id: UserId,
    /// What the link's token hashes to.
    pub token_digest: TokenDigest,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is good for nothing.
    pub expires_at: Timestamp,
}

impl EmailVerification {
    /// Whether it can be used at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

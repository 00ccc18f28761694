use guildhall_domain::TokenDigest;
use secrecy::SecretString;

/// A new secret token: shown once, stored only as its digest.
#[derive(Debug, Clone)]
pub struct MintedToken {
    /// What the client gets.
    pub secret: SecretString,
    /// What storage gets.
    pub digest: TokenDigest,
}

/// What a token is for. Each kind has a prefix of its own, so that none is
/// taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A login.
    Session,
    /// An invitation's link.
    Invitation,
    /// The link that shows whose an e-mail address is.
    EmailVerification,
}

/// Makes and reads bearer tokens: 256 random bits with a scannable prefix,
/// stored as SHA-256 (never a slow hash: they cannot be guessed).
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait TokenMint: Send + Sync {
    /// A new token.
    fn mint(&self, kind: TokenKind) -> MintedToken;

    /// The digest of a presented token; none where it cannot be one of ours of this kind.
    fn digest(&self, kind: TokenKind, presented: &str) -> Option<TokenDigest>;

    /// A new random text that is no secret once published: what a DNS record
    /// must hold. Lower-case letters and digits.
    fn challenge(&self) -> String;
}
